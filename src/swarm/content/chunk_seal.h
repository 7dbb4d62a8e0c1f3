/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* One chunk of a file, sealed under the file's key at its place: a chunk that was moved, or that ends a file before its
 * end, does not open. Chunk i of n has the nonce i (11 bytes), then 01 when it is the last and 00 when it is not.
 * Owns: nothing; a chunk key is a value, wiped by whoever holds it.
 * Never: a second text under one key and place (file_key.h).   Full: `out` too small is a mistake of the caller.
 * Spec: WIRE W12. */

#include "swarm/content/file_key.h"
#include "swarm/content/file_shape.h"
#include "swarm/content/object_id.h"
#include "swarm/refusal.h"

struct chunk_key {
    struct seal_key sealing;
};
void chunk_key_of(const struct file_key *key, struct chunk_key *chunk_key);
void chunk_key_wipe(struct chunk_key *chunk_key);

struct chunk_place {
    const struct file_shape *shape;
    uint32_t index;
};
/* `text` has the size that the shape says, and `out` room for FILE_SEAL_SIZE bytes more. Gives the chunk's id. */
struct object_id chunk_seal(const struct chunk_key *key, struct chunk_place place, struct span text,
                            struct buffer *out);
/* What lies at this place: CHUNK_SIZE, or CHUNK_DAMAGED (another key, another place, another byte). */
enum refusal chunk_open(const struct chunk_key *key, struct chunk_place place, struct span sealed, struct buffer *out);
