/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* What a file is fetched by: its manifest, its lists of chunks, and its chunks, each an object of its own. */

#include "swarm/content/object_id.h"

enum part_kind { PART_MANIFEST, PART_LIST, PART_CHUNK };

struct content_part {
    enum part_kind kind;
    uint32_t number; /* which list, or which chunk */
    uint32_t size;   /* in bytes; 0: not known (a manifest) */
    struct object_id id;
};
