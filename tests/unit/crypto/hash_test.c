/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/hash.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/encoding.h"

static void assert_hash(struct span bytes, const char *expected) {
    char text[65] = {0};
    struct buffer out = buffer_over((uint8_t *)text, 64);
    struct sha256 hash = hash_sha256(bytes);
    hex_write(&out, (struct span){hash.bytes, sizeof hash.bytes});
    assert_string_equal(text, expected);
}

static void fips_180_examples_are_reproduced(void **state) {
    (void)state;
    assert_hash(SPAN_LITERAL("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    assert_hash(SPAN_LITERAL("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"),
                "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
}

static void the_fips_180_example_of_sha_1_is_reproduced(void **state) {
    (void)state;
    char text[41] = {0};
    struct buffer out = buffer_over((uint8_t *)text, 40);
    const struct sha1 hash = hash_sha1(SPAN_LITERAL("abc"));
    hex_write(&out, (struct span){hash.bytes, sizeof hash.bytes});
    assert_string_equal(text, "a9993e364706816aba3e25717850c26c9cd0d89d");
}

static void nothing_has_a_hash(void **state) {
    (void)state;
    assert_hash(SPAN_NONE, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

static void million_letters_are_hashed(void **state) {
    (void)state;
    uint8_t *letters = malloc(1000000);
    assert_non_null(letters);
    memset(letters, 'a', 1000000);
    assert_hash((struct span){letters, 1000000}, "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
    free(letters);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fips_180_examples_are_reproduced),
        cmocka_unit_test(the_fips_180_example_of_sha_1_is_reproduced),
        cmocka_unit_test(nothing_has_a_hash),
        cmocka_unit_test(million_letters_are_hashed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
