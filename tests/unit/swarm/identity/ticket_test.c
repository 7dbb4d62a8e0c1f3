/* SPDX-License-Identifier: Apache-2.0 */
#include "swarm/identity/ticket.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/encoding.h"

#define NOW     1763640000000LL
#define DAY     (86400LL * 1000)
#define NODE_ID "myxzypxz7askc56bpu6l5rklmdee7mst" /* of the key below, worked out by another program */
#define USER_ID "rdwubsphjfnaymu6kqr77faprccozchy"
#define TIMES   "\"issuedAt\":1763640000000,\"expiresAt\":1763640180000"
#define CLAIMED "\"peerId\":\"peer-v\",\"userId\":\"user-v\"," TIMES ",\"nonce\":\"BwcHBwcHBwcHBwcH\""
#define NATIVE  "\"peerId\":\"" NODE_ID "\",\"userId\":\"user-v\"," TIMES ",\"nonce\":\"BwcHBwcHBwcHBwcH\""

/* Everything a test needs to sign any payload and to check any text. */
struct bench {
    struct signing_key key; /* RFC 8032, test 1 */
    struct signing_key user;
    char text[8192];
    uint8_t scratch[1 << 20];
    struct ticket ticket;
};

static int bench_open(void **state) {
    struct bench *b = calloc(1, sizeof *b);
    uint8_t seed[32];
    struct buffer out = buffer_over(seed, sizeof seed);
    if (b == NULL) return 1;
    *state = b;
    if (!hex_read(SPAN_LITERAL("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60"), &out)) return 1;
    sign_key_from_seed(&b->key, seed);
    seed[0] ^= 1;
    sign_key_from_seed(&b->user, seed);
    return 0;
}

static int bench_close(void **state) {
    free(*state);
    return 0;
}

static const struct json_value *parsed(struct arena *arena, struct span text) {
    enum json_fault fault;
    return json_parse(text, JSON_CANON, arena, &fault, NULL);
}

static enum refusal check_with(struct bench *b, const char *text, const struct ticket_rules *rules) {
    struct arena arena = arena_over(b->scratch, sizeof b->scratch);
    struct verifier verifier = sign_verifier();
    const struct json_value *envelope = parsed(&arena, span_of_text(text));
    assert_non_null(envelope);
    size_t used_before = arena.used;
    enum refusal refusal = ticket_check(envelope, rules, &verifier, &arena, &b->ticket);
    assert_int_equal(arena.used, used_before);
    return refusal;
}

static enum refusal check(struct bench *b, const char *text) {
    return check_with(b, text, &(struct ticket_rules){.judges_time = true, .now_ms = NOW, .skew_ms = 15000});
}

/* An envelope around any payload, signed as a reader verifies it; all but the payload may be replaced. */
struct envelope {
    const char *payload;
    const char *version;   /* default 1 */
    const char *algorithm; /* default "ed25519", with its quotes */
    const char *key;       /* default the bench's, without quotes */
    const char *signature; /* default the right one, without quotes */
    const char *extra;     /* more members, after a comma */
};

static struct span signed_text(struct bench *b, const char *payload, uint8_t *memory, size_t capacity) {
    struct arena arena = arena_over(b->scratch, sizeof b->scratch);
    struct buffer canonical = buffer_over(memory, capacity);
    const struct json_value *value = parsed(&arena, span_of_text(payload));
    assert_non_null(value);
    (void)json_write_canonical(value, &arena, &canonical);
    return buffer_span(&canonical);
}

static void base64_text(struct span bytes, char *text, size_t capacity) {
    struct buffer out = buffer_over((uint8_t *)text, capacity - 1);
    base64_write(&out, bytes);
    assert_false(out.overflowed);
    text[out.size] = '\0';
}

static const char *envelope_text(struct bench *b, struct envelope e) {
    uint8_t memory[4096];
    char key[64], signature[96];
    struct public_key public_key = sign_public_key(&b->key);
    struct signature made = sign_message(&b->key, signed_text(b, e.payload, memory, sizeof memory));
    base64_text((struct span){public_key.bytes, 32}, key, sizeof key);
    base64_text((struct span){made.bytes, 64}, signature, sizeof signature);
    int size = snprintf(b->text, sizeof b->text,
                        "{\"version\":%s,\"algorithm\":%s,\"publicKey\":\"%s\",\"signature\":\"%s\",\"payload\":%s%s}",
                        e.version != NULL ? e.version : "1", e.algorithm != NULL ? e.algorithm : "\"ed25519\"",
                        e.key != NULL ? e.key : key, e.signature != NULL ? e.signature : signature, e.payload,
                        e.extra != NULL ? e.extra : "");
    assert_true(size > 0 && (size_t)size < sizeof b->text);
    return b->text;
}

static enum refusal check_payload(struct bench *b, const char *payload) {
    return check(b, envelope_text(b, (struct envelope){.payload = payload}));
}

static void assert_payload(struct bench *b, const char *payload, enum refusal expected) {
    enum refusal refusal = check_payload(b, payload);
    if (refusal != expected)
        fail_msg("%s: is %s and should be %s", payload, refusal_name(refusal), refusal_name(expected));
}

/* ---- Form ---- */

static void claimed_ticket_is_accepted_and_is_not_native(void **state) {
    struct bench *b = *state;
    assert_payload(b, "{" CLAIMED "}", REFUSAL_NONE);
    assert_false(b->ticket.is_native);
    assert_string_equal(b->ticket.peer_id, "peer-v");
    assert_string_equal(b->ticket.user_id, "user-v");
    assert_int_equal(b->ticket.issued_at_ms, NOW);
    assert_int_equal(b->ticket.expires_at_ms, NOW + 180000);
    struct public_key key = sign_public_key(&b->key);
    struct node_id id = node_id_of_key(&key);
    assert_true(node_id_equal(&b->ticket.node_id, &id));
}

