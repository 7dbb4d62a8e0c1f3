/* SPDX-License-Identifier: Apache-2.0 */
#include "swarm/dial/dial_wait.h"

#include "swarm/control/gate.h"
#include "swarm/dial/candidate.h"
#include "swarm/dial/outage.h"
#include "swarm/engine_inside.h"
#include "swarm/mesh/active_view.h"

static const struct {
    const char *name;
    const char *sentence;
} words[DIAL_WAIT_COUNT] = {
    [DIAL_WAIT_NONE] = {"none", "is dialled as soon as a dial is free"},
    [DIAL_WAIT_LINKED] = {"linked", "is linked, or about to be"},
    [DIAL_WAIT_NOT_NEEDED] = {"not-needed", "is not needed: there are links enough"},
    [DIAL_WAIT_NO_ADDRESS] = {"no-address", "says nowhere to dial it; it may call us"},
    [DIAL_WAIT_NOT_ALLOWED] = {"not-allowed", "lives only at addresses that may not be dialled from here"},
    [DIAL_WAIT_CHANGE] = {"change", "was refused for good; a newer ticket of its own gives it another chance"},
    [DIAL_WAIT_BACKOFF] = {"back-off", "waits, longer after each try in vain"},
    [DIAL_WAIT_HELD_DOWN] = {"held-down", "dropped again and again and is left alone for a while"},
    [DIAL_WAIT_ASKED] = {"asked", "asked not to be called before then"},
    [DIAL_WAIT_BUDGET] = {"budget", "waits because its address was dialled a moment ago"},
    [DIAL_WAIT_DIVERSITY] = {"diversity", "is of a network, or from a source, that has its share of the links"},
    [DIAL_WAIT_OUTAGE] = {"outage", "waits because this node's own network seems to be down"},
    [DIAL_WAIT_BLOCKED] = {"blocked", "is blocked by this node's caretaker"},
    [DIAL_WAIT_CONTROLS] = {"controls", "is not dialled while this node's controls forbid it"},
    [DIAL_WAIT_CLONE] = {"clone", "is not dialled while another node may be live with this one's keys"},
};

const char *dial_wait_name(enum dial_wait wait) {
    return words[wait].name;
}

const char *dial_wait_sentence(enum dial_wait wait) {
    return words[wait].sentence;
}

static bool has_allowed_address(const struct engine *engine, const struct book_row *row) {
    for (size_t i = 0; i < row->addr_count; i++) {
        if (dial_policy_allows(&engine->policy, &row->addrs[i], false)) return true;
    }
    return false;
}

static enum dial_wait wait_of_backoff(const struct backoff *backoff) {
    switch (backoff->cause) {
    case BACKOFF_FAILED: return DIAL_WAIT_BACKOFF;
    case BACKOFF_HELD_DOWN: return DIAL_WAIT_HELD_DOWN;
    case BACKOFF_ASKED: return DIAL_WAIT_ASKED;
    }
    return DIAL_WAIT_BACKOFF;
}

enum dial_wait dial_wait_of(const struct engine *engine, const struct book_entry *entry, int64_t *at_ms,
                            int64_t now_ms) {
    *at_ms = 0;
    if (link_table_has_peer(&engine->links, &entry->row.node_id)) return DIAL_WAIT_LINKED;
    if (gate_is_blocked(engine, &entry->row.node_id, BLOCK_OUTBOUND)) return DIAL_WAIT_BLOCKED;
    const bool can_signal = gate_may_signal(engine, DEED_DIAL);
    if (entry->row.addr_count == 0 && !can_signal) return DIAL_WAIT_NO_ADDRESS;
    if (entry->waits_for_change) return DIAL_WAIT_CHANGE;
    if (!can_signal && !has_allowed_address(engine, &entry->row)) return DIAL_WAIT_NOT_ALLOWED;
    if (clone_guard_is_quiet(engine)) return DIAL_WAIT_CLONE;
    if (!gate_may(engine, DEED_DIAL)) return DIAL_WAIT_CONTROLS;
    if (outage_is_on(engine) && entry->backoff.cause == BACKOFF_FAILED) {
        *at_ms = outage_next_dial_ms(engine);
        return DIAL_WAIT_OUTAGE;
    }
    if (entry->backoff.next_at_ms > now_ms) {
        *at_ms = entry->backoff.next_at_ms;
        return wait_of_backoff(&entry->backoff);
    }
    if (active_view_count(engine) >= engine->view_target) return DIAL_WAIT_NOT_NEEDED;
    bool has_enough = active_view_count(engine) >= engine->view_min;
    if (has_enough && engine->low_backoff.next_at_ms > now_ms) { /* turned away from full views */
        *at_ms = engine->low_backoff.next_at_ms;
        return DIAL_WAIT_NOT_NEEDED;
    }
    if (entry->next_address_ms > now_ms) {
        *at_ms = entry->next_address_ms;
        return DIAL_WAIT_BUDGET;
    }
    return candidate_is_diverse(engine, entry) ? DIAL_WAIT_NONE : DIAL_WAIT_DIVERSITY;
}
