/* SPDX-License-Identifier: Apache-2.0 */
#include "swarm/wire/view.h"

#include "lib/message_bench.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#define ONE         "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define TWO         "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"
#define LINK_TO(id) "{\"peerId\":\"" id "\",\"path\":\"direct\",\"rttMs\":12}"
#define GOOD        "{\"links\":[" LINK_TO(ONE) ",{\"path\":\"lan\",\"peerId\":\"" TWO "\",\"rttMs\":null}]}"

static struct view read_good(const char *text) {
    return *(const struct view *)message_bench_read(MESSAGE_VIEW, text);
}

static struct view view_of(size_t count) {
    struct view view = {.link_count = count};
    for (size_t i = 0; i < count; i++)
        view.links[i] = (struct view_link){{{(uint8_t)(1 + i)}}, (enum link_path)(i % LINK_PATH_COUNT), (int32_t)i - 1};
    return view;
}

static void a_view_says_with_whom_how_and_how_far(void **state) {
    (void)state;
    const struct view view = read_good(GOOD);
    char id[NODE_ID_TEXT_SIZE + 1];
    assert_int_equal(view.link_count, 2);
    assert_string_equal(node_id_text(&view.links[0].peer, id), ONE);
    assert_int_equal(view.links[0].path, LINK_PATH_DIRECT);
    assert_int_equal(view.links[0].rtt_ms, 12);
    assert_string_equal(node_id_text(&view.links[1].peer, id), TWO);
    assert_int_equal(view.links[1].path, LINK_PATH_LAN);
    assert_true(view.links[1].rtt_ms < 0);
    message_bench_cut_everywhere(MESSAGE_VIEW, SPAN_LITERAL(GOOD));
}

static void what_is_built_is_read_again(void **state) {
    (void)state;
    for (size_t count = 0; count <= LIMIT_VIEW_LINKS_MAX; count++) {
        uint8_t memory[4096];
        struct buffer body = buffer_over(memory, sizeof memory);
        const struct view view = view_of(count);
        const void *checked = NULL;
        view_build(&body, &view);
        assert_int_equal(message_bench_check(MESSAGE_VIEW, buffer_span(&body), &checked), REFUSAL_NONE);
        const struct view *read = checked;
        assert_int_equal(read->link_count, count);
        for (size_t i = 0; i < count; i++) {
            assert_true(node_id_equal(&read->links[i].peer, &view.links[i].peer));
            assert_int_equal(read->links[i].path, view.links[i].path);
            assert_int_equal(read->links[i].rtt_ms, view.links[i].rtt_ms);
        }
    }
}

static void bounds_of_a_round_trip_are_in_and_what_is_unknown_is_ignored(void **state) {
    (void)state;
    assert_int_equal(read_good(message_bench_with(GOOD, "12", "0")).links[0].rtt_ms, 0);
    assert_int_equal(read_good(message_bench_with(GOOD, "12", "60000")).links[0].rtt_ms, 60000);
    assert_int_equal(read_good(message_bench_with(GOOD, "{", "{\"more\":[1],")).link_count, 2);
    assert_int_equal(read_good(message_bench_with(GOOD, "[{", "[{\"more\":{},")).link_count, 2);
}

static void more_than_sixteen_links_are_refused(void **state) {
    (void)state;
    char text[4096];
    int size = snprintf(text, sizeof text, "{\"links\":[");
    for (int i = 0; i <= LIMIT_VIEW_LINKS_MAX; i++)
        size += snprintf(text + size, sizeof text - (size_t)size,
                         "%s{\"peerId\":\"%032o\",\"path\":\"lan\",\"rttMs\":1}", i == 0 ? "" : ",", 0222 + i);
    (void)snprintf(text + size, sizeof text - (size_t)size, "]}");
    assert_int_equal(message_bench_text(MESSAGE_VIEW, text), REFUSAL_MEMBER_TOO_LONG);
}

static void each_fault_has_its_refusal(void **state) {
    (void)state;
    static const struct message_fault faults[] = {
        {"{", "[", REFUSAL_JSON_SYNTAX},
        {"{", "{\"links\":[],", REFUSAL_DUPLICATE_MEMBER},
        {"[{", "[{\"rttMs\":1,", REFUSAL_DUPLICATE_MEMBER},
        {"direct", "\\ud800", REFUSAL_LONE_SURROGATE},
        {"{", "{\"more\":[[[[[[[[[1]]]]]]]]],", REFUSAL_JSON_DEPTH},
        {"links", "link", REFUSAL_MEMBER_MISSING},
        {"[{", "[7,{", REFUSAL_MEMBER_MISTYPED},
        {"\"peerId\":\"" ONE "\",", "", REFUSAL_MEMBER_MISSING},
        {"\"" ONE "\"", "7", REFUSAL_MEMBER_MISTYPED},
        {ONE, "aaaa", REFUSAL_MEMBER_MISTYPED},
        {ONE, "Aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", REFUSAL_MEMBER_MISTYPED},
        {ONE, TWO, REFUSAL_MEMBER_MISTYPED}, /* the same node twice */
        {"\"path\":\"direct\",", "", REFUSAL_MEMBER_MISSING},
        {"\"direct\"", "null", REFUSAL_MEMBER_MISTYPED},
        {"direct", "bridge", REFUSAL_MEMBER_MISTYPED},
        {",\"rttMs\":12", "", REFUSAL_MEMBER_MISSING},
        {"12", "-1", REFUSAL_MEMBER_MISTYPED},
        {"12", "60001", REFUSAL_MEMBER_MISTYPED},
        {"12", "0.5", REFUSAL_MEMBER_MISTYPED},
        {"12", "\"12\"", REFUSAL_MEMBER_MISTYPED},
    };
    message_bench_faults(MESSAGE_VIEW, GOOD, faults, sizeof faults / sizeof faults[0]);
    assert_int_equal(message_bench_text(MESSAGE_VIEW, "[]"), REFUSAL_MEMBER_MISTYPED);
    assert_int_equal(message_bench_text(MESSAGE_VIEW, "{\"links\":{}}"), REFUSAL_MEMBER_MISTYPED);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_view_says_with_whom_how_and_how_far),
        cmocka_unit_test(what_is_built_is_read_again),
        cmocka_unit_test(bounds_of_a_round_trip_are_in_and_what_is_unknown_is_ignored),
        cmocka_unit_test(more_than_sixteen_links_are_refused),
        cmocka_unit_test(each_fault_has_its_refusal),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
