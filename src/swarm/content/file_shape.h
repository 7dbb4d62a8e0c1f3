/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* How a file of some size is cut: into chunks, each sealed, and lists of their ids. The size says everything.
 * Owns: nothing.   Full: FILE_SIZE_MAX; a larger file has no shape.   Spec: WIRE W12. */

#include <stdbool.h>
#include <stdint.h>

enum {
    FILE_LIST_CHUNKS = 65536, /* W12: ids in one list */
    FILE_LISTS_MAX = 64,
    FILE_CHUNK_SIZE_MAX = 4 << 20,
    FILE_SEAL_SIZE = 16, /* what sealing adds to each chunk */
    FILE_BLOB_SIZE_MAX = FILE_CHUNK_SIZE_MAX + FILE_SEAL_SIZE,
};
#define FILE_SIZE_MAX (1ULL << 44)

struct file_shape {
    uint64_t size; /* of the text */
    uint32_t chunk_size;
    uint32_t chunk_count; /* at least 1: of an empty file, a chunk of nothing */
    uint32_t list_count;  /* 0: one chunk, which the manifest names itself */
};

bool file_shape_of(uint64_t size, struct file_shape *shape); /* false: over FILE_SIZE_MAX */
uint32_t file_chunk_text_size(const struct file_shape *shape, uint32_t index);
uint32_t file_chunk_sealed_size(const struct file_shape *shape, uint32_t index);
uint64_t file_chunk_place(const struct file_shape *shape, uint32_t index); /* in the sealed file */
uint64_t file_sealed_size(const struct file_shape *shape);
uint32_t file_list_size(const struct file_shape *shape, uint32_t list); /* bytes of that list of ids */
