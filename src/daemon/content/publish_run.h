/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* A path of this machine that is to be published: a file, or a folder with everything in it. Files are opened in
 * batches on the pool, and many small ones are under way at once, because each waits for its sync.
 * Owns: the walk, and the files under way (PUBLISH_RUN_AT_ONCE).
 * Never: follows a symbolic link, publishes what is no plain file, blocks the loop.
 * Full: a folder deeper than the system's names go is told as a file that cannot be read. */

#include "daemon/content/publish.h"

struct publish_run;

enum { PUBLISH_RUN_AT_ONCE = 256, PUBLISH_RUN_PATH_MAX = 4096 };

struct publish_run_order {
    const char *path; /* absolute; copied */
    const char *name; /* of a single file; NULL: the path's last part; copied */
    uint8_t target;
    enum readers_kind readers;
    const struct public_key *users;
    size_t user_count;
};
struct publish_run_totals {
    uint64_t files, failed; /* so far */
    uint64_t bytes;         /* of those published, and what is done of those under way */
};
struct publish_run_options {
    struct loop *loop;
    struct content_store *store;
    struct tether_list *tethers;         /* of the store */
    const struct publish_author *author; /* borrowed until `ended` */
    /* One file is published, or could not be (published->why). */
    void (*file)(void *context, const char *path, const struct published *published);
    void (*ended)(void *context, const struct publish_run_totals *totals);
    void *context;
};
struct publish_run *publish_run_begin(const struct publish_run_options *options, const struct publish_run_order *order);
void publish_run_completed(struct publish_run *run, const struct object_id *file); /* as the store says it */
struct publish_run_totals publish_run_totals(const struct publish_run *run);
void publish_run_close(struct publish_run *run); /* no callback comes after it; also after `ended` */
