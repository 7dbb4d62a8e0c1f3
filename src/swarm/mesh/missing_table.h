/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* Records that were announced and have not come: who says that he has them, and when the next of those is asked.
 * Links are named by their places in the link table.
 * Owns: its rows and their index, from init to deinit.
 * Never: holds more rows that one link began than LIMIT_MISSING_PER_LINK, so that nobody crowds the others out with
 * names of nothing.
 * Full: what is announced then is not remembered; of the announcers of one record, those that come too late are not.
 * Spec: WIRE W11. */

#include "base/map.h"
#include "swarm/content/object_id.h"
#include "swarm/limits.h"

enum { MISSING_NOBODY = 0xffff };

struct missing_row {
    bool in_use;
    struct object_half id;
    int64_t ask_at_ms;
    uint16_t begun_by; /* whose share it is of */
    uint16_t asked;    /* who has been asked and not answered; MISSING_NOBODY */
    uint8_t announcer_count;
    uint16_t announcers[LIMIT_ANNOUNCERS_MAX]; /* not asked yet, in the order in which they said so */
};
struct missing_table {
    struct map *places;
    struct missing_row *rows;
    size_t capacity, end; /* rows from `end` on were never used */
    uint16_t begun[LIMIT_LINKS_MAX];
    int64_t next_ms; /* no row is due before; INT64_MAX = none is */
};
bool missing_table_init(struct missing_table *table, size_t capacity, uint64_t seed); /* false without memory */
void missing_table_deinit(struct missing_table *table);
/* The link of this row said that it has the record, asked for it or not. */
bool missing_row_names(const struct missing_row *row, size_t link);
/* The link says that it has the record. */
void missing_table_note(struct missing_table *table, const struct object_half *id, size_t link, int64_t now_ms);
/* NULL: nobody announced it. Borrowed until the table changes. */
struct missing_row *missing_table_find(const struct missing_table *table, const struct object_half *id);
void missing_table_drop(struct missing_table *table, struct missing_row *row);
/* The link is gone: its word with it, and whoever was waited for is not waited for any longer. */
void missing_table_forget_link(struct missing_table *table, size_t link, int64_t now_ms);
void missing_table_clear(struct missing_table *table);
/* Looks when the next row is due. */
void missing_table_plan(struct missing_table *table);
