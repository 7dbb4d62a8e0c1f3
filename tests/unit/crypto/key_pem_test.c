/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/key_pem.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/encoding.h"

#define BEGIN "-----BEGIN PRIVATE KEY-----"
#define END   "-----END PRIVATE KEY-----"
/* RFC 8410, section 10.3. */
#define BODY "MC4CAQAwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC"
#define SEED "d4ee72dbf913584ad5b6d8f1f769f8ad3afe7c28cbf1d4fbe097a88f44755842"

static void assert_seed(const struct signing_key *key) {
    char text[65] = {0};
    struct buffer out = buffer_over((uint8_t *)text, 64);
    hex_write(&out, (struct span){key->seed, sizeof key->seed});
    assert_string_equal(text, SEED);
}

static bool reads(const char *pem) {
    struct signing_key key;
    bool is_read = key_pem_read(span_of_text(pem), &key);
    if (is_read) assert_seed(&key);
    return is_read;
}

static void rfc_8410_key_is_read(void **state) {
    (void)state;
    assert_true(reads(BEGIN "\n" BODY "\n" END "\n"));
}

static void written_key_is_what_openssl_writes(void **state) {
    (void)state;
    uint8_t memory[KEY_PEM_SIZE_MAX];
    struct buffer out = buffer_over(memory, sizeof memory);
    struct signing_key key;
    assert_true(key_pem_read(SPAN_LITERAL(BEGIN "\n" BODY "\n" END "\n"), &key));
    assert_true(key_pem_write(&key, &out));
    assert_true(span_equal_text(buffer_span(&out), BEGIN "\n" BODY "\n" END "\n"));
}

static void small_buffer_is_refused(void **state) {
    (void)state;
    uint8_t memory[100];
    struct buffer out = buffer_over(memory, sizeof memory);
    struct signing_key key = {{0}, {0}};
    assert_false(key_pem_write(&key, &out));
}

static void other_line_ends_and_white_space_around_are_read(void **state) {
    (void)state;
    assert_true(reads(BEGIN "\r\n" BODY "\r\n" END "\r\n"));
    assert_true(reads("\n  " BEGIN "\n" BODY "\n" END));
    assert_true(reads(BEGIN "\nMC4CAQAwBQYDK2VwBCIEINTuctv5E1hK\n1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC\n" END "\n"));
}

static void anything_before_or_behind_is_refused(void **state) {
    (void)state;
    assert_false(reads("Key of the node\n" BEGIN "\n" BODY "\n" END "\n"));
    assert_false(reads(BEGIN "\n" BODY "\n" END "\nmore"));
    assert_false(reads(BEGIN "\n" BODY "\n" END "\n" BEGIN "\n" BODY "\n" END "\n"));
}

static void other_kinds_of_key_are_refused(void **state) {
    (void)state;
    /* X25519 (1.3.101.110), Ed448's length, a public key, an encrypted one. */
    assert_false(reads(BEGIN "\nMC4CAQAwBQYDK2VuBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC\n" END "\n"));
    assert_false(reads("-----BEGIN PUBLIC KEY-----\n" BODY "\n-----END PUBLIC KEY-----\n"));
    assert_false(reads("-----BEGIN ENCRYPTED PRIVATE KEY-----\n" BODY "\n-----END ENCRYPTED PRIVATE KEY-----\n"));
}

static void truncation_at_every_byte_is_refused(void **state) {
    (void)state;
    const char whole[] = BEGIN "\n" BODY "\n" END;
    struct signing_key key;
    for (size_t size = 0; size < sizeof whole - 1; size++)
        assert_false(key_pem_read((struct span){(const uint8_t *)whole, size}, &key));
}

static void foreign_character_in_the_body_is_refused(void **state) {
    (void)state;
    assert_false(reads(BEGIN "\nMC4CAQAwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp-K06/nwoy/HU++CXqI9EdVhC\n" END "\n"));
    assert_false(reads(BEGIN "\n" BODY "AAAA\n" END "\n"));
    assert_false(reads(BEGIN "\n\n" END "\n"));
    assert_false(reads(BEGIN "\n" END "\n"));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rfc_8410_key_is_read),
        cmocka_unit_test(written_key_is_what_openssl_writes),
        cmocka_unit_test(small_buffer_is_refused),
        cmocka_unit_test(other_line_ends_and_white_space_around_are_read),
        cmocka_unit_test(anything_before_or_behind_is_refused),
        cmocka_unit_test(other_kinds_of_key_are_refused),
        cmocka_unit_test(truncation_at_every_byte_is_refused),
        cmocka_unit_test(foreign_character_in_the_body_is_refused),
    };
    if (!sign_init()) return 1;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
