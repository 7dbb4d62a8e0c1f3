/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/demo_faults.h"

#include "base/must.h"
#include "base/number.h"

#include <string.h>

enum { STALL_PERCENT_MAX = 90, CHURN_PER_MINUTE_MAX = 60, MINUTE_MS = 60000 };

/* ---- The option ---- */

/* `before` NUMBER `after`, the number from 1 to `max`; refused when there was one already. */
static bool read_amount(struct span text, const char *before, const char *after, uint32_t max, uint32_t *amount) {
    const size_t before_size = strlen(before);
    const size_t after_size = strlen(after);
    if (*amount != 0 || text.size <= before_size + after_size) return false;
    if (memcmp(text.at, before, before_size) != 0) return false;
    if (memcmp(text.at + text.size - after_size, after, after_size) != 0) return false;
    const struct span digits = {text.at + before_size, text.size - before_size - after_size};
    return number_read_u32(digits, max, amount) && *amount > 0;
}

bool demo_faults_read(const char *text, struct demo_faults_wish *wish) {
    *wish = (struct demo_faults_wish){0};
    for (;;) {
        const size_t size = strcspn(text, ",");
        const struct span item = {(const uint8_t *)text, size};
        if (!read_amount(item, "stall=", "%", STALL_PERCENT_MAX, &wish->stall_percent) &&
            !read_amount(item, "churn=", "/min", CHURN_PER_MINUTE_MAX, &wish->churn_per_minute))
            return false;
        if (text[size] == '\0') return true;
        text += size + 1;
    }
}

/* ---- What happens when ---- */

static int64_t churn_interval_ms(struct demo_faults *faults) {
    return prng_jitter(&faults->prng, MINUTE_MS / (int64_t)faults->wish.churn_per_minute, 20);
}

void demo_faults_init(struct demo_faults *faults, const struct demo_faults_wish *wish, size_t node_count, uint64_t seed,
                      int64_t now_ms) {
    must_le(node_count, DEMO_NODES_MAX);
    *faults = (struct demo_faults){
        .wish = *wish, .prng = prng_seeded(seed), .node_count = node_count, .looked_at_ms = now_ms};
    if (wish->churn_per_minute > 0) faults->next_kill_at_ms = now_ms + churn_interval_ms(faults);
}

void demo_faults_lost(struct demo_faults *faults, size_t node) {
    must(node < faults->node_count);
    faults->nodes[node].state = DEMO_NODE_GONE;
}

/* A running node by the dice; 0, the first, which is never harmed: there is none. */
static size_t pick_running(struct demo_faults *faults) {
    size_t picked = 0;
    uint32_t seen = 0;
    for (size_t i = 1; i < faults->node_count; i++) {
        if (faults->nodes[i].state != DEMO_NODE_RUNNING) continue;
        if (prng_below(&faults->prng, ++seen) == 0) picked = i;
    }
    return picked;
}

/* Ends what is over. */
static bool next_return(struct demo_faults *faults, int64_t now_ms, struct demo_act *act) {
    for (size_t i = 1; i < faults->node_count; i++) {
        const enum demo_node_state state = faults->nodes[i].state;
        if (state != DEMO_NODE_STALLED && state != DEMO_NODE_DOWN) continue;
        if (now_ms < faults->nodes[i].until_ms) continue;
        *act = (struct demo_act){state == DEMO_NODE_STALLED ? DEMO_ACT_CONTINUE : DEMO_ACT_START, i, 0};
        faults->nodes[i].state = DEMO_NODE_RUNNING;
        return true;
    }
    return false;
}

static void harm(struct demo_faults *faults, const struct demo_act *act, enum demo_node_state state, int64_t now_ms) {
    faults->nodes[act->node].state = state;
    faults->nodes[act->node].until_ms = now_ms + act->for_ms;
}

static bool next_kill(struct demo_faults *faults, int64_t now_ms, struct demo_act *act) {
    if (faults->wish.churn_per_minute == 0 || now_ms < faults->next_kill_at_ms) return false;
    faults->next_kill_at_ms = now_ms + churn_interval_ms(faults);
    const size_t node = pick_running(faults);
    if (node == 0) return false;
    *act = (struct demo_act){DEMO_ACT_KILL, node, DEMO_DOWN_MS};
    harm(faults, act, DEMO_NODE_DOWN, now_ms);
    return true;
}

static bool next_stall(struct demo_faults *faults, int64_t now_ms, struct demo_act *act) {
    const int64_t elapsed_ms = now_ms - faults->looked_at_ms;
    faults->looked_at_ms = now_ms;
    faults->owed_ms += elapsed_ms * (int64_t)(faults->wish.stall_percent * (faults->node_count - 1)) / 100;
    if (faults->owed_ms > DEMO_STALL_MS_MAX) faults->owed_ms = DEMO_STALL_MS_MAX;
    const size_t node = faults->owed_ms > 0 ? pick_running(faults) : 0;
    if (node == 0) return false;
    *act = (struct demo_act){DEMO_ACT_STOP, node, prng_between(&faults->prng, DEMO_STALL_MS_MIN, DEMO_STALL_MS_MAX)};
    faults->owed_ms -= act->for_ms;
    harm(faults, act, DEMO_NODE_STALLED, now_ms);
    return true;
}

bool demo_faults_next(struct demo_faults *faults, int64_t now_ms, struct demo_act *act) {
    return next_return(faults, now_ms, act) || next_kill(faults, now_ms, act) || next_stall(faults, now_ms, act);
}
