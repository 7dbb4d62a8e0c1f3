/* SPDX-License-Identifier: Apache-2.0 */
/* What did not verify is kept for a person to look at: the bytes in a file named by a number, what is known of them in
 * the database. The file comes before the row and goes after it; one without a row is swept at the start. */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/memory.h"
#include "base/must.h"
#include "daemon/store/content/content_state.h"
#include "daemon/store/content/disk_trouble.h"
#include "daemon/store/folder_file.h"

enum { WAITING_MAX = 4, NAME_SIZE = 24 };

int64_t quarantine_first_difference(struct span a, struct span b) {
    const size_t shorter = a.size < b.size ? a.size : b.size;
    size_t at = 0;
    while (at < shorter && a.at[at] == b.at[at]) at++;
    return at == shorter && a.size == b.size ? -1 : (int64_t)at;
}

static const char *name_of(uint64_t number, char name[NAME_SIZE]) {
    (void)snprintf(name, NAME_SIZE, "%llu", (unsigned long long)number);
    return name;
}

static void folder_of(const struct content_store *store, char folder[FOLDER_PATH_MAX]) {
    must(folder_join(folder, store->root, "quarantine", NULL) == ERR_OK);
}

/* ---- Putting: the file, the row, those that are too many ---- */

struct keep_task {
    struct task task; /* of the disk, of the ledger, of the disk again */
    struct content_store *store;
    struct quarantine_entry entry;
    uint8_t *bytes;
    size_t size;
    struct content_done done;
    uint64_t over[QUARANTINE_ENTRIES_MAX]; /* numbers of those that go */
    size_t over_count;
};

static int file_run(struct task *task, void *context) {
    const struct keep_task *keep = (struct keep_task *)task;
    char folder[FOLDER_PATH_MAX], name[NAME_SIZE];
    struct err_detail detail = {0};
    (void)context;
    folder_of(keep->store, folder);
    const enum err err =
        data_file_write(folder, name_of(keep->entry.number, name), (struct span){keep->bytes, keep->size}, 0600, NULL);
    if (err != ERR_OK) task_fail(task, disk_trouble(&detail, errno, "keep what did not verify in", folder), &detail);
    return SQLITE_OK;
}

static int row_run(struct task *task, void *context) {
    struct keep_task *keep = (struct keep_task *)task;
    struct quarantine_table *table = &((struct content_tables *)context)->quarantine;
    bool was_there;
    keep->over_count = 0;
    int result = quarantine_table_add(table, &keep->entry);
    while (result == SQLITE_OK && keep->over_count < QUARANTINE_ENTRIES_MAX) {
        uint64_t over;
        result = quarantine_table_over(table, &over);
        if (result != SQLITE_OK || over == 0) break;
        keep->over[keep->over_count++] = over;
        result = quarantine_table_remove(table, over, &was_there);
    }
    return result;
}

static int over_run(struct task *task, void *context) {
    const struct keep_task *keep = (struct keep_task *)task;
    char folder[FOLDER_PATH_MAX], name[NAME_SIZE];
    (void)context;
    folder_of(keep->store, folder);
    for (size_t i = 0; i < keep->over_count; i++) data_file_remove(folder, name_of(keep->over[i], name));
    return SQLITE_OK;
}

static void keep_end(struct task *task, const struct content_result *result) {
    struct keep_task *keep = (struct keep_task *)task;
    keep->store->quarantine_waiting--;
    content_tell(keep->store, keep->done, result->answer, result->err, task->detail);
    memory_free(keep->bytes);
    task_free(task);
}

static void over_done(struct task *task) {
    keep_end(task, &(struct content_result){.answer = CONTENT_OK, .detail = ""});
}

/* Without a row, the file goes at the next start. */
static void row_done(struct task *task) {
    const struct keep_task *keep = (struct keep_task *)task;
    const struct content_result result = content_outcome(keep->store, task, SIDE_LEDGER, CONTENT_OK);
    if (result.answer != CONTENT_OK) {
        keep_end(task, &result);
        return;
    }
    task->run = over_run;
    task->done = over_done;
    task_thread_put(keep->store->disk, task);
}

