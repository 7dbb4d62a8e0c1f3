/* SPDX-License-Identifier: Apache-2.0 */
#include "swarm/rendezvous/beacon.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "lib/kept_rows.h"
#include "swarm/rendezvous/beacon_rate.h"

/* A beacon, a clock, and the last answer. A test shows only what matters: who announces what, from where, when. */
enum { ENVELOPE_ROOM = LIMIT_BEACON_BODY_MAX };
static const int64_t NOW = 1763640000000;

struct fixture {
    struct beacon *beacon;
    int64_t now_ms;
    size_t verified; /* signatures that were checked */
    struct beacon_answer answer;
    struct kept_rows kept;
    char ids[16384]; /* the peerIds of the last answer, with commas between */
};

static bool counting_verify(void *context, const struct public_key *key, struct span message,
                            const struct signature *signature) {
    ((struct fixture *)context)->verified++;
    return sign_verify(key, message, signature);
}

static struct beacon_options options_with(struct fixture *f) {
    return (struct beacon_options){.verifier = {.verify = counting_verify, .context = f}, .seed = 7};
}

static void fixture_begin(struct fixture *f, const struct beacon_options *options) {
    assert_true(sign_init());
    if (f->now_ms == 0) f->now_ms = NOW;
    beacon_free(f->beacon);
    f->beacon = beacon_new(options, f->now_ms);
    assert_non_null(f->beacon);
}

static int setup(void **state) {
    struct fixture *f = memory_zeroed(1, sizeof *f);
    const struct beacon_options options = options_with(f);
    fixture_begin(f, &options);
    *state = f;
    return 0;
}

static int teardown(void **state) {
    struct fixture *f = *state;
    beacon_free(f->beacon);
    kept_rows_clear(&f->kept);
    memory_free(f);
    return 0;
}

static struct signing_key key_of(unsigned number) {
    uint8_t seed[32] = {0};
    struct signing_key key;
    memcpy(seed, &number, sizeof number);
    sign_key_from_seed(&key, seed);
    return key;
}

static struct address ip(const char *text) {
    struct address address = {0};
    if (!address_read_ip(span_of_text(text), &address)) fail_msg("no address: %s", text);
    return address;
}

/* What somebody announces; what is zero has a default. */
struct someone {
    unsigned key;      /* 1 */
    const char *id;    /* "peer-<key>"; "native" is the nodeId of the key */
    int64_t issued_ms; /* now + this */
    int64_t life_ms;   /* 180 s */
    const char *said;  /* a native ticket's community; NULL = not said */
    const char *in;    /* the query's community; NULL = "test" */
    const char *from;  /* 203.0.113.1 */
};

static const char *id_of(const struct someone *who, const struct signing_key *key, char text[64]) {
    const struct public_key public_key = sign_public_key(key);
    const struct node_id node = node_id_of_key(&public_key);
    if (who->id != NULL && strcmp(who->id, "native") == 0) return node_id_text(&node, text);
    if (who->id != NULL) return who->id;
    (void)snprintf(text, 64, "peer-%u", who->key == 0 ? 1 : who->key);
    return text;
}

static struct ticket ticket_of(const struct fixture *f, const struct someone *who) {
    const struct signing_key key = key_of(who->key == 0 ? 1 : who->key);
    char text[64];
    struct ticket ticket;
    const int64_t issued_at_ms = f->now_ms + who->issued_ms;
    const struct ticket_draft draft = {.peer_id = id_of(who, &key, text),
                                       .user_id = "user",
                                       .nonce = "AAAAAAAAAAAAAAAA",
                                       .issued_at_ms = issued_at_ms,
                                       .expires_at_ms = issued_at_ms + (who->life_ms == 0 ? 180000 : who->life_ms),
                                       .is_native = who->said != NULL,
                                       .community = who->said};
    assert_true(ticket_sign(&ticket, &draft, &key));
    return ticket;
}

static void ids_read(struct fixture *f) {
    static uint8_t memory[4 << 20];
    struct arena arena = arena_over(memory, sizeof memory);
    enum json_fault fault;
    struct buffer ids = buffer_over((uint8_t *)f->ids, sizeof f->ids - 1);
    const struct json_value *object = json_parse(f->answer.body, JSON_WIRE, &arena, &fault, NULL);
    if (object == NULL) fail_msg("not JSON: %.*s", (int)f->answer.body.size, (const char *)f->answer.body.at);
    const struct json_value *peers = json_member(object, "peers");
    for (size_t i = 0; peers != NULL && i < peers->count; i++) {
        struct span id = SPAN_NONE;
        assert_true(json_as_string(json_member(json_member(&peers->as.items[i], "payload"), "peerId"), &id));
        if (i > 0) buffer_put_u8(&ids, ',');
        buffer_put(&ids, id);
    }
    f->ids[ids.size] = '\0';
}

static void announce_text(struct fixture *f, const char *community, struct span body, const char *from) {
    const struct address address = ip(from == NULL ? "203.0.113.1" : from);
    f->answer = beacon_announce(f->beacon, span_of_text(community), body, &address, f->now_ms);
    ids_read(f);
}

static void announce_ticket(struct fixture *f, const struct ticket *ticket, const char *in, const char *from) {
    uint8_t memory[ENVELOPE_ROOM];
    struct buffer body = buffer_over(memory, sizeof memory);
    buffer_put_text(&body, "{\"ticket\":");
    ticket_write(&body, ticket);
    buffer_put_text(&body, "}");
    announce_text(f, in == NULL ? "test" : in, buffer_span(&body), from);
}

static void announce(struct fixture *f, struct someone who) {
    const struct ticket ticket = ticket_of(f, &who);
    announce_ticket(f, &ticket, who.in, who.from);
}

static void peers_from(struct fixture *f, const char *community, const char *from) {
    const struct address address = ip(from);
    f->answer = beacon_peers(f->beacon, span_of_text(community), &address, f->now_ms);
    ids_read(f);
}

static const char *peers(struct fixture *f, const char *community) {
    peers_from(f, community, "127.0.0.1");
    assert_int_equal(f->answer.status, 200);
    return f->ids;
}

static void assert_accepted(const struct fixture *f) {
    if (f->answer.verdict != BEACON_ACCEPTED)
        fail_msg("verdict %d: %.*s", (int)f->answer.verdict, (int)f->answer.body.size, (const char *)f->answer.body.at);
    assert_int_equal(f->answer.status, 200);
}

static void assert_refused(const struct fixture *f, const char *reason) {
    char expected[128];
    (void)snprintf(expected, sizeof expected,
                   "{\"ok\":false,\"peers\":[],\"validation\":{\"ok\":false,\"reason\":\"%s\"}}", reason);
    if (!span_equal_text(f->answer.body, expected))
        fail_msg("%s was wanted: %.*s", reason, (int)f->answer.body.size, (const char *)f->answer.body.at);
    assert_int_equal(f->answer.status, 200);
    assert_int_equal(f->answer.verdict, BEACON_REFUSED);
    assert_string_equal(refusal_name(f->answer.refusal), reason);
}

static void assert_invalid_payload(const struct fixture *f) {
    if (!span_equal_text(f->answer.body, "{\"ok\":false,\"error\":\"Invalid payload\"}"))
        fail_msg("Invalid payload was wanted: %.*s", (int)f->answer.body.size, (const char *)f->answer.body.at);
    assert_int_equal(f->answer.status, 400);
}

static size_t entries(const struct fixture *f) {
    struct beacon_counts counts;
    beacon_count(f->beacon, &counts);
    return counts.entries;
}

/* ---- Announcing and listing ---- */

static void an_announce_is_answered_with_the_others(void **state) {
    struct fixture *f = *state;
    announce(f, (struct someone){.key = 1});
    assert_accepted(f);
    assert_string_equal(f->ids, "");
    f->now_ms++;
    announce(f, (struct someone){.key = 2});
    assert_string_equal(f->ids, "peer-1");
    f->now_ms++;
    announce(f, (struct someone){.key = 3});
    assert_string_equal(f->ids, "peer-2,peer-1");
    assert_string_equal(peers(f, "test"), "peer-3,peer-2,peer-1");
}

static void equals_keep_the_order_they_came_in(void **state) {
    struct fixture *f = *state;
    for (unsigned key = 1; key <= 4; key++) announce(f, (struct someone){.key = key});
    assert_string_equal(peers(f, "test"), "peer-1,peer-2,peer-3,peer-4");
    f->now_ms += 5;
    announce(f, (struct someone){.key = 3});
    announce(f, (struct someone){.key = 2});
    assert_string_equal(peers(f, "test"), "peer-2,peer-3,peer-1,peer-4");
}