static void member_that_is_missing_or_mistyped_is_malformed(void **state) {
    const char *const payloads[] = {
        "{\"userId\":\"u\"," TIMES ",\"nonce\":\"\"}",
        "{\"peerId\":\"p\"," TIMES ",\"nonce\":\"\"}",
        "{\"peerId\":\"p\",\"userId\":\"u\",\"expiresAt\":1,\"nonce\":\"\"}",
        "{\"peerId\":\"p\",\"userId\":\"u\",\"issuedAt\":1,\"nonce\":\"\"}",
        "{\"peerId\":\"p\",\"userId\":\"u\"," TIMES "}",
        "{\"peerId\":1,\"userId\":\"u\"," TIMES ",\"nonce\":\"\"}",
        "{\"peerId\":\"p\",\"userId\":null," TIMES ",\"nonce\":\"\"}",
        "{\"peerId\":\"p\",\"userId\":\"u\"," TIMES ",\"nonce\":7}",
        "{\"peerId\":\"p\",\"userId\":\"u\",\"issuedAt\":\"1763640000000\",\"expiresAt\":1763640180000,\"nonce\":\"\"}",
        "{\"peerId\":\"p\",\"userId\":\"u\",\"issuedAt\":1763640000000.5,\"expiresAt\":1763640180000,\"nonce\":\"\"}",
        "{\"peerId\":\"p\",\"userId\":\"u\",\"issuedAt\":1763640000000,\"expiresAt\":1e16,\"nonce\":\"\"}",
        "{\"peerId\":\"p\",\"userId\":\"u\",\"issuedAt\":1763640000000,\"expiresAt\":1e999,\"nonce\":\"\"}",
        "{}",
        "[]",
        "\"payload\"",
        "null",
    };
    for (size_t i = 0; i < sizeof payloads / sizeof payloads[0]; i++)
        assert_payload(*state, payloads[i], REFUSAL_TICKET_MALFORMED);
}

static void whole_numbers_may_be_written_in_any_way(void **state) {
    assert_payload(*state,
                   "{\"peerId\":\"p\",\"userId\":\"u\",\"issuedAt\":1763640000000.0,\"expiresAt\":176364018e4,"
                   "\"nonce\":\"\"}",
                   REFUSAL_NONE);
}

static void version_other_than_1_is_malformed(void **state) {
    struct bench *b = *state;
    const char *const versions[] = {"2", "0", "99", "\"1\"", "null", "true", "1.5"};
    for (size_t i = 0; i < sizeof versions / sizeof versions[0]; i++)
        assert_int_equal(
            check(b, envelope_text(b, (struct envelope){.payload = "{" CLAIMED "}", .version = versions[i]})),
            REFUSAL_TICKET_MALFORMED);
}

static void envelope_without_one_of_its_members_is_malformed(void **state) {
    const char *const envelopes[] = {
        "{\"algorithm\":\"ed25519\",\"publicKey\":\"\",\"signature\":\"\",\"payload\":{" CLAIMED "}}",
        "{\"version\":1,\"publicKey\":\"\",\"signature\":\"\",\"payload\":{" CLAIMED "}}",
        "{\"version\":1,\"algorithm\":\"ed25519\",\"signature\":\"\",\"payload\":{" CLAIMED "}}",
        "{\"version\":1,\"algorithm\":\"ed25519\",\"publicKey\":\"\",\"payload\":{" CLAIMED "}}",
        "{\"version\":1,\"algorithm\":\"ed25519\",\"publicKey\":\"\",\"signature\":\"\"}",
        "{\"version\":1,\"algorithm\":7,\"publicKey\":\"\",\"signature\":\"\",\"payload\":{" CLAIMED "}}",
        "{\"version\":1,\"algorithm\":\"ed25519\",\"publicKey\":[],\"signature\":\"\",\"payload\":{" CLAIMED "}}",
        "{\"version\":1,\"algorithm\":\"ed25519\",\"publicKey\":\"\",\"signature\":{},\"payload\":{" CLAIMED "}}",
        "[]",
        "null",
        "1",
    };
    for (size_t i = 0; i < sizeof envelopes / sizeof envelopes[0]; i++)
        assert_int_equal(check(*state, envelopes[i]), REFUSAL_TICKET_MALFORMED);
}

static void ids_with_a_nul_or_half_a_character_are_malformed(void **state) {
    assert_payload(*state, "{\"peerId\":\"p\\u0000\",\"userId\":\"u\"," TIMES ",\"nonce\":\"\"}",
                   REFUSAL_TICKET_MALFORMED);
    assert_payload(*state, "{\"peerId\":\"p\",\"userId\":\"\\u0000\"," TIMES ",\"nonce\":\"\"}",
                   REFUSAL_TICKET_MALFORMED);
    assert_payload(*state, "{\"peerId\":\"p\",\"userId\":\"\\ud800\"," TIMES ",\"nonce\":\"\"}",
                   REFUSAL_TICKET_MALFORMED);
}

/* A payload with a peer id of `peer_size` letters and a nonce of `nonce_size`. */
static const char *sized(char *text, size_t capacity, int peer_size, int nonce_size) {
    (void)snprintf(text, capacity, "{\"peerId\":\"%0*d\",\"userId\":\"u\"," TIMES ",\"nonce\":\"%0*d\"}", peer_size, 0,
                   nonce_size, 0);
    return text;
}

