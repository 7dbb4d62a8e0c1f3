/* SPDX-License-Identifier: Apache-2.0 */
#include "swarm/wire/record_frame.h"

#include "lib/message_bench.h"
#include "lib/record_bench.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static enum refusal refusal_of(struct span body) {
    return message_bench_check(MESSAGE_RECORD_FRAME, body, NULL);
}

static void it_is_the_text_of_a_record(void **state) {
    (void)state;
    const void *checked;
    const struct span record = record_bench_forge("{\"at\":1790000000000,\"type\":\"test\"}", "node", NULL);
    assert_int_equal(message_bench_check(MESSAGE_RECORD_FRAME, record, &checked), REFUSAL_NONE);
    const struct record_frame *frame = checked;
    assert_int_equal(frame->publication.record.text.size, record.size);
    assert_int_equal(frame->publication.record.at_ms, BENCH_AT);
    assert_int_equal(frame->publication.kind, PUBLICATION_OTHER);
    message_bench_cut_everywhere(MESSAGE_RECORD_FRAME, record);
    assert_int_equal(refusal_of(SPAN_LITERAL("{}")), REFUSAL_MEMBER_MISSING);
}

/* As with gossip: what carried it makes no difference to what it may say. */
static void what_claims_to_be_a_post_and_is_none_is_refused(void **state) {
    (void)state;
    const struct span record = record_bench_forge("{\"at\":1790000000000,\"type\":\"post\"}", "node", NULL);
    assert_int_not_equal(refusal_of(record), REFUSAL_NONE);
}

static void it_weighs_what_its_check_costs(void **state) {
    (void)state;
    assert_int_equal(record_frame_weight(1), 1);
    assert_int_equal(record_frame_weight(RECORD_FRAME_WEIGHT_BYTES), 2);
    assert_int_equal(record_frame_weight(RECORD_SIZE_MAX), RECORD_FRAME_WEIGHT_MAX);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_is_the_text_of_a_record),
        cmocka_unit_test(what_claims_to_be_a_post_and_is_none_is_refused),
        cmocka_unit_test(it_weighs_what_its_check_costs),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
