/* SPDX-License-Identifier: Apache-2.0 */
/* An open sealed file: one for each manifest, however many have opened it.
 *
 *   open_file --> row found or made (ledger) --> file found or made (disk) --> open
 */
#include <string.h>
#include <unistd.h>

#include "base/memory.h"
#include "base/must.h"
#include "daemon/store/content/content_state.h"

struct content_file *content_file_find(const struct content_store *store, const struct object_id *manifest) {
    struct content_file *file = store->files;
    while (file != NULL && (file->state == FILE_GONE || !object_id_equal(&file->record.row.manifest, manifest)))
        file = file->next;
    return file;
}

/* ---- Ending ---- */

void content_file_free(struct content_file *file) {
    struct content_file **place = &file->store->files;
    const struct content_result nobody_is_told = {.answer = CONTENT_NONE, .detail = ""};
    while (*place != file) place = &(*place)->next;
    *place = file->next;
    content_list_drop_all(file);
    done_waiters_tell(file->store, &file->sync_now, &nobody_is_told);
    done_waiters_tell(file->store, &file->sync_next, &nobody_is_told);
    for (struct open_waiter *waiter = file->opening, *next; waiter != NULL; waiter = next) {
        next = waiter->next;
        memory_free(waiter);
    }
    if (file->fd >= 0) (void)close(file->fd);
    chunk_states_deinit(&file->chunks);
    memory_free(file->lists);
    memory_free(file);
}

void content_file_settle(struct content_file *file) {
    if (file->openers > 0 || file->busy > 0 || file->state == FILE_OPENING || file->store->is_closing) return;
    if (file->state == FILE_OPEN && file->chunks.in[CHUNK_WRITTEN] > 0 && !file->has_failed)
        chunk_sync_begin(file); /* the last of it is claimed first */
    else
        content_file_free(file);
}

void content_file_close(struct content_file *file) {
    if (file == NULL) return;
    must(file->openers > 0);
    file->openers--;
    content_file_settle(file);
}

void content_file_gone(struct content_file *file) {
    file->state = FILE_GONE;
}

/* ---- Opening: who waits for it ---- */

static void wanted_open(struct content_store *store, const struct object_id *manifest,
                        const struct open_waiter *wanted);

static void waiter_add(struct content_file *file, const struct open_waiter *wanted) {
    struct open_waiter **place = &file->opening, *waiter = memory_zeroed(1, sizeof *waiter);
    *waiter = *wanted;
    waiter->next = NULL;
    while (*place != NULL) place = &(*place)->next;
    *place = waiter;
}

/* Each of them has it open from before its call on, so that none can take it from the next. */
static void waiters_tell(struct content_file *file, const struct content_result *result) {
    struct open_waiter *waiter = file->opening;
    const bool is_open = result->answer == CONTENT_OK;
    file->opening = NULL;
    for (const struct open_waiter *each = waiter; is_open && each != NULL; each = each->next) file->openers++;
    for (struct open_waiter *next; waiter != NULL; waiter = next) {
        next = waiter->next;
        if (file->store->is_closing) {
            /* nobody is told */
        } else if (result->answer == CONTENT_NONE && waiter->has_shape) {
            wanted_open(file->store, &file->record.row.manifest, waiter); /* the first one would not have it made */
        } else {
            waiter->done(waiter->context, is_open ? file : NULL, result);
        }
        memory_free(waiter);
    }
}

static void opening_failed(struct content_file *file, const struct content_result *result) {
    content_file_gone(file);
    file->busy++;
    waiters_tell(file, result);
    file->busy--;
    content_file_settle(file);
}

/* ---- Opening: the row ---- */

struct open_task {
    struct task task;
    struct content_file *file;
    struct file_record wanted;
    bool has_shape;
    bool is_reserved; /* there is room for a new one */
    int64_t now_ms;
    enum content_answer answer;
    bool was_made;
    struct file_record record;
    struct chunk_states chunks;
    struct list_slot *lists;
    uint8_t *first_list;
    size_t first_list_size;
    bool is_first_list_rotten;
    int64_t first_list_number;
    struct err_detail full; /* what is said when there is no room */
};

static uint32_t slots_of(const struct file_shape *shape) {
    return shape->list_count == 0 ? 1 : shape->list_count;
}

