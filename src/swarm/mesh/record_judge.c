/* SPDX-License-Identifier: Apache-2.0 */
#include "swarm/mesh/record_judge.h"

#include "swarm/control/gate.h"

bool record_is_timely(const struct engine *engine, const struct checked_record *record, int64_t now_ms) {
    const int64_t age_ms = engine_wall_ms(engine, now_ms) - record->at_ms;
    return age_ms <= LIMIT_RECORD_OLD_MS && age_ms >= -LIMIT_RECORD_AHEAD_MS;
}

/* Keys cost nothing, so a budget for each says nothing of many. Who has one is cheap to hear out; how many that nobody
 * heard of before one link may bring is bounded. */
enum record_fate record_judge(struct engine *engine, const struct checked_record *record, struct broadcast_peer *from,
                              int64_t now_ms) {
    struct author_table *authors = &engine->broadcast.authors;
    if (!record_is_timely(engine, record, now_ms)) return RECORD_UNTIMELY;
    if (gate_blocks_author(engine, record)) return RECORD_BLOCKED;
    if (!author_table_knows(authors, &record->author) && !broadcast_peer_may_introduce(from, now_ms))
        return RECORD_NEWCOMER;
    return author_table_take(authors, &record->author, now_ms) ? RECORD_TAKEN : RECORD_OVER_RATE;
}
