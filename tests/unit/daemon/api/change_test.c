/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/api/change.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/json.h"
#include "daemon/api/draft.h"

/* A look that nobody took: a node with two links and a peer. */
struct bench {
    struct look look;
    struct api_facts facts;
    struct change_state told, next;
    char text[65536];
    bool has_changed;
};

static int bench_open(void **state) {
    struct bench *b = calloc(1, sizeof *b);
    assert_non_null(b);
    b->facts = (struct api_facts){.roles = {"node"}, .role_count = 1};
    b->look.facts = &b->facts;
    b->look.wall_ms = 1763640000000;
    b->look.node.user_id = b->look.node.community = "x";
    b->look.link_count = 2;
    b->look.links[0].id = 2;
    b->look.links[1].id = 4;
    b->look.peer_count = 1;
    b->look.peers[0].node_id.bytes[0] = 1;
    *state = b;
    return 0;
}

static int bench_close(void **state) {
    free(*state);
    return 0;
}

/* Writes what changed, and remembers it as told. */
static const char *tell(struct bench *b) {
    struct buffer out = buffer_over((uint8_t *)b->text, sizeof b->text - 1);
    b->has_changed = change_write(&out, &b->look, &b->told, &b->next);
    assert_false(out.overflowed);
    b->text[out.size] = '\0';
    b->told = b->next;
    return b->text;
}

static void everything_is_news_at_first_and_nothing_then(void **state) {
    struct bench *b = *state;
    const char *text = tell(b);
    assert_true(b->has_changed);
    assert_non_null(strstr(text, "\"panels\":{\"node\":{"));
    assert_non_null(strstr(text, "\"alerts\""));
    assert_non_null(strstr(text, "\"links\":{\"upsert\":[{\"id\":\"2\""));
    assert_non_null(strstr(text, "\"peers\":{\"upsert\":[{\"nodeId\":\"ae"));
    b->look.wall_ms += 1000;
    assert_string_equal(tell(b), "{\"asOf\":1763640001000}");
    assert_false(b->has_changed);
}

static void row_that_changed_is_sent_alone(void **state) {
    struct bench *b = *state;
    (void)tell(b);
    b->look.links[1].bytes_in = 17;
    const char *text = tell(b);
    assert_true(b->has_changed);
    assert_non_null(strstr(text, "\"links\":{\"upsert\":[{\"id\":\"4\""));
    assert_null(strstr(text, "\"id\":\"2\""));
    assert_null(strstr(text, "\"peers\""));
    assert_non_null(strstr(text, "\"panels\":{\"bandwidth\":{")); /* the sum moved with it */
    assert_null(strstr(text, "\"mesh\""));
}

static size_t count_links_told(const char *text) {
    size_t count = 0;
    const char *at = strstr(text, "\"links\":{\"upsert\"");
    while (at != NULL && (at = strstr(at + 1, "{\"id\":")) != NULL) count++;
    return count;
}

/* However much goes over many links: what a reader costs is bounded. */
static void figures_of_many_links_are_told_by_turns(void **state) {
    enum { LINKS = 4 * CHANGE_MOVED_LINKS - 1 };
    struct bench *b = *state;
    b->look.link_count = LINKS;
    for (uint32_t i = 0; i < LINKS; i++) b->look.links[i].id = 2 + 2 * i;
    assert_int_equal(count_links_told(tell(b)), LINKS);
    for (uint32_t i = 0; i < LINKS; i++) b->look.links[i].bytes_in = 17;
    size_t told = 0;
    for (int turn = 0; turn < 4; turn++) {
        b->look.now_ms += CHANGE_TURN_MS;
        const size_t count = count_links_told(tell(b));
        assert_in_range(count, 1, CHANGE_MOVED_LINKS);
        told += count;
    }
    assert_int_equal(told, LINKS); /* each once */
    for (int turn = 0; turn < 4; turn++) {
        b->look.links[20 + turn].state = LINK_STATE_CLOSING; /* whoever's turn it is */
        b->look.links[20 + turn].since_ms = 1;
        assert_int_equal(count_links_told(tell(b)), 1);
    }
}

