/* SPDX-License-Identifier: Apache-2.0 */
/* A beacon's book on its way to a store and back. */
#include <string.h>

#include "base/must.h"
#include "swarm/rendezvous/beacon_state.h"

static void record_fill(struct beacon_entry_record *record, const struct beacon_community *community,
                        const struct beacon_entry *entry) {
    const struct span envelope = beacon_community_envelope(community, entry);
    must_le(envelope.size, sizeof record->envelope);
    memcpy(record->community, community->name, sizeof record->community);
    record->received_at_ms = entry->received_at_ms;
    record->is_attested = false;
    record->group = *beacon_community_group(community, entry);
    record->envelope_size = (uint16_t)envelope.size;
    memcpy(record->envelope, envelope.at, envelope.size);
}

static size_t community_save(const struct beacon_community *community, struct beacon_entry_record *records,
                             size_t capacity) {
    size_t count = 0;
    const struct beacon_entry *entry = beacon_community_first(community);
    for (; entry != NULL && count < capacity; entry = beacon_community_next(community, entry))
        record_fill(&records[count++], community, entry);
    return count;
}

size_t beacon_save(const struct beacon *beacon, struct beacon_entry_record *records, size_t capacity) {
    size_t count = 0;
    for (size_t i = 0; i < beacon->communities_max; i++)
        count += community_save(&beacon->communities[i], records + count, capacity - count);
    return count;
}

static struct beacon_community *next_changed(struct beacon *beacon) {
    for (size_t i = 0; i < beacon->communities_max; i++)
        if (beacon->communities[i].is_changed) return &beacon->communities[i];
    return NULL;
}

static struct beacon_community *next_repeated(const struct beacon *beacon) {
    for (size_t i = 0; i < beacon->communities_max; i++)
        if (beacon->communities[i].is_repeated) return &beacon->communities[i];
    return NULL;
}

static bool community_take(struct beacon *beacon, struct beacon_community *community,
                           char name[LIMIT_COMMUNITY_MAX + 1], struct beacon_entry_record *records, size_t capacity,
                           size_t *count) {
    *count = 0;
    if (community == NULL) return false;
    must_le(beacon->tickets_max, capacity);
    memcpy(name, community->name, LIMIT_COMMUNITY_MAX + 1);
    *count = community_save(community, records, capacity);
    beacon_community_note_stored(community);
    community->is_changed = community->is_repeated = false;
    community->is_stored = *count > 0;
    return true;
}

/* Names that are gone come first: one of them may have come back since. */
bool beacon_take_changed(struct beacon *beacon, char name[LIMIT_COMMUNITY_MAX + 1], struct beacon_entry_record *records,
                         size_t capacity, size_t *count) {
    if (beacon->gone_count == 0) return community_take(beacon, next_changed(beacon), name, records, capacity, count);
    memcpy(name, beacon->gone[--beacon->gone_count].name, LIMIT_COMMUNITY_MAX + 1);
    *count = 0;
    return true;
}

bool beacon_take_repeated(struct beacon *beacon, char name[LIMIT_COMMUNITY_MAX + 1],
                          struct beacon_entry_record *records, size_t capacity, size_t *count) {
    return community_take(beacon, next_repeated(beacon), name, records, capacity, count);
}

bool beacon_has_repeated(const struct beacon *beacon) {
    return next_repeated(beacon) != NULL;
}

/* ---- Back ---- */

static bool record_is_in_form(const struct beacon_entry_record *record) {
    return memchr(record->community, '\0', sizeof record->community) != NULL &&
           community_is_valid(span_of_text(record->community)) && record->envelope_size <= sizeof record->envelope &&
           record->group.family <= ADDRESS_IPV6;
}

static const struct json_value *record_parse(const struct beacon_entry_record *record, struct arena *arena) {
    enum json_fault fault;
    return json_parse((struct span){record->envelope, record->envelope_size}, JSON_CANON, arena, &fault, NULL);
}

/* Where the record goes; NULL when there is no room or its id is there already. Nobody has to leave for it. */
static struct beacon_community *record_place(struct beacon *beacon, const struct beacon_entry_record *record,
                                             const struct sha256 *id) {
    struct beacon_community *community = beacon_open_community(beacon, span_of_text(record->community), false);
    if (community == NULL || community->entry_count >= beacon->tickets_max) return NULL;
    return beacon_community_find(community, id) == NULL ? community : NULL;
}

static bool was_verified(void *context, const struct public_key *key, struct span message,
                         const struct signature *signature) {
    (void)context;
    (void)key;
    (void)message;
    (void)signature;
    return true;
}

static bool record_restore(struct beacon *beacon, const struct beacon_entry_record *record, int64_t now_ms) {
    struct arena arena = arena_over(beacon->arena_memory, BEACON_ARENA_SIZE);
    struct sha256 seen;
    struct ticket ticket;
    /* A record from the future (the clock was set back) is one from now. */
    const int64_t received_at_ms = record->received_at_ms < now_ms ? record->received_at_ms : now_ms;
    const struct json_value *envelope = record_parse(record, &arena);
    if (envelope == NULL || !beacon_envelope_hash(envelope, &seen)) return false;
    const struct verifier verifier = record->is_attested ? (struct verifier){.verify = was_verified} : beacon->verifier;
    if (beacon_judge(beacon, envelope, record->community, &verifier, &arena, now_ms, &ticket) != REFUSAL_NONE)
        return false;
    const struct beacon_entry entry = {
        .expires_at_ms = ticket.expires_at_ms, .received_at_ms = received_at_ms, .is_native = ticket.is_native};
    if (!beacon_entry_is_listed(&entry, now_ms)) return false;
    const struct sha256 id = beacon_id_of(span_of_text(ticket.peer_id));
    struct beacon_community *community = record_place(beacon, record, &id);
    if (community == NULL) return false;
    beacon_put(beacon, community,
               &(struct beacon_presence){.ticket = &ticket,
                                         .id = id,
                                         .seen = seen,
                                         .group = beacon_group_of(&record->group),
                                         .received_at_ms = received_at_ms});
    community->is_stored = true;
    return true;
}

bool beacon_restore(struct beacon *beacon, const struct beacon_entry_record *record, int64_t now_ms) {
    if (!record_is_in_form(record)) return false;
    if (record_restore(beacon, record, now_ms)) return true;
    if (beacon_find_community(beacon, span_of_text(record->community)) == NULL)
        beacon_note_gone(beacon, record->community);
    return false;
}
