/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/store/content/content_store.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/memory.h"
#include "base/must.h"
#include "daemon/store/content/content_migrations.h"
#include "daemon/store/content/content_state.h"
#include "daemon/store/content/disk_trouble.h"
#include "daemon/store/folder_file.h"

enum { TELL_EVERY_MS = 1000, WRITES_AT_ONCE = 2 };

const char *content_answer_name(enum content_answer answer) {
    switch (answer) {
    case CONTENT_OK: return "ok";
    case CONTENT_WRONG: return "wrong";
    case CONTENT_FULL: return "full";
    case CONTENT_BUSY: return "busy";
    case CONTENT_NONE: return "none";
    case CONTENT_ROTTEN: return "rotten";
    case CONTENT_FAILED: return "failed";
    }
    must(false);
    return "";
}

const char *content_fault_name(enum content_fault_cause cause) {
    switch (cause) {
    case CONTENT_FAULT_ROTTEN: return "rotten";
    case CONTENT_FAULT_VANISHED: return "vanished";
    case CONTENT_FAULT_UNSYNCED: return "unsynced";
    }
    must(false);
    return "";
}

int64_t content_now_ms(const struct content_store *store) {
    return loop_wall_ms(store->options.loop);
}

/* ---- Telling ---- */

void content_failed(struct content_store *store, enum content_side side, enum err err, const char *detail) {
    const int64_t now_ms = loop_now_ms(store->options.loop);
    if (store->is_closing || ((store->failing & side) != 0 && now_ms - store->failed_at_ms < TELL_EVERY_MS)) return;
    store->failing |= side;
    store->failed_at_ms = now_ms;
    if (store->options.failed != NULL) store->options.failed(store->options.context, err, detail);
}

void content_recovered(struct content_store *store, enum content_side side) {
    if (store->is_closing || (store->failing & side) == 0) return;
    if (store->has_refused && side != SIDE_LEDGER) return;
    store->failing &= ~(unsigned)side;
    if (store->failing == 0 && store->options.recovered != NULL) store->options.recovered(store->options.context);
}

struct content_result content_outcome(struct content_store *store, const struct task *task, enum content_side side,
                                      enum content_answer fine) {
    if (task->err == ERR_OK) {
        content_recovered(store, side);
        return (struct content_result){.answer = fine, .detail = ""};
    }
    const char *detail = task->detail == NULL ? "" : task->detail->text;
    content_failed(store, side, task->err, detail);
    return (struct content_result){CONTENT_FAILED, task->err, detail};
}

void content_tell(const struct content_store *store, struct content_done done, enum content_answer answer, enum err err,
                  const struct err_detail *detail) {
    const struct content_result result = {answer, err, detail == NULL ? "" : detail->text};
    if (!store->is_closing && done.call != NULL) done.call(done.context, &result);
}

void done_waiters_add(struct done_waiter **list, struct content_done done) {
    struct done_waiter *waiter = memory_zeroed(1, sizeof *waiter);
    waiter->done = done;
    while (*list != NULL) list = &(*list)->next;
    *list = waiter;
}

void done_waiters_tell(struct content_store *store, struct done_waiter **list, const struct content_result *result) {
    struct done_waiter *waiter = *list;
    *list = NULL;
    for (struct done_waiter *next; waiter != NULL; waiter = next) {
        next = waiter->next;
        if (!store->is_closing && waiter->done.call != NULL) waiter->done.call(waiter->done.context, result);
        memory_free(waiter);
    }
}

/* ---- The budget ---- */

bool content_reserve(struct content_store *store, uint64_t bytes, struct err_detail *detail) {
    struct content_usage *usage = &store->usage;
    if (usage->bytes_max == 0 ||
        (usage->bytes_used <= usage->bytes_max && bytes <= usage->bytes_max - usage->bytes_used)) {
        usage->bytes_used += bytes;
        return true;
    }
    (void)err_set(
        detail, ERR_LIMIT, "content is full: %llu of %llu bytes are used, and this needs %llu more; raise storage-max",
        (unsigned long long)usage->bytes_used, (unsigned long long)usage->bytes_max, (unsigned long long)bytes);
    return false;
}

void content_release(struct content_store *store, uint64_t bytes) {
    store->usage.bytes_used -= bytes;
}

