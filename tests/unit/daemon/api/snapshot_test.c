/* SPDX-License-Identifier: Apache-2.0 */
#include "unit/daemon/api/api_world.h"

/* Every object of docs/developers/api.md has every member that stands there; `path` leads to it by names and indexes.
 */
static const struct {
    const char *path;
    const char *members;
} SHAPE[] = {
    {"", "asOf node signaling rendezvous mesh views links peers bandwidth alerts beacon content identity controls "
         "operations "
         "pending "
         "blocks events"},
    {"node", "asOf nodeId userId userKey name agent community boot startedAt roles api listen serve advertised state "
             "ticketExpiresAt reachability outage"},
    {"node.reachability", "ipv4 ipv6"},
    {"node.reachability.ipv4", "state since seen confirmedBy failedBy nextProbeAt"},
    {"node.reachability.ipv6", "state since seen confirmedBy failedBy nextProbeAt"},
    {"signaling", "asOf state reason"},
    {"rendezvous", "asOf state reason cacheSince lastHarvestAt nextHarvestAt nextAnnounceAt firstPeerMs failureStreak "
                   "attempts successes "
                   "successShare windowMs sources"},
    {"rendezvous.sources.0", "id kind url state reason tickets knownPeers knownPeersMax links linkShare latencyMs "
                             "averageLatencyMs lastSuccessAt lastAttemptAt nextAttemptAt attempts successes "
                             "failureStreak failures listsUs recent"},
    {"rendezvous.sources.0.failures", "status timeout unreachable invalid"},
    {"rendezvous.sources.1", "id kind url state reason tickets knownPeers knownPeersMax links linkShare latencyMs "
                             "averageLatencyMs lastSuccessAt lastAttemptAt nextAttemptAt attempts successes "
                             "failureStreak failures listsUs recent"},
    {"rendezvous.sources.0.recent.0", "at ok latencyMs"},
    {"mesh", "asOf state active min target max passive known dialing"},
    {"views", "asOf items"},
    {"links", "asOf next items"},
    {"links.items.0",
     "id nodeId userId userProof transport path candidates direction address state since rttMs rttP95Ms "
     "jitterMs lossIn lossOut strength strengthInputs bytesIn bytesOut inBytesPerSecond outBytesPerSecond "
     "lastHandshakeAt lastActivityAt learnedFrom learnedAt place isAnchor isOperators reason"},
    {"links.items.0.strengthInputs", "delay loss jitter handshakeAge"},
    {"peers", "asOf next items"},
    {"peers.items.0", "nodeId userId userProof addrs ticketExpiresAt lastSeenAt learnedFrom learnedAt linkState wait "
                      "waitText nextAttemptAt failures isAnchor fromDisk reason"},
    {"bandwidth", "asOf inBytesPerSecond outBytesPerSecond bytesIn bytesOut since"},
    {"alerts", "asOf items next"},
    {"alerts.items.0", "code level subject since title cause actions"},
    {"beacon", "asOf communities entries announces accepted repeated overRate flooded lists refused"},
    {"events", "asOf items next"},
    {"events.items.0", "id at level source code message context"},
};

static const struct json_value *item_at(const struct json_value *array, const char *digits) {
    size_t index = (size_t)strtoul(digits, NULL, 10);
    if (array->kind != JSON_ARRAY || index >= array->count) return NULL;
    return &array->as.items[index];
}

static const struct json_value *walk(const struct json_value *value, const char *path) {
    while (*path != '\0' && value != NULL) {
        char name[64];
        size_t size = strcspn(path, ".");
        (void)snprintf(name, sizeof name, "%.*s", (int)size, path);
        value = name[0] >= '0' && name[0] <= '9' ? item_at(value, name) : json_member(value, name);
        path += size + (path[size] == '.' ? 1 : 0);
    }
    return value;
}

static void assert_members(const struct json_value *object, const char *path, const char *members) {
    if (object == NULL) fail_msg("there is no %s", path);
    while (*members != '\0') {
        char name[64];
        size_t size = strcspn(members, " ");
        (void)snprintf(name, sizeof name, "%.*s", (int)size, members);
        if (json_member(object, name) == NULL) fail_msg("%s has no %s", path, name);
        members += size + (members[size] == ' ' ? 1 : 0);
    }
}

static struct span text_at(const struct json_value *root, const char *path) {
    struct span text = SPAN_NONE;
    if (!json_as_string(walk(root, path), &text)) fail_msg("%s is no text", path);
    return text;
}

