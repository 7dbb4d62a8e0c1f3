/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* The rows of the last hour, two days and month, in three rings. Where a row stands follows from its time alone:
 *
 *     slot = (time / step) mod rows        a row is there when the time that it says is the one asked for
 *
 * so there is no head that a wrong clock could run away with. A clock that was wrong for a while, ahead or behind, has
 * written over as many rows as it was wrong seconds, minutes and hours, and the rest is there when it is right again;
 * rows of a time to come are not shown until then, and by then they are written over.
 *
 *     a second --> seconds[3600] --its 60--> minutes[2880] --its 60--> hours[744]
 *
 * The coarser rows are made anew of the finer ones with each second, so they are never behind, and a second that comes
 * twice (a clock set back) counts once.
 *
 * Owns: its rows.   Never: reads the clock, touches the disk.   Full: the oldest row makes way. */

#include <stddef.h>

#include "daemon/history/history_second.h"

enum history_tier { HISTORY_SECONDS, HISTORY_MINUTES, HISTORY_HOURS };
enum { HISTORY_TIERS = HISTORY_HOURS + 1 };
enum { HISTORY_SECOND_ROWS = 3600, HISTORY_MINUTE_ROWS = 2 * 24 * 60, HISTORY_HOUR_ROWS = 31 * 24 };
_Static_assert(HISTORY_SECOND_ROWS % 60 == 0 && HISTORY_MINUTE_ROWS % 60 == 0, "what makes a row is kept together");

struct history_tiers { /* all zero: empty */
    struct history_second seconds[HISTORY_SECOND_ROWS];
    struct history_row minutes[HISTORY_MINUTE_ROWS];
    struct history_row hours[HISTORY_HOUR_ROWS];
};
struct history_entry { /* a row on its way to the disk */
    enum history_tier tier;
    struct history_row row;
};
uint32_t history_tier_step_s(enum history_tier tier);
uint32_t history_tier_rows(enum history_tier tier);
uint32_t history_tier_slot(enum history_tier tier, uint32_t at_s);

/* The row of a second, and with it its minute and its hour. */
void history_tiers_put(struct history_tiers *tiers, const struct history_row *second);
/* A row as it was kept; false: it cannot be one of this tier. */
bool history_tiers_restore(struct history_tiers *tiers, enum history_tier tier, const struct history_row *row);
/* After rows were restored: minutes and hours of which more seconds are there than they say. A kill loses less then. */
void history_tiers_mend(struct history_tiers *tiers);

/* The row that holds this second; false: none is kept. */
bool history_tiers_find(const struct history_tiers *tiers, enum history_tier tier, uint32_t at_s,
                        struct history_row *row);
/* Adds to `sum` what is kept of [from, end). */
void history_tiers_sum(const struct history_tiers *tiers, enum history_tier tier, uint32_t from_s, uint32_t end_s,
                       struct history_sum *sum);
/* When the oldest row up to `now_s` begins; 0: there is none. */
uint32_t history_tiers_oldest_s(const struct history_tiers *tiers, enum history_tier tier, uint32_t now_s);
