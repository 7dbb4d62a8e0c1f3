/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* A real API over a small engine, and clients with raw sockets, in one process and on one loop. Nothing sleeps: a test
 * runs the loop until something has come, at most 5 s. */

#include <arpa/inet.h>
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/encoding.h"
#include "base/json.h"
#include "daemon/api/api.h"
#include "daemon/history/history.h"
#include "daemon/store/store.h"

#define WORLD_TOKEN   "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"
#define WORLD_NODE_ID "myxzypxz7askc56bpu6l5rklmdee7mst" /* of the key below */
#define WORLD_COOKIE  "skep-myxzypxz"
#define WORLD_BEARER  "Authorization: Bearer " WORLD_TOKEN "\r\n"

enum { WORLD_UNTIL_MS = 5000, WORLD_TREE_SIZE = 8 * 1024 * 1024 };

struct api_world {
    struct loop *loop;
    struct engine *engine;
    struct actions *actions;
    struct event_log *events;
    struct store *store; /* NULL: the history is in memory alone */
    struct history *history;
    struct api *api;
    struct http_place bound;
    struct loop_timer *deadline;
    bool is_late;
    bool is_ready;
    bool has_beacon;
    uint8_t *tree; /* of the JSON parsed last */
};

static inline void world_is_late(void *context) {
    struct api_world *world = context;
    world->is_late = true;
    loop_stop(world->loop);
}

static inline bool world_is_ready(void *context, const char **failing) {
    *failing = "store";
    return ((struct api_world *)context)->is_ready;
}

static inline bool world_count_beacon(void *context, struct beacon_counts *counts) {
    *counts = (struct beacon_counts){.communities = 2, .entries = 7, .announces = 19, .accepted = 12, .over_rate = 3};
    counts->refused[REFUSAL_TICKET_EXPIRED] = 4;
    return ((struct api_world *)context)->has_beacon;
}

static inline struct engine *world_engine(int64_t now_ms) {
    static const struct engine_source source = {"beacon-1", "http://127.0.0.1:4123"};
    struct signing_key key;
    uint8_t seed[32];
    struct buffer out = buffer_over(seed, sizeof seed);
    assert_true(hex_read(SPAN_LITERAL("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60"), &out));
    sign_key_from_seed(&key, seed);
    const struct engine_options options = {
        .node_key = &key,
        .community = "demo",
        .agent = "skep/test",
        .entropy = entropy_of_system(),
        .seed = 1,
        .book_rows = 32,
        .passive_tickets = 8,
        .links = 16,
        .listens_on_loopback_only = true,
        .sources = &source,
        .source_count = 1,
    };
    return engine_new(&options, now_ms);
}

static inline void world_feed(struct api_world *world, const struct input *input) {
    struct action action;
    engine_feed(world->engine, input, world->actions, loop_now_ms(world->loop));
    while (actions_take(world->actions, &action))
        if (action.kind == ACTION_EMIT) event_log_add(world->events, &action.as.event);
}

/* A link that a peer opened; its handshake is done, its hello is awaited. */
static inline void world_add_link(struct api_world *world, uint32_t id) {
    struct input input = {.kind = INPUT_LINK_UP};
    struct signing_key key;
    uint8_t seed[32] = {(uint8_t)id};
    sign_key_from_seed(&key, seed);
    input.as.link.id = id;
    input.as.link.is_inbound = true;
    input.as.link.key = sign_public_key(&key);
    assert_true(address_read(SPAN_LITERAL("127.0.0.1:9999"), &input.as.link.remote));
    world_feed(world, &input);
}

static inline void world_add_event(struct api_world *world, enum event_code code, const char *text) {
    struct event event = {.code = (uint16_t)code, .at_ms = loop_now_ms(world->loop)};
    event_set_text(&event, text);
    event_log_add(world->events, &event);
}

