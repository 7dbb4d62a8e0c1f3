/* SPDX-License-Identifier: Apache-2.0 */
#include "swarm/rendezvous/beacon.h"

#include <string.h>

#include "base/json_writer.h"
#include "base/memory.h"
#include "base/must.h"
#include "swarm/rendezvous/beacon_state.h"

/* How long somebody who floods is asked to stay away: as long as an empty budget takes to fill. */
enum { RETRY_AFTER_S = LIMIT_BEACON_RATE_BURST / LIMIT_BEACON_RATE_PER_SECOND };

/* How far the store may be behind on when an entry was last announced. A repeat costs its sender nothing, so it must
 * not cost us a write; a restart after a crash holds an id for this much less. */
enum { STORED_AGE_MS_MAX = 30000 };
_Static_assert((int)STORED_AGE_MS_MAX < (int)LIMIT_BEACON_CLAIM_HOLD_MS, "an id stays held over a restart");

static const char DEFAULT_COMMUNITY[] = "mainnet";

/* ---- Making and freeing ---- */

static size_t capped(size_t wanted, size_t max) {
    return wanted == 0 || wanted > max ? max : wanted;
}

/* Names that are no community, or more of them than there are places, stay out; `skep config check` says so. */
static void configured_take(struct beacon *beacon, const struct beacon_policy *policy) {
    size_t count = 0;
    for (size_t i = 0; i < beacon->communities_max; i++) beacon->communities[i].is_configured = false;
    for (size_t i = 0; i < policy->configured_count && count < beacon->communities_max; i++)
        count += beacon_reserve_community(beacon, span_of_text(policy->configured[i]));
}

static bool is_untrusted(const void *context, const struct beacon_entry *entry) {
    const struct beacon *beacon = context;
    for (size_t i = 0; i < beacon->trusted_count; i++)
        if (public_key_equal(&beacon->trusted[i], &entry->key)) return false;
    return beacon->trusted_count > 0;
}

static void trusted_take(struct beacon *beacon, struct public_key *trusted, size_t count) {
    memory_free(beacon->trusted);
    beacon->trusted = trusted;
    beacon->trusted_count = count;
    for (size_t i = 0; i < beacon->communities_max; i++)
        if (beacon_community_drop(&beacon->communities[i], is_untrusted, beacon))
            beacon_changed(beacon, &beacon->communities[i]);
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
    beacon->gone = memory_try_zeroed(beacon->communities_max, sizeof *beacon->gone);
    beacon->rate = beacon_rate_new(capped(options->addresses_max, LIMIT_BEACON_ADDRESSES_MAX), options->seed);
    beacon->arena_memory = memory_try_zeroed(1, BEACON_ARENA_SIZE);
    beacon->answer_memory = memory_try_zeroed(1, BEACON_ANSWER_BYTES_MAX);
    const bool is_whole = beacon->communities != NULL && beacon->gone != NULL && beacon->rate != NULL &&
                          beacon->arena_memory != NULL && beacon->answer_memory != NULL &&
                          beacon_set_policy(beacon, &options->policy);
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
    memory_free(beacon->gone);
    memory_free(beacon->communities);
    memory_free(beacon);
}

/* ---- Answers ---- */

static struct beacon_answer answer_error(const struct beacon *beacon, enum beacon_verdict verdict, int status,
                                         const char *error) {
    struct buffer out = buffer_over(beacon->answer_memory, BEACON_ANSWER_BYTES_MAX);
    struct json_writer w = json_writer_into(&out);
    json_open_object(&w, NULL);
    json_put_boolean(&w, "ok", false);
    json_put_text(&w, "error", error);
    json_close_object(&w);
    return (struct beacon_answer){.verdict = verdict, .status = status, .body = buffer_span(&out)};
}

static struct beacon_answer answer_flooded(struct beacon *beacon) {
    beacon->counts.flooded++;
    struct beacon_answer answer = answer_error(beacon, BEACON_FLOODED, 429, "Too many requests");
    answer.retry_after_s = RETRY_AFTER_S;
    return answer;
}

static struct beacon_answer answer_refused(struct beacon *beacon, enum refusal refusal) {
    struct buffer out = buffer_over(beacon->answer_memory, BEACON_ANSWER_BYTES_MAX);
    beacon->counts.refused[refusal]++;
    if (refusal == REFUSAL_TICKET_MALFORMED) {
        struct beacon_answer answer = answer_error(beacon, BEACON_REFUSED, 400, "Invalid payload");
        answer.refusal = refusal;
        return answer;
    }
    struct json_writer w = json_writer_into(&out);
    json_open_object(&w, NULL);
    json_put_boolean(&w, "ok", false);
    json_open_array(&w, "peers");
    json_close_array(&w);
    json_open_object(&w, "validation");
    json_put_boolean(&w, "ok", false);
    json_put_text(&w, "reason", refusal_name(refusal));
    json_close_object(&w);
    json_close_object(&w);
    return (struct beacon_answer){
        .verdict = BEACON_REFUSED, .refusal = refusal, .status = 200, .body = buffer_span(&out)};
}

