/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/attest.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct attest_key key_of(uint8_t number, const char *purpose) {
    const uint8_t seed[32] = {number};
    struct signing_key key;
    sign_key_from_seed(&key, seed);
    return attest_key_of(&key, purpose);
}

static struct span span_of(const struct attest_tag *tag) {
    return (struct span){tag->bytes, sizeof tag->bytes};
}

static void a_text_is_known_again(void **state) {
    (void)state;
    const struct attest_key key = key_of(1, "presence");
    const struct attest_tag tag = attest_make(&key, SPAN_LITERAL("text"));
    assert_true(attest_check(&key, SPAN_LITERAL("text"), span_of(&tag)));
    const struct attest_tag none = attest_make(&key, SPAN_NONE);
    assert_true(attest_check(&key, SPAN_NONE, span_of(&none)));
}

static void every_bit_of_text_and_tag_counts(void **state) {
    (void)state;
    const struct attest_key key = key_of(1, "presence");
    uint8_t text[] = "some text";
    struct attest_tag tag = attest_make(&key, (struct span){text, sizeof text});
    for (size_t bit = 0; bit < 8 * sizeof text; bit++) {
        text[bit / 8] ^= (uint8_t)(1 << bit % 8);
        assert_false(attest_check(&key, (struct span){text, sizeof text}, span_of(&tag)));
        text[bit / 8] ^= (uint8_t)(1 << bit % 8);
    }
    for (size_t bit = 0; bit < 8 * sizeof tag.bytes; bit++) {
        tag.bytes[bit / 8] ^= (uint8_t)(1 << bit % 8);
        assert_false(attest_check(&key, (struct span){text, sizeof text}, span_of(&tag)));
        tag.bytes[bit / 8] ^= (uint8_t)(1 << bit % 8);
    }
    assert_false(attest_check(&key, (struct span){text, sizeof text}, (struct span){tag.bytes, sizeof tag.bytes - 1}));
    assert_false(attest_check(&key, (struct span){text, sizeof text}, SPAN_NONE));
}

static void another_key_or_purpose_does_not_know_it(void **state) {
    (void)state;
    const struct attest_key key = key_of(1, "presence");
    const struct attest_tag tag = attest_make(&key, SPAN_LITERAL("text"));
    const struct attest_key others[] = {key_of(2, "presence"), key_of(1, "presences"), key_of(1, "")};
    for (size_t i = 0; i < 3; i++) assert_false(attest_check(&others[i], SPAN_LITERAL("text"), span_of(&tag)));
}

static int begin(void **state) {
    (void)state;
    return sign_init() ? 0 : -1;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_text_is_known_again),
        cmocka_unit_test(every_bit_of_text_and_tag_counts),
        cmocka_unit_test(another_key_or_purpose_does_not_know_it),
    };
    return cmocka_run_group_tests(tests, begin, NULL);
}
