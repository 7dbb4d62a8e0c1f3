/* SPDX-License-Identifier: Apache-2.0 */
#include "swarm/rendezvous/beacon.h"

#include <string.h>

#include "base/json_writer.h"
#include "base/memory.h"
#include "base/must.h"
#include "swarm/rendezvous/beacon_state.h"

/* ---- Making and freeing ---- */

static size_t capped(size_t wanted, size_t max) {
    return wanted == 0 || wanted > max ? max : wanted;
}

static bool is_configured(const struct beacon_policy *policy, const char *name) {
    for (size_t i = 0; i < policy->configured_count; i++)
        if (strcmp(policy->configured[i], name) == 0) return name[0] != '\0'; /* a free place has no name */
    return false;
}

/* Those that have a place keep it, before the others look for one. Names that are no community, or more of them than
 * there are places, stay out; `skep config check` says so. */
static void configured_take(struct beacon *beacon, const struct beacon_policy *policy) {
    for (size_t i = 0; i < beacon->communities_max; i++)
        beacon->communities[i].is_configured = is_configured(policy, beacon->communities[i].name);
    for (size_t i = 0; i < policy->configured_count; i++)
        beacon_reserve_community(beacon, span_of_text(policy->configured[i]));
}

bool beacon_trusts(const struct beacon *beacon, const struct public_key *key) {
    for (size_t i = 0; i < beacon->trusted_count; i++)
        if (public_key_equal(&beacon->trusted[i], key)) return true;
    return beacon->trusted_count == 0;
}

static bool is_untrusted(const void *context, const struct beacon_entry *entry) {
    return !beacon_trusts(context, &entry->key);
}

static void trusted_take(struct beacon *beacon, struct public_key *trusted, size_t count) {
    memory_free(beacon->trusted);
    beacon->trusted = trusted;
    beacon->trusted_count = count;
    for (size_t i = 0; i < beacon->communities_max; i++)
        if (beacon_community_drop(&beacon->communities[i], is_untrusted, beacon))
            beacon->is_behind[BEACON_CHANGED] = true;
}

bool beacon_set_policy(struct beacon *beacon, const struct beacon_policy *policy) {
    struct public_key *trusted = NULL;
    if (policy->trusted_count > 0) {
        trusted = memory_try_zeroed(policy->trusted_count, sizeof *trusted);
        if (trusted == NULL) return false;
        memcpy(trusted, policy->trusted, policy->trusted_count * sizeof *trusted);
    }
    trusted_take(beacon, trusted, policy->trusted_count);
    configured_take(beacon, policy);
    beacon->has_loopback_rate = policy->has_loopback_rate;
    return true;
}

struct beacon *beacon_new(const struct beacon_options *options, int64_t now_ms) {
    struct beacon *beacon = memory_try_zeroed(1, sizeof *beacon);
    if (beacon == NULL) return NULL;
    beacon->communities_max = capped(options->communities_max, LIMIT_BEACON_COMMUNITIES_MAX);
    beacon->tickets_max = capped(options->tickets_max, LIMIT_BEACON_TICKETS_MAX);
    beacon->list_max = capped(options->list_max, LIMIT_BEACON_LIST_MAX);
    beacon->verifier = options->verifier;
    beacon->sweep_at_ms = now_ms;
    beacon->communities = memory_try_zeroed(beacon->communities_max, sizeof *beacon->communities);
    beacon->rate = beacon_rate_new(capped(options->addresses_max, LIMIT_BEACON_ADDRESSES_MAX), options->seed);
    beacon->arena_memory = memory_try_zeroed(1, BEACON_ARENA_SIZE);
    beacon->answer_memory = memory_try_zeroed(1, BEACON_ANSWER_BYTES_MAX);
    const bool is_whole = beacon->communities != NULL && beacon->rate != NULL && beacon->arena_memory != NULL &&
                          beacon->answer_memory != NULL && beacon_set_policy(beacon, &options->policy);
    if (is_whole) return beacon;
    beacon_free(beacon);
    return NULL;
}

