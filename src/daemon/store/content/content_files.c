/* SPDX-License-Identifier: Apache-2.0 */
/* Sealed files by their manifest, open or not: listed, removed, given another role. */
#include "base/memory.h"
#include "daemon/store/content/content_state.h"
#include "daemon/store/content/disk_trouble.h"

/* ---- Removing: the row, the file, the ids in the index ---- */

struct remove_task {
    struct task task; /* of the ledger, then of the disk */
    struct content_store *store;
    struct object_id manifest;
    struct content_done done;
    struct file_record was;
};

static int unlink_run(struct task *task, void *context) {
    const struct remove_task *removal = (struct remove_task *)task;
    struct err_detail detail = {0};
    (void)context;
    const enum err err = sealed_file_remove(removal->store->root, &removal->manifest, &detail);
    if (err != ERR_OK) task_fail(task, err, &detail);
    return SQLITE_OK;
}

static void unlink_done(struct task *task) {
    struct remove_task *removal = (struct remove_task *)task;
    struct content_store *store = removal->store;
    const struct content_result result = content_outcome(store, task, SIDE_DISK, CONTENT_OK);
    content_tell(store, removal->done, result.answer, result.err, task->detail);
    task_free(task);
}

static int remove_run(struct task *task, void *context) {
    struct remove_task *removal = (struct remove_task *)task;
    return file_table_remove(&((struct content_tables *)context)->files, &removal->manifest, &removal->was);
}

static void row_gone(struct remove_task *removal) {
    struct content_store *store = removal->store;
    struct content_file *file = content_file_find(store, &removal->manifest);
    content_release(store, file_sealed_size(&removal->was.row.shape));
    store->usage.files--;
    if (file != NULL && file->state == FILE_OPEN && file->record.number == removal->was.number) content_file_gone(file);
    if (!store->is_closing) content_list_index(store);
}

static void remove_done(struct task *task) {
    struct remove_task *removal = (struct remove_task *)task;
    struct content_store *store = removal->store;
    const bool was_there = removal->was.number != 0;
    const struct content_result result =
        content_outcome(store, task, SIDE_LEDGER, was_there ? CONTENT_OK : CONTENT_NONE);
    if (result.answer == CONTENT_OK) {
        row_gone(removal);
        task->run = unlink_run;
        task->done = unlink_done;
        task_thread_put(store->disk, task);
    } else {
        content_tell(store, removal->done, result.answer, result.err, task->detail);
        task_free(task);
    }
}

void content_store_remove_file(struct content_store *store, const struct object_id *manifest,
                               struct content_done done) {
    struct remove_task *removal = memory_zeroed(1, sizeof *removal);
    *removal = (struct remove_task){
        .task = {.run = remove_run, .done = remove_done}, .store = store, .manifest = *manifest, .done = done};
    task_thread_put(store->ledger, &removal->task);
}

/* ---- Roles ---- */

struct role_task {
    struct task task;
    struct content_store *store;
    struct object_id manifest;
    enum holding_role role;
    struct content_done done;
    bool was_there;
};

static int role_run(struct task *task, void *context) {
    struct role_task *role = (struct role_task *)task;
    struct content_tables *tables = context;
    return file_table_set_role(&tables->files, &role->manifest, role->role, &role->was_there);
}

static void role_done(struct task *task) {
    struct role_task *role = (struct role_task *)task;
    struct content_store *store = role->store;
    struct content_file *file = content_file_find(store, &role->manifest);
    const enum content_answer fine = role->was_there ? CONTENT_OK : CONTENT_NONE;
    const struct content_result result = content_outcome(store, task, SIDE_LEDGER, fine);
    if (result.answer == CONTENT_OK && file != NULL) file->record.row.role = role->role;
    content_tell(store, role->done, result.answer, result.err, task->detail);
    task_free(task);
}

void content_store_set_role(struct content_store *store, const struct object_id *manifest, enum holding_role role,
                            struct content_done done) {
    struct role_task *task = memory_zeroed(1, sizeof *task);
    *task = (struct role_task){.task = {.run = role_run, .done = role_done},
                               .store = store,
                               .manifest = *manifest,
                               .role = role,
                               .done = done};
    task_thread_put(store->ledger, &task->task);
}

/* ---- Listing ---- */

enum { LIST_MAX = 4096 };

struct list_piece {
    struct work_piece piece;
    struct content_store *store;
    enum content_files which;
    size_t max;
    void (*take)(void *context, const struct content_file_row *row);
    struct content_done done;
    struct file_record *records; /* room for LIST_MAX */
    size_t count;
    struct task outcome; /* its err and detail alone */
};

static void record_take(void *context, const struct file_record *record) {
    struct list_piece *list = context;
    list->records[list->count++] = *record;
}

static void list_work(struct work_piece *piece) {
    struct list_piece *list = (struct list_piece *)piece;
    struct content_tables *read = &list->store->read;
    struct err_detail detail;
    list->records = memory_zeroed(LIST_MAX, sizeof *list->records);
    (void)pthread_mutex_lock(&list->store->reading);
    const int result = file_table_list(&read->files, list->which, LIST_MAX, record_take, list);
    if (result != SQLITE_OK)
        task_fail(&list->outcome, database_trouble(&detail, read->handle, result, "read"), &detail);
    (void)pthread_mutex_unlock(&list->store->reading);
}

static void list_done(struct work_piece *piece) {
    struct list_piece *list = (struct list_piece *)piece;
    struct content_store *store = list->store;
    const struct content_result result = content_outcome(store, &list->outcome, SIDE_READS, CONTENT_OK);
    for (size_t i = 0, given = 0; i < list->count && given < list->max; i++) {
        const struct content_file_row *row = &list->records[i].row;
        if (list->which == CONTENT_FILES_TO_EVICT && content_file_find(store, &row->manifest) != NULL) continue;
        list->take(list->done.context, row);
        given++;
    }
    content_tell(store, list->done, result.answer, result.err, list->outcome.detail);
}

static void list_drop(struct work_piece *piece) {
    struct list_piece *list = (struct list_piece *)piece;
    memory_free(list->records);
    memory_free(list->outcome.detail);
    memory_free(list);
}

void content_store_list_files(struct content_store *store, enum content_files which, size_t max,
                              void (*take)(void *context, const struct content_file_row *row),
                              struct content_done done) {
    struct list_piece *list = memory_zeroed(1, sizeof *list);
    *list = (struct list_piece){.piece = {.work = list_work, .done = list_done, .drop = list_drop},
                                .store = store,
                                .which = which,
                                .max = max,
                                .take = take,
                                .done = done};
    work_lane_put(store->reads, &list->piece);
}
