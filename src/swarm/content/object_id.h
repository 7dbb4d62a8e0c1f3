/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* The name of a record or a blob: a SHA-256 of what it is (WIRE W11, W12), so that nobody can answer with another.
 * As text: 64 lower-case hex digits. */

#include <string.h>

#include "base/json.h"
#include "crypto/hash.h"

struct json_writer;

enum { OBJECT_ID_SIZE = 32, OBJECT_ID_TEXT_SIZE = 64 };

struct object_id {
    uint8_t bytes[OBJECT_ID_SIZE];
};

/* The first half of an id: by it records are announced and asked for (W11). Who finds two with the same half made both,
 * and keeps one of his own from getting about. */
enum { OBJECT_HALF_SIZE = OBJECT_ID_SIZE / 2 };
struct object_half {
    uint8_t bytes[OBJECT_HALF_SIZE];
};

#define OBJECT_HALF_NONE ((struct object_half){{0}}) /* of no object */

static inline struct object_half object_half_of(const struct object_id *id) {
    struct object_half half;
    memcpy(half.bytes, id->bytes, sizeof half.bytes);
    return half;
}
static inline bool object_half_equal(const struct object_half *a, const struct object_half *b) {
    return memcmp(a->bytes, b->bytes, sizeof a->bytes) == 0;
}
static inline bool object_id_equal(const struct object_id *a, const struct object_id *b) {
    return memcmp(a->bytes, b->bytes, sizeof a->bytes) == 0;
}
static inline int object_id_compare(const struct object_id *a, const struct object_id *b) {
    return memcmp(a->bytes, b->bytes, sizeof a->bytes);
}
/* Of a blob; a record's is in its struct checked_record. */
static inline struct object_id object_id_of_blob(struct span blob) {
    struct object_id id;
    const struct sha256 hash = hash_sha256(blob);
    memcpy(id.bytes, hash.bytes, sizeof id.bytes);
    return id;
}
bool object_id_read(struct span text, struct object_id *id);
/* Every item of an array, into as many places; false when one is no id. */
bool object_ids_read(const struct json_value *array, struct object_id *ids);
void object_ids_put(struct json_writer *w, const char *name, const struct object_id *ids, size_t count); /* the array */
void object_ids_sort(struct object_id *ids, size_t count); /* ascending; takes no memory */
