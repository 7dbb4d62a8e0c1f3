/* SPDX-License-Identifier: Apache-2.0 */
/* Small objects: put in groups, removed, walked through. */
#include <string.h>

#include "base/memory.h"
#include "base/must.h"
#include "daemon/store/content/content_state.h"
#include "daemon/store/content/disk_trouble.h"

/* ---- Putting ---- */

struct put_task {
    struct task task;
    struct content_store *store;
    struct content_object object; /* its bytes follow this */
    bool is_held;
    struct content_holding holding; /* put with it, when is_held */
    struct content_done done;
    bool is_wrong;
    bool was_new;
};

static int put_run(struct task *task, void *context) {
    struct put_task *put = (struct put_task *)task;
    struct content_tables *tables = context;
    put->was_new = put->is_wrong = false;
    if (object_kind_is_blob(put->object.kind)) {
        const struct object_id actual = object_id_of_blob(put->object.bytes);
        put->is_wrong = !object_id_equal(&actual, &put->object.id);
        if (put->is_wrong) return SQLITE_OK;
    }
    int result = object_table_put(&tables->objects, &put->object, &put->was_new);
    if (result == SQLITE_OK && !put->was_new)
        result = object_table_is_other(&tables->objects, &put->object, &put->is_wrong);
    if (put->is_wrong) return result;
    return result == SQLITE_OK && put->is_held ? holding_table_put(&tables->holdings, &put->holding) : result;
}

bool content_put_begin(struct content_store *store, size_t size, struct err_detail *detail) {
    struct content_usage *usage = &store->usage;
    if (usage->puts_in_flight + size + CONTENT_PUT_COST > CONTENT_PUTS_MAX) {
        (void)err_set(detail, ERR_LIMIT, "%zu bytes of records and small files wait for the disk; no more are taken",
                      usage->puts_in_flight);
        return false;
    }
    usage->puts_in_flight += size + CONTENT_PUT_COST;
    return true;
}

void content_put_end(struct content_store *store, size_t size) {
    store->usage.puts_in_flight -= size + CONTENT_PUT_COST;
}

static void put_done(struct task *task) {
    struct put_task *put = (struct put_task *)task;
    struct content_store *store = put->store;
    const struct content_result result =
        content_outcome(store, task, SIDE_LEDGER, put->is_wrong ? CONTENT_WRONG : CONTENT_OK);
    content_put_end(store, put->object.bytes.size);
    if (result.answer == CONTENT_OK && put->was_new)
        store->usage.objects++;
    else
        content_release(store, put->object.bytes.size);
    content_tell(store, put->done, result.answer, result.err, task->detail);
    task_free(task);
}

static struct put_task *put_task_new(struct content_store *store, const struct content_object *object) {
    struct put_task *put = memory_zeroed(1, sizeof *put + object->bytes.size);
    uint8_t *bytes = (uint8_t *)(put + 1);
    memcpy(bytes, object->bytes.at, object->bytes.size);
    *put = (struct put_task){.task = {.run = put_run, .done = put_done}, .store = store, .object = *object};
    put->object.bytes.at = bytes;
    return put;
}

static enum content_answer put_begin(struct content_store *store, const struct content_object *object,
                                     struct put_task **begun, struct err_detail *detail) {
    must(object->bytes.size > 0);
    must_le(object->bytes.size, CONTENT_OBJECT_SIZE_MAX);
    must(object->kind != OBJECT_LIST);
    if (!content_put_begin(store, object->bytes.size, detail)) return CONTENT_BUSY;
    if (!content_reserve(store, object->bytes.size, detail)) {
        content_put_end(store, object->bytes.size);
        return CONTENT_FULL;
    }
    *begun = put_task_new(store, object);
    return CONTENT_OK;
}

enum content_answer content_store_put_object(struct content_store *store, const struct content_object *object,
                                             struct content_done done, struct err_detail *detail) {
    struct put_task *put;
    const enum content_answer answer = put_begin(store, object, &put, detail);
    if (answer != CONTENT_OK) return answer;
    put->done = done;
    task_thread_put(store->ledger, &put->task);
    return CONTENT_OK;
}

