/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* Writes a message, range by range, into no more than its frame. There is always room left for the last range, "the
 * rest of the set": a message that is full ends with a fingerprint of all that it has not come to, and the other node
 * goes on from there.
 *
 * Ranges that are skipped are only remembered: what adjoins becomes one, and what nothing follows is never written.
 *
 * Owns: nothing; `out` is borrowed until the message is done.
 * Full: range_writer_* gives false and writes nothing; then comes range_writer_rest. */

#include "swarm/reconcile/range.h"

struct range_writer {
    struct buffer *out;
    size_t start, frame_size; /* the message begins there in `out`, and may be so long */
    uint64_t timestamp;       /* of the last bound written */
    struct set_item upper;    /* where what was written or skipped ends */
    bool is_skipping;         /* `upper` is of ranges that were skipped and are not written yet */
};
/* Begins with the version. `out` has room for frame_size bytes, at least LIMIT_RECONCILE_FRAME_MIN. */
void range_writer_begin(struct range_writer *writer, struct buffer *out, size_t frame_size);
void range_writer_skip(struct range_writer *writer, const struct set_item *upper);
bool range_writer_fingerprint(struct range_writer *writer, const struct set_item *upper,
                              const struct fingerprint *fingerprint);
size_t range_writer_ids_room(const struct range_writer *writer); /* how many ids a list may have now; 0: none */
/* At most as many as there is room for; then range_writer_id `count` times. */
void range_writer_ids(struct range_writer *writer, const struct set_item *upper, size_t count);
void range_writer_id(struct range_writer *writer, const struct object_id *id);
void range_writer_rest(struct range_writer *writer, const struct fingerprint *fingerprint); /* to infinity */
bool range_writer_is_empty(const struct range_writer *writer);                              /* but for the version */
