/* SPDX-License-Identifier: Apache-2.0 */
/* Anything by its id: where it is, and what it holds. */
#include <string.h>
#include <unistd.h>

#include "base/memory.h"
#include "daemon/store/content/content_state.h"
#include "daemon/store/content/disk_trouble.h"

/* A chunk of a file, as the database says it is. */
struct chunk_found {
    struct file_record record;
    uint32_t index;
};

struct chunks_found {
    struct chunk_found at[CHUNK_PLACES_MAX];
    size_t count;
};

/* Of the places in the index those whose chunk is synced. */
static int chunks_find(struct content_tables *read, const struct object_id *id, struct chunks_found *found) {
    struct chunk_place places[CHUNK_PLACES_MAX];
    size_t count = 0;
    *found = (struct chunks_found){0};
    int result = chunk_index_find(&read->chunks, id, places, &count);
    for (size_t i = 0; result == SQLITE_OK && i < count; i++) {
        struct chunk_found *chunk = &found->at[found->count];
        uint8_t bits[PAGE_BYTES];
        result = file_table_next(&read->files, places[i].file - 1, &chunk->record);
        if (result != SQLITE_OK || chunk->record.number != places[i].file) continue;
        chunk->index = places[i].index;
        if (chunk->index >= chunk->record.row.shape.chunk_count) continue;
        result = file_table_page(&read->files, places[i].file, chunk->index / PAGE_CHUNKS, bits);
        if (result == SQLITE_OK && page_has(bits, chunk->index)) found->count++;
    }
    return result;
}

/* ---- Where ---- */

struct find_piece {
    struct work_piece piece;
    struct content_store *store;
    struct object_id id;
    struct content_place place;
    void (*done)(void *context, const struct content_place *place);
    void *context;
    struct task outcome; /* its err and detail alone */
};

static void place_of_object(struct content_place *place, const struct object_row *row) {
    place->answer = CONTENT_OK;
    place->kind = row->kind;
    place->size = (uint32_t)row->size;
}

static void place_of_chunk(struct content_place *place, const struct chunk_found *chunk) {
    *place = (struct content_place){.answer = CONTENT_OK,
                                    .is_chunk = true,
                                    .kind = OBJECT_CHUNK,
                                    .manifest = chunk->record.row.manifest,
                                    .index = chunk->index,
                                    .size = file_chunk_sealed_size(&chunk->record.row.shape, chunk->index)};
}

static void find_work(struct work_piece *piece) {
    struct find_piece *find = (struct find_piece *)piece;
    struct content_tables *read = &find->store->read;
    struct object_row row;
    struct chunks_found chunks = {0};
    struct err_detail detail;
    (void)pthread_mutex_lock(&find->store->reading);
    int result = object_table_look(&read->objects, &find->id, &row);
    if (result == SQLITE_OK && row.number == 0) result = chunks_find(read, &find->id, &chunks);
    if (result != SQLITE_OK)
        task_fail(&find->outcome, database_trouble(&detail, read->handle, result, "read"), &detail);
    (void)pthread_mutex_unlock(&find->store->reading);
    find->place.answer = CONTENT_NONE;
    if (result != SQLITE_OK) return;
    if (row.number != 0) place_of_object(&find->place, &row);
    if (chunks.count > 0) place_of_chunk(&find->place, &chunks.at[0]);
}

static void find_done(struct work_piece *piece) {
    struct find_piece *find = (struct find_piece *)piece;
    find->place.answer = content_outcome(find->store, &find->outcome, SIDE_READS, find->place.answer).answer;
    find->done(find->context, &find->place);
}

static void find_drop(struct work_piece *piece) {
    struct find_piece *find = (struct find_piece *)piece;
    memory_free(find->outcome.detail);
    memory_free(find);
}

void content_store_find(struct content_store *store, const struct object_id *id,
                        void (*done)(void *context, const struct content_place *place), void *context) {
    struct find_piece *find = memory_zeroed(1, sizeof *find);
    *find = (struct find_piece){.piece = {.work = find_work, .done = find_done, .drop = find_drop},
                                .store = store,
                                .id = *id,
                                .done = done,
                                .context = context};
    work_lane_put(store->reads, &find->piece);
}

/* ---- What ---- */

enum { FAULTS_MAX = CHUNK_PLACES_MAX };

struct load_piece {
    struct work_piece piece;
    struct content_store *store;
    struct content_loaded loaded;
    void (*done)(void *context, const struct content_loaded *loaded);
    void *context;
    struct content_fault faults[FAULTS_MAX]; /* met on the way */
    int64_t numbers[FAULTS_MAX];
    size_t fault_count;
    struct chunk_found used; /* number 0: it was no chunk of a file */
    struct task outcome;     /* its err and detail alone */
    bool is_refused;         /* the disk did not give this file: */
    struct object_id refused;
};