static void ids_of_256_bytes_are_the_longest(void **state) {
    char text[2048];
    assert_payload(*state, sized(text, sizeof text, 256, 1), REFUSAL_NONE);
    assert_payload(*state, sized(text, sizeof text, 257, 1), REFUSAL_TICKET_MALFORMED);
}

static void payload_of_1536_bytes_is_the_largest(void **state) {
    char text[2048];
    int rest = (int)strlen(sized(text, sizeof text, 1, 1)) - 1;
    assert_payload(*state, sized(text, sizeof text, 1, LIMIT_TICKET_PAYLOAD_MAX - rest), REFUSAL_NONE);
    assert_int_equal(((struct bench *)*state)->ticket.payload_size, LIMIT_TICKET_PAYLOAD_MAX);
    assert_payload(*state, sized(text, sizeof text, 1, LIMIT_TICKET_PAYLOAD_MAX - rest + 1), REFUSAL_TICKET_MALFORMED);
}

static void envelope_of_2048_bytes_is_the_largest(void **state) {
    struct bench *b = *state;
    char extra[2048];
    int rest = (int)strlen(envelope_text(b, (struct envelope){.payload = "{" CLAIMED "}", .extra = ",\"x\":\"\""}));
    int left = LIMIT_TICKET_ENVELOPE_MAX - rest;
    (void)snprintf(extra, sizeof extra, ",  \"x\" :\"%0*d\"", left, 0); /* white space does not count */
    assert_int_equal(check(b, envelope_text(b, (struct envelope){.payload = "{" CLAIMED "}", .extra = extra})),
                     REFUSAL_NONE);
    (void)snprintf(extra, sizeof extra, ",\"x\":\"%0*d\"", left + 1, 0);
    assert_int_equal(check(b, envelope_text(b, (struct envelope){.payload = "{" CLAIMED "}", .extra = extra})),
                     REFUSAL_TICKET_MALFORMED);
}

static void extra_members_of_the_envelope_are_dropped(void **state) {
    struct bench *b = *state;
    uint8_t memory[LIMIT_TICKET_ENVELOPE_MAX];
    struct buffer out = buffer_over(memory, sizeof memory);
    const struct envelope plain = {.payload = "{" CLAIMED "}"},
                          more = {.payload = plain.payload, .extra = ",\"x\":[1]"};
    assert_int_equal(check(b, envelope_text(b, more)), REFUSAL_NONE);
    ticket_write(&out, &b->ticket);
    assert_true(span_equal_text(buffer_span(&out), envelope_text(b, plain)));
}

static void extra_members_of_the_payload_are_signed_and_kept_in_place(void **state) {
    struct bench *b = *state;
    const char *payload = "{\"zeta\":1," CLAIMED ",\"Alpha\":{\"b\":[],\"a\":null}}";
    assert_payload(b, payload, REFUSAL_NONE);
    assert_int_equal(b->ticket.payload_size, strlen(payload));
    assert_memory_equal(b->ticket.payload, payload, strlen(payload));
}

static void payload_whose_key_order_nobody_agrees_on_is_unverifiable(void **state) {
    assert_payload(*state, "{" CLAIMED ",\"\\u00fcber\":1}", REFUSAL_TICKET_SIGNATURE_INVALID);
}

static void refused_ticket_leaves_the_callers_alone(void **state) {
    struct bench *b = *state;
    struct ticket before;
    memset(&b->ticket, 0x5a, sizeof b->ticket);
    before = b->ticket;
    assert_payload(b, "{" CLAIMED ",\"\\u00fcber\":1}", REFUSAL_TICKET_SIGNATURE_INVALID);
    assert_memory_equal(&b->ticket, &before, sizeof before);
}

static void envelope_cut_at_any_byte_is_no_ticket(void **state) {
    struct bench *b = *state;
    struct verifier verifier = sign_verifier();
    struct ticket_rules rules = {0};
    size_t whole = strlen(envelope_text(b, (struct envelope){.payload = "{" CLAIMED "}"}));
    for (size_t size = 0; size < whole; size++) {
        struct arena arena = arena_over(b->scratch, sizeof b->scratch);
        const struct json_value *envelope = parsed(&arena, (struct span){(const uint8_t *)b->text, size});
        if (envelope != NULL)
            assert_int_not_equal(ticket_check(envelope, &rules, &verifier, &arena, &b->ticket), REFUSAL_NONE);
    }
}

/* ---- Times ---- */

static enum refusal check_at(struct bench *b, int64_t now_ms, int64_t skew_ms) {
    return check_with(b, envelope_text(b, (struct envelope){.payload = "{" CLAIMED "}"}),
                      &(struct ticket_rules){.judges_time = true, .now_ms = now_ms, .skew_ms = skew_ms});
}

static void ticket_past_its_end_and_the_skew_is_expired(void **state) {
    assert_int_equal(check_at(*state, NOW + 195000, 15000), REFUSAL_NONE);
    assert_int_equal(check_at(*state, NOW + 195001, 15000), REFUSAL_TICKET_EXPIRED);
    assert_int_equal(check_at(*state, NOW + 180000, 0), REFUSAL_NONE);
    assert_int_equal(check_at(*state, NOW + 180001, 0), REFUSAL_TICKET_EXPIRED);
}

static void ticket_from_beyond_the_skew_is_not_yet_valid(void **state) {
    assert_int_equal(check_at(*state, NOW - 15000, 15000), REFUSAL_NONE);
    assert_int_equal(check_at(*state, NOW - 15001, 15000), REFUSAL_TICKET_NOT_YET_VALID);
    assert_int_equal(check_at(*state, NOW - 1, 0), REFUSAL_TICKET_NOT_YET_VALID);
}

