/* SPDX-License-Identifier: Apache-2.0 */
/* Everything is read again and compared with its id: the objects by their number, then the files by theirs, chunk by
 * chunk. A step is a group of objects or one chunk; the pause after it follows from its bytes and the rate. */
#include "daemon/store/content/scrub.h"

#include <string.h>

#include "base/memory.h"
#include "daemon/store/content/content_state.h"
#include "daemon/store/content/disk_trouble.h"

enum {
    STEP_BYTES = 256 << 10,
    STEP_FAULTS_MAX = 64,
    SAVE_BYTES = 16 << 20,
    RETRY_MS = 10000, /* after the disk said no */
};

struct scrub_step {
    struct task task;
    struct content_store *store;
    struct scrub_position position; /* before the step, then after it */
    uint64_t bytes;
    struct content_fault faults[STEP_FAULTS_MAX];
    int64_t numbers[STEP_FAULTS_MAX];
    size_t fault_count;
    int64_t ended_file; /* it has been through all of this one; 0: of none */
    bool has_skipped;   /* chunks whose list is not here */
    bool is_ended;      /* it has been through everything */
    bool is_refused;    /* the disk did not give this file: */
    struct object_id refused;
};

static void fault_add(struct scrub_step *step, const struct content_fault *fault, int64_t number) {
    step->faults[step->fault_count] = *fault;
    step->numbers[step->fault_count++] = number;
}

static void database_failure(struct scrub_step *step, int result) {
    struct err_detail detail;
    const enum err err = database_trouble(&detail, step->store->read.handle, result, "read");
    task_fail(&step->task, err, &detail);
}

/* ---- Objects ---- */

static bool object_take(void *context, const struct object_row *row) {
    struct scrub_step *step = context;
    if (!object_row_holds(row))
        fault_add(step,
                  &(struct content_fault){.cause = CONTENT_FAULT_ROTTEN, .is_object = true, .id = row->id, .count = 1},
                  row->number);
    step->position.number = row->number;
    step->bytes += row->bytes.size + CONTENT_PUT_COST;
    return step->bytes < STEP_BYTES && step->fault_count < STEP_FAULTS_MAX;
}

static void objects_step(struct scrub_step *step) {
    struct content_store *store = step->store;
    (void)pthread_mutex_lock(&store->reading);
    const int result = object_table_walk(&store->read.objects, step->position.number, 0, object_take, step);
    if (result != SQLITE_OK) database_failure(step, result);
    (void)pthread_mutex_unlock(&store->reading);
    if (result != SQLITE_OK && (result & 0xff) != SQLITE_CORRUPT) return;
    if (step->bytes > 0 && result == SQLITE_OK) return;
    step->position.is_at_files = true; /* also past a page that cannot be read: that was told */
    step->position.number = 0;
    step->position.chunk = 0;
}

/* ---- Files ---- */

static bool chunk_next(struct scrub_step *step, const struct file_record *record, int *result) {
    struct file_table *files = &step->store->read.files;
    uint8_t bits[PAGE_BYTES];
    const uint32_t count = record->row.shape.chunk_count;
    for (uint32_t at = step->position.chunk; at < count; at = (at / PAGE_CHUNKS + 1) * PAGE_CHUNKS) {
        *result = file_table_page(files, record->number, at / PAGE_CHUNKS, bits);
        if (*result != SQLITE_OK) return false;
        for (uint32_t index = at; index < count && index / PAGE_CHUNKS == at / PAGE_CHUNKS; index++) {
            if (!page_has(bits, index)) continue;
            step->position.chunk = index;
            return true;
        }
    }
    return false;
}

/* By a list that is rotten itself nothing is judged. */
static void list_take(void *context, const struct object_row *row) {
    struct scrub *scrub = context;
    if (!object_row_holds(row)) return;
    scrub->list = memory_zeroed(row->bytes.size, 1);
    scrub->list_size = row->bytes.size;
    memcpy(scrub->list, row->bytes.at, row->bytes.size);
}

static int list_hold(struct content_store *store, int64_t file, uint32_t number) {
    struct scrub *scrub = &store->scrub;
    struct list_row row;
    if (scrub->list != NULL && scrub->list_file == file && scrub->list_number == number) return SQLITE_OK;
    memory_free(scrub->list);
    scrub->list = NULL;
    scrub->list_file = file;
    scrub->list_number = number;
    const int result = chunk_index_list(&store->read.chunks, file, number, &row);
    if (result != SQLITE_OK || row.file == 0) return result;
    return object_table_load(&store->read.objects, &row.id, list_take, scrub);
}