static void fault_note(struct load_piece *load, const struct content_fault *fault, int64_t number) {
    load->faults[load->fault_count] = *fault;
    load->numbers[load->fault_count++] = number;
    load->loaded.result.answer = CONTENT_ROTTEN;
}

static void object_take(void *context, const struct object_row *row) {
    struct load_piece *load = context;
    struct content_loaded *loaded = &load->loaded;
    if (!object_row_holds(row)) {
        fault_note(load,
                   &(struct content_fault){.cause = CONTENT_FAULT_ROTTEN, .is_object = true, .id = row->id, .count = 1},
                   row->number);
        return;
    }
    loaded->bytes = memory_room(row->bytes.size);
    memcpy(loaded->bytes, row->bytes.at, row->bytes.size);
    loaded->result.answer = CONTENT_OK;
    loaded->size = row->bytes.size;
    loaded->kind = row->kind;
    loaded->at_ms = row->at_ms;
}

static void chunk_take(struct load_piece *load, const struct chunk_found *chunk) {
    const struct content_file_row *row = &chunk->record.row;
    struct content_loaded *loaded = &load->loaded;
    struct sealed_chunk_read read = {.root = load->store->root,
                                     .manifest = row->manifest,
                                     .shape = row->shape,
                                     .index = chunk->index,
                                     .expected = &loaded->id,
                                     .fd = -1};
    struct err_detail detail = {0};
    const enum err err = sealed_chunk_read(&read, &detail);
    if (err != ERR_OK) {
        task_fail(&load->outcome, err, &detail);
        load->is_refused = true;
        load->refused = row->manifest;
    } else if (read.has_fault) {
        fault_note(load, &read.fault, chunk->record.number);
    } else {
        loaded->result.answer = CONTENT_OK;
        loaded->bytes = read.bytes;
        loaded->size = file_chunk_sealed_size(&row->shape, chunk->index);
        loaded->kind = OBJECT_CHUNK;
        load->used = *chunk;
    }
}

static void load_work(struct work_piece *piece) {
    struct load_piece *load = (struct load_piece *)piece;
    struct content_tables *read = &load->store->read;
    struct chunks_found chunks = {0};
    struct err_detail detail;
    (void)pthread_mutex_lock(&load->store->reading);
    int result = object_table_load(&read->objects, &load->loaded.id, object_take, load);
    if (result == SQLITE_OK && load->loaded.bytes == NULL) result = chunks_find(read, &load->loaded.id, &chunks);
    if (result != SQLITE_OK)
        task_fail(&load->outcome, database_trouble(&detail, read->handle, result, "read"), &detail);
    (void)pthread_mutex_unlock(&load->store->reading);
    for (size_t i = 0; i < chunks.count && load->loaded.bytes == NULL; i++) chunk_take(load, &chunks.at[i]);
}

static void load_done(struct work_piece *piece) {
    struct load_piece *load = (struct load_piece *)piece;
    struct content_store *store = load->store;
    const enum content_answer found = load->loaded.result.answer;
    store->usage.reads_in_flight--;
    /* One copy was read, whatever became of the others. */
    load->loaded.result = found == CONTENT_OK ? (struct content_result){.detail = ""}
                                              : content_outcome(store, &load->outcome, SIDE_READS, found);
    if (found == CONTENT_OK) content_recovered(store, SIDE_READS);
    if (found != CONTENT_OK && load->is_refused) content_refused(store, &load->refused);
    for (size_t i = 0; i < load->fault_count; i++) content_fault_found(store, &load->faults[i], load->numbers[i]);
    if (load->used.record.number != 0) content_file_used(store, &load->used.record);
    load->done(load->context, &load->loaded);
    load->loaded.bytes = NULL;
}

static void load_drop(struct work_piece *piece) {
    struct load_piece *load = (struct load_piece *)piece;
    memory_free(load->loaded.bytes);
    memory_free(load->outcome.detail);
    memory_free(load);
}

enum content_answer content_store_load(struct content_store *store, const struct object_id *id,
                                       void (*done)(void *context, const struct content_loaded *loaded),
                                       void *context) {
    if (store->usage.reads_in_flight >= CONTENT_READS_MAX) return CONTENT_BUSY;
    struct load_piece *load = memory_zeroed(1, sizeof *load);
    *load = (struct load_piece){.piece = {.work = load_work, .done = load_done, .drop = load_drop},
                                .store = store,
                                .loaded = {.result = {.answer = CONTENT_NONE}, .id = *id},
                                .done = done,
                                .context = context};
    store->usage.reads_in_flight++;
    work_lane_put(store->reads, &load->piece);
    return CONTENT_OK;
}
