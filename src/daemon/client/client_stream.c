/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/client/client_stream.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>

#include "base/memory.h"
#include "base/must.h"
#include "daemon/client/client_target.h"
#include "daemon/client/http_transfer.h"

enum {
    READ_SIZE = 64 * 1024,
    READS_PER_TURN = 8, /* a fast sender is not all that there is */
    STALL_MS = 30000,
    LEAVE_MS = 2000,
    WAITING_CAPACITY_MIN = 4096,
};

enum stream_state {
    STREAM_CONNECTING, /* curl's */
    STREAM_OPEN,
    STREAM_LEAVING,   /* closed by its owner; what waits is on its way */
    STREAM_LINGERING, /* all has left; closed now, what they still send would be answered by a reset that takes it back
                       */
    STREAM_ENDED,
};

/* A socket that curl waits for while it connects. It may try several at once. */
struct stream_socket {
    struct client_stream *stream;
    struct loop_watch *watch;
    curl_socket_t fd;
    struct stream_socket *next;
};

struct client_stream {
    struct client_streams *streams;
    struct client_stream *next;
    struct client_stream **link_to_this; /* NULL once it is ended */
    struct client_stream_callbacks callbacks;
    void *context;
    struct client_target target;
    struct http_transfer transfer;
    CURLM *multi;
    struct stream_socket *sockets;
    struct loop_watch *watch; /* once it is open */
    curl_socket_t fd;         /* curl's; of that watch */
    struct loop_timer *timer; /* curl's; then of what waits */
    struct loop_turn *turn;
    uint8_t *waiting;
    size_t waiting_begin;
    size_t waiting_end;
    size_t waiting_capacity;
    size_t waiting_bytes_max;
    int64_t stall_ms_max;
    enum stream_state state;
    unsigned uses; /* its place in the list, and calls of ours on the stack */
    bool is_added; /* to its multi */
    bool owes_drained;
    bool is_broken;
    bool is_stalling; /* the timer runs */
    bool reads_again; /* there was more than one turn takes; TLS may hold it where the system does not see it */
};

struct client_streams {
    struct loop *loop;
    struct client_stream *streams;
    char *authorities_file; /* NULL: the system's */
    size_t holds;           /* the owner, and each stream whose memory is not given back */
    uint8_t read_bytes[READ_SIZE];
};

/* ---- Life ---- */

static void streams_let_go(struct client_streams *streams) {
    if (--streams->holds > 0) return;
    memory_free(streams->authorities_file);
    curl_global_cleanup();
    memory_free(streams);
}

static void socket_remove(struct client_stream *stream, struct stream_socket *socket) {
    struct stream_socket **link = &stream->sockets;
    while (*link != socket) link = &(*link)->next;
    *link = socket->next;
    loop_watch_close(socket->watch);
    memory_free(socket);
}

/* Before curl closes what they watch, of which it then must not tell them. */
static void sockets_remove(struct client_stream *stream) {
    while (stream->sockets != NULL) {
        (void)curl_multi_assign(stream->multi, stream->sockets->fd, NULL);
        socket_remove(stream, stream->sockets);
    }
}

static void stream_hold(struct client_stream *stream) {
    stream->uses++;
}

static void stream_let_go(struct client_stream *stream) {
    struct client_streams *streams = stream->streams;
    must(stream->uses > 0);
    if (--stream->uses > 0) return;
    must(stream->state == STREAM_ENDED);
    if (stream->is_added) (void)curl_multi_remove_handle(stream->multi, stream->transfer.easy);
    http_transfer_deinit(&stream->transfer);
    (void)curl_multi_cleanup(stream->multi);
    client_target_deinit(&stream->target);
    memory_free(stream->waiting);
    memory_free(stream);
    streams_let_go(streams);
}

static void stream_end(struct client_stream *stream) {
    if (stream->state == STREAM_ENDED) return;
    stream->state = STREAM_ENDED;
    *stream->link_to_this = stream->next;
    if (stream->next != NULL) stream->next->link_to_this = stream->link_to_this;
    stream->link_to_this = NULL;
    sockets_remove(stream);
    loop_watch_close(stream->watch);
    loop_timer_close(stream->timer);
    loop_turn_close(stream->turn);
    stream_let_go(stream);
}