/* `folder`: where the history is kept; NULL: nowhere. */
static inline struct api_world *world_open_in(struct api_facts facts, const char *folder) {
    static const char *const hosts[] = {"node.example", "proxied.example:8443"};
    struct api_world *world = calloc(1, sizeof *world);
    struct err_detail detail;
    struct input clock = {.kind = INPUT_CLOCK}, start = {.kind = INPUT_START};
    assert_non_null(world);
    assert_int_equal(loop_new(&world->loop), ERR_OK);
    world->is_ready = true;
    world->tree = malloc(WORLD_TREE_SIZE);
    world->actions = actions_new();
    world->events = event_log_new();
    const struct store_options store = {.loop = world->loop, .folder = folder};
    if (folder != NULL) assert_int_equal(store_open(&world->store, &store, &detail), ERR_OK);
    world->history =
        history_new(&(struct history_options){.loop = world->loop, .store = world->store, .folder = folder});
    world->engine = world_engine(loop_now_ms(world->loop));
    assert_non_null(world->engine);
    clock.as.wall_ms = loop_now_ms(world->loop);
    world_feed(world, &clock);
    world_feed(world, &start);
    struct api_options options = {.loop = world->loop,
                                  .token = WORLD_TOKEN,
                                  .hosts = hosts,
                                  .host_count = 2,
                                  .engine = world->engine,
                                  .events = world->events,
                                  .history = world->history,
                                  .facts = facts,
                                  .is_ready = world_is_ready,
                                  .count_beacon = world_count_beacon,
                                  .context = world};
    assert_true(http_place_read(SPAN_LITERAL("127.0.0.1:0"), &options.at));
    assert_true(address_read(SPAN_LITERAL("127.0.0.1:8782"), &options.facts.listen));
    assert_int_equal(api_new(&world->api, &options, &world->bound, &detail), ERR_OK);
    world->deadline = loop_timer_open(world->loop, world_is_late, world);
    return world;
}

static inline struct api_world *world_open_as(struct api_facts facts) {
    return world_open_in(facts, NULL);
}

static inline struct api_world *world_open(void) {
    return world_open_as((struct api_facts){.roles = {"node", "beacon"}, .role_count = 2, .has_listen = true});
}

static inline void world_close(struct api_world *world) {
    api_free(world->api);
    history_free(world->history);
    store_close(world->store);
    loop_timer_close(world->deadline);
    loop_free(world->loop);
    engine_free(world->engine);
    actions_free(world->actions);
    event_log_free(world->events);
    free(world->tree);
    free(world);
}

/* ---- Clients ---- */

struct client {
    struct api_world *world;
    int fd;
    struct loop_watch *watch;
    char *text; /* everything that came, NUL-terminated */
    size_t size;
    bool is_ended;
    const char *awaited; /* NULL: the end */
    size_t awaited_count;
};

static inline size_t client_count(const struct client *client, const char *text) {
    const char *end = client->text + client->size;
    size_t count = 0;
    for (const char *at = client->text; (at = memmem(at, (size_t)(end - at), text, strlen(text))) != NULL; at++)
        count++;
    return count;
}

static inline bool client_has_it(const struct client *client) {
    if (client->is_ended || client->awaited == NULL) return client->is_ended;
    return client_count(client, client->awaited) >= client->awaited_count;
}

static inline void client_ready(void *context, unsigned events) {
    struct client *client = context;
    (void)events;
    client->text = realloc(client->text, client->size + 65536 + 1);
    assert_non_null(client->text);
    ssize_t size = recv(client->fd, client->text + client->size, 65536, MSG_DONTWAIT);
    if (size < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) return;
    client->is_ended = size <= 0;
    if (size > 0) client->size += (size_t)size;
    client->text[client->size] = '\0';
    if (client->is_ended) loop_watch_want(client->watch, 0);
    if (client_has_it(client)) loop_stop(client->world->loop);
}

static inline struct client *client_open(struct api_world *world) {
    struct client *client = calloc(1, sizeof *client);
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_port = htons(world->bound.address.port)};
    assert_non_null(client);
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    client->world = world;
    client->fd = socket(AF_INET, SOCK_STREAM, 0);
    assert_true(client->fd >= 0);
    assert_int_equal(connect(client->fd, (struct sockaddr *)&at, sizeof at), 0);
    client->text = calloc(1, 1);
    client->watch = loop_watch_open(world->loop, client->fd, client_ready, client);
    assert_non_null(client->watch);
    loop_watch_want(client->watch, LOOP_READABLE);
    return client;
}