static int chunks_read(struct open_task *open, struct content_tables *tables) {
    const uint32_t count = open->record.row.shape.chunk_count;
    uint8_t bits[PAGE_BYTES];
    int result = SQLITE_OK;
    chunk_states_init(&open->chunks, count);
    for (uint32_t first = 0; result == SQLITE_OK && first < count; first += PAGE_CHUNKS) {
        result = file_table_page(&tables->files, open->record.number, first / PAGE_CHUNKS, bits);
        for (uint32_t index = first; result == SQLITE_OK && index < count && index < first + PAGE_CHUNKS; index++)
            if (page_has(bits, index)) chunk_states_enter(&open->chunks, index, CHUNK_HERE);
    }
    return result;
}

static void list_take(void *context, const struct list_row *row) {
    struct open_task *open = context;
    if (row->number >= slots_of(&open->record.row.shape)) return;
    open->lists[row->number] = (struct list_slot){.is_here = true, .id = row->id};
}

static void first_list_take(void *context, const struct object_row *row) {
    struct open_task *open = context;
    open->is_first_list_rotten = !object_row_holds(row);
    open->first_list_number = row->number;
    if (open->is_first_list_rotten) return;
    open->first_list = memory_zeroed(row->bytes.size, 1);
    open->first_list_size = row->bytes.size;
    memcpy(open->first_list, row->bytes.at, row->bytes.size);
}

static int lists_read(struct open_task *open, struct content_tables *tables) {
    open->lists = memory_zeroed(slots_of(&open->record.row.shape), sizeof *open->lists);
    const int result = chunk_index_lists(&tables->chunks, open->record.number, list_take, open);
    if (result != SQLITE_OK || !open->lists[0].is_here) return result;
    return object_table_load(&tables->objects, &open->lists[0].id, first_list_take, open);
}

static int row_find_or_make(struct open_task *open, struct content_tables *tables) {
    const uint64_t size = open->wanted.row.shape.size;
    int result = file_table_find(&tables->files, &open->wanted.row.manifest, &open->record);
    if (result != SQLITE_OK) return result;
    if (open->record.number != 0) {
        if (open->has_shape && open->record.row.shape.size != size) open->answer = CONTENT_WRONG;
        if (open->now_ms - open->record.row.used_at_ms < CONTENT_USED_STEP_MS) return SQLITE_OK;
        open->record.row.used_at_ms = open->now_ms;
        return file_table_set_used(&tables->files, open->record.number, open->now_ms);
    }
    if (!open->is_reserved) {
        open->answer = open->has_shape ? CONTENT_FULL : CONTENT_NONE;
        return SQLITE_OK;
    }
    open->record = open->wanted;
    result = file_table_add(&tables->files, &open->wanted.row, &open->record.number);
    open->was_made = result == SQLITE_OK;
    return result;
}

static void open_forget(struct open_task *open) {
    chunk_states_deinit(&open->chunks);
    memory_free(open->lists);
    memory_free(open->first_list);
    open->lists = NULL;
    open->first_list = NULL;
}

static int open_run(struct task *task, void *context) {
    struct open_task *open = (struct open_task *)task;
    open_forget(open); /* of an attempt that failed */
    open->was_made = false;
    open->answer = CONTENT_OK;
    int result = row_find_or_make(open, context);
    if (result != SQLITE_OK || open->answer != CONTENT_OK) return result;
    result = chunks_read(open, context);
    return result == SQLITE_OK ? lists_read(open, context) : result;
}

/* ---- Opening: the file ---- */

struct make_task {
    struct task task;
    struct content_file *file;
    bool was_made; /* the row */
    bool is_whole; /* by the database */
    struct sealed_opening opening;
};

static int make_run(struct task *task, void *context) {
    struct make_task *make = (struct make_task *)task;
    const struct content_store *store = context;
    const struct content_file_row *row = &make->file->record.row;
    struct err_detail detail = {0};
    const enum err err =
        sealed_file_make(store->root, &row->manifest, &row->shape, make->is_whole, &make->opening, &detail);
    if (err != ERR_OK) task_fail(task, err, &detail);
    return SQLITE_OK;
}

/* The row was made for a file that could not be: out with it. */
struct unmake_task {
    struct task task;
    struct content_store *store;
    struct object_id manifest;
    struct file_record was;
};

static int unmake_run(struct task *task, void *context) {
    struct unmake_task *unmake = (struct unmake_task *)task;
    return file_table_remove(&((struct content_tables *)context)->files, &unmake->manifest, &unmake->was);
}

static void unmake_done(struct task *task) {
    struct unmake_task *unmake = (struct unmake_task *)task;
    struct content_store *store = unmake->store;
    if (content_outcome(store, task, SIDE_LEDGER, CONTENT_OK).answer == CONTENT_OK && unmake->was.number != 0) {
        content_release(store, file_sealed_size(&unmake->was.row.shape));
        store->usage.files--;
    }
    task_free(task);
}

