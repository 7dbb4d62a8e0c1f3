/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* The ids that stand in one message, found by what they are: sorted once, then each is looked up in eleven steps,
 * however a stranger chose them. A mark beside each says that we have it, too.
 * Owns: nothing; it points into the message.
 * Full: cannot be; a message of the largest size has no more ids. */

#include "swarm/content/object_id.h"
#include "swarm/limits.h"

enum { ID_INDEX_MAX = LIMIT_RECONCILE_MESSAGE_MAX / sizeof(struct object_id) };

struct id_index {
    struct span message; /* borrowed while the index is used */
    size_t count;
    uint16_t places[ID_INDEX_MAX];     /* bytes into the message; by id, once sorted */
    uint64_t marks[ID_INDEX_MAX / 64]; /* by place / 32, which no two ids share */
};
void id_index_init(struct id_index *index, struct span message); /* of at most LIMIT_RECONCILE_MESSAGE_MAX bytes */
void id_index_add(struct id_index *index, const uint8_t *id);    /* inside the message */
bool id_index_sort(struct id_index *index);                      /* false: two ids are the same */
/* Marks the id when it stands in `list`, a part of the message; false when it does not. */
bool id_index_mark(struct id_index *index, struct span list, const struct object_id *id);
bool id_index_is_marked(const struct id_index *index, const uint8_t *id); /* inside the message */