static void the_envelope_is_listed_as_the_five_members(void **state) {
    struct fixture *f = *state;
    const struct ticket ticket = ticket_of(f, &(struct someone){.key = 1});
    uint8_t memory[ENVELOPE_ROOM], expected_memory[ENVELOPE_ROOM];
    struct buffer body = buffer_over(memory, sizeof memory), expected = buffer_over(expected_memory, ENVELOPE_ROOM);
    buffer_put_text(&body, "{\"ticket\": {\"extra\":[1,2], \"x\":null,");
    const size_t at = body.size;
    ticket_write(&body, &ticket);
    memory[at] = ' ';
    buffer_put_text(&body, "}");
    announce_text(f, "test", buffer_span(&body), NULL);
    assert_accepted(f);
    (void)peers(f, "test");
    buffer_put_text(&expected, "{\"ok\":true,\"peers\":[");
    ticket_write(&expected, &ticket);
    buffer_put_text(&expected, "]}");
    assert_int_equal(f->answer.body.size, expected.size);
    assert_memory_equal(f->answer.body.at, expected.at, expected.size);
}

static void a_list_is_cut_to_its_maximum(void **state) {
    struct fixture *f = *state;
    struct beacon_options options = options_with(f);
    options.list_max = 2;
    fixture_begin(f, &options);
    for (unsigned key = 1; key <= 4; key++, f->now_ms++) announce(f, (struct someone){.key = key});
    assert_string_equal(peers(f, "test"), "peer-4,peer-3");
    announce(f, (struct someone){.key = 4}); /* the announcer takes no place in the list */
    assert_string_equal(f->ids, "peer-3,peer-2");
}

static bool lists(const struct fixture *f, const char *id) {
    for (const char *at = f->ids; (at = strstr(at, id)) != NULL; at++)
        if ((at == f->ids || at[-1] == ',') && (at[strlen(id)] == ',' || at[strlen(id)] == '\0')) return true;
    return false;
}

static size_t listed(const struct fixture *f) {
    size_t count = f->ids[0] != '\0';
    for (const char *at = f->ids; *at != '\0'; at++) count += *at == ',';
    return count;
}

static void one_address_fills_only_its_share_of_the_list(void **state) {
    struct fixture *f = *state;
    for (unsigned key = 1; key <= 9; key++, f->now_ms++) {
        char from[32];
        (void)snprintf(from, sizeof from, "198.51.100.%u", key);
        announce(f, (struct someone){.key = key, .from = from});
    }
    for (unsigned key = 100; key < 160; key++, f->now_ms++)
        announce(f, (struct someone){.key = key, .from = "203.0.113.66"});
    (void)peers(f, "test");
    for (unsigned key = 1; key <= 9; key++) {
        char id[16];
        (void)snprintf(id, sizeof id, "peer-%u", key);
        assert_true(lists(f, id));
    }
    assert_int_equal(listed(f), LIMIT_BEACON_LIST_MAX); /* what is left goes by age */
    assert_true(lists(f, "peer-159"));
    assert_true(lists(f, "peer-119"));
    assert_false(lists(f, "peer-118"));
    assert_non_null(strstr(f->ids, "peer-119,peer-9,peer-8,peer-7")); /* newest first all the same */
}

static void with_more_groups_than_places_two_of_each_are_listed_at_most(void **state) {
    struct fixture *f = *state;
    struct beacon_options options = options_with(f);
    options.list_max = 5;
    fixture_begin(f, &options);
    for (unsigned key = 1; key <= 5; key++, f->now_ms++) {
        char from[32];
        (void)snprintf(from, sizeof from, "198.51.100.%u", key);
        announce(f, (struct someone){.key = key, .from = from});
    }
    for (unsigned key = 6; key <= 10; key++, f->now_ms++)
        announce(f, (struct someone){.key = key, .from = "203.0.113.66"});
    assert_string_equal(peers(f, "test"), "peer-10,peer-9,peer-5,peer-4,peer-3");
}

static void communities_are_apart_and_mainnet_is_the_default(void **state) {
    struct fixture *f = *state;
    announce(f, (struct someone){.key = 1, .in = ""});
    announce(f, (struct someone){.key = 2, .in = "test"});
    assert_string_equal(peers(f, ""), "peer-1");
    assert_string_equal(peers(f, "mainnet"), "peer-1");
    assert_string_equal(peers(f, "test"), "peer-2");
    assert_string_equal(peers(f, "nobody"), "");
}

static void a_name_outside_the_pattern_lists_nobody_and_takes_no_announce(void **state) {
    struct fixture *f = *state;
    const char *const names[] = {"-",  "Mainnet",  "a b",
                                 ".x", "\xc3\xa9", "a234567890123456789012345678901234567890123456789012345678901234"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        announce(f, (struct someone){.in = names[i]});
        assert_int_equal(f->answer.status, 400);
        assert_int_equal(f->answer.verdict, BEACON_BAD_COMMUNITY);
        assert_string_equal(peers(f, names[i]), "");
    }
    announce(f, (struct someone){.in = "a23456789012345678901234567890123456789012345678901234567890123"});
    assert_accepted(f);
}

static void asking_makes_no_community(void **state) {
    struct fixture *f = *state;
    struct beacon_counts counts;
    (void)peers(f, "nobody");
    beacon_count(f->beacon, &counts);
    assert_int_equal(counts.communities, 0);
    assert_int_equal(counts.lists, 1);
}

/* ---- Bodies ---- */

static void bodies_without_a_usable_ticket_are_400(void **state) {
    struct fixture *f = *state;
    const char *const bodies[] = {"",
                                  "{not json",
                                  "null",
                                  "[]",
                                  "\"x\"",
                                  "1",
                                  "{}",
                                  "{\"ticket\":null}",
                                  "{\"ticket\":false}",
                                  "{\"ticket\":0}",
                                  "{\"ticket\":\"\"}",
                                  "{\"ticket\":\"str\"}",
                                  "{\"ticket\":[]}",
                                  "{\"ticket\":{}}",
                                  "{\"ticket\":{\"payload\":{}}}",
                                  "{\"ticket\":{}} trailing"};
    for (size_t i = 0; i < sizeof bodies / sizeof bodies[0]; i++) {
        announce_text(f, "test", span_of_text(bodies[i]), NULL);
        assert_invalid_payload(f);
    }
    assert_int_equal(entries(f), 0);
}

static void a_body_over_its_limit_is_400(void **state) {
    struct fixture *f = *state;
    static uint8_t body[LIMIT_BEACON_BODY_MAX + 1];
    memset(body, ' ', sizeof body);
    body[0] = '{';
    body[sizeof body - 1] = '}';
    announce_text(f, "test", (struct span){body, sizeof body}, NULL);
    assert_invalid_payload(f);
    for (size_t i = 0; i < LIMIT_BEACON_BODY_MAX; i++) body[i] = i % 2 == 0 ? ',' : '0'; /* the richest tree */
    body[0] = '[';
    body[LIMIT_BEACON_BODY_MAX - 2] = ' ';
    body[LIMIT_BEACON_BODY_MAX - 1] = ']';
    announce_text(f, "test", (struct span){body, LIMIT_BEACON_BODY_MAX}, NULL);
    assert_invalid_payload(f);
}

static void a_truncated_body_is_never_accepted(void **state) {
    struct fixture *f = *state;
    const struct ticket ticket = ticket_of(f, &(struct someone){.key = 1});
    uint8_t memory[ENVELOPE_ROOM];
    struct buffer body = buffer_over(memory, sizeof memory);
    beacon_announce(f->beacon, SPAN_NONE, SPAN_NONE, &(struct address){0}, f->now_ms);
    buffer_put_text(&body, "{\"ticket\":");
    ticket_write(&body, &ticket);
    buffer_put_text(&body, "}");
    for (size_t size = 0; size < body.size; size++) {
        announce_text(f, "test", (struct span){memory, size}, "127.0.0.1");
        assert_invalid_payload(f);
    }
    announce_text(f, "test", buffer_span(&body), NULL);
    assert_accepted(f);
}

/* ---- Refusals ---- */

static void tickets_out_of_their_time_are_refused(void **state) {
    struct fixture *f = *state;
    announce(f, (struct someone){.issued_ms = -195001, .life_ms = 180000});
    assert_refused(f, "EXPIRED");
    announce(f, (struct someone){.issued_ms = 15001});
    assert_refused(f, "NOT_YET_VALID");
    announce(f, (struct someone){.issued_ms = 15000});
    assert_accepted(f);
    assert_string_equal(peers(f, "test"), "peer-1");
}