enum content_answer content_store_put_held(struct content_store *store, const struct content_object *manifest,
                                           const struct content_holding *holding, struct content_done done,
                                           struct err_detail *detail) {
    struct put_task *put;
    const enum content_answer answer = put_begin(store, manifest, &put, detail);
    if (answer != CONTENT_OK) return answer;
    put->is_held = true;
    put->holding = *holding;
    put->done = done;
    task_thread_put(store->ledger, &put->task);
    return CONTENT_OK;
}

/* ---- Removing ---- */

struct remove_task {
    struct task task;
    struct content_store *store;
    struct object_id id;
    enum object_kind kind;
    struct content_done done;
    struct object_row was;
};

static int remove_run(struct task *task, void *context) {
    struct remove_task *removal = (struct remove_task *)task;
    struct content_tables *tables = context;
    int result = object_table_look(&tables->objects, &removal->id, &removal->was);
    if (result == SQLITE_OK && removal->was.kind != removal->kind) removal->was.number = 0;
    bool is_list = false; /* what is the chunk of one file may be a list of another */
    if (result == SQLITE_OK && removal->was.kind == OBJECT_CHUNK)
        result = chunk_index_is_used(&tables->chunks, &removal->id, &is_list);
    if (is_list) removal->was.number = 0;
    if (result != SQLITE_OK || removal->was.number == 0) return result;
    result = object_table_remove(&tables->objects, &removal->id, &removal->was);
    if (result == SQLITE_OK && removal->was.kind == OBJECT_LIST)
        result = chunk_index_forget_list(&tables->chunks, &removal->id);
    return result;
}

static void remove_done(struct task *task) {
    struct remove_task *removal = (struct remove_task *)task;
    struct content_store *store = removal->store;
    const bool was_there = removal->was.number != 0;
    const struct content_result result =
        content_outcome(store, task, SIDE_LEDGER, was_there ? CONTENT_OK : CONTENT_NONE);
    if (result.answer == CONTENT_OK) {
        content_release(store, removal->was.size);
        store->usage.objects--;
        if (removal->was.kind == OBJECT_LIST) content_list_vanished(store, &removal->id);
    }
    content_tell(store, removal->done, result.answer, result.err, task->detail);
    task_free(task);
}

void content_store_remove_object(struct content_store *store, const struct object_id *id, enum object_kind kind,
                                 struct content_done done) {
    struct remove_task *removal = memory_zeroed(1, sizeof *removal);
    *removal = (struct remove_task){
        .task = {.run = remove_run, .done = remove_done}, .store = store, .id = *id, .kind = kind, .done = done};
    task_thread_put(store->ledger, &removal->task);
}

/* ---- Walking ---- */

enum { GROUP_BYTES = 256 << 10, GROUP_ROWS = 512 };

struct walked {
    struct walked *next;
    struct object_row row; /* its bytes follow this */
    bool holds;
};

struct walk_piece {
    struct work_piece piece;
    struct content_store *store;
    enum object_kind kind;
    int64_t after;
    void (*take)(void *context, const struct content_object *object);
    struct content_done done;
    struct walked *first;
    struct walked **end;
    size_t rows;
    size_t bytes;
    struct task outcome; /* its err and detail alone */
};

static bool walk_row(void *context, const struct object_row *row) {
    struct walk_piece *walk = context;
    struct walked *walked = memory_zeroed(1, sizeof *walked + row->bytes.size);
    uint8_t *bytes = (uint8_t *)(walked + 1);
    walked->row = *row;
    walked->holds = object_row_holds(row);
    if (row->bytes.size > 0) memcpy(bytes, row->bytes.at, row->bytes.size);
    walked->row.bytes.at = bytes;
    *walk->end = walked;
    walk->end = &walked->next;
    walk->after = row->number;
    walk->bytes += row->bytes.size;
    return ++walk->rows < GROUP_ROWS && walk->bytes < GROUP_BYTES;
}

static void walk_work(struct work_piece *piece) {
    struct walk_piece *walk = (struct walk_piece *)piece;
    struct content_tables *read = &walk->store->read;
    struct err_detail detail;
    (void)pthread_mutex_lock(&walk->store->reading);
    const int result = object_table_walk(&read->objects, walk->after, walk->kind, walk_row, walk);
    if (result != SQLITE_OK)
        task_fail(&walk->outcome, database_trouble(&detail, read->handle, result, "read"), &detail);
    (void)pthread_mutex_unlock(&walk->store->reading);
}