struct content_usage content_store_usage(const struct content_store *store) {
    struct content_usage usage = store->usage;
    usage.commits = atomic_load(&store->commits);
    return usage;
}

void content_store_set_bytes_max(struct content_store *store, uint64_t bytes_max) {
    store->usage.bytes_max = bytes_max;
}

/* ---- The tick ---- */

static void tick(void *context) {
    struct content_store *store = context;
    store->is_ticking = false;
    chunk_sync_tick(store);
    if (store->has_index_failed) content_list_index(store);
    if (chunk_buffers_rest(&store->buffers)) content_tick_soon(store);
}

void content_tick_soon(struct content_store *store) {
    if (store->is_ticking || store->is_closing) return;
    store->is_ticking = true;
    loop_timer_start(store->tick, CONTENT_TICK_MS);
}

uint8_t *content_store_take_buffer(struct content_store *store, size_t size) {
    return chunk_buffers_take(&store->buffers, size);
}

void content_store_give_buffer(struct content_store *store, uint8_t *bytes, size_t size) {
    if (store->buffers.bytes + store->usage.writes_in_flight + size > CONTENT_IN_FLIGHT_MAX) {
        memory_free(bytes);
        return;
    }
    chunk_buffers_give(&store->buffers, bytes, size);
    content_tick_soon(store);
}

/* ---- Opening ---- */

static enum err folder_make(const char *root, const char *name, struct err_detail *detail) {
    char path[FOLDER_PATH_MAX];
    const enum err err = folder_join(path, root, name, detail);
    if (err != ERR_OK) return err;
    return folder_make_one(path, NULL) == ERR_OK ? ERR_OK : disk_trouble(detail, errno, "make the folder", path);
}

static enum err folders_make(struct content_store *store, struct err_detail *detail) {
    const int size = snprintf(store->root, sizeof store->root, "%s/content", store->options.folder);
    if (size < 0 || (size_t)size >= sizeof store->root)
        return err_set(detail, ERR_LIMIT, "the path of the data folder is too long");
    enum err err = folder_make(store->options.folder, "content", detail);
    if (err == ERR_OK) err = folder_make(store->root, "files", detail);
    if (err == ERR_OK) err = folder_make(store->root, "quarantine", detail);
    return err;
}

static enum err tables_open(struct content_store *store, struct err_detail *detail) {
    char path[FOLDER_PATH_MAX];
    enum err err = folder_join(path, store->root, "content.db", detail);
    if (err == ERR_OK) err = content_tables_open(&store->written, path, false, detail);
    if (err == ERR_OK) err = folder_sync(store->root, detail);
    if (err == ERR_OK) err = content_tables_open(&store->read, path, true, detail);
    return err;
}

static enum err figures_load(struct content_store *store, struct err_detail *detail) {
    struct content_tables *read = &store->read;
    struct content_usage *usage = &store->usage;
    uint64_t object_bytes = 0, file_bytes = 0;
    int result = object_table_total(&read->objects, &usage->objects, &object_bytes);
    if (result == SQLITE_OK) result = file_table_total(&read->files, &usage->files, &file_bytes);
    if (result == SQLITE_OK) result = quarantine_table_last(&read->quarantine, &store->quarantine_last);
    if (result == SQLITE_OK) result = content_tables_load_scrub(read, &store->scrub.position);
    usage->bytes_used = object_bytes + file_bytes;
    return result == SQLITE_OK ? ERR_OK : database_trouble(detail, read->handle, result, "read");
}

static void disk_run(void *context, struct task *first) {
    for (struct task *task = first; task != NULL; task = task->next) (void)task->run(task, context);
}

static enum err threads_open(struct content_store *store, struct err_detail *detail) {
    struct loop *loop = store->options.loop;
    const struct task_thread_options ledger = {loop, ledger_run, store}, disk = {loop, disk_run, store};
    const enum err err = task_thread_new(&store->ledger, &ledger, detail);
    if (err != ERR_OK) return err;
    store->writes = work_lane_new(loop, WRITES_AT_ONCE);
    store->reads = work_lane_new(loop, CONTENT_READS_AT_ONCE);
    store->tick = loop_timer_open(loop, tick, store);
    scrub_open(store);
    return task_thread_new(&store->disk, &disk, detail);
}

