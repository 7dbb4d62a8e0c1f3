/* SPDX-License-Identifier: Apache-2.0 */
#include "swarm/wire/gossip.h"

#include "base/memory.h"
#include "lib/message_bench.h"
#include "lib/record_bench.h"
#include "swarm/limits.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static uint8_t memory[LIMIT_BULK_BODY_MAX];

static struct span body_of(uint8_t hops, struct span record) {
    struct buffer body = buffer_over(memory, sizeof memory);
    gossip_build(&body, hops, record);
    assert_false(body.overflowed);
    return buffer_span(&body);
}

static struct span usual(void) {
    return record_bench_forge("{\"at\":1790000000000,\"type\":\"test\"}", "node", NULL);
}

static enum refusal refusal_of(struct span body) {
    return message_bench_check(MESSAGE_GOSSIP, body, NULL);
}

static void it_comes_out_as_it_went_in(void **state) {
    (void)state;
    const void *checked;
    const struct span record = usual();
    const struct public_key key = record_bench_public("node");
    const struct span body = body_of(GOSSIP_HOPS_MAX, record);
    assert_int_equal(body.size, GOSSIP_HEAD_SIZE + record.size);
    assert_int_equal(message_bench_check(MESSAGE_GOSSIP, body, &checked), REFUSAL_NONE);
    const struct gossip *gossip = checked;
    assert_int_equal(gossip->hops, GOSSIP_HOPS_MAX);
    assert_int_equal(gossip->publication.record.text.size, record.size);
    assert_int_equal(gossip->publication.record.at_ms, BENCH_AT);
    assert_true(public_key_equal(&gossip->publication.record.key, &key));
}

static void more_hops_than_may_be_are_refused(void **state) {
    (void)state;
    const struct span record = usual();
    assert_int_equal(refusal_of(body_of(0, record)), REFUSAL_NONE);
    assert_int_equal(refusal_of(body_of(GOSSIP_HOPS_MAX + 1, record)), REFUSAL_MEMBER_MISTYPED);
    assert_int_equal(refusal_of(body_of(255, record)), REFUSAL_MEMBER_MISTYPED);
}

static void a_record_cut_anywhere_is_refused(void **state) {
    (void)state;
    message_bench_cut_everywhere(MESSAGE_GOSSIP, body_of(3, usual()));
    assert_int_equal(refusal_of((struct span){memory, 1}), REFUSAL_BODY_SIZE);
    assert_int_equal(refusal_of((struct span){memory, 0}), REFUSAL_BODY_SIZE);
}

static void what_its_key_did_not_sign_is_refused_by_its_name(void **state) {
    (void)state;
    const struct span body = body_of(0, usual());
    char *number = strstr((char *)memory + GOSSIP_HEAD_SIZE, "1790000000000");
    assert_non_null(number);
    number[12] = '1';
    assert_int_equal(refusal_of(body), REFUSAL_RECORD_SIGNATURE_INVALID);
    assert_int_equal(refusal_of(body_of(0, SPAN_LITERAL("{}"))), REFUSAL_MEMBER_MISSING);
}

/* All of a frame is a text of brackets: the richest tree that there can be fits the arena of a link's check. */
static void the_richest_record_is_judged_like_any_other(void **state) {
    (void)state;
    enum { HEAD = 40, PAIRS = 30000 };
    char *text = memory_zeroed(1, 2 * PAIRS + 2 * HEAD);
    char *at = text;
    memcpy(at, "{\"at\":1790000000000,\"rich\":[", 28);
    at += 28;
    for (size_t i = 0; i < PAIRS; i++) memcpy(at + 2 * i, i + 1 < PAIRS ? "0," : "0]", 2);
    memcpy(at + 2 * PAIRS, ",\"type\":\"test\"}", 16);
    const struct span record = record_bench_forge(text, "node", NULL);
    assert_in_range(record.size, 2 * PAIRS, RECORD_SIZE_MAX);
    assert_int_equal(refusal_of(body_of(0, record)), REFUSAL_NONE);
    memory_free(text);
}

static void a_record_over_its_size_is_refused(void **state) {
    (void)state;
    uint8_t *body = memory_zeroed(1, GOSSIP_HEAD_SIZE + RECORD_SIZE_MAX + 1);
    assert_int_equal(refusal_of((struct span){body, GOSSIP_HEAD_SIZE + RECORD_SIZE_MAX + 1}), REFUSAL_RECORD_SIZE);
    memory_free(body);
}

static void weight_is_one_and_one_more_for_each_four_kilobytes(void **state) {
    (void)state;
    assert_int_equal(gossip_weight(1), 1);
    assert_int_equal(gossip_weight(4095), 1);
    assert_int_equal(gossip_weight(4096), 2);
    assert_int_equal(gossip_weight(GOSSIP_HEAD_SIZE + RECORD_SIZE_MAX), GOSSIP_WEIGHT_MAX);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_comes_out_as_it_went_in),
        cmocka_unit_test(more_hops_than_may_be_are_refused),
        cmocka_unit_test(a_record_cut_anywhere_is_refused),
        cmocka_unit_test(what_its_key_did_not_sign_is_refused_by_its_name),
        cmocka_unit_test(the_richest_record_is_judged_like_any_other),
        cmocka_unit_test(a_record_over_its_size_is_refused),
        cmocka_unit_test(weight_is_one_and_one_more_for_each_four_kilobytes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