static int64_t integer_at(const struct json_value *root, const char *path) {
    int64_t integer = 0;
    if (!json_as_integer(walk(root, path), 0, (1LL << 53) - 1, &integer)) fail_msg("%s is no integer", path);
    return integer;
}

static bool is_null_at(const struct json_value *root, const char *path) {
    const struct json_value *value = walk(root, path);
    return value != NULL && value->kind == JSON_NULL;
}

#define assert_text(root, path, wanted) assert_true(span_equal_text(text_at(root, path), wanted))

static void fail_beacon(struct api_world *world) {
    struct input input = {.kind = INPUT_BEACON_REPLY};
    input.as.beacon.was_announce = true;
    input.as.beacon.outcome = BEACON_OUTCOME_TIMEOUT;
    input.as.beacon.elapsed_ms = 8000;
    world_feed(world, &input);
    world_feed(world, &(struct input){.kind = INPUT_REFRESH});
    world_feed(world, &(struct input){.kind = INPUT_TICK});
}

static void add_book_row(struct api_world *world, uint8_t number) {
    struct signing_key key;
    uint8_t seed[32] = {0, number};
    struct input input = {.kind = INPUT_BOOK_ROW};
    sign_key_from_seed(&key, seed);
    struct book_row row = {.key = sign_public_key(&key), .addr_count = 1, .last_seen_at_ms = loop_now_ms(world->loop)};
    row.node_id = node_id_of_key(&row.key);
    row.learned_from.kind = PROVENANCE_CACHE;
    assert_true(address_read(SPAN_LITERAL("127.0.0.1:4124"), &row.addrs[0]));
    input.as.row = &row;
    world_feed(world, &input);
}

/* A finding takes two evaluations; they come by themselves. */
static void wait_for_finding(struct api_world *world) {
    struct client *client = client_open(world);
    client_send(client, "GET /api/v1/stream HTTP/1.1\r\nHost: localhost\r\n" WORLD_BEARER "\r\n");
    client_wait(client, "beacon-silent", 1);
    client_close(client);
}

/* A link, a peer, a silent beacon and an event, so that every list has an item. */
static void fill(struct api_world *world) {
    world_add_link(world, 1);
    add_book_row(world, 1);
    for (int i = 0; i < 4; i++) fail_beacon(world);
    wait_for_finding(world);
    world->has_beacon = true;
    world_add_event(world, EVENT_STORE_FAILED, "no room");
}

static void snapshot_has_every_member(void **state) {
    struct api_world *world = *state;
    char *text;
    fill(world);
    const struct json_value *snapshot = world_get(world, "/api/v1/snapshot", &text);
    for (size_t i = 0; i < sizeof SHAPE / sizeof SHAPE[0]; i++)
        assert_members(walk(snapshot, SHAPE[i].path), SHAPE[i].path, SHAPE[i].members);
    free(text);
}

static void snapshot_says_what_is(void **state) {
    struct api_world *world = *state;
    char *text;
    fill(world);
    const struct json_value *s = world_get(world, "/api/v1/snapshot", &text);
    int64_t as_of_ms = integer_at(s, "asOf");
    assert_in_range(as_of_ms, loop_now_ms(world->loop) - 5000, loop_now_ms(world->loop));
    assert_text(s, "node.nodeId", WORLD_NODE_ID);
    assert_text(s, "node.community", "demo");
    assert_text(s, "node.agent", "skep/" SKEP_VERSION);
    assert_text(s, "node.listen", "127.0.0.1:8782");
    assert_true(is_null_at(s, "node.serve"));
    assert_true(is_null_at(s, "node.name"));
    assert_text(s, "node.roles.1", "beacon");
    assert_text(s, "node.state", "starting");
    assert_int_equal(text_at(s, "node.boot").size, 16);
    assert_text(s, "rendezvous.state", "cache");
    assert_text(s, "rendezvous.sources.0.id", "beacon-1");
    assert_text(s, "rendezvous.sources.0.state", "failing");
    assert_text(s, "rendezvous.sources.0.reason", "no answer in time");
    assert_true(is_null_at(s, "rendezvous.sources.0.lastSuccessAt"));
    assert_true(is_null_at(s, "rendezvous.sources.0.latencyMs"));
    assert_text(s, "rendezvous.sources.1.state", "ready");
    assert_int_equal(integer_at(s, "rendezvous.successShare"), 0);
    assert_in_range(integer_at(s, "rendezvous.cacheSince"), as_of_ms - 5000, as_of_ms);
    assert_int_equal(integer_at(s, "rendezvous.sources.0.failures.timeout"), 4);
    assert_int_equal(integer_at(s, "rendezvous.sources.0.failures.status"), 0);
    assert_true(is_null_at(s, "rendezvous.sources.0.averageLatencyMs"));
    assert_true(is_null_at(s, "rendezvous.sources.0.linkShare"));
    assert_true(is_null_at(s, "rendezvous.sources.1.failures"));
    assert_text(s, "mesh.state", "alone");
    assert_int_equal(integer_at(s, "mesh.target"), LIMIT_VIEW_TARGET);
    assert_text(s, "links.items.0.id", "1");
    assert_text(s, "links.items.0.state", "handshaking");
    assert_text(s, "links.items.0.path", "lan");
    assert_text(s, "links.items.0.direction", "inbound");
    assert_true(is_null_at(s, "links.items.0.rttMs"));
    assert_true(is_null_at(s, "links.items.0.strength"));
    assert_true(is_null_at(s, "links.items.0.lossIn"));
    assert_true(is_null_at(s, "links.items.0.inBytesPerSecond"));
    assert_text(s, "alerts.items.0.code", "beacon-silent");
    assert_text(s, "alerts.items.0.subject", "beacon-1");
    assert_text(s, "events.items.0.code", "store-failed");
    assert_int_equal(integer_at(s, "alerts.asOf"), as_of_ms);
    assert_int_equal(integer_at(s, "mesh.asOf"), as_of_ms);
    assert_int_equal(integer_at(s, "events.asOf"), as_of_ms);
    assert_true(is_null_at(s, "alerts.next"));
    assert_int_equal(integer_at(s, "beacon.entries"), 7);
    assert_int_equal(integer_at(s, "beacon.overRate"), 3);
    assert_int_equal(walk(s, "beacon.refused")->count, 1);
    assert_int_equal(integer_at(s, "beacon.refused.EXPIRED"), 4);
    assert_true(is_null_at(s, "content"));
    free(text);
}

