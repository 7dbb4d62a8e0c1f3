/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/content/publish_run.h"

#include <errno.h>
#include <fcntl.h>
#include <fts.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/memory.h"
#include "base/must.h"

enum { BATCH = 64, NAME_MAX_SIZE = 256, WHY_MAX = 300 };

struct found {
    char *path;
    int fd; /* -1: it could not be opened */
    uint64_t size;
    char why[WHY_MAX];
};
struct under_way {
    struct publish *publish; /* NULL: a free place */
    char *path;
};

struct publish_run {
    struct publish_run_options options;
    char path[PUBLISH_RUN_PATH_MAX];
    char name[NAME_MAX_SIZE]; /* empty: the path's last part */
    uint8_t target;
    enum readers_kind readers;
    struct public_key users[READERS_USERS_MAX];
    size_t user_count;
    FTS *walk; /* of the pool, while is_walking */
    bool is_walking, has_walked;
    bool is_closed, is_over;
    struct found batch[BATCH];
    size_t found_count, found_taken;
    struct under_way places[PUBLISH_RUN_AT_ONCE];
    size_t under_way;
    struct publish *over[PUBLISH_RUN_AT_ONCE]; /* to be closed at the next turn */
    size_t over_count;
    struct loop_timer *soon;
    struct publish_run_totals totals;
};

/* ---- Walking, on the pool ---- */

static void note(struct found *found, const char *what, int error) {
    (void)snprintf(found->why, sizeof found->why, "%s: %s", what, strerror(error));
}

static char *copy_of(const char *text) {
    const size_t size = strlen(text) + 1;
    char *copy = memory_zeroed(1, size);
    memcpy(copy, text, size);
    return copy;
}

static void open_found(struct found *found, const char *path) {
    struct stat status;
    *found = (struct found){.path = copy_of(path), .fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)};
    if (found->fd < 0) {
        note(found, "it cannot be opened", errno);
    } else if (fstat(found->fd, &status) != 0) {
        note(found, "it cannot be looked at", errno);
    } else if (!S_ISREG(status.st_mode)) {
        (void)snprintf(found->why, sizeof found->why, "it is no plain file");
    } else {
        found->size = (uint64_t)status.st_size;
    }
}

static void take_entry(struct publish_run *run, const FTSENT *entry) {
    struct found *found = &run->batch[run->found_count];
    switch (entry->fts_info) {
    case FTS_F: open_found(found, entry->fts_path); break;
    case FTS_DNR:
    case FTS_ERR:
    case FTS_NS:
        *found = (struct found){.path = copy_of(entry->fts_path), .fd = -1};
        note(found, "it cannot be read", entry->fts_errno);
        break;
    case FTS_D:
    case FTS_DP: return;
    default: /* links, sockets and the like: what is named itself is told, what lies in a folder is passed over */
        if (entry->fts_level > 0) return;
        *found = (struct found){.path = copy_of(entry->fts_path), .fd = -1};
        (void)snprintf(found->why, sizeof found->why, "it is no plain file");
        break;
    }
    run->found_count++;
}

static void walk(void *context) {
    struct publish_run *run = context;
    char *const paths[] = {run->path, NULL};
    if (run->walk == NULL) run->walk = fts_open(paths, FTS_PHYSICAL | FTS_NOCHDIR, NULL);
    while (run->walk != NULL && run->found_count < BATCH) {
        const FTSENT *entry = fts_read(run->walk);
        if (entry == NULL) {
            run->has_walked = true;
            return;
        }
        take_entry(run, entry);
    }
    if (run->walk == NULL) run->has_walked = true;
}

/* ---- Publishing ---- */

static void go_on(struct publish_run *run);

static void end_if_over(struct publish_run *run) {
    const bool has_all = run->has_walked && run->found_taken == run->found_count && run->under_way == 0;
    if (!has_all || run->is_walking || run->is_over) return;
    run->is_over = true;
    run->options.ended(run->options.context, &run->totals);
}

static void tell_failed(struct publish_run *run, const char *path, const char *why) {
    const struct published published = {.why = why, .answer = CONTENT_FAILED};
    run->totals.failed++;
    run->options.file(run->options.context, path, &published);
}

static void later(void *context) {
    struct publish_run *run = context;
    while (run->over_count > 0) publish_close(run->over[--run->over_count]);
    go_on(run);
}

static void file_ended(void *context, struct publish *publish, const struct published *published) {
    struct publish_run *run = context;
    size_t place = 0;
    while (run->places[place].publish != publish) must(++place < PUBLISH_RUN_AT_ONCE);
    char *path = run->places[place].path;
    run->places[place] = (struct under_way){0};
    run->under_way--;
    run->over[run->over_count++] = publish;
    if (published->why == NULL) {
        run->totals.files++;
        run->totals.bytes += published->manifest->shape.size;
    } else {
        run->totals.failed++;
    }
    run->options.file(run->options.context, path, published);
    memory_free(path);
    loop_timer_start(run->soon, 0);
}

