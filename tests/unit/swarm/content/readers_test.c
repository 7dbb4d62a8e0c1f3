/* SPDX-License-Identifier: Apache-2.0 */
#include "swarm/content/readers.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/encoding.h"
#include "base/prng.h"
#include "lib/record_bench.h"
#include "lib/vectors.h"

enum { TEXT_ROOM = 16384 };

/* What a file is read with in these tests. */
struct given {
    struct file_key key;
    struct sha256 root;
    struct community_secret secret;
    uint8_t dice[32];
    struct entropy entropy;
};

static struct given *given(void) {
    static struct given g;
    record_bench_bytes("file key", g.key.bytes);
    record_bench_bytes("root", g.root.bytes);
    record_bench_bytes("community secret", g.secret.bytes);
    record_bench_bytes("ephemeral", g.dice);
    g.entropy = record_bench_entropy(g.dice);
    return &g;
}

static struct readers for_users(const struct given *g, const char *own, const struct public_key *users, size_t count) {
    struct readers readers;
    const struct readers_list list = {.users = users, .user_count = count, .own = record_bench_public(own)};
    assert_true(readers_for_users(&readers, &g->key, &g->root, &list, &g->entropy));
    return readers;
}

static enum refusal open_as(const struct readers *readers, const struct given *g, const char *user,
                            const struct community_secret *secret) {
    struct file_key key = {0};
    const struct signing_key user_key = record_bench_key(user != NULL ? user : "nobody");
    const struct reader reader = {.user = user != NULL ? &user_key : NULL, .community = secret};
    const enum refusal refusal = readers_open(readers, &g->root, &reader, &key);
    const struct file_key none = {0};
    assert_memory_equal(&key, refusal == REFUSAL_NONE ? &g->key : &none, sizeof key);
    return refusal;
}

/* ---- Another implementation ---- */

static void images_and_secrets_of_another_implementation_agree(void **state) {
    (void)state;
    struct vectors v = vectors_open("content");
    const struct json_value *images = vectors_array(v.tree, "images");
    for (size_t i = 0; i < images->count; i++) {
        const struct json_value *vector = &images->as.items[i];
        uint8_t seed[32], expected[32], shared[32];
        struct signing_key key;
        struct agree_public image;
        struct agree_secret ephemeral;
        struct buffer seed_out = buffer_over(seed, 32), out = buffer_over(expected, 32);
        assert_true(hex_read(vectors_string(vector, "seed"), &seed_out));
        assert_true(hex_read(vectors_string(vector, "public"), &out));
        sign_key_from_seed(&key, seed);
        const struct public_key public_key = sign_public_key(&key);
        assert_true(agree_public_of_key(&public_key, &image));
        assert_memory_equal(image.bytes, expected, 32);
        record_bench_bytes("ephemeral", ephemeral.bytes);
        out = buffer_over(expected, 32);
        assert_true(hex_read(vectors_string(vector, "shared"), &out));
        assert_true(agree_shared(&ephemeral, &image, shared));
        assert_memory_equal(shared, expected, 32);
    }
    vectors_close(&v);
}

/* ---- Who can open ---- */

static void everybody_opens_a_public_file(void **state) {
    (void)state;
    struct readers readers;
    struct given *g = given();
    readers_for_public(&readers, &g->key);
    assert_int_equal(open_as(&readers, g, NULL, NULL), REFUSAL_NONE);
}

static void community_opens_with_its_secret_alone(void **state) {
    (void)state;
    struct readers readers;
    struct given *g = given();
    struct community_secret other = g->secret;
    readers_for_community(&readers, &g->key, &g->root, &g->secret);
    other.bytes[0] ^= 1;
    assert_int_equal(open_as(&readers, g, NULL, &g->secret), REFUSAL_NONE);
    assert_int_equal(open_as(&readers, g, "alice", NULL), REFUSAL_FILE_KEY_NO_COMMUNITY_SECRET);
    assert_int_equal(open_as(&readers, g, "alice", &other), REFUSAL_FILE_KEY_DAMAGED);
}

static void users_open_each_with_their_key_alone(void **state) {
    (void)state;
    const struct public_key bob = record_bench_public("bob");
    struct given *g = given();
    const struct readers readers = for_users(g, "alice", &bob, 1);
    assert_int_equal(readers.user_count, 2);
    assert_int_equal(open_as(&readers, g, "alice", NULL), REFUSAL_NONE);
    assert_int_equal(open_as(&readers, g, "bob", NULL), REFUSAL_NONE);
    assert_int_equal(open_as(&readers, g, "carol", &g->secret), REFUSAL_FILE_KEY_NOT_A_READER);
    assert_int_equal(open_as(&readers, g, NULL, &g->secret), REFUSAL_FILE_KEY_NOT_A_READER);
}