static void each_panel_is_the_snapshots(void **state) {
    static const char *const panels[] = {"node", "signaling", "rendezvous", "mesh", "bandwidth", "alerts", "beacon"};
    struct api_world *world = *state;
    char *text, *panel_text, path[64];
    fill(world);
    for (size_t i = 0; i < sizeof panels / sizeof panels[0]; i++) {
        (void)snprintf(path, sizeof path, "/api/v1/%s", panels[i]);
        (void)world_get(world, path, &panel_text);
        const struct json_value *snapshot = world_get(world, "/api/v1/snapshot", &text);
        const struct json_value *panel = json_member(snapshot, panels[i]);
        assert_int_equal(panel->text.size, strlen(panel_text));
        free(panel_text);
        free(text);
    }
}

static void links_are_filtered_by_state(void **state) {
    struct api_world *world = *state;
    char *text;
    world_add_link(world, 1);
    world_add_link(world, 3);
    assert_int_equal(walk(world_get(world, "/api/v1/links", &text), "items")->count, 2);
    free(text);
    assert_int_equal(walk(world_get(world, "/api/v1/links?state=handshaking", &text), "items")->count, 2);
    free(text);
    assert_int_equal(walk(world_get(world, "/api/v1/links?state=open", &text), "items")->count, 0);
    free(text);
    assert_int_equal(world_status(world, "GET", "/api/v1/links?state=broken", WORLD_BEARER, ""), 400);
}

static void links_come_page_by_page(void **state) {
    struct api_world *world = *state;
    char *text;
    for (uint32_t id = 1; id <= 9; id += 2) world_add_link(world, id);
    const struct json_value *list = world_get(world, "/api/v1/links?limit=3", &text);
    assert_int_equal(walk(list, "items")->count, 3);
    assert_text(list, "items.2.id", "5");
    assert_text(list, "next", "5");
    free(text);
    list = world_get(world, "/api/v1/links?limit=2&cursor=5&state=handshaking", &text);
    assert_int_equal(walk(list, "items")->count, 2);
    assert_text(list, "items.0.id", "7");
    assert_true(is_null_at(list, "next"));
    free(text);
    assert_int_equal(walk(world_get(world, "/api/v1/links?cursor=9", &text), "items")->count, 0);
    free(text);
    static const char *const bad[] = {"limit=0", "limit=257", "cursor=x", "cursor=-1", "cursor=4294967296"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        char path[64];
        (void)snprintf(path, sizeof path, "/api/v1/links?%s", bad[i]);
        assert_int_equal(world_status(world, "GET", path, WORLD_BEARER, ""), 400);
    }
}

