/* SPDX-License-Identifier: Apache-2.0 */
/* The lists of chunk ids: put, kept in memory as far as there is room, and brought into the index step by step. */
#include <string.h>

#include "base/memory.h"
#include "base/must.h"
#include "daemon/store/content/content_state.h"
#include "daemon/store/content/disk_trouble.h"

static uint32_t slots_of(const struct content_file *file) {
    const uint32_t lists = file->record.row.shape.list_count;
    return lists == 0 ? 1 : lists;
}

static size_t size_of(const struct content_file *file, uint32_t number) {
    const struct file_shape *shape = &file->record.row.shape;
    must(number < slots_of(file));
    return shape->list_count == 0 ? sizeof(struct object_id) : file_list_size(shape, number);
}

/* ---- In memory, the last used first ---- */

static void list_unlink(struct content_store *store, struct loaded_list *list) {
    *(list->newer == NULL ? &store->newest_list : &list->newer->older) = list->older;
    *(list->older == NULL ? &store->oldest_list : &list->older->newer) = list->newer;
}

static void list_link_newest(struct content_store *store, struct loaded_list *list) {
    list->newer = NULL;
    list->older = store->newest_list;
    *(list->older == NULL ? &store->oldest_list : &list->older->newer) = list;
    store->newest_list = list;
}

static void list_drop(struct content_store *store, struct loaded_list *list) {
    list_unlink(store, list);
    store->lists_loaded -= list->size;
    *list->slot = NULL;
    memory_free(list->ids);
    memory_free(list);
}

void content_list_keep(struct content_file *file, uint32_t number, uint8_t *ids, size_t size) {
    struct content_store *store = file->store;
    struct list_slot *slot = &file->lists[number];
    if (size != size_of(file, number) || slot->loaded != NULL) {
        memory_free(ids);
        return;
    }
    while (store->oldest_list != NULL && store->lists_loaded + size > CONTENT_LISTS_LOADED_MAX)
        list_drop(store, store->oldest_list);
    struct loaded_list *list = memory_zeroed(1, sizeof *list);
    *list = (struct loaded_list){.slot = &slot->loaded, .ids = ids, .size = size};
    slot->loaded = list;
    store->lists_loaded += size;
    list_link_newest(store, list);
}

void content_list_drop_all(struct content_file *file) {
    for (uint32_t number = 0; file->lists != NULL && number < slots_of(file); number++)
        if (file->lists[number].loaded != NULL) list_drop(file->store, file->lists[number].loaded);
}

void content_list_vanished(struct content_store *store, const struct object_id *id) {
    for (struct content_file *file = store->files; file != NULL; file = file->next) {
        for (uint32_t number = 0; file->lists != NULL && number < slots_of(file); number++) {
            struct list_slot *slot = &file->lists[number];
            if (!slot->is_here || !object_id_equal(&slot->id, id)) continue;
            slot->is_here = false;
            if (slot->loaded != NULL) list_drop(store, slot->loaded);
        }
    }
}

bool content_file_has_list(const struct content_file *file, uint32_t number) {
    must(number < slots_of(file));
    return file->lists[number].is_here;
}

bool content_file_chunk_id(struct content_file *file, uint32_t index, struct object_id *id) {
    must(index < file->record.row.shape.chunk_count);
    struct loaded_list *list = file->lists[index / FILE_LIST_CHUNKS].loaded;
    if (list == NULL) return false;
    memcpy(id->bytes, list->ids + sizeof id->bytes * (index % FILE_LIST_CHUNKS), sizeof id->bytes);
    list_unlink(file->store, list);
    list_link_newest(file->store, list);
    return true;
}

/* ---- Loading ---- */

struct load_list_piece {
    struct work_piece piece;
    struct content_file *file;
    uint32_t number;
    struct object_id id;
    bool is_loaded; /* already */
    struct content_done done;
    enum content_answer answer;
    uint8_t *ids;
    size_t size;
    int64_t row_number;
    struct task outcome; /* its err and detail alone */
};

static void list_take(void *context, const struct object_row *row) {
    struct load_list_piece *load = context;
    load->row_number = row->number;
    load->answer = object_row_holds(row) ? CONTENT_OK : CONTENT_ROTTEN;
    if (load->answer != CONTENT_OK) return;
    load->ids = memory_zeroed(row->bytes.size, 1);
    load->size = row->bytes.size;
    memcpy(load->ids, row->bytes.at, row->bytes.size);
}

