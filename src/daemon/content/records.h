/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* The records that this node keeps: what comes by broadcast or reconciliation, what it says itself, what lay on its
 * disk.
 *
 *     ACTION_RECORD --judged--> store --synced--> INPUT_RECORD_KEPT      (ours: INPUT_PUBLISH_RECORD, too)
 *          disk, at the start ---------------'         '--> what goes because of it: removed --> INPUT_RECORD_GONE
 *
 * Kept are manifests, of posts the versions that stand (post_threads.h), adverts until the engine forgets them. All
 * else is passed on by the engine and not kept. Every node keeps by the same rules, so that what they have becomes the
 * same. Owns: the threads of posts; no text but of what is on its way to the disk. Never: verifies a signature (the
 * checks before the engine did, and the store has compared what it gives back), tells the engine of a record before it
 * is synced. Full: LIMIT_MANIFESTS_KEPT, the oldest that are not held go; LIMIT_POSTS_KEPT, as post_threads.h says; a
 * store that is full or busy takes no foreign record, which is counted: reconciliation brings it again. Threads: the
 * loop's; nothing is fed from within a call of records_*. Spec: WIRE W11,
 * docs/decisions/0029-what-is-kept-of-records.md. */

#include "daemon/content/input_queue.h"
#include "daemon/content/tether.h"
#include "daemon/store/content/content_store.h"
#include "swarm/action.h"
#include "swarm/content/post_threads.h"

struct records;

struct records_options {
    struct loop *loop; /* all borrowed */
    struct content_store *store;
    struct tether_list *tethers; /* of the store */
    struct input_queue *queue;
    struct public_key node, user; /* ours */
    uint64_t seed;
    void (*feed)(void *context, const struct input *input);
    /* A manifest is on the disk; borrowed during the call. */
    void (*manifest)(void *context, const struct checked_manifest *manifest);
    bool (*is_held)(void *context, const struct object_id *file); /* it, or what it names, is to stay */
    void (*manifest_gone)(void *context, const struct object_id *file);
    void (*loaded)(void *context); /* all that lay on the disk was told */
    void *context;
};
struct records *records_new(const struct records_options *options); /* owned by the caller */
void records_close(struct records *records); /* the memory goes when the last call is back; accepts NULL */
void records_load(struct records *records);  /* what lies on the disk, in small groups */

void records_take(struct records *records, const struct action *action);                 /* ACTION_RECORD */
void records_forget(struct records *records, const struct object_id *id, int64_t at_ms); /* ACTION_FORGET_RECORD */
/* The store has it no longer, whatever became of it: an object of any kind. */
void records_rotted(struct records *records, const struct content_fault *fault);

/* A record of ours that is to be kept and published. `text` is copied; it was made with records_next_at. CONTENT_FULL
 * and CONTENT_BUSY at once, CONTENT_WRONG: it would not be kept. `done`: it is synced, and went out. */
MUST_USE enum content_answer records_publish(struct records *records, struct span text, struct content_done done,
                                             struct err_detail *detail);
/* The same of one that the store has synced already. */
void records_published(struct records *records, struct span text);
/* A manifest that came with its file, and was stored: borrowed. */
void records_note(struct records *records, const struct checked_manifest *manifest);
/* The time of our next record: now, and later than all before it that the clock allows, so that their order is theirs.
 */
int64_t records_next_at(struct records *records);

bool records_are_loaded(const struct records *records);
const struct post_threads *records_posts(const struct records *records); /* borrowed */

struct records_counts {
    uint64_t manifests, posts, adverts; /* kept now */
    uint64_t taken;                     /* foreign ones, since the start */
    uint64_t lost;                      /* to a later version, or out of date */
    uint64_t without_room;              /* the store or a table was full, or too much was under way */
};
struct records_counts records_count(const struct records *records);
/* A text that the store gave out or that we made: without its signatures being verified again. NULL: it does not hold.
 * `memory` is PUBLICATION_ARENA_SIZE bytes, which what comes back borrows. */
bool records_read(struct span text, void *memory, struct publication *publication);