static void times_are_left_to_the_reader_who_asks_for_it(void **state) {
    struct bench *b = *state;
    assert_int_equal(check_with(b, envelope_text(b, (struct envelope){.payload = "{" CLAIMED "}"}),
                                &(struct ticket_rules){.now_ms = 0}),
                     REFUSAL_NONE);
}

static void native_life_is_1_to_600000_ms(void **state) {
    const struct {
        const char *expires_at;
        enum refusal expected;
    } lives[] = {{"1763640000001", REFUSAL_NONE},
                 {"1763640600000", REFUSAL_NONE},
                 {"1763640600001", REFUSAL_TICKET_LIFETIME_INVALID},
                 {"1763640000000", REFUSAL_TICKET_LIFETIME_INVALID},
                 {"1763639999999", REFUSAL_TICKET_LIFETIME_INVALID}};
    char text[512];
    for (size_t i = 0; i < sizeof lives / sizeof lives[0]; i++) {
        (void)snprintf(text, sizeof text,
                       "{\"peerId\":\"" NODE_ID
                       "\",\"userId\":\"u\",\"issuedAt\":1763640000000,\"expiresAt\":%s,\"nonce\":\"\"}",
                       lives[i].expires_at);
        assert_payload(*state, text, lives[i].expected);
    }
}

/* ---- Ids ---- */

static void node_id_of_another_key_is_a_mismatch(void **state) {
    assert_payload(*state,
                   "{\"peerId\":\"nyxzypxz7askc56bpu6l5rklmdee7mst\",\"userId\":\"u\"," TIMES ",\"nonce\":\"\"}",
                   REFUSAL_TICKET_PEER_ID_MISMATCH);
}

static void node_id_under_a_key_that_is_none_is_a_mismatch(void **state) {
    struct bench *b = *state;
    assert_int_equal(check(b, envelope_text(b, (struct envelope){.payload = "{" NATIVE "}", .key = "!!!"})),
                     REFUSAL_TICKET_PEER_ID_MISMATCH);
}

static void ids_that_were_not_expected_are_a_mismatch(void **state) {
    struct bench *b = *state;
    const char *text = envelope_text(b, (struct envelope){.payload = "{" CLAIMED "}"});
    struct ticket_rules rules = {.expected_peer_id = SPAN_LITERAL("peer-v"),
                                 .expected_user_id = SPAN_LITERAL("user-v")};
    assert_int_equal(check_with(b, text, &rules), REFUSAL_NONE);
    rules.expected_user_id = SPAN_LITERAL("user-x");
    assert_int_equal(check_with(b, text, &rules), REFUSAL_TICKET_USER_ID_MISMATCH);
    rules.expected_peer_id = SPAN_LITERAL("peer-x");
    assert_int_equal(check_with(b, text, &rules), REFUSAL_TICKET_PEER_ID_MISMATCH);
}

/* ---- Key and signature ---- */

static void key_outside_the_trust_list_is_untrusted(void **state) {
    struct bench *b = *state;
    const char *text = envelope_text(b, (struct envelope){.payload = "{" CLAIMED "}"});
    struct public_key trusted[2] = {{{7}}, sign_public_key(&b->key)};
    struct ticket_rules rules = {.has_trust_list = true, .trusted = trusted, .trusted_count = 2};
    assert_int_equal(check_with(b, text, &rules), REFUSAL_NONE);
    rules.trusted_count = 1;
    assert_int_equal(check_with(b, text, &rules), REFUSAL_TICKET_UNTRUSTED_PUBLIC_KEY);
    rules.trusted_count = 0;
    assert_int_equal(check_with(b, text, &rules), REFUSAL_TICKET_UNTRUSTED_PUBLIC_KEY);
    text = envelope_text(b, (struct envelope){.payload = "{" CLAIMED "}", .key = "!!!", .algorithm = "\"rsa\""});
    assert_int_equal(check_with(b, text, &rules), REFUSAL_TICKET_UNTRUSTED_PUBLIC_KEY);
}

static void other_algorithm_is_unsupported(void **state) {
    struct bench *b = *state;
    const char *const algorithms[] = {"\"rsa\"", "\"Ed25519\"", "\"\"", "\"ed25519\\u0000\""};
    for (size_t i = 0; i < sizeof algorithms / sizeof algorithms[0]; i++)
        assert_int_equal(check(b, envelope_text(b, (struct envelope){.payload = "{" CLAIMED "}",
                                                                     .algorithm = algorithms[i],
                                                                     .signature = "!!!"})),
                         REFUSAL_TICKET_UNSUPPORTED_ALGORITHM);
}

static void key_or_signature_that_does_not_decode_is_an_invalid_signature(void **state) {
    struct bench *b = *state;
    const struct envelope envelopes[] = {
        {.payload = "{" CLAIMED "}", .signature = ""},     {.payload = "{" CLAIMED "}", .signature = "AAAA"},
        {.payload = "{" CLAIMED "}", .signature = "-_AA"}, {.payload = "{" CLAIMED "}", .key = "!!!"},
        {.payload = "{" CLAIMED "}", .key = ""},           {.payload = "{" CLAIMED "}", .key = "AAAA"}};
    for (size_t i = 0; i < sizeof envelopes / sizeof envelopes[0]; i++)
        assert_int_equal(check(b, envelope_text(b, envelopes[i])), REFUSAL_TICKET_SIGNATURE_INVALID);
}

