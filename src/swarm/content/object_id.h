/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* The name of a record or a blob: a SHA-256 of what it is (WIRE W11, W12), so that nobody can answer with another. */

#include <string.h>

#include "crypto/hash.h"

struct object_id {
    uint8_t bytes[32];
};

static inline bool object_id_equal(const struct object_id *a, const struct object_id *b) {
    return memcmp(a->bytes, b->bytes, sizeof a->bytes) == 0;
}
/* Of a blob; a record's is record_id's. */
static inline struct object_id object_id_of_blob(struct span blob) {
    struct object_id id;
    const struct sha256 hash = hash_sha256(blob);
    memcpy(id.bytes, hash.bytes, sizeof id.bytes);
    return id;
}
