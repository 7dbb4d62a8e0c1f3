/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/content/replicas.h"

#include <stdio.h>
#include <sys/statvfs.h>

#include "base/memory.h"

enum { PATH_SIZE_MAX = 4096 };
#define DISK_SPARE_BYTES (1ULL << 30) /* of the disk, what is left to all else on it */

/* One that is let go of; removals end in the order in which they began. */
struct leaving {
    struct leaving *next;
    uint64_t bytes;
    struct content_done done; /* who is told */
};
struct replicas {
    struct replicas_options options;
    struct leaving *first, **last;
    char folder[PATH_SIZE_MAX];
    struct tether tether;
    uint64_t leaving; /* bytes whose removal is under way */
    uint64_t disk_free;
    uint64_t looked_free; /* by the job */
    bool is_looking;
    uint64_t told; /* UINT64_MAX: nothing yet */
};

static struct leaving take_first(struct replicas *replicas) {
    struct leaving *first = replicas->first;
    const struct leaving leaving = *first;
    replicas->first = first->next;
    if (replicas->first == NULL) replicas->last = &replicas->first;
    memory_free(first);
    return leaving;
}

static void free_replicas(void *subject) {
    struct replicas *replicas = subject;
    while (replicas->first != NULL) (void)take_first(replicas);
    memory_free(replicas);
}

struct replicas *replicas_new(const struct replicas_options *options) {
    struct replicas *replicas = memory_zeroed(1, sizeof *replicas);
    replicas->options = *options;
    replicas->last = &replicas->first;
    (void)snprintf(replicas->folder, sizeof replicas->folder, "%s", options->folder);
    replicas->disk_free = replicas->told = UINT64_MAX;
    tether_init(&replicas->tether, options->tethers, free_replicas, replicas);
    return replicas;
}

void replicas_close(struct replicas *replicas) {
    if (replicas != NULL) tether_close(&replicas->tether);
}

/* ---- Taking ---- */

void replicas_hold(struct replicas *replicas, const struct object_id *file, uint64_t bytes) {
    const struct replicas_options *options = &replicas->options;
    struct file_news news = {.state = FILE_WANTED, .role = HOLDING_REPLICA, .bytes = bytes};
    struct library_entry *entry = library_put(options->library, file);
    const bool is_taken =
        entry != NULL && entry->state == LIBRARY_KNOWN && holding_list_put(options->holdings, file, HOLDING_REPLICA);
    if (is_taken) {
        entry->state = LIBRARY_FETCHING;
        entry->role = HOLDING_REPLICA;
        entry->promised = bytes;
        if (entry->is_named) news.target = entry->target;
        if (entry->is_named) news.bytes = entry->sealed_size;
    } else if (entry == NULL || entry->state == LIBRARY_KNOWN) {
        news = (struct file_news){.state = FILE_KNOWN}; /* there is no place for it */
        if (entry != NULL && !entry->is_named) library_remove(options->library, file);
    } else {
        return; /* it is wanted here anyhow, and the engine knows */
    }
    input_queue_file(options->queue, file, &news);
}

/* ---- Letting go ---- */

static void has_left(void *context, const struct content_result *result) {
    struct replicas *replicas = context;
    const struct leaving leaving = take_first(replicas);
    replicas->leaving -= leaving.bytes;
    if (!tether_call_back(&replicas->tether)) return;
    fetches_retry(replicas->options.fetches);
    if (leaving.done.call != NULL) leaving.done.call(leaving.done.context, result);
}

/* A small chunk goes with the last file that names it. */
static void drop(struct replicas *replicas, const struct object_id *file, const struct library_entry *entry,
                 struct content_done done) {
    struct leaving *leaving = memory_zeroed(1, sizeof *leaving);
    const bool is_single = entry != NULL && entry->is_named && entry->is_single;
    const struct object_id chunk = is_single ? entry->only_chunk : *file;
    const bool goes_too = is_single && library_find_by_chunk(replicas->options.library, &chunk) == NULL;
    leaving->done = done;
    leaving->bytes = entry == NULL || !entry->is_named ? 0 : entry->sealed_size;
    *replicas->last = leaving;
    replicas->last = &leaving->next;
    replicas->leaving += leaving->bytes;
    tether_call(&replicas->tether);
    holding_list_drop(replicas->options.holdings, file, goes_too ? &chunk : NULL,
                      (struct content_done){has_left, replicas});
}

