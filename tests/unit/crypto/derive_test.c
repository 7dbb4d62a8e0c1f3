/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/derive.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/encoding.h"

enum { PART_MAX = 80 };

struct known {
    const char *secret, *salt, *info, *out;
};
/* RFC 5869, A.1 to A.3: the three cases with SHA-256. */
static const struct known RFC_5869[] = {
    {"0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b", "000102030405060708090a0b0c", "f0f1f2f3f4f5f6f7f8f9",
     "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865"},
    {"000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f202122232425262728292a2b2c2d2e2f"
     "303132333435363738393a3b3c3d3e3f404142434445464748494a4b4c4d4e4f",
     "606162636465666768696a6b6c6d6e6f707172737475767778797a7b7c7d7e7f808182838485868788898a8b8c8d8e8f"
     "909192939495969798999a9b9c9d9e9fa0a1a2a3a4a5a6a7a8a9aaabacadaeaf",
     "b0b1b2b3b4b5b6b7b8b9babbbcbdbebfc0c1c2c3c4c5c6c7c8c9cacbcccdcecfd0d1d2d3d4d5d6d7d8d9dadbdcdddedf"
     "e0e1e2e3e4e5e6e7e8e9eaebecedeeeff0f1f2f3f4f5f6f7f8f9fafbfcfdfeff",
     "b11e398dc80327a1c8e7f78c596a49344f012eda2d4efad8a050cc4c19afa97c59045a99cac7827271cb41c65e590e09"
     "da3275600c2f09b8367793a9aca3db71cc30c58179ec3e87c14c01d5c1f3434f1d87"},
    {"0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b", "", "",
     "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8"},
};

static struct span unhexed(const char *text, uint8_t memory[2 * PART_MAX]) {
    struct buffer out = buffer_over(memory, 2 * PART_MAX);
    assert_true(hex_read(span_of_text(text), &out));
    return buffer_span(&out);
}

static void rfc_5869_cases_are_reproduced(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof RFC_5869 / sizeof RFC_5869[0]; i++) {
        uint8_t memory[4][2 * PART_MAX], out[2 * PART_MAX] = {0};
        const struct derivation given = {unhexed(RFC_5869[i].secret, memory[0]), unhexed(RFC_5869[i].salt, memory[1]),
                                         unhexed(RFC_5869[i].info, memory[2])};
        const struct span expected = unhexed(RFC_5869[i].out, memory[3]);
        derive_bytes(&given, out, expected.size);
        assert_memory_equal(out, expected.at, expected.size);
        assert_int_equal(out[expected.size], 0);
    }
}

static void shorter_output_is_the_beginning_of_a_longer_one(void **state) {
    (void)state;
    uint8_t longest[DERIVE_SIZE_MAX], out[64];
    const struct derivation given = {SPAN_LITERAL("a secret"), SPAN_NONE, SPAN_LITERAL("for a test")};
    derive_bytes(&given, longest, sizeof longest);
    for (size_t size = 1; size <= sizeof out; size++) {
        derive_bytes(&given, out, size);
        assert_memory_equal(out, longest, size);
    }
}

static void each_part_counts(void **state) {
    (void)state;
    const struct derivation given[] = {
        {SPAN_LITERAL("ab"), SPAN_LITERAL("c"), SPAN_LITERAL("d")},
        {SPAN_LITERAL("a"), SPAN_LITERAL("bc"), SPAN_LITERAL("d")},
        {SPAN_LITERAL("ab"), SPAN_LITERAL("cd"), SPAN_NONE},
        {SPAN_LITERAL("ab"), SPAN_NONE, SPAN_LITERAL("cd")},
    };
    uint8_t out[4][32];
    for (size_t i = 0; i < 4; i++) {
        derive_bytes(&given[i], out[i], sizeof out[i]);
        for (size_t k = 0; k < i; k++) assert_memory_not_equal(out[i], out[k], sizeof out[i]);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rfc_5869_cases_are_reproduced),
        cmocka_unit_test(shorter_output_is_the_beginning_of_a_longer_one),
        cmocka_unit_test(each_part_counts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