static void load_work(struct work_piece *piece) {
    struct load_list_piece *load = (struct load_list_piece *)piece;
    struct content_store *store = load->file->store;
    struct err_detail detail;
    if (load->is_loaded || load->answer == CONTENT_NONE) return;
    load->answer = CONTENT_NONE;
    (void)pthread_mutex_lock(&store->reading);
    const int result = object_table_load(&store->read.objects, &load->id, list_take, load);
    if (result != SQLITE_OK)
        task_fail(&load->outcome, database_trouble(&detail, store->read.handle, result, "read"), &detail);
    (void)pthread_mutex_unlock(&store->reading);
}

static void load_done(struct work_piece *piece) {
    struct load_list_piece *load = (struct load_list_piece *)piece;
    struct content_file *file = load->file;
    const struct content_result result = content_outcome(file->store, &load->outcome, SIDE_READS, load->answer);
    if (load->ids != NULL) content_list_keep(file, load->number, load->ids, load->size);
    load->ids = NULL;
    if (result.answer == CONTENT_ROTTEN)
        content_fault_found(
            file->store,
            &(struct content_fault){.cause = CONTENT_FAULT_ROTTEN, .is_object = true, .id = load->id, .count = 1},
            load->row_number);
    content_tell(file->store, load->done, result.answer, result.err, load->outcome.detail);
    file->busy--;
    content_file_settle(file);
}

static void load_drop(struct work_piece *piece) {
    struct load_list_piece *load = (struct load_list_piece *)piece;
    memory_free(load->ids);
    memory_free(load->outcome.detail);
    memory_free(load);
}

void content_file_load_list(struct content_file *file, uint32_t number, struct content_done done) {
    struct load_list_piece *load = memory_zeroed(1, sizeof *load);
    must(number < slots_of(file));
    const struct list_slot *slot = &file->lists[number];
    *load = (struct load_list_piece){.piece = {.work = load_work, .done = load_done, .drop = load_drop},
                                     .file = file,
                                     .number = number,
                                     .id = slot->id,
                                     .is_loaded = slot->loaded != NULL,
                                     .answer = slot->is_here ? CONTENT_OK : CONTENT_NONE,
                                     .done = done};
    file->busy++;
    work_lane_put(file->store->reads, &load->piece);
}

/* ---- The index ---- */

struct index_task {
    struct task task;
    struct content_store *store;
    bool is_idle;      /* nothing is left to do */
    uint64_t released; /* bytes of a list that no file has any more */
    struct list_row row;
    struct content_tables *tables; /* during a run */
    int result;
};

static void index_step(void *context, const struct object_row *row) {
    struct index_task *index = context;
    bool is_done;
    index->result = chunk_index_step(&index->tables->chunks, &index->row, row->bytes, &is_done);
}

/* The list of a file that is gone goes with the last file that has it, unless it was something else before. */
static int list_release(struct index_task *index) {
    struct object_row was = {0}, is = {0};
    struct list_row row;
    bool is_used = true;
    int result = chunk_index_list(&index->tables->chunks, index->row.file, index->row.number, &row);
    if (result != SQLITE_OK || row.file != 0) return result; /* not its last step */
    result = chunk_index_is_used(&index->tables->chunks, &index->row.id, &is_used);
    if (result == SQLITE_OK && !is_used) result = object_table_look(&index->tables->objects, &index->row.id, &is);
    if (result == SQLITE_OK && is.kind == OBJECT_LIST)
        result = object_table_remove(&index->tables->objects, &index->row.id, &was);
    index->released = was.size;
    return result;
}

static int index_run(struct task *task, void *context) {
    struct index_task *index = (struct index_task *)task;
    index->tables = context;
    index->released = 0;
    int result = chunk_index_next_work(&index->tables->chunks, &index->row);
    index->is_idle = result == SQLITE_OK && index->row.file == 0;
    if (result != SQLITE_OK || index->is_idle) return result;
    index->result = SQLITE_NOTFOUND;
    result = object_table_load(&index->tables->objects, &index->row.id, index_step, index);
    if (result == SQLITE_OK) result = index->result;
    /* A list whose object is gone is no list. */
    if (result == SQLITE_NOTFOUND) return chunk_index_forget_list(&index->tables->chunks, &index->row.id);
    if (result == SQLITE_OK && index->row.is_of_no_file) result = list_release(index);
    return result;
}

static void index_put(struct content_store *store);

