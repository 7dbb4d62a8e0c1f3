/* SPDX-License-Identifier: Apache-2.0 */
/* Chunks of an open file: on a thread of the pool their bytes are compared with the id that they were asked for, and
 * written, or read. */
#include "base/memory.h"
#include "base/must.h"
#include "daemon/store/content/content_state.h"

struct write_piece {
    struct work_piece piece;
    struct content_file *file;
    int fd;
    uint64_t place;
    struct object_id expected;
    bool is_size_right;
    bool is_to_be_written; /* it is not there, nor on its way */
    uint8_t *bytes;
    struct content_written written;
    void (*done)(void *context, const struct content_written *written);
    void *context;
    struct task outcome; /* its err and detail alone */
};

static void write_work(struct work_piece *piece) {
    struct write_piece *write = (struct write_piece *)piece;
    struct content_written *written = &write->written;
    struct err_detail detail = {0};
    written->actual = object_id_of_blob(written->bytes);
    const bool is_right = write->is_size_right && object_id_equal(&written->actual, &write->expected);
    written->result.answer = is_right ? CONTENT_OK : CONTENT_WRONG;
    if (!is_right || !write->is_to_be_written) return;
    const enum err err = sealed_file_write(write->fd, write->place, written->bytes, &write->file->path, &detail);
    if (err != ERR_OK) task_fail(&write->outcome, err, &detail);
}

/* What became of the chunk. */
static void chunk_settle(struct write_piece *write) {
    struct content_file *file = write->file;
    struct content_result *result = &write->written.result;
    if (file->state == FILE_GONE) *result = (struct content_result){.answer = CONTENT_NONE, .detail = ""};
    if (!write->is_to_be_written) return;
    const bool is_written = result->answer == CONTENT_OK;
    chunk_states_enter(&file->chunks, write->written.index, is_written ? CHUNK_WRITTEN : CHUNK_MISSING);
    if (!is_written) return;
    file->unsynced_bytes += write->written.bytes.size;
    content_tick_soon(file->store);
}

static void write_done(struct work_piece *piece) {
    struct write_piece *write = (struct write_piece *)piece;
    struct content_file *file = write->file;
    struct content_store *store = file->store;
    struct content_result *result = &write->written.result;
    result->detail = "";
    if (write->outcome.err != ERR_OK) *result = content_outcome(store, &write->outcome, SIDE_DISK, CONTENT_OK);
    chunk_settle(write);
    store->usage.writes_in_flight -= write->written.bytes.size;
    write->done(write->context, &write->written);
    content_store_give_buffer(store, write->bytes, write->written.bytes.size);
    write->bytes = NULL;
    chunk_sync_check(file);
    file->busy--;
    content_file_settle(file);
}

static void write_drop(struct work_piece *piece) {
    struct write_piece *write = (struct write_piece *)piece;
    memory_free(write->bytes);
    memory_free(write->outcome.detail);
    memory_free(write);
}

enum content_answer content_file_write_chunk(struct content_file *file, uint32_t index, uint8_t *bytes, size_t size,
                                             const struct object_id *expected,
                                             void (*done)(void *context, const struct content_written *written),
                                             void *context) {
    const struct content_file_row *row = &file->record.row;
    must(index < row->shape.chunk_count);
    must_le(size, FILE_BLOB_SIZE_MAX);
    if (file->store->usage.writes_in_flight + size > CONTENT_WRITES_MAX) return CONTENT_BUSY;
    struct write_piece *write = memory_zeroed(1, sizeof *write);
    *write = (struct write_piece){.piece = {.work = write_work, .done = write_done, .drop = write_drop},
                                  .file = file,
                                  .fd = file->fd,
                                  .place = file_chunk_place(&row->shape, index),
                                  .expected = *expected,
                                  .is_size_right = size == file_chunk_sealed_size(&row->shape, index),
                                  .is_to_be_written =
                                      chunk_state_of(&file->chunks, index) == CHUNK_MISSING && file->state == FILE_OPEN,
                                  .bytes = bytes,
                                  .written = {.manifest = row->manifest, .index = index, .bytes = {bytes, size}},
                                  .done = done,
                                  .context = context};
    if (write->is_to_be_written) chunk_states_enter(&file->chunks, index, CHUNK_MOVING);
    file->store->usage.writes_in_flight += size;
    file->busy++;
    work_lane_put(file->store->writes, &write->piece);
    return CONTENT_OK;
}