/* The world of a beacon alone: its engine is fed all the same here, and must not be believed. */
static void process_that_is_no_node_claims_no_figures(void **state) {
    (void)state;
    struct api_world *world = world_open_as((struct api_facts){.roles = {"beacon"}, .role_count = 1});
    char *text;
    world->has_beacon = true;
    world_add_link(world, 1);
    add_book_row(world, 1);
    for (int i = 0; i < 4; i++) fail_beacon(world);
    const struct json_value *s = world_get(world, "/api/v1/snapshot", &text);
    assert_text(s, "node.state", "working");
    assert_text(s, "node.nodeId", WORLD_NODE_ID);
    assert_true(is_null_at(s, "node.community"));
    assert_true(is_null_at(s, "node.reachability"));
    assert_true(is_null_at(s, "node.outage"));
    assert_true(is_null_at(s, "mesh"));
    assert_true(is_null_at(s, "bandwidth"));
    assert_int_equal(walk(s, "links.items")->count, 0);
    assert_int_equal(walk(s, "peers.items")->count, 0);
    assert_int_equal(walk(s, "alerts.items")->count, 0);
    assert_int_equal(walk(s, "rendezvous.sources")->count, 0);
    assert_text(s, "rendezvous.state", "off");
    assert_true(is_null_at(s, "rendezvous.attempts"));
    assert_int_equal(integer_at(s, "beacon.communities"), 2);
    free(text);
    (void)world_get(world, "/api/v1/mesh", &text);
    assert_string_equal(text, "null");
    free(text);
    assert_int_equal(walk(world_get(world, "/api/v1/peers", &text), "items")->count, 0);
    free(text);
    world_close(world);
}

static void node_without_a_beacon_has_no_beacon_panel(void **state) {
    struct api_world *world = *state;
    char *text;
    assert_true(is_null_at(world_get(world, "/api/v1/snapshot", &text), "beacon"));
    free(text);
    (void)world_get(world, "/api/v1/beacon", &text);
    assert_string_equal(text, "null");
    free(text);
}

static void peers_come_page_by_page(void **state) {
    struct api_world *world = *state;
    char *text, path[64] = "/api/v1/peers?limit=2";
    size_t seen = 0;
    for (uint8_t i = 1; i <= 5; i++) add_book_row(world, i);
    for (int page = 0; page < 3; page++) {
        const struct json_value *list = world_get(world, path, &text);
        size_t count = walk(list, "items")->count;
        assert_int_equal(count, page < 2 ? 2 : 1);
        seen += count;
        assert_int_equal(is_null_at(list, "next"), page == 2);
        if (page < 2) {
            struct span next = text_at(list, "next");
            (void)snprintf(path, sizeof path, "/api/v1/peers?limit=2&cursor=%.*s", (int)next.size,
                           (const char *)next.at);
        }
        free(text);
    }
    assert_int_equal(seen, 5);
    assert_int_equal(world_status(world, "GET", "/api/v1/peers?cursor=x", WORLD_BEARER, ""), 400);
    assert_int_equal(world_status(world, "GET", "/api/v1/peers?limit=0", WORLD_BEARER, ""), 400);
    assert_int_equal(world_status(world, "GET", "/api/v1/peers?limit=201", WORLD_BEARER, ""), 400);
    assert_int_equal(world_status(world, "GET", "/api/v1/peers?cursor=-1", WORLD_BEARER, ""), 400);
}

static void events_come_newest_first_page_by_page(void **state) {
    struct api_world *world = *state;
    char *text, path[128];
    for (int i = 0; i < 120; i++) world_add_event(world, EVENT_STORE_FAILED, i % 2 == 0 ? "even" : "odd");
    const struct json_value *list = world_get(world, "/api/v1/events", &text);
    assert_int_equal(walk(list, "items")->count, 50);
    char newest[24];
    (void)snprintf(newest, sizeof newest, "-%llu", (unsigned long long)event_log_newest(world->events));
    struct span id = text_at(list, "items.0.id"), next = text_at(list, "next");
    assert_memory_equal(id.at + id.size - strlen(newest), newest, strlen(newest));
    assert_true(span_equal(next, text_at(list, "items.49.id")));
    (void)snprintf(path, sizeof path, "/api/v1/events?limit=200&code=store-failed&cursor=%.*s", (int)next.size,
                   (const char *)next.at);
    free(text);
    list = world_get(world, path, &text);
    assert_int_equal(walk(list, "items")->count, 70);
    assert_true(is_null_at(list, "next"));
    free(text);
}

