/* SPDX-License-Identifier: Apache-2.0 */
/* Looking back through the API, over a history that is made by hand. */
#include <pthread.h>

#include "unit/daemon/api/api_world.h"
#include "unit/daemon/history/history_fixture.h"
#include "unit/daemon/store/store_fixture.h"

static uint32_t now_s(const struct api_world *world) {
    return (uint32_t)(loop_wall_ms(world->loop) / 1000);
}

/* Eight links through `count` seconds from `from_s` on. */
static void take(struct api_world *world, uint32_t from_s, uint32_t count) {
    static struct seen seen;
    seen_init(&seen, 8);
    seen.evidence.now_ms = loop_now_ms(world->loop);
    seen.links[3].strength = 20;
    seen.links[3].rtt_ms = -1;
    seen_find(&seen, FINDING_BEACON_SILENT, EVENT_LEVEL_WARN);
    for (uint32_t i = 0; i < count; i++) {
        seen.evidence.bytes_in += 2048;
        history_take(world->history, seen_at(&seen, from_s + i));
    }
}

static const struct json_value *get(struct api_world *world, struct client **client, int status, const char *format,
                                    unsigned long at_ms) {
    char path[96];
    struct span body;
    enum json_fault fault;
    (void)snprintf(path, sizeof path, format, at_ms);
    *client = world_call(world, "GET", path, WORLD_BEARER, "");
    assert_int_equal(client_status(*client), status);
    const char *text = strstr((*client)->text, "\r\n\r\n");
    assert_non_null(text);
    body = span_of_text(text + 4);
    struct arena arena = arena_over(world->tree, WORLD_TREE_SIZE);
    const struct json_value *json = json_parse(body, JSON_WIRE, &arena, &fault, NULL);
    assert_non_null(json);
    return json;
}

static int64_t whole(const struct json_value *object, const char *name) {
    int64_t value = -1;
    if (!json_as_integer(json_member(object, name), 0, INT64_MAX, &value)) fail_msg("%s is no number", name);
    return value;
}

static void a_range_has_a_null_where_nothing_is_known(void **state) {
    (void)state;
    struct api_world *world = world_open();
    struct client *client;
    const uint32_t from_s = now_s(world) - 600;
    take(world, from_s - from_s % 10, 10);
    const struct json_value *json = get(world, &client, 200, "/api/v1/history?range=1h", 0);
    const struct json_value *series = json_member(json, "series");
    assert_int_equal(whole(json, "points"), 360);
    assert_int_equal(whole(json, "stepMs"), 10000);
    assert_int_equal(whole(json, "tierMs"), 1000);
    size_t known = 0;
    for (size_t i = 0; i < series->count; i++) assert_int_equal(series->as.members[i].value.count, 360);
    const struct json_value *rates = json_member(series, "inBytesPerSecond");
    for (size_t i = 0; i < 360; i++) {
        if (rates->as.items[i].kind == JSON_NULL) continue;
        assert_float_equal(rates->as.items[i].as.number, 2048, 1);
        known++;
    }
    assert_in_range(known, 1, 3); /* what the API itself sees meanwhile is the newest */
    client_close(client);
    world_close(world);
}

static void a_moment_has_its_second_and_the_links_of_its_minute(void **state) {
    (void)state;
    struct api_world *world = world_open();
    struct client *client;
    const uint32_t at_s = now_s(world) - 600;
    take(world, at_s, 1);
    const struct json_value *json =
        get(world, &client, 200, "/api/v1/history/moment?at=%lu", (unsigned long)at_s * 1000 + 999);
    assert_int_equal(whole(json, "at"), (int64_t)at_s * 1000);
    assert_int_equal(whole(json, "stepMs"), 1000);
    assert_int_equal(whole(json, "linkCount"), 8);
    assert_int_equal(whole(json, "inBytesPerSecond"), 2048);
    assert_int_equal(whole(json, "level"), 1);
    const struct json_value *links = json_member(json, "links"), *findings = json_member(json, "findings");
    assert_int_equal(links->count, 8);
    assert_int_equal(whole(&links->as.items[0], "strength"), 20); /* the weakest first */
    assert_int_equal(json_member(&links->as.items[0], "rttMs")->kind, JSON_NULL);
    assert_int_equal(findings->count, 1);
    assert_true(span_equal_text(findings->as.items[0].as.string, "beacon-silent"));
    client_close(client);
    world_close(world);
}

