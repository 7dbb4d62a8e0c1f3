/* SPDX-License-Identifier: Apache-2.0 */
/* Which files this node holds or is to hold: put, removed, walked through; and which manifests are of none of them. */
#include <string.h>

#include "base/memory.h"
#include "daemon/store/content/content_state.h"
#include "daemon/store/content/disk_trouble.h"

/* ---- Writing ---- */

struct holding_task {
    struct task task;
    struct content_store *store;
    struct content_holding holding;
    struct content_done done;
    bool was_there;
};

static struct holding_task *task_new(struct content_store *store, int (*run)(struct task *task, void *context),
                                     void (*done)(struct task *task)) {
    struct holding_task *holding = memory_zeroed(1, sizeof *holding);
    holding->task = (struct task){.run = run, .done = done};
    holding->store = store;
    return holding;
}

static int put_run(struct task *task, void *context) {
    const struct holding_task *put = (struct holding_task *)task;
    struct content_tables *tables = context;
    return holding_table_put(&tables->holdings, &put->holding);
}

static void put_done(struct task *task) {
    struct holding_task *put = (struct holding_task *)task;
    struct content_file *file = content_file_find(put->store, &put->holding.manifest);
    const struct content_result result = content_outcome(put->store, task, SIDE_LEDGER, CONTENT_OK);
    if (result.answer == CONTENT_OK && file != NULL && file->record.row.role < put->holding.role)
        file->record.row.role = put->holding.role;
    content_tell(put->store, put->done, result.answer, result.err, task->detail);
    task_free(task);
}

void content_store_put_holding(struct content_store *store, const struct content_holding *holding,
                               struct content_done done) {
    struct holding_task *put = task_new(store, put_run, put_done);
    put->holding = *holding;
    put->done = done;
    task_thread_put(store->ledger, &put->task);
}

static int remove_run(struct task *task, void *context) {
    struct holding_task *removal = (struct holding_task *)task;
    struct content_tables *tables = context;
    return holding_table_remove(&tables->holdings, &removal->holding.manifest, &removal->was_there);
}

static void remove_done(struct task *task) {
    struct holding_task *removal = (struct holding_task *)task;
    const struct content_result result =
        content_outcome(removal->store, task, SIDE_LEDGER, removal->was_there ? CONTENT_OK : CONTENT_NONE);
    content_tell(removal->store, removal->done, result.answer, result.err, task->detail);
    task_free(task);
}

void content_store_remove_holding(struct content_store *store, const struct object_id *manifest,
                                  struct content_done done) {
    struct holding_task *removal = task_new(store, remove_run, remove_done);
    removal->holding.manifest = *manifest;
    removal->done = done;
    task_thread_put(store->ledger, &removal->task);
}

static int nothing_run(struct task *task, void *context) {
    (void)task, (void)context;
    return SQLITE_OK;
}

static void nothing_done(struct task *task) {
    struct holding_task *nothing = (struct holding_task *)task;
    const struct content_result result = content_outcome(nothing->store, task, SIDE_LEDGER, CONTENT_OK);
    content_tell(nothing->store, nothing->done, result.answer, result.err, task->detail);
    task_free(task);
}

void content_store_when_synced(struct content_store *store, struct content_done done) {
    struct holding_task *nothing = task_new(store, nothing_run, nothing_done);
    nothing->done = done;
    task_thread_put(store->ledger, &nothing->task);
}

/* ---- Reading ---- */

enum { GROUP_HOLDINGS = 512 };

struct holding_piece {
    struct work_piece piece;
    struct content_store *store;
    struct object_id after;
    void (*take)(void *context, const struct content_holding *holding);
    struct content_done done;
    size_t count;
    struct content_holding holdings[GROUP_HOLDINGS];
    struct task outcome; /* its err and detail alone */
};

static void holding_take(void *context, const struct content_holding *holding) {
    struct holding_piece *walk = context;
    walk->holdings[walk->count++] = *holding;
    walk->after = holding->manifest;
}

static void walk_work(struct work_piece *piece) {
    struct holding_piece *walk = (struct holding_piece *)piece;
    struct content_tables *read = &walk->store->read;
    struct err_detail detail;
    const struct object_id after = walk->after;
    (void)pthread_mutex_lock(&walk->store->reading);
    const int result = holding_table_walk(&read->holdings, &after, GROUP_HOLDINGS, holding_take, walk);
    if (result != SQLITE_OK)
        task_fail(&walk->outcome, database_trouble(&detail, read->handle, result, "read"), &detail);
    (void)pthread_mutex_unlock(&walk->store->reading);
}

