/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/seal.h"

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

enum { SEALED_MAX = 60 + SEAL_TAG_SIZE };

struct known {
    const char *key, *nonce, *associated, *text, *sealed;
};
/* The AES-256 cases (13, 14, 15, 16) of the GCM specification that NIST adopted. */
static const struct known GCM[] = {
    {"0000000000000000000000000000000000000000000000000000000000000000", "000000000000000000000000", "", "",
     "530f8afbc74536b9a963b4f1c4cb738b"},
    {"0000000000000000000000000000000000000000000000000000000000000000", "000000000000000000000000", "",
     "00000000000000000000000000000000", "cea7403d4d606b6e074ec5d3baf39d18d0d1c8a799996bf0265b98b5d48ab919"},
    {"feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308", "cafebabefacedbaddecaf888", "",
     "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657b"
     "a63"
     "7b391aafd255",
     "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0ab"
     "cc9"
     "f662898015adb094dac5d93471bdec1a502270e3cc6c"},
    {"feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308", "cafebabefacedbaddecaf888",
     "feedfacedeadbeeffeedfacedeadbeefabaddad2",
     "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657b"
     "a63"
     "7b39",
     "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0ab"
     "cc9"
     "f66276fc6ece0f4e1768cddf8853bb2d551b"},
};

struct given { /* a known case as bytes */
    struct seal_key key;
    uint8_t nonce[SEAL_NONCE_SIZE];
    uint8_t memory[3][80];
    struct span associated, text, sealed;
};

static struct span unhexed(const char *text, uint8_t memory[80]) {
    size_t size = strlen(text) / 2;
    unhex(text, memory, size);
    return (struct span){memory, size};
}

static void given_fill(struct given *g, const struct known *known) {
    unhex(known->key, g->key.bytes, sizeof g->key.bytes);
    unhex(known->nonce, g->nonce, sizeof g->nonce);
    g->associated = unhexed(known->associated, g->memory[0]);
    g->text = unhexed(known->text, g->memory[1]);
    g->sealed = unhexed(known->sealed, g->memory[2]);
}

static void gcm_vectors_are_reproduced(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof GCM / sizeof GCM[0]; i++) {
        uint8_t memory[80];
        struct given g;
        given_fill(&g, &GCM[i]);
        struct buffer out = buffer_over(memory, sizeof memory);
        assert_true(seal_close(&g.key, g.nonce, g.associated, g.text, &out));
        assert_int_equal(out.size, g.sealed.size);
        assert_memory_equal(memory, g.sealed.at, g.sealed.size);
        out = buffer_over(memory, sizeof memory);
        assert_true(seal_open(&g.key, g.nonce, g.associated, g.sealed, &out));
        assert_int_equal(out.size, g.text.size);
        assert_memory_equal(memory, g.text.at, g.text.size);
    }
}

static void assert_not_opened(const struct given *g) {
    uint8_t memory[80];
    const uint8_t zero[80] = {0};
    memset(memory, 0, sizeof memory);
    struct buffer out = buffer_over(memory, sizeof memory);
    assert_false(seal_open(&g->key, g->nonce, g->associated, g->sealed, &out));
    assert_int_equal(out.size, 0);
    assert_memory_equal(memory, zero, sizeof memory);
}

static void flipped_bit_anywhere_opens_nothing_and_leaves_no_text(void **state) {
    (void)state;
    struct given g;
    given_fill(&g, &GCM[3]);
    for (size_t i = 0; i < g.sealed.size; i++) {
        g.memory[2][i] ^= 0x10;
        assert_not_opened(&g);
        g.memory[2][i] ^= 0x10;
    }
}

static void other_key_nonce_or_associated_data_opens_nothing(void **state) {
    (void)state;
    struct given g;
    given_fill(&g, &GCM[3]);
    g.key.bytes[31] ^= 1;
    assert_not_opened(&g);
    given_fill(&g, &GCM[3]);
    g.nonce[0] ^= 1;
    assert_not_opened(&g);
    given_fill(&g, &GCM[3]);
    g.associated.size--;
    assert_not_opened(&g);
}

static void truncated_text_opens_nothing(void **state) {
    (void)state;
    struct given g;
    given_fill(&g, &GCM[3]);
    for (size_t size = g.sealed.size; size > 0; size--) {
        g.sealed.size = size - 1;
        assert_not_opened(&g);
    }
}

static void full_buffer_is_left_alone(void **state) {
    (void)state;
    uint8_t memory[SEALED_MAX];
    struct given g;
    given_fill(&g, &GCM[3]);
    struct buffer out = buffer_over(memory, g.text.size + SEAL_TAG_SIZE - 1);
    assert_false(seal_close(&g.key, g.nonce, g.associated, g.text, &out));
    assert_int_equal(out.size, 0);
    out = buffer_over(memory, g.text.size - 1);
    assert_false(seal_open(&g.key, g.nonce, g.associated, g.sealed, &out));
    assert_int_equal(out.size, 0);
}

static void sealed_text_follows_what_the_buffer_holds(void **state) {
    (void)state;
    uint8_t memory[80];
    struct given g;
    given_fill(&g, &GCM[1]);
    struct buffer out = buffer_over(memory, sizeof memory);
    buffer_put_u8(&out, 'x');
    assert_true(seal_close(&g.key, g.nonce, g.associated, g.text, &out));
    assert_int_equal(out.size, 1 + g.sealed.size);
    assert_int_equal(memory[0], 'x');
    assert_memory_equal(memory + 1, g.sealed.at, g.sealed.size);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(gcm_vectors_are_reproduced),
        cmocka_unit_test(flipped_bit_anywhere_opens_nothing_and_leaves_no_text),
        cmocka_unit_test(other_key_nonce_or_associated_data_opens_nothing),
        cmocka_unit_test(truncated_text_opens_nothing),
        cmocka_unit_test(full_buffer_is_left_alone),
        cmocka_unit_test(sealed_text_follows_what_the_buffer_holds),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
