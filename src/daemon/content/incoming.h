/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* Parts of files on their way in, slice by slice, until they are whole.
 * Owns: the bytes of each; of a whole one they are moved to the caller.
 * Never: looks into them, asks, or decides when there are too many (the engine does: LIMIT_ASKED_BYTES).
 * Full: without memory for a part it is whole without bytes. */

#include "swarm/action.h"

struct incoming;

struct incoming_part {
    uint32_t req; /* 0: none */
    struct object_id file;
    struct content_part part;
    struct node_id sender;
    uint8_t *bytes; /* NULL: there was no memory for them */
    uint32_t size;
};

struct incoming *incoming_new(void);           /* owned by the caller */
void incoming_free(struct incoming *incoming); /* accepts NULL */
/* Takes the slice of an ACTION_COLLECT. True: that was the last, and `whole` has it all (its bytes: memory_free). */
bool incoming_take(struct incoming *incoming, const struct action *collect, struct incoming_part *whole);
void incoming_discard(struct incoming *incoming, uint32_t req);
