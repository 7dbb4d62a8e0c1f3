/* SPDX-License-Identifier: Apache-2.0 */
#include "swarm/wire/pex.h"

#include "lib/engine_rig.h"
#include "lib/message_bench.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { BODY_MAX = LIMIT_CONTROL_BODY_MAX };

static struct span built(int64_t want, size_t count) {
    static uint8_t memory[BODY_MAX + 1];
    static struct ticket tickets[LIMIT_PEX_TICKETS_MAX + 1];
    const struct ticket *picked[LIMIT_PEX_TICKETS_MAX + 1];
    struct buffer body = buffer_over(memory, BODY_MAX);
    for (uint32_t i = 0; i < count; i++) tickets[i] = rig_peer(1 + i).ticket;
    for (size_t i = 0; i < count; i++) picked[i] = &tickets[i];
    pex_build(&body, want, picked, count);
    assert_false(body.overflowed);
    memory[body.size] = '\0';
    return buffer_span(&body);
}

static void what_is_built_is_read_again(void **state) {
    (void)state;
    for (size_t count = 0; count <= LIMIT_PEX_TICKETS_MAX; count++) {
        const void *checked = NULL;
        assert_int_equal(message_bench_check(MESSAGE_PEX, built(5, count), &checked), REFUSAL_NONE);
        const struct pex *pex = checked;
        assert_int_equal(pex->ticket_count, count);
        assert_true(pex->want == 5);
        for (uint32_t i = 0; i < count; i++) {
            struct rig_peer peer = rig_peer(1 + i);
            assert_true(node_id_equal(&pex->tickets[i].node_id, &peer.id));
        }
    }
}

static void no_more_than_sixteen_are_written(void **state) {
    (void)state;
    const void *checked = NULL;
    assert_int_equal(message_bench_check(MESSAGE_PEX, built(0, LIMIT_PEX_TICKETS_MAX + 1), &checked), REFUSAL_NONE);
    assert_int_equal(((const struct pex *)checked)->ticket_count, LIMIT_PEX_TICKETS_MAX);
}

static void a_pex_cut_anywhere_is_refused(void **state) {
    (void)state;
    message_bench_cut_everywhere(MESSAGE_PEX, built(3, 2));
}

static void one_bad_ticket_is_left_out_and_counted(void **state) {
    (void)state;
    const void *checked = NULL;
    char address[ADDRESS_TEXT_MAX];
    struct rig_peer peer = rig_peer(2), third = rig_peer(3);
    const char *text =
        message_bench_with((const char *)built(0, 3).at, address_text(&peer.address, address), "9.9.9.9:9");
    assert_int_equal(message_bench_check(MESSAGE_PEX, span_of_text(text), &checked), REFUSAL_NONE);
    const struct pex *pex = checked;
    assert_int_equal(pex->ticket_count, 2);
    assert_int_equal(pex->refused_count, 1);
    assert_int_equal(pex->refused[REFUSAL_TICKET_SIGNATURE_INVALID], 1);
    assert_true(node_id_equal(&pex->tickets[1].node_id, &third.id));
}

static void each_fault_has_its_refusal(void **state) {
    (void)state;
    assert_int_equal(message_bench_text(MESSAGE_PEX, "{\"want\":0}"), REFUSAL_MEMBER_MISSING);
    assert_int_equal(message_bench_text(MESSAGE_PEX, "{\"tickets\":[]}"), REFUSAL_MEMBER_MISSING);
    assert_int_equal(message_bench_text(MESSAGE_PEX, "{\"want\":17,\"tickets\":[]}"), REFUSAL_MEMBER_MISTYPED);
    assert_int_equal(message_bench_text(MESSAGE_PEX, "{\"want\":-1,\"tickets\":[]}"), REFUSAL_MEMBER_MISTYPED);
    assert_int_equal(message_bench_text(MESSAGE_PEX, "{\"want\":0,\"tickets\":{}}"), REFUSAL_MEMBER_MISTYPED);
    assert_int_equal(message_bench_text(MESSAGE_PEX, "{\"want\":0,\"tickets\":[1]}"), REFUSAL_MEMBER_MISTYPED);
    assert_int_equal(message_bench_text(MESSAGE_PEX, "{\"want\":0,\"tickets\":[0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0]}"),
                     REFUSAL_MEMBER_TOO_LONG);
    assert_int_equal(message_bench_text(MESSAGE_PEX, "{\"want\":0,\"tickets\":[]"), REFUSAL_JSON_SYNTAX);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_built_is_read_again),   cmocka_unit_test(no_more_than_sixteen_are_written),
        cmocka_unit_test(a_pex_cut_anywhere_is_refused), cmocka_unit_test(one_bad_ticket_is_left_out_and_counted),
        cmocka_unit_test(each_fault_has_its_refusal),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