static void file_done(struct task *task) {
    const struct keep_task *keep = (struct keep_task *)task;
    const struct content_result result = content_outcome(keep->store, task, SIDE_DISK, CONTENT_OK);
    if (result.answer != CONTENT_OK) {
        keep_end(task, &result);
        return;
    }
    task->run = row_run;
    task->done = row_done;
    task_thread_put(keep->store->ledger, task);
}

enum content_answer content_store_put_quarantine(struct content_store *store, const struct quarantine_entry *entry,
                                                 struct span bytes, struct content_done done) {
    if (store->quarantine_waiting >= WAITING_MAX) return CONTENT_BUSY;
    struct keep_task *keep = memory_zeroed(1, sizeof *keep);
    *keep = (struct keep_task){.task = {.run = file_run, .done = file_done},
                               .store = store,
                               .entry = *entry,
                               .size = bytes.size < QUARANTINE_BYTES_MAX ? bytes.size : QUARANTINE_BYTES_MAX,
                               .done = done};
    keep->entry.number = ++store->quarantine_last;
    keep->entry.size = bytes.size;
    keep->bytes = memory_zeroed(keep->size + 1, 1);
    if (keep->size > 0) memcpy(keep->bytes, bytes.at, keep->size);
    store->quarantine_waiting++;
    task_thread_put(store->disk, &keep->task);
    return CONTENT_OK;
}

/* ---- Removing: the row, then the file ---- */

struct drop_task {
    struct task task;
    struct content_store *store;
    uint64_t number;
    struct content_done done;
    bool was_there;
};

static int drop_file_run(struct task *task, void *context) {
    const struct drop_task *drop = (struct drop_task *)task;
    char folder[FOLDER_PATH_MAX], name[NAME_SIZE];
    (void)context;
    folder_of(drop->store, folder);
    data_file_remove(folder, name_of(drop->number, name));
    return SQLITE_OK;
}

static void drop_file_done(struct task *task) {
    const struct drop_task *drop = (struct drop_task *)task;
    content_tell(drop->store, drop->done, CONTENT_OK, ERR_OK, NULL);
    task_free(task);
}

static int drop_row_run(struct task *task, void *context) {
    struct drop_task *drop = (struct drop_task *)task;
    return quarantine_table_remove(&((struct content_tables *)context)->quarantine, drop->number, &drop->was_there);
}

static void drop_row_done(struct task *task) {
    struct drop_task *drop = (struct drop_task *)task;
    const enum content_answer fine = drop->was_there ? CONTENT_OK : CONTENT_NONE;
    const struct content_result result = content_outcome(drop->store, task, SIDE_LEDGER, fine);
    if (result.answer == CONTENT_OK) {
        task->run = drop_file_run;
        task->done = drop_file_done;
        task_thread_put(drop->store->disk, task);
    } else {
        content_tell(drop->store, drop->done, result.answer, result.err, task->detail);
        task_free(task);
    }
}

void content_store_remove_quarantine(struct content_store *store, uint64_t number, struct content_done done) {
    struct drop_task *drop = memory_zeroed(1, sizeof *drop);
    *drop = (struct drop_task){
        .task = {.run = drop_row_run, .done = drop_row_done}, .store = store, .number = number, .done = done};
    task_thread_put(store->ledger, &drop->task);
}

/* ---- Settling ---- */

struct settle_task {
    struct task task;
    struct content_store *store;
    struct quarantine_entry entry;
    struct content_done done;
    bool was_there;
};

static int settle_run(struct task *task, void *context) {
    struct settle_task *settle = (struct settle_task *)task;
    struct content_tables *tables = context;
    return quarantine_table_settle(&tables->quarantine, &settle->entry, &settle->was_there);
}

