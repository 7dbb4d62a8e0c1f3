/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* The content of a node: what the engine decides about it meets the disk, the links and the caretaker here.
 *
 *     engine --action--> content_host --> fetches (files under way), serving (objects for peers),   --> content_store
 *        ^                                records (what is said), replicas (what others should have)          |
 *        '--------------- input_queue <--------+--------------------------------------------------------------'
 *
 * Owns: the store, the list of holdings (what is held, and why), the library (what is known, in words), records,
 * fetches, what is collected, served, published and read. Never: feeds the engine from within a call of content_host_*:
 * later, on the loop. Full: see content_store.h, serving.h, publish_run.h; the engine bounds the rest. */

#include "daemon/content/fetches.h"
#include "daemon/content/library.h"
#include "daemon/content/posts.h"
#include "daemon/content/publishing.h"
#include "daemon/content/reading.h"
#include "daemon/content/record_sending.h"
#include "daemon/content/records.h"
#include "daemon/content/removals.h"
#include "daemon/content/replicas.h"
#include "daemon/content/scrubber.h"
#include "daemon/content/serving.h"
#include "daemon/content/shelf.h"

struct content_host;

struct content_host_options {
    struct loop *loop; /* all borrowed until content_host_close */
    const char *folder;
    uint64_t bytes_max;               /* of content; 0 = as many as the disk holds */
    uint64_t upload_bytes_per_second; /* to all peers together; 0 = as many as they take */
    uint64_t scrub_bytes_per_second;  /* 0 = nothing is read again */
    const struct signing_key *node_key;
    const struct signing_key *user_key;
    const struct community_secret *community; /* NULL: there is none */
    void (*feed)(void *context, const struct input *input);
    void (*send)(void *context, uint32_t link, uint8_t type, struct span body);
    size_t (*unsent)(void *context, uint32_t link);
    void (*emit)(void *context, const struct event *event);
    /* How well a file is kept (engine_view_redundancy); false: it is not known. */
    bool (*redundancy)(void *context, const struct object_id *file, struct redundancy_view *view);
    void *context;
};
MUST_USE enum err content_host_open(struct content_host **host, const struct content_host_options *options,
                                    struct err_detail *detail);
void content_host_start(struct content_host *host); /* what is on the disk is told to the engine, by and by */
void content_host_close(struct content_host *host); /* waits for the disk; accepts NULL */

void content_host_perform(struct content_host *host, const struct action *action); /* one of the content actions */
void content_host_drained(struct content_host *host, uint32_t link);               /* it takes more */

/* The file is wanted here, and stays (pinned), also over a restart once content_host_when_synced says so. False: there
 * is no room for another. Called again it changes nothing. */
bool content_host_want(struct content_host *host, const struct object_id *file);
/* This node lets go of a file, as removals.h has it; CONTENT_REMOVAL_LATER while what lies on the disk is listed. */
enum content_removal content_host_remove(struct content_host *host, const struct object_id *file, bool is_forced,
                                         struct content_done done);
/* All that was wanted so far is on the disk. */
void content_host_when_synced(struct content_host *host, struct content_done done);
const struct library *content_host_library(const struct content_host *host); /* borrowed */
void content_host_set_bytes_max(struct content_host *host, uint64_t bytes_max);
void content_host_set_upload_rate(struct content_host *host, uint64_t bytes_per_second);
void content_host_set_scrub_rate(struct content_host *host, uint64_t bytes_per_second);
/* How the reading of everything stands; `bytes_per_second` is what it may take, also between passes. */
struct content_scrub content_host_scrub(const struct content_host *host);
/* What the disk refuses, and what to do; "" when there is nothing. `since_ms`: of the wall clock. Borrowed. */
const char *content_host_trouble(const struct content_host *host, int64_t *since_ms);
struct shelf *content_host_shelf(const struct content_host *host); /* what did not verify; borrowed */
struct content_usage content_host_usage(const struct content_host *host);
/* Of a file under way; false: it is not. Borrowed until the next turn of the loop. */
bool content_host_progress(const struct content_host *host, const struct object_id *file,
                           struct fetch_progress *progress);

bool content_host_make_room(struct content_host *host, uint64_t bytes); /* of replicas; true: there is some soon */
bool content_host_redundancy(const struct content_host *host, const struct object_id *file,
                             struct redundancy_view *view);
struct content_figures {
    uint64_t files, replicas;          /* held or wanted, and those of them that are held for others */
    uint64_t disk_free;                /* UINT64_MAX: not known yet */
    uint64_t ok, under, over, unknown; /* of the held ones, by their redundancy; looked at every few seconds */
};
struct content_figures content_host_figures(const struct content_host *host);
struct records *content_host_records(const struct content_host *host); /* borrowed */
struct posts *content_host_posts(struct content_host *host);           /* borrowed */
/* Records by their ids, as content_store_pick has it. */
void content_host_pick(struct content_host *host, const struct object_id *ids, size_t count,
                       void (*take)(void *context, const struct content_object *object), struct content_done done);

/* Publishing and reading, with the keys of this node. What is open when the host closes is closed by its owner before.
 */
struct publish_run *
content_host_publish(struct content_host *host, const struct publish_run_order *order,
                     void (*file)(void *context, const char *path, const struct published *published),
                     void (*ended)(void *context, const struct publish_run_totals *totals), void *context);
void content_host_end_publish(struct content_host *host, struct publish_run *run); /* accepts NULL */
/* What comes in piece by piece: `options` without loop, tethers and folder; then published from there. */
struct spool *content_host_spool(struct content_host *host, const struct spool_options *options,
                                 struct err_detail *detail);
struct publish *content_host_publish_one(struct content_host *host, const struct publish_order *order,
                                         void (*ended)(void *context, const struct published *published), void *context,
                                         struct err_detail *detail);
void content_host_end_publish_one(struct content_host *host, struct publish *publish); /* accepts NULL */
/* `options` without loop, store and keys. NULL: too much is read at once; try again. */
struct reading *content_host_read(struct content_host *host, const struct reading_options *options,
                                  const struct object_id *file, uint64_t first, uint64_t length);