static void figure_that_moves_less_than_is_shown_is_no_change(void **state) {
    struct bench *b = *state;
    b->look.links[0].rtt_ms = 12.31;
    (void)tell(b);
    b->look.links[0].rtt_ms = 12.33;
    (void)tell(b);
    assert_false(b->has_changed);
    b->look.links[0].rtt_ms = 12.36;
    assert_non_null(strstr(tell(b), "\"rttMs\":12.4"));
}

static void peer_that_waits_for_something_else_is_told(void **state) {
    struct bench *b = *state;
    b->look.peers[0].wait = DIAL_WAIT_LINKED;
    assert_non_null(strstr(tell(b), "\"wait\":null,\"waitText\":null,\"nextAttemptAt\":null,\"failures\":0"));
    b->look.peers[0].wait = DIAL_WAIT_HELD_DOWN;
    b->look.peers[0].next_attempt_at_ms = 1763640060000;
    b->look.peers[0].failures = 4;
    const char *text = tell(b);
    assert_true(b->has_changed);
    assert_non_null(strstr(text, "\"wait\":\"held-down\",\"waitText\":\"dropped again and again"));
    assert_non_null(strstr(text, "\"nextAttemptAt\":1763640060000,\"failures\":4"));
    b->look.peers[0].is_anchor = true;
    b->look.peers[0].is_from_disk = true;
    b->look.peers[0].learned_from.at_ms = 1763630000000;
    text = tell(b);
    assert_non_null(strstr(text, "\"learnedAt\":1763630000000"));
    assert_non_null(strstr(text, "\"isAnchor\":true,\"fromDisk\":true"));
}

static void link_says_its_place(void **state) {
    struct bench *b = *state;
    assert_non_null(strstr(tell(b), "\"place\":\"guest\",\"isAnchor\":false,\"isOperators\":false"));
    b->look.links[0].wish = MESH_WISH_LOW;
    b->look.links[0].is_operators = b->look.links[0].is_anchor = true;
    assert_non_null(strstr(tell(b), "\"place\":\"view\",\"isAnchor\":true,\"isOperators\":true"));
}

static void outage_comes_and_goes_with_the_node_panel(void **state) {
    struct bench *b = *state;
    assert_non_null(strstr(tell(b), "\"outage\":null"));
    b->look.outage = (struct outage_view){true, 1763639990000, 0};
    assert_non_null(strstr(tell(b), "\"outage\":{\"since\":1763639990000,\"nextAttemptAt\":null}"));
    b->look.outage = (struct outage_view){0};
    assert_non_null(strstr(tell(b), "\"outage\":null"));
}

static void claim_of_a_neighbour_is_told_when_it_is_another_one(void **state) {
    struct bench *b = *state;
    (void)tell(b);
    b->look.neighbour_count = 1;
    b->look.neighbours[0] = (struct neighbour_view){{{1}}, 1763639990000, {1, {{{{2}}, LINK_PATH_RELAYED, -1}}}};
    assert_string_equal(tell(b), "{\"asOf\":1763640000000,\"panels\":{\"views\":{\"asOf\":1763640000000,\"items\":["
                                 "{\"nodeId\":\"aeaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\",\"at\":1763639990000,\"links\":["
                                 "{\"nodeId\":\"aiaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\",\"path\":\"relayed\",\"rttMs\":null}"
                                 "]}]}}}");
    b->look.wall_ms += 1000;
    (void)tell(b);
    assert_false(b->has_changed);
    b->look.neighbours[0].view.links[0].rtt_ms = 12;
    assert_non_null(strstr(tell(b), "\"rttMs\":12}"));
    b->look.neighbour_count = 0;
    assert_non_null(strstr(tell(b), "\"views\":{\"asOf\":1763640001000,\"items\":[]}"));
}

