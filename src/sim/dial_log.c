/* SPDX-License-Identifier: Apache-2.0 */
#include "sim/dial_log.h"

static int64_t held_until_ms(const struct dial_log *log, const struct node_id *peer) {
    int64_t until_ms = 0;
    for (size_t i = 0; i < DIAL_LOG_HOLDS && i < log->hold_count; i++) {
        const struct dial_hold *hold = &log->holds[i];
        if (node_id_equal(&hold->peer, peer) && hold->until_ms > until_ms) until_ms = hold->until_ms;
    }
    return until_ms;
}

void dial_log_add(struct dial_log *log, const struct address *address, const struct node_id *peer, int64_t now_ms) {
    int64_t away_until_ms = peer == NULL ? 0 : held_until_ms(log, peer);
    log->dials[log->count++ % DIAL_LOG_DIALS] =
        (struct dial_note){now_ms, *address, peer == NULL ? NODE_ID_NONE : *peer, away_until_ms};
}

void dial_log_hold(struct dial_log *log, const struct node_id *peer, int64_t until_ms) {
    log->holds[log->hold_count++ % DIAL_LOG_HOLDS] = (struct dial_hold){*peer, until_ms};
}

const struct dial_note *dial_log_at(const struct dial_log *log, uint64_t index) {
    if (index >= log->count || index + DIAL_LOG_DIALS < log->count) return NULL;
    return &log->dials[index % DIAL_LOG_DIALS];
}
