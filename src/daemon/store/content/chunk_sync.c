/* SPDX-License-Identifier: Apache-2.0 */
/* From written to here: the data are synced, and only then does the database claim them.
 *
 *   WRITTEN --take--> SYNCING --fdatasync (disk)--> --claim, commit (ledger)--> HERE
 *                        |              |                     |
 *                        |   failed: MISSING, told      failed: WRITTEN, tried again with the tick
 *
 * After a sync that failed the system may have dropped the pages and count them as clean: a second fdatasync would say
 * yes to data that are not there. So what it was about is fetched again. */
#include "base/memory.h"
#include "daemon/store/content/content_state.h"

struct claim_task {
    struct task task;
    struct content_file *file;
    struct chunk_claim claim;
};

struct sync_task {
    struct task task;
    struct content_file *file;
    uint32_t *indices; /* moved on to the claim */
    size_t count;
    bool is_unlinked;
};

/* ---- How it ends ---- */

static void sync_ended(struct content_file *file, const struct content_result *result) {
    struct content_store *store = file->store;
    file->is_syncing = false;
    file->has_failed = result->answer != CONTENT_OK;
    if (file->has_failed) content_tick_soon(store);
    file->busy++;
    done_waiters_tell(store, &file->sync_now, result);
    chunk_sync_check(file);
    file->busy -= 2; /* that of the task, too */
    content_file_settle(file);
}

/* Of those that are still on their way: a fault may have taken one out. */
static void chunks_enter(struct content_file *file, const uint32_t *indices, size_t count, enum chunk_state state) {
    for (size_t i = 0; i < count; i++)
        if (chunk_state_of(&file->chunks, indices[i]) == CHUNK_SYNCING)
            chunk_states_enter(&file->chunks, indices[i], state);
}

/* In runs of neighbours. */
static void lost_tell(struct content_file *file, const uint32_t *indices, size_t count) {
    struct content_store *store = file->store;
    for (size_t i = 0, run; i < count; i += run) {
        for (run = 1; i + run < count && indices[i + run] == indices[i] + run;) run++;
        const struct content_fault fault = {.cause = CONTENT_FAULT_UNSYNCED,
                                            .id = file->record.row.manifest,
                                            .index = indices[i],
                                            .count = (uint32_t)run};
        store->usage.faults++;
        if (!store->is_closing && store->options.fault != NULL) store->options.fault(store->options.context, &fault);
    }
}

/* Somebody removed the file under us: what is written there nobody finds again. */
static void unlinked(struct content_file *file) {
    const struct content_file_row *row = &file->record.row;
    const struct content_fault fault = {
        .cause = CONTENT_FAULT_VANISHED, .id = row->manifest, .count = row->shape.chunk_count};
    content_file_gone(file);
    content_fault_found(file->store, &fault, file->record.number);
}

/* ---- The claim ---- */

static int claim_run(struct task *task, void *context) {
    struct claim_task *claim = (struct claim_task *)task;
    return file_table_claim(&((struct content_tables *)context)->files, &claim->claim);
}

static void claim_done(struct task *task) {
    struct claim_task *claim = (struct claim_task *)task;
    struct content_file *file = claim->file;
    struct content_store *store = file->store;
    const enum content_answer fine = claim->claim.is_there ? CONTENT_OK : CONTENT_NONE;
    const struct content_result result = content_outcome(store, task, SIDE_LEDGER, fine);
    const bool is_here = result.answer == CONTENT_OK;
    chunks_enter(file, claim->claim.indices, claim->claim.count, is_here ? CHUNK_HERE : CHUNK_WRITTEN);
    if (result.answer == CONTENT_NONE) content_file_gone(file);
    if (is_here && claim->claim.became_complete && !store->is_closing && store->options.completed != NULL)
        store->options.completed(store->options.context, &file->record.row.manifest);
    sync_ended(file, &result);
    uint32_t *indices = (uint32_t *)claim->claim.indices;
    memory_free(indices);
    task_free(task);
}