/* The list of a community (NULL: of one where nobody is), without the announcer. */
static struct beacon_answer answer_list(const struct beacon *beacon, const struct beacon_community *community,
                                        const struct sha256 *announcer, enum beacon_verdict verdict, int64_t now_ms) {
    struct buffer out = buffer_over(beacon->answer_memory, BEACON_ANSWER_BYTES_MAX);
    (void)beacon_list_write(beacon, community, announcer, &out, now_ms);
    return (struct beacon_answer){.verdict = verdict, .status = 200, .body = buffer_span(&out)};
}

/* ---- Judging ---- */

/* Who comes from nowhere we could name (through a proxy that the operator listed) shares one group and has no rate. */
static enum beacon_pace pace_of(struct beacon *beacon, const struct address *from, const struct address *group,
                                int64_t now_ms) {
    if (from->family == ADDRESS_NONE) return BEACON_PACE_FINE;
    if (!beacon->has_loopback_rate && address_scope(from) == ADDRESS_SCOPE_LOOPBACK) return BEACON_PACE_FINE;
    return beacon_rate_take(beacon->rate, group, now_ms);
}

struct address beacon_group_of(const struct address *from) {
    return from->family == ADDRESS_NONE ? (struct address){0} : address_prefix(from, 32, 64);
}

