/* SPDX-License-Identifier: Apache-2.0 */
#include "swarm/identity/ticket.h"

#include "base/encoding.h"
#include "base/json_writer.h"
#include "base/must.h"

#include <string.h>

/* What the form check found besides the ticket: texts that later checks decode. Borrowed from the envelope. */
struct claim {
    struct span algorithm;
    struct span key_text;
    struct span signature_text;
    struct span peer_id;
    struct span user_id;
    const struct json_value *payload;
    bool has_key; /* key_text is base64 of 32 bytes */
};

/* ---- (0) Form ---- */

static bool string_read(const struct json_value *object, const char *name, struct span *string) {
    return json_as_string(json_member(object, name), string);
}

static bool time_read(const struct json_value *payload, const char *name, int64_t *time_ms) {
    return json_as_integer(json_member(payload, name), -IDENTITY_TIME_MS_MAX, IDENTITY_TIME_MS_MAX, time_ms);
}

static bool id_read(const struct json_value *payload, const char *name, struct span *id, char *text) {
    return string_read(payload, name, id) && utf8_is_valid(*id) && span_copy_text(*id, text, LIMIT_TICKET_ID_MAX + 1);
}

static bool is_envelope_size_valid(const struct json_value *envelope) {
    uint8_t memory[LIMIT_TICKET_ENVELOPE_MAX];
    struct buffer compact = buffer_over(memory, sizeof memory);
    return json_write_compact(envelope, &compact);
}

static bool payload_store(const struct json_value *payload, struct ticket *ticket) {
    struct buffer compact = buffer_over(ticket->payload, sizeof ticket->payload);
    if (!json_write_compact(payload, &compact)) return false;
    ticket->payload_size = (uint16_t)compact.size;
    return true;
}

static bool payload_read(const struct json_value *payload, struct claim *claim, struct ticket *ticket) {
    struct span nonce;
    return payload != NULL && payload->kind == JSON_OBJECT &&
           id_read(payload, "peerId", &claim->peer_id, ticket->peer_id) &&
           id_read(payload, "userId", &claim->user_id, ticket->user_id) &&
           time_read(payload, "issuedAt", &ticket->issued_at_ms) &&
           time_read(payload, "expiresAt", &ticket->expires_at_ms) && string_read(payload, "nonce", &nonce) &&
           payload_store(payload, ticket);
}

static void key_read(struct claim *claim, struct ticket *ticket) {
    struct buffer out = buffer_over(ticket->key.bytes, sizeof ticket->key.bytes);
    claim->has_key = base64_read_forgiving(claim->key_text, &out) && out.size == sizeof ticket->key.bytes;
}

static bool envelope_read(const struct json_value *envelope, struct claim *claim, struct ticket *ticket) {
    int64_t version;
    if (envelope->kind != JSON_OBJECT || !is_envelope_size_valid(envelope)) return false;
    if (!json_as_integer(json_member(envelope, "version"), 1, 1, &version)) return false;
    if (!string_read(envelope, "algorithm", &claim->algorithm)) return false;
    if (!string_read(envelope, "publicKey", &claim->key_text)) return false;
    if (!string_read(envelope, "signature", &claim->signature_text)) return false;
    claim->payload = json_member(envelope, "payload");
    key_read(claim, ticket);
    return payload_read(claim->payload, claim, ticket);
}

static bool addrs_read(const struct json_value *addrs, struct ticket *ticket) {
    if (addrs == NULL) return true;
    if (addrs->kind != JSON_ARRAY || addrs->count > LIMIT_TICKET_ADDRS_MAX) return false;
    for (size_t i = 0; i < addrs->count; i++) {
        struct span text;
        if (!json_as_string(&addrs->as.items[i], &text)) return false;
        if (!address_read_canonical(text, &ticket->addrs[i])) return false;
    }
    ticket->addr_count = (uint8_t)addrs->count;
    return true;
}

static bool boot_read(const struct json_value *boot, struct ticket *ticket) {
    struct span text;
    struct buffer out = buffer_over(ticket->boot, sizeof ticket->boot);
    if (boot == NULL) return true;
    return json_as_string(boot, &text) && text.size == 2 * sizeof ticket->boot && hex_is_lower(text) &&
           hex_read(text, &out);
}

static bool community_read(const struct json_value *community, struct ticket *ticket) {
    struct span text;
    if (community == NULL) return true;
    return json_as_string(community, &text) && community_is_valid(text) &&
           span_copy_text(text, ticket->community, sizeof ticket->community);
}

static bool cert_read(const struct json_value *cert, struct ticket *ticket) {
    struct span text;
    if (cert == NULL) return true;
    ticket->has_user_cert = json_as_string(cert, &text) && user_cert_read(text, &ticket->user_cert);
    return ticket->has_user_cert;
}

/* A native ticket travels between nodes, in a pex at the deepest: message, list and envelope stand around its payload.
 */
