/* SPDX-License-Identifier: Apache-2.0 */
/* Many requests at once on the loop: curl says which sockets and which time it waits for, we call it back. */
#include <string.h>

#include "base/memory.h"
#include "base/must.h"
#include "daemon/client/http_transfer.h"

struct client_watch {
    struct http_client *client;
    struct loop_watch *watch;
    curl_socket_t fd;
    struct client_watch *next;
};

struct client_call {
    struct http_transfer transfer;
    struct http_client *client;
    struct client_call *next;
    struct client_call **link_to_this;
    uint8_t *answer;
    size_t answer_size;
    size_t answer_capacity;
    size_t answer_size_max;
    int64_t begun_ms;
    bool is_unsendable; /* curl refused it, or there is no memory: told from the loop, as any other end */
    void (*done)(void *context, const struct http_result *result);
    void (*dropped)(void *context);
    void *context;
};

struct http_client {
    struct loop *loop;
    CURLM *multi;
    struct loop_timer *timer;        /* curl's */
    struct loop_timer *unsent_timer; /* for calls that never reached curl */
    struct client_call *calls;
    struct client_watch *watches;
    bool is_ending_calls; /* `done` is being called */
    bool is_freed;
};

static bool call_reserve(struct client_call *call, size_t size) {
    if (size <= call->answer_capacity) return true;
    size_t capacity = call->answer_capacity > 0 ? call->answer_capacity : 4096;
    while (capacity < size) capacity *= 2;
    uint8_t *moved = memory_try_zeroed(capacity, 1);
    if (moved == NULL) return false;
    if (call->answer_size > 0) memcpy(moved, call->answer, call->answer_size);
    memory_free(call->answer);
    call->answer = moved;
    call->answer_capacity = capacity;
    return true;
}

/* Anything but the whole size ends the transfer. */
static size_t call_take(char *bytes, size_t one, size_t size, void *context) {
    struct client_call *call = context;
    (void)one;
    if (size > call->answer_size_max - call->answer_size || !call_reserve(call, call->answer_size + size)) return 0;
    if (size > 0) memcpy(call->answer + call->answer_size, bytes, size);
    call->answer_size += size;
    return size;
}

static void call_free(struct client_call *call) {
    *call->link_to_this = call->next;
    if (call->next != NULL) call->next->link_to_this = call->link_to_this;
    if (call->transfer.easy != NULL && !call->is_unsendable)
        (void)curl_multi_remove_handle(call->client->multi, call->transfer.easy);
    http_transfer_deinit(&call->transfer);
    memory_free(call->answer);
    memory_free(call);
}

static void call_drop(struct client_call *call) {
    void (*dropped)(void *) = call->dropped;
    void *context = call->context;
    call_free(call);
    if (dropped != NULL) dropped(context);
}

static void client_dispose(struct http_client *client) {
    while (client->calls != NULL) call_drop(client->calls);
    (void)curl_multi_cleanup(client->multi);
    while (client->watches != NULL) {
        struct client_watch *watch = client->watches;
        client->watches = watch->next;
        loop_watch_close(watch->watch);
        memory_free(watch);
    }
    loop_timer_close(client->timer);
    loop_timer_close(client->unsent_timer);
    curl_global_cleanup();
    memory_free(client);
}

static void call_end(struct client_call *call, CURLcode code) {
    struct http_client *client = call->client;
    struct http_result result = {.outcome = http_transfer_outcome(code),
                                 .elapsed_ms = loop_now_ms(client->loop) - call->begun_ms};
    if (result.outcome == HTTP_OUTCOME_ANSWERED) {
        result.status = http_transfer_status(&call->transfer);
        result.body = (struct span){call->answer, call->answer_size};
    } else {
        result.detail = http_transfer_detail(&call->transfer, code);
    }
    call->done(call->context, &result);
    call_free(call);
}

static struct client_call *next_unsendable(struct http_client *client) {
    struct client_call *call = client->calls;
    while (call != NULL && !call->is_unsendable) call = call->next;
    return call;
}

static struct client_call *next_finished(struct http_client *client, CURLcode *code) {
    int left = 0;
    CURLMsg *message = curl_multi_info_read(client->multi, &left);
    while (message != NULL && message->msg != CURLMSG_DONE) message = curl_multi_info_read(client->multi, &left);
    if (message == NULL) return NULL;
    char *call = NULL;
    *code = message->data.result;
    must(curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &call) == CURLE_OK && call != NULL);
    return (struct client_call *)(void *)call;
}

/* `done` may make calls, and may free the client: that waits until we are through. */
static void client_end_calls(struct http_client *client) {
    struct client_call *call;
    CURLcode code = CURLE_OK;
    if (client->is_ending_calls) return;
    client->is_ending_calls = true;
    while (!client->is_freed && (call = next_finished(client, &code)) != NULL) call_end(call, code);
    while (!client->is_freed && (call = next_unsendable(client)) != NULL) call_end(call, CURLE_FAILED_INIT);
    client->is_ending_calls = false;
    if (client->is_freed) client_dispose(client);
}

