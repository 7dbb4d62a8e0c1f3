/* SPDX-License-Identifier: Apache-2.0 */
/* Whatever tickets say and whatever the engine's own ledger holds: one process dials an IP and port once in ten
 * seconds, calls a node through signaling once in ten seconds, and dials a public IP six times a minute, over all ids
 * (WIRE W6), nobody who asked it away before that time is over, and nobody whom only a liar's view names (W18).
 */
#include "sim/checkers/checker.h"
#include "sim/world.h"

#include <inttypes.h>

enum { SECOND_MS = 1000, MINUTE_MS = 60000 };

static void fail(struct checker_state *state, const struct host *host, const struct dial_note *note, const char *what) {
    char text[ADDRESS_TEXT_MAX];
    checker_fail(state, "node %" PRIu32 " dialled %s %s", host->index, address_text(&note->address, text), what);
}

/* Through signaling there is no address: the node itself is what is called. */
static bool is_same_target(const struct dial_note *a, const struct dial_note *b) {
    if (!address_equal(&a->address, &b->address)) return false;
    return a->address.family != ADDRESS_NONE || node_id_equal(&a->peer, &b->peer);
}

static void check_note(struct checker_state *state, const struct host *host, const struct dial_note *note,
                       uint64_t index) {
    size_t of_ip = 1;
    for (uint64_t i = index; i-- > 0;) {
        const struct dial_note *before = dial_log_at(&host->dial_log, i);
        if (before == NULL || before->at_ms + MINUTE_MS <= note->at_ms) break;
        bool is_soon = before->at_ms + LIMIT_DIAL_SAME_ADDRESS_MS > note->at_ms;
        if (is_soon && is_same_target(before, note)) fail(state, host, note, "twice in 10 s");
        of_ip += address_same_ip(&before->address, &note->address);
    }
    bool is_public = address_scope(&note->address) == ADDRESS_SCOPE_GLOBAL;
    if (is_public && of_ip > LIMIT_DIAL_PUBLIC_IP_PER_MINUTE)
        fail(state, host, note, "more than six times in a minute");
    if (note->away_until_ms > note->at_ms) fail(state, host, note, "though who lives there asked it away");
    if (liar_made_up(&note->peer)) fail(state, host, note, "for a node that only a view names");
}

/* Those of the last second; the older ones had their turn. */
static void check_host(struct checker_state *state, const struct host *host, int64_t now_ms) {
    for (uint64_t i = host->dial_log.count; i-- > 0;) {
        const struct dial_note *note = dial_log_at(&host->dial_log, i);
        if (note == NULL || note->at_ms < now_ms - SECOND_MS) return;
        check_note(state, host, note, i);
    }
}

void check_dials(struct checker_state *state, const struct world *world) {
    for (uint32_t i = 0; i < world_node_count(world); i++) check_host(state, world_look(world, i), world_now_ms(world));
}