static void stream_fail(struct client_stream *stream, const char *why) {
    const bool is_told = stream->state == STREAM_CONNECTING || stream->state == STREAM_OPEN;
    stream_hold(stream);
    stream_end(stream);
    if (is_told) stream->callbacks.closed(stream->context, stream, why);
    stream_let_go(stream);
}

/* ---- What waits ---- */

size_t client_stream_waiting(const struct client_stream *stream) {
    return stream->waiting_end - stream->waiting_begin;
}

static void waiting_forget(struct client_stream *stream) {
    memory_free(stream->waiting);
    stream->waiting = NULL;
    stream->waiting_begin = stream->waiting_end = stream->waiting_capacity = 0;
}

static bool waiting_reserve(struct client_stream *stream, size_t size) {
    const size_t kept = client_stream_waiting(stream);
    if (size <= stream->waiting_capacity - stream->waiting_end) return true;
    size_t capacity = stream->waiting_capacity > 0 ? stream->waiting_capacity : WAITING_CAPACITY_MIN;
    while (capacity < kept + size) capacity *= 2;
    uint8_t *moved = memory_try_room(capacity);
    if (moved == NULL) return false;
    if (kept > 0) memcpy(moved, stream->waiting + stream->waiting_begin, kept);
    memory_free(stream->waiting);
    stream->waiting = moved;
    stream->waiting_begin = 0;
    stream->waiting_end = kept;
    stream->waiting_capacity = capacity;
    return true;
}

static void stream_want(const struct client_stream *stream) {
    const bool writes = client_stream_waiting(stream) > 0 || stream->reads_again || stream->owes_drained;
    const bool reads = stream->state == STREAM_OPEN || stream->state == STREAM_LINGERING;
    if (stream->watch == NULL || stream->state == STREAM_ENDED) return;
    loop_watch_want(stream->watch, (reads ? LOOP_READABLE : 0U) | (writes ? LOOP_WRITABLE : 0U));
}

static void stalling_set(struct client_stream *stream, bool is_stalling) {
    if (stream->state != STREAM_OPEN) return; /* who leaves has one time for all */
    stream->is_stalling = is_stalling;
    if (is_stalling)
        loop_timer_start(stream->timer, stream->stall_ms_max);
    else
        loop_timer_stop(stream->timer);
}

static void stream_linger(struct client_stream *stream) {
    stream->state = STREAM_LINGERING;
    stream->reads_again = stream->owes_drained = false;
    if (shutdown(stream->fd, SHUT_WR) != 0) stream_end(stream);
}

/* Whatever it is, TLS or not. */
static void stream_discard(struct client_stream *stream) {
    ssize_t size = 0;
    for (int i = 0; i < READS_PER_TURN; i++) {
        size = recv(stream->fd, stream->streams->read_bytes, READ_SIZE, MSG_DONTWAIT);
        if (size <= 0) break;
    }
    if (size == 0 || (size < 0 && errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR)) stream_end(stream);
}

/* False: the stream has ended. The same bytes come first each time, as TLS wants it. */
static bool stream_flush(struct client_stream *stream) {
    CURLcode code = CURLE_OK;
    const size_t waited = client_stream_waiting(stream);
    while (client_stream_waiting(stream) > 0 && code == CURLE_OK) {
        size_t sent = 0;
        code = curl_easy_send(stream->transfer.easy, stream->waiting + stream->waiting_begin,
                              client_stream_waiting(stream), &sent);
        stream->waiting_begin += sent;
    }
    if (code != CURLE_OK && code != CURLE_AGAIN) {
        stream_fail(stream, "the connection broke");
        return false;
    }
    const size_t left = client_stream_waiting(stream);
    if (left == 0) waiting_forget(stream);
    if (left > 0) stream->owes_drained = true;
    if (left > 0 ? left < waited || !stream->is_stalling : stream->is_stalling) stalling_set(stream, left > 0);
    if (left == 0 && stream->state == STREAM_LEAVING) stream_linger(stream);
    return stream->state != STREAM_ENDED;
}

