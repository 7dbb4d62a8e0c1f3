/* SPDX-License-Identifier: Apache-2.0 */
/* An announce: what is known without any work, what needs a signature checked, and what comes of it.
 *
 *   begin --> over the rate, unreadable, a repeat, refused --> answer
 *     |
 *     +-----> pending --(the signature, anywhere)--> finish --> answer */
#include <string.h>

#include "base/must.h"
#include "swarm/rendezvous/beacon_state.h"

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
    int64_t now_ms;
};

/* ---- The body ---- */

static const struct json_value *envelope_read(struct announce *announce, struct span body) {
    enum json_fault fault;
    if (body.size > LIMIT_BEACON_BODY_MAX) return NULL;
    const struct json_value *value = json_parse(body, JSON_CANON, &announce->arena, &fault, NULL);
    const struct json_value *envelope = json_member(value, "ticket");
    return envelope != NULL && envelope->kind == JSON_OBJECT ? envelope : NULL;
}

/* The entry that this very envelope made, while its ticket runs. Browsers send the same one again every half minute.
 * Its group stays that of its first sender: others may repeat what they read in our list, and must not make it theirs.
 */
static const struct beacon_entry *repeated(const struct announce *announce) {
    struct span peer_id;
    if (announce->community == NULL || !announce->is_seen_known) return NULL;
    if (!json_as_string(json_member(json_member(announce->envelope, "payload"), "peerId"), &peer_id)) return NULL;
    const struct sha256 id = beacon_id_of(peer_id);
    const struct beacon_entry *known = beacon_community_find(announce->community, &id);
    if (known == NULL || known->expires_at_ms <= announce->now_ms) return NULL;
    return memcmp(&known->seen, &announce->seen, sizeof known->seen) == 0 ? known : NULL;
}

static struct beacon_answer announce_again(struct beacon *beacon, struct beacon_community *community,
                                           const struct beacon_entry *known, const struct sha256 *seen,
                                           int64_t now_ms) {
    const struct sha256 id = known->id;
    beacon->counts.repeated++;
    if (beacon_community_touch(community, known, seen, now_ms)) beacon->is_behind[BEACON_REPEATED_LONG] = true;
    return beacon_answer_list(beacon, community, &id, BEACON_REPEATED, now_ms);
}

/* ---- The signature, left for later ---- */

/* Stands for the verifier and keeps what it is asked. The ticket's own signature comes first and is the last thing that
 * can be wrong with it; what follows is the certificate of its user, who does not matter here. */
static bool keep(void *context, const struct public_key *key, struct span message, const struct signature *signature) {
    struct beacon_pending *pending = context;
    if (pending->message_size > 0) return false;
    must_le(message.size, sizeof pending->message);
    pending->key = *key;
    pending->signature = *signature;
    pending->message_size = message.size;
    memcpy(pending->message, message.at, message.size);
    return true;
}

static enum refusal judge(struct announce *announce, struct beacon_pending *pending) {
    const struct verifier keeper = {.verify = keep, .context = pending};
    must(span_copy_text(announce->name, pending->community, sizeof pending->community));
    pending->group = announce->group;
    pending->seen = announce->seen;
    pending->message_size = 0;
    return beacon_judge(announce->beacon, announce->envelope, pending->community, &keeper, &announce->arena,
                        announce->now_ms, &pending->ticket);
}

static bool body_begin(struct announce *announce, struct span body, struct beacon_pending *pending,
                       struct beacon_answer *answer) {
    struct beacon *beacon = announce->beacon;
    announce->envelope = envelope_read(announce, body);
    if (announce->envelope == NULL) {
        beacon->counts.refused[REFUSAL_JSON_SYNTAX]++;
        *answer = beacon_answer_error(beacon, BEACON_NOT_JSON, 400, "Invalid payload");
        return true;
    }
    announce->is_seen_known = beacon_envelope_hash(announce->envelope, &announce->seen);
    const struct beacon_entry *known = repeated(announce);
    if (known != NULL) {
        *answer = announce_again(beacon, announce->community, known, &announce->seen, announce->now_ms);
        return true;
    }
    const enum refusal refusal = judge(announce, pending);
    if (refusal != REFUSAL_NONE) *answer = beacon_answer_refused(beacon, refusal);
    return refusal != REFUSAL_NONE;
}

/* ---- Who may ask at all ---- */

/* Who comes from nowhere we could name (through a proxy that the operator listed) shares one group and has no rate. */
enum beacon_pace beacon_pace_of(struct beacon *beacon, const struct address *from, const struct address *group,
                                int64_t now_ms) {
    if (from->family == ADDRESS_NONE) return BEACON_PACE_FINE;
    if (!beacon->has_loopback_rate && address_scope(from) == ADDRESS_SCOPE_LOOPBACK) return BEACON_PACE_FINE;
    return beacon_rate_take(beacon->rate, group, now_ms);
}

struct span beacon_name_of(struct span community) {
    return community.size == 0 ? SPAN_LITERAL("mainnet") : community;
}

