/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* How the node has been: a row for each second, kept in memory and, a little later, on the disk.
 *
 *     look, once a second --> row --> tiers (memory) --every 10 s--> store --> disk
 *                                       ^                                       |
 *                                       +------- loaded, once, beside the start +
 *
 * Owns: the tiers, rows that the store was not given yet, look-ups of moments until they have called back.
 * Never: makes anybody wait for the disk, or says that it fails (the store does); takes a second for another because
 * the clock was set.
 * Full: tiers have a size; of rows that wait while the disk is being read the oldest are not written. */

#include "daemon/history/history_moment.h"
#include "daemon/history/history_sample.h"
#include "daemon/history/history_tiers.h"
#include "daemon/loop/loop.h"

struct history;
struct store;

struct history_options {
    struct loop *loop;   /* borrowed until history_free */
    struct store *store; /* the same; NULL: nothing is kept on the disk */
    const char *folder;  /* of the store; copied */
};
struct history *history_new(const struct history_options *options); /* owned; begins to load */
void history_free(struct history *history); /* gives the store all that it was not given; accepts NULL */

/* Once a second. */
void history_take(struct history *history, const struct history_evidence *evidence);
const struct history_tiers *history_rows(const struct history *history); /* borrowed until history_take */
bool history_is_loaded(const struct history *history);                   /* what was on the disk is among the rows */

/* The links of the minute around `at_s`; the moment's own `at_s` is 0 when none are kept. `done` is called once, for
 * what is in memory before this returns; the moment is borrowed for the call. */
void history_find_moment(struct history *history, uint32_t at_s,
                         void (*done)(void *context, const struct history_moment *moment), void *context);
void history_forget(struct history *history, const void *context); /* its `done` will not be called */