enum { PAYLOAD_DEPTH_MAX = JSON_WIRE_DEPTH_MAX - 3 };

/* The four members mean something only in a native ticket; in a claimed one they are foreign text, signed like any
 * other. */
static bool native_read(const struct claim *claim, struct ticket *ticket) {
    struct node_id claimed;
    ticket->is_native = node_id_read(claim->peer_id, &claimed);
    if (!ticket->is_native) return true;
    return json_fits_wire(claim->payload, PAYLOAD_DEPTH_MAX) &&
           addrs_read(json_member(claim->payload, "addrs"), ticket) &&
           boot_read(json_member(claim->payload, "boot"), ticket) &&
           community_read(json_member(claim->payload, "community"), ticket) &&
           cert_read(json_member(claim->payload, "userCert"), ticket);
}

/* ---- (1) to (4) Times and ids ---- */

static enum refusal times_check(const struct ticket *ticket, const struct ticket_rules *rules) {
    if (rules->judges_time && ticket->expires_at_ms + rules->skew_ms < rules->now_ms) return REFUSAL_TICKET_EXPIRED;
    if (rules->judges_time && ticket->issued_at_ms - rules->skew_ms > rules->now_ms)
        return REFUSAL_TICKET_NOT_YET_VALID;
    int64_t life_ms = ticket->expires_at_ms - ticket->issued_at_ms;
    if (ticket->is_native && (life_ms < 1 || life_ms > LIMIT_TICKET_NATIVE_LIFETIME_MS_MAX))
        return REFUSAL_TICKET_LIFETIME_INVALID;
    return REFUSAL_NONE;
}

static bool is_bound(const struct claim *claim, const struct ticket *ticket) {
    struct node_id claimed;
    return claim->has_key && node_id_read(claim->peer_id, &claimed) && node_id_equal(&claimed, &ticket->node_id);
}

static bool is_expected(struct span id, struct span expected) {
    return expected.size == 0 || span_equal(id, expected);
}

static enum refusal ids_check(const struct claim *claim, const struct ticket *ticket,
                              const struct ticket_rules *rules) {
    if (ticket->is_native && !is_bound(claim, ticket)) return REFUSAL_TICKET_PEER_ID_MISMATCH;
    if (!is_expected(claim->peer_id, rules->expected_peer_id)) return REFUSAL_TICKET_PEER_ID_MISMATCH;
    if (!is_expected(claim->user_id, rules->expected_user_id)) return REFUSAL_TICKET_USER_ID_MISMATCH;
    return REFUSAL_NONE;
}

/* ---- (5) to (8) Key and signature ---- */

static bool is_trusted(const struct claim *claim, const struct ticket *ticket, const struct ticket_rules *rules) {
    if (!rules->has_trust_list) return true;
    for (size_t i = 0; claim->has_key && i < rules->trusted_count; i++)
        if (public_key_equal(&ticket->key, &rules->trusted[i])) return true;
    return false;
}

static bool signature_read(const struct claim *claim, struct ticket *ticket) {
    struct buffer out = buffer_over(ticket->signature.bytes, sizeof ticket->signature.bytes);
    return base64_read_forgiving(claim->signature_text, &out) && out.size == sizeof ticket->signature.bytes;
}

/* The signature covers every member of the payload, known or not. Keys whose order nobody can agree on make the
 * payload unverifiable, which is the same as not verified. */
static bool is_signed(const struct claim *claim, const struct ticket *ticket, const struct verifier *verifier,
                      struct arena *scratch) {
    uint8_t memory[LIMIT_TICKET_PAYLOAD_MAX];
    struct buffer canonical = buffer_over(memory, sizeof memory);
    if (json_write_canonical(claim->payload, scratch, &canonical) != JSON_FAULT_NONE) return false;
    return verifier->verify(verifier->context, &ticket->key, buffer_span(&canonical), &ticket->signature);
}

static enum refusal signature_check(const struct claim *claim, struct ticket *ticket, const struct ticket_rules *rules,
                                    const struct verifier *verifier, struct arena *scratch) {
    if (!is_trusted(claim, ticket, rules)) return REFUSAL_TICKET_UNTRUSTED_PUBLIC_KEY;
    if (!span_equal_text(claim->algorithm, "ed25519")) return REFUSAL_TICKET_UNSUPPORTED_ALGORITHM;
    if (!claim->has_key || !signature_read(claim, ticket)) return REFUSAL_TICKET_SIGNATURE_INVALID;
    if (!is_signed(claim, ticket, verifier, scratch)) return REFUSAL_TICKET_SIGNATURE_INVALID;
    return REFUSAL_NONE;
}

/* A certificate that does not hold says nothing about the node: the ticket stays good, its user stays a claim. */
static bool is_cert_verified(const struct ticket *ticket, const struct verifier *verifier) {
    return ticket->has_user_cert && user_cert_is_for(&ticket->user_cert, span_of_text(ticket->user_id)) &&
           user_cert_verify(&ticket->user_cert, &ticket->key, verifier);
}

