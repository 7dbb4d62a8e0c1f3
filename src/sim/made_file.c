/* SPDX-License-Identifier: Apache-2.0 */
#include "sim/made_file.h"

#include "base/memory.h"
#include "base/must.h"
#include "swarm/limits.h"

#include <string.h>

/* ---- Chunks ---- */

/* splitmix64 of a place: any slice can be made without those before it. */
static uint64_t word_at(uint64_t seed, uint32_t chunk, uint32_t word) {
    uint64_t z = seed + 0x9e3779b97f4a7c15ULL * (((uint64_t)chunk << 32 | word) + 1);
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9ULL;
    z = (z ^ z >> 27) * 0x94d049bb133111ebULL;
    return z ^ z >> 31;
}

static void read_chunk(const struct made_file *file, uint32_t chunk, uint32_t offset, uint8_t *out, uint32_t size) {
    for (uint32_t done = 0; done < size;) {
        const uint64_t word = word_at(file->seed, chunk, (offset + done) / 8);
        const uint32_t within = (offset + done) % 8;
        const uint32_t count = size - done < 8 - within ? size - done : 8 - within;
        memcpy(out + done, (const uint8_t *)&word + within, count);
        done += count;
    }
}

static void name_chunks(struct made_file *file, const struct file_shape *shape) {
    uint8_t *bytes = memory_room(FILE_BLOB_SIZE_MAX);
    for (uint32_t i = 0; i < shape->chunk_count; i++) {
        const uint32_t size = file_chunk_sealed_size(shape, i);
        read_chunk(file, i, 0, bytes, size);
        file->chunks[i] = object_id_of_blob((struct span){bytes, size});
    }
    memory_free(bytes);
}

/* ---- The manifest ---- */

static struct span list_of(const struct made_file *file, const struct file_shape *shape, uint32_t list) {
    return (struct span){file->chunks[(size_t)list * FILE_LIST_CHUNKS].bytes, file_list_size(shape, list)};
}

static struct sha256 root_of(const struct made_file *file, const struct file_shape *shape) {
    struct chunk_tree tree;
    chunk_tree_init(&tree);
    chunk_tree_add_list(&tree, (struct span){file->chunks[0].bytes, (size_t)shape->chunk_count * OBJECT_ID_SIZE});
    return chunk_tree_root(&tree);
}

static void write_body(const struct made_file *file, const struct made_file_options *options,
                       const struct file_shape *shape, struct buffer *body) {
    struct object_id lists[FILE_LISTS_MAX] = {file->chunks[0]};
    struct readers readers;
    struct file_key key = {{0}};
    const struct file_about about = {.name = "made.bin"};
    for (uint32_t i = 0; i < shape->list_count; i++) lists[i] = object_id_of_blob(list_of(file, shape, i));
    memcpy(key.bytes, &options->seed, sizeof options->seed);
    readers_for_public(&readers, &key);
    const struct manifest_draft draft = {
        .at_ms = options->at_ms,
        .shape = *shape,
        .root = root_of(file, shape),
        .lists = lists,
        .target = options->target,
        .readers = &readers,
        .about = &about,
        .key = &key,
    };
    must(manifest_build(body, &draft));
}

static void sign(struct made_file *file, const struct made_file_options *options, struct span body) {
    struct arena arena = arena_over(options->arena_memory, LIMIT_CHECK_ARENA);
    struct checked_record record;
    struct buffer text = buffer_over(memory_room(RECORD_SIZE_MAX), RECORD_SIZE_MAX);
    const struct record_signer signer = {.node = options->node_key};
    must(record_sign(body, &signer, &arena, &text, &record) == REFUSAL_NONE);
    must(manifest_check(&record, &file->manifest) == REFUSAL_NONE);
    file->id = record.id;
    file->record_size = (uint32_t)text.size;
    file->record = memory_resized(text.at, text.size);
}

struct made_file *made_file_new(const struct made_file_options *options) {
    struct made_file *file = memory_zeroed(1, sizeof *file);
    struct file_shape shape;
    must(file_shape_of(options->size, &shape));
    file->seed = options->seed;
    file->author = options->author;
    file->part_count = 1 + shape.list_count + shape.chunk_count;
    file->chunks = memory_zeroed(shape.chunk_count, sizeof *file->chunks);
    name_chunks(file, &shape);
    struct buffer body = buffer_over(memory_room(RECORD_SIZE_MAX), RECORD_SIZE_MAX);
    write_body(file, options, &shape, &body);
    sign(file, options, buffer_span(&body));
    memory_free(body.at);
    return file;
}

void made_file_free(struct made_file *file) {
    if (file == NULL) return;
    memory_free(file->chunks);
    memory_free(file->record);
    memory_free(file);
}

uint64_t made_file_sealed_size(const struct made_file *file) {
    return file_sealed_size(&file->manifest.shape);
}

/* ---- Parts ---- */

uint32_t made_file_place(const struct made_file *file, enum part_kind kind, uint32_t number) {
    switch (kind) {
    case PART_MANIFEST: return 0;
    case PART_LIST: return 1 + number;
    case PART_PROOF:
    case PART_CHUNK: return 1 + file->manifest.shape.list_count + number;
    }
    must(false);
    return 0;
}

struct content_part made_file_part(const struct made_file *file, uint32_t place) {
    const struct file_shape *shape = &file->manifest.shape;
    must(place < file->part_count);
    if (place == 0) return (struct content_part){PART_MANIFEST, 0, file->record_size, file->id};
    if (place <= shape->list_count)
        return (struct content_part){PART_LIST, place - 1, file_list_size(shape, place - 1),
                                     file->manifest.lists[place - 1]};
    const uint32_t chunk = place - 1 - shape->list_count;
    return (struct content_part){PART_CHUNK, chunk, file_chunk_sealed_size(shape, chunk), file->chunks[chunk]};
}

void made_file_read(const struct made_file *file, uint32_t place, uint32_t offset, uint8_t *out, uint32_t size) {
    const struct content_part part = made_file_part(file, place);
    must(offset + (uint64_t)size <= part.size);
    switch (part.kind) {
    case PART_MANIFEST: memcpy(out, file->record + offset, size); return;
    case PART_LIST: memcpy(out, list_of(file, &file->manifest.shape, part.number).at + offset, size); return;
    case PART_PROOF:
    case PART_CHUNK: read_chunk(file, part.number, offset, out, size); return;
    }
}