/* ---- Reading ---- */

struct read_piece {
    struct work_piece piece;
    struct content_file *file;
    struct sealed_chunk_read read;
    bool is_written; /* there is something to read */
    bool has_expected;
    struct object_id expected;
    void (*done)(void *context, const struct content_loaded *loaded);
    void *context;
    struct task outcome; /* its err and detail alone */
};

/* Those that wait hold no memory. */
static void read_begin(struct work_piece *piece) {
    struct read_piece *reading = (struct read_piece *)piece;
    struct sealed_chunk_read *read = &reading->read;
    if (reading->is_written)
        read->bytes =
            content_store_take_buffer(reading->file->store, file_chunk_sealed_size(&read->shape, read->index));
}

static void read_work(struct work_piece *piece) {
    struct read_piece *reading = (struct read_piece *)piece;
    struct err_detail detail = {0};
    if (!reading->is_written) return;
    if (reading->has_expected) reading->read.expected = &reading->expected;
    const enum err err = sealed_chunk_read(&reading->read, &detail);
    if (err != ERR_OK) task_fail(&reading->outcome, err, &detail);
}

/* What is claimed is taken back by way of the database; what is not yet goes at once. */
static void read_fault(struct read_piece *reading) {
    struct content_file *file = reading->file;
    const uint32_t index = reading->read.index;
    switch (chunk_state_of(&file->chunks, index)) {
    case CHUNK_HERE: content_fault_found(file->store, &reading->read.fault, file->record.number); break;
    case CHUNK_WRITTEN: chunk_states_enter(&file->chunks, index, CHUNK_MISSING); break;
    case CHUNK_MISSING:
    case CHUNK_MOVING:
    case CHUNK_SYNCING: break;
    }
}

static enum content_answer answer_of(const struct read_piece *reading) {
    if (!reading->is_written) return CONTENT_NONE;
    return reading->read.has_fault ? CONTENT_ROTTEN : CONTENT_OK;
}

static void read_done(struct work_piece *piece) {
    struct read_piece *reading = (struct read_piece *)piece;
    struct content_file *file = reading->file;
    struct content_store *store = file->store;
    struct content_loaded loaded = {.kind = OBJECT_CHUNK, .id = reading->expected};
    store->usage.reads_in_flight--;
    if (reading->outcome.err != ERR_OK) content_refused(store, &reading->read.manifest);
    loaded.result = content_outcome(store, &reading->outcome, SIDE_READS, answer_of(reading));
    if (loaded.result.answer == CONTENT_ROTTEN) read_fault(reading);
    if (loaded.result.answer == CONTENT_OK) {
        loaded.bytes = reading->read.bytes;
        loaded.size = file_chunk_sealed_size(&reading->read.shape, reading->read.index);
        reading->read.bytes = NULL;
        content_file_used(store, &file->record);
    }
    reading->done(reading->context, &loaded);
    file->busy--;
    content_file_settle(file);
}

static void read_drop(struct work_piece *piece) {
    struct read_piece *reading = (struct read_piece *)piece;
    memory_free(reading->read.bytes);
    memory_free(reading->outcome.detail);
    memory_free(reading);
}

enum content_answer content_file_read_chunk(struct content_file *file, uint32_t index, const struct object_id *expected,
                                            void (*done)(void *context, const struct content_loaded *loaded),
                                            void *context) {
    struct content_store *store = file->store;
    const enum chunk_state state = chunk_state_of(&file->chunks, index);
    if (store->usage.reads_in_flight >= CONTENT_READS_MAX) return CONTENT_BUSY;
    struct read_piece *reading = memory_zeroed(1, sizeof *reading);
    *reading =
        (struct read_piece){.piece = {.begin = read_begin, .work = read_work, .done = read_done, .drop = read_drop},
                            .file = file,
                            .read = {.root = store->root,
                                     .manifest = file->record.row.manifest,
                                     .shape = file->record.row.shape,
                                     .index = index,
                                     .fd = file->fd},
                            .is_written = state >= CHUNK_WRITTEN && file->state == FILE_OPEN,
                            .has_expected = expected != NULL,
                            .done = done,
                            .context = context};
    if (expected != NULL) reading->expected = *expected;
    store->usage.reads_in_flight++;
    file->busy++;
    work_lane_put(store->reads, &reading->piece);
    return CONTENT_OK;
}