/* The id that the next chunk is to have; false when its list is not here, or says nothing of it. */
static bool id_find(struct scrub_step *step, const struct file_record *record, struct object_id *id, int *result) {
    const struct scrub *scrub = &step->store->scrub;
    const size_t at = sizeof id->bytes * (step->position.chunk % FILE_LIST_CHUNKS);
    *result = list_hold(step->store, record->number, step->position.chunk / FILE_LIST_CHUNKS);
    if (*result != SQLITE_OK || scrub->list == NULL || at + sizeof id->bytes > scrub->list_size) return false;
    memcpy(id->bytes, scrub->list + at, sizeof id->bytes);
    return true;
}

static void chunk_verify(struct scrub_step *step, const struct file_record *record, const struct object_id *id) {
    struct sealed_chunk_read read = {.root = step->store->root,
                                     .manifest = record->row.manifest,
                                     .shape = record->row.shape,
                                     .index = step->position.chunk,
                                     .expected = id,
                                     .fd = -1};
    struct err_detail detail = {0};
    const enum err err = sealed_chunk_read(&read, &detail);
    if (err != ERR_OK) {
        task_fail(&step->task, err, &detail);
        step->is_refused = true;
        step->refused = record->row.manifest;
        return;
    }
    step->bytes += file_chunk_sealed_size(&record->row.shape, read.index);
    step->position.chunk++;
    if (!read.has_fault) {
        memory_free(read.bytes);
        return;
    }
    fault_add(step, &read.fault, record->number);
    if (read.fault.count > 1) step->position.chunk = read.fault.index + read.fault.count;
}

static void file_end(struct scrub_step *step, const struct file_record *record) {
    step->ended_file = record->number;
    step->position.number = record->number + 1;
    step->position.chunk = 0;
}

static void files_step(struct scrub_step *step) {
    struct content_store *store = step->store;
    struct file_record record = {0};
    struct object_id id;
    bool has_chunk = false, has_id = false;
    (void)pthread_mutex_lock(&store->reading);
    int result = file_table_next(&store->read.files, step->position.number - 1, &record);
    if (record.number != step->position.number) step->position.chunk = 0;
    if (result == SQLITE_OK && record.number != 0) {
        step->position.number = record.number;
        has_chunk = chunk_next(step, &record, &result);
        if (has_chunk) has_id = id_find(step, &record, &id, &result);
    }
    if (result != SQLITE_OK) database_failure(step, result);
    (void)pthread_mutex_unlock(&store->reading);
    if (result != SQLITE_OK) return;
    step->is_ended = record.number == 0;
    if (step->is_ended) return;
    step->has_skipped = has_chunk && !has_id;
    if (has_id)
        chunk_verify(step, &record, &id);
    else if (has_chunk)
        step->position.chunk = (step->position.chunk / FILE_LIST_CHUNKS + 1) * FILE_LIST_CHUNKS;
    else
        file_end(step, &record);
}

static int step_run(struct task *task, void *context) {
    struct scrub_step *step = (struct scrub_step *)task;
    (void)context;
    if (step->position.is_at_files)
        files_step(step);
    else
        objects_step(step);
    return SQLITE_OK;
}

/* ---- Saving ---- */

struct save_task {
    struct task task;
    struct content_store *store;
    struct scrub_position position;
    int64_t verified_file; /* 0: none */
    int64_t now_ms;
    bool is_pass_end;
};

static int save_run(struct task *task, void *context) {
    const struct save_task *save = (struct save_task *)task;
    struct content_tables *tables = context;
    if (save->verified_file == 0) return content_tables_save_scrub(tables, &save->position);
    return file_table_set_verified(&tables->files, save->verified_file, save->now_ms);
}

/* The end of a pass is told after all that it found. */
static void save_done(struct task *task) {
    const struct save_task *save = (struct save_task *)task;
    struct content_store *store = save->store;
    (void)content_outcome(store, task, SIDE_LEDGER, CONTENT_OK);
    if (save->is_pass_end && !store->is_closing && store->options.scrubbed != NULL)
        store->options.scrubbed(store->options.context);
    task_free(task);
}

static void save_put(struct content_store *store, int64_t verified_file, bool is_pass_end) {
    struct save_task *save = memory_zeroed(1, sizeof *save);
    *save = (struct save_task){.task = {.run = save_run, .done = save_done},
                               .store = store,
                               .position = store->scrub.position,
                               .verified_file = verified_file,
                               .now_ms = content_now_ms(store),
                               .is_pass_end = is_pass_end};
    task_thread_put(store->ledger, &save->task);
}

