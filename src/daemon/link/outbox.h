/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* The frames of one link that wait to be written: control goes before bulk, but never into the middle of a frame.
 * Small frames lie side by side, so that one write (and one TLS record) carries many.
 * Owns: copies of the frames until they were written; no memory while empty.
 * Never: reorders within control or within bulk; takes back what outbox_peek has offered, because TLS wants to be
 * asked again with the same bytes.
 * Full: bulk over OUTBOX_BULK_MAX is not taken; control always is, what sends it has rates of its own. Nothing is taken
 * that there is no memory for. */

#include "swarm/limits.h"
#include "swarm/wire/frame.h"

/* The engine hears of a slow peer at LIMIT_UNSENT_BYTES; bulk beyond four times that is a mistake of the sender. */
enum { OUTBOX_BULK_MAX = 4 * LIMIT_UNSENT_BYTES, OUTBOX_WRITE_MAX = 16384 };

enum outbox_result { OUTBOX_TAKEN, OUTBOX_FULL, OUTBOX_NO_MEMORY };

struct outbox_queue {
    uint8_t *bytes; /* frames with their headers, one behind the other */
    size_t head;    /* written so far */
    size_t tail;
    size_t capacity;
};
struct outbox {
    struct outbox_queue control;
    struct outbox_queue bulk;
    size_t bulk_frame_left;          /* of the bulk frame that has been begun */
    struct outbox_queue *offered_of; /* what the last outbox_peek gave, until outbox_wrote */
    size_t offered;
};

void outbox_deinit(struct outbox *outbox); /* a zeroed outbox is empty and needs no init */
enum outbox_result outbox_put(struct outbox *outbox, uint8_t type, struct span body);
size_t outbox_size(const struct outbox *outbox); /* bytes not yet written */
size_t outbox_bulk_size(const struct outbox *outbox);
/* What to write next: at most OUTBOX_WRITE_MAX bytes, the same again until outbox_wrote. Borrowed until the outbox
 * changes. Empty when there is nothing. */
struct span outbox_peek(struct outbox *outbox);
/* The same for a channel of messages, which takes whole frames alone: the next one, with its header. An outbox is asked
 * by the one or by the other. */
struct span outbox_peek_frame(struct outbox *outbox);
void outbox_wrote(struct outbox *outbox, size_t size);
void outbox_clear(struct outbox *outbox);
