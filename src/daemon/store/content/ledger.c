/* SPDX-License-Identifier: Apache-2.0 */
/* The ledger's thread: all tasks that wait go into one transaction, and so share one sync. */
#include "daemon/store/content/content_state.h"
#include "daemon/store/content/disk_trouble.h"

/* One transaction; all of the tasks or none. */
static int transaction_run(struct content_tables *tables, struct task *first, const struct task *end) {
    int result = sqlite3_exec(tables->handle, "BEGIN IMMEDIATE", NULL, NULL, NULL);
    for (struct task *task = first; result == SQLITE_OK && task != end; task = task->next)
        result = task->run(task, tables);
    if (result == SQLITE_OK) result = object_table_count(&tables->objects);
    if (result == SQLITE_OK) result = sqlite3_exec(tables->handle, "COMMIT", NULL, NULL, NULL);
    return result;
}

static int attempt(struct content_store *store, struct task *first, const struct task *end, struct err_detail *detail,
                   enum err *err) {
    struct content_tables *tables = &store->written;
    const int result = transaction_run(tables, first, end);
    if (result == SQLITE_OK) {
        atomic_fetch_add(&store->commits, 1);
        return result;
    }
    *err = database_trouble(detail, tables->handle, result, "write");
    if (sqlite3_get_autocommit(tables->handle) == 0) (void)sqlite3_exec(tables->handle, "ROLLBACK", NULL, NULL, NULL);
    tables->objects.objects_added = tables->objects.bytes_added = 0;
    return result;
}

/* Would another task have failed the same way? */
static bool is_of_the_disk(int result) {
    const int kind = result & 0xff;
    return kind == SQLITE_FULL || kind == SQLITE_IOERR || kind == SQLITE_READONLY || kind == SQLITE_BUSY ||
           kind == SQLITE_CANTOPEN || kind == SQLITE_NOMEM;
}

void ledger_run(void *context, struct task *first) {
    struct content_store *store = context;
    struct err_detail detail;
    enum err err;
    const int result = attempt(store, first, NULL, &detail, &err);
    if (result == SQLITE_OK) return;
    for (struct task *task = first; task != NULL; task = task->next) {
        /* One that meets a damaged row does not fail the others. */
        const bool is_alone = first->next == NULL || is_of_the_disk(result);
        if (is_alone || attempt(store, task, task->next, &detail, &err) != SQLITE_OK) task_fail(task, err, &detail);
    }
}