static inline void client_close(struct client *client) {
    loop_watch_close(client->watch);
    close(client->fd);
    free(client->text);
    free(client);
}

static inline void client_send(struct client *client, const char *text) {
    size_t size = strlen(text);
    assert_int_equal(send(client->fd, text, size, MSG_NOSIGNAL), (ssize_t)size);
}

/* Runs the loop until `text` has come `count` times; NULL: until the connection ends. */
static inline void client_wait(struct client *client, const char *text, size_t count) {
    struct api_world *world = client->world;
    client->awaited = text;
    client->awaited_count = count;
    world->is_late = false;
    if (client_has_it(client)) return;
    loop_timer_start(world->deadline, WORLD_UNTIL_MS);
    loop_run(world->loop);
    loop_timer_stop(world->deadline);
    client->awaited = NULL;
    if (world->is_late) fail_msg("waited for \"%s\" in:\n%s", text == NULL ? "the end" : text, client->text);
}

/* One call on a connection of its own. `headers` ends each line with CRLF; a Host of ours is added unless there is one.
 * The answer is to be freed by client_close. */
static inline struct client *world_call(struct api_world *world, const char *method, const char *path,
                                        const char *headers, const char *body) {
    char request[16384];
    struct client *client = client_open(world);
    const char *host = strstr(headers, "Host:") != NULL ? "" : "Host: localhost:8780\r\n";
    int size =
        snprintf(request, sizeof request, "%s %s HTTP/1.1\r\n%s%sConnection: close\r\nContent-Length: %zu\r\n\r\n%s",
                 method, path, host, headers, strlen(body), body);
    assert_true(size > 0 && (size_t)size < sizeof request);
    client_send(client, request);
    client_wait(client, NULL, 0);
    return client;
}

static inline int client_status(const struct client *client) {
    int status = 0;
    assert_int_equal(sscanf(client->text, "HTTP/1.1 %d", &status), 1);
    return status;
}

static inline const char *client_body(const struct client *client) {
    const char *end = strstr(client->text, "\r\n\r\n");
    assert_non_null(end);
    return end + 4;
}

/* The value of a header of the answer, or NULL. */
static inline const char *client_header(const struct client *client, const char *name, char value[512]) {
    char line[128];
    (void)snprintf(line, sizeof line, "\r\n%s: ", name);
    const char *at = strstr(client->text, line);
    if (at == NULL || at > client_body(client)) return NULL;
    at += strlen(line);
    (void)snprintf(value, 512, "%.*s", (int)strcspn(at, "\r"), at);
    return value;
}

static inline const struct json_value *world_parse(struct api_world *world, const char *text) {
    struct arena arena = arena_over(world->tree, WORLD_TREE_SIZE);
    enum json_fault fault;
    const struct json_value *json = json_parse(span_of_text(text), JSON_WIRE, &arena, &fault, NULL);
    if (json == NULL) fail_msg("not JSON (%s): %s", json_fault_name(fault), text);
    return json;
}

static inline int world_status(struct api_world *world, const char *method, const char *path, const char *headers,
                               const char *body) {
    struct client *client = world_call(world, method, path, headers, body);
    int status = client_status(client);
    client_close(client);
    return status;
}

/* The parsed body of a GET with the token; its tree lives until the next. */
static inline const struct json_value *world_get(struct api_world *world, const char *path, char **text) {
    struct client *client = world_call(world, "GET", path, WORLD_BEARER, "");
    assert_int_equal(client_status(client), 200);
    *text = strdup(client_body(client));
    client_close(client);
    return world_parse(world, *text);
}

static inline int world_setup(void **state) {
    *state = world_open();
    return 0;
}

static inline int world_teardown(void **state) {
    world_close(*state);
    return 0;
}
