/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* Announces whose signature is to be checked: by a pool thread, in groups, so that the loop goes on meanwhile. One
 * group at a time: a flood of them takes one core and no more, and answers stay in the order of the questions.
 *
 *     add --> [waiting] --first free thread--> [group of up to 32] --checked--> finished, on the loop
 *
 * Owns: the announces, until they are finished; one that waits goes with its asker.
 * Never: looks at anything but key, message and signature.
 * Full: connections bound it: each has one exchange that waits for its answer and asks nothing else. */

#include "daemon/http/http.h"
#include "swarm/rendezvous/beacon.h"

struct announce_queue;

struct announce_queue_options {
    struct loop *loop; /* borrowed until announce_queue_free */
    struct verifier verifier;
    /* `pending` is borrowed during the call. Not called for those who have gone. */
    void (*finished)(void *context, struct http_exchange *exchange, const struct beacon_pending *pending,
                     bool is_verified);
    void *context; /* borrowed */
};
struct announce_queue *announce_queue_new(const struct announce_queue_options *options);
/* Nothing is finished any more; a group that is being checked goes when it comes back. Accepts NULL. */
void announce_queue_free(struct announce_queue *queue);

/* Keeps the exchange for its answer; `pending` is copied. False without memory. */
MUST_USE bool announce_queue_add(struct announce_queue *queue, struct http_exchange *exchange,
                                 const struct beacon_pending *pending);
void announce_queue_gone(struct http_exchange *exchange); /* whoever asked has left */