static void events_are_filtered(void **state) {
    struct api_world *world = *state;
    char *text;
    world_add_event(world, EVENT_STORE_FAILED, "x");
    world_add_event(world, EVENT_API_REFUSED, "y");
    const struct json_value *list = world_get(world, "/api/v1/events?level=error", &text);
    assert_text(list, "items.0.code", "store-failed");
    free(text);
    list = world_get(world, "/api/v1/events?level=warn", &text);
    assert_text(list, "items.0.code", "api-refused");
    free(text);
    list = world_get(world, "/api/v1/events?code=manager-started", &text);
    assert_int_equal(walk(list, "items")->count, 1);
    free(text);
    assert_int_equal(world_status(world, "GET", "/api/v1/events?code=nothing", WORLD_BEARER, ""), 400);
    assert_int_equal(world_status(world, "GET", "/api/v1/events?level=loud", WORLD_BEARER, ""), 400);
    assert_int_equal(world_status(world, "GET", "/api/v1/events?limit=201", WORLD_BEARER, ""), 400);
    assert_int_equal(world_status(world, "GET", "/api/v1/events?cursor=17", WORLD_BEARER, ""), 400);
}

static void head_has_the_head_alone(void **state) {
    struct api_world *world = *state;
    static const char *const paths[] = {"/api/v1/snapshot", "/api/v1/links", "/api/v1/stream", "/healthz"};
    for (size_t i = 0; i < sizeof paths / sizeof paths[0]; i++) {
        struct client *client = world_call(world, "HEAD", paths[i], WORLD_BEARER, "");
        assert_int_equal(client_status(client), 200);
        assert_string_equal(client_body(client), "");
        client_close(client);
    }
}

static void no_browser_guesses_what_an_answer_is(void **state) {
    struct api_world *world = *state;
    static const char *const paths[] = {"/healthz", "/readyz", "/", "/api/v1/links", "/nothing"};
    char value[512];
    for (size_t i = 0; i < sizeof paths / sizeof paths[0]; i++) {
        struct client *client = world_call(world, "GET", paths[i], WORLD_BEARER, "");
        assert_string_equal(client_header(client, "X-Content-Type-Options", value), "nosniff");
        assert_int_equal(client_count(client, "nosniff"), 1);
        client_close(client);
    }
}

static void answers_are_not_to_be_kept(void **state) {
    struct api_world *world = *state;
    char value[512];
    struct client *client = world_call(world, "GET", "/api/v1/snapshot", WORLD_BEARER, "");
    assert_string_equal(client_header(client, "Cache-Control", value), "no-store");
    assert_string_equal(client_header(client, "Content-Type", value), "application/json");
    assert_string_equal(client_header(client, "X-Content-Type-Options", value), "nosniff");
    client_close(client);
}

static void readiness_names_what_fails(void **state) {
    struct api_world *world = *state;
    struct client *client = world_call(world, "GET", "/readyz", "", "");
    assert_int_equal(client_status(client), 200);
    assert_string_equal(client_body(client), "{\"status\":\"ready\",\"failing\":[]}");
    client_close(client);
    world->is_ready = false;
    client = world_call(world, "GET", "/readyz", "", "");
    assert_int_equal(client_status(client), 503);
    assert_string_equal(client_body(client), "{\"status\":\"not-ready\",\"failing\":[\"store\"]}");
    client_close(client);
    assert_int_equal(world_status(world, "GET", "/healthz", "", ""), 200);
}

static void second_api_on_the_port_says_so(void **state) {
    struct api_world *world = *state;
    struct api *second = NULL;
    struct http_place bound;
    struct err_detail detail = {{0}};
    const struct api_options options = {.loop = world->loop,
                                        .at = world->bound,
                                        .token = WORLD_TOKEN,
                                        .engine = world->engine,
                                        .events = world->events};
    assert_int_equal(api_new(&second, &options, &bound, &detail), ERR_IN_USE);
    assert_null(second);
    assert_non_null(
        strstr(detail.text, "is in use by another program; stop that one, or choose another port with --api"));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, world_setup, world_teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(snapshot_has_every_member),
        TEST(snapshot_says_what_is),
        TEST(each_panel_is_the_snapshots),
        TEST(links_are_filtered_by_state),
        TEST(links_come_page_by_page),
        cmocka_unit_test(process_that_is_no_node_claims_no_figures),
        TEST(node_without_a_beacon_has_no_beacon_panel),
        TEST(peers_come_page_by_page),
        TEST(events_come_newest_first_page_by_page),
        TEST(events_are_filtered),
        TEST(head_has_the_head_alone),
        TEST(answers_are_not_to_be_kept),
        TEST(no_browser_guesses_what_an_answer_is),
        TEST(readiness_names_what_fails),
        TEST(second_api_on_the_port_says_so),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