static void turn_ends(void *context) {
    struct client_stream *stream = context;
    stream_hold(stream);
    if (stream->is_broken)
        stream_fail(stream, "there is no memory for what is to be sent");
    else if (stream_flush(stream))
        stream_want(stream);
    stream_let_go(stream);
}

bool client_stream_has_room(struct client_stream *stream, size_t size) {
    const size_t waiting = client_stream_waiting(stream);
    const bool has_room = waiting <= stream->waiting_bytes_max && size <= stream->waiting_bytes_max - waiting;
    if (!has_room && waiting > 0) stream->owes_drained = true;
    return has_room;
}

bool client_stream_write(struct client_stream *stream, struct span bytes) {
    if (stream->state != STREAM_OPEN || stream->is_broken || !client_stream_has_room(stream, bytes.size)) return false;
    if (bytes.size == 0) return true;
    if (!waiting_reserve(stream, bytes.size)) return false;
    memcpy(stream->waiting + stream->waiting_end, bytes.at, bytes.size);
    stream->waiting_end += bytes.size;
    loop_turn_want(stream->turn);
    return true;
}

/* ---- Once it is open ---- */

static void stream_read(struct client_stream *stream) {
    CURLcode code = CURLE_OK;
    size_t size = 1;
    for (int i = 0; i < READS_PER_TURN && stream->state == STREAM_OPEN; i++) {
        uint8_t *into = stream->streams->read_bytes;
        code = curl_easy_recv(stream->transfer.easy, into, READ_SIZE, &size);
        if (code != CURLE_OK || size == 0) break;
        stream->callbacks.received(stream->context, stream, (struct span){into, size});
    }
    stream->reads_again = code == CURLE_OK && size > 0;
    if (stream->state != STREAM_OPEN || code == CURLE_AGAIN) return;
    if (code != CURLE_OK)
        stream_fail(stream, "the connection broke");
    else if (size == 0)
        stream_fail(stream, "the other end closed the connection");
}

static void tell_drained(struct client_stream *stream) {
    if (!stream->owes_drained || client_stream_waiting(stream) > 0) return;
    stream->owes_drained = false;
    if (stream->state == STREAM_OPEN && stream->callbacks.drained != NULL)
        stream->callbacks.drained(stream->context, stream);
}

static void stream_ready(void *context, unsigned events) {
    struct client_stream *stream = context;
    const bool reads = (events & LOOP_READABLE) != 0 || stream->reads_again;
    stream_hold(stream);
    if (stream->state == STREAM_LINGERING) {
        stream_discard(stream);
    } else if ((events & LOOP_WRITABLE) == 0 || stream_flush(stream)) {
        tell_drained(stream);
        if (reads && stream->state == STREAM_OPEN) stream_read(stream);
    }
    stream_want(stream);
    stream_let_go(stream);
}

/* One descriptor has one watch: curl's goes first. */
static void stream_opened(struct client_stream *stream) {
    sockets_remove(stream);
    loop_timer_stop(stream->timer);
    stream->fd = CURL_SOCKET_BAD;
    (void)curl_easy_getinfo(stream->transfer.easy, CURLINFO_ACTIVESOCKET, &stream->fd);
    if (stream->fd != CURL_SOCKET_BAD)
        stream->watch = loop_watch_open(stream->streams->loop, stream->fd, stream_ready, stream);
    if (stream->watch == NULL) {
        stream_fail(stream, "the system has no room to watch the connection");
        return;
    }
    stream->state = STREAM_OPEN;
    stream_want(stream);
    stream->callbacks.opened(stream->context, stream);
}

void client_stream_break(struct client_stream *stream) {
    if (stream->state != STREAM_OPEN) return;
    stream->is_broken = true;
    waiting_forget(stream);
    loop_turn_want(stream->turn);
}