static const char *last_part(const char *path) {
    const char *slash = strrchr(path, '/');
    return slash == NULL ? path : slash + 1;
}

static bool begin_file(struct publish_run *run, struct found *found, struct err_detail *detail) {
    struct publish_order order = {.source = {.fd = found->fd},
                                  .size = found->size,
                                  .target = run->target,
                                  .readers = run->readers,
                                  .users = run->users,
                                  .user_count = run->user_count};
    const struct publish_options options = {.loop = run->options.loop,
                                            .store = run->options.store,
                                            .tethers = run->options.tethers,
                                            .author = *run->options.author,
                                            .ended = file_ended,
                                            .context = run};
    const bool is_named = run->name[0] != '\0' && strcmp(found->path, run->path) == 0;
    (void)snprintf(order.about.name, sizeof order.about.name, "%s", is_named ? run->name : last_part(found->path));
    size_t place = 0;
    while (run->places[place].publish != NULL) must(++place < PUBLISH_RUN_AT_ONCE);
    run->places[place].publish = publish_begin(&options, &order, detail);
    if (run->places[place].publish == NULL) return false;
    run->places[place].path = found->path;
    found->path = NULL;
    run->under_way++;
    return true;
}

static void take_found(struct publish_run *run, struct found *found) {
    struct err_detail detail = {.text = ""};
    const bool is_good = found->why[0] == '\0';
    if (!is_good || !begin_file(run, found, &detail)) {
        if (found->fd >= 0) (void)close(found->fd);
        tell_failed(run, found->path, is_good ? detail.text : found->why);
    }
    memory_free(found->path);
}

static void free_when_left(struct publish_run *run);

static void walked(void *context) {
    struct publish_run *run = context;
    run->is_walking = false;
    if (run->is_closed) {
        free_when_left(run);
    } else {
        go_on(run);
    }
}

static void go_on(struct publish_run *run) {
    while (run->found_taken < run->found_count && run->under_way + run->over_count < PUBLISH_RUN_AT_ONCE)
        take_found(run, &run->batch[run->found_taken++]);
    if (run->found_taken == run->found_count && !run->has_walked && !run->is_walking) {
        run->found_taken = run->found_count = 0;
        run->is_walking = true;
        loop_work(run->options.loop, walk, walked, run);
    }
    end_if_over(run);
}

void publish_run_completed(struct publish_run *run, const struct object_id *file) {
    for (size_t i = 0; i < PUBLISH_RUN_AT_ONCE; i++)
        if (run->places[i].publish != NULL) publish_completed(run->places[i].publish, file);
}

struct publish_run_totals publish_run_totals(const struct publish_run *run) {
    struct publish_run_totals totals = run->totals;
    for (size_t i = 0; i < PUBLISH_RUN_AT_ONCE; i++)
        if (run->places[i].publish != NULL) totals.bytes += publish_done_bytes(run->places[i].publish);
    return totals;
}

/* ---- Life ---- */

static void free_when_left(struct publish_run *run) {
    if (run->is_walking) return;
    if (run->walk != NULL) (void)fts_close(run->walk);
    for (size_t i = run->found_taken; i < run->found_count; i++) {
        if (run->batch[i].fd >= 0) (void)close(run->batch[i].fd);
        memory_free(run->batch[i].path);
    }
    memory_free(run);
}

void publish_run_close(struct publish_run *run) {
    if (run == NULL) return;
    run->is_closed = true;
    loop_timer_close(run->soon);
    while (run->over_count > 0) publish_close(run->over[--run->over_count]);
    for (size_t i = 0; i < PUBLISH_RUN_AT_ONCE; i++) {
        publish_close(run->places[i].publish);
        memory_free(run->places[i].path);
    }
    free_when_left(run);
}

struct publish_run *publish_run_begin(const struct publish_run_options *options,
                                      const struct publish_run_order *order) {
    struct publish_run *run = memory_zeroed(1, sizeof *run);
    run->options = *options;
    (void)snprintf(run->path, sizeof run->path, "%s", order->path);
    if (order->name != NULL) (void)snprintf(run->name, sizeof run->name, "%s", order->name);
    run->target = order->target;
    run->readers = order->readers;
    run->user_count = order->user_count < READERS_USERS_MAX ? order->user_count : READERS_USERS_MAX;
    if (run->user_count > 0) memcpy(run->users, order->users, run->user_count * sizeof *order->users);
    run->soon = loop_timer_open(options->loop, later, run);
    loop_timer_start(run->soon, 0);
    return run;
}
