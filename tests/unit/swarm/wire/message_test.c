/* SPDX-License-Identifier: Apache-2.0 */
#include "swarm/wire/message.h"

#include "lib/message_bench.h"
#include "swarm/limits.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

static void messages_have_the_names_of_the_page(void **state) {
    (void)state;
    assert_string_equal(message_name(0x01), "hello");
    assert_string_equal(message_name(0x03), "ticket");
    assert_string_equal(message_name(0x41), "pong");
    assert_string_equal(message_name(0x80), "record");
    assert_string_equal(message_name(0xc0), "foreign");
    assert_true(message_is_known(0x80) && !message_is_known(0x81) && !message_is_known(0x3f));
    assert_string_equal(message_name(0x3f), "foreign");
}

static void unknown_types_are_refused_unless_foreign(void **state) {
    (void)state;
    for (int type = 0; type < 256; type++) {
        enum refusal refusal = message_bench_check((uint8_t)type, SPAN_NONE, NULL);
        if (type == MESSAGE_RECORD_FRAME) continue; /* bulk, and ours */
        if (type >= 0x80) assert_int_equal(refusal, REFUSAL_NONE);
        if (type < 0x80) assert_true((refusal == REFUSAL_NONE) == (type == MESSAGE_PRUNE)); /* which has no body */
    }
    assert_int_equal(message_bench_check(0x3f, SPAN_NONE, NULL), REFUSAL_TYPE_UNKNOWN);
    assert_int_equal(message_bench_check(0x7f, SPAN_NONE, NULL), REFUSAL_TYPE_UNKNOWN);
}

static void a_foreign_message_has_no_body(void **state) {
    (void)state;
    const void *body = &body;
    assert_int_equal(message_bench_check(0xff, SPAN_LITERAL("anything"), &body), REFUSAL_NONE);
    assert_null(body);
}

static void a_body_over_its_limit_is_refused_before_it_is_read(void **state) {
    (void)state;
    static uint8_t body[LIMIT_BULK_BODY_MAX + 1];
    assert_int_equal(message_bench_check(0x01, (struct span){body, LIMIT_CONTROL_BODY_MAX + 1}, NULL),
                     REFUSAL_FRAME_TOO_LARGE);
    assert_int_equal(message_bench_check(0x40, (struct span){body, sizeof body}, NULL), REFUSAL_FRAME_TOO_LARGE);
    assert_int_equal(message_bench_check(0xc0, (struct span){body, sizeof body}, NULL), REFUSAL_FRAME_TOO_LARGE);
    assert_int_equal(message_bench_check(0xc0, (struct span){body, sizeof body - 1}, NULL), REFUSAL_NONE);
}

static void without_room_every_message_is_refused(void **state) {
    (void)state;
    struct verifier verifier = sign_verifier();
    const struct frame frames[] = {
        {MESSAGE_HELLO, SPAN_LITERAL("{\"v\":1}")},
        {MESSAGE_GOODBYE, SPAN_LITERAL("{\"reason\":\"leaving\",\"text\":\"\"}")},
        {MESSAGE_TICKET_FRAME, SPAN_LITERAL("{}")},
        {MESSAGE_PEX, SPAN_LITERAL("{\"want\":0,\"tickets\":[]}")},
        {MESSAGE_VIEW, SPAN_LITERAL("{\"links\":[]}")},
        {MESSAGE_PING, SPAN_LITERAL("123456789012")},
        {MESSAGE_PONG, SPAN_LITERAL("12345678")},
    };
    for (size_t i = 0; i < sizeof frames / sizeof frames[0]; i++) {
        struct checked_message message;
        uint8_t memory[4];
        struct arena arena = arena_over(memory, sizeof memory);
        assert_int_equal(message_check(&frames[i], &verifier, &arena, &message), REFUSAL_NO_ROOM);
    }
}

static void what_holds_signatures_is_worth_a_worker(void **state) {
    (void)state;
    assert_true(message_is_costly(MESSAGE_HELLO) && message_is_costly(MESSAGE_PEX));
    assert_true(message_is_costly(MESSAGE_TICKET_FRAME) && message_is_costly(MESSAGE_GOSSIP));
    assert_true(message_is_costly(MESSAGE_RECORD_FRAME));
    assert_false(message_is_costly(MESSAGE_SYNC_FRAME) || message_is_costly(MESSAGE_LACK));
    assert_false(message_is_costly(MESSAGE_IHAVE) || message_is_costly(MESSAGE_GRAFT));
    assert_false(message_is_costly(MESSAGE_PING) || message_is_costly(MESSAGE_GOODBYE) || message_is_costly(0xc0));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(messages_have_the_names_of_the_page),
        cmocka_unit_test(unknown_types_are_refused_unless_foreign),
        cmocka_unit_test(a_foreign_message_has_no_body),
        cmocka_unit_test(a_body_over_its_limit_is_refused_before_it_is_read),
        cmocka_unit_test(without_room_every_message_is_refused),
        cmocka_unit_test(what_holds_signatures_is_worth_a_worker),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
