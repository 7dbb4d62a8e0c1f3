/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* A file that follows from a number, so that thousands of them cost next to nothing: the bytes of its chunks are made
 * when somebody reads them, while their ids, its lists and its manifest are as real as any, signed and all.
 * Owns: its ids and the text of its manifest.   Never: keeps a byte of a chunk.
 * Full: ends the process without memory. */

#include "swarm/content/manifest.h"
#include "swarm/content/part.h"

struct made_file {
    struct object_id id; /* of its manifest */
    uint32_t number;     /* in its book */
    uint32_t author;     /* which node made it */
    uint64_t seed;
    struct checked_manifest manifest;
    struct object_id *chunks; /* manifest.shape.chunk_count of them: the lists, one after another */
    uint8_t *record;          /* the manifest's text */
    uint32_t record_size;
    uint32_t part_count; /* the manifest, the lists, the chunks: in this order they have places */
};
struct made_file_options {
    uint64_t seed;
    uint64_t size;  /* of the text */
    uint8_t target; /* 0 = MANIFEST_TARGET_DEFAULT */
    int64_t at_ms;
    uint32_t author;
    const struct signing_key *node_key; /* of the author */
    void *arena_memory;                 /* LIMIT_CHECK_ARENA bytes, used during the call */
};

struct made_file *made_file_new(const struct made_file_options *options); /* owned by the caller */
void made_file_free(struct made_file *file);                              /* accepts NULL */
uint64_t made_file_sealed_size(const struct made_file *file);             /* of its chunks together */

/* Its parts, by place or by name. */
uint32_t made_file_place(const struct made_file *file, enum part_kind kind, uint32_t number);
struct content_part made_file_part(const struct made_file *file, uint32_t place);
/* Writes `size` bytes of a part, from `offset` on. */
void made_file_read(const struct made_file *file, uint32_t place, uint32_t offset, uint8_t *out, uint32_t size);
