/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/echo_session.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "cli/command.h"
#include "crypto/entropy.h"
#include "daemon/client/client_stream.h"
#include "swarm/signaling/endpoint_url.h"

enum { LOST_TOLD = 3 }; /* of one connection: more of the same says nothing new */

/* One connection, for people: its number. */
struct echo_mark {
    unsigned number, lost; /* number 0: the row is free */
    bool is_paused;
};

struct echo {
    const struct echo_order *order;
    struct loop *loop;
    struct client_streams *streams;
    struct signal_client *signal;
    struct peerjs_peer *peer;
    struct loop_timer *leave_timer, *reach_timer;
    size_t told_endpoint; /* the one in use when it was told last */
    uint64_t told_attempts[ENDPOINTS_MAX];
    struct echo_mark marks[PEERJS_CONNECTIONS_MAX];
    unsigned numbered; /* connections so far */
    bool has_dialled, is_leaving;
    int64_t leave_by_ms;
    int exit_code;
};

static void leave_with(struct echo *echo, int exit_code) {
    if (echo->is_leaving) return;
    echo->is_leaving = true;
    echo->exit_code = exit_code;
    echo->leave_by_ms = loop_now_ms(echo->loop) + ECHO_LEAVE_MS;
    peerjs_peer_close_all(echo->peer);
    loop_timer_start(echo->leave_timer, 0);
}

static void leave_when_closed(void *context) {
    struct echo *echo = context;
    if (peerjs_peer_count(echo->peer) == 0 || loop_now_ms(echo->loop) >= echo->leave_by_ms)
        loop_stop(echo->loop);
    else
        loop_timer_start(echo->leave_timer, 20);
}

static void on_signal(void *context, int number) {
    struct echo *echo = context;
    (void)number;
    if (echo->is_leaving) return;
    echo_report_leaving(&echo->order->report, peerjs_peer_count(echo->peer));
    leave_with(echo, EXIT_CODE_DONE);
}

static struct echo_mark *mark_of(struct data_connection *c) {
    return data_connection_context(c);
}

static void mark(struct echo *echo, struct data_connection *c) {
    struct echo_mark *mark = echo->marks;
    while (mark->number != 0) mark++; /* there are as many as connections */
    *mark = (struct echo_mark){.number = ++echo->numbered};
    data_connection_set_context(c, mark);
}

static bool on_offered(void *context, struct data_connection *c) {
    struct echo *echo = context;
    if (echo->is_leaving) return false;
    mark(echo, c);
    return true;
}

static void on_opened(void *context, struct data_connection *c) {
    const struct data_look look = data_connection_look(c);
    const struct echo *echo = context;
    echo_report_open(&echo->order->report, mark_of(c)->number, &look);
}

static void tell_lost(const struct echo *echo, struct data_connection *c, bool was_read, enum peerjs_fault fault) {
    struct echo_mark *mark = mark_of(c);
    if (++mark->lost <= LOST_TOLD) echo_report_lost(&echo->order->report, mark->number, was_read, fault);
}

static void on_message(void *context, struct data_connection *c, const struct data_message *message) {
    const enum peerjs_fault fault = data_connection_send(c, message);
    if (fault != PEERJS_FAULT_NONE) tell_lost(context, c, true, fault);
    if (data_connection_look(c).waiting <= ECHO_WAITING_MAX || mark_of(c)->is_paused) return;
    mark_of(c)->is_paused = true;
    data_connection_pause(c);
}

static void on_refused(void *context, struct data_connection *c, enum peerjs_fault fault) {
    tell_lost(context, c, false, fault);
}

static void on_drained(void *context, struct data_connection *c) {
    (void)context;
    if (!mark_of(c)->is_paused) return;
    mark_of(c)->is_paused = false;
    data_connection_resume(c);
}

static int exit_code_of(enum data_end end) {
    switch (end) {
    case DATA_END_CLOSED:
    case DATA_END_REMOTE:
    case DATA_END_REPLACED:
    case DATA_END_LEFT: return EXIT_CODE_DONE;
    case DATA_END_UNAVAILABLE:
    case DATA_END_NO_PATH:
    case DATA_END_TIMEOUT: return EXIT_CODE_UNREACHABLE;
    case DATA_END_LOST:
    case DATA_END_REFUSED:
    case DATA_END_FAILED: break;
    }
    return EXIT_CODE_FAILED;
}

static void on_closed(void *context, struct data_connection *c, enum data_end end, const char *detail) {
    struct echo *echo = context;
    const struct data_look look = data_connection_look(c);
    struct echo_mark *mark = mark_of(c);
    echo_report_closed(&echo->order->report, mark->number, &look, end, detail);
    mark->number = 0;
    if (look.is_dialled) leave_with(echo, exit_code_of(end));
}