static void panel_that_goes_is_sent_as_null(void **state) {
    struct bench *b = *state;
    b->look.has_beacon = true;
    assert_non_null(strstr(tell(b), "\"beacon\":{\"asOf\":1763640000000,\"communities\":0,"));
    b->look.has_beacon = false;
    b->look.wall_ms += 1000;
    assert_string_equal(tell(b), "{\"asOf\":1763640001000,\"panels\":{\"beacon\":null}}");
    (void)tell(b);
    assert_false(b->has_changed);
}

static void row_that_is_gone_is_removed(void **state) {
    struct bench *b = *state;
    (void)tell(b);
    b->look.links[0] = b->look.links[1];
    b->look.link_count = 1;
    b->look.peer_count = 0;
    assert_string_equal(tell(b), "{\"asOf\":1763640000000,\"links\":{\"upsert\":[],\"remove\":[\"2\"]},"
                                 "\"peers\":{\"upsert\":[],\"remove\":[\"aeaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\"]}}");
}

static void delta_is_json_whatever_changed(void **state) {
    struct bench *b = *state;
    static uint8_t tree[1 << 20];
    for (int i = 0; i < 8; i++) {
        struct arena arena = arena_over(tree, sizeof tree);
        enum json_fault fault;
        b->look.mesh.known += (size_t)(i & 1);
        b->look.links[0].bytes_in += (uint64_t)(i >> 1 & 1);
        b->look.peer_count = (size_t)(i >> 2 & 1);
        (void)tell(b);
        assert_non_null(json_parse(span_of_text(b->text), JSON_WIRE, &arena, &fault, NULL));
    }
}

/* ---- The draft that it is written into ---- */

struct repeated {
    size_t count;
    size_t calls;
};

static void write_repeated(struct buffer *out, void *context) {
    struct repeated *repeated = context;
    repeated->calls++;
    for (size_t i = 0; i < repeated->count; i++) buffer_put_text(out, "0123456789abcdef");
}

static void draft_grows_until_the_text_fits(void **state) {
    (void)state;
    struct draft draft;
    struct span text;
    struct repeated small = {1, 0}, large = {10000, 0}, endless = {DRAFT_SIZE_MAX / 16 + 1, 0};
    draft_init(&draft);
    assert_true(draft_write(&draft, write_repeated, &small, &text));
    assert_int_equal(text.size, 16);
    assert_int_equal(small.calls, 1);
    assert_true(draft_write(&draft, write_repeated, &large, &text));
    assert_int_equal(text.size, 160000);
    assert_int_equal(large.calls, 5);
    assert_false(draft_write(&draft, write_repeated, &endless, &text));
    assert_true(draft_write(&draft, write_repeated, &small, &text)); /* and is of use still */
    draft_deinit(&draft);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(everything_is_news_at_first_and_nothing_then, bench_open, bench_close),
        cmocka_unit_test_setup_teardown(row_that_changed_is_sent_alone, bench_open, bench_close),
        cmocka_unit_test_setup_teardown(figures_of_many_links_are_told_by_turns, bench_open, bench_close),
        cmocka_unit_test_setup_teardown(figure_that_moves_less_than_is_shown_is_no_change, bench_open, bench_close),
        cmocka_unit_test_setup_teardown(peer_that_waits_for_something_else_is_told, bench_open, bench_close),
        cmocka_unit_test_setup_teardown(link_says_its_place, bench_open, bench_close),
        cmocka_unit_test_setup_teardown(outage_comes_and_goes_with_the_node_panel, bench_open, bench_close),
        cmocka_unit_test_setup_teardown(claim_of_a_neighbour_is_told_when_it_is_another_one, bench_open, bench_close),
        cmocka_unit_test_setup_teardown(panel_that_goes_is_sent_as_null, bench_open, bench_close),
        cmocka_unit_test_setup_teardown(row_that_is_gone_is_removed, bench_open, bench_close),
        cmocka_unit_test_setup_teardown(delta_is_json_whatever_changed, bench_open, bench_close),
        cmocka_unit_test(draft_grows_until_the_text_fits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