static void white_space_in_base64_is_forgiven_and_not_passed_on(void **state) {
    struct bench *b = *state;
    uint8_t memory[LIMIT_TICKET_ENVELOPE_MAX];
    struct buffer out = buffer_over(memory, sizeof memory);
    char spaced[8192];
    const char *text = envelope_text(b, (struct envelope){.payload = "{" CLAIMED "}"});
    const char *key = strstr(text, "publicKey\":\"") + strlen("publicKey\":\"");
    (void)snprintf(spaced, sizeof spaced, "%.*s \\n %s", (int)(key - text), text, key);
    assert_int_equal(check(b, spaced), REFUSAL_NONE);
    ticket_write(&out, &b->ticket);
    assert_true(span_equal_text(buffer_span(&out), text));
}

static void changed_payload_is_an_invalid_signature(void **state) {
    struct bench *b = *state;
    char changed[8192];
    const char *text = envelope_text(b, (struct envelope){.payload = "{" CLAIMED "}"});
    const char *id = strstr(text, "peer-v");
    (void)snprintf(changed, sizeof changed, "%.*speer-w%s", (int)(id - text), text, id + 6);
    assert_int_equal(check(b, changed), REFUSAL_TICKET_SIGNATURE_INVALID);
}

static void earlier_check_wins(void **state) {
    struct bench *b = *state;
    const char *text = envelope_text(
        b,
        (struct envelope){
            .payload = "{\"peerId\":\"nyxzypxz7askc56bpu6l5rklmdee7mst\",\"userId\":\"u\",\"issuedAt\":1763640000000,"
                       "\"expiresAt\":1763641000000,\"nonce\":\"\"}",
            .algorithm = "\"rsa\"",
            .signature = "!"});
    struct ticket_rules rules = {.judges_time = true, .now_ms = NOW + DAY, .has_trust_list = true};
    assert_int_equal(check_with(b, text, &rules), REFUSAL_TICKET_EXPIRED);
    rules.now_ms = NOW - DAY;
    assert_int_equal(check_with(b, text, &rules), REFUSAL_TICKET_NOT_YET_VALID);
    rules.now_ms = NOW;
    assert_int_equal(check_with(b, text, &rules), REFUSAL_TICKET_LIFETIME_INVALID);
    assert_payload(b,
                   "{\"peerId\":\"nyxzypxz7askc56bpu6l5rklmdee7mst\",\"userId\":\"u\",\"issuedAt\":1,\"expiresAt\":2,"
                   "\"nonce\":\"\",\"addrs\":7}",
                   REFUSAL_TICKET_MALFORMED);
}

/* ---- Native members ---- */

static void native_members_are_read(void **state) {
    struct bench *b = *state;
    char text[ADDRESS_TEXT_MAX];
    const uint8_t boot[8] = {0x01, 0x23, 0x45, 0x67, 0x89, 0xab, 0xcd, 0xef};
    assert_payload(b,
                   "{" NATIVE ",\"addrs\":[\"203.0.113.5:8782\",\"[2001:db8::5]:8782\"],\"boot\":\"0123456789abcdef\","
                   "\"community\":\"mainnet\"}",
                   REFUSAL_NONE);
    assert_true(b->ticket.is_native);
    assert_int_equal(b->ticket.addr_count, 2);
    assert_string_equal(address_text(&b->ticket.addrs[1], text), "[2001:db8::5]:8782");
    assert_memory_equal(b->ticket.boot, boot, sizeof boot);
    assert_string_equal(b->ticket.community, "mainnet");
    assert_false(b->ticket.has_user_cert);
}

static void native_ticket_may_say_nothing_more(void **state) {
    struct bench *b = *state;
    assert_payload(b, "{" NATIVE "}", REFUSAL_NONE);
    assert_true(b->ticket.is_native);
    assert_int_equal(b->ticket.addr_count, 0);
    assert_string_equal(b->ticket.community, "");
}

static const char *const OUT_OF_FORM[] = {
    "\"addrs\":null",
    "\"addrs\":\"203.0.113.5:8782\"",
    "\"addrs\":[7]",
    "\"addrs\":[\"203.0.113.5\"]",
    "\"addrs\":[\"203.0.113.5:0\"]",
    "\"addrs\":[\"203.0.113.05:8782\"]",
    "\"addrs\":[\"[::ffff:203.0.113.5]:8782\"]",
    "\"addrs\":[\"[2001:DB8::5]:8782\"]",
    "\"addrs\":[\"node.example.org:8782\"]",
    "\"addrs\":[\"203.0.113.5:1\",\"203.0.113.5:2\",\"203.0.113.5:3\",\"203.0.113.5:4\",\"203.0.113.5:5\"]",
    "\"boot\":1",
    "\"boot\":\"0123456789abcde\"",
    "\"boot\":\"0123456789abcdef0\"",
    "\"boot\":\"0123456789ABCDEF\"",
    "\"boot\":\"0123456789abcdeg\"",
    "\"community\":[]",
    "\"community\":\"\"",
    "\"community\":\"Mainnet\"",
    "\"community\":\"-x\"",
    "\"community\":\"a b\"",
    "\"userCert\":7",
    "\"userCert\":\"\"",
    "\"userCert\":\"AAAA\"",
};

static void native_members_out_of_form_are_malformed(void **state) {
    char text[1024];
    for (size_t i = 0; i < sizeof OUT_OF_FORM / sizeof OUT_OF_FORM[0]; i++) {
        (void)snprintf(text, sizeof text, "{" NATIVE ",%s}", OUT_OF_FORM[i]);
        assert_payload(*state, text, REFUSAL_TICKET_MALFORMED);
    }
}

