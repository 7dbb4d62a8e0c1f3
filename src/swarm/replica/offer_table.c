/* SPDX-License-Identifier: Apache-2.0 */
#include "swarm/replica/offer_table.h"

#include "base/deadline.h"
#include "base/map.h"

struct offer_row *offer_table_find(struct offer_table *table, uint32_t link, const struct object_id *file) {
    for (size_t i = 0; i < LIMIT_OFFERS_MAX; i++) {
        struct offer_row *row = &table->rows[i];
        if (row->link == link && link != 0 && object_id_equal(&row->file, file)) return row;
    }
    return NULL;
}

size_t offer_table_count_of(const struct offer_table *table, const struct object_id *file) {
    size_t count = 0;
    for (size_t i = 0; i < LIMIT_OFFERS_MAX && table->count > 0; i++)
        count += table->rows[i].link != 0 && object_id_equal(&table->rows[i].file, file);
    return count;
}

bool offer_table_has_room(const struct offer_table *table, uint32_t link) {
    size_t of_link = 0;
    for (size_t i = 0; i < LIMIT_OFFERS_MAX; i++) of_link += table->rows[i].link == link;
    return table->count < LIMIT_OFFERS_MAX && of_link < LIMIT_OFFERS_PER_LINK;
}

struct offer_row *offer_table_add(struct offer_table *table, uint32_t link, const struct object_id *file,
                                  int64_t now_ms) {
    size_t place = 0;
    if (!offer_table_has_room(table, link)) return NULL;
    while (table->rows[place].link != 0) place++;
    table->rows[place] = (struct offer_row){.link = link, .file = *file, .until_ms = now_ms + LIMIT_OFFER_MS};
    table->count++;
    return &table->rows[place];
}

void offer_table_remove(struct offer_table *table, struct offer_row *row) {
    *row = (struct offer_row){0};
    table->count--;
}

int64_t offer_table_deadline_ms(const struct offer_table *table) {
    int64_t deadline_ms = INT64_MAX;
    for (size_t i = 0; i < LIMIT_OFFERS_MAX && table->count > 0; i++)
        if (table->rows[i].link != 0) deadline_ms = deadline_earlier(deadline_ms, table->rows[i].until_ms);
    return deadline_ms;
}

/* ---- Refusals ---- */

static size_t place_of(const struct object_id *file, const struct node_id *node) {
    uint8_t both[OBJECT_HALF_SIZE + NODE_ID_SIZE];
    memcpy(both, file->bytes, OBJECT_HALF_SIZE);
    memcpy(both + OBJECT_HALF_SIZE, node->bytes, NODE_ID_SIZE);
    return (size_t)(map_hash((struct span){both, sizeof both}, 0, 0) % LIMIT_OFFER_REFUSALS);
}

void offer_table_refused(struct offer_table *table, const struct object_id *file, const struct node_id *node,
                         int64_t now_ms) {
    table->refusals[place_of(file, node)] =
        (struct offer_refusal){object_half_of(file), *node, now_ms + LIMIT_OFFER_AGAIN_MS};
}

bool offer_table_is_refused(const struct offer_table *table, const struct object_id *file, const struct node_id *node,
                            int64_t now_ms) {
    const struct offer_refusal *refusal = &table->refusals[place_of(file, node)];
    const struct object_half half = object_half_of(file);
    return refusal->until_ms > now_ms && object_half_equal(&refusal->file, &half) &&
           node_id_equal(&refusal->node, node);
}
