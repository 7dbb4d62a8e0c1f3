/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* Messages that wait a few seconds for ids which are not there (yet): the caller was quicker than the called.
 * Owns: its tables and the bytes of the messages, from absent_queue_new to absent_queue_free.
 * Never: allocates in between; gives messages of one id in another order than they came.
 * Full: of one id or of one address: the message is not taken. In all: the caller lets messages go for the id waited
 * for longest, and tries again.   Spec: reference 7.2. */

#include "swarm/signaling/client_group.h"
#include "swarm/signaling/signal_id.h"

struct absent_queue;

struct absent_queue_options {
    size_t ids_max; /* 0 for each of these: as limits.h says */
    size_t messages_max;
    size_t bytes_max;
    struct client_groups *groups; /* borrowed until absent_queue_free */
    uint64_t seed;
};
struct absent_queue *absent_queue_new(const struct absent_queue_options *options); /* NULL without memory */
void absent_queue_free(struct absent_queue *queue);                                /* accepts NULL */

enum absent_verdict {
    ABSENT_KEPT,
    ABSENT_NO_SHARE, /* the id, or the sender's address, has as much waiting as it may */
    ABSENT_FULL,     /* all of it is full */
};
struct absent_message {
    struct span dst;
    struct span src;
    uint32_t group;    /* of the sender */
    struct span bytes; /* what the called is to get; copied, at most SIGNAL_RELAYED_SIZE_MAX */
};
enum absent_verdict absent_queue_add(struct absent_queue *queue, const struct absent_message *message, int64_t now_ms);
/* The next message for who is here now, written to the buffer (which has room for the largest); false: no more. */
bool absent_queue_take(struct absent_queue *queue, struct span dst, struct buffer *bytes);

/* When the id that was waited for longest has been waited for long enough; INT64_MAX: nothing waits. */
int64_t absent_queue_due_ms(const struct absent_queue *queue);
/* Lets go of the messages for that id, up to and with the last one of a sender, who is to hear of it: each sender once.
 * False: nothing waits. */
bool absent_queue_expire(struct absent_queue *queue, struct signal_id *dst, struct signal_id *src);
size_t absent_queue_count(const struct absent_queue *queue); /* messages */
