/* SPDX-License-Identifier: Apache-2.0 */
#include "swarm/replica/liveness.h"

#include "base/deadline.h"
#include "swarm/control/gate.h"
#include "swarm/replica/own_advert.h"
#include "swarm/replica/own_record.h"
#include "swarm/replica/repair.h"

enum { LATER_MS = 500, BODY_SIZE = 256 };

static const struct pace_limit said_limit = {LIMIT_GONE_EVERY_MS, LIMIT_GONE_BURST};

static bool is_linked(const struct engine *engine, const struct node_id *node) {
    return link_table_find_peer(&engine->links, node, LINK_STATE_OPEN) != NULL;
}

/* ---- Saying ---- */

static bool tells_of_an_end(const struct link_row *link) {
    switch (link->reason) {
    case REASON_TIMEOUT:
    case REASON_RESET: return true;
    case REASON_LEAVING:
    case REASON_NETWORK_OFF: return link->is_closed_by_peer;
    default: return false;
    }
}

/* When it was last known to be there. */
static int64_t since_of(const struct engine *engine, const struct link_row *link, int64_t now_ms) {
    const int64_t heard_ms = link->reason == REASON_TIMEOUT ? link->health.heard_at_ms : now_ms;
    return engine_wall_ms(engine, heard_ms);
}

/* Only who holds something is worth a record. */
void liveness_link_ended(struct engine *engine, const struct link_row *link, int64_t now_ms) {
    struct liveness *liveness = &engine->replica.liveness;
    const struct provider *provider = provider_table_find(&engine->replica.providers, &link->node_id);
    size_t place = 0;
    if (engine->is_stopping || provider == NULL || provider->claim_count == 0 || !tells_of_an_end(link)) return;
    while (place < LIMIT_GONE_WAITS && liveness->waits[place].in_use) place++;
    if (place == LIMIT_GONE_WAITS) return;
    liveness->waits[place] =
        (struct gone_wait){.in_use = true,
                           .node = link->node_id,
                           .since_ms = since_of(engine, link, now_ms),
                           .due_ms = now_ms + prng_between(&engine->prng, 0, LIMIT_GONE_JITTER_MS)};
}

static void mark(struct engine *engine, struct provider *provider, int64_t since_ms, const struct node_id *accuser,
                 int64_t now_ms) {
    provider->gone_since_ms = since_ms > 0 ? since_ms : 1;
    provider->gone_heard_ms = now_ms;
    provider->gone_by = *accuser;
    (void)engine_emit_peer(engine, EVENT_PROVIDER_GONE, &provider->node, now_ms);
    const int64_t heard_ms = now_ms + LIMIT_GONE_GRACE_MS;
    const int64_t refuted_ms = provider->refuted_ms == 0 ? 0 : provider->refuted_ms + LIMIT_REFUTED_GRACE_MS;
    repair_look_again(engine, refuted_ms > heard_ms ? refuted_ms : heard_ms);
}

static void say(struct engine *engine, const struct gone_wait *wait, struct provider *provider, int64_t now_ms) {
    uint8_t bytes[BODY_SIZE];
    struct buffer body = buffer_over(bytes, sizeof bytes);
    const int64_t wall_ms = engine_wall_ms(engine, now_ms);
    const struct gone_draft draft = {
        .at_ms = wall_ms < wait->since_ms ? wait->since_ms : wall_ms, .since_ms = wait->since_ms, .node = wait->node};
    if (!gone_build(&body, &draft) || own_record_say(engine, buffer_span(&body), now_ms) == NULL) return;
    mark(engine, provider, wait->since_ms, &engine->self.node_id, now_ms);
}

/* False: it stays for a while. */
static bool settle(struct engine *engine, const struct gone_wait *wait, int64_t now_ms) {
    struct provider *provider = provider_table_find(&engine->replica.providers, &wait->node);
    const bool is_idle = provider == NULL || provider->gone_since_ms != 0 || is_linked(engine, &wait->node) ||
                         provider->newest_at_ms > wait->since_ms ||
                         link_table_count_state(&engine->links, LINK_STATE_OPEN) == 0;
    if (is_idle || !gate_may(engine, DEED_EXCHANGE)) return true;
    if (!own_record_may(engine) || !pace_take(&engine->replica.liveness.said, &said_limit, now_ms)) return false;
    say(engine, wait, provider, now_ms);
    return true;
}

