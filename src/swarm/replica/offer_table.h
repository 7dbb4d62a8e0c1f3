/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* What was offered to whom and has no answer yet, and who did not want what.
 * Owns: its rows.   Never: sends.
 * Full: of offers, none is made until one is answered or LIMIT_OFFER_MS have passed; of refusals, one takes the place
 * of another that falls on the same place, so that it may be offered once more too soon.   Spec: WIRE W21. */

#include "swarm/content/object_id.h"
#include "swarm/identity/node_id.h"
#include "swarm/limits.h"

struct offer_row {
    uint32_t link; /* 0: a free row */
    bool is_said;
    struct object_id file;
    uint64_t bytes;
    int64_t until_ms;
};
struct offer_refusal {
    struct object_half file;
    struct node_id node;
    int64_t until_ms; /* 0: a free place */
};
struct offer_table {
    size_t count;
    struct offer_row rows[LIMIT_OFFERS_MAX];
    struct offer_refusal refusals[LIMIT_OFFER_REFUSALS];
};

/* NULL: no room, or that link has its share. */
struct offer_row *offer_table_add(struct offer_table *table, uint32_t link, const struct object_id *file,
                                  int64_t now_ms);
struct offer_row *offer_table_find(struct offer_table *table, uint32_t link, const struct object_id *file);
size_t offer_table_count_of(const struct offer_table *table, const struct object_id *file);
bool offer_table_has_room(const struct offer_table *table, uint32_t link);
void offer_table_remove(struct offer_table *table, struct offer_row *row);
int64_t offer_table_deadline_ms(const struct offer_table *table); /* of the first that runs out */

void offer_table_refused(struct offer_table *table, const struct object_id *file, const struct node_id *node,
                         int64_t now_ms);
bool offer_table_is_refused(const struct offer_table *table, const struct object_id *file, const struct node_id *node,
                            int64_t now_ms);
