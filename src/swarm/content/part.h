/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* What a file is fetched by: its manifest, its lists of chunks, and its chunks, each an object of its own. A proof is
 * some bytes out of a chunk that is here: who sends them has it too. */

#include "swarm/content/object_id.h"

enum part_kind { PART_MANIFEST, PART_LIST, PART_CHUNK, PART_PROOF };

struct content_part {
    enum part_kind kind;
    uint32_t number; /* which list, or which chunk (also of a proof) */
    uint32_t size;   /* in bytes; 0: not known (a manifest); of a proof, as many as were asked for */
    struct object_id id;
};