static void sealed_key_fits_no_other_file(void **state) {
    (void)state;
    struct given *g = given();
    struct readers community;
    const struct readers users = for_users(g, "alice", NULL, 0);
    readers_for_community(&community, &g->key, &g->root, &g->secret);
    g->root.bytes[31] ^= 1;
    assert_int_equal(open_as(&users, g, "alice", NULL), REFUSAL_FILE_KEY_DAMAGED);
    assert_int_equal(open_as(&community, g, "alice", &g->secret), REFUSAL_FILE_KEY_DAMAGED);
}

static void any_bit_that_differs_does_not_open(void **state) {
    (void)state;
    struct given *g = given();
    struct readers users = for_users(g, "alice", NULL, 0), community;
    readers_for_community(&community, &g->key, &g->root, &g->secret);
    for (size_t i = 0; i < 8 * (size_t)SEALED_FILE_KEY_SIZE; i++) {
        users.users[0].sealed.bytes[i / 8] ^= (uint8_t)(1 << i % 8);
        assert_int_equal(open_as(&users, g, "alice", NULL), REFUSAL_FILE_KEY_DAMAGED);
        users.users[0].sealed.bytes[i / 8] ^= (uint8_t)(1 << i % 8);
        community.sealed.bytes[i / 8] ^= (uint8_t)(1 << i % 8);
        assert_int_equal(open_as(&community, g, NULL, &g->secret), REFUSAL_FILE_KEY_DAMAGED);
        community.sealed.bytes[i / 8] ^= (uint8_t)(1 << i % 8);
    }
    for (size_t i = 0; i < 8 * sizeof users.from.bytes; i++) {
        users.from.bytes[i / 8] ^= (uint8_t)(1 << i % 8);
        assert_int_equal(open_as(&users, g, "alice", NULL), REFUSAL_FILE_KEY_DAMAGED);
        users.from.bytes[i / 8] ^= (uint8_t)(1 << i % 8);
    }
    users.from = (struct agree_public){{0}}; /* of small order: agrees on nothing */
    assert_int_equal(open_as(&users, g, "alice", NULL), REFUSAL_FILE_KEY_DAMAGED);
}

/* ---- Making ---- */

static void author_and_doubles_count_once_and_the_order_says_nothing(void **state) {
    (void)state;
    const struct public_key alice = record_bench_public("alice"), bob = record_bench_public("bob");
    const struct public_key users[] = {bob, alice, bob, alice};
    struct given *g = given();
    const struct readers one = for_users(g, "alice", users, 4), other = for_users(g, "bob", &alice, 1);
    assert_int_equal(one.user_count, 2);
    assert_memory_equal(&one, &other, sizeof one);
    assert_true(memcmp(one.users[0].user.bytes, one.users[1].user.bytes, 32) < 0);
}

static void as_many_users_as_fit_are_taken_and_one_more_is_not(void **state) {
    (void)state;
    struct public_key users[READERS_USERS_MAX];
    struct given *g = given();
    struct readers readers;
    for (size_t i = 0; i < READERS_USERS_MAX; i++) {
        char name[16];
        (void)snprintf(name, sizeof name, "user %zu", i);
        users[i] = record_bench_public(name);
    }
    readers = for_users(g, "alice", users, READERS_USERS_MAX - 1);
    assert_int_equal(readers.user_count, READERS_USERS_MAX);
    assert_int_equal(open_as(&readers, g, "user 62", NULL), REFUSAL_NONE);
    const struct readers_list list = {
        .users = users, .user_count = READERS_USERS_MAX, .own = record_bench_public("alice")};
    assert_false(readers_for_users(&readers, &g->key, &g->root, &list, &g->entropy));
}

static void key_that_is_no_point_is_not_taken(void **state) {
    (void)state;
    struct given *g = given();
    struct readers readers;
    const struct public_key bad[] = {{{0}}, {{1}}, {{2}}};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        const struct readers_list list = {.users = &bad[i], .user_count = 1, .own = record_bench_public("alice")};
        assert_false(readers_for_users(&readers, &g->key, &g->root, &list, &g->entropy));
    }
}

/* ---- As JSON ---- */

static bool reads(const char *text, struct readers *readers) {
    static uint8_t memory[1 << 16];
    struct arena arena = arena_over(memory, sizeof memory);
    enum json_fault fault;
    const struct json_value *value = json_parse(span_of_text(text), JSON_WIRE, &arena, &fault, NULL);
    assert_non_null(value);
    return readers_read(value, readers);
}

static const char *written(const struct readers *readers) {
    static char text[TEXT_ROOM];
    struct buffer out = buffer_over((uint8_t *)text, sizeof text - 1);
    struct json_writer w = json_writer_into(&out);
    readers_write(&w, NULL, readers);
    assert_false(out.overflowed);
    text[out.size] = '\0';
    return text;
}

#define KEY_B64     "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="
#define OTHER_B64   "AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="
#define SEALED_B64  "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
#define ENTRY(user) "{\"sealed\":\"" SEALED_B64 "\",\"user\":\"" user "\"}"
#define USERS(keys) "{\"for\":\"users\",\"from\":\"" KEY_B64 "\",\"keys\":[" keys "]}"