static void a_ticket_in_the_skew_after_its_end_is_accepted_and_not_listed(void **state) {
    struct fixture *f = *state;
    announce(f, (struct someone){.issued_ms = -195000, .life_ms = 180000});
    assert_accepted(f);
    assert_string_equal(peers(f, "test"), "");
}

/* What ticket_sign would not sign: any id and lifetime under any key. */
static void announce_forged(struct fixture *f, unsigned key_number, const char *id, int64_t life_ms) {
    const struct signing_key key = key_of(key_number);
    const struct public_key public_key = sign_public_key(&key);
    struct ticket ticket = {.key = public_key};
    struct buffer payload = buffer_over(ticket.payload, sizeof ticket.payload);
    buffer_put_text(&payload, "{\"expiresAt\":");
    buffer_put_decimal(&payload, f->now_ms + life_ms);
    buffer_put_text(&payload, ",\"issuedAt\":");
    buffer_put_decimal(&payload, f->now_ms);
    buffer_put_text(&payload, ",\"nonce\":\"AAAA\",\"peerId\":\"");
    buffer_put_text(&payload, id);
    buffer_put_text(&payload, "\",\"userId\":\"user\"}");
    ticket.payload_size = (uint16_t)payload.size;
    ticket.signature = sign_message(&key, buffer_span(&payload));
    announce_ticket(f, &ticket, NULL, NULL);
}

static void native_lifetimes_are_bounded_and_claimed_ones_are_not(void **state) {
    struct fixture *f = *state;
    const struct signing_key key = key_of(1);
    char id[64];
    (void)id_of(&(struct someone){.id = "native"}, &key, id);
    announce_forged(f, 1, id, 600001);
    assert_refused(f, "LIFETIME_INVALID");
    announce_forged(f, 1, id, 0);
    assert_refused(f, "LIFETIME_INVALID");
    announce_forged(f, 1, id, 600000);
    assert_accepted(f);
    announce(f, (struct someone){.key = 2, .life_ms = 86400000});
    assert_accepted(f);
}

static void a_native_id_of_another_key_is_refused(void **state) {
    struct fixture *f = *state;
    const struct signing_key key = key_of(1);
    char id[64];
    (void)id_of(&(struct someone){.id = "native"}, &key, id);
    announce_forged(f, 2, id, 180000);
    assert_refused(f, "PEER_ID_MISMATCH");
    announce(f, (struct someone){.key = 1, .id = id});
    assert_accepted(f);
}

static void only_trusted_keys_when_there_is_a_list(void **state) {
    struct fixture *f = *state;
    struct beacon_options options = options_with(f);
    const struct signing_key keys[2] = {key_of(1), key_of(3)};
    const struct public_key trusted[2] = {sign_public_key(&keys[0]), sign_public_key(&keys[1])};
    options.policy.trusted = trusted;
    options.policy.trusted_count = 2;
    fixture_begin(f, &options);
    announce(f, (struct someone){.key = 2});
    assert_refused(f, "UNTRUSTED_PUBLIC_KEY");
    announce(f, (struct someone){.key = 3});
    assert_accepted(f);
}

static void set_policy(struct fixture *f, struct beacon_policy policy) {
    assert_true(beacon_set_policy(f->beacon, &policy));
}

static void entries_of_keys_that_lose_trust_go_at_once(void **state) {
    struct fixture *f = *state;
    const struct signing_key key = key_of(2);
    const struct public_key trusted = sign_public_key(&key);
    announce(f, (struct someone){.key = 1});
    announce(f, (struct someone){.key = 2});
    f->now_ms++;
    announce(f, (struct someone){.key = 3});
    set_policy(f, (struct beacon_policy){.trusted = &trusted, .trusted_count = 1});
    assert_string_equal(peers(f, "test"), "peer-2");
    announce(f, (struct someone){.key = 1});
    assert_refused(f, "UNTRUSTED_PUBLIC_KEY");
    set_policy(f, (struct beacon_policy){0});
    announce(f, (struct someone){.key = 1});
    assert_accepted(f);
}

static void a_community_that_is_configured_later_takes_a_place_and_keeps_it(void **state) {
    struct fixture *f = *state;
    struct beacon_options options = options_with(f);
    const char *const ours[] = {"ours", "no name"};
    options.communities_max = 2;
    fixture_begin(f, &options);
    announce(f, (struct someone){.key = 1, .in = "a", .from = "198.51.100.1"});
    f->now_ms++;
    announce(f, (struct someone){.key = 2, .in = "b", .from = "198.51.100.1"});
    set_policy(f, (struct beacon_policy){.configured = ours, .configured_count = 2});
    assert_string_equal(peers(f, "a"), "");
    announce(f, (struct someone){.key = 3, .in = "ours", .from = "198.51.100.2"});
    for (unsigned i = 0; i < 10; i++) {
        char name[16];
        (void)snprintf(name, sizeof name, "x%u", i);
        announce(f, (struct someone){.key = 10 + i, .in = name, .from = "198.51.100.3"});
    }
    assert_string_equal(peers(f, "ours"), "peer-3");
    set_policy(f, (struct beacon_policy){0});
    announce(f, (struct someone){.key = 4, .in = "c", .from = "198.51.100.4"});
    announce(f, (struct someone){.key = 5, .in = "d", .from = "198.51.100.4"});
    assert_string_equal(peers(f, "ours"), "");
}

/* Every place is taken, and the one that stays is not the first of the new list. */
static void a_community_that_stays_configured_keeps_its_place(void **state) {
    struct fixture *f = *state;
    struct beacon_options options = options_with(f);
    const char *const before[] = {"mainnet", "keep"}, *const after[] = {"mainnet", "new", "keep"};
    options.communities_max = 4;
    fixture_begin(f, &options);
    set_policy(f, (struct beacon_policy){.configured = before, .configured_count = 2});
    announce(f, (struct someone){.key = 1, .in = "keep", .from = "198.51.100.1"});
    for (unsigned i = 0; i < 2; i++, f->now_ms++) {
        const char *const names[] = {"a", "b"};
        announce(f, (struct someone){.key = 10 + i, .in = names[i], .from = "198.51.100.3"});
        announce(f, (struct someone){.key = 20 + i, .in = names[i], .from = "198.51.100.4"});
    }
    set_policy(f, (struct beacon_policy){.configured = after, .configured_count = 3});
    assert_string_equal(peers(f, "keep"), "peer-1");
    assert_string_equal(peers(f, "a"), "");
}

static void the_loopback_rate_may_be_switched_on_while_it_runs(void **state) {
    struct fixture *f = *state;
    for (unsigned i = 0; i <= LIMIT_BEACON_RATE_BURST; i++) announce_text(f, "test", SPAN_NONE, "127.0.0.1");
    assert_int_equal(f->answer.verdict, BEACON_NOT_JSON);
    set_policy(f, (struct beacon_policy){.has_loopback_rate = true});
    for (unsigned i = 0; i <= LIMIT_BEACON_RATE_BURST; i++) announce_text(f, "test", SPAN_NONE, "127.0.0.1");
    assert_int_equal(f->answer.verdict, BEACON_OVER_RATE);
}

/* The answer to "who is there" is kept; whatever could change it must be seen in the next one. */
static void a_kept_list_is_never_older_than_what_happened(void **state) {
    struct fixture *f = *state;
    announce(f, (struct someone){.key = 1, .life_ms = 10000});
    const uint8_t *kept = (peers(f, "test"), f->answer.body.at);
    assert_string_equal(peers(f, "test"), "peer-1");
    assert_ptr_equal(f->answer.body.at, kept);
    f->now_ms += 1000;
    announce(f, (struct someone){.key = 2});
    assert_string_equal(peers(f, "test"), "peer-2,peer-1");
    f->now_ms += 1000;
    announce(f, (struct someone){.key = 1, .life_ms = 10000});
    assert_string_equal(peers(f, "test"), "peer-1,peer-2");
    f->now_ms += 9999;
    assert_string_equal(peers(f, "test"), "peer-1,peer-2");
    f->now_ms += 1; /* held, but not listed any more: nothing but time has passed */
    assert_string_equal(peers(f, "test"), "peer-2");
    f->now_ms -= 5000; /* the clock is set back */
    assert_string_equal(peers(f, "test"), "peer-1,peer-2");
}

