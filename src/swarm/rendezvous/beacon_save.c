/* SPDX-License-Identifier: Apache-2.0 */
/* A beacon's book on its way to a store and back: a row for every place there is, a block of them for each
 * community's. */
#include <string.h>

#include "base/must.h"
#include "swarm/rendezvous/beacon_state.h"

_Static_assert((int)BEACON_ROWS_MAX <= (int)UINT16_MAX, "a row's number fits");

/* ---- There ---- */

static void row_fill(struct beacon_row *row, const struct beacon_community *community,
                     const struct beacon_entry *entry) {
    const struct span envelope = beacon_entry_envelope(entry);
    must_le(envelope.size, sizeof row->envelope);
    memcpy(row->community, community->name, sizeof row->community);
    row->received_at_ms = entry->received_at_ms;
    row->group = *beacon_community_group(community, entry);
    row->envelope_size = (uint16_t)envelope.size;
    memcpy(row->envelope, envelope.at, envelope.size);
}

static size_t block_take(struct beacon_community *community, enum beacon_behind behind, size_t first,
                         struct beacon_row rows[BEACON_BLOCK_ROWS]) {
    const struct beacon_entry *entry;
    uint16_t at;
    size_t count = 0;
    while (beacon_community_take_row(community, behind, &at, &entry)) {
        struct beacon_row *row = &rows[count++];
        *row = (struct beacon_row){.number = (uint16_t)(first + at)};
        if (entry != NULL) row_fill(row, community, entry);
    }
    return count;
}

static size_t take(struct beacon *beacon, enum beacon_behind behind, struct beacon_row rows[BEACON_BLOCK_ROWS]) {
    for (size_t i = 0; beacon->is_behind[behind] && i < beacon->communities_max; i++) {
        const size_t count = block_take(&beacon->communities[i], behind, i * BEACON_BLOCK_ROWS, rows);
        if (count > 0) return count;
    }
    beacon->is_behind[behind] = false;
    return 0;
}

size_t beacon_take_changed(struct beacon *beacon, struct beacon_row rows[BEACON_BLOCK_ROWS]) {
    return take(beacon, BEACON_CHANGED, rows);
}

size_t beacon_take_repeated(struct beacon *beacon, struct beacon_row rows[BEACON_BLOCK_ROWS]) {
    return take(beacon, BEACON_REPEATED_LONG, rows);
}

bool beacon_has_changed(const struct beacon *beacon) {
    return beacon->is_behind[BEACON_CHANGED];
}

bool beacon_has_repeated(const struct beacon *beacon) {
    return beacon->is_behind[BEACON_REPEATED_LONG];
}

/* ---- Back ---- */

/* The place the row was of. Until we know better, the store has something there that nobody is behind any more. NULL:
 * there is no such place, or no memory for its table. */
static struct beacon_community *row_note(struct beacon *beacon, const struct beacon_row *row) {
    const size_t place = row->number / BEACON_BLOCK_ROWS, at = row->number % BEACON_BLOCK_ROWS;
    if (place >= beacon->communities_max || at >= beacon->tickets_max) return NULL;
    struct beacon_community *community = &beacon->communities[place];
    if (!beacon_community_prepare(community, beacon->tickets_max)) return NULL;
    beacon_community_note_row(community, (uint16_t)at);
    beacon->is_behind[BEACON_CHANGED] = true;
    return community;
}

static bool row_is_in_form(const struct beacon_row *row) {
    return memchr(row->community, '\0', sizeof row->community) != NULL &&
           community_is_valid(span_of_text(row->community)) && row->envelope_size <= sizeof row->envelope &&
           row->group.family <= ADDRESS_IPV6;
}

static const struct json_value *row_parse(const struct beacon_row *row, struct arena *arena) {
    enum json_fault fault;
    return json_parse((struct span){row->envelope, row->envelope_size}, JSON_CANON, arena, &fault, NULL);
}

static bool was_verified(void *context, const struct public_key *key, struct span message,
                         const struct signature *signature) {
    (void)context;
    (void)key;
    (void)message;
    (void)signature;
    return true;
}

static bool row_judge(const struct beacon *beacon, const struct beacon_row *row, int64_t now_ms,
                      struct beacon_presence *presence, struct ticket *ticket) {
    struct arena arena = arena_over(beacon->arena_memory, BEACON_ARENA_SIZE);
    const struct verifier verifier = row->is_attested ? (struct verifier){.verify = was_verified} : beacon->verifier;
    const struct json_value *envelope = row_parse(row, &arena);
    if (envelope == NULL || !beacon_envelope_hash(envelope, &presence->seen)) return false;
    if (beacon_judge(beacon, envelope, row->community, &verifier, &arena, now_ms, ticket) != REFUSAL_NONE) return false;
    presence->ticket = ticket;
    presence->id = beacon_id_of(span_of_text(ticket->peer_id));
    presence->row = row->number % BEACON_BLOCK_ROWS;
    presence->group = beacon_group_of(&row->group);
    /* One from the future (the clock was set back) is one from now. */
    presence->received_at_ms = row->received_at_ms < now_ms ? row->received_at_ms : now_ms;
    const struct beacon_entry entry = {.expires_at_ms = ticket->expires_at_ms,
                                       .received_at_ms = presence->received_at_ms,
                                       .is_native = ticket->is_native};
    return beacon_entry_is_listed(&entry, now_ms);
}

/* Is it at its place again, as it was? Then the store has it. */
static bool is_even(const struct beacon *beacon, const struct beacon_community *community,
                    const struct beacon_entry *entry, const struct beacon_row *row) {
    const size_t place = (size_t)(community - beacon->communities);
    return place * BEACON_BLOCK_ROWS + beacon_community_row(community, entry) == row->number &&
           entry->received_at_ms == row->received_at_ms;
}

bool beacon_restore(struct beacon *beacon, const struct beacon_row *row, int64_t now_ms) {
    struct beacon_presence presence;
    struct ticket ticket;
    struct beacon_community *home = row_note(beacon, row);
    if (home == NULL || !row_is_in_form(row) || !row_judge(beacon, row, now_ms, &presence, &ticket)) return false;
    struct beacon_community *community = beacon_reopen_community(beacon, span_of_text(row->community), home);
    if (community == NULL) return false;
    const struct beacon_entry *known = beacon_community_find(community, &presence.id);
    if (known == NULL ? community->entry_count >= beacon->tickets_max
                      : known->received_at_ms >= presence.received_at_ms)
        return false;
    if (!beacon_put(beacon, community, &presence)) return false;
    const struct beacon_entry *entry = beacon_community_find(community, &presence.id);
    if (is_even(beacon, community, entry, row)) beacon_community_note_stored(community, entry);
    return true;
}
