/* SPDX-License-Identifier: Apache-2.0 */
#include "swarm/replica/release.h"

#include "swarm/replica/possession.h"
#include "swarm/replica/repair.h"

static size_t count_after(const struct engine *engine, const struct file_row *row, const struct holders *holders) {
    return holders->count - rendezvous_before(engine, &row->id, holders);
}

static void begin(struct engine *engine, struct file_row *row, const struct holders *holders, int64_t now_ms) {
    const int64_t wait_ms = prng_jitter(&engine->prng, LIMIT_RELEASE_MS, 50);
    row->over_ms = now_ms;
    row->release_ms = now_ms + wait_ms + (int64_t)count_after(engine, row, holders) * LIMIT_RELEASE_MS;
}

/* How long until the next turn of ours is there; 0: it is. Whoever sees the same holders has another one. */
static int64_t until_turn_ms(const struct engine *engine, const struct file_row *row, const struct holders *holders,
                             int64_t now_ms) {
    const int64_t wall_ms = engine_wall_ms(engine, now_ms);
    const int64_t turns = (int64_t)holders->count + 1;
    const int64_t own = (int64_t)rendezvous_before(engine, &row->id, holders);
    const int64_t into_ms = wall_ms % LIMIT_RELEASE_TURN_MS;
    const int64_t ahead = (own + turns - wall_ms / LIMIT_RELEASE_TURN_MS % turns) % turns;
    if (ahead == 0 && into_ms >= LIMIT_RELEASE_TURN_BEGIN_MS && into_ms < LIMIT_RELEASE_TURN_END_MS) return 0;
    const int64_t wait_ms = ahead * LIMIT_RELEASE_TURN_MS + LIMIT_RELEASE_TURN_BEGIN_MS - into_ms;
    return wait_ms > 0 ? wait_ms : wait_ms + turns * LIMIT_RELEASE_TURN_MS;
}

void release_judge(struct engine *engine, struct file_row *row, const struct holders *holders, int64_t now_ms) {
    const bool is_over = row->role == HOLDING_REPLICA && holders->count >= row->target;
    if (!is_over) {
        row->over_ms = row->release_ms = 0;
        return;
    }
    if (row->over_ms == 0) begin(engine, row, holders, now_ms);
    if (row->release_ms > now_ms) {
        repair_look_again(engine, row->release_ms);
        return;
    }
    if (now_ms < engine->replica.settled_ms) return;
    if (holders_count_proved(holders, now_ms) < row->target) {
        possession_soon(engine, now_ms);
        return;
    }
    const int64_t wait_ms = until_turn_ms(engine, row, holders, now_ms);
    if (wait_ms > 0) {
        repair_look_again(engine, now_ms + wait_ms);
        return;
    }
    begin(engine, row, holders, now_ms);
    actions_add(engine->actions, ACTION_RELEASE)->as.replica.file = row->id;
}

bool release_may(const struct file_row *row, const struct holders *holders, int64_t now_ms) {
    return row->state == FILE_HELD && row->role == HOLDING_REPLICA && row->target > 0 &&
           holders->count >= row->target && holders_count_proved(holders, now_ms) > 0;
}

bool release_waits_for_proofs(const struct file_row *row, int64_t now_ms) {
    return row->in_use && row->state == FILE_HELD && row->over_ms != 0 && row->release_ms <= now_ms;
}