/* In a claimed ticket they are foreign members that only happen to have these names. */
static void native_members_mean_nothing_in_a_claimed_ticket(void **state) {
    struct bench *b = *state;
    char text[1024];
    for (size_t i = 0; i < sizeof OUT_OF_FORM / sizeof OUT_OF_FORM[0]; i++) {
        (void)snprintf(text, sizeof text, "{" CLAIMED ",%s}", OUT_OF_FORM[i]);
        assert_payload(b, text, REFUSAL_NONE);
        assert_int_equal(b->ticket.addr_count, 0);
    }
}

/* A native payload with a certificate of the bench's user for `node`, and any user id. */
static enum refusal check_certified(struct bench *b, const struct public_key *node, const char *user_id) {
    char text[1024], cert_text[USER_CERT_TEXT_SIZE + 1];
    struct user_cert cert;
    struct buffer out = buffer_over((uint8_t *)cert_text, USER_CERT_TEXT_SIZE);
    user_cert_issue(&cert, &b->user, node, NOW, NOW + DAY);
    user_cert_write(&out, &cert);
    cert_text[out.size] = '\0';
    (void)snprintf(text, sizeof text,
                   "{\"peerId\":\"" NODE_ID "\",\"userId\":\"%s\"," TIMES ",\"nonce\":\"\",\"userCert\":\"%s\"}",
                   user_id, cert_text);
    return check_payload(b, text);
}

static void user_is_proven_only_by_a_certificate_that_holds(void **state) {
    struct bench *b = *state;
    char user_id[NODE_ID_TEXT_SIZE + 1];
    struct public_key node = sign_public_key(&b->key), user = sign_public_key(&b->user);
    struct user_id id = user_id_of_key(&user);
    user_id_text(&id, user_id);
    assert_int_equal(check_certified(b, &node, user_id), REFUSAL_NONE);
    assert_true(b->ticket.has_user_cert);
    assert_true(b->ticket.is_cert_verified);
    assert_true(ticket_is_user_proven(&b->ticket, NOW));
    assert_false(ticket_is_user_proven(&b->ticket, NOW + DAY + 15001));
    assert_false(ticket_is_user_proven(&b->ticket, NOW - 15001));
    assert_int_equal(check_certified(b, &user, user_id), REFUSAL_NONE); /* for another node */
    assert_true(b->ticket.has_user_cert);
    assert_false(b->ticket.is_cert_verified);
    assert_int_equal(check_certified(b, &node, USER_ID), REFUSAL_NONE); /* another user's id */
    assert_false(b->ticket.is_cert_verified);
}

/* What a beacon may pass on must be what a peer can read: else one ticket makes honest nodes cut each other off. */
static void native_ticket_fits_the_wire_between_nodes(void **state) {
    struct bench *b = *state;
    const char *head = "{\"peerId\":\"" NODE_ID "\",\"userId\":\"" USER_ID "\"," TIMES ",\"nonce\":\"\",\"x\":";
    const struct {
        const char *member;
        enum refusal refusal;
    } cases[] = {
        {"[[[[1]]]]}", REFUSAL_NONE},
        {"[[[[[1]]]]]}", REFUSAL_TICKET_MALFORMED},
        {"\"\\ud800\"}", REFUSAL_TICKET_MALFORMED},
        {"{\"\\udc00\":1}}", REFUSAL_TICKET_MALFORMED},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char text[1024];
        (void)snprintf(text, sizeof text, "%s%s", head, cases[i].member);
        assert_int_equal(check_payload(b, text), cases[i].refusal);
    }
}

/* ---- Our own ---- */

static struct ticket_draft native_draft(const struct address *addrs, size_t addr_count, const struct user_cert *cert) {
    return (struct ticket_draft){.peer_id = NODE_ID,
                                 .user_id = USER_ID,
                                 .nonce = "BwcHBwcHBwcHBwcH",
                                 .issued_at_ms = NOW,
                                 .expires_at_ms = NOW + 180000,
                                 .addrs = addrs,
                                 .addr_count = addr_count,
                                 .is_native = true,
                                 .boot = {1, 2, 3, 4, 5, 6, 7, 8},
                                 .community = "mainnet",
                                 .user_cert = cert};
}

static void assert_tickets_equal(const struct ticket *a, const struct ticket *b) {
    assert_memory_equal(a->signature.bytes, b->signature.bytes, 64);
    assert_int_equal(a->is_native, b->is_native);
    assert_int_equal(a->is_cert_verified, b->is_cert_verified);
    assert_int_equal(a->has_user_cert, b->has_user_cert);
    assert_int_equal(a->addr_count, b->addr_count);
    for (size_t i = 0; i < a->addr_count; i++) assert_true(address_equal(&a->addrs[i], &b->addrs[i]));
    assert_memory_equal(a->boot, b->boot, sizeof a->boot);
    assert_string_equal(a->community, b->community);
    assert_string_equal(a->peer_id, b->peer_id);
    assert_string_equal(a->user_id, b->user_id);
    assert_true(node_id_equal(&a->node_id, &b->node_id));
    assert_int_equal(a->payload_size, b->payload_size);
    assert_memory_equal(a->payload, b->payload, a->payload_size);
}