static void walk_put(struct content_store *store, const struct walk_piece *before);

/* What does not hold is a fault, and is told as one. */
static void give_rows(struct walk_piece *walk) {
    for (const struct walked *walked = walk->first; walked != NULL; walked = walked->next) {
        const struct object_row *row = &walked->row;
        const struct content_object object = {row->id, row->kind, row->at_ms, row->bytes};
        const struct content_fault rotten = {
            .cause = CONTENT_FAULT_ROTTEN, .is_object = true, .id = row->id, .count = 1};
        if (walked->holds)
            walk->take(walk->done.context, &object);
        else
            content_fault_found(walk->store, &rotten, row->number);
    }
}

static void walk_done(struct work_piece *piece) {
    struct walk_piece *walk = (struct walk_piece *)piece;
    struct content_store *store = walk->store;
    give_rows(walk);
    if (walk->outcome.err == ERR_OK && walk->first != NULL) {
        walk_put(store, walk);
        return;
    }
    const struct content_result result = content_outcome(store, &walk->outcome, SIDE_READS, CONTENT_OK);
    content_tell(store, walk->done, result.answer, result.err, walk->outcome.detail);
}

static void walk_drop(struct work_piece *piece) {
    struct walk_piece *walk = (struct walk_piece *)piece;
    for (struct walked *walked = walk->first, *next; walked != NULL; walked = next) {
        next = walked->next;
        memory_free(walked);
    }
    memory_free(walk->outcome.detail);
    memory_free(walk);
}

static void walk_put(struct content_store *store, const struct walk_piece *before) {
    struct walk_piece *walk = memory_zeroed(1, sizeof *walk);
    *walk = (struct walk_piece){.piece = {.work = walk_work, .done = walk_done, .drop = walk_drop},
                                .store = store,
                                .kind = before->kind,
                                .after = before->after,
                                .take = before->take,
                                .done = before->done};
    walk->end = &walk->first;
    work_lane_put(store->reads, &walk->piece);
}

void content_store_each(struct content_store *store, enum object_kind kind,
                        void (*take)(void *context, const struct content_object *object), struct content_done done) {
    const struct walk_piece start = {.kind = kind, .take = take, .done = done};
    walk_put(store, &start);
}

/* ---- Picking ---- */

struct pick_piece {
    struct walk_piece walk; /* its rows; it goes on nowhere */
    size_t count;
    struct object_id ids[CONTENT_PICK_MAX];
};

static void pick_row(void *context, const struct object_row *row) {
    (void)walk_row(context, row);
}

static void pick_work(struct work_piece *piece) {
    struct pick_piece *pick = (struct pick_piece *)piece;
    struct content_tables *read = &pick->walk.store->read;
    struct err_detail detail;
    int result = SQLITE_OK;
    (void)pthread_mutex_lock(&pick->walk.store->reading);
    for (size_t i = 0; result == SQLITE_OK && i < pick->count && pick->walk.bytes < CONTENT_PICK_BYTES_MAX; i++)
        result = object_table_load(&read->objects, &pick->ids[i], pick_row, &pick->walk);
    if (result != SQLITE_OK)
        task_fail(&pick->walk.outcome, database_trouble(&detail, read->handle, result, "read"), &detail);
    (void)pthread_mutex_unlock(&pick->walk.store->reading);
}

static void pick_done(struct work_piece *piece) {
    struct walk_piece *walk = &((struct pick_piece *)piece)->walk;
    give_rows(walk);
    const struct content_result result = content_outcome(walk->store, &walk->outcome, SIDE_READS, CONTENT_OK);
    content_tell(walk->store, walk->done, result.answer, result.err, walk->outcome.detail);
}

void content_store_pick(struct content_store *store, const struct object_id *ids, size_t count,
                        void (*take)(void *context, const struct content_object *object), struct content_done done) {
    struct pick_piece *pick = memory_zeroed(1, sizeof *pick);
    must_le(count, CONTENT_PICK_MAX);
    pick->walk = (struct walk_piece){
        .piece = {.work = pick_work, .done = pick_done, .drop = walk_drop}, .store = store, .take = take, .done = done};
    pick->walk.end = &pick->walk.first;
    pick->count = count;
    if (count > 0) memcpy(pick->ids, ids, count * sizeof *ids);
    work_lane_put(store->reads, &pick->walk.piece);
}