/* ---- Hearing ---- */

static struct accuser *accuser_of(struct liveness *liveness, const struct node_id *node, int64_t now_ms) {
    for (size_t i = 0; i < LIMIT_ACCUSERS; i++) {
        struct accuser *row = &liveness->accusers[i];
        if (row->first_ms == 0 || !node_id_equal(&row->node, node)) continue;
        if (now_ms - row->first_ms >= LIMIT_ACCUSER_MS) *row = (struct accuser){0};
        return row;
    }
    return NULL;
}

static struct accuser *accuser_place(struct liveness *liveness, const struct node_id *node, int64_t now_ms) {
    struct accuser *row = accuser_of(liveness, node, now_ms);
    if (row != NULL && row->first_ms != 0) return row;
    row = &liveness->accusers[0];
    for (size_t i = 1; i < LIMIT_ACCUSERS; i++)
        if (liveness->accusers[i].first_ms < row->first_ms) row = &liveness->accusers[i];
    *row = (struct accuser){.node = *node, .first_ms = now_ms > 0 ? now_ms : 1};
    return row;
}

static void blame(struct liveness *liveness, const struct node_id *node, int64_t now_ms) {
    accuser_place(liveness, node, now_ms)->wrong++;
}

static bool may_accuse(struct engine *engine, const struct node_id *node, int64_t now_ms) {
    const struct accuser *row = accuser_of(&engine->replica.liveness, node, now_ms);
    if (row != NULL && row->wrong >= LIMIT_ACCUSER_WRONG) return false;
    return provider_table_find(&engine->replica.providers, node) != NULL || is_linked(engine, node);
}

void liveness_hear(struct engine *engine, const struct checked_gone *gone, int64_t now_ms) {
    struct provider *provider = provider_table_find(&engine->replica.providers, &gone->node);
    if (node_id_equal(&gone->node, &engine->self.node_id)) {
        own_advert_refute(engine, gone->since_ms, now_ms);
        return;
    }
    if (provider == NULL || provider->gone_since_ms != 0 || is_linked(engine, &gone->node)) return;
    if (provider->newest_at_ms > gone->since_ms || !may_accuse(engine, &gone->accuser, now_ms)) return;
    const int64_t wall_ms = engine_wall_ms(engine, now_ms);
    mark(engine, provider, gone->since_ms < wall_ms ? gone->since_ms : wall_ms, &gone->accuser, now_ms);
}

void liveness_sign_of_life(struct engine *engine, const struct node_id *node, int64_t at_ms, int64_t now_ms) {
    struct provider *provider = provider_table_find(&engine->replica.providers, node);
    if (provider == NULL || provider->gone_since_ms == 0 || at_ms <= provider->gone_since_ms) return;
    provider->gone_since_ms = 0;
    provider->refuted_ms = now_ms;
    const bool was_wrong = now_ms - provider->gone_heard_ms < LIMIT_REFUTED_MS;
    if (was_wrong && !node_id_equal(&provider->gone_by, &engine->self.node_id))
        blame(&engine->replica.liveness, &provider->gone_by, now_ms);
    repair_look_again(engine, now_ms + LIMIT_SWEEP_SOON_MS);
}

/* ---- Time ---- */

void liveness_tick(struct engine *engine, int64_t now_ms) {
    for (size_t i = 0; i < LIMIT_GONE_WAITS; i++) {
        struct gone_wait *wait = &engine->replica.liveness.waits[i];
        if (!wait->in_use || wait->due_ms > now_ms) continue;
        if (settle(engine, wait, now_ms)) {
            wait->in_use = false;
        } else {
            wait->due_ms = now_ms + LATER_MS;
        }
    }
}

int64_t liveness_deadline_ms(const struct engine *engine) {
    int64_t deadline_ms = INT64_MAX;
    for (size_t i = 0; i < LIMIT_GONE_WAITS; i++) {
        const struct gone_wait *wait = &engine->replica.liveness.waits[i];
        if (wait->in_use) deadline_ms = deadline_earlier(deadline_ms, wait->due_ms);
    }
    return deadline_ms;
}