/* More lists than are kept at once: those that had to go are written again, and say the same. */
static void lists_beyond_what_is_kept_are_written_again(void **state) {
    struct fixture *f = *state;
    enum { COMMUNITIES = 75, MEMBERS = 50 };
    char id[LIMIT_TICKET_ID_MAX + 1];
    size_t bytes = 0;
    for (unsigned i = 0; i < COMMUNITIES * MEMBERS; i++) {
        char name[16];
        (void)snprintf(name, sizeof name, "c%u", i / MEMBERS);
        (void)snprintf(id, sizeof id, "%0*u", LIMIT_TICKET_ID_MAX, i);
        announce(f, (struct someone){.key = 1, .id = id, .in = name, .from = "127.0.0.1"});
        assert_accepted(f);
    }
    for (unsigned turn = 0; turn < 2; turn++) {
        for (unsigned i = 0; i < COMMUNITIES; i++) {
            char name[16];
            (void)snprintf(name, sizeof name, "c%u", i);
            (void)snprintf(id, sizeof id, "%0*u", LIMIT_TICKET_ID_MAX, i * MEMBERS);
            assert_non_null(strstr(peers(f, name), id));
            bytes += f->answer.body.size;
        }
    }
    assert_true(bytes / 2 > LIMIT_BEACON_KEPT_BYTES_MAX);
}

/* ---- In two steps ---- */

static bool begin(struct fixture *f, struct someone who, struct beacon_pending *pending) {
    const struct ticket ticket = ticket_of(f, &who);
    const struct address address = ip(who.from == NULL ? "203.0.113.1" : who.from);
    uint8_t memory[ENVELOPE_ROOM];
    struct buffer body = buffer_over(memory, sizeof memory);
    buffer_put_text(&body, "{\"ticket\":");
    ticket_write(&body, &ticket);
    buffer_put_text(&body, "}");
    const struct span community = span_of_text(who.in == NULL ? "test" : who.in);
    return beacon_announce_begin(f->beacon, community, buffer_span(&body), &address, pending, &f->answer, f->now_ms);
}

static void finish(struct fixture *f, const struct beacon_pending *pending, bool is_verified) {
    f->answer = beacon_announce_finish(f->beacon, pending, is_verified, f->now_ms);
    ids_read(f);
}

static void what_is_pending_is_what_the_key_signed(void **state) {
    struct fixture *f = *state;
    struct beacon_pending pending;
    assert_false(begin(f, (struct someone){.key = 1}, &pending));
    assert_int_equal(f->verified, 0);
    const struct span message = {pending.message, pending.message_size};
    assert_true(sign_verify(&pending.key, message, &pending.signature));
    assert_string_equal(peers(f, "test"), "");
    finish(f, &pending, true);
    assert_accepted(f);
    assert_string_equal(peers(f, "test"), "peer-1");
    assert_true(begin(f, (struct someone){.key = 1}, &pending)); /* a repeat needs no signature */
    assert_int_equal(f->answer.verdict, BEACON_REPEATED);
}

static void a_signature_that_does_not_hold_is_the_reason(void **state) {
    struct fixture *f = *state;
    struct beacon_pending pending;
    announce(f, (struct someone){.key = 2, .id = "peer-1"});
    assert_false(begin(f, (struct someone){.key = 1}, &pending));
    finish(f, &pending, false);
    assert_refused(f, "SIGNATURE_INVALID"); /* before anything that others did */
}

static void what_happened_meanwhile_counts(void **state) {
    struct fixture *f = *state;
    struct beacon_pending first, second;
    const struct signing_key key = key_of(7);
    const struct public_key trusted = sign_public_key(&key);
    assert_false(begin(f, (struct someone){.key = 1, .id = "shared"}, &first));
    assert_false(begin(f, (struct someone){.key = 2, .id = "shared"}, &second));
    finish(f, &second, true);
    assert_accepted(f);
    finish(f, &first, true);
    assert_refused(f, "PEER_ID_TAKEN");
    assert_false(begin(f, (struct someone){.key = 3}, &first));
    set_policy(f, (struct beacon_policy){.trusted = &trusted, .trusted_count = 1});
    finish(f, &first, true);
    assert_refused(f, "UNTRUSTED_PUBLIC_KEY");
}

static void announce_altered(struct fixture *f, const char *from_text, const char *to_text) {
    const struct ticket ticket = ticket_of(f, &(struct someone){.key = 1});
    uint8_t memory[ENVELOPE_ROOM] = {0};
    struct buffer body = buffer_over(memory, sizeof memory - 1);
    buffer_put_text(&body, "{\"ticket\":");
    ticket_write(&body, &ticket);
    buffer_put_text(&body, "}");
    char *at = strstr((char *)memory, from_text);
    assert_non_null(at);
    assert_int_equal(strlen(from_text), strlen(to_text));
    memcpy(at, to_text, strlen(to_text));
    announce_text(f, "test", buffer_span(&body), NULL);
}

static void a_ticket_that_was_altered_is_refused(void **state) {
    struct fixture *f = *state;
    announce_altered(f, "peer-1", "peer-2");
    assert_refused(f, "SIGNATURE_INVALID");
    announce_altered(f, "\"signature\":\"", "\"signature\":\"");
    assert_accepted(f);
    announce_altered(f, "ed25519", "ed25518");
    assert_refused(f, "UNSUPPORTED_ALGORITHM");
    announce_altered(f, "\"version\":1", "\"version\":2");
    assert_invalid_payload(f);
    assert_int_equal(f->answer.refusal, REFUSAL_TICKET_MALFORMED);
    assert_int_equal(entries(f), 1);
}

static void a_native_ticket_of_another_community_is_refused(void **state) {
    struct fixture *f = *state;
    announce(f, (struct someone){.id = "native", .said = "demo", .in = "test"});
    assert_refused(f, "COMMUNITY_MISMATCH");
    announce(f, (struct someone){.id = "native", .said = "demo", .in = "demo"});
    assert_accepted(f);
    announce(f, (struct someone){.id = "native", .said = "mainnet", .in = ""});
    assert_accepted(f);
    announce(f, (struct someone){.id = "native", .in = "test"}); /* it does not say */
    assert_accepted(f);
}

/* ---- Whose id, and which ticket ---- */

static void a_claimed_id_is_held_to_its_key_until_60_s_after_its_last_announce(void **state) {
    struct fixture *f = *state;
    announce(f, (struct someone){.key = 1, .id = "victim"});
    f->now_ms += 30000;
    announce(f, (struct someone){.key = 1, .id = "victim"});
    f->now_ms += 59999;
    announce(f, (struct someone){.key = 2, .id = "victim"});
    assert_refused(f, "PEER_ID_TAKEN");
    f->now_ms += 1;
    announce(f, (struct someone){.key = 2, .id = "victim"});
    assert_accepted(f);
    announce(f, (struct someone){.key = 1, .id = "victim"});
    assert_refused(f, "PEER_ID_TAKEN");
    assert_string_equal(peers(f, "test"), "victim");
}

static void the_hold_outlives_a_short_ticket(void **state) {
    struct fixture *f = *state;
    announce(f, (struct someone){.key = 1, .id = "victim", .life_ms = 1000});
    f->now_ms += 2000;
    assert_string_equal(peers(f, "test"), "");
    announce(f, (struct someone){.key = 2, .id = "victim"});
    assert_refused(f, "PEER_ID_TAKEN");
    f->now_ms += 58000;
    announce(f, (struct someone){.key = 2, .id = "victim"});
    assert_accepted(f);
}

static void a_refused_attempt_to_take_an_id_does_not_lengthen_the_hold(void **state) {
    struct fixture *f = *state;
    announce(f, (struct someone){.key = 1, .id = "victim"});
    for (int i = 0; i < 6; i++, f->now_ms += 10000) {
        announce(f, (struct someone){.key = 2, .id = "victim", .issued_ms = i});
        assert_refused(f, "PEER_ID_TAKEN");
    }
    announce(f, (struct someone){.key = 2, .id = "victim"});
    assert_accepted(f);
}

static void an_older_ticket_changes_nothing(void **state) {
    struct fixture *f = *state;
    const struct ticket old = ticket_of(f, &(struct someone){.key = 1});
    announce_ticket(f, &old, NULL, NULL);
    f->now_ms += 10000;
    announce(f, (struct someone){.key = 1});
    f->now_ms += 10000;
    announce(f, (struct someone){.key = 2});
    f->now_ms += 10000;
    (void)kept_rows_take(&f->kept, f->beacon, true);
    announce_ticket(f, &old, NULL, NULL);
    assert_refused(f, "TICKET_STALE");
    assert_false(beacon_has_changed(f->beacon) || beacon_has_repeated(f->beacon));
    assert_string_equal(peers(f, "test"), "peer-2,peer-1");
}