static void unmake(struct content_store *store, const struct object_id *manifest) {
    struct unmake_task *task = memory_zeroed(1, sizeof *task);
    *task =
        (struct unmake_task){.task = {.run = unmake_run, .done = unmake_done}, .store = store, .manifest = *manifest};
    task_thread_put(store->ledger, &task->task);
}

/* What the database claims of a file that is missing, or shorter than it was, is not there. */
static void vanished_tell(struct content_file *file, const struct sealed_opening *opening) {
    const struct content_file_row *row = &file->record.row;
    uint32_t first;
    if (!chunk_states_next(&file->chunks, CHUNK_HERE, opening->chunks_fit, &first)) return;
    const struct content_fault fault = {
        .cause = CONTENT_FAULT_VANISHED, .id = row->manifest, .index = first, .count = row->shape.chunk_count - first};
    for (uint32_t at = first; chunk_states_next(&file->chunks, CHUNK_HERE, at, &at);)
        chunk_states_enter(&file->chunks, at, CHUNK_MISSING);
    content_fault_found(file->store, &fault, file->record.number);
}

static void make_done(struct task *task) {
    struct make_task *make = (struct make_task *)task;
    struct content_file *file = make->file;
    struct content_store *store = file->store;
    if (task->err == ERR_OK)
        content_not_refused(store, &file->record.row.manifest);
    else
        content_refused(store, &file->record.row.manifest);
    const struct content_result result = content_outcome(store, task, SIDE_DISK, CONTENT_OK);
    if (result.answer == CONTENT_OK) {
        file->fd = make->opening.fd;
        file->state = FILE_OPEN;
        vanished_tell(file, &make->opening);
        file->busy++;
        waiters_tell(file, &result);
        file->busy--;
        content_file_settle(file);
    } else {
        if (make->was_made) unmake(store, &file->record.row.manifest);
        opening_failed(file, &result);
    }
    task_free(task);
}

static void file_make(struct content_file *file, bool was_made) {
    struct make_task *make = memory_zeroed(1, sizeof *make);
    *make = (struct make_task){.task = {.run = make_run, .done = make_done},
                               .file = file,
                               .was_made = was_made,
                               .is_whole = content_file_row(file).is_complete};
    task_thread_put(file->store->disk, &make->task);
}

/* ---- Opening: from the one to the other ---- */

/* What the task has read is the file's from now on. */
static void row_take(struct content_file *file, struct open_task *open) {
    file->record = open->record;
    file->chunks = open->chunks;
    file->lists = open->lists;
    open->chunks = (struct chunk_states){0};
    open->lists = NULL;
    if (open->first_list != NULL) content_list_keep(file, 0, open->first_list, open->first_list_size);
    open->first_list = NULL;
    if (!open->is_first_list_rotten) return;
    content_fault_found(
        file->store,
        &(struct content_fault){.cause = CONTENT_FAULT_ROTTEN, .is_object = true, .id = file->lists[0].id, .count = 1},
        open->first_list_number);
}

static void open_done(struct task *task) {
    struct open_task *open = (struct open_task *)task;
    struct content_file *file = open->file;
    struct content_store *store = file->store;
    struct content_result result = content_outcome(store, task, SIDE_LEDGER, open->answer);
    const bool is_made = result.answer == CONTENT_OK && open->was_made;
    if (open->is_reserved && !is_made) content_release(store, file_sealed_size(&open->wanted.row.shape));
    if (is_made) store->usage.files++;
    if (result.answer == CONTENT_FULL) result.detail = open->full.text;
    if (result.answer == CONTENT_OK) {
        row_take(file, open);
        file_make(file, open->was_made);
    } else {
        opening_failed(file, &result);
    }
    open_forget(open);
    task_free(task);
}

static struct content_file *file_new(struct content_store *store, const struct object_id *manifest) {
    struct content_file *file = memory_zeroed(1, sizeof *file);
    *file = (struct content_file){.next = store->files,
                                  .store = store,
                                  .state = FILE_OPENING,
                                  .record = {.row = {.manifest = *manifest}},
                                  .fd = -1,
                                  .path = sealed_path(store->root, manifest)};
    store->files = file;
    return file;
}

