/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/api/session_token.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const int64_t now = 1790000000000;

/* Counts up, so that no two are alike. */
static void fill(void *context, uint8_t *bytes, size_t size) {
    uint8_t *next = context;
    memset(bytes, 0, size);
    bytes[0] = (*next)++;
}

static struct attest_key key_of(char digit) {
    char token[64];
    memset(token, digit, sizeof token);
    return session_token_key((struct span){(const uint8_t *)token, sizeof token});
}

static struct session_token token_of(const struct attest_key *key, uint8_t number) {
    const struct entropy entropy = {fill, &number};
    return session_token_make(key, &entropy, now);
}

static bool is_good_at(const struct session_token *token, int64_t wall_ms) {
    const struct attest_key key = key_of('a');
    return session_token_is_good(&key, span_of_text(token->text), wall_ms);
}

static void it_is_good_for_twelve_hours(void **state) {
    (void)state;
    const struct attest_key key = key_of('a');
    const struct session_token token = token_of(&key, 1);
    assert_int_equal(strlen(token.text), SESSION_TOKEN_TEXT_SIZE);
    assert_true(is_good_at(&token, now));
    assert_true(is_good_at(&token, now + SESSION_TOKEN_MS - 1));
    assert_false(is_good_at(&token, now + SESSION_TOKEN_MS));
}

static void a_clock_that_is_set_back_does_not_end_it_nor_keep_it_for_long(void **state) {
    (void)state;
    const struct attest_key key = key_of('a');
    const struct session_token token = token_of(&key, 1);
    assert_true(is_good_at(&token, now - 3600000));
    assert_false(is_good_at(&token, now - SESSION_TOKEN_MS));
    assert_false(is_good_at(&token, 0));
}

static void two_are_never_alike(void **state) {
    (void)state;
    const struct attest_key key = key_of('a');
    const struct session_token one = token_of(&key, 1), other = token_of(&key, 2);
    assert_string_not_equal(one.text, other.text);
    assert_true(is_good_at(&one, now) && is_good_at(&other, now));
}

static void another_api_token_ends_it(void **state) {
    (void)state;
    const struct attest_key old = key_of('a'), made_anew = key_of('b');
    const struct session_token token = token_of(&old, 1);
    assert_false(session_token_is_good(&made_anew, span_of_text(token.text), now));
}

static void a_changed_one_is_refused(void **state) {
    (void)state;
    const struct attest_key key = key_of('a');
    struct session_token token = token_of(&key, 1);
    for (size_t i = 0; i < SESSION_TOKEN_TEXT_SIZE; i++) {
        const char was = token.text[i];
        token.text[i] = was == '0' ? '1' : '0';
        assert_false(is_good_at(&token, now));
        token.text[i] = was;
    }
    assert_true(is_good_at(&token, now));
}

static void what_is_no_token_is_refused(void **state) {
    (void)state;
    const struct attest_key key = key_of('a');
    const struct session_token token = token_of(&key, 1);
    struct session_token odd = token;
    odd.text[3] = 'x';
    assert_false(is_good_at(&odd, now));
    assert_false(session_token_is_good(&key, SPAN_NONE, now));
    assert_false(session_token_is_good(&key, SPAN_LITERAL("00"), now));
    assert_false(
        session_token_is_good(&key, (struct span){(const uint8_t *)token.text, SESSION_TOKEN_TEXT_SIZE - 2}, now));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_is_good_for_twelve_hours),
        cmocka_unit_test(a_clock_that_is_set_back_does_not_end_it_nor_keep_it_for_long),
        cmocka_unit_test(two_are_never_alike),
        cmocka_unit_test(another_api_token_ends_it),
        cmocka_unit_test(a_changed_one_is_refused),
        cmocka_unit_test(what_is_no_token_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