static void an_older_moment_is_its_minute_or_its_hour(void **state) {
    (void)state;
    struct api_world *world = world_open();
    struct client *client;
    const uint32_t hour_s = now_s(world) - now_s(world) % 3600, old_s = hour_s - 40 * 3600,
                   older_s = hour_s - 60 * 3600;
    take(world, older_s, 1);
    take(world, older_s + 48 * 3600, 1); /* in the same slot of the minutes */
    take(world, old_s, 1);
    take(world, old_s + 3600, 1); /* in the same slot of the seconds */
    const struct json_value *json =
        get(world, &client, 200, "/api/v1/history/moment?at=%lu", (unsigned long)old_s * 1000);
    assert_int_equal(whole(json, "stepMs"), 60000);
    client_close(client);
    json = get(world, &client, 200, "/api/v1/history/moment?at=%lu", (unsigned long)older_s * 1000);
    assert_int_equal(whole(json, "stepMs"), 3600000);
    assert_int_equal(json_member(json, "links")->kind, JSON_NULL);
    client_close(client);
    world_close(world);
}

static void what_is_not_kept_is_a_404_that_says_what_is(void **state) {
    (void)state;
    struct api_world *world = world_open();
    struct client *client;
    const uint32_t at_s = now_s(world) - 600;
    take(world, at_s, 1);
    (void)get(world, &client, 404, "/api/v1/history/moment?at=%lu", (unsigned long)(at_s - 7200) * 1000);
    assert_non_null(strstr(client->text, "moment-not-kept"));
    assert_non_null(strstr(client->text, "Kept are seconds since "));
    client_close(client);
    (void)get(world, &client, 404, "/api/v1/history/moment?at=%lu", (unsigned long)(at_s + 7200) * 1000);
    assert_non_null(strstr(client->text, "yet to come"));
    client_close(client);
    world_close(world);
}

static void a_query_that_is_missing_or_wrong_is_a_400(void **state) {
    (void)state;
    static const char *const paths[] = {"/api/v1/history",
                                        "/api/v1/history?range=2h",
                                        "/api/v1/history?range=",
                                        "/api/v1/history/moment",
                                        "/api/v1/history/moment?at",
                                        "/api/v1/history/moment?at=0",
                                        "/api/v1/history/moment?at=03:12"};
    struct api_world *world = world_open();
    for (size_t i = 0; i < sizeof paths / sizeof paths[0]; i++) {
        struct client *client = world_call(world, "GET", paths[i], WORLD_BEARER, "");
        if (client_status(client) != 400) fail_msg("%s: %s", paths[i], client->text);
        assert_non_null(strstr(client->text, "query-malformed"));
        client_close(client);
    }
    world_close(world);
}

/* ---- Whose answer comes from the disk ---- */

/* The pool's threads, held until the test lets them go: what is asked of the disk meanwhile waits. */
struct held_pool {
    pthread_mutex_t gate;
    size_t left;
};
enum { POOL_THREADS = 4 };

static void wait_at_gate(void *context) {
    struct held_pool *pool = context;
    assert_int_equal(pthread_mutex_lock(&pool->gate), 0);
    assert_int_equal(pthread_mutex_unlock(&pool->gate), 0);
}

static void leave_gate(void *context) {
    struct held_pool *pool = context;
    pool->left++;
}