static void dial(struct echo *echo) {
    const struct echo_order *order = echo->order;
    const struct data_dial how = {.peer = order->dial,
                                  .label = order->label,
                                  .serialization = order->serialization,
                                  .is_reliable = !order->is_unordered};
    echo->has_dialled = true;
    struct data_connection *c = peerjs_peer_dial(echo->peer, &how);
    if (c == NULL) {
        (void)fprintf(stderr, "skep echo: %s cannot be dialled: WebRTC has no place left\n", order->dial);
        leave_with(echo, EXIT_CODE_FAILED);
        return;
    }
    mark(echo, c);
    echo_report_dialling(&order->report, mark_of(c)->number, order->dial);
}

/* A failed attempt is told once, a server in use when it is another than before. */
static void on_signaling(void *context) {
    struct echo *echo = context;
    if (echo->peer == NULL) return; /* it is being made */
    const struct endpoint_set *set = signal_client_look(echo->signal);
    peerjs_peer_signaled(echo->peer);
    const size_t in_use = endpoint_set_in_use(set);
    for (size_t i = 0; i < set->count; i++) {
        const struct endpoint *row = &set->rows[i];
        if (row->state == ENDPOINT_WAITING && row->failures + row->takes > echo->told_attempts[i])
            echo_report_signaling(&echo->order->report, row->url, row->why);
        echo->told_attempts[i] = row->failures + row->takes;
    }
    if (in_use == echo->told_endpoint) return;
    echo->told_endpoint = in_use;
    if (in_use == ENDPOINT_NONE) return;
    echo_report_ready(&echo->order->report, echo->order->id, set->rows[in_use].url);
    if (echo->order->dial != NULL && !echo->has_dialled) dial(echo);
}

static void on_unreached(void *context) {
    struct echo *echo = context;
    if (echo->has_dialled) return;
    echo_report_unreached(&echo->order->report, ECHO_SIGNALING_MS);
    leave_with(echo, EXIT_CODE_UNREACHABLE);
}

static bool is_loopback(const char *url) {
    char host[ENDPOINT_HOST_MAX + 1];
    endpoint_url_host(span_of_text(url), host);
    return strcmp(host, "localhost") == 0 || strcmp(host, "::1") == 0 || strncmp(host, "127.", 4) == 0;
}

static void on_message_of_server(void *context, const struct signal_message *message) {
    const struct echo *echo = context;
    peerjs_peer_heard(echo->peer, message);
}

static uint64_t new_seed(void) {
    const struct entropy entropy = entropy_of_system();
    uint64_t seed;
    entropy_fill(&entropy, (uint8_t *)&seed, sizeof seed);
    return seed;
}

static enum err open_signal(struct echo *echo, struct err_detail *detail) {
    const struct signal_client_options options = {.loop = echo->loop,
                                                  .streams = echo->streams,
                                                  .urls = echo->order->urls,
                                                  .url_count = echo->order->url_count,
                                                  .remembered = ENDPOINT_NONE,
                                                  .peer_id = echo->order->id,
                                                  .seed = new_seed(),
                                                  .message = on_message_of_server,
                                                  .changed = on_signaling,
                                                  .context = echo};
    return signal_client_new(&echo->signal, &options, detail);
}

static enum err open_peer(struct echo *echo, struct err_detail *detail) {
    struct peerjs_peer_options options = {.loop = echo->loop,
                                          .signal = echo->signal,
                                          .seed = new_seed(),
                                          .callbacks = {.offered = on_offered,
                                                        .opened = on_opened,
                                                        .message = on_message,
                                                        .refused = on_refused,
                                                        .drained = on_drained,
                                                        .closed = on_closed},
                                          .context = echo};
    for (size_t i = 0; i < echo->order->url_count; i++) options.has_loopback |= is_loopback(echo->order->urls[i]);
    echo->peer = peerjs_peer_new(&options);
    return peerjs_peer_load(echo->peer, detail);
}

static void run_loop(struct echo *echo) {
    loop_on_signal(echo->loop, SIGINT, on_signal, echo);
    loop_on_signal(echo->loop, SIGTERM, on_signal, echo);
    if (echo->order->dial != NULL) loop_timer_start(echo->reach_timer, ECHO_SIGNALING_MS);
    loop_run(echo->loop);
}

int echo_session_run(const struct echo_order *order) {
    struct echo echo = {.order = order, .told_endpoint = ENDPOINT_NONE, .exit_code = EXIT_CODE_FAILED};
    struct err_detail detail = {0};
    enum err err = loop_new(&echo.loop);
    if (err == ERR_OK) err = client_streams_new(&echo.streams, echo.loop);
    if (err == ERR_OK) {
        echo.leave_timer = loop_timer_open(echo.loop, leave_when_closed, &echo);
        echo.reach_timer = loop_timer_open(echo.loop, on_unreached, &echo);
        err = open_signal(&echo, &detail);
        if (err == ERR_OK) err = open_peer(&echo, &detail);
    }
    if (err == ERR_OK)
        run_loop(&echo);
    else
        (void)fprintf(stderr, "skep echo: %s\n", detail.text[0] != '\0' ? detail.text : err_sentence(err));
    peerjs_peer_free(echo.peer);
    signal_client_free(echo.signal);
    loop_timer_close(echo.leave_timer);
    loop_timer_close(echo.reach_timer);
    client_streams_free(echo.streams);
    loop_free(echo.loop);
    return echo.exit_code;
}
