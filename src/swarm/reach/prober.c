/* SPDX-License-Identifier: Apache-2.0 */
#include "swarm/reach/prober.h"

#include "swarm/dial/dial.h"
#include "swarm/handlers.h"
#include "swarm/wire/probed.h"

#include <string.h>

enum { TESTS_AT_ONCE = 2 };

static void answer(struct engine *engine, uint32_t link, const uint8_t nonce[PROBE_NONCE_SIZE], enum reason reason) {
    struct probed probed = {.is_ok = reason == REASON_NONE, .reason = reason};
    struct buffer body = engine_body(engine);
    memcpy(probed.nonce, nonce, sizeof probed.nonce);
    probed_build(&body, &probed);
    engine_send(engine, link, MESSAGE_PROBED, &body);
}

static size_t count_tests(const struct engine *engine) {
    size_t count = 0;
    for (size_t i = 0; i < engine->links.capacity; i++) {
        const struct link_row *link = &engine->links.rows[i];
        count += link->in_use && link->is_probe && !link->is_inbound && link->state <= LINK_STATE_HANDSHAKING;
    }
    return count;
}

/* NONE: it may be tested now. */
static enum reason judge(const struct engine *engine, const struct link_row *link, const struct probe *probe,
                         int64_t now_ms) {
    bool was_lately = link->probe_served_at_ms != 0 && now_ms - link->probe_served_at_ms < LIMIT_PROBE_MS;
    if (!address_same_ip(&probe->address, &link->address)) return REASON_PROTOCOL;
    if (was_lately) return REASON_RATE;
    if (!dial_policy_allows(&engine->policy, &probe->address, false)) return REASON_RESOURCES;
    if (dial_policy_next_ms(&engine->policy, &probe->address, now_ms) > now_ms) return REASON_RESOURCES;
    return count_tests(engine) < TESTS_AT_ONCE ? REASON_NONE : REASON_RESOURCES;
}

void prober_on_probe(struct engine *engine, struct link_row *link, const struct probe *probe, int64_t now_ms) {
    enum reason reason = judge(engine, link, probe, now_ms);
    struct node_id id = link->node_id;
    struct dial_target target = {
        .address = &probe->address, .id = &id, .from = link->learned_from, .operator_index = -1, .is_probe = true};
    struct link_row *test = reason == REASON_NONE ? dial_to(engine, &target, now_ms) : NULL;
    if (test == NULL) {
        answer(engine, link->id, probe->nonce, reason == REASON_NONE ? REASON_RESOURCES : reason);
        return;
    }
    test->probe_for = link->id;
    memcpy(test->probe_nonce, probe->nonce, sizeof test->probe_nonce);
    link->probe_served_at_ms = now_ms;
    link->has_probe_result = false;
}

void prober_ended(struct engine *engine, struct link_row *test, enum reason reason) {
    struct link_row *asking = link_table_find(&engine->links, test->probe_for);
    bool is_open = asking != NULL && asking->state == LINK_STATE_OPEN;
    test->probe_for = 0;
    if (!is_open) return;
    asking->has_probe_result = true;
    asking->probe_result = reason;
    answer(engine, asking->id, test->probe_nonce, reason);
}