void client_stream_drop(struct client_stream *stream) {
    if (stream != NULL) stream_end(stream);
}

void client_stream_close(struct client_stream *stream) {
    if (stream->state != STREAM_OPEN || stream->is_broken) {
        stream_end(stream);
        return;
    }
    stream->state = STREAM_LEAVING;
    loop_timer_start(stream->timer, LEAVE_MS);
    loop_turn_want(stream->turn);
}

/* ---- While curl connects ---- */

static const char *failure_of(const struct client_stream *stream, CURLcode code) {
    return code == CURLE_OPERATION_TIMEDOUT ? "no connection in time" : http_transfer_detail(&stream->transfer, code);
}

static void stream_act(struct client_stream *stream, curl_socket_t fd, int events) {
    int running = 0, left = 0;
    const CURLMsg *message = NULL;
    stream_hold(stream);
    (void)curl_multi_socket_action(stream->multi, fd, events, &running);
    if (stream->state == STREAM_CONNECTING) message = curl_multi_info_read(stream->multi, &left);
    if (message != NULL && message->data.result == CURLE_OK)
        stream_opened(stream);
    else if (message != NULL)
        stream_fail(stream, failure_of(stream, message->data.result));
    stream_let_go(stream);
}

static void socket_ready(void *context, unsigned events) {
    const struct stream_socket *socket = context;
    stream_act(socket->stream, socket->fd,
               (events & LOOP_READABLE ? CURL_CSELECT_IN : 0) | (events & LOOP_WRITABLE ? CURL_CSELECT_OUT : 0));
}

static struct stream_socket *socket_add(struct client_stream *stream, curl_socket_t fd) {
    struct stream_socket *socket = memory_zeroed(1, sizeof *socket);
    *socket = (struct stream_socket){.stream = stream, .fd = fd, .next = stream->sockets};
    socket->watch = loop_watch_open(stream->streams->loop, fd, socket_ready, socket);
    if (socket->watch == NULL) {
        memory_free(socket);
        return NULL;
    }
    stream->sockets = socket;
    (void)curl_multi_assign(stream->multi, fd, socket);
    return socket;
}

/* curl: this socket waits for that. -1 fails its transfer. */
static int on_socket(CURL *easy, curl_socket_t fd, int what, void *context, void *socket_context) {
    struct client_stream *stream = context;
    struct stream_socket *socket = socket_context;
    (void)easy;
    if (what == CURL_POLL_REMOVE || stream->state != STREAM_CONNECTING) {
        if (socket != NULL) socket_remove(stream, socket);
        return 0;
    }
    if (socket == NULL) socket = socket_add(stream, fd);
    if (socket == NULL) return -1;
    loop_watch_want(socket->watch,
                    (what & CURL_POLL_IN ? LOOP_READABLE : 0U) | (what & CURL_POLL_OUT ? LOOP_WRITABLE : 0U));
    return 0;
}

static int on_timer(CURLM *multi, long delay_ms, void *context) {
    struct client_stream *stream = context;
    (void)multi;
    if (stream->state != STREAM_CONNECTING) return 0;
    if (delay_ms < 0)
        loop_timer_stop(stream->timer);
    else
        loop_timer_start(stream->timer, delay_ms);
    return 0;
}

static void timer_fired(void *context) {
    struct client_stream *stream = context;
    switch (stream->state) {
    case STREAM_CONNECTING:
        if (stream->is_added)
            stream_act(stream, CURL_SOCKET_TIMEOUT, 0);
        else
            stream_fail(stream, "this is no URL that can be connected to");
        break;
    case STREAM_OPEN: stream_fail(stream, "the other end took nothing for too long"); break;
    case STREAM_LEAVING:
    case STREAM_LINGERING: stream_end(stream); break;
    case STREAM_ENDED: break;
    }
}

