/* SPDX-License-Identifier: Apache-2.0 */
#include "swarm/content/file_shape.h"

#include "base/must.h"

static const uint64_t mib = 1ULL << 20, gib = 1ULL << 30;

static uint32_t chunk_size_for(uint64_t size) {
    if (size <= 256 * mib) return 256 << 10;
    return size <= 16 * gib ? 1 << 20 : FILE_CHUNK_SIZE_MAX;
}

static uint32_t whole_parts(uint64_t size, uint32_t part) {
    return (uint32_t)((size + part - 1) / part);
}

bool file_shape_of(uint64_t size, struct file_shape *shape) {
    if (size > FILE_SIZE_MAX) return false;
    *shape = (struct file_shape){.size = size, .chunk_size = chunk_size_for(size)};
    shape->chunk_count = size == 0 ? 1 : whole_parts(size, shape->chunk_size);
    shape->list_count = shape->chunk_count == 1 ? 0 : whole_parts(shape->chunk_count, FILE_LIST_CHUNKS);
    return true;
}

uint32_t file_chunk_text_size(const struct file_shape *shape, uint32_t index) {
    must(index < shape->chunk_count);
    const uint64_t before = (uint64_t)index * shape->chunk_size;
    return index + 1 < shape->chunk_count ? shape->chunk_size : (uint32_t)(shape->size - before);
}

uint32_t file_chunk_sealed_size(const struct file_shape *shape, uint32_t index) {
    return file_chunk_text_size(shape, index) + FILE_SEAL_SIZE;
}

uint64_t file_chunk_place(const struct file_shape *shape, uint32_t index) {
    return (uint64_t)index * (shape->chunk_size + FILE_SEAL_SIZE);
}

uint64_t file_sealed_size(const struct file_shape *shape) {
    return shape->size + (uint64_t)shape->chunk_count * FILE_SEAL_SIZE;
}

uint32_t file_list_size(const struct file_shape *shape, uint32_t list) {
    must(list < shape->list_count);
    const uint32_t before = list * FILE_LIST_CHUNKS;
    const uint32_t left = shape->chunk_count - before;
    return 32 * (left < FILE_LIST_CHUNKS ? left : FILE_LIST_CHUNKS);
}
