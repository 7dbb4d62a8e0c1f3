/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* Who called while new peers need the caretaker's approval, and waits for it: told `approval-pending`, they call again
 * now and then, and are forgotten APPROVAL_LAPSE_MS after they called last.
 * Owns: its rows, in place.
 * Never: decides; the caretaker does (operations_standing), and who was decided on is taken out.
 * Full: the network that holds most loses its newest one to a newcomer of another; a newcomer of that network is not
 * taken, and may come again. */

#include "base/address.h"
#include "swarm/control/control_target.h"
#include "swarm/limits.h"

enum { APPROVAL_LAPSE_MS = 600000 }; /* the longest back-off twice */

struct approval {
    struct node_id node_id;
    char user_id[LIMIT_TICKET_ID_MAX + 1]; /* empty: it says none */
    bool is_user_proven;
    struct address address; /* it called from there last */
    uint32_t calls;
    int64_t since_ms; /* engine time, like the next */
    int64_t last_ms;
};
struct approval_queue {
    size_t count;
    struct approval rows[LIMIT_APPROVALS_MAX]; /* the longest waiting first */
};

/* It calls, again or for the first time: then true. */
bool approval_queue_call(struct approval_queue *queue, const struct peer_face *face, const struct address *address,
                         int64_t now_ms);
bool approval_queue_remove(struct approval_queue *queue, const struct node_id *id); /* false: it was not there */
void approval_queue_lapse(struct approval_queue *queue, int64_t now_ms);
int64_t approval_queue_deadline_ms(const struct approval_queue *queue); /* INT64_MAX: nobody waits */
