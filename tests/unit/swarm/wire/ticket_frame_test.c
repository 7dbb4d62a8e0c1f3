/* SPDX-License-Identifier: Apache-2.0 */
#include "swarm/wire/ticket_frame.h"

#include "lib/engine_rig.h"
#include "lib/message_bench.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* The body of an honest ticket frame, NUL-terminated. */
static size_t build(char text[LIMIT_TICKET_ENVELOPE_MAX + 1]) {
    struct rig_peer peer = rig_peer(1);
    struct buffer body = buffer_over((uint8_t *)text, LIMIT_TICKET_ENVELOPE_MAX);
    ticket_frame_build(&body, &peer.ticket);
    assert_false(body.overflowed);
    text[body.size] = '\0';
    return body.size;
}

static void what_is_built_is_read_again(void **state) {
    (void)state;
    char text[LIMIT_TICKET_ENVELOPE_MAX + 1];
    struct rig_peer peer = rig_peer(1);
    const void *checked = NULL;
    size_t size = build(text);
    assert_int_equal(message_bench_text(MESSAGE_TICKET_FRAME, text), REFUSAL_NONE);
    assert_int_equal(message_bench_check(MESSAGE_TICKET_FRAME, span_of_text(text), &checked), REFUSAL_NONE);
    const struct ticket *ticket = &((const struct ticket_frame *)checked)->ticket;
    assert_true(ticket->is_native && node_id_equal(&ticket->node_id, &peer.id));
    assert_true(ticket->addr_count == 1 && address_equal(&ticket->addrs[0], &peer.address));
    message_bench_cut_everywhere(MESSAGE_TICKET_FRAME, (struct span){(uint8_t *)text, size});
}

static void a_ticket_that_does_not_hold_is_refused(void **state) {
    (void)state;
    char text[LIMIT_TICKET_ENVELOPE_MAX + 1];
    build(text);
    assert_int_equal(message_bench_text(MESSAGE_TICKET_FRAME, message_bench_with(text, "198.18.1.1", "198.18.2.1")),
                     REFUSAL_TICKET_SIGNATURE_INVALID);
    assert_int_equal(message_bench_text(MESSAGE_TICKET_FRAME, "{}"), REFUSAL_TICKET_MALFORMED);
    assert_int_equal(message_bench_text(MESSAGE_TICKET_FRAME, "7"), REFUSAL_MEMBER_MISTYPED);
    assert_int_equal(message_bench_text(MESSAGE_TICKET_FRAME, ""), REFUSAL_JSON_SYNTAX);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_built_is_read_again),
        cmocka_unit_test(a_ticket_that_does_not_hold_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