static struct span name_of(struct span community) {
    return community.size == 0 ? SPAN_LITERAL(DEFAULT_COMMUNITY) : community;
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

/* May the ticket take the place of what is known under its id? */
static enum refusal succession_check(const struct beacon_entry *known, const struct ticket *ticket, int64_t now_ms) {
    if (known == NULL) return REFUSAL_NONE;
    if (!public_key_equal(&known->key, &ticket->key))
        return beacon_entry_is_held(known, now_ms) ? REFUSAL_TICKET_PEER_ID_TAKEN : REFUSAL_NONE;
    return ticket->issued_at_ms < known->issued_at_ms ? REFUSAL_TICKET_STALE : REFUSAL_NONE;
}

void beacon_put(struct beacon *beacon, struct beacon_community *community, const struct beacon_presence *presence) {
    const struct ticket *ticket = presence->ticket;
    uint8_t memory[LIMIT_TICKET_ENVELOPE_MAX];
    struct buffer envelope = buffer_over(memory, sizeof memory);
    ticket_write(&envelope, ticket);
    must(!envelope.overflowed);
    const struct beacon_arrival arrival = {
        .entry = {.id = presence->id,
                  .seen = presence->seen,
                  .key = ticket->key,
                  .issued_at_ms = ticket->issued_at_ms,
                  .expires_at_ms = ticket->expires_at_ms,
                  .received_at_ms = presence->received_at_ms,
                  .is_native = ticket->is_native},
        .group = presence->group,
        .envelope = buffer_span(&envelope),
    };
    beacon_community_put(community, &arrival);
    beacon_changed(beacon, community);
}

/* ---- Announcing ---- */

/* What one announce works with. */
struct announce {
    struct beacon *beacon;
    struct span name;
    struct beacon_community *community; /* NULL: nobody is in it */
    struct address group;
    struct arena arena;
    const struct json_value *envelope;
    struct sha256 seen;
    bool is_seen_known; /* false: larger than an envelope may be, so it has no hash */
    struct sha256 id;
    const struct beacon_entry *known; /* under this id; NULL: nobody */
    int64_t now_ms;
};

static const struct json_value *envelope_read(struct announce *announce, struct span body) {
    enum json_fault fault;
    if (body.size > LIMIT_BEACON_BODY_MAX) return NULL;
    const struct json_value *value = json_parse(body, JSON_CANON, &announce->arena, &fault, NULL);
    const struct json_value *envelope = json_member(value, "ticket");
    return envelope != NULL && envelope->kind == JSON_OBJECT ? envelope : NULL;
}

static void look_up(struct announce *announce) {
    struct span peer_id;
    if (!json_as_string(json_member(json_member(announce->envelope, "payload"), "peerId"), &peer_id)) return;
    announce->id = beacon_id_of(peer_id);
    if (announce->community != NULL) announce->known = beacon_community_find(announce->community, &announce->id);
}

/* Is it the very envelope that made the entry, while its ticket runs? Browsers send the same one again every half
 * minute. Its group stays that of its first sender: others may repeat what they read in our list, and must not make it
 * theirs. */
static bool is_repeated(const struct announce *announce) {
    const struct beacon_entry *known = announce->known;
    if (known == NULL || !announce->is_seen_known || known->expires_at_ms <= announce->now_ms) return false;
    return memcmp(&known->seen, &announce->seen, sizeof known->seen) == 0;
}

static struct beacon_answer announce_again(const struct announce *announce) {
    struct beacon *beacon = announce->beacon;
    const struct beacon_entry *known = announce->known;
    beacon->counts.repeated++;
    beacon_community_touch(announce->community, known, announce->now_ms);
    if (announce->now_ms - known->stored_ms > STORED_AGE_MS_MAX) announce->community->is_repeated = true;
    return answer_list(beacon, announce->community, &announce->id, BEACON_REPEATED, announce->now_ms);
}

static struct beacon_answer announce_first(struct announce *announce) {
    struct beacon *beacon = announce->beacon;
    char name[LIMIT_COMMUNITY_MAX + 1];
    struct ticket ticket;
    must(span_copy_text(announce->name, name, sizeof name));
    enum refusal refusal =
        beacon_judge(beacon, announce->envelope, name, &beacon->verifier, &announce->arena, announce->now_ms, &ticket);
    if (refusal == REFUSAL_NONE) refusal = succession_check(announce->known, &ticket, announce->now_ms);
    if (refusal != REFUSAL_NONE) return answer_refused(beacon, refusal);
    struct beacon_community *community = beacon_open_community(beacon, announce->name, true);
    if (community == NULL) { /* no memory for its table, and none to take over: no worse than being over the rate */
        beacon->counts.over_rate++;
        return answer_list(beacon, NULL, NULL, BEACON_OVER_RATE, announce->now_ms);
    }
    beacon->counts.accepted++;
    beacon_put(beacon, community,
               &(struct beacon_presence){.ticket = &ticket,
                                         .id = announce->id,
                                         .seen = announce->seen,
                                         .group = announce->group,
                                         .received_at_ms = announce->now_ms});
    return answer_list(beacon, community, &announce->id, BEACON_ACCEPTED, announce->now_ms);
}

static struct beacon_answer announce_body(struct announce *announce, struct span body) {
    announce->envelope = envelope_read(announce, body);
    if (announce->envelope == NULL) {
        announce->beacon->counts.refused[REFUSAL_JSON_SYNTAX]++;
        return answer_error(announce->beacon, BEACON_NOT_JSON, 400, "Invalid payload");
    }
    announce->is_seen_known = beacon_envelope_hash(announce->envelope, &announce->seen);
    look_up(announce);
    return is_repeated(announce) ? announce_again(announce) : announce_first(announce);
}

struct beacon_answer beacon_announce(struct beacon *beacon, struct span community, struct span body,
                                     const struct address *from, int64_t now_ms) {
    struct announce announce = {.beacon = beacon,
                                .name = name_of(community),
                                .group = beacon_group_of(from),
                                .arena = arena_over(beacon->arena_memory, BEACON_ARENA_SIZE),
                                .now_ms = now_ms};
    beacon->counts.announces++;
    const enum beacon_pace pace = pace_of(beacon, from, &announce.group, now_ms);
    if (pace == BEACON_PACE_FLOOD) return answer_flooded(beacon);
    if (!community_is_valid(announce.name)) {
        beacon->counts.refused[REFUSAL_COMMUNITY_NAME]++;
        return answer_error(beacon, BEACON_BAD_COMMUNITY, 400, "Invalid community");
    }
    announce.community = beacon_find_community(beacon, announce.name);
    if (pace == BEACON_PACE_OVER) {
        beacon->counts.over_rate++;
        return answer_list(beacon, announce.community, NULL, BEACON_OVER_RATE, now_ms);
    }
    beacon_sweep(beacon, announce.community, now_ms);
    return announce_body(&announce, body);
}

/* ---- Asking ---- */

struct beacon_answer beacon_peers(struct beacon *beacon, struct span community, const struct address *from,
                                  int64_t now_ms) {
    const struct address group = beacon_group_of(from);
    beacon->counts.lists++;
    /* Over the ordinary budget a list is given all the same: it is the least work there is. */
    if (pace_of(beacon, from, &group, now_ms) == BEACON_PACE_FLOOD) return answer_flooded(beacon);
    struct beacon_community *named = beacon_find_community(beacon, name_of(community));
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

uint64_t beacon_revision(const struct beacon *beacon) {
    return beacon->revision;
}