static void settle_done(struct task *task) {
    const struct settle_task *settle = (struct settle_task *)task;
    const enum content_answer fine = settle->was_there ? CONTENT_OK : CONTENT_NONE;
    const struct content_result result = content_outcome(settle->store, task, SIDE_LEDGER, fine);
    content_tell(settle->store, settle->done, result.answer, result.err, task->detail);
    task_free(task);
}

void content_store_settle_quarantine(struct content_store *store, const struct quarantine_entry *entry,
                                     struct content_done done) {
    struct settle_task *settle = memory_zeroed(1, sizeof *settle);
    *settle = (struct settle_task){
        .task = {.run = settle_run, .done = settle_done}, .store = store, .entry = *entry, .done = done};
    task_thread_put(store->ledger, &settle->task);
}

/* ---- Looking ---- */

struct list_piece {
    struct work_piece piece;
    struct content_store *store;
    void (*take)(void *context, const struct quarantine_entry *entry);
    struct content_done done;
    struct quarantine_entry entries[QUARANTINE_ENTRIES_MAX];
    size_t count;
    struct task outcome; /* its err and detail alone */
};

static void entry_take(void *context, const struct quarantine_entry *entry) {
    struct list_piece *list = context;
    list->entries[list->count++] = *entry;
}

static void list_work(struct work_piece *piece) {
    struct list_piece *list = (struct list_piece *)piece;
    struct content_tables *read = &list->store->read;
    struct err_detail detail;
    (void)pthread_mutex_lock(&list->store->reading);
    const int result = quarantine_table_list(&read->quarantine, entry_take, list);
    if (result != SQLITE_OK)
        task_fail(&list->outcome, database_trouble(&detail, read->handle, result, "read"), &detail);
    (void)pthread_mutex_unlock(&list->store->reading);
}

static void list_done(struct work_piece *piece) {
    struct list_piece *list = (struct list_piece *)piece;
    const struct content_result result = content_outcome(list->store, &list->outcome, SIDE_READS, CONTENT_OK);
    for (size_t i = 0; i < list->count; i++) list->take(list->done.context, &list->entries[i]);
    content_tell(list->store, list->done, result.answer, result.err, list->outcome.detail);
}

static void list_drop(struct work_piece *piece) {
    struct list_piece *list = (struct list_piece *)piece;
    memory_free(list->outcome.detail);
    memory_free(list);
}

void content_store_list_quarantine(struct content_store *store,
                                   void (*take)(void *context, const struct quarantine_entry *entry),
                                   struct content_done done) {
    struct list_piece *list = memory_zeroed(1, sizeof *list);
    *list = (struct list_piece){
        .piece = {.work = list_work, .done = list_done, .drop = list_drop}, .store = store, .take = take, .done = done};
    work_lane_put(store->reads, &list->piece);
}

struct look_piece {
    struct work_piece piece;
    struct content_store *store;
    uint64_t number;
    struct content_loaded loaded;
    void (*done)(void *context, const struct content_loaded *loaded);
    void *context;
    struct task outcome; /* its err and detail alone */
};

static void bytes_look(struct look_piece *look, const struct quarantine_entry *entry) {
    char folder[FOLDER_PATH_MAX], name[NAME_SIZE];
    struct err_detail detail = {0};
    struct content_loaded *loaded = &look->loaded;
    folder_of(look->store, folder);
    loaded->bytes = memory_zeroed(QUARANTINE_BYTES_MAX, 1);
    struct buffer out = buffer_over(loaded->bytes, QUARANTINE_BYTES_MAX);
    const enum err err = data_file_read(folder, name_of(look->number, name), &out, &detail);
    if (err == ERR_OK) {
        loaded->result.answer = CONTENT_OK;
        loaded->size = out.size;
        loaded->id = entry->wanted;
        loaded->at_ms = entry->at_ms;
        return;
    }
    memory_free(loaded->bytes);
    loaded->bytes = NULL;
    if (err != ERR_NOT_FOUND) task_fail(&look->outcome, err, &detail);
}

