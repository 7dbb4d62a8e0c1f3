/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/link/webrtc/thread/sctp_stack.h"

#include <string.h>
#include <usrsctp.h>

#include "base/must.h"
#include "daemon/link/webrtc/thread/sctp_association.h"

enum {
    BUFFER_SIZE = 1024 * 1024,
    CHUNKS_MAX = 10240,
    PLACE_BITS = 8, /* of a token: where it stands; the rest is a count */
    FINISH_TRIES = 100,
    TICK_MS_MAX = 10000, /* after a sleep: timers are late, but not all at once a hundred times */
};
_Static_assert(RTC_PEERS_MAX == 1 << PLACE_BITS, "a token names a place");

/* See the header: usrsctp gives its callbacks nothing else to find us by. */
static _Thread_local struct sctp_stack *stack_of_thread;

static int packet_out(void *address, void *bytes, size_t size, uint8_t tos, uint8_t set_df) {
    struct sctp_association *const association = sctp_stack_find(address);
    (void)tos, (void)set_df;
    if (association) sctp_association_packet_out(association, (struct span){bytes, size});
    return 0;
}

static void stack_tune(void) {
    (void)usrsctp_sysctl_set_sctp_ecn_enable(0);
    (void)usrsctp_sysctl_set_sctp_asconf_enable(0);
    (void)usrsctp_sysctl_set_sctp_auth_enable(0);
    (void)usrsctp_sysctl_set_sctp_nrsack_enable(0);
    (void)usrsctp_sysctl_set_sctp_pr_enable(1);
    (void)usrsctp_sysctl_set_sctp_sendspace(BUFFER_SIZE);
    (void)usrsctp_sysctl_set_sctp_recvspace(BUFFER_SIZE);
    (void)usrsctp_sysctl_set_sctp_max_chunks_on_queue(CHUNKS_MAX);
    (void)usrsctp_sysctl_set_sctp_delayed_sack_time_default(20);
    (void)usrsctp_sysctl_set_sctp_rto_min_default(200);
    (void)usrsctp_sysctl_set_sctp_rto_initial_default(500);
    (void)usrsctp_sysctl_set_sctp_initial_cwnd(10);
    (void)usrsctp_sysctl_set_sctp_max_burst_default(0);
}

void sctp_stack_init(struct sctp_stack *stack, int64_t now_ms) {
    memset(stack, 0, sizeof *stack);
    stack->ticked_at_ms = now_ms;
    stack_of_thread = stack;
    usrsctp_init_nothreads(0, packet_out, NULL);
    stack_tune();
}

void sctp_stack_deinit(struct sctp_stack *stack) {
    (void)stack;
    for (int i = 0; i < FINISH_TRIES && usrsctp_finish() != 0; i++) usrsctp_handle_timers(10);
    stack_of_thread = NULL;
}

void sctp_stack_tick(struct sctp_stack *stack, int64_t now_ms) {
    const int64_t elapsed_ms = now_ms - stack->ticked_at_ms;
    if (elapsed_ms <= 0) return;
    stack->ticked_at_ms = now_ms;
    usrsctp_handle_timers((uint32_t)(elapsed_ms > TICK_MS_MAX ? TICK_MS_MAX : elapsed_ms));
}

uint32_t sctp_stack_add(struct sctp_stack *stack, struct sctp_association *association) {
    for (size_t i = 0; i < RTC_PEERS_MAX; i++) {
        if (stack->places[i].token != 0) continue;
        stack->last++;
        stack->places[i].token = (stack->last << PLACE_BITS | (uint32_t)i) | 1U << 31;
        stack->places[i].association = association;
        return stack->places[i].token;
    }
    return 0;
}

void sctp_stack_remove(struct sctp_stack *stack, uint32_t token) {
    const size_t place = token % RTC_PEERS_MAX;
    must(stack->places[place].token == token);
    stack->places[place].token = 0;
    stack->places[place].association = NULL;
}

struct sctp_association *sctp_stack_find(void *address) {
    const uintptr_t token = (uintptr_t)address;
    const size_t place = token % RTC_PEERS_MAX;
    if (!stack_of_thread || stack_of_thread->places[place].token != token) return NULL;
    return stack_of_thread->places[place].association;
}