static void forms_that_hold_are_taken(void **state) {
    (void)state;
    struct readers readers;
    assert_true(reads("{\"for\":\"public\",\"key\":\"" KEY_B64 "\",\"later\":1}", &readers));
    assert_int_equal(readers.kind, READERS_PUBLIC);
    assert_true(reads("{\"for\":\"community\",\"sealed\":\"" SEALED_B64 "\"}", &readers));
    assert_int_equal(readers.kind, READERS_COMMUNITY);
    assert_true(reads(USERS(ENTRY(OTHER_B64) "," ENTRY(KEY_B64)), &readers)); /* in any order */
    assert_int_equal(readers.user_count, 2);
}

static void forms_that_do_not_hold_are_refused(void **state) {
    (void)state;
    const char *const texts[] = {
        "[]",
        "{}",
        "{\"for\":\"nobody\"}",
        "{\"for\":\"Public\",\"key\":\"" KEY_B64 "\"}",
        "{\"for\":\"public\"}",
        "{\"for\":\"public\",\"key\":\"" SEALED_B64 "\"}",
        "{\"for\":\"public\",\"key\":1}",
        "{\"for\":\"community\",\"sealed\":\"" KEY_B64 "\"}",
        "{\"for\":\"users\",\"keys\":[" ENTRY(KEY_B64) "]}",
        "{\"for\":\"users\",\"from\":\"\",\"keys\":[" ENTRY(KEY_B64) "]}",
        "{\"for\":\"users\",\"from\":\"" KEY_B64 "\"}",
        "{\"for\":\"users\",\"from\":\"" KEY_B64 "\",\"keys\":{}}",
        USERS(""),
        USERS("1"),
        USERS("{\"sealed\":\"" SEALED_B64 "\"}"),
        USERS("{\"user\":\"" KEY_B64 "\"}"),
        USERS(ENTRY(KEY_B64) "," ENTRY(KEY_B64)),
    };
    struct readers readers;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        if (reads(texts[i], &readers)) fail_msg("taken: %s", texts[i]);
}

static void more_users_than_fit_are_refused(void **state) {
    (void)state;
    static char text[TEXT_ROOM];
    for (int count = READERS_USERS_MAX; count <= READERS_USERS_MAX + 1; count++) {
        struct readers readers;
        size_t at = (size_t)snprintf(text, sizeof text, "{\"for\":\"users\",\"from\":\"" KEY_B64 "\",\"keys\":[");
        for (int i = 0; i < count; i++)
            at +=
                (size_t)snprintf(text + at, sizeof text - at, "%s{\"sealed\":\"" SEALED_B64 "\",\"user\":\"%c%cAA%s\"}",
                                 i == 0 ? "" : ",", 'A' + i % 26, 'A' + i / 26, KEY_B64 + 4);
        (void)snprintf(text + at, sizeof text - at, "]}");
        assert_int_equal(reads(text, &readers), count == READERS_USERS_MAX);
    }
}

static void thousand_readers_are_written_and_open_again(void **state) {
    (void)state;
    struct given *g = given();
    for (uint64_t seed = 0; seed < 1000; seed++) {
        struct prng dice = prng_seeded(seed);
        struct readers made, again;
        const struct public_key users[] = {record_bench_public("bob"), record_bench_public("carol")};
        for (size_t i = 0; i < 32; i++) {
            g->key.bytes[i] = (uint8_t)prng_next(&dice);
            g->root.bytes[i] = (uint8_t)prng_next(&dice);
            g->dice[i] = (uint8_t)prng_next(&dice);
        }
        const enum readers_kind kind = (enum readers_kind)prng_below(&dice, 3);
        if (kind == READERS_PUBLIC) readers_for_public(&made, &g->key);
        if (kind == READERS_COMMUNITY) readers_for_community(&made, &g->key, &g->root, &g->secret);
        if (kind == READERS_USERS) made = for_users(g, "alice", users, prng_below(&dice, 3));
        assert_true(reads(written(&made), &again));
        assert_memory_equal(&again, &made, sizeof made);
        assert_int_equal(open_as(&again, g, "alice", &g->secret), REFUSAL_NONE);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(images_and_secrets_of_another_implementation_agree),
        cmocka_unit_test(everybody_opens_a_public_file),
        cmocka_unit_test(community_opens_with_its_secret_alone),
        cmocka_unit_test(users_open_each_with_their_key_alone),
        cmocka_unit_test(sealed_key_fits_no_other_file),
        cmocka_unit_test(any_bit_that_differs_does_not_open),
        cmocka_unit_test(author_and_doubles_count_once_and_the_order_says_nothing),
        cmocka_unit_test(as_many_users_as_fit_are_taken_and_one_more_is_not),
        cmocka_unit_test(key_that_is_no_point_is_not_taken),
        cmocka_unit_test(forms_that_hold_are_taken),
        cmocka_unit_test(forms_that_do_not_hold_are_refused),
        cmocka_unit_test(more_users_than_fit_are_refused),
        cmocka_unit_test(thousand_readers_are_written_and_open_again),
    };
    if (!sign_init()) return 1;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
