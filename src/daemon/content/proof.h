/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* Whether another node has what this one has: some bytes of a chunk by chance, read and verified from our own disk, to
 * be compared with what the other sends of the same place. Owns: those bytes, of one question at a time; a new one
 * takes the place of the last. Never: keeps or believes what the other sent.   Spec: WIRE W21. */

#include "daemon/content/incoming.h"
#include "daemon/content/input_queue.h"
#include "daemon/content/manifest_checks.h"
#include "daemon/content/tether.h"
#include "daemon/store/content/content_store.h"

struct proof;

struct proof_options {
    struct content_store *store;
    struct manifest_checks *checks;
    struct tether_list *tethers; /* of the store */
    struct input_queue *queue;
    uint64_t seed; /* which chunk, and where in it, is by chance */
};
struct proof *proof_open(const struct proof_options *options); /* all of them borrowed until proof_close */
void proof_close(struct proof *proof);                         /* accepts NULL */
/* Answered by INPUT_PROOF_CHOSEN; with a length of 0 when nothing of the file can be read. */
void proof_choose(struct proof *proof, const struct object_id *file);
/* What came, all of it; its bytes are freed. Answered by INPUT_PART_CHECKED. */
void proof_take(struct proof *proof, struct incoming_part *part);
