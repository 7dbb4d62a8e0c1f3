/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/agree.h"

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

struct party {
    const char *secret, *public_half;
};
/* RFC 7748, section 6.1. */
static const struct party ALICE = {"77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a",
                                   "8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a"};
static const struct party BOB = {"5dab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e0eb",
                                 "de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f"};

static void assert_agrees(const struct party *own, const struct party *theirs) {
    struct agree_secret secret;
    struct agree_public expected_public, own_public, their_public;
    uint8_t shared[32], expected[32];
    unhex(own->secret, secret.bytes, 32);
    unhex(own->public_half, expected_public.bytes, 32);
    unhex(theirs->public_half, their_public.bytes, 32);
    unhex("4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742", expected, 32);
    assert_true(agree_public_from_secret(&secret, &own_public));
    assert_memory_equal(own_public.bytes, expected_public.bytes, 32);
    assert_true(agree_shared(&secret, &their_public, shared));
    assert_memory_equal(shared, expected, 32);
}

static void rfc_7748_parties_agree(void **state) {
    (void)state;
    assert_agrees(&ALICE, &BOB);
    assert_agrees(&BOB, &ALICE);
}

static void point_of_small_order_gives_no_secret(void **state) {
    (void)state;
    const char *const points[] = {"0000000000000000000000000000000000000000000000000000000000000000",
                                  "0100000000000000000000000000000000000000000000000000000000000000",
                                  "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
                                  "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
                                  "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
                                  "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
                                  "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157"};
    const uint8_t zero[32] = {0};
    struct agree_secret secret;
    unhex(ALICE.secret, secret.bytes, 32);
    for (size_t i = 0; i < sizeof points / sizeof points[0]; i++) {
        struct agree_public point;
        uint8_t shared[32];
        memset(shared, 0xaa, sizeof shared);
        unhex(points[i], point.bytes, 32);
        assert_false(agree_shared(&secret, &point, shared));
        assert_memory_equal(shared, zero, 32);
    }
}

/* The first key of RFC 8032; its image is u = (1 + y) / (1 - y), worked out apart from this library. */
static void image_of_a_signing_key_is_known(void **state) {
    (void)state;
    uint8_t seed[32];
    struct signing_key key;
    struct agree_public image, expected, from_secret;
    struct agree_secret secret;
    unhex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60", seed, 32);
    unhex("d85e07ec22b0ad881537c2f44d662d1a143cf830c57aca4305d85c7a90f6b62e", expected.bytes, 32);
    sign_key_from_seed(&key, seed);
    struct public_key public_key = sign_public_key(&key);
    assert_true(agree_public_of_key(&public_key, &image));
    assert_memory_equal(image.bytes, expected.bytes, 32);
    agree_secret_of_key(&key, &secret);
    assert_true(agree_public_from_secret(&secret, &from_secret));
    assert_memory_equal(from_secret.bytes, expected.bytes, 32);
}

static void key_of_small_order_has_no_image(void **state) {
    (void)state;
    struct public_key key = {{1}};
    struct agree_public image;
    assert_false(agree_public_of_key(&key, &image));
}

static void fill_with_alice(void *context, uint8_t *bytes, size_t size) {
    (void)context;
    assert_int_equal(size, 32);
    unhex(ALICE.secret, bytes, size);
}

static void pair_is_made_of_the_entropy_that_was_given(void **state) {
    (void)state;
    const struct entropy entropy = {.fill = fill_with_alice};
    struct agree_secret secret, expected_secret;
    struct agree_public public_half, expected;
    unhex(ALICE.secret, expected_secret.bytes, 32);
    unhex(ALICE.public_half, expected.bytes, 32);
    agree_pair_make(&entropy, &secret, &public_half);
    assert_memory_equal(secret.bytes, expected_secret.bytes, 32);
    assert_memory_equal(public_half.bytes, expected.bytes, 32);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rfc_7748_parties_agree),
        cmocka_unit_test(point_of_small_order_gives_no_secret),
        cmocka_unit_test(image_of_a_signing_key_is_known),
        cmocka_unit_test(key_of_small_order_has_no_image),
        cmocka_unit_test(pair_is_made_of_the_entropy_that_was_given),
    };
    if (!sign_init()) return 1;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