/* ---- What a removal that was cut short has left ---- */

struct sweep_task {
    struct task task;
    struct content_store *store;
};

static bool is_known(void *context, const struct object_id *manifest) {
    struct content_store *store = context;
    struct file_record record;
    (void)pthread_mutex_lock(&store->reading);
    const int result = file_table_find(&store->read.files, manifest, &record);
    (void)pthread_mutex_unlock(&store->reading);
    return result != SQLITE_OK || record.number != 0; /* in doubt it stays */
}

static int sweep_run(struct task *task, void *context) {
    struct content_store *store = ((struct sweep_task *)task)->store;
    struct err_detail detail = {0};
    (void)context;
    const enum err err = sealed_files_sweep(store->root, is_known, store, &detail);
    if (err != ERR_OK) task_fail(task, err, &detail);
    return SQLITE_OK;
}

static void sweep_done(struct task *task) {
    (void)content_outcome(((struct sweep_task *)task)->store, task, SIDE_DISK, CONTENT_OK);
    task_free(task);
}

/* First in the queue of the disk's thread: what is made from now on is not looked at. */
static void sweep(struct content_store *store) {
    struct sweep_task *task = memory_zeroed(1, sizeof *task);
    *task = (struct sweep_task){{.run = sweep_run, .done = sweep_done}, store};
    task_thread_put(store->disk, &task->task);
    quarantine_sweep(store);
    content_list_index(store);
}

enum err content_store_open(struct content_store **out, const struct content_store_options *options,
                            struct err_detail *detail) {
    struct content_store *store = memory_zeroed(1, sizeof *store);
    store->options = *options;
    store->usage.bytes_max = options->bytes_max;
    must(pthread_mutex_init(&store->reading, NULL) == 0);
    *out = NULL;
    enum err err = folders_make(store, detail);
    if (err == ERR_OK) err = tables_open(store, detail);
    if (err == ERR_OK) err = figures_load(store, detail);
    if (err == ERR_OK) err = threads_open(store, detail);
    store->options.folder = NULL;
    if (err == ERR_OK) {
        sweep(store);
        *out = store;
    } else {
        content_store_close(store);
    }
    return err;
}

enum err content_store_look(const char *folder, struct err_detail *detail) {
    char path[FOLDER_PATH_MAX];
    enum err err = folder_join(path, folder, "content/content.db", detail);
    if (err == ERR_OK && access(path, F_OK) != 0) err = folder_failed(detail, "open", path);
    return err == ERR_OK ? database_look(path, &content_migrations, detail) : err;
}

/* ---- Closing ---- */

/* A task that is done may give the other thread a new one: until neither has any. */
static void threads_drain(struct content_store *store) {
    bool has_some = true;
    while (has_some) {
        has_some = store->disk != NULL && task_thread_drain(store->disk);
        has_some = (store->ledger != NULL && task_thread_drain(store->ledger)) || has_some;
    }
}

static void files_close(struct content_store *store) {
    for (struct content_file *file = store->files; file != NULL; file = file->next)
        if (file->state == FILE_OPEN && file->chunks.in[CHUNK_WRITTEN] > 0 && !file->is_syncing) chunk_sync_begin(file);
    threads_drain(store);
    for (struct content_file *file = store->files, *next; file != NULL; file = next) {
        next = file->next;
        content_file_free(file);
    }
}

void content_store_close(struct content_store *store) {
    if (store == NULL) return;
    store->is_closing = true;
    work_lane_close(store->writes);
    work_lane_close(store->reads);
    scrub_close(store);
    threads_drain(store);
    files_close(store);
    task_thread_free(store->disk);
    task_thread_free(store->ledger);
    loop_timer_close(store->tick);
    const struct content_result nobody_is_told = {.answer = CONTENT_FAILED, .err = ERR_OK, .detail = ""};
    done_waiters_tell(store, &store->index_waiters, &nobody_is_told);
    chunk_buffers_clear(&store->buffers);
    content_tables_close(&store->read);
    content_tables_close(&store->written);
    (void)pthread_mutex_destroy(&store->reading);
    memory_free(store);
}