static void a_claimed_ticket_is_listed_600_s_after_its_last_announce_at_most(void **state) {
    struct fixture *f = *state;
    const struct ticket far = ticket_of(f, &(struct someone){.key = 1, .life_ms = 315360000000});
    announce_ticket(f, &far, NULL, NULL);
    f->now_ms += 599999;
    assert_string_equal(peers(f, "test"), "peer-1");
    announce_ticket(f, &far, NULL, NULL);
    assert_int_equal(f->answer.verdict, BEACON_REPEATED);
    f->now_ms += 599999;
    assert_string_equal(peers(f, "test"), "peer-1");
    f->now_ms += 1;
    assert_string_equal(peers(f, "test"), "");
    assert_int_equal(entries(f), 0);
}

static void a_ticket_is_listed_while_its_end_is_ahead(void **state) {
    struct fixture *f = *state;
    announce(f, (struct someone){.key = 1, .life_ms = 1000});
    announce(f, (struct someone){.key = 2, .id = "native", .life_ms = 600000});
    f->now_ms += 999;
    assert_non_null(strstr(peers(f, "test"), "peer-1"));
    f->now_ms += 1;
    assert_null(strstr(peers(f, "test"), "peer-1"));
    f->now_ms += 598999;
    assert_string_not_equal(peers(f, "test"), "");
    f->now_ms += 1;
    assert_string_equal(peers(f, "test"), "");
}

/* ---- Repeats ---- */

static void a_repeat_moves_its_entry_and_verifies_nothing(void **state) {
    struct fixture *f = *state;
    const struct ticket ticket = ticket_of(f, &(struct someone){.key = 1});
    announce_ticket(f, &ticket, NULL, NULL);
    f->now_ms += 10;
    announce(f, (struct someone){.key = 2});
    assert_int_equal(f->verified, 2);
    f->now_ms += 30000;
    announce_ticket(f, &ticket, NULL, NULL);
    assert_int_equal(f->answer.verdict, BEACON_REPEATED);
    assert_int_equal(f->answer.status, 200);
    assert_string_equal(f->ids, "peer-2");
    assert_int_equal(f->verified, 2);
    assert_string_equal(peers(f, "test"), "peer-1,peer-2");
}

static void a_repeat_in_another_community_is_verified(void **state) {
    struct fixture *f = *state;
    const struct ticket ticket = ticket_of(f, &(struct someone){.key = 1});
    announce_ticket(f, &ticket, "test", NULL);
    announce_ticket(f, &ticket, "other", NULL);
    assert_accepted(f);
    assert_int_equal(f->verified, 2);
}

static void a_repeat_of_an_expired_ticket_is_judged(void **state) {
    struct fixture *f = *state;
    const struct ticket ticket = ticket_of(f, &(struct someone){.key = 1, .life_ms = 1000});
    announce_ticket(f, &ticket, NULL, NULL);
    f->now_ms += 16001;
    announce_ticket(f, &ticket, NULL, NULL);
    assert_refused(f, "EXPIRED");
}

static void repeating_the_tickets_of_others_does_not_make_them_mine(void **state) {
    struct fixture *f = *state;
    struct beacon_options options = options_with(f);
    options.tickets_max = 4;
    fixture_begin(f, &options);
    struct ticket honest[3];
    for (unsigned i = 0; i < 3; i++, f->now_ms++) {
        char from[32];
        (void)snprintf(from, sizeof from, "198.51.100.%u", i + 1);
        honest[i] = ticket_of(f, &(struct someone){.key = i + 1});
        announce_ticket(f, &honest[i], NULL, from);
    }
    for (unsigned i = 0; i < 3; i++, f->now_ms++) announce_ticket(f, &honest[i], NULL, "203.0.113.66");
    for (unsigned i = 0; i < 20; i++, f->now_ms++)
        announce(f, (struct someone){.key = 100 + i, .from = "203.0.113.66"});
    assert_string_equal(peers(f, "test"), "peer-119,peer-3,peer-2,peer-1");
}

/* Where the store would say that the only entry came from. */
static void assert_group(struct fixture *f, const char *from) {
    const struct address group = ip(from);
    (void)kept_rows_take(&f->kept, f->beacon, true);
    assert_int_equal(f->kept.count, 1);
    assert_true(address_equal(&f->kept.rows[0].group, &group));
}

/* Written otherwise its hash is another one, and the signature holds all the same. */
static void a_ticket_in_another_wrapping_is_the_one_that_is_known(void **state) {
    struct fixture *f = *state;
    const struct ticket ticket = ticket_of(f, &(struct someone){.key = 1});
    uint8_t memory[ENVELOPE_ROOM];
    struct buffer body = buffer_over(memory, sizeof memory);
    announce_ticket(f, &ticket, NULL, "198.51.100.1");
    buffer_put_text(&body, "{\"ticket\":{\"x\":1,");
    const size_t at = body.size;
    ticket_write(&body, &ticket);
    memory[at] = ' ';
    buffer_put_text(&body, "}");
    f->now_ms += 1000;
    announce_text(f, "test", buffer_span(&body), "203.0.113.66");
    assert_int_equal(f->answer.verdict, BEACON_REPEATED);
    assert_group(f, "198.51.100.1");
    f->verified = 0;
    announce_text(f, "test", buffer_span(&body), "203.0.113.66"); /* and is known in this one too */
    assert_int_equal(f->answer.verdict, BEACON_REPEATED);
    assert_int_equal(f->verified, 0);
    f->now_ms += 1000; /* a later ticket is the node's own word, wherever it moved to */
    announce(f, (struct someone){.key = 1, .from = "192.0.2.7"});
    assert_accepted(f);
    assert_group(f, "192.0.2.7");
}

static void a_ticket_that_came_twice_while_it_was_checked_is_of_who_was_first(void **state) {
    struct fixture *f = *state;
    struct beacon_pending first, second;
    assert_false(begin(f, (struct someone){.key = 1, .from = "198.51.100.1"}, &first));
    assert_false(begin(f, (struct someone){.key = 1, .from = "203.0.113.66"}, &second));
    finish(f, &first, true);
    assert_accepted(f);
    finish(f, &second, true);
    assert_int_equal(f->answer.verdict, BEACON_REPEATED);
    assert_group(f, "198.51.100.1");
}

/* ---- Full tables ---- */

static void one_address_fills_only_its_own_place(void **state) {
    struct fixture *f = *state;
    for (unsigned i = 0; i < 150; i++, f->now_ms++) {
        char from[32];
        (void)snprintf(from, sizeof from, "198.51.100.%u", i + 1);
        announce(f, (struct someone){.key = i + 1, .from = from});
        assert_accepted(f);
    }
    for (unsigned i = 0; i < 1000; i++, f->now_ms += 50) {
        announce(f, (struct someone){.key = 1000 + i, .from = "203.0.113.66"});
        assert_accepted(f);
    }
    assert_int_equal(entries(f), 200);
    size_t honest = 0;
    (void)kept_rows_take(&f->kept, f->beacon, false);
    assert_int_equal(f->kept.count, 200);
    for (size_t i = 0; i < 200; i++) honest += f->kept.rows[i].group.ip[0] == 198;
    assert_int_equal(honest, 150);
}

static void many_addresses_push_out_the_oldest(void **state) {
    struct fixture *f = *state;
    for (unsigned i = 0; i < 1000; i++, f->now_ms++) {
        char from[32];
        (void)snprintf(from, sizeof from, "198.51.%u.%u", i / 250, 1 + i % 250);
        announce(f, (struct someone){.key = i + 1, .from = from});
        assert_accepted(f);
    }
    assert_int_equal(entries(f), 200);
    (void)kept_rows_take(&f->kept, f->beacon, false);
    assert_int_equal(f->kept.count, 200);
    for (size_t i = 0; i < 200; i++) assert_true(f->kept.rows[i].received_at_ms >= f->now_ms - 200);
}

static void addresses_of_one_ipv6_network_are_one_group(void **state) {
    struct fixture *f = *state;
    struct beacon_options options = options_with(f);
    options.tickets_max = 3;
    fixture_begin(f, &options);
    announce(f, (struct someone){.key = 1, .from = "2001:db8:0:1::1"});
    f->now_ms++;
    announce(f, (struct someone){.key = 2, .from = "2001:db8:0:2::1"});
    f->now_ms++;
    announce(f, (struct someone){.key = 3, .from = "2001:db8:0:2::2"});
    f->now_ms++;
    announce(f, (struct someone){.key = 4, .from = "2001:db8:0:2:ffff::3"});
    assert_string_equal(peers(f, "test"), "peer-4,peer-3,peer-1");
}

