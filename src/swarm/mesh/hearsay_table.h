/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* What neighbours said of their links last: one view for each link, until the link ends, the neighbour takes it back or
 * three minutes have passed.
 * Owns: its rows, allocated once.
 * Never: believes any of it; nothing here is dialled, passed on or chosen by.
 * Full: the view that came in longest ago goes.   Spec: WIRE W18. */

#include "swarm/wire/view.h"

struct hearsay_row {
    uint32_t link;       /* on which it came; 0 = the row is free */
    struct node_id from; /* who says it */
    int64_t heard_at_ms;
    struct view view;
};
struct hearsay_table {
    struct hearsay_row *rows;
    size_t capacity;
};
bool hearsay_table_init(struct hearsay_table *table, size_t capacity); /* false without memory */
void hearsay_table_deinit(struct hearsay_table *table);
/* In place of what came on this link before; an empty view leaves nothing. */
void hearsay_table_put(struct hearsay_table *table, uint32_t link, const struct node_id *from, const struct view *view,
                       int64_t now_ms);
void hearsay_table_forget(struct hearsay_table *table, uint32_t link);
void hearsay_table_forget_old(struct hearsay_table *table, int64_t now_ms);
void hearsay_table_clear(struct hearsay_table *table);
int64_t hearsay_table_deadline_ms(const struct hearsay_table *table); /* when the next one is old; INT64_MAX = never */