static void look_work(struct work_piece *piece) {
    struct look_piece *look = (struct look_piece *)piece;
    struct content_tables *read = &look->store->read;
    struct quarantine_entry entry;
    struct err_detail detail;
    look->loaded.result.answer = CONTENT_NONE;
    (void)pthread_mutex_lock(&look->store->reading);
    const int result = quarantine_table_find(&read->quarantine, look->number, &entry);
    if (result != SQLITE_OK)
        task_fail(&look->outcome, database_trouble(&detail, read->handle, result, "read"), &detail);
    (void)pthread_mutex_unlock(&look->store->reading);
    if (result == SQLITE_OK && entry.number != 0) bytes_look(look, &entry);
}

static void look_done(struct work_piece *piece) {
    struct look_piece *look = (struct look_piece *)piece;
    struct content_loaded *loaded = &look->loaded;
    look->store->usage.reads_in_flight--;
    loaded->result = content_outcome(look->store, &look->outcome, SIDE_READS, loaded->result.answer);
    look->done(look->context, loaded);
    loaded->bytes = NULL;
}

static void look_drop(struct work_piece *piece) {
    struct look_piece *look = (struct look_piece *)piece;
    memory_free(look->loaded.bytes);
    memory_free(look->outcome.detail);
    memory_free(look);
}

enum content_answer content_store_load_quarantine(struct content_store *store, uint64_t number,
                                                  void (*done)(void *context, const struct content_loaded *loaded),
                                                  void *context) {
    if (store->usage.reads_in_flight >= CONTENT_READS_MAX) return CONTENT_BUSY;
    struct look_piece *look = memory_zeroed(1, sizeof *look);
    *look = (struct look_piece){.piece = {.work = look_work, .done = look_done, .drop = look_drop},
                                .store = store,
                                .number = number,
                                .done = done,
                                .context = context};
    store->usage.reads_in_flight++;
    work_lane_put(store->reads, &look->piece);
    return CONTENT_OK;
}

/* ---- What was left behind ---- */

struct sweep_task {
    struct task task;
    struct content_store *store;
};

/* A number without a row, or what a crash left of a file half written. */
static bool is_left_behind(struct content_store *store, const char *name) {
    struct quarantine_entry entry;
    char *end;
    if (name[0] == '.') return strlen(name) > 4 && strcmp(name + strlen(name) - 4, ".new") == 0;
    if (name[0] < '1' || name[0] > '9') return false;
    const unsigned long long number = strtoull(name, &end, 10);
    if (*end != '\0') return false;
    (void)pthread_mutex_lock(&store->reading);
    const int result = quarantine_table_find(&store->read.quarantine, number, &entry);
    (void)pthread_mutex_unlock(&store->reading);
    return result == SQLITE_OK && entry.number == 0;
}

static int sweep_run(struct task *task, void *context) {
    struct content_store *store = ((struct sweep_task *)task)->store;
    char path[FOLDER_PATH_MAX];
    struct err_detail detail = {0};
    (void)context;
    folder_of(store, path);
    DIR *folder = opendir(path);
    if (folder == NULL) {
        task_fail(task, disk_trouble(&detail, errno, "look through", path), &detail);
        return SQLITE_OK;
    }
    for (const struct dirent *entry; (entry = readdir(folder)) != NULL;)
        if (is_left_behind(store, entry->d_name)) (void)unlinkat(dirfd(folder), entry->d_name, 0);
    (void)closedir(folder);
    return SQLITE_OK;
}

static void sweep_done(struct task *task) {
    (void)content_outcome(((struct sweep_task *)task)->store, task, SIDE_DISK, CONTENT_OK);
    task_free(task);
}

void quarantine_sweep(struct content_store *store) {
    struct sweep_task *task = memory_zeroed(1, sizeof *task);
    *task = (struct sweep_task){{.run = sweep_run, .done = sweep_done}, store};
    task_thread_put(store->disk, &task->task);
}