static void signed_ticket_is_read_back_as_it_was_made(void **state) {
    struct bench *b = *state;
    uint8_t memory[LIMIT_TICKET_ENVELOPE_MAX + 1] = {0};
    struct buffer out = buffer_over(memory, LIMIT_TICKET_ENVELOPE_MAX);
    struct address addrs[LIMIT_TICKET_ADDRS_MAX];
    for (size_t i = 0; i < LIMIT_TICKET_ADDRS_MAX; i++)
        assert_true(address_read(SPAN_LITERAL("[2001:db8:1111:2222:3333:4444:5555:6666]:65535"), &addrs[i]));
    struct public_key node = sign_public_key(&b->key);
    struct user_cert cert;
    user_cert_issue(&cert, &b->user, &node, NOW, NOW + DAY);
    struct ticket_draft draft = native_draft(addrs, LIMIT_TICKET_ADDRS_MAX, &cert);
    struct ticket made;
    assert_true(ticket_sign(&made, &draft, &b->key));
    ticket_write(&out, &made);
    assert_false(out.overflowed);
    assert_int_equal(check(b, (const char *)memory), REFUSAL_NONE);
    assert_tickets_equal(&made, &b->ticket);
}

static void empty_native_members_are_left_out(void **state) {
    struct bench *b = *state;
    struct ticket_draft draft = native_draft(NULL, 0, NULL);
    struct ticket made;
    memset(draft.boot, 0, sizeof draft.boot);
    draft.community = "";
    assert_true(ticket_sign(&made, &draft, &b->key));
    struct span payload = {made.payload, made.payload_size};
    assert_true(span_equal_text(payload, "{\"peerId\":\"" NODE_ID "\",\"userId\":\"" USER_ID "\"," TIMES
                                         ",\"nonce\":\"BwcHBwcHBwcHBwcH\"}"));
}

static void assert_not_signed(struct bench *b, struct ticket_draft draft) {
    struct ticket ticket;
    const struct ticket zero = {0};
    memset(&ticket, 0, sizeof ticket);
    assert_false(ticket_sign(&ticket, &draft, &b->key));
    assert_memory_equal(&ticket.key, &zero.key, sizeof zero.key);
}

static void draft_that_readers_would_refuse_is_not_signed(void **state) {
    struct bench *b = *state;
    char long_id[LIMIT_TICKET_ID_MAX + 2], long_nonce[LIMIT_TICKET_NONCE_MAX + 2];
    struct address portless = {.family = ADDRESS_IPV4, .ip = {203, 0, 113, 5}};
    memset(long_id, 'x', sizeof long_id);
    memset(long_nonce, 'x', sizeof long_nonce);
    long_id[sizeof long_id - 1] = long_nonce[sizeof long_nonce - 1] = '\0';
    struct ticket_draft good = native_draft(NULL, 0, NULL), draft = good;
    draft.peer_id = "nyxzypxz7askc56bpu6l5rklmdee7mst", assert_not_signed(b, draft);
    draft.is_native = false, assert_not_signed(b, draft);
    draft = good, draft.peer_id = "peer-v", assert_not_signed(b, draft);
    draft = good, draft.peer_id = NULL, assert_not_signed(b, draft);
    draft = good, draft.user_id = long_id, assert_not_signed(b, draft);
    draft = good, draft.user_id = "\xff", assert_not_signed(b, draft);
    draft = good, draft.nonce = long_nonce, assert_not_signed(b, draft);
    draft = good, draft.expires_at_ms = NOW, assert_not_signed(b, draft);
    draft = good, draft.expires_at_ms = NOW + 600001, assert_not_signed(b, draft);
    draft = good, draft.community = "No", assert_not_signed(b, draft);
    draft = good, draft.addrs = &portless, draft.addr_count = 1, assert_not_signed(b, draft);
    draft = good, draft.addr_count = LIMIT_TICKET_ADDRS_MAX + 1, assert_not_signed(b, draft);
    draft = good, draft.peer_id = "peer-v", draft.is_native = false;
    draft.issued_at_ms = IDENTITY_TIME_MS_MAX + 1, assert_not_signed(b, draft);
}

/* 256 bytes of a control character are 1536 of JSON. */
static void payload_that_grows_over_its_limit_by_escapes_is_not_signed(void **state) {
    char id[LIMIT_TICKET_ID_MAX + 1];
    struct ticket_draft draft = native_draft(NULL, 0, NULL);
    memset(id, 1, sizeof id);
    id[LIMIT_TICKET_ID_MAX] = '\0';
    draft.peer_id = id;
    draft.is_native = false;
    assert_not_signed(*state, draft);
}

/* ---- Use ---- */

static void fresh_ticket_is_issued_and_not_over(void **state) {
    (void)state;
    const struct ticket ticket = {.issued_at_ms = NOW, .expires_at_ms = NOW + 180000};
    assert_true(ticket_is_fresh(&ticket, NOW));
    assert_true(ticket_is_fresh(&ticket, NOW + 195000));
    assert_false(ticket_is_fresh(&ticket, NOW + 195001));
    assert_true(ticket_is_fresh(&ticket, NOW - 15000));
    assert_false(ticket_is_fresh(&ticket, NOW - 15001));
}

static void known_ticket_was_issued_within_an_hour(void **state) {
    (void)state;
    const struct ticket ticket = {.issued_at_ms = NOW, .expires_at_ms = NOW + 180000};
    assert_true(ticket_is_known(&ticket, NOW + 3600000));
    assert_false(ticket_is_known(&ticket, NOW + 3600001));
    assert_true(ticket_is_known(&ticket, NOW - 15000));
    assert_false(ticket_is_known(&ticket, NOW - 15001));
}

