/* SPDX-License-Identifier: Apache-2.0 */
/* The tickets of the reference: what it signs, we sign to the same byte; what it refuses, we refuse for the same
 * reason; where it is weak, we say what we answer and why. */
#include "swarm/identity/ticket.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/encoding.h"
#include "lib/vectors.h"

enum { SCRATCH_SIZE = 1 << 20, TRUST_MAX = 64, NAME_MAX_SIZE = 128 };

struct room { /* memory for one case */
    uint8_t scratch[SCRATCH_SIZE];
    struct arena arena;
};

static int room_open(void **state) {
    *state = calloc(1, sizeof(struct room));
    return *state == NULL;
}

static int room_close(void **state) {
    free(*state);
    return 0;
}

static struct arena *arena_of(void **state) {
    struct room *room = *state;
    room->arena = arena_over(room->scratch, sizeof room->scratch);
    return &room->arena;
}

static const char *name_of(const struct json_value *vector, char name[NAME_MAX_SIZE]) {
    (void)span_copy_text(vectors_string(vector, "name"), name, NAME_MAX_SIZE);
    return name;
}

static void assert_span_is(struct span span, struct span expected, const char *name) {
    if (!span_equal(span, expected))
        fail_msg("%s: is\n%.*s\nand should be\n%.*s", name, (int)span.size, (const char *)span.at, (int)expected.size,
                 (const char *)expected.at);
}

/* ---- Create ---- */

static struct signing_key key_of(const struct json_value *vector) {
    struct signing_key key;
    uint8_t seed[32];
    struct buffer out = buffer_over(seed, sizeof seed);
    assert_true(hex_read(vectors_string(vectors_member(vector, "key"), "seedHex"), &out));
    sign_key_from_seed(&key, seed);
    return key;
}

static const char *text_of(struct span span, struct arena *arena) {
    char *text = arena_take(arena, span.size + 1);
    assert_true(span_copy_text(span, text, span.size + 1));
    return text;
}

/* The reference rounds its clock down. */
static int64_t now_of(const struct json_value *params) {
    const struct json_value *now = vectors_member(params, "now");
    assert_int_equal(now->kind, JSON_NUMBER);
    return (int64_t)now->as.number;
}

static struct ticket created(const struct json_value *vector, int64_t ttl_default_ms, struct arena *arena) {
    const struct json_value *params = vectors_member(vector, "params");
    const struct json_value *payload = vectors_member(vectors_member(vector, "envelope"), "payload");
    struct signing_key key = key_of(vector);
    int64_t ttl_ms = ttl_default_ms;
    struct ticket ticket;
    (void)json_as_integer(json_member(params, "ttlMs"), INT64_MIN, INT64_MAX, &ttl_ms);
    const struct ticket_draft draft = {
        .peer_id = text_of(vectors_string(params, "peerId"), arena),
        .user_id = text_of(vectors_string(params, "userId"), arena),
        .nonce = text_of(vectors_string(payload, "nonce"), arena), /* params' own, or the one that was generated */
        .issued_at_ms = now_of(params),
        .expires_at_ms = now_of(params) + ttl_ms,
    };
    assert_true(ticket_sign(&ticket, &draft, &key));
    return ticket;
}

static void assert_signed_text(const struct ticket *ticket, struct span signing_input, const char *name) {
    if (!sign_verify(&ticket->key, signing_input, &ticket->signature))
        fail_msg("%s: the signature is not over %.*s", name, (int)signing_input.size, (const char *)signing_input.at);
}

static void assert_envelope(const struct ticket *ticket, const struct json_value *envelope, const char *name) {
    uint8_t written_memory[LIMIT_TICKET_ENVELOPE_MAX], expected_memory[LIMIT_TICKET_ENVELOPE_MAX];
    struct buffer written = buffer_over(written_memory, sizeof written_memory);
    struct buffer expected = buffer_over(expected_memory, sizeof expected_memory);
    ticket_write(&written, ticket);
    assert_true(json_write_compact(envelope, &expected));
    assert_span_is(buffer_span(&written), buffer_span(&expected), name);
}

static void assert_hash(const struct ticket *ticket, struct span expected, const char *name) {
    uint8_t memory[64];
    struct buffer hex = buffer_over(memory, sizeof memory);
    struct sha256 hash = ticket_hash(ticket);
    hex_write(&hex, (struct span){hash.bytes, sizeof hash.bytes});
    assert_span_is(buffer_span(&hex), expected, name);
}

static void tickets_are_signed_as_the_reference_signs_them(void **state) {
    struct vectors vectors = vectors_open("presence_tickets");
    const struct json_value *cases = vectors_array(vectors.tree, "create");
    int64_t ttl_default_ms = vectors_integer(vectors.tree, "defaultTtlMs");
    char name[NAME_MAX_SIZE];
    assert_int_equal(ttl_default_ms, LIMIT_TICKET_LIFETIME_MS);
    for (size_t i = 0; i < cases->count; i++) {
        const struct json_value *vector = &cases->as.items[i];
        struct ticket ticket = created(vector, ttl_default_ms, arena_of(state));
        name_of(vector, name);
        assert_signed_text(&ticket, vectors_string(vector, "signingInput"), name);
        assert_envelope(&ticket, vectors_member(vector, "envelope"), name);
        assert_hash(&ticket, vectors_string(vector, "ticketHashHex"), name);
    }
    vectors_close(&vectors);
}