static void let_go(struct replicas *replicas, const struct object_id *file, bool is_declined,
                   struct content_done done) {
    const struct replicas_options *options = &replicas->options;
    const struct object_id id = *file;
    const struct file_news news = {.state = FILE_KNOWN, .is_declined = is_declined};
    fetches_end(options->fetches, &id);
    struct library_entry *entry = library_find(options->library, &id);
    if (entry != NULL) {
        entry->state = LIBRARY_KNOWN;
        entry->promised = 0;
        entry->is_rotten = entry->waits_for_disk = false; /* nothing of it is mended any more */
    }
    drop(replicas, &id, entry, done);
    if (entry != NULL && !entry->is_named) library_remove(options->library, &id);
    input_queue_file(options->queue, &id, &news);
}

void replicas_let_go(struct replicas *replicas, const struct object_id *file) {
    let_go(replicas, file, false, (struct content_done){NULL, NULL});
}

void replicas_remove(struct replicas *replicas, const struct object_id *file, struct content_done done) {
    let_go(replicas, file, true, done);
}

void replicas_forget(struct replicas *replicas, const struct object_id *file) {
    drop(replicas, file, library_find(replicas->options.library, file), (struct content_done){NULL, NULL});
}

void replicas_release(struct replicas *replicas, const struct object_id *file) {
    const struct holding_row *row = holding_list_find(replicas->options.holdings, file);
    if (row != NULL && row->role == HOLDING_REPLICA) replicas_let_go(replicas, file);
}

/* ---- Making room ---- */

/* The replica that was not used for longest, of those that may go. NULL: none may. */
static const struct holding_row *least_used(const struct replicas *replicas, bool is_proved) {
    const struct replicas_options *options = &replicas->options;
    const struct holding_row *found = NULL;
    for (size_t i = 0; i < holding_list_count(options->holdings); i++) {
        const struct holding_row *row = holding_list_at(options->holdings, i);
        struct redundancy_view view;
        if (row->role != HOLDING_REPLICA || (found != NULL && row->used_ms >= found->used_ms)) continue;
        if (!options->redundancy(options->context, &row->file, &view)) continue;
        const bool may_go = is_proved ? view.may_release : view.target > 0 && view.others >= view.target;
        if (may_go) found = row;
    }
    return found;
}

bool replicas_make_room(struct replicas *replicas, uint64_t bytes) {
    const struct content_usage usage = content_store_usage(replicas->options.store);
    const uint64_t room = usage.bytes_used < usage.bytes_max ? usage.bytes_max - usage.bytes_used : 0;
    while (room + replicas->leaving < bytes) {
        const struct holding_row *row = least_used(replicas, true);
        if (row == NULL) row = least_used(replicas, false);
        if (row == NULL) return false;
        const struct object_id file = row->file;
        replicas_let_go(replicas, &file);
    }
    return true;
}

/* ---- How much room there is ---- */

static void look(void *context) {
    struct replicas *replicas = context;
    struct statvfs status;
    replicas->looked_free =
        statvfs(replicas->folder, &status) == 0 ? (uint64_t)status.f_bavail * (uint64_t)status.f_frsize : 0;
}

static void tell(struct replicas *replicas) {
    const struct content_usage usage = content_store_usage(replicas->options.store);
    uint64_t room = replicas->disk_free > DISK_SPARE_BYTES ? replicas->disk_free - DISK_SPARE_BYTES : 0;
    const uint64_t budget = usage.bytes_used < usage.bytes_max ? usage.bytes_max - usage.bytes_used : 0;
    if (usage.bytes_max > 0 && budget < room) room = budget;
    if (room == replicas->told) return;
    replicas->told = room;
    input_queue_room(replicas->options.queue, room);
}

static void looked(void *context) {
    struct replicas *replicas = context;
    replicas->is_looking = false;
    replicas->disk_free = replicas->looked_free;
    if (tether_job_back(&replicas->tether)) tell(replicas);
}

void replicas_tell_room(struct replicas *replicas) {
    if (replicas->is_looking) return;
    replicas->is_looking = true;
    tether_job(&replicas->tether);
    loop_work(replicas->options.loop, look, looked, replicas);
}

uint64_t replicas_disk_free(const struct replicas *replicas) {
    return replicas->disk_free;
}