static void client_act(struct http_client *client, curl_socket_t fd, int events) {
    int running = 0;
    (void)curl_multi_socket_action(client->multi, fd, events, &running);
    client_end_calls(client);
}

static void watch_ready(void *context, unsigned events) {
    const struct client_watch *watch = context;
    client_act(watch->client, watch->fd,
               (events & LOOP_READABLE ? CURL_CSELECT_IN : 0) | (events & LOOP_WRITABLE ? CURL_CSELECT_OUT : 0));
}

static void timer_fired(void *context) {
    client_act(context, CURL_SOCKET_TIMEOUT, 0);
}

static void unsent_fired(void *context) {
    client_end_calls(context);
}

static void watch_remove(struct http_client *client, struct client_watch *watch) {
    struct client_watch **link = &client->watches;
    while (*link != watch) link = &(*link)->next;
    *link = watch->next;
    loop_watch_close(watch->watch);
    memory_free(watch);
}

static struct client_watch *watch_add(struct http_client *client, curl_socket_t fd) {
    struct client_watch *watch = memory_zeroed(1, sizeof *watch);
    *watch = (struct client_watch){.client = client, .fd = fd, .next = client->watches};
    watch->watch = loop_watch_open(client->loop, fd, watch_ready, watch);
    if (watch->watch == NULL) {
        memory_free(watch);
        return NULL;
    }
    client->watches = watch;
    (void)curl_multi_assign(client->multi, fd, watch);
    return watch;
}

/* curl: this socket waits for that. -1 fails the transfers of the socket. */
static int on_socket(CURL *easy, curl_socket_t fd, int what, void *context, void *socket_context) {
    struct client_watch *watch = socket_context;
    (void)easy;
    if (what == CURL_POLL_REMOVE) {
        if (watch != NULL) watch_remove(context, watch);
        return 0;
    }
    if (watch == NULL) watch = watch_add(context, fd);
    if (watch == NULL) return -1;
    loop_watch_want(watch->watch,
                    (what & CURL_POLL_IN ? LOOP_READABLE : 0U) | (what & CURL_POLL_OUT ? LOOP_WRITABLE : 0U));
    return 0;
}

static int on_timer(CURLM *multi, long delay_ms, void *context) {
    struct http_client *client = context;
    (void)multi;
    if (delay_ms < 0)
        loop_timer_stop(client->timer);
    else
        loop_timer_start(client->timer, delay_ms);
    return 0;
}

enum err http_client_new(struct http_client **client, struct loop *loop) {
    if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) return ERR_MEMORY;
    CURLM *multi = curl_multi_init();
    if (multi == NULL) {
        curl_global_cleanup();
        return ERR_MEMORY;
    }
    struct http_client *c = memory_zeroed(1, sizeof *c);
    *c = (struct http_client){.loop = loop, .multi = multi};
    c->timer = loop_timer_open(loop, timer_fired, c);
    c->unsent_timer = loop_timer_open(loop, unsent_fired, c);
    (void)curl_multi_setopt(multi, CURLMOPT_SOCKETFUNCTION, on_socket);
    (void)curl_multi_setopt(multi, CURLMOPT_SOCKETDATA, c);
    (void)curl_multi_setopt(multi, CURLMOPT_TIMERFUNCTION, on_timer);
    (void)curl_multi_setopt(multi, CURLMOPT_TIMERDATA, c);
    *client = c;
    return ERR_OK;
}

static bool call_send(struct client_call *call, const struct http_call *wanted) {
    CURL *easy;
    if (!http_transfer_init(&call->transfer, wanted, HTTP_TRANSFER_WHOLE)) return false;
    easy = call->transfer.easy;
    return curl_easy_setopt(easy, CURLOPT_PRIVATE, (void *)call) == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, call_take) == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_WRITEDATA, (void *)call) == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_MAXFILESIZE_LARGE, (curl_off_t)wanted->answer_bytes_max) == CURLE_OK &&
           curl_multi_add_handle(call->client->multi, easy) == CURLM_OK;
}

void http_client_call(struct http_client *client, const struct http_call *call,
                      void (*done)(void *context, const struct http_result *result), void *context) {
    must(!client->is_freed);
    struct client_call *c = memory_zeroed(1, sizeof *c);
    *c = (struct client_call){.client = client,
                              .next = client->calls,
                              .link_to_this = &client->calls,
                              .answer_size_max = call->answer_bytes_max,
                              .begun_ms = loop_now_ms(client->loop),
                              .done = done,
                              .dropped = call->dropped,
                              .context = context};
    if (c->next != NULL) c->next->link_to_this = &c->next;
    client->calls = c;
    c->is_unsendable = !call_send(c, call);
    if (c->is_unsendable) loop_timer_start(client->unsent_timer, 0);
}

void http_client_free(struct http_client *client) {
    if (client == NULL) return;
    client->is_freed = true;
    if (!client->is_ending_calls) client_dispose(client);
}