static void index_done(struct task *task) {
    struct index_task *index = (struct index_task *)task;
    struct content_store *store = index->store;
    const struct content_result result = content_outcome(store, task, SIDE_LEDGER, CONTENT_OK);
    store->is_indexing = false;
    if (result.answer == CONTENT_OK && index->released > 0) {
        content_release(store, index->released);
        store->usage.objects--;
    }
    store->has_index_failed = result.answer != CONTENT_OK;
    if (result.answer == CONTENT_OK && !index->is_idle) {
        if (!store->is_closing) index_put(store);
    } else {
        done_waiters_tell(store, &store->index_waiters, &result);
        if (store->has_index_failed) content_tick_soon(store);
    }
    task_free(task);
}

static void index_put(struct content_store *store) {
    struct index_task *index = memory_zeroed(1, sizeof *index);
    *index = (struct index_task){.task = {.run = index_run, .done = index_done}, .store = store};
    store->is_indexing = true;
    task_thread_put(store->ledger, &index->task);
}

void content_list_index(struct content_store *store) {
    if (!store->is_indexing) index_put(store);
}

/* ---- Putting ---- */

struct put_list_task {
    struct task task;
    struct content_file *file;
    int64_t file_number;
    uint32_t number;
    struct content_object object;
    uint8_t *ids;
    bool is_id_given;
    struct content_done done;
    bool is_wrong;
    bool was_new;
};

static int put_run(struct task *task, void *context) {
    struct put_list_task *put = (struct put_list_task *)task;
    struct content_tables *tables = context;
    const struct object_id actual = object_id_of_blob(put->object.bytes);
    put->was_new = false;
    put->is_wrong = put->is_id_given && !object_id_equal(&actual, &put->object.id);
    if (put->is_wrong) return SQLITE_OK;
    put->object.id = actual;
    int result = object_table_put(&tables->objects, &put->object, &put->was_new);
    if (result == SQLITE_OK && !put->was_new)
        result = object_table_is_other(&tables->objects, &put->object, &put->is_wrong);
    if (put->is_wrong) return result;
    return result == SQLITE_OK ? chunk_index_add_list(&tables->chunks, put->file_number, put->number, &actual) : result;
}

/* Who put it is told when all of it is in the index. */
static void list_taken(struct put_list_task *put) {
    struct content_file *file = put->file;
    file->lists[put->number].is_here = true;
    file->lists[put->number].id = put->object.id;
    content_list_keep(file, put->number, put->ids, put->object.bytes.size);
    put->ids = NULL;
    done_waiters_add(&file->store->index_waiters, put->done);
    content_list_index(file->store);
}

static void put_done(struct task *task) {
    struct put_list_task *put = (struct put_list_task *)task;
    struct content_file *file = put->file;
    struct content_store *store = file->store;
    const enum content_answer fine = put->is_wrong ? CONTENT_WRONG : CONTENT_OK;
    const struct content_result result = content_outcome(store, task, SIDE_LEDGER, fine);
    content_put_end(store, put->object.bytes.size);
    if (result.answer == CONTENT_OK && put->was_new)
        store->usage.objects++;
    else
        content_release(store, put->object.bytes.size);
    if (result.answer == CONTENT_OK)
        list_taken(put);
    else
        content_tell(store, put->done, result.answer, result.err, task->detail);
    file->busy--;
    content_file_settle(file);
    memory_free(put->ids);
    task_free(task);
}

enum content_answer content_file_put_list(struct content_file *file, uint32_t number, struct span ids,
                                          const struct object_id *id, struct content_done done,
                                          struct err_detail *detail) {
    must(id != NULL || file->record.row.shape.list_count == 0);
    if (ids.size != size_of(file, number)) {
        (void)err_set(detail, ERR_REFUSED, "a list of %zu bytes, where the size of the file says %zu", ids.size,
                      size_of(file, number));
        return CONTENT_WRONG;
    }
    if (!content_put_begin(file->store, ids.size, detail)) return CONTENT_BUSY;
    if (!content_reserve(file->store, ids.size, detail)) {
        content_put_end(file->store, ids.size);
        return CONTENT_FULL;
    }
    struct put_list_task *put = memory_zeroed(1, sizeof *put);
    *put = (struct put_list_task){.task = {.run = put_run, .done = put_done},
                                  .file = file,
                                  .file_number = file->record.number,
                                  .number = number,
                                  .object = {.kind = OBJECT_LIST, .at_ms = content_now_ms(file->store)},
                                  .ids = memory_zeroed(ids.size, 1),
                                  .is_id_given = id != NULL,
                                  .done = done};
    memcpy(put->ids, ids.at, ids.size);
    put->object.bytes = (struct span){put->ids, ids.size};
    if (id != NULL) put->object.id = *id;
    file->busy++;
    task_thread_put(file->store->ledger, &put->task);
    return CONTENT_OK;
}