static bool set_options(struct client_stream *stream) {
    CURL *easy = stream->transfer.easy;
    const char *file = stream->streams->authorities_file;
    return curl_easy_setopt(easy, CURLOPT_CONNECT_ONLY, 1L) == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_HTTPPROXYTUNNEL, 1L) == CURLE_OK &&
           /* Otherwise TLS would offer HTTP/2, on which nothing is upgraded. */
           curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1) == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_TCP_KEEPALIVE, 1L) == CURLE_OK &&
           /* A look-up that hangs would hold whoever drops the stream: it is left to end by itself. */
           curl_easy_setopt(easy, CURLOPT_QUICK_EXIT, 1L) == CURLE_OK &&
           (file == NULL || curl_easy_setopt(easy, CURLOPT_CAINFO, file) == CURLE_OK) &&
           curl_multi_setopt(stream->multi, CURLMOPT_SOCKETFUNCTION, on_socket) == CURLM_OK &&
           curl_multi_setopt(stream->multi, CURLMOPT_SOCKETDATA, stream) == CURLM_OK &&
           curl_multi_setopt(stream->multi, CURLMOPT_TIMERFUNCTION, on_timer) == CURLM_OK &&
           curl_multi_setopt(stream->multi, CURLMOPT_TIMERDATA, stream) == CURLM_OK;
}

static bool connect_by_curl(struct client_stream *stream, const struct client_stream_options *options) {
    if (!client_target_init(&stream->target, options->url)) return false;
    const struct http_call call = {.method = "GET", .url = stream->target.url, .total_ms_max = options->connect_ms_max};
    stream->multi = curl_multi_init();
    return stream->multi != NULL && http_transfer_init(&stream->transfer, &call, HTTP_TRANSFER_WHOLE) &&
           set_options(stream) && curl_multi_add_handle(stream->multi, stream->transfer.easy) == CURLM_OK;
}

struct client_stream *client_stream_open(struct client_streams *streams, const struct client_stream_options *options) {
    struct client_stream *stream = memory_zeroed(1, sizeof *stream);
    must(options->callbacks.opened != NULL && options->callbacks.received != NULL && options->callbacks.closed != NULL);
    *stream = (struct client_stream){.streams = streams,
                                     .next = streams->streams,
                                     .link_to_this = &streams->streams,
                                     .callbacks = options->callbacks,
                                     .context = options->context,
                                     .waiting_bytes_max = options->waiting_bytes_max,
                                     .stall_ms_max = options->stall_ms_max > 0 ? options->stall_ms_max : STALL_MS,
                                     .uses = 1};
    if (stream->next != NULL) stream->next->link_to_this = &stream->next;
    streams->streams = stream;
    streams->holds++;
    stream->timer = loop_timer_open(streams->loop, timer_fired, stream);
    stream->turn = loop_turn_open(streams->loop, turn_ends, stream);
    stream->is_added = connect_by_curl(stream, options);
    if (!stream->is_added) loop_timer_start(stream->timer, 0);
    return stream;
}

const char *client_stream_authority(const struct client_stream *stream) {
    return stream->target.authority;
}

const char *client_stream_target(const struct client_stream *stream) {
    return stream->target.path;
}

/* ---- All of them ---- */

enum err client_streams_new(struct client_streams **streams, struct loop *loop) {
    if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) return ERR_MEMORY;
    struct client_streams *s = memory_zeroed(1, sizeof *s);
    s->loop = loop;
    s->holds = 1;
    *streams = s;
    return ERR_OK;
}

void client_streams_trust(struct client_streams *streams, const char *authorities_file) {
    const size_t size = authorities_file == NULL ? 0 : strlen(authorities_file) + 1;
    memory_free(streams->authorities_file);
    streams->authorities_file = size == 0 ? NULL : memory_zeroed(size, 1);
    if (size > 0) memcpy(streams->authorities_file, authorities_file, size);
}

struct loop *client_streams_loop(const struct client_streams *streams) {
    return streams->loop;
}

void client_streams_free(struct client_streams *streams) {
    if (streams == NULL) return;
    while (streams->streams != NULL) stream_fail(streams->streams, "this program lets go of it");
    streams_let_go(streams);
}
