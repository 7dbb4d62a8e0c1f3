/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/peerjs/early_candidates.h"

#include <string.h>

#include "base/memory.h"

enum { HEAD = 2 };

void early_candidates_deinit(struct early_candidates *early) {
    memory_free(early->rows);
    early->rows = NULL;
}

static bool is_row_of(const struct early_row *row, struct span peer, const char *connection_id) {
    return row->connection_id[0] != '\0' && span_equal_text(peer, row->peer) &&
           strcmp(row->connection_id, connection_id) == 0;
}

static struct early_row *find(struct early_candidates *early, struct span peer, const char *connection_id) {
    for (size_t i = 0; early->rows != NULL && i < EARLY_CONNECTIONS_MAX; i++)
        if (is_row_of(&early->rows[i], peer, connection_id)) return &early->rows[i];
    return NULL;
}

/* A free row, or the oldest. */
static struct early_row *row_to_use(struct early_candidates *early) {
    struct early_row *oldest = &early->rows[0];
    for (size_t i = 0; i < EARLY_CONNECTIONS_MAX; i++) {
        if (early->rows[i].connection_id[0] == '\0') return &early->rows[i];
        if (early->rows[i].since_ms < oldest->since_ms) oldest = &early->rows[i];
    }
    return oldest;
}

static struct early_row *begin(struct early_candidates *early, struct span peer, const char *connection_id,
                               int64_t now_ms) {
    if (early->rows == NULL) early->rows = memory_zeroed(EARLY_CONNECTIONS_MAX, sizeof *early->rows);
    struct early_row *row = row_to_use(early);
    row->since_ms = now_ms;
    row->size = 0;
    row->connection_id[0] = '\0';
    if (!span_copy_text(peer, row->peer, sizeof row->peer)) return NULL;
    memcpy(row->connection_id, connection_id, strlen(connection_id) + 1);
    return row;
}

bool early_candidates_add(struct early_candidates *early, struct span peer, const struct peerjs_candidate *candidate,
                          int64_t now_ms) {
    const struct span line = candidate->candidate;
    struct early_row *row = find(early, peer, candidate->connection_id);
    if (row != NULL && now_ms - row->since_ms > EARLY_MS) {
        row->size = 0;
        row->since_ms = now_ms;
    }
    if (row == NULL) row = begin(early, peer, candidate->connection_id, now_ms);
    if (row == NULL || row->size + HEAD + line.size > EARLY_BYTES_MAX) return false;
    struct buffer out = buffer_over(row->bytes + row->size, EARLY_BYTES_MAX - row->size);
    buffer_put_u8(&out, (uint8_t)(line.size >> 8));
    buffer_put_u8(&out, (uint8_t)line.size);
    buffer_put(&out, line);
    row->size += out.size;
    return true;
}

void early_candidates_take(struct early_candidates *early, const char *peer, const char *connection_id,
                           void (*give)(void *context, struct span candidate), void *context, int64_t now_ms) {
    struct early_row *row = find(early, span_of_text(peer), connection_id);
    if (row == NULL) return;
    const bool is_fresh = now_ms - row->since_ms <= EARLY_MS;
    for (size_t at = 0; is_fresh && at < row->size;) {
        const size_t size = (size_t)row->bytes[at] << 8 | row->bytes[at + 1];
        give(context, (struct span){row->bytes + at + HEAD, size});
        at += HEAD + size;
    }
    row->connection_id[0] = '\0';
}
