/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/reach.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#define NOW 1763640100000LL

static const char *told(void (*write)(struct buffer *out, const struct json_value *value, int64_t now_ms),
                        const char *json) {
    static uint8_t tree[1 << 16];
    static char text[1024];
    struct arena arena = arena_over(tree, sizeof tree);
    struct buffer out = buffer_over((uint8_t *)text, sizeof text - 1);
    enum json_fault fault;
    const struct json_value *value = json_parse(span_of_text(json), JSON_WIRE, &arena, &fault, NULL);
    assert_non_null(value);
    write(&out, value, NOW);
    assert_false(out.overflowed);
    text[out.size] = '\0';
    return text;
}

static void public_family_names_who_got_through(void **state) {
    (void)state;
    assert_string_equal(told(reach_write_family,
                             "{\"state\":\"public\",\"seen\":\"203.0.113.5:8782\",\"confirmedBy\":["
                             "{\"nodeId\":\"myxzypxz7askc56bpu6l5rklmdee7mst\",\"at\":1763639860000},"
                             "{\"nodeId\":\"tjq4ypxz7askc56bpu6l5rklmdeew6mz\",\"at\":null}],\"failedBy\":[],"
                             "\"nextProbeAt\":1763640142000}"),
                        "public, at 203.0.113.5:8782; confirmed by myxz…7mst 4 min ago, tjq4…w6mz; asked again in "
                        "42 s");
}

static void private_family_names_who_tried_in_vain(void **state) {
    (void)state;
    assert_string_equal(told(reach_write_family,
                             "{\"state\":\"private\",\"seen\":\"[2001:db8::5]:8782\",\"confirmedBy\":[],"
                             "\"failedBy\":[{\"nodeId\":\"\\u001bx\",\"at\":1763640081000,"
                             "\"reason\":\"timeout\"}],\"nextProbeAt\":null}"),
                        "private, not reached at [2001:db8::5]:8782; tried in vain by ?x 19 s ago");
}

static void family_that_is_not_in_use_says_so(void **state) {
    (void)state;
    assert_string_equal(told(reach_write_family, "{\"state\":\"unknown\",\"seen\":null,\"nextProbeAt\":1763640142000}"),
                        "not known yet: no peer sees this node at a public address of this kind");
    assert_string_equal(told(reach_write_family, "{\"state\":\"unknown\",\"seen\":\"203.0.113.5:8782\"}"),
                        "not known yet, seen at 203.0.113.5:8782");
}

static void outage_says_since_when_and_what_next(void **state) {
    (void)state;
    assert_string_equal(told(reach_write_outage, "{\"since\":1763640045000,\"nextAttemptAt\":1763640116000}"),
                        "down for 55 s: every dial fails; the next is in 16 s");
    assert_string_equal(told(reach_write_outage, "{\"since\":1763640045000,\"nextAttemptAt\":null}"),
                        "down for 55 s: every dial fails; the next is under way");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(public_family_names_who_got_through),
        cmocka_unit_test(private_family_names_who_tried_in_vain),
        cmocka_unit_test(family_that_is_not_in_use_says_so),
        cmocka_unit_test(outage_says_since_when_and_what_next),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