static enum refusal check(const struct json_value *envelope, const struct ticket_rules *rules,
                          const struct verifier *verifier, struct arena *scratch, struct ticket *ticket) {
    struct claim claim = {0};
    enum refusal refusal = REFUSAL_NONE;
    if (!envelope_read(envelope, &claim, ticket) || !native_read(&claim, ticket)) return REFUSAL_TICKET_MALFORMED;
    if (claim.has_key) ticket->node_id = node_id_of_key(&ticket->key);
    if (refusal == REFUSAL_NONE) refusal = times_check(ticket, rules);
    if (refusal == REFUSAL_NONE) refusal = ids_check(&claim, ticket, rules);
    if (refusal == REFUSAL_NONE) refusal = signature_check(&claim, ticket, rules, verifier, scratch);
    if (refusal == REFUSAL_NONE) ticket->is_cert_verified = is_cert_verified(ticket, verifier);
    return refusal;
}

/* Works on a value of its own, so that the caller's is written only when the ticket holds. */
enum refusal ticket_check(const struct json_value *envelope, const struct ticket_rules *rules,
                          const struct verifier *verifier, struct arena *scratch, struct ticket *ticket) {
    struct ticket candidate = {0};
    size_t used_before = scratch->used;
    must(rules->skew_ms >= 0 && rules->skew_ms <= IDENTITY_TIME_MS_MAX);
    enum refusal refusal = check(envelope, rules, verifier, scratch, &candidate);
    scratch->used = used_before;
    if (refusal == REFUSAL_NONE) *ticket = candidate;
    return refusal;
}

/* ---- A ticket that holds ---- */

static void put_base64(struct buffer *out, const char *name, struct span bytes) {
    buffer_put_text(out, name);
    base64_write(out, bytes);
}

void ticket_write(struct buffer *out, const struct ticket *ticket) {
    put_base64(out, "{\"version\":1,\"algorithm\":\"ed25519\",\"publicKey\":\"",
               (struct span){ticket->key.bytes, sizeof ticket->key.bytes});
    put_base64(out, "\",\"signature\":\"", (struct span){ticket->signature.bytes, sizeof ticket->signature.bytes});
    buffer_put_text(out, "\",\"payload\":");
    buffer_put(out, (struct span){ticket->payload, ticket->payload_size});
    buffer_put_u8(out, '}');
}

/* The tree of the richest envelope that fits: each value takes at least two bytes of text (`0,`). As much again for
 * longer values, for sorting and for alignment. */
enum { HASH_ARENA_SIZE = 2 * (LIMIT_TICKET_ENVELOPE_MAX / 2) * (int)sizeof(struct json_value) };

struct sha256 ticket_hash(const struct ticket *ticket) {
    uint8_t text_memory[LIMIT_TICKET_ENVELOPE_MAX], canonical_memory[LIMIT_TICKET_ENVELOPE_MAX];
    uint8_t arena_memory[HASH_ARENA_SIZE];
    struct buffer text = buffer_over(text_memory, sizeof text_memory);
    struct buffer canonical = buffer_over(canonical_memory, sizeof canonical_memory);
    struct arena arena = arena_over(arena_memory, sizeof arena_memory);
    enum json_fault fault;
    ticket_write(&text, ticket);
    const struct json_value *envelope = json_parse(buffer_span(&text), JSON_CANON, &arena, &fault, NULL);
    must(envelope != NULL);
    must(json_write_canonical(envelope, &arena, &canonical) == JSON_FAULT_NONE);
    return hash_sha256(buffer_span(&canonical));
}

static bool is_issued(const struct ticket *ticket, int64_t now_ms) {
    return ticket->issued_at_ms <= now_ms + LIMIT_CLOCK_SKEW_MS;
}

/* A ticket from the future is not fresh either: it would stay so for as long as its author likes. */
bool ticket_is_user_proven(const struct ticket *ticket, int64_t now_ms) {
    return ticket->is_cert_verified && user_cert_is_in_date(&ticket->user_cert, now_ms);
}

bool ticket_is_fresh(const struct ticket *ticket, int64_t now_ms) {
    return is_issued(ticket, now_ms) && now_ms <= ticket->expires_at_ms + LIMIT_CLOCK_SKEW_MS;
}

bool ticket_is_known(const struct ticket *ticket, int64_t now_ms) {
    return is_issued(ticket, now_ms) && now_ms - ticket->issued_at_ms <= LIMIT_TICKET_KNOWN_MS;
}

static bool is_community_start(uint8_t c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

bool community_is_valid(struct span name) {
    if (name.size == 0 || name.size > LIMIT_COMMUNITY_MAX || !is_community_start(name.at[0])) return false;
    for (size_t i = 1; i < name.size; i++) {
        uint8_t c = name.at[i];
        if (!is_community_start(c) && c != '.' && c != '_' && c != '-') return false;
    }
    return true;
}
