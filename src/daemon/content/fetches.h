/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* The files that are fetched, by their manifests; and those that lay on the disk when the node started, which are
 * looked at a few at a time: what is whole is held, what is not is wanted.
 * Owns: each fetch.
 * Never: closes one from within its own call.
 * Full: FETCHES_MAX; another begins when one has ended. */

#include "daemon/content/fetch.h"
#include "daemon/content/input_queue.h"

struct fetches;

enum { FETCHES_MAX = 4096 }; /* 64 of them ask; the others wait for their sync, or are looked at */

struct fetches_options {
    struct loop *loop;
    struct content_store *store;
    struct manifest_checks *checks;
    struct tether_list *tethers;
    struct input_queue *queue; /* what the engine is told */
    void (*refused)(void *context, const struct quarantine_entry *entry, struct span bytes);
    void (*named)(void *context, const struct fetch *fetch); /* as fetch.h has them */
    void (*kept)(void *context, const struct fetch *fetch);
    bool (*make_room)(void *context, uint64_t bytes); /* for one that is wanted here */
    bool (*may_hold)(void *context, const struct fetch *fetch, uint64_t bytes);
    void (*lacks)(void *context, const struct fetch *fetch);
    void (*ended)(void *context, const struct fetch *fetch, const char *why);
    /* It lies on the disk, or does not: there were too many to look, and it waits for its turn. */
    void (*waits)(void *context, const struct object_id *file);
    void (*surveyed)(void *context); /* all were looked at that were to be; may come more than once */
    void *context;                   /* all borrowed */
};
struct fetches *fetches_new(const struct fetches_options *options); /* owned by the caller */
void fetches_free(struct fetches *fetches);                         /* before the store is closed; accepts NULL */

struct fetch *fetches_find(const struct fetches *fetches, const struct object_id *file); /* NULL: not under way */
/* Found or made; NULL: full. */
struct fetch *fetches_begin(struct fetches *fetches, const struct object_id *file, enum holding_role role);
/* From the beginning, also of one that is under way: what it had may be gone. False: there is no place just now. As in
 * fetches_end, others may be told of to wait meanwhile. */
bool fetches_begin_anew(struct fetches *fetches, const struct object_id *file, enum holding_role role);
/* It lies on the disk, perhaps: how much of it? */
void fetches_survey(struct fetches *fetches, const struct object_id *file, enum holding_role role);
bool fetches_is_surveying(const struct fetches *fetches);                /* of some that is not known yet */
void fetches_end(struct fetches *fetches, const struct object_id *file); /* nothing more is said of it */
void fetches_take(struct fetches *fetches, struct incoming_part *part);  /* moved */
bool fetches_are_stuck(const struct fetches *fetches);                   /* one of them, by the disk */
void fetches_retry(struct fetches *fetches);                             /* what the disk did not take */
void fetches_turned(struct fetches *fetches); /* a turn of the loop: those that have ended are closed, parts go on */