static void hold(struct held_pool *pool, struct loop *loop) {
    pool->left = 0;
    assert_int_equal(pthread_mutex_init(&pool->gate, NULL), 0);
    assert_int_equal(pthread_mutex_lock(&pool->gate), 0);
    for (int i = 0; i < POOL_THREADS; i++) loop_work(loop, wait_at_gate, leave_gate, pool);
}

static void let_go(struct held_pool *pool) {
    assert_int_equal(pthread_mutex_unlock(&pool->gate), 0);
}

/* A world whose history has five minutes on the disk; gives the first second. */
static struct api_world *world_of_minutes(const struct fixture *f, uint32_t *at_s) {
    struct api_world *world =
        world_open_in((struct api_facts){.roles = {"node"}, .role_count = 1, .has_listen = true}, f->folder);
    while (!history_is_loaded(world->history)) client_close(world_call(world, "GET", "/healthz", "", ""));
    *at_s = now_s(world) - 600;
    take(world, *at_s, 300);
    store_flush(world->store);
    return world;
}

static struct client *ask_moment(struct api_world *world, uint32_t at_s) {
    char request[256];
    struct client *client = client_open(world);
    (void)snprintf(
        request, sizeof request,
        "GET /api/v1/history/moment?at=%lu000 HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n" WORLD_BEARER "\r\n",
        (unsigned long)at_s);
    client_send(client, request);
    return client;
}

static void links_of_long_ago_come_from_the_disk(void **state) {
    struct held_pool pool;
    uint32_t at_s;
    struct api_world *world = world_of_minutes(*state, &at_s);
    hold(&pool, world->loop);
    struct client *client = ask_moment(world, at_s);
    client_close(world_call(world, "GET", "/healthz", "", "")); /* others do not wait for it */
    assert_int_equal(client->size, 0);
    let_go(&pool);
    client_wait(client, NULL, 0);
    assert_int_equal(client_status(client), 200);
    assert_int_equal(client_count(client, "\"nodeId\""), 8);
    client_close(client);
    world_close(world);
    assert_int_equal(pool.left, POOL_THREADS);
}

static void who_leaves_before_the_disk_answers_is_forgotten(void **state) {
    struct held_pool pool;
    uint32_t at_s;
    struct api_world *world = world_of_minutes(*state, &at_s);
    hold(&pool, world->loop);
    struct client *leaver = ask_moment(world, at_s), *stayer = ask_moment(world, at_s);
    client_close(world_call(world, "GET", "/healthz", "", ""));
    client_close(leaver);
    client_close(world_call(world, "GET", "/healthz", "", ""));
    let_go(&pool);
    client_wait(stayer, NULL, 0);
    assert_int_equal(client_status(stayer), 200);
    client_close(stayer);
    world_close(world);
}

static void an_api_that_ends_while_the_disk_is_asked_answers_nobody(void **state) {
    struct held_pool pool;
    uint32_t at_s;
    struct api_world *world = world_of_minutes(*state, &at_s);
    hold(&pool, world->loop);
    struct client *client = ask_moment(world, at_s);
    client_close(world_call(world, "GET", "/healthz", "", ""));
    api_free(world->api);
    world->api = NULL;
    let_go(&pool);
    client_close(client);
    world_close(world); /* nothing leaks, nobody is called */
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_range_has_a_null_where_nothing_is_known),
        cmocka_unit_test(a_moment_has_its_second_and_the_links_of_its_minute),
        cmocka_unit_test(an_older_moment_is_its_minute_or_its_hour),
        cmocka_unit_test(what_is_not_kept_is_a_404_that_says_what_is),
        cmocka_unit_test(a_query_that_is_missing_or_wrong_is_a_400),
        TEST(links_of_long_ago_come_from_the_disk),
        TEST(who_leaves_before_the_disk_answers_is_forgotten),
        TEST(an_api_that_ends_while_the_disk_is_asked_answers_nobody),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
