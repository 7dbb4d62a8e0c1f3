/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* What a data connection has to send and its channel does not take yet. Messages leave in order; a large value is cut
 * only as it leaves, so that it lies here once.
 * Owns: the bytes of what waits.   Never: sends.
 * Full: SEND_QUEUE_MAX for one connection, the budget for all: send_queue_has_room says no, and nothing is taken.
 * Spec: reference 7.4. */

#include "daemon/peerjs/data_message.h"

enum { SEND_QUEUE_MAX = 2 * PEERJS_MESSAGE_MAX };

struct send_item;
struct send_queue {
    struct send_item *first, *last;
    size_t waiting; /* bytes */
    struct peerjs_budget *budget;
    int64_t values; /* cut so far: the next one's id is one more */
};

void send_queue_init(struct send_queue *queue, struct peerjs_budget *budget); /* budget: borrowed until deinit */
void send_queue_deinit(struct send_queue *queue);
bool send_queue_has_room(const struct send_queue *queue, size_t size);
void send_queue_push(struct send_queue *queue, struct data_packet *packet); /* moved */
/* The frame that is next, borrowed from the queue or written into `memory`; the same until send_queue_sent. False:
 * nothing waits. */
bool send_queue_peek(const struct send_queue *queue, uint8_t memory[static PEERJS_FRAME_MAX], enum rtc_kind *kind,
                     struct span *frame);
void send_queue_sent(struct send_queue *queue);