/* ---- Verify ---- */

struct trust {
    struct public_key keys[TRUST_MAX];
    size_t count;
};

/* A text that is no key is nobody's. */
static void trust_read(const struct json_value *list, struct trust *trust) {
    assert_true(list->count <= TRUST_MAX);
    for (size_t i = 0; i < list->count; i++) {
        struct span text;
        struct public_key *key = &trust->keys[trust->count];
        struct buffer out = buffer_over(key->bytes, sizeof key->bytes);
        if (json_as_string(&list->as.items[i], &text) && base64_read(text, &out) && out.size == sizeof key->bytes)
            trust->count++;
    }
}

static struct ticket_rules rules_of(const struct json_value *vector, int64_t skew_default_ms, struct trust *trust) {
    const struct json_value *options = vectors_member(vector, "options");
    const struct json_value *trusted = json_member(options, "trustedPublicKeys");
    struct ticket_rules rules = {.judges_time = true,
                                 .now_ms = now_of(options),
                                 .skew_ms = skew_default_ms,
                                 .has_trust_list = trusted != NULL && trusted->kind == JSON_ARRAY};
    (void)json_as_integer(json_member(options, "allowClockSkewMs"), 0, INT64_MAX, &rules.skew_ms);
    (void)json_as_string(json_member(options, "expectedPeerId"), &rules.expected_peer_id);
    (void)json_as_string(json_member(options, "expectedUserId"), &rules.expected_user_id);
    if (rules.has_trust_list) trust_read(trusted, trust);
    rules.trusted = trust->keys;
    rules.trusted_count = trust->count;
    return rules;
}

static bool is_integer(const struct json_value *object, const char *name) {
    int64_t integer;
    return json_as_integer(json_member(object, name), INT64_MIN, INT64_MAX, &integer);
}

static bool is_string(const struct json_value *object, const char *name) {
    struct span string;
    return json_as_string(json_member(object, name), &string);
}

/* The reference looks neither at the version nor at the types of members: we call that MALFORMED (W1). */
static bool is_malformed(const struct json_value *envelope) {
    const struct json_value *payload = json_member(envelope, "payload");
    int64_t version = 0;
    (void)json_as_integer(json_member(envelope, "version"), INT64_MIN, INT64_MAX, &version);
    return version != 1 || !is_string(envelope, "algorithm") || !is_string(envelope, "publicKey") ||
           !is_string(envelope, "signature") || !is_string(payload, "peerId") || !is_string(payload, "userId") ||
           !is_string(payload, "nonce") || !is_integer(payload, "issuedAt") || !is_integer(payload, "expiresAt");
}

static bool is_weakness(const struct json_value *vector) {
    struct span note;
    return json_as_string(json_member(vector, "note"), &note) && span_starts_with(note, SPAN_LITERAL("weakness"));
}

/* What we answer: the reference's own answer, but for exceptions and for what its notes call a weakness. Two weaknesses
 * stay accepted: a claimed id under any key (W13 holds it to its first key) and times in the wrong order. */
static struct span answer_expected(const struct json_value *vector) {
    const struct json_value *expect = vectors_member(vector, "expect");
    bool is_odd = is_weakness(vector) || json_member(expect, "throws") != NULL;
    if (is_odd && is_malformed(vectors_member(vector, "envelope"))) return SPAN_LITERAL("MALFORMED");
    if (json_member(expect, "throws") != NULL) return SPAN_LITERAL("SIGNATURE_INVALID");
    return vectors_boolean(expect, "ok") ? SPAN_LITERAL("none") : vectors_string(expect, "reason");
}

static void tickets_are_refused_for_the_reasons_of_the_reference(void **state) {
    struct vectors vectors = vectors_open("presence_tickets");
    const struct json_value *cases = vectors_array(vectors.tree, "verify");
    int64_t skew_default_ms = vectors_integer(vectors.tree, "defaultClockSkewMs");
    struct verifier verifier = sign_verifier();
    char name[NAME_MAX_SIZE];
    assert_int_equal(skew_default_ms, LIMIT_CLOCK_SKEW_MS);
    for (size_t i = 0; i < cases->count; i++) {
        const struct json_value *vector = &cases->as.items[i];
        struct trust trust = {.count = 0};
        struct ticket_rules rules = rules_of(vector, skew_default_ms, &trust);
        struct ticket ticket;
        enum refusal refusal =
            ticket_check(vectors_member(vector, "envelope"), &rules, &verifier, arena_of(state), &ticket);
        assert_span_is(span_of_text(refusal_name(refusal)), answer_expected(vector), name_of(vector, name));
    }
    vectors_close(&vectors);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tickets_are_signed_as_the_reference_signs_them),
        cmocka_unit_test(tickets_are_refused_for_the_reasons_of_the_reference),
    };
    if (!sign_init()) return 1;
    return cmocka_run_group_tests(tests, room_open, room_close);
}