static void claim_put(struct sync_task *sync) {
    struct claim_task *claim = memory_zeroed(1, sizeof *claim);
    *claim = (struct claim_task){
        .task = {.run = claim_run, .done = claim_done},
        .file = sync->file,
        .claim = {.number = sync->file->record.number, .indices = sync->indices, .count = sync->count}};
    sync->indices = NULL;
    task_thread_put(sync->file->store->ledger, &claim->task);
}

/* ---- The sync ---- */

static int sync_run(struct task *task, void *context) {
    struct sync_task *sync = (struct sync_task *)task;
    struct err_detail detail = {0};
    (void)context;
    const enum err err = sealed_file_sync(sync->file->fd, &sync->is_unlinked, &sync->file->path, &detail);
    if (err != ERR_OK) task_fail(task, err, &detail);
    return SQLITE_OK;
}

static void sync_done(struct task *task) {
    struct sync_task *sync = (struct sync_task *)task;
    struct content_file *file = sync->file;
    struct content_result result = content_outcome(file->store, task, SIDE_DISK, CONTENT_OK);
    if (result.answer == CONTENT_OK && !sync->is_unlinked) {
        claim_put(sync);
    } else {
        chunks_enter(file, sync->indices, sync->count, CHUNK_MISSING);
        lost_tell(file, sync->indices, sync->count);
        if (sync->is_unlinked && file->state == FILE_OPEN) unlinked(file);
        if (sync->is_unlinked) result.answer = CONTENT_NONE;
        sync_ended(file, &result);
    }
    memory_free(sync->indices);
    task_free(task);
}

static uint32_t *written_take(struct content_file *file, size_t *count) {
    const size_t written = file->chunks.in[CHUNK_WRITTEN];
    uint32_t *indices = memory_zeroed(written + 1, sizeof *indices);
    *count = 0;
    for (uint32_t at = 0; chunk_states_next(&file->chunks, CHUNK_WRITTEN, at, &at);) {
        chunk_states_enter(&file->chunks, at, CHUNK_SYNCING);
        indices[(*count)++] = at;
    }
    return indices;
}

void chunk_sync_begin(struct content_file *file) {
    struct sync_task *sync = memory_zeroed(1, sizeof *sync);
    *sync = (struct sync_task){.task = {.run = sync_run, .done = sync_done}, .file = file};
    sync->indices = written_take(file, &sync->count);
    file->is_syncing = true;
    file->unsynced_bytes = 0;
    file->sync_now = file->sync_next;
    file->sync_next = NULL;
    file->busy++;
    task_thread_put(file->store->disk, &sync->task);
}

/* ---- When ---- */

void chunk_sync_check(struct content_file *file) {
    const uint32_t *in = file->chunks.in;
    if (file->is_syncing || file->state != FILE_OPEN || file->store->is_closing) return;
    const bool is_all = in[CHUNK_WRITTEN] > 0 && in[CHUNK_MISSING] == 0 && in[CHUNK_MOVING] == 0;
    const bool is_due = !file->has_failed && (is_all || file->unsynced_bytes >= CONTENT_SYNC_BYTES);
    if (is_due || file->sync_next != NULL) chunk_sync_begin(file);
}

void chunk_sync_tick(struct content_store *store) {
    for (struct content_file *file = store->files, *next; file != NULL; file = next) {
        next = file->next;
        file->has_failed = false;
        if (file->state != FILE_OPEN || file->chunks.in[CHUNK_WRITTEN] == 0) continue;
        if (file->is_syncing)
            content_tick_soon(store);
        else
            chunk_sync_begin(file);
    }
}

void content_file_sync(struct content_file *file, struct content_done done) {
    done_waiters_add(&file->sync_next, done);
    if (!file->is_syncing) chunk_sync_begin(file);
}
