/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/sign.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/encoding.h"

static void unhex(const char *text, uint8_t *bytes, size_t size) {
    struct buffer out = buffer_over(bytes, size);
    assert_true(hex_read(span_of_text(text), &out));
    assert_int_equal(out.size, size);
}

struct known {
    const char *seed, *key, *message, *signature;
};

/* RFC 8032, section 7.1: tests 1, 2, 3. */
static const struct known RFC_8032[] = {
    {"9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
     "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
     "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe246"
     "55141438e7a100b"},
    {"4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
     "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
     "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb"
     "0"
     "0d291612bb0c00"},
    {"c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
     "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82",
     "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc"
     "0"
     "27beceea1ec40a"},
};

static struct public_key key_of_hex(const char *text) {
    struct public_key key;
    unhex(text, key.bytes, sizeof key.bytes);
    return key;
}

static struct signing_key first_key(void) {
    struct signing_key key;
    uint8_t seed[32];
    unhex(RFC_8032[0].seed, seed, sizeof seed);
    sign_key_from_seed(&key, seed);
    return key;
}

static void rfc_8032_vectors_are_reproduced(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof RFC_8032 / sizeof RFC_8032[0]; i++) {
        uint8_t seed[32], message[2];
        struct signature expected;
        struct signing_key key;
        size_t size = strlen(RFC_8032[i].message) / 2;
        unhex(RFC_8032[i].seed, seed, sizeof seed);
        unhex(RFC_8032[i].message, message, size);
        unhex(RFC_8032[i].signature, expected.bytes, sizeof expected.bytes);
        struct public_key known = key_of_hex(RFC_8032[i].key);
        sign_key_from_seed(&key, seed);
        struct public_key made = sign_public_key(&key);
        struct signature signature = sign_message(&key, (struct span){message, size});
        assert_memory_equal(made.bytes, known.bytes, 32);
        assert_memory_equal(signature.bytes, expected.bytes, 64);
        assert_true(sign_verify(&known, (struct span){message, size}, &expected));
        assert_true(public_key_is_valid(&known));
    }
}

static void empty_message_without_a_place_is_signed_like_any(void **state) {
    (void)state;
    struct signing_key key = first_key();
    struct public_key public_key = sign_public_key(&key);
    struct signature signature = sign_message(&key, SPAN_NONE);
    assert_true(sign_verify(&public_key, SPAN_NONE, &signature));
}

static void flipped_bit_anywhere_is_refused(void **state) {
    (void)state;
    struct signing_key key = first_key();
    struct public_key public_key = sign_public_key(&key);
    struct signature signature = sign_message(&key, SPAN_LITERAL("hello"));
    for (size_t bit = 0; bit < 512; bit++) {
        struct signature bad = signature;
        bad.bytes[bit / 8] ^= (uint8_t)(1U << bit % 8);
        assert_false(sign_verify(&public_key, SPAN_LITERAL("hello"), &bad));
    }
    assert_false(sign_verify(&public_key, SPAN_LITERAL("hellp"), &signature));
    assert_true(sign_verify(&public_key, SPAN_LITERAL("hello"), &signature));
}

/* S and S + L are the same number to the curve; only the smaller one is a signature. */
static void s_plus_group_order_is_refused(void **state) {
    (void)state;
    uint8_t order[32];
    struct signing_key key = first_key();
    struct public_key public_key = sign_public_key(&key);
    struct signature signature = sign_message(&key, SPAN_LITERAL("hello"));
    unhex("edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010", order, sizeof order);
    unsigned carry = 0;
    for (size_t i = 0; i < 32; i++) {
        carry += (unsigned)signature.bytes[32 + i] + order[i];
        signature.bytes[32 + i] = (uint8_t)carry;
        carry >>= 8;
    }
    assert_int_equal(carry, 0);
    assert_false(sign_verify(&public_key, SPAN_LITERAL("hello"), &signature));
}

/* Made with the private key so that the equation of verification holds, with the neutral point as R. */
static void r_of_small_order_is_refused(void **state) {
    (void)state;
    struct signing_key key = first_key();
    struct public_key public_key = sign_public_key(&key);
    struct signature forged;
    unhex("0100000000000000000000000000000000000000000000000000000000000000643d2e279529250140d52f07aee8990876f53bba2f17"
          "6d22"
          "49fe90af5c0b3e0b",
          forged.bytes, sizeof forged.bytes);
    assert_false(sign_verify(&public_key, SPAN_LITERAL("hello"), &forged));
}

static void r_that_is_not_canonical_is_refused(void **state) {
    (void)state;
    struct signing_key key = first_key();
    struct public_key public_key = sign_public_key(&key);
    struct signature forged;
    unhex("eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7fb93312be4d0569744a4d318eb23b2a4800d274693f1c"
          "5311"
          "de02df28ae871b0a",
          forged.bytes, sizeof forged.bytes);
    assert_false(sign_verify(&public_key, SPAN_LITERAL("hello"), &forged));
}

