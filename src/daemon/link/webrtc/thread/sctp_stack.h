/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* usrsctp as a whole: begun once, driven by our tick, ended when no association is left.
 *
 * Its callbacks carry no context but what was registered as an address. That is a number, looked up in a table on every
 * call: a timer that fires late finds nothing, where a pointer would find freed memory. The table itself is reached
 * through one variable of this file, which belongs to the one thread that may begin the stack.
 * Owns: usrsctp between sctp_stack_init and sctp_stack_deinit.
 * Never: begun before a fork (usrsctp starts a thread of its own), and never twice at a time.
 * Full: RTC_PEERS_MAX associations.   Spec: RFC 9260, RFC 8261. */

#include "daemon/link/webrtc/rtc.h"

struct sctp_association;

struct sctp_stack {
    struct {
        uint32_t token; /* 0: free */
        struct sctp_association *association;
    } places[RTC_PEERS_MAX];
    uint32_t last;
    int64_t ticked_at_ms;
};
void sctp_stack_init(struct sctp_stack *stack, int64_t now_ms);
void sctp_stack_deinit(struct sctp_stack *stack); /* all associations were freed before */
void sctp_stack_tick(struct sctp_stack *stack, int64_t now_ms);

uint32_t sctp_stack_add(struct sctp_stack *stack, struct sctp_association *association); /* 0: full */
void sctp_stack_remove(struct sctp_stack *stack, uint32_t token);
/* NULL: gone, or asked by a thread that has no stack. */
struct sctp_association *sctp_stack_find(void *address);
