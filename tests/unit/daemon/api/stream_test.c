/* SPDX-License-Identifier: Apache-2.0 */
#include "unit/daemon/api/api_world.h"

static struct client *stream_open(struct api_world *world, const char *headers) {
    char request[1024];
    struct client *client = client_open(world);
    (void)snprintf(request, sizeof request, "GET /api/v1/stream HTTP/1.1\r\nHost: localhost\r\n%s%s\r\n", WORLD_BEARER,
                   headers);
    client_send(client, request);
    return client;
}

/* The data of the nth message of that name (from 0), parsed. */
static const struct json_value *message(struct client *client, const char *name, size_t nth) {
    char mark[32], *text;
    (void)snprintf(mark, sizeof mark, "event: %s\n", name);
    const char *at = client->text;
    for (size_t i = 0; i <= nth; i++) {
        at = strstr(i == 0 ? at : at + 1, mark);
        assert_non_null(at);
    }
    at = strstr(at, "\ndata: ") + strlen("\ndata: ");
    text = strndup(at, strcspn(at, "\n"));
    size_t size = strlen(text);
    memcpy(client->world->tree, text, size + 1); /* the tree's strings point into it */
    free(text);
    struct arena arena = arena_over(client->world->tree + size + 8 - size % 8, WORLD_TREE_SIZE - size - 16);
    enum json_fault fault;
    const struct json_value *json =
        json_parse((struct span){client->world->tree, size}, JSON_WIRE, &arena, &fault, NULL);
    assert_non_null(json);
    return json;
}

/* The id of the last message that came. */
static void last_id(const struct client *client, char id[64]) {
    const char *last = NULL;
    for (const char *at = client->text; (at = strstr(at, "\nid: ")) != NULL; at++) last = at + strlen("\nid: ");
    assert_non_null(last);
    (void)snprintf(id, 64, "%.*s", (int)strcspn(last, "\n"), last);
}

static void stream_begins_with_a_snapshot_and_ticks(void **state) {
    struct api_world *world = *state;
    char value[512];
    struct client *client = stream_open(world, "");
    client_wait(client, "event: tick\n", 2);
    assert_int_equal(client_status(client), 200);
    assert_string_equal(client_header(client, "Content-Type", value), "text/event-stream");
    assert_string_equal(client_header(client, "Cache-Control", value), "no-store");
    assert_string_equal(client_header(client, "X-Accel-Buffering", value), "no");
    assert_non_null(strstr(client->text, "retry: 2000\n\n"));
    assert_true(strstr(client->text, "event: snapshot\n") < strstr(client->text, "event: tick\n"));
    assert_int_equal(client_count(client, "event: snapshot\n"), 1);
    assert_non_null(json_member(message(client, "snapshot", 0), "node"));
    assert_non_null(json_member(message(client, "tick", 0), "asOf"));
    /* Every message has an id. */
    assert_int_equal(client_count(client, "\nevent: "), client_count(client, "\nid: "));
    client_close(client);
}

static void stream_tells_of_events_as_they_come(void **state) {
    struct api_world *world = *state;
    struct span text;
    struct client *client = stream_open(world, "");
    client_wait(client, "event: tick\n", 1);
    world_add_event(world, EVENT_STORE_FAILED, "line\nbreak");
    client_wait(client, "event: event\n", 1);
    assert_true(json_as_string(json_member(message(client, "event", 0), "code"), &text));
    assert_true(span_equal_text(text, "store-failed"));
    client_close(client);
}

static void stream_tells_what_changed_and_nothing_else(void **state) {
    struct api_world *world = *state;
    struct span text;
    struct client *client = stream_open(world, "");
    client_wait(client, "event: tick\n", 1);
    world_add_link(world, 1);
    client_wait(client, "event: delta\n", 1);
    const struct json_value *delta = message(client, "delta", 0);
    const struct json_value *upsert = json_member(json_member(delta, "links"), "upsert");
    assert_non_null(json_member(delta, "asOf"));
    assert_non_null(upsert);
    assert_int_equal(upsert->count, 1);
    assert_true(json_as_string(json_member(&upsert->as.items[0], "id"), &text));
    assert_true(span_equal_text(text, "1"));
    assert_null(json_member(json_member(delta, "panels"), "node"));
    assert_null(json_member(json_member(delta, "panels"), "signaling"));
    assert_int_equal(client_count(client, "event: delta\n"), 1);
    client_close(client);
}

static void quiet_node_has_no_deltas(void **state) {
    struct api_world *world = *state;
    struct client *client = stream_open(world, "");
    client_wait(client, "event: tick\n", 2); /* at least a second has gone by */
    assert_int_equal(client_count(client, "event: delta\n"), 0);
    client_close(client);
}

/* Reads to a tick, goes away, lets things happen, and comes back with the id. */
static struct client *come_back(struct api_world *world, void (*meanwhile)(struct api_world *world)) {
    char id[64], header[128];
    struct client *client = stream_open(world, "");
    client_wait(client, "event: tick\n", 1);
    last_id(client, id);
    client_close(client);
    meanwhile(world);
    (void)snprintf(header, sizeof header, "Last-Event-ID: %s\r\n", id);
    client = stream_open(world, header);
    client_wait(client, "event: tick\n", 1);
    return client;
}

static void nothing_happens(struct api_world *world) {
    (void)world;
}

