/* SPDX-License-Identifier: Apache-2.0 */
/* What was here and is not any more: it is taken out of the database, and then the host is told. */
#include "base/memory.h"
#include "daemon/store/content/content_state.h"

struct fault_task {
    struct task task;
    struct content_store *store;
    struct content_fault fault;
    int64_t number;
    bool was_there;
    struct object_row object;
};

static int object_take_out(struct fault_task *fault, struct content_tables *tables) {
    struct object_row row;
    int result = object_table_look(&tables->objects, &fault->fault.id, &row);
    if (result != SQLITE_OK || row.number != fault->number) return result; /* put anew meanwhile, or gone */
    result = object_table_remove(&tables->objects, &fault->fault.id, &fault->object);
    fault->fault.kind = fault->object.kind;
    fault->fault.at_ms = fault->object.at_ms;
    if (result == SQLITE_OK && fault->object.kind == OBJECT_LIST) {
        result = chunk_index_owner(&tables->chunks, &fault->fault.id, &fault->fault.file);
        if (result == SQLITE_OK) result = chunk_index_forget_list(&tables->chunks, &fault->fault.id);
    }
    fault->was_there = result == SQLITE_OK;
    return result;
}

static int fault_run(struct task *task, void *context) {
    struct fault_task *fault = (struct fault_task *)task;
    struct content_tables *tables = context;
    uint32_t unclaimed = 0;
    fault->was_there = false;
    if (fault->fault.is_object) return object_take_out(fault, tables);
    const int result =
        file_table_unclaim(&tables->files, fault->number, fault->fault.index, fault->fault.count, &unclaimed);
    fault->was_there = unclaimed > 0;
    return result;
}

static void file_note(struct content_store *store, const struct content_fault *fault, int64_t number) {
    struct content_file *file = content_file_find(store, &fault->id);
    if (file == NULL || file->state != FILE_OPEN || file->record.number != number) return;
    for (uint32_t i = 0; i < fault->count; i++)
        if (chunk_state_of(&file->chunks, fault->index + i) == CHUNK_HERE)
            chunk_states_enter(&file->chunks, fault->index + i, CHUNK_MISSING);
}

static void object_note(struct content_store *store, const struct object_row *row) {
    content_release(store, row->size);
    store->usage.objects--;
    if (row->kind == OBJECT_LIST) content_list_vanished(store, &row->id);
}

static void fault_done(struct task *task) {
    struct fault_task *fault = (struct fault_task *)task;
    struct content_store *store = fault->store;
    if (content_outcome(store, task, SIDE_LEDGER, CONTENT_OK).answer == CONTENT_OK && fault->was_there) {
        store->usage.faults++;
        if (fault->fault.is_object)
            object_note(store, &fault->object);
        else
            file_note(store, &fault->fault, fault->number);
        if (!store->is_closing && store->options.fault != NULL)
            store->options.fault(store->options.context, &fault->fault);
    }
    task_free(task);
}

void content_fault_found(struct content_store *store, const struct content_fault *fault, int64_t number) {
    struct fault_task *task = memory_zeroed(1, sizeof *task);
    *task = (struct fault_task){
        .task = {.run = fault_run, .done = fault_done}, .store = store, .fault = *fault, .number = number};
    task_thread_put(store->ledger, &task->task);
}