static void the_newcomer_counts_with_its_group(void **state) {
    struct fixture *f = *state;
    struct beacon_options options = options_with(f);
    options.tickets_max = 2;
    fixture_begin(f, &options);
    announce(f, (struct someone){.key = 1, .from = "198.51.100.1"});
    f->now_ms++;
    announce(f, (struct someone){.key = 2, .from = "203.0.113.66"});
    f->now_ms++;
    announce(f, (struct someone){.key = 3, .from = "203.0.113.66"});
    assert_string_equal(peers(f, "test"), "peer-3,peer-1");
}

static void announce_in(struct fixture *f, const char *community, unsigned key, const char *from) {
    announce(f, (struct someone){.key = key, .in = community, .from = from});
    assert_accepted(f);
    f->now_ms++;
}

static void too_many_communities_push_out_the_one_of_fewest_groups_then_the_oldest(void **state) {
    struct fixture *f = *state;
    struct beacon_options options = options_with(f);
    const char *const configured[] = {"ours"};
    options.communities_max = 4;
    options.policy.configured = configured;
    options.policy.configured_count = 1;
    fixture_begin(f, &options);
    announce_in(f, "real", 1, "198.51.100.1");
    announce_in(f, "real", 2, "198.51.100.2");
    announce_in(f, "older", 3, "198.51.100.1");
    announce_in(f, "newer", 4, "198.51.100.1");
    announce_in(f, "another", 5, "198.51.100.1");
    assert_string_equal(peers(f, "older"), "");
    assert_string_equal(peers(f, "newer"), "peer-4");
    for (unsigned i = 0; i < 50; i++) {
        char name[16];
        (void)snprintf(name, sizeof name, "x%u", i);
        announce_in(f, name, 10 + i, "203.0.113.66");
    }
    announce_in(f, "ours", 6, "198.51.100.1");
    assert_string_equal(peers(f, "real"), "peer-2,peer-1");
    assert_string_equal(peers(f, "ours"), "peer-6");
    struct beacon_counts counts;
    beacon_count(f->beacon, &counts);
    assert_int_equal(counts.communities, 4);
}

static void empty_communities_give_their_place_back(void **state) {
    struct fixture *f = *state;
    struct beacon_counts counts;
    announce_in(f, "test", 1, NULL);
    for (unsigned i = 0; i < 2 * LIMIT_BEACON_COMMUNITIES_MAX + 200; i++, f->now_ms += 1000) (void)peers(f, "other");
    beacon_count(f->beacon, &counts);
    assert_int_equal(counts.communities, 0);
    assert_int_equal(counts.entries, 0);
}

static void a_clock_that_went_back_stops_no_sweep(void **state) {
    struct fixture *f = *state;
    struct beacon_counts counts;
    announce_in(f, "test", 1, NULL);
    (void)peers(f, "other");
    f->now_ms -= 3600000;
    for (unsigned i = 0; i < 2 * LIMIT_BEACON_COMMUNITIES_MAX + 800; i++, f->now_ms += 1000) (void)peers(f, "other");
    beacon_count(f->beacon, &counts);
    assert_int_equal(counts.communities, 0);
}

static void an_entry_from_the_future_holds_its_place_no_longer_than_another(void **state) {
    struct fixture *f = *state;
    announce(f, (struct someone){.key = 1, .life_ms = 86400000});
    announce(f, (struct someone){.key = 2, .life_ms = 86400000});
    f->now_ms -= 3600000;
    assert_string_equal(peers(f, "test"), "peer-1,peer-2");
    announce(f, (struct someone){.key = 3, .life_ms = 86400000});
    f->now_ms += LIMIT_BEACON_CLAIM_LISTED_MS_MAX - 1;
    assert_string_equal(peers(f, "test"), "peer-1,peer-2,peer-3");
    f->now_ms += 1;
    assert_string_equal(peers(f, "test"), "");
    assert_int_equal(entries(f), 0);
}

/* ---- Rates ---- */

static void over_its_budget_an_address_gets_peers_and_no_work(void **state) {
    struct fixture *f = *state;
    announce(f, (struct someone){.key = 9, .from = "198.51.100.9"});
    for (unsigned i = 0; i < LIMIT_BEACON_RATE_BURST; i++) announce_text(f, "test", SPAN_LITERAL("{}"), NULL);
    assert_int_equal(f->answer.status, 400);
    announce(f, (struct someone){.key = 1});
    assert_int_equal(f->answer.verdict, BEACON_OVER_RATE);
    assert_int_equal(f->answer.status, 200);
    assert_string_equal(f->ids, "peer-9");
    assert_int_equal(f->verified, 1);
    f->now_ms += 49;
    announce(f, (struct someone){.key = 1});
    assert_int_equal(f->answer.verdict, BEACON_OVER_RATE);
    f->now_ms += 1; /* 20 a second */
    announce(f, (struct someone){.key = 1});
    assert_accepted(f);
    announce(f, (struct someone){.key = 2, .from = "203.0.113.2"}); /* others are not concerned */
    assert_accepted(f);
}

static void ten_times_over_it_an_address_gets_429(void **state) {
    struct fixture *f = *state;
    for (unsigned i = 0; i < 10 * LIMIT_BEACON_RATE_BURST; i++) peers_from(f, "test", "203.0.113.1");
    assert_int_equal(f->answer.status, 200);
    peers_from(f, "test", "203.0.113.1");
    assert_int_equal(f->answer.status, 429);
    announce(f, (struct someone){.key = 1});
    assert_int_equal(f->answer.status, 429);
    assert_int_equal(f->answer.verdict, BEACON_FLOODED);
    assert_in_range(f->answer.retry_after_s, 1, 60);
    f->now_ms += (int64_t)f->answer.retry_after_s * 1000;
    announce(f, (struct someone){.key = 1});
    assert_accepted(f);
}

static void loopback_has_a_rate_only_when_asked_for(void **state) {
    struct fixture *f = *state;
    for (unsigned i = 0; i < LIMIT_BEACON_RATE_BURST; i++) announce_text(f, "test", SPAN_LITERAL("{}"), "::1");
    announce(f, (struct someone){.key = 1, .from = "::1"});
    assert_accepted(f);
    struct beacon_options options = options_with(f);
    options.policy.has_loopback_rate = true;
    fixture_begin(f, &options);
    for (unsigned i = 0; i < LIMIT_BEACON_RATE_BURST; i++) announce_text(f, "test", SPAN_LITERAL("{}"), "::1");
    announce(f, (struct someone){.key = 1, .from = "::1"});
    assert_int_equal(f->answer.verdict, BEACON_OVER_RATE);
}

static void nobody_in_particular_has_no_rate(void **state) {
    struct fixture *f = *state;
    const struct address nobody = {0};
    for (unsigned i = 0; i <= LIMIT_BEACON_RATE_BURST; i++) {
        f->answer = beacon_announce(f->beacon, SPAN_NONE, SPAN_NONE, &nobody, f->now_ms);
        assert_int_equal(f->answer.verdict, BEACON_NOT_JSON);
    }
}

static void a_full_table_of_rates_forgets_the_one_idle_longest(void **state) {
    (void)state;
    struct beacon_rate *rate = beacon_rate_new(3, 5);
    const struct address a = ip("198.51.100.1"), b = ip("198.51.100.2"), c = ip("198.51.100.3"), d = ip("198.51.100.4");
    for (int i = 0; i < LIMIT_BEACON_RATE_BURST; i++) assert_int_equal(beacon_rate_take(rate, &a, 0), BEACON_PACE_FINE);
    for (int i = 0; i < LIMIT_BEACON_RATE_BURST; i++) assert_int_equal(beacon_rate_take(rate, &b, 0), BEACON_PACE_FINE);
    assert_int_equal(beacon_rate_take(rate, &c, 0), BEACON_PACE_FINE);
    assert_int_equal(beacon_rate_take(rate, &a, 0), BEACON_PACE_OVER);
    assert_int_equal(beacon_rate_take(rate, &d, 0), BEACON_PACE_FINE); /* b goes */
    assert_int_equal(beacon_rate_count(rate), 3);
    assert_int_equal(beacon_rate_take(rate, &a, 0), BEACON_PACE_OVER);
    assert_int_equal(beacon_rate_take(rate, &b, 0), BEACON_PACE_FINE);
    beacon_rate_free(rate);
}

static void a_hundred_thousand_addresses_fit_the_table_of_rates(void **state) {
    struct fixture *f = *state;
    struct address from = ip("2001:db8::1");
    for (uint32_t i = 0; i < 100000; i++) {
        memcpy(from.ip + 4, &i, sizeof i);
        f->answer = beacon_peers(f->beacon, SPAN_NONE, &from, f->now_ms);
        assert_int_equal(f->answer.status, 200);
    }
}

/* ---- Keeping ---- */