static void link_and_two_events(struct api_world *world) {
    world_add_link(world, 1); /* an event of its own */
    world_add_event(world, EVENT_STORE_FAILED, "missed");
}

static void reader_that_missed_nothing_gets_no_snapshot(void **state) {
    struct client *client = come_back(*state, nothing_happens);
    assert_int_equal(client_count(client, "event: snapshot\n"), 0);
    assert_int_equal(client_count(client, "event: delta\n"), 0);
    assert_int_equal(client_count(client, "event: event\n"), 0);
    client_close(client);
}

static void reader_that_comes_back_gets_what_it_missed(void **state) {
    struct client *client = come_back(*state, link_and_two_events);
    assert_int_equal(client_count(client, "event: snapshot\n"), 0);
    assert_int_equal(client_count(client, "event: delta\n"), 1);
    assert_int_equal(client_count(client, "event: event\n"), 2);
    assert_non_null(strstr(client->text, "missed"));
    client_close(client);
}

static void another_reader_is_there(struct api_world *world) {
    struct client *other = stream_open(world, "");
    client_wait(other, "event: tick\n", 1);
    link_and_two_events(world);
    client_wait(other, "event: delta\n", 1);
    client_close(other);
    world_add_link(world, 3);
}

static void reader_that_deltas_passed_by_gets_a_snapshot(void **state) {
    struct client *client = come_back(*state, another_reader_is_there);
    assert_int_equal(client_count(client, "event: snapshot\n"), 1);
    assert_int_equal(client_count(client, "event: event\n"), 3);
    client_close(client);
}

static void foreign_ids_get_a_snapshot(void **state) {
    static const char *const ids[] = {"1.0.0", "x", "1763640000000-17", "99999999999999999999.1.1", "1.2", "-1.-1.-1"};
    struct api_world *world = *state;
    for (size_t i = 0; i < sizeof ids / sizeof ids[0]; i++) {
        char header[128];
        (void)snprintf(header, sizeof header, "Last-Event-ID: %s\r\n", ids[i]);
        struct client *client = stream_open(world, header);
        client_wait(client, "event: tick\n", 1);
        assert_int_equal(client_count(client, "event: snapshot\n"), 1);
        client_close(client);
    }
}

static void seventeenth_stream_is_refused_until_one_ends(void **state) {
    struct api_world *world = *state;
    struct client *clients[16];
    for (size_t i = 0; i < 16; i++) {
        clients[i] = stream_open(world, "");
        client_wait(clients[i], "event: tick\n", 1);
    }
    struct client *late = stream_open(world, "Connection: close\r\n");
    client_wait(late, NULL, 0);
    assert_int_equal(client_status(late), 503);
    client_close(late);
    client_close(clients[0]);
    /* Whether the server has noticed by then is its loop's affair: the next is let in at some time. */
    for (int attempt = 0; attempt < 100; attempt++) {
        clients[0] = stream_open(world, "");
        client_wait(clients[0], "\r\n\r\n", 1);
        if (client_status(clients[0]) == 200) break;
        client_close(clients[0]);
        clients[0] = NULL;
    }
    assert_non_null(clients[0]);
    for (size_t i = 0; i < 16; i++) client_close(clients[i]);
}

static void slow_reader_is_closed_and_the_others_go_on(void **state) {
    struct api_world *world = *state;
    struct client *slow = stream_open(world, ""), *quick = stream_open(world, "");
    client_wait(slow, "event: tick\n", 1);
    client_wait(quick, "event: tick\n", 1);
    int small = 65536;
    assert_int_equal(setsockopt(slow->fd, SOL_SOCKET, SO_RCVBUF, &small, sizeof small), 0);
    loop_watch_want(slow->watch, 0);
    /* Far more than the server keeps for one reader and the system for a socket. */
    char text[EVENT_TEXT_MAX + 1];
    memset(text, 'x', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    size_t told = 0;
    for (; told < 14000; told += 500) {
        quick->size = 0; /* only what comes from here on is counted */
        quick->text[0] = '\0';
        for (int i = 0; i < 500; i++) world_add_event(world, EVENT_STORE_FAILED, text);
        client_wait(quick, "event: event\n", 500);
    }
    loop_watch_want(slow->watch, LOOP_READABLE);
    client_wait(slow, NULL, 0); /* what was kept, then the end */
    assert_true(client_count(slow, "event: event\n") < told);
    client_close(slow);
    client_close(quick);
}

static void api_that_ends_ends_its_streams(void **state) {
    struct api_world *world = *state;
    struct client *client = stream_open(world, "");
    client_wait(client, "event: tick\n", 1);
    api_free(world->api);
    world->api = NULL;
    world_add_event(world, EVENT_STORE_FAILED, "nobody listens");
    client_wait(client, NULL, 0);
    client_close(client);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, world_setup, world_teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(stream_begins_with_a_snapshot_and_ticks),
        TEST(stream_tells_of_events_as_they_come),
        TEST(stream_tells_what_changed_and_nothing_else),
        TEST(quiet_node_has_no_deltas),
        TEST(reader_that_missed_nothing_gets_no_snapshot),
        TEST(reader_that_comes_back_gets_what_it_missed),
        TEST(reader_that_deltas_passed_by_gets_a_snapshot),
        TEST(foreign_ids_get_a_snapshot),
        TEST(seventeenth_stream_is_refused_until_one_ends),
        TEST(slow_reader_is_closed_and_the_others_go_on),
        TEST(api_that_ends_ends_its_streams),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