static void position_save(struct content_store *store) {
    store->scrub.unsaved_bytes = 0;
    save_put(store, 0, false);
}

/* ---- Step after step ---- */

static void pass_end(struct content_store *store) {
    struct scrub *scrub = &store->scrub;
    scrub->position = (struct scrub_position){.bytes = scrub->position.bytes,
                                              .faults = scrub->position.faults,
                                              .passes = scrub->position.passes + 1,
                                              .ended_at_ms = content_now_ms(store)};
    scrub->bytes_per_second = 0;
    scrub->unsaved_bytes = 0;
    save_put(store, 0, true);
}

static void file_ended(struct content_store *store, int64_t number) {
    if (!store->scrub.is_unverified) save_put(store, number, false);
    store->scrub.is_unverified = false;
}

static void step_take(struct content_store *store, const struct scrub_step *step) {
    struct scrub *scrub = &store->scrub;
    scrub->position = step->position;
    scrub->position.bytes += step->bytes;
    scrub->position.faults += step->fault_count;
    scrub->unsaved_bytes += step->bytes;
    for (size_t i = 0; i < step->fault_count; i++) {
        scrub->is_unverified = scrub->is_unverified || !step->faults[i].is_object;
        content_fault_found(store, &step->faults[i], step->numbers[i]);
    }
    scrub->is_unverified = scrub->is_unverified || step->has_skipped;
    scrub->has_skipped = scrub->has_skipped || step->has_skipped;
    if (step->ended_file != 0) file_ended(store, step->ended_file);
    if (scrub->unsaved_bytes >= SAVE_BYTES) position_save(store);
}

static void next_after(struct content_store *store, int64_t delay_ms) {
    if (!store->is_closing && store->scrub.bytes_per_second > 0) loop_timer_start(store->scrub.timer, delay_ms);
}

static void step_done(struct task *task) {
    struct scrub_step *step = (struct scrub_step *)task;
    struct content_store *store = step->store;
    const uint64_t rate = store->scrub.bytes_per_second;
    const struct content_result result = content_outcome(store, task, SIDE_READS, CONTENT_OK);
    if (step->is_refused) content_refused(store, &step->refused);
    store->scrub.is_stepping = false;
    step_take(store, step);
    if (result.answer != CONTENT_OK)
        next_after(store, RETRY_MS);
    else if (step->is_ended)
        pass_end(store);
    else if (rate > 0)
        next_after(store, (int64_t)(step->bytes * 1000 / rate));
    task_free(task);
}

static void timer_fire(void *context) {
    struct content_store *store = context;
    struct scrub *scrub = &store->scrub;
    if (scrub->is_stepping || scrub->bytes_per_second == 0) return;
    struct scrub_step *step = memory_zeroed(1, sizeof *step);
    *step =
        (struct scrub_step){.task = {.run = step_run, .done = step_done}, .store = store, .position = scrub->position};
    scrub->is_stepping = true;
    task_thread_put(store->disk, &step->task);
}

void content_store_scrub(struct content_store *store, uint64_t bytes_per_second) {
    struct scrub *scrub = &store->scrub;
    const bool was_running = scrub->bytes_per_second > 0;
    scrub->bytes_per_second = bytes_per_second;
    if (bytes_per_second == 0) {
        loop_timer_stop(scrub->timer);
        if (was_running) position_save(store);
        return;
    }
    if (was_running) return;
    const struct scrub_position *position = &scrub->position;
    if (!position->is_at_files && position->number == 0) {
        scrub->position.bytes = scrub->position.faults = 0;
        scrub->has_skipped = false;
    }
    next_after(store, 0);
}

struct content_scrub content_store_scrub_view(const struct content_store *store) {
    const struct scrub *scrub = &store->scrub;
    return (struct content_scrub){.is_running = scrub->bytes_per_second > 0,
                                  .bytes_per_second = scrub->bytes_per_second,
                                  .bytes = scrub->position.bytes,
                                  .faults = scrub->position.faults,
                                  .has_skipped = scrub->has_skipped,
                                  .passes = scrub->position.passes,
                                  .ended_at_ms = scrub->position.ended_at_ms};
}

void scrub_open(struct content_store *store) {
    store->scrub.timer = loop_timer_open(store->options.loop, timer_fire, store);
}

void scrub_close(struct content_store *store) {
    struct scrub *scrub = &store->scrub;
    if (scrub->timer == NULL) return;
    if (store->disk != NULL) (void)task_thread_drain(store->disk);
    if (scrub->bytes_per_second > 0) position_save(store);
    loop_timer_close(scrub->timer);
    memory_free(scrub->list);
    *scrub = (struct scrub){0};
}