static void walk_put(const struct holding_piece *before);

static void walk_done(struct work_piece *piece) {
    struct holding_piece *walk = (struct holding_piece *)piece;
    for (size_t i = 0; i < walk->count; i++) walk->take(walk->done.context, &walk->holdings[i]);
    if (walk->outcome.err == ERR_OK && walk->count > 0) {
        walk_put(walk);
        return;
    }
    const struct content_result result = content_outcome(walk->store, &walk->outcome, SIDE_READS, CONTENT_OK);
    content_tell(walk->store, walk->done, result.answer, result.err, walk->outcome.detail);
}

static void walk_drop(struct work_piece *piece) {
    struct holding_piece *walk = (struct holding_piece *)piece;
    memory_free(walk->outcome.detail);
    memory_free(walk);
}

static void walk_put(const struct holding_piece *before) {
    struct holding_piece *walk = memory_zeroed(1, sizeof *walk);
    walk->piece = (struct work_piece){.work = walk_work, .done = walk_done, .drop = walk_drop};
    walk->store = before->store;
    walk->after = before->after;
    walk->take = before->take;
    walk->done = before->done;
    work_lane_put(walk->store->reads, &walk->piece);
}

void content_store_each_holding(struct content_store *store,
                                void (*take)(void *context, const struct content_holding *holding),
                                struct content_done done) {
    struct holding_piece *start = memory_zeroed(1, sizeof *start);
    start->store = store;
    start->take = take;
    start->done = done;
    walk_put(start);
    memory_free(start);
}

/* ---- Spare manifests ---- */

struct spare_piece {
    struct work_piece piece;
    struct content_store *store;
    size_t max;
    void (*take)(void *context, const struct content_object *object);
    struct content_done done;
    size_t count;
    struct content_object objects[CONTENT_PICK_MAX];
    struct task outcome; /* its err and detail alone */
};

static void spare_take(void *context, const struct object_id *id, int64_t at_ms) {
    struct spare_piece *spare = context;
    spare->objects[spare->count++] = (struct content_object){.id = *id, .kind = OBJECT_MANIFEST, .at_ms = at_ms};
}

static void spare_work(struct work_piece *piece) {
    struct spare_piece *spare = (struct spare_piece *)piece;
    struct content_tables *read = &spare->store->read;
    struct err_detail detail;
    (void)pthread_mutex_lock(&spare->store->reading);
    const int result = holding_table_spare(&read->holdings, spare->max, spare_take, spare);
    if (result != SQLITE_OK)
        task_fail(&spare->outcome, database_trouble(&detail, read->handle, result, "read"), &detail);
    (void)pthread_mutex_unlock(&spare->store->reading);
}

static void spare_done(struct work_piece *piece) {
    struct spare_piece *spare = (struct spare_piece *)piece;
    for (size_t i = 0; i < spare->count; i++) spare->take(spare->done.context, &spare->objects[i]);
    const struct content_result result = content_outcome(spare->store, &spare->outcome, SIDE_READS, CONTENT_OK);
    content_tell(spare->store, spare->done, result.answer, result.err, spare->outcome.detail);
}

static void spare_drop(struct work_piece *piece) {
    struct spare_piece *spare = (struct spare_piece *)piece;
    memory_free(spare->outcome.detail);
    memory_free(spare);
}

void content_store_list_spare(struct content_store *store, size_t max,
                              void (*take)(void *context, const struct content_object *object),
                              struct content_done done) {
    struct spare_piece *spare = memory_zeroed(1, sizeof *spare);
    spare->piece = (struct work_piece){.work = spare_work, .done = spare_done, .drop = spare_drop};
    spare->store = store;
    spare->max = max < CONTENT_PICK_MAX ? max : CONTENT_PICK_MAX;
    spare->take = take;
    spare->done = done;
    work_lane_put(store->reads, &spare->piece);
}

/* ---- Strays ---- */

enum { STRAYS_MAX = 1024 }; /* the others next time */

static void stray_take(void *context, const struct object_id *manifest) {
    content_store_remove_file(context, manifest, (struct content_done){NULL, NULL});
}

void content_store_remove_strays(struct content_store *store) {
    (void)pthread_mutex_lock(&store->reading);
    (void)holding_table_stray(&store->read.holdings, STRAYS_MAX, stray_take, store);
    (void)pthread_mutex_unlock(&store->reading);
}