static size_t save_and_restart(struct fixture *f) {
    (void)kept_rows_take(&f->kept, f->beacon, true);
    const struct beacon_options options = options_with(f);
    fixture_begin(f, &options);
    return f->kept.count;
}

static void what_was_kept_is_restored_in_order(void **state) {
    struct fixture *f = *state;
    const struct ticket ticket = ticket_of(f, &(struct someone){.key = 3});
    announce(f, (struct someone){.key = 1});
    announce(f, (struct someone){.key = 2});
    f->now_ms++;
    announce_ticket(f, &ticket, NULL, NULL);
    assert_int_equal(save_and_restart(f), 3);
    assert_int_equal(kept_rows_restore(&f->kept, f->beacon, f->now_ms), 3);
    assert_string_equal(peers(f, "test"), "peer-3,peer-1,peer-2");
    f->verified = 0;
    announce_ticket(f, &ticket, NULL, NULL); /* known by its hash across the restart */
    assert_int_equal(f->answer.verdict, BEACON_REPEATED);
    assert_int_equal(f->verified, 0);
    announce(f, (struct someone){.key = 7, .id = "peer-1"});
    assert_refused(f, "PEER_ID_TAKEN");
}

/* Twenty thousand signatures would take longer than a restart may; everything else is judged as ever. */
static void what_is_known_to_be_ours_comes_back_without_its_signature_checked(void **state) {
    struct fixture *f = *state;
    announce(f, (struct someone){.key = 1});
    announce(f, (struct someone){.key = 2, .life_ms = 1000});
    assert_int_equal(save_and_restart(f), 2);
    for (size_t i = 0; i < 2; i++) f->kept.rows[i].is_attested = true;
    f->verified = 0;
    f->now_ms += 1000;
    assert_int_equal(kept_rows_restore(&f->kept, f->beacon, f->now_ms), 1); /* the other has ended */
    assert_int_equal(f->verified, 0);
    assert_string_equal(peers(f, "test"), "peer-1");
    announce(f, (struct someone){.key = 9, .id = "peer-1"});
    assert_refused(f, "PEER_ID_TAKEN");
}

static void rows_that_do_not_hold_are_not_restored_and_go(void **state) {
    struct fixture *f = *state;
    announce(f, (struct someone){.key = 1});
    assert_int_equal(save_and_restart(f), 1);
    const struct beacon_row good = f->kept.rows[0];
    struct beacon_row row = good;
    row.envelope[row.envelope_size - 4] ^= 1; /* in the nonce */
    assert_false(beacon_restore(f->beacon, &row, f->now_ms));
    row = good;
    row.envelope_size--;
    assert_false(beacon_restore(f->beacon, &row, f->now_ms));
    row.envelope_size = sizeof row.envelope + 1;
    assert_false(beacon_restore(f->beacon, &row, f->now_ms));
    row.envelope_size = 0;
    assert_false(beacon_restore(f->beacon, &row, f->now_ms));
    row = good;
    memset(row.community, 'x', sizeof row.community);
    assert_false(beacon_restore(f->beacon, &row, f->now_ms));
    memcpy(row.community, "No", 3);
    assert_false(beacon_restore(f->beacon, &row, f->now_ms));
    row = good;
    row.group.family = 9;
    assert_false(beacon_restore(f->beacon, &row, f->now_ms));
    row = good;
    row.number = BEACON_ROWS_MAX;
    assert_false(beacon_restore(f->beacon, &row, f->now_ms));
    assert_false(beacon_restore(f->beacon, &good, f->now_ms + 180000));
    assert_int_equal(entries(f), 0);
    assert_int_equal(kept_rows_take(&f->kept, f->beacon, true), 1);
    assert_int_equal(f->kept.count, 0);
    row = good;
    row.received_at_ms = INT64_MAX; /* the clock was set back */
    assert_true(beacon_restore(f->beacon, &row, f->now_ms));
    assert_false(beacon_restore(f->beacon, &good, f->now_ms)); /* there already */
    assert_int_equal(entries(f), 1);
}

/* Where it stood it stands again, so that a restart writes nothing. */
static void what_is_restored_to_its_place_is_not_written_again(void **state) {
    struct fixture *f = *state;
    for (unsigned i = 0; i < 60; i++, f->now_ms++) {
        const char *const names[] = {"a", "b", "c"};
        announce(f, (struct someone){.key = 1 + i, .in = names[i % 3], .life_ms = i % 2 == 0 ? 30000 : 180000});
    }
    assert_int_equal(save_and_restart(f), 60);
    f->now_ms += 60000;
    assert_int_equal(kept_rows_restore(&f->kept, f->beacon, f->now_ms), 30);
    assert_int_equal(kept_rows_take(&f->kept, f->beacon, true), 30); /* those that have ended */
    assert_int_equal(f->kept.count, 30);
}

/* Said in the same millisecond, but not the same: the last word counts. */
static void another_ticket_of_the_same_moment_is_no_repeat(void **state) {
    struct fixture *f = *state;
    announce(f, (struct someone){.key = 1, .life_ms = 10000});
    announce(f, (struct someone){.key = 1, .life_ms = 180000});
    assert_accepted(f);
    f->now_ms += 20000;
    assert_string_equal(peers(f, "test"), "peer-1");
}

/* A write that was lost left the older row of somebody who has moved since. */
static void of_two_rows_of_one_id_the_later_counts(void **state) {
    struct fixture *f = *state;
    announce(f, (struct someone){.key = 1});
    (void)kept_rows_take(&f->kept, f->beacon, false);
    f->now_ms += 5;
    announce(f, (struct someone){.key = 1, .from = "203.0.113.7"});
    struct beacon_row older = f->kept.rows[0], newer;
    (void)kept_rows_take(&f->kept, f->beacon, false);
    newer = f->kept.rows[0];
    for (unsigned turn = 0; turn < 2; turn++) {
        older.number = (uint16_t)(turn == 0 ? 3 : 9);
        newer.number = (uint16_t)(turn == 0 ? 9 : 3);
        f->kept.count = 0;
        (void)save_and_restart(f);
        (void)beacon_restore(f->beacon, turn == 0 ? &older : &newer, f->now_ms);
        (void)beacon_restore(f->beacon, turn == 0 ? &newer : &older, f->now_ms);
        f->kept.count = 0;
        (void)kept_rows_take(&f->kept, f->beacon, false);
        (void)peers(f, "test");
        assert_string_equal(f->ids, "peer-1");
        const struct address group = ip("203.0.113.7");
        if (f->kept.count > 0) assert_true(address_equal(&f->kept.rows[0].group, &group));
        assert_int_equal(f->kept.count, turn == 0 ? 1 : 0);
    }
}

/* A store that stopped in the middle of giving them back still has the others. */
static void what_was_not_given_back_is_left_alone(void **state) {
    struct fixture *f = *state;
    for (unsigned key = 1; key <= 3; key++) announce(f, (struct someone){.key = key});
    assert_int_equal(save_and_restart(f), 3);
    assert_true(beacon_restore(f->beacon, &f->kept.rows[1], f->now_ms));
    assert_int_equal(kept_rows_take(&f->kept, f->beacon, true), 0);
    assert_int_equal(f->kept.count, 3);
}

/* A name that is configured now has taken the place another community had. */
static void who_cannot_have_the_old_place_gets_another(void **state) {
    struct fixture *f = *state;
    const char *const ours[] = {"ours"};
    struct beacon_options options = options_with(f);
    announce(f, (struct someone){.key = 1, .in = "a"});
    announce(f, (struct someone){.key = 2, .in = "b"});
    (void)kept_rows_take(&f->kept, f->beacon, true);
    options.policy = (struct beacon_policy){.configured = ours, .configured_count = 1};
    fixture_begin(f, &options);
    assert_int_equal(kept_rows_restore(&f->kept, f->beacon, f->now_ms), 2);
    announce(f, (struct someone){.key = 3, .in = "ours"});
    (void)kept_rows_take(&f->kept, f->beacon, true);
    assert_int_equal(f->kept.count, 3);
    fixture_begin(f, &options);
    assert_int_equal(kept_rows_restore(&f->kept, f->beacon, f->now_ms), 3);
    assert_string_equal(peers(f, "a"), "peer-1");
    assert_string_equal(peers(f, "b"), "peer-2");
    assert_string_equal(peers(f, "ours"), "peer-3");
}

