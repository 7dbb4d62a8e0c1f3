/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* Which versions of posts stand. A thread is what one author says under the name of his first version (`of`); of it
 * only those with the highest number are kept. Two or more with the same number were made apart from each other (by
 * nodes of one user that did not hear of each other): a conflict, of which all are kept and post_compare says which one
 * stands, until a later version ends it. A deletion is a version like others, so the texts before it go.
 *
 *       a lower number than those that are here     loses
 *       the same                                    stands beside them (LIMIT_POST_CONFLICTS: the least goes)
 *       a higher one                                takes the place of all of them
 *
 * Every node judges alike whatever came first, so that what nodes keep becomes the same. A foreign author's version is
 * a thread of its own and touches nobody else's.
 * Owns: its rows, allocated once; no texts.
 * Never: reads the clock; checks a signature.
 * Full: the oldest foreign post goes, or does not come in when it is the oldest itself; ours never go, and when all are
 * ours there is no room.   Spec: WIRE W11, docs/decisions/0029-what-is-kept-of-records.md. */

#include "base/map.h"
#include "swarm/content/post.h"
#include "swarm/limits.h"

enum { POST_THREADS_NONE = UINT32_MAX };

struct post_row {
    struct object_id id; /* of this version */
    struct object_id of; /* of the first */
    struct record_author author;
    int64_t at_ms;
    int32_t version;
    bool is_own;
    bool is_deleted;
    uint32_t next; /* of the same thread, the next less by post_compare; POST_THREADS_NONE: the last. Free rows too */
};
struct post_threads {
    struct post_row *rows;
    uint32_t *order; /* places of rows, the oldest first; equal times by their ids */
    struct map *by_id;
    struct map *by_thread; /* to the row that stands */
    uint32_t count, capacity;
    uint32_t first_free, used; /* rows that were freed; rows that were ever used */
    uint32_t threads;
    uint64_t seed; /* of the names of threads */
};

bool post_threads_init(struct post_threads *threads, uint32_t capacity, uint64_t seed); /* false without memory */
void post_threads_deinit(struct post_threads *threads);

enum post_fate {
    POST_STANDS,  /* it is, or would be, kept */
    POST_KNOWN,   /* it is here */
    POST_LOSES,   /* to a later version, or to a full set of equal ones */
    POST_NO_ROOM, /* it is the oldest of too many */
};
/* What would come of it; changes nothing. */
enum post_fate post_threads_judge(const struct post_threads *threads, const struct checked_post *post, bool is_own);
/* Puts it in, if it stands. `gone` is told which ones are not kept any more because of it; the rows are borrowed. */
enum post_fate post_threads_put(struct post_threads *threads, const struct checked_post *post, bool is_own,
                                void (*gone)(void *context, const struct post_row *row), void *context);
void post_threads_remove(struct post_threads *threads, const struct object_id *id); /* nothing, when it is not here */

/* NULL: not kept. Each is borrowed until the next change. */
const struct post_row *post_threads_find(const struct post_threads *threads, const struct object_id *id);
/* The one that stands in the thread of a row. */
const struct post_row *post_threads_standing(const struct post_threads *threads, const struct post_row *row);
/* The same by who says it, and the id of his first version. */
const struct post_row *post_threads_of(const struct post_threads *threads, const struct record_author *author,
                                       const struct object_id *of);
/* The next of the same thread that is in conflict with it; NULL: that was the last. */
const struct post_row *post_threads_next(const struct post_threads *threads, const struct post_row *row);
/* Those that stand, newest first. `before` NULL: from the newest on. NULL: that was the oldest. `before` need not be
 * here any more: only its at_ms and id are looked at. */
const struct post_row *post_threads_older(const struct post_threads *threads, const struct post_row *before);
