/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/stretch.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/encoding.h"
#include "crypto/sign.h"

static struct stretch stretch_of(uint32_t passes, uint64_t memory_bytes) {
    struct stretch stretch = {.passes = passes, .memory_bytes = memory_bytes};
    memcpy(stretch.salt, "0123456789abcdef", STRETCH_SALT_SIZE);
    return stretch;
}

/* Made by the reference code: argon2 0123456789abcdef -id -t 3 -k 262144 -p 1 -l 32 -r */
static void the_key_is_that_of_the_reference_code(void **state) {
    (void)state;
    const struct stretch stretch = stretch_of(3, 256 << 20);
    uint8_t known[32];
    struct buffer out = buffer_over(known, sizeof known);
    struct seal_key key;
    assert_true(hex_read(SPAN_LITERAL("ae55b83ac467836d77c618b27b04cf5d9f36212f70c7ed51754a24746bec2df0"), &out));
    assert_true(stretch_passphrase(&stretch, SPAN_LITERAL("correct horse"), &key));
    assert_memory_equal(key.bytes, known, sizeof known);
}

static void a_new_one_is_allowed_and_has_a_salt_of_its_own(void **state) {
    (void)state;
    const struct entropy entropy = entropy_of_system();
    const struct stretch one = stretch_make(&entropy), other = stretch_make(&entropy);
    assert_true(stretch_is_allowed(&one));
    assert_memory_not_equal(one.salt, other.salt, sizeof one.salt);
}

static void what_is_weaker_or_costs_too_much_is_not_allowed(void **state) {
    (void)state;
    const struct stretch wrong[] = {
        stretch_of(2, 256 << 20),      stretch_of(3, (256 << 20) - 1), stretch_of(5, 256 << 20),
        stretch_of(3, (1 << 30) + 1U), stretch_of(3, UINT64_MAX),      stretch_of(0, 0),
    };
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) assert_false(stretch_is_allowed(&wrong[i]));
    const struct stretch largest = stretch_of(4, 1 << 30);
    assert_true(stretch_is_allowed(&largest));
}

static int setup(void **state) {
    (void)state;
    return sign_init() ? 0 : -1;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_key_is_that_of_the_reference_code),
        cmocka_unit_test(a_new_one_is_allowed_and_has_a_salt_of_its_own),
        cmocka_unit_test(what_is_weaker_or_costs_too_much_is_not_allowed),
    };
    return cmocka_run_group_tests(tests, setup, NULL);
}