static void a_change_costs_one_row(void **state) {
    struct fixture *f = *state;
    assert_false(beacon_has_changed(f->beacon));
    for (unsigned key = 1; key <= 100; key++) announce(f, (struct someone){.key = key});
    assert_true(beacon_has_changed(f->beacon));
    assert_int_equal(kept_rows_take(&f->kept, f->beacon, false), 100);
    assert_false(beacon_has_changed(f->beacon));
    f->now_ms++;
    announce(f, (struct someone){.key = 7});
    assert_int_equal(kept_rows_take(&f->kept, f->beacon, false), 1);
    assert_int_equal(f->kept.count, 100);
    (void)peers(f, "test");
    assert_false(beacon_has_changed(f->beacon));
    for (unsigned i = 0; i < 400; i++, f->now_ms += 1000) (void)peers(f, "other");
    assert_int_equal(kept_rows_take(&f->kept, f->beacon, false), 100); /* all are past their time, and swept away */
    assert_int_equal(f->kept.count, 0);
}

/* Whoever comes and goes before the store is asked again costs it nothing. */
static void who_was_never_written_need_not_be_removed(void **state) {
    struct fixture *f = *state;
    announce(f, (struct someone){.key = 1, .life_ms = 1000});
    f->now_ms += 70000;
    (void)peers(f, "test");
    assert_int_equal(entries(f), 0);
    assert_int_equal(kept_rows_take(&f->kept, f->beacon, false), 0);
}

/* Another community at the same place, with other people, is the same rows. */
static void rows_of_a_community_that_had_to_go_are_taken_over(void **state) {
    struct fixture *f = *state;
    struct beacon_options options = options_with(f);
    options.communities_max = 1;
    fixture_begin(f, &options);
    for (unsigned key = 1; key <= 5; key++) announce(f, (struct someone){.key = key, .in = "a"});
    (void)kept_rows_take(&f->kept, f->beacon, false);
    assert_int_equal(f->kept.count, 5);
    announce(f, (struct someone){.key = 9, .in = "b"});
    assert_int_equal(kept_rows_take(&f->kept, f->beacon, false), 5);
    assert_int_equal(f->kept.count, 1);
    assert_string_equal(f->kept.rows[0].community, "b");
}

static void repeats_reach_the_store_when_it_is_15_s_behind(void **state) {
    struct fixture *f = *state;
    const struct ticket ticket = ticket_of(f, &(struct someone){.key = 1});
    announce_ticket(f, &ticket, NULL, NULL);
    announce(f, (struct someone){.key = 3});
    assert_int_equal(kept_rows_take(&f->kept, f->beacon, true), 2);
    for (int i = 0; i < 15; i++) {
        f->now_ms += 1000;
        announce_ticket(f, &ticket, NULL, NULL);
        assert_int_equal(f->answer.verdict, BEACON_REPEATED);
        assert_false(beacon_has_repeated(f->beacon));
    }
    f->now_ms++;
    announce_ticket(f, &ticket, NULL, NULL);
    assert_true(beacon_has_repeated(f->beacon));
    assert_false(beacon_has_changed(f->beacon));
    assert_int_equal(kept_rows_take(&f->kept, f->beacon, false), 0);
    assert_int_equal(kept_rows_take(&f->kept, f->beacon, true), 1);
    assert_int_equal(f->kept.rows[0].received_at_ms, f->now_ms);
    assert_false(beacon_has_repeated(f->beacon));
    f->now_ms += 15000;
    announce_ticket(f, &ticket, NULL, NULL);
    assert_false(beacon_has_repeated(f->beacon));
}

static void what_happened_is_counted(void **state) {
    struct fixture *f = *state;
    struct beacon_counts counts;
    const struct ticket ticket = ticket_of(f, &(struct someone){.key = 1});
    announce_ticket(f, &ticket, NULL, NULL);
    announce_ticket(f, &ticket, NULL, NULL);
    announce(f, (struct someone){.issued_ms = 15001});
    announce_text(f, "test", SPAN_LITERAL("{}"), NULL);
    beacon_count(f->beacon, &counts);
    assert_int_equal(counts.announces, 4);
    assert_int_equal(counts.accepted, 1);
    assert_int_equal(counts.repeated, 1);
    assert_int_equal(counts.refused[REFUSAL_TICKET_NOT_YET_VALID], 1);
    assert_int_equal(counts.refused[REFUSAL_JSON_SYNTAX], 1);
    assert_int_equal(counts.communities, 1);
    assert_int_equal(counts.entries, 1);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(an_announce_is_answered_with_the_others),
        TEST(equals_keep_the_order_they_came_in),
        TEST(the_envelope_is_listed_as_the_five_members),
        TEST(a_list_is_cut_to_its_maximum),
        TEST(one_address_fills_only_its_share_of_the_list),
        TEST(with_more_groups_than_places_two_of_each_are_listed_at_most),
        TEST(communities_are_apart_and_mainnet_is_the_default),
        TEST(a_name_outside_the_pattern_lists_nobody_and_takes_no_announce),
        TEST(asking_makes_no_community),
        TEST(bodies_without_a_usable_ticket_are_400),
        TEST(a_body_over_its_limit_is_400),
        TEST(a_truncated_body_is_never_accepted),
        TEST(tickets_out_of_their_time_are_refused),
        TEST(a_ticket_in_the_skew_after_its_end_is_accepted_and_not_listed),
        TEST(native_lifetimes_are_bounded_and_claimed_ones_are_not),
        TEST(a_native_id_of_another_key_is_refused),
        TEST(only_trusted_keys_when_there_is_a_list),
        TEST(entries_of_keys_that_lose_trust_go_at_once),
        TEST(a_community_that_is_configured_later_takes_a_place_and_keeps_it),
        TEST(a_community_that_stays_configured_keeps_its_place),
        TEST(the_loopback_rate_may_be_switched_on_while_it_runs),
        TEST(a_kept_list_is_never_older_than_what_happened),
        TEST(lists_beyond_what_is_kept_are_written_again),
        TEST(what_is_pending_is_what_the_key_signed),
        TEST(a_signature_that_does_not_hold_is_the_reason),
        TEST(what_happened_meanwhile_counts),
        TEST(a_ticket_that_was_altered_is_refused),
        TEST(a_native_ticket_of_another_community_is_refused),
        TEST(a_claimed_id_is_held_to_its_key_until_60_s_after_its_last_announce),
        TEST(the_hold_outlives_a_short_ticket),
        TEST(a_refused_attempt_to_take_an_id_does_not_lengthen_the_hold),
        TEST(an_older_ticket_changes_nothing),
        TEST(a_claimed_ticket_is_listed_600_s_after_its_last_announce_at_most),
        TEST(a_ticket_is_listed_while_its_end_is_ahead),
        TEST(a_repeat_moves_its_entry_and_verifies_nothing),
        TEST(a_repeat_in_another_community_is_verified),
        TEST(a_repeat_of_an_expired_ticket_is_judged),
        TEST(repeating_the_tickets_of_others_does_not_make_them_mine),
        TEST(a_ticket_in_another_wrapping_is_the_one_that_is_known),
        TEST(a_ticket_that_came_twice_while_it_was_checked_is_of_who_was_first),
        TEST(one_address_fills_only_its_own_place),
        TEST(many_addresses_push_out_the_oldest),
        TEST(addresses_of_one_ipv6_network_are_one_group),
        TEST(the_newcomer_counts_with_its_group),
        TEST(too_many_communities_push_out_the_one_of_fewest_groups_then_the_oldest),
        TEST(empty_communities_give_their_place_back),
        TEST(a_clock_that_went_back_stops_no_sweep),
        TEST(an_entry_from_the_future_holds_its_place_no_longer_than_another),
        TEST(over_its_budget_an_address_gets_peers_and_no_work),
        TEST(ten_times_over_it_an_address_gets_429),
        TEST(loopback_has_a_rate_only_when_asked_for),
        TEST(nobody_in_particular_has_no_rate),
        TEST(a_full_table_of_rates_forgets_the_one_idle_longest),
        TEST(a_hundred_thousand_addresses_fit_the_table_of_rates),
        TEST(what_was_kept_is_restored_in_order),
        TEST(what_is_known_to_be_ours_comes_back_without_its_signature_checked),
        TEST(rows_that_do_not_hold_are_not_restored_and_go),
        TEST(what_is_restored_to_its_place_is_not_written_again),
        TEST(what_was_not_given_back_is_left_alone),
        TEST(another_ticket_of_the_same_moment_is_no_repeat),
        TEST(of_two_rows_of_one_id_the_later_counts),
        TEST(who_cannot_have_the_old_place_gets_another),
        TEST(a_change_costs_one_row),
        TEST(who_was_never_written_need_not_be_removed),
        TEST(rows_of_a_community_that_had_to_go_are_taken_over),
        TEST(repeats_reach_the_store_when_it_is_15_s_behind),
        TEST(what_happened_is_counted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