void beacon_free(struct beacon *beacon) {
    if (beacon == NULL) return;
    for (size_t i = 0; beacon->communities != NULL && i < beacon->communities_max; i++)
        beacon_community_deinit(&beacon->communities[i]);
    memory_free(beacon->trusted);
    memory_free(beacon->answer_memory);
    memory_free(beacon->arena_memory);
    beacon_rate_free(beacon->rate);
    memory_free(beacon->communities);
    memory_free(beacon);
}

/* ---- Judging ---- */

struct address beacon_group_of(const struct address *from) {
    return from->family == ADDRESS_NONE ? (struct address){0} : address_prefix(from, 32, 64);
}

struct sha256 beacon_id_of(struct span peer_id) {
    return hash_sha256(peer_id);
}

bool beacon_envelope_hash(const struct json_value *envelope, struct sha256 *hash) {
    uint8_t memory[LIMIT_TICKET_ENVELOPE_MAX];
    struct buffer compact = buffer_over(memory, sizeof memory);
    if (!json_write_compact(envelope, &compact)) return false;
    *hash = hash_sha256(buffer_span(&compact));
    return true;
}

enum refusal beacon_judge(const struct beacon *beacon, const struct json_value *envelope, const char *community,
                          const struct verifier *verifier, struct arena *scratch, int64_t now_ms,
                          struct ticket *ticket) {
    const struct ticket_rules rules = {
        .judges_time = true,
        .now_ms = now_ms,
        .skew_ms = LIMIT_CLOCK_SKEW_MS,
        .has_trust_list = beacon->trusted_count > 0,
        .trusted = beacon->trusted,
        .trusted_count = beacon->trusted_count,
    };
    const enum refusal refusal = ticket_check(envelope, &rules, verifier, scratch, ticket);
    if (refusal != REFUSAL_NONE) return refusal;
    const bool is_elsewhere =
        ticket->is_native && ticket->community[0] != '\0' && strcmp(ticket->community, community) != 0;
    return is_elsewhere ? REFUSAL_TICKET_COMMUNITY_MISMATCH : REFUSAL_NONE;
}

bool beacon_put(struct beacon *beacon, struct beacon_community *community, const struct beacon_presence *presence) {
    const struct ticket *ticket = presence->ticket;
    uint8_t memory[LIMIT_TICKET_ENVELOPE_MAX];
    struct buffer envelope = buffer_over(memory, sizeof memory);
    ticket_write(&envelope, ticket);
    must(!envelope.overflowed);
    const struct beacon_arrival arrival = {
        .entry = {.id = presence->id,
                  .seen = presence->seen,
                  .key = ticket->key,
                  .signature = ticket->signature,
                  .issued_at_ms = ticket->issued_at_ms,
                  .expires_at_ms = ticket->expires_at_ms,
                  .received_at_ms = presence->received_at_ms,
                  .is_native = ticket->is_native},
        .row = presence->row,
        .group = presence->group,
        .envelope = buffer_span(&envelope),
    };
    if (!beacon_community_put(community, &arrival)) return false;
    beacon->is_behind[BEACON_CHANGED] = true;
    return true;
}

/* ---- Asking ---- */

struct beacon_answer beacon_peers(struct beacon *beacon, struct span community, const struct address *from,
                                  int64_t now_ms) {
    const struct address group = beacon_group_of(from);
    beacon->counts.lists++;
    /* Over the ordinary budget a list is given all the same: it is the least work there is. */
    if (beacon_pace_of(beacon, from, &group, now_ms) == BEACON_PACE_FLOOD) return beacon_answer_flooded(beacon);
    struct beacon_community *named = beacon_find_community(beacon, beacon_name_of(community));
    beacon_sweep(beacon, named, now_ms);
    return (struct beacon_answer){
        .verdict = BEACON_ACCEPTED, .status = 200, .body = beacon_list_prepared(beacon, named, now_ms)};
}

void beacon_count(const struct beacon *beacon, struct beacon_counts *counts) {
    *counts = beacon->counts;
    for (size_t i = 0; i < beacon->communities_max; i++) {
        counts->communities += beacon->communities[i].name[0] != '\0';
        counts->entries += beacon->communities[i].entry_count;
    }
}