bool beacon_announce_begin(struct beacon *beacon, struct span community, struct span body, const struct address *from,
                           struct beacon_pending *pending, struct beacon_answer *answer, int64_t now_ms) {
    struct announce announce = {.beacon = beacon,
                                .name = beacon_name_of(community),
                                .group = beacon_group_of(from),
                                .arena = arena_over(beacon->arena_memory, BEACON_ARENA_SIZE),
                                .now_ms = now_ms};
    beacon->counts.announces++;
    const enum beacon_pace pace = beacon_pace_of(beacon, from, &announce.group, now_ms);
    if (pace == BEACON_PACE_FLOOD) {
        *answer = beacon_answer_flooded(beacon);
        return true;
    }
    if (!community_is_valid(announce.name)) {
        beacon->counts.refused[REFUSAL_COMMUNITY_NAME]++;
        *answer = beacon_answer_error(beacon, BEACON_BAD_COMMUNITY, 400, "Invalid community");
        return true;
    }
    announce.community = beacon_find_community(beacon, announce.name);
    if (pace == BEACON_PACE_OVER) {
        beacon->counts.over_rate++;
        *answer = beacon_answer_list(beacon, announce.community, NULL, BEACON_OVER_RATE, now_ms);
        return true;
    }
    beacon_sweep(beacon, announce.community, now_ms);
    return body_begin(&announce, body, pending, answer);
}

/* ---- With the signature checked ---- */

/* May the ticket take the place of what is known under its id? */
static enum refusal succession_check(const struct beacon_entry *known, const struct ticket *ticket, int64_t now_ms) {
    if (known == NULL) return REFUSAL_NONE;
    if (!public_key_equal(&known->key, &ticket->key))
        return beacon_entry_is_held(known, now_ms) ? REFUSAL_TICKET_PEER_ID_TAKEN : REFUSAL_NONE;
    return ticket->issued_at_ms < known->issued_at_ms ? REFUSAL_TICKET_STALE : REFUSAL_NONE;
}

/* The known one itself: wrapped otherwise than when it first came, so that its hash is another one, or come while the
 * first still waited for its signature. It is a repeat all the same, and known by this hash from now on. */
static bool is_known(const struct beacon_entry *known, const struct ticket *ticket, int64_t now_ms) {
    return known != NULL && known->expires_at_ms > now_ms && public_key_equal(&known->key, &ticket->key) &&
           memcmp(&known->signature, &ticket->signature, sizeof known->signature) == 0;
}

/* Again, since the trusted keys and what is known under the id may have changed while the signature was checked. */
static enum refusal judge_again(const struct beacon *beacon, const struct beacon_pending *pending,
                                const struct beacon_entry *known, bool is_verified, int64_t now_ms) {
    if (!is_verified) return REFUSAL_TICKET_SIGNATURE_INVALID;
    if (!beacon_trusts(beacon, &pending->ticket.key)) return REFUSAL_TICKET_UNTRUSTED_PUBLIC_KEY;
    return succession_check(known, &pending->ticket, now_ms);
}

static struct beacon_answer announce_new(struct beacon *beacon, const struct beacon_pending *pending,
                                         const struct sha256 *id, int64_t now_ms) {
    const struct beacon_presence presence = {.ticket = &pending->ticket,
                                             .id = *id,
                                             .seen = pending->seen,
                                             .row = BEACON_NO_ENTRY,
                                             .group = pending->group,
                                             .received_at_ms = now_ms};
    struct beacon_community *community = beacon_open_community(beacon, span_of_text(pending->community), true);
    if (community == NULL || !beacon_put(beacon, community, &presence)) {
        beacon->counts.over_rate++; /* no memory, and none to take over: no worse than being over the rate */
        return beacon_answer_list(beacon, NULL, NULL, BEACON_OVER_RATE, now_ms);
    }
    beacon->counts.accepted++;
    return beacon_answer_list(beacon, community, id, BEACON_ACCEPTED, now_ms);
}

struct beacon_answer beacon_announce_finish(struct beacon *beacon, const struct beacon_pending *pending,
                                            bool is_verified, int64_t now_ms) {
    const struct sha256 id = beacon_id_of(span_of_text(pending->ticket.peer_id));
    struct beacon_community *community = beacon_find_community(beacon, span_of_text(pending->community));
    const struct beacon_entry *known = community == NULL ? NULL : beacon_community_find(community, &id);
    const enum refusal refusal = judge_again(beacon, pending, known, is_verified, now_ms);
    if (refusal != REFUSAL_NONE) return beacon_answer_refused(beacon, refusal);
    if (is_known(known, &pending->ticket, now_ms))
        return announce_again(beacon, community, known, &pending->seen, now_ms);
    return announce_new(beacon, pending, &id, now_ms);
}

struct beacon_answer beacon_announce(struct beacon *beacon, struct span community, struct span body,
                                     const struct address *from, int64_t now_ms) {
    struct beacon_pending pending;
    struct beacon_answer answer;
    if (beacon_announce_begin(beacon, community, body, from, &pending, &answer, now_ms)) return answer;
    const struct span message = {pending.message, pending.message_size};
    const struct verifier *verifier = &beacon->verifier;
    const bool is_verified = verifier->verify(verifier->context, &pending.key, message, &pending.signature);
    return beacon_announce_finish(beacon, &pending, is_verified, now_ms);
}