/* Every encoding of the eight points of small order, canonical or not. */
static const char *const SMALL_ORDER[] = {
    "0000000000000000000000000000000000000000000000000000000000000000",
    "0000000000000000000000000000000000000000000000000000000000000080",
    "0100000000000000000000000000000000000000000000000000000000000000",
    "0100000000000000000000000000000000000000000000000000000000000080",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
    "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
    "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
};

/* With R = the base point and S = 1 the equation holds for each such key and, times a few, every message. */
static void key_of_small_order_signs_for_nobody(void **state) {
    (void)state;
    struct signature everyone;
    unhex("586666666666666666666666666666666666666666666666666666666666666601000000000000000000000000000000000000000000"
          "00000000"
          "000000000000",
          everyone.bytes, sizeof everyone.bytes);
    for (size_t i = 0; i < sizeof SMALL_ORDER / sizeof SMALL_ORDER[0]; i++) {
        struct public_key key = key_of_hex(SMALL_ORDER[i]);
        assert_false(public_key_is_valid(&key));
        for (uint8_t message = 0; message < 16; message++)
            assert_false(sign_verify(&key, (struct span){&message, 1}, &everyone));
    }
}

static void key_that_is_not_canonical_is_invalid(void **state) {
    (void)state;
    /* y = p + 3, p + 9, p + 18: on the curve, but each has a shorter name. */
    const char *const keys[] = {"f0ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
                                "f6ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
                                "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"};
    struct signing_key signer = first_key();
    struct signature signature = sign_message(&signer, SPAN_LITERAL("hello"));
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
        struct public_key key = key_of_hex(keys[i]);
        assert_false(public_key_is_valid(&key));
        assert_false(sign_verify(&key, SPAN_LITERAL("hello"), &signature));
    }
}

static void key_off_the_curve_is_invalid(void **state) {
    (void)state;
    struct public_key key = key_of_hex("0200000000000000000000000000000000000000000000000000000000000000");
    assert_false(public_key_is_valid(&key));
}

/* The first key of RFC 8032 plus a point of order 8. */
static void key_with_a_part_of_small_order_is_invalid(void **state) {
    (void)state;
    struct public_key key = key_of_hex("3b5b475c4b82dd1572799fc546f4c6c03e478c6654aa4c7f945b347ea32af60d");
    assert_false(public_key_is_valid(&key));
}

static void wiped_key_is_zero(void **state) {
    (void)state;
    struct signing_key key = first_key(), zero;
    memset(&zero, 0, sizeof zero);
    sign_key_wipe(&key);
    assert_memory_equal(&key, &zero, sizeof key);
}

static void verifier_of_the_daemon_verifies(void **state) {
    (void)state;
    struct signing_key key = first_key();
    struct public_key public_key = sign_public_key(&key);
    struct signature signature = sign_message(&key, SPAN_LITERAL("hello"));
    struct verifier verifier = sign_verifier();
    assert_true(verifier.verify(verifier.context, &public_key, SPAN_LITERAL("hello"), &signature));
    assert_false(verifier.verify(verifier.context, &public_key, SPAN_LITERAL("hello!"), &signature));
}

static void keys_are_equal_by_their_bytes(void **state) {
    (void)state;
    struct public_key a = key_of_hex(RFC_8032[0].key), b = key_of_hex(RFC_8032[1].key);
    assert_true(public_key_equal(&a, &a));
    assert_false(public_key_equal(&a, &b));
}

static void the_library_of_this_machine_is_sound(void **state) {
    (void)state;
    assert_true(sign_is_sound());
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rfc_8032_vectors_are_reproduced),
        cmocka_unit_test(the_library_of_this_machine_is_sound),
        cmocka_unit_test(empty_message_without_a_place_is_signed_like_any),
        cmocka_unit_test(flipped_bit_anywhere_is_refused),
        cmocka_unit_test(s_plus_group_order_is_refused),
        cmocka_unit_test(r_of_small_order_is_refused),
        cmocka_unit_test(r_that_is_not_canonical_is_refused),
        cmocka_unit_test(key_of_small_order_signs_for_nobody),
        cmocka_unit_test(key_that_is_not_canonical_is_invalid),
        cmocka_unit_test(key_off_the_curve_is_invalid),
        cmocka_unit_test(key_with_a_part_of_small_order_is_invalid),
        cmocka_unit_test(wiped_key_is_zero),
        cmocka_unit_test(verifier_of_the_daemon_verifies),
        cmocka_unit_test(keys_are_equal_by_their_bytes),
    };
    if (!sign_init()) return 1;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
