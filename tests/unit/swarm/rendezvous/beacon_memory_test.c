/* SPDX-License-Identifier: Apache-2.0 */
/* A beacon when memory runs out: this program's own door to the heap fails when it is told to, and counts. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "swarm/rendezvous/beacon.h"

static size_t blocks;          /* not yet freed */
static size_t left = SIZE_MAX; /* calls that still succeed */
static size_t largest = SIZE_MAX;

void *memory_try_zeroed(size_t count, size_t size) {
    if (left == 0 || count * size > largest) return NULL;
    if (left != SIZE_MAX) left--;
    void *block = calloc(count == 0 ? 1 : count, size);
    blocks += block != NULL;
    return block;
}

void *memory_zeroed(size_t count, size_t size) {
    void *block = memory_try_zeroed(count, size);
    assert_non_null(block);
    return block;
}

void *memory_resized(void *block, size_t size) {
    blocks += block == NULL;
    block = realloc(block, size);
    assert_non_null(block);
    return block;
}

void memory_free(void *block) {
    blocks -= block != NULL;
    free(block);
}

static const int64_t NOW = 1763640000000;

static struct beacon_options options(void) {
    static struct public_key trusted;
    struct signing_key key;
    const uint8_t seed[32] = {1};
    sign_key_from_seed(&key, seed);
    trusted = sign_public_key(&key);
    return (struct beacon_options){
        .communities_max = 2, .policy = {.trusted = &trusted, .trusted_count = 1}, .verifier = sign_verifier()};
}

static void a_beacon_that_finds_no_memory_is_not_made_and_leaves_none(void **state) {
    (void)state;
    const struct beacon_options wanted = options();
    struct beacon *beacon = NULL;
    for (size_t calls = 0; beacon == NULL; calls++) {
        assert_true(calls < 100);
        left = calls;
        beacon = beacon_new(&wanted, NOW);
        if (beacon == NULL) assert_int_equal(blocks, 0);
    }
    left = SIZE_MAX;
    beacon_free(beacon);
    assert_int_equal(blocks, 0);
}

static enum beacon_verdict announce(struct beacon *beacon, const char *community) {
    uint8_t body_memory[LIMIT_BEACON_BODY_MAX];
    const uint8_t seed[32] = {1};
    struct signing_key key;
    struct ticket ticket;
    sign_key_from_seed(&key, seed);
    const struct ticket_draft draft = {
        .peer_id = "peer", .user_id = "user", .nonce = "AAAA", .issued_at_ms = NOW, .expires_at_ms = NOW + 180000};
    assert_true(ticket_sign(&ticket, &draft, &key));
    struct buffer body = buffer_over(body_memory, sizeof body_memory);
    buffer_put_text(&body, "{\"ticket\":");
    ticket_write(&body, &ticket);
    buffer_put_text(&body, "}");
    const struct address from = {.family = ADDRESS_IPV4, .ip = {203, 0, 113, 1}};
    const struct beacon_answer answer =
        beacon_announce(beacon, span_of_text(community), buffer_span(&body), &from, NOW);
    assert_int_equal(answer.status, 200);
    assert_true(span_starts_with(answer.body, SPAN_LITERAL("{\"ok\":true,\"peers\":[")));
    return answer.verdict;
}

static void without_memory_for_a_community_the_announce_is_as_one_over_the_rate(void **state) {
    (void)state;
    const struct beacon_options wanted = options();
    struct beacon *beacon = beacon_new(&wanted, NOW);
    assert_non_null(beacon);
    for (size_t calls = 0; calls < 5; calls++) { /* a table is four blocks, an envelope is one */
        left = calls;
        assert_int_equal(announce(beacon, "one"), BEACON_OVER_RATE);
    }
    left = SIZE_MAX;
    assert_int_equal(announce(beacon, "one"), BEACON_ACCEPTED);
    largest = LIMIT_TICKET_ENVELOPE_MAX;                        /* no second table */
    assert_int_equal(announce(beacon, "two"), BEACON_ACCEPTED); /* takes over the table there is */
    struct beacon_counts counts;
    beacon_count(beacon, &counts);
    assert_int_equal(counts.communities, 1);
    assert_int_equal(counts.entries, 1);
    largest = SIZE_MAX;
    beacon_free(beacon);
    assert_int_equal(blocks, 0);
}

static void a_beacon_at_work_allocates_nothing(void **state) {
    (void)state;
    const struct beacon_options wanted = options();
    struct beacon *beacon = beacon_new(&wanted, NOW);
    assert_int_equal(announce(beacon, "one"), BEACON_ACCEPTED);
    left = 0;
    assert_int_equal(announce(beacon, "one"), BEACON_REPEATED);
    left = SIZE_MAX;
    beacon_free(beacon);
}

static void without_memory_to_keep_an_answer_it_is_given_all_the_same(void **state) {
    (void)state;
    const struct beacon_options wanted = options();
    const struct address from = {.family = ADDRESS_IPV4, .ip = {203, 0, 113, 1}};
    struct beacon *beacon = beacon_new(&wanted, NOW);
    assert_int_equal(announce(beacon, "one"), BEACON_ACCEPTED);
    left = 0;
    struct span first = beacon_peers(beacon, SPAN_LITERAL("one"), &from, NOW).body;
    assert_true(first.size > 100);
    left = SIZE_MAX;
    first = beacon_peers(beacon, SPAN_LITERAL("one"), &from, NOW).body;
    const size_t size = first.size;
    const struct span second = beacon_peers(beacon, SPAN_LITERAL("one"), &from, NOW).body;
    assert_int_equal(second.size, size);
    beacon_free(beacon);
    assert_int_equal(blocks, 0);
}

static int begin(void **state) {
    (void)state;
    return sign_init() ? 0 : -1;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_beacon_that_finds_no_memory_is_not_made_and_leaves_none),
        cmocka_unit_test(without_memory_for_a_community_the_announce_is_as_one_over_the_rate),
        cmocka_unit_test(a_beacon_at_work_allocates_nothing),
        cmocka_unit_test(without_memory_to_keep_an_answer_it_is_given_all_the_same),
    };
    return cmocka_run_group_tests(tests, begin, NULL);
}
