/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/content/incoming.h"

#include "base/memory.h"
#include "base/must.h"

/* As the engine numbers its questions: no two that are open share a row. */
struct incoming {
    struct incoming_part rows[LIMIT_ASKS_MAX];
};

struct incoming *incoming_new(void) {
    return memory_zeroed(1, sizeof(struct incoming));
}

void incoming_free(struct incoming *incoming) {
    if (incoming == NULL) return;
    for (size_t i = 0; i < LIMIT_ASKS_MAX; i++) memory_free(incoming->rows[i].bytes);
    memory_free(incoming);
}

static struct incoming_part *row_of(struct incoming *incoming, uint32_t req) {
    return &incoming->rows[req % LIMIT_ASKS_MAX];
}

static void begin(struct incoming_part *row, const struct action *collect) {
    must(row->req == 0);
    *row = (struct incoming_part){
        .req = collect->as.collect.req,
        .file = collect->as.collect.file,
        .part = collect->as.collect.part,
        .sender = collect->peer,
        .bytes = memory_try_room(collect->as.collect.total),
        .size = collect->as.collect.total,
    };
}

bool incoming_take(struct incoming *incoming, const struct action *collect, struct incoming_part *whole) {
    struct incoming_part *row = row_of(incoming, collect->as.collect.req);
    const uint32_t offset = collect->as.collect.offset;
    if (offset == 0) begin(row, collect);
    must(row->req == collect->as.collect.req && offset + collect->bytes.size <= row->size);
    if (row->bytes != NULL) memcpy(row->bytes + offset, collect->bytes.at, collect->bytes.size);
    if (!collect->as.collect.is_last) return false;
    *whole = *row;
    *row = (struct incoming_part){0};
    return true;
}

void incoming_discard(struct incoming *incoming, uint32_t req) {
    struct incoming_part *row = row_of(incoming, req);
    if (row->req != req) return;
    memory_free(row->bytes);
    *row = (struct incoming_part){0};
}