static void row_ask(struct content_file *file, const struct open_waiter *wanted) {
    struct content_store *store = file->store;
    struct open_task *open = memory_zeroed(1, sizeof *open);
    open->task = (struct task){.run = open_run, .done = open_done};
    open->file = file;
    open->now_ms = content_now_ms(store);
    open->has_shape = wanted->has_shape;
    open->wanted.row = (struct content_file_row){.manifest = file->record.row.manifest,
                                                 .shape = wanted->shape,
                                                 .role = wanted->role,
                                                 .created_at_ms = open->now_ms,
                                                 .used_at_ms = open->now_ms};
    if (open->has_shape) open->is_reserved = content_reserve(store, file_sealed_size(&wanted->shape), &open->full);
    task_thread_put(store->ledger, &open->task);
}

/* One that is open already: told later all the same, in its turn. */
struct again_task {
    struct task task;
    struct content_file *file;
    bool is_wrong;
    void (*done)(void *context, struct content_file *file, const struct content_result *result);
    void *context;
};

static int again_run(struct task *task, void *context) {
    (void)task;
    (void)context;
    return SQLITE_OK;
}

static void again_done(struct task *task) {
    struct again_task *again = (struct again_task *)task;
    struct content_file *file = again->file;
    const struct content_result result = {.answer = again->is_wrong ? CONTENT_WRONG : CONTENT_OK, .detail = ""};
    if (!file->store->is_closing) {
        file->openers += !again->is_wrong;
        again->done(again->context, again->is_wrong ? NULL : file, &result);
    }
    file->busy--;
    content_file_settle(file);
    task_free(task);
}

static void again_put(struct content_file *file, const struct open_waiter *wanted) {
    struct again_task *again = memory_zeroed(1, sizeof *again);
    *again = (struct again_task){.task = {.run = again_run, .done = again_done},
                                 .file = file,
                                 .is_wrong = wanted->has_shape && wanted->shape.size != file->record.row.shape.size,
                                 .done = wanted->done,
                                 .context = wanted->context};
    file->busy++;
    task_thread_put(file->store->disk, &again->task);
}

static void wanted_open(struct content_store *store, const struct object_id *manifest,
                        const struct open_waiter *wanted) {
    struct content_file *file = content_file_find(store, manifest);
    if (file == NULL) {
        file = file_new(store, manifest);
        waiter_add(file, wanted);
        row_ask(file, wanted);
    } else if (file->state == FILE_OPENING) {
        waiter_add(file, wanted);
    } else {
        again_put(file, wanted);
    }
}

void content_store_open_file(struct content_store *store, const struct object_id *manifest,
                             const struct file_shape *shape, enum holding_role role,
                             void (*done)(void *context, struct content_file *file,
                                          const struct content_result *result),
                             void *context) {
    struct open_waiter wanted = {.has_shape = shape != NULL, .role = role, .done = done, .context = context};
    if (shape != NULL) wanted.shape = *shape;
    wanted_open(store, manifest, &wanted);
}

/* ---- What it is, and when it was used ---- */

struct content_file_row content_file_row(const struct content_file *file) {
    struct content_file_row row = file->record.row;
    row.chunks_here = file->chunks.in[CHUNK_HERE];
    row.is_complete = row.chunks_here == row.shape.chunk_count;
    return row;
}

bool content_file_has(const struct content_file *file, uint32_t index) {
    return chunk_state_of(&file->chunks, index) == CHUNK_HERE;
}

size_t content_file_next_missing(const struct content_file *file, uint32_t from, uint32_t *indices, size_t max) {
    size_t count = 0;
    while (count < max && chunk_states_next(&file->chunks, CHUNK_MISSING, from, &indices[count]))
        from = indices[count++] + 1;
    return count;
}

struct used_task {
    struct task task;
    struct content_store *store;
    int64_t number;
    int64_t now_ms;
};

static int used_run(struct task *task, void *context) {
    const struct used_task *used = (struct used_task *)task;
    return file_table_set_used(&((struct content_tables *)context)->files, used->number, used->now_ms);
}

static void used_done(struct task *task) {
    (void)content_outcome(((struct used_task *)task)->store, task, SIDE_LEDGER, CONTENT_OK);
    task_free(task);
}

void content_file_used(struct content_store *store, const struct file_record *record) {
    const int64_t now_ms = content_now_ms(store);
    struct content_file *file = content_file_find(store, &record->row.manifest);
    const int64_t used_at_ms = file == NULL ? record->row.used_at_ms : file->record.row.used_at_ms;
    if (now_ms - used_at_ms < CONTENT_USED_STEP_MS) return;
    if (file != NULL) file->record.row.used_at_ms = now_ms;
    struct used_task *used = memory_zeroed(1, sizeof *used);
    *used = (struct used_task){{.run = used_run, .done = used_done}, store, record->number, now_ms};
    task_thread_put(store->ledger, &used->task);
}