static void names_of_communities_keep_to_the_pattern(void **state) {
    (void)state;
    char longest[LIMIT_COMMUNITY_MAX + 1];
    memset(longest, 'a', sizeof longest);
    assert_true(community_is_valid(SPAN_LITERAL("mainnet")));
    assert_true(community_is_valid(SPAN_LITERAL("0")));
    assert_true(community_is_valid(SPAN_LITERAL("a.b_c-9")));
    assert_true(community_is_valid((struct span){(uint8_t *)longest, LIMIT_COMMUNITY_MAX}));
    assert_false(community_is_valid((struct span){(uint8_t *)longest, LIMIT_COMMUNITY_MAX + 1}));
    assert_false(community_is_valid(SPAN_NONE));
    assert_false(community_is_valid(SPAN_LITERAL(".a")));
    assert_false(community_is_valid(SPAN_LITERAL("a/b")));
    assert_false(community_is_valid(SPAN_LITERAL("\xc3\xbc")));
}

/* The trees that need most memory for their text: hashing has a place for each. */
static void richest_payloads_are_hashed(void **state) {
    struct bench *b = *state;
    const char *const pieces[] = {"0,", "[],", "{},", "\"\\n\",", "{\"\":0},", "[[0,0]],"};
    for (size_t i = 0; i < sizeof pieces / sizeof pieces[0]; i++) {
        char payload[LIMIT_TICKET_PAYLOAD_MAX + 1] = "{" CLAIMED ",\"x\":[";
        size_t size = strlen(payload), piece = strlen(pieces[i]);
        for (; size + piece + 3 <= LIMIT_TICKET_PAYLOAD_MAX; size += piece) memcpy(payload + size, pieces[i], piece);
        memcpy(payload + size, "0]}", 4);
        assert_payload(b, payload, REFUSAL_NONE);
        (void)ticket_hash(&b->ticket);
    }
}

static void payload_of_many_members_is_hashed(void **state) {
    struct bench *b = *state;
    char payload[LIMIT_TICKET_PAYLOAD_MAX + 1] = "{" CLAIMED;
    size_t size = strlen(payload);
    for (unsigned i = 0; size + 12 < LIMIT_TICKET_PAYLOAD_MAX; i++)
        size += (size_t)snprintf(payload + size, sizeof payload - size, ",\"%x\":0", i);
    memcpy(payload + size, "}", 2);
    assert_payload(b, payload, REFUSAL_NONE);
    (void)ticket_hash(&b->ticket);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(claimed_ticket_is_accepted_and_is_not_native),
        cmocka_unit_test(member_that_is_missing_or_mistyped_is_malformed),
        cmocka_unit_test(whole_numbers_may_be_written_in_any_way),
        cmocka_unit_test(version_other_than_1_is_malformed),
        cmocka_unit_test(envelope_without_one_of_its_members_is_malformed),
        cmocka_unit_test(ids_with_a_nul_or_half_a_character_are_malformed),
        cmocka_unit_test(ids_of_256_bytes_are_the_longest),
        cmocka_unit_test(payload_of_1536_bytes_is_the_largest),
        cmocka_unit_test(envelope_of_2048_bytes_is_the_largest),
        cmocka_unit_test(extra_members_of_the_envelope_are_dropped),
        cmocka_unit_test(extra_members_of_the_payload_are_signed_and_kept_in_place),
        cmocka_unit_test(payload_whose_key_order_nobody_agrees_on_is_unverifiable),
        cmocka_unit_test(refused_ticket_leaves_the_callers_alone),
        cmocka_unit_test(envelope_cut_at_any_byte_is_no_ticket),
        cmocka_unit_test(ticket_past_its_end_and_the_skew_is_expired),
        cmocka_unit_test(ticket_from_beyond_the_skew_is_not_yet_valid),
        cmocka_unit_test(times_are_left_to_the_reader_who_asks_for_it),
        cmocka_unit_test(native_life_is_1_to_600000_ms),
        cmocka_unit_test(node_id_of_another_key_is_a_mismatch),
        cmocka_unit_test(node_id_under_a_key_that_is_none_is_a_mismatch),
        cmocka_unit_test(ids_that_were_not_expected_are_a_mismatch),
        cmocka_unit_test(key_outside_the_trust_list_is_untrusted),
        cmocka_unit_test(other_algorithm_is_unsupported),
        cmocka_unit_test(key_or_signature_that_does_not_decode_is_an_invalid_signature),
        cmocka_unit_test(white_space_in_base64_is_forgiven_and_not_passed_on),
        cmocka_unit_test(changed_payload_is_an_invalid_signature),
        cmocka_unit_test(earlier_check_wins),
        cmocka_unit_test(native_members_are_read),
        cmocka_unit_test(native_ticket_may_say_nothing_more),
        cmocka_unit_test(native_members_out_of_form_are_malformed),
        cmocka_unit_test(native_members_mean_nothing_in_a_claimed_ticket),
        cmocka_unit_test(user_is_proven_only_by_a_certificate_that_holds),
        cmocka_unit_test(native_ticket_fits_the_wire_between_nodes),
        cmocka_unit_test(signed_ticket_is_read_back_as_it_was_made),
        cmocka_unit_test(empty_native_members_are_left_out),
        cmocka_unit_test(draft_that_readers_would_refuse_is_not_signed),
        cmocka_unit_test(payload_that_grows_over_its_limit_by_escapes_is_not_signed),
        cmocka_unit_test(fresh_ticket_is_issued_and_not_over),
        cmocka_unit_test(known_ticket_was_issued_within_an_hour),
        cmocka_unit_test(names_of_communities_keep_to_the_pattern),
        cmocka_unit_test(richest_payloads_are_hashed),
        cmocka_unit_test(payload_of_many_members_is_hashed),
    };
    if (!sign_init()) return 1;
    return cmocka_run_group_tests(tests, bench_open, bench_close);
}
