/* SPDX-License-Identifier: Apache-2.0 */
#include "swarm/content/gone.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "lib/record_bench.h"

#define NODE "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define GOOD "{\"at\":1790000000000,\"node\":\"" NODE "\",\"since\":1789999999000,\"type\":\"gone\"}"

static enum refusal check(const struct checked_record *record) {
    struct checked_gone gone;
    return gone_check(record, &gone);
}

static void it_comes_out_as_it_went_in(void **state) {
    (void)state;
    uint8_t memory[256];
    struct buffer body = buffer_over(memory, sizeof memory);
    struct checked_record record;
    struct checked_gone gone;
    struct gone_draft draft = {.at_ms = BENCH_AT, .since_ms = BENCH_AT - 1000};
    assert_true(node_id_read(SPAN_LITERAL(NODE), &draft.node));
    assert_true(gone_build(&body, &draft));
    assert_true(span_equal(buffer_span(&body), SPAN_LITERAL(GOOD)));
    assert_int_equal(record_bench_sign(buffer_span(&body), false, &record), REFUSAL_NONE);
    assert_int_equal(gone_check(&record, &gone), REFUSAL_NONE);
    assert_true(node_id_equal(&gone.node, &draft.node));
    assert_true(node_id_equal(&gone.accuser, &record.node_id));
    assert_int_equal(gone.since_ms, BENCH_AT - 1000);
}

static void a_draft_out_of_bounds_is_not_built(void **state) {
    (void)state;
    uint8_t memory[256];
    struct buffer body = buffer_over(memory, sizeof memory);
    assert_false(gone_build(&body, &(struct gone_draft){.at_ms = BENCH_AT, .since_ms = BENCH_AT + 1}));
    assert_false(gone_build(&body, &(struct gone_draft){.at_ms = BENCH_AT, .since_ms = -1}));
}

static void what_is_not_in_form_is_refused(void **state) {
    (void)state;
    static const struct body_fault faults[] = {
        {"\"node\"", "\"nodes\"", REFUSAL_MEMBER_MISSING},
        {"\"since\"", "\"sinces\"", REFUSAL_MEMBER_MISSING},
        {NODE, "aaa", REFUSAL_MEMBER_MISTYPED},
        {NODE, NODE "a", REFUSAL_MEMBER_TOO_LONG},
        {NODE, "AAAAaaaaaaaaaaaaaaaaaaaaaaaaaaaa", REFUSAL_MEMBER_MISTYPED},
        {"1789999999000", "1790000000001", REFUSAL_MEMBER_MISTYPED}, /* later than the record */
        {"1789999999000", "-1", REFUSAL_MEMBER_MISTYPED},
        {"1789999999000", "\"1\"", REFUSAL_MEMBER_MISTYPED},
        {"\"gone\"", "\"post\"", REFUSAL_RECORD_TYPE_OTHER},
    };
    record_bench_faults(SPAN_LITERAL(GOOD), faults, sizeof faults / sizeof faults[0], check);
}

static void nobody_says_it_of_himself(void **state) {
    (void)state;
    const struct public_key key = record_bench_public("node");
    const struct node_id id = node_id_of_key(&key);
    uint8_t memory[256];
    struct buffer body = buffer_over(memory, sizeof memory);
    struct checked_record record;
    assert_true(gone_build(&body, &(struct gone_draft){.at_ms = BENCH_AT, .since_ms = 1, .node = id}));
    assert_int_equal(record_bench_sign(buffer_span(&body), false, &record), REFUSAL_NONE);
    assert_int_equal(check(&record), REFUSAL_MEMBER_MISTYPED);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_comes_out_as_it_went_in),
        cmocka_unit_test(a_draft_out_of_bounds_is_not_built),
        cmocka_unit_test(what_is_not_in_form_is_refused),
        cmocka_unit_test(nobody_says_it_of_himself),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
