/* SPDX-License-Identifier: Apache-2.0 */
/* Whether what failed works again, when nobody else tries: a file is written, synced and removed where the sealed ones
 * are; the sealed file that was refused is opened and read; the scrub's position is saved as it is; something that is
 * not there is looked for. */
#include <errno.h>
#include <unistd.h>

#include "base/memory.h"
#include "base/must.h"
#include "daemon/store/content/content_state.h"
#include "daemon/store/content/disk_trouble.h"
#include "daemon/store/folder_file.h"

void content_refused(struct content_store *store, const struct object_id *manifest) {
    store->has_refused = true;
    store->refused = *manifest;
}

void content_not_refused(struct content_store *store, const struct object_id *manifest) {
    if (store->has_refused && object_id_equal(&store->refused, manifest)) store->has_refused = false;
}

struct probe_task {
    struct task task;
    struct content_store *store;
    enum content_side side;
    bool has_refused;
    struct object_id refused;
    struct scrub_position position;
};

static enum err folder_try(const struct content_store *store, struct err_detail *detail) {
    static const char name[] = "probe";
    char folder[FOLDER_PATH_MAX];
    must(folder_join(folder, store->root, "files", NULL) == ERR_OK);
    enum err err = data_file_write(folder, name, SPAN_LITERAL("may go\n"), 0600, NULL);
    if (err != ERR_OK) err = disk_trouble(detail, errno, "write to", folder);
    data_file_remove(folder, name);
    return err;
}

/* One that has gone is no trouble of the disk any more. */
static enum err refused_try(const struct content_store *store, const struct object_id *manifest,
                            struct err_detail *detail) {
    int fd;
    uint8_t byte;
    enum err err = sealed_file_open_to_read(store->root, manifest, &fd, detail);
    if (err == ERR_NOT_FOUND) return ERR_OK;
    if (err == ERR_OK && pread(fd, &byte, 1, 0) < 0)
        err = disk_trouble(detail, errno, "read", sealed_path(store->root, manifest).text);
    if (fd >= 0) (void)close(fd);
    return err;
}

static int disk_run(struct task *task, void *context) {
    const struct probe_task *probe = (struct probe_task *)task;
    struct err_detail detail = {0};
    enum err err = ERR_OK;
    (void)context;
    if (probe->has_refused) err = refused_try(probe->store, &probe->refused, &detail);
    if (err == ERR_OK && probe->side == SIDE_DISK) err = folder_try(probe->store, &detail);
    if (err != ERR_OK) task_fail(task, err, &detail);
    return SQLITE_OK;
}

static int ledger_run_probe(struct task *task, void *context) {
    const struct probe_task *probe = (struct probe_task *)task;
    return content_tables_save_scrub(context, &probe->position);
}

static void looked(void *context, const struct content_place *place) {
    (void)context, (void)place; /* that it went is what counts */
}

/* Of what the database reads. */
static void look(struct content_store *store) {
    const struct object_id nothing = {{0}};
    if (store->failing & SIDE_READS) content_store_find(store, &nothing, looked, NULL);
}

static void probe_done(struct task *task) {
    const struct probe_task *probe = (struct probe_task *)task;
    struct content_store *store = probe->store;
    const bool is_fine = task->err == ERR_OK;
    if (is_fine && probe->has_refused) content_not_refused(store, &probe->refused);
    if (!is_fine || probe->side != SIDE_READS) (void)content_outcome(store, task, probe->side, CONTENT_OK);
    if (is_fine && probe->side != SIDE_LEDGER && !store->is_closing) look(store);
    task_free(task);
}

static void probe_put(struct content_store *store, enum content_side side, int (*run)(struct task *, void *)) {
    struct probe_task *probe = memory_zeroed(1, sizeof *probe);
    *probe = (struct probe_task){.task = {.run = run, .done = probe_done},
                                 .store = store,
                                 .side = side,
                                 .has_refused = store->has_refused && side != SIDE_LEDGER,
                                 .refused = store->refused,
                                 .position = store->scrub.position};
    task_thread_put(side == SIDE_LEDGER ? store->ledger : store->disk, &probe->task);
}

void content_store_probe(struct content_store *store) {
    const bool is_disk = (store->failing & SIDE_DISK) != 0, is_reads = (store->failing & SIDE_READS) != 0;
    if (store->failing & SIDE_LEDGER) probe_put(store, SIDE_LEDGER, ledger_run_probe);
    if (is_disk || (is_reads && store->has_refused))
        probe_put(store, is_disk ? SIDE_DISK : SIDE_READS, disk_run);
    else
        look(store);
}
