/* SPDX-License-Identifier: Apache-2.0 */
#include "swarm/identity/user_cert.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/encoding.h"

#define NOW 1763640000000LL
#define DAY (86400LL * 1000)

/* Keys of RFC 8032's first two tests: the node's and the user's. The certificate was made by another program. */
#define NODE_SEED "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60"
#define USER_SEED "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb"
#define KNOWN                                                                                                          \
    "PUAXw+hDiVqStwqnTRt+vJyYLM8uxJaMwM1V8Sr0ZgwAAAGaoSK+AAAAAZrFL0IAZE0FCuRyu4EOTqxPmLiGAia710jYw7HKlMN9+LzOOJFwar+"  \
    "Ws7D6"                                                                                                            \
    "HSLdtqRkfqBKalpaIKqVNR74Jk5BB4yxDQ=="

static struct signing_key key_of(const char *seed_text) {
    struct signing_key key;
    uint8_t seed[32];
    struct buffer out = buffer_over(seed, sizeof seed);
    assert_true(hex_read(span_of_text(seed_text), &out));
    sign_key_from_seed(&key, seed);
    return key;
}

static struct public_key node_key(void) {
    struct signing_key key = key_of(NODE_SEED);
    return sign_public_key(&key);
}

static struct user_cert issued(int64_t not_before_ms, int64_t not_after_ms) {
    struct user_cert cert;
    struct signing_key user = key_of(USER_SEED);
    struct public_key node = node_key();
    user_cert_issue(&cert, &user, &node, not_before_ms, not_after_ms);
    return cert;
}

/* The text of a certificate with any members, valid or not. */
static bool reads(const struct user_cert *cert) {
    uint8_t memory[USER_CERT_TEXT_SIZE];
    struct buffer text = buffer_over(memory, sizeof memory);
    struct user_cert again;
    user_cert_write(&text, cert);
    assert_int_equal(text.size, USER_CERT_TEXT_SIZE);
    return user_cert_read(buffer_span(&text), &again);
}

static void certificate_of_another_implementation_is_reproduced(void **state) {
    (void)state;
    uint8_t memory[USER_CERT_TEXT_SIZE];
    struct buffer text = buffer_over(memory, sizeof memory);
    struct user_cert cert = issued(NOW, NOW + USER_CERT_LIFE_MS_DEFAULT), read;
    struct public_key node = node_key();
    struct verifier verifier = sign_verifier();
    user_cert_write(&text, &cert);
    assert_true(span_equal_text(buffer_span(&text), KNOWN));
    assert_true(user_cert_read(SPAN_LITERAL(KNOWN), &read));
    assert_int_equal(read.not_before_ms, NOW);
    assert_int_equal(read.not_after_ms, NOW + 7 * DAY);
    assert_true(user_cert_verify(&read, &node, &verifier));
}

static void certificate_is_good_for_its_node_and_times_only(void **state) {
    (void)state;
    struct verifier verifier = sign_verifier();
    struct user_cert cert = issued(NOW, NOW + DAY), other = cert;
    struct public_key node = node_key();
    assert_true(user_cert_verify(&cert, &node, &verifier));
    assert_false(user_cert_verify(&cert, &cert.user_key, &verifier));
    other.not_after_ms++;
    assert_false(user_cert_verify(&other, &node, &verifier));
    other = cert;
    other.not_before_ms--;
    assert_false(user_cert_verify(&other, &node, &verifier));
    other = cert;
    other.user_key = node;
    assert_false(user_cert_verify(&other, &node, &verifier));
}

static void life_over_30_days_is_refused(void **state) {
    (void)state;
    struct user_cert cert = issued(NOW, NOW + 30 * DAY);
    assert_true(reads(&cert));
    cert.not_after_ms++;
    assert_false(reads(&cert));
}

static void life_that_does_not_run_forward_is_refused(void **state) {
    (void)state;
    struct user_cert cert = issued(NOW, NOW + DAY);
    cert.not_after_ms = NOW;
    assert_false(reads(&cert));
    cert.not_after_ms = NOW - 1;
    assert_false(reads(&cert));
}

static void times_beyond_any_clock_are_refused(void **state) {
    (void)state;
    struct user_cert cert = issued(IDENTITY_TIME_MS_MAX - DAY, IDENTITY_TIME_MS_MAX);
    assert_true(reads(&cert));
    cert.not_before_ms++;
    cert.not_after_ms++;
    assert_false(reads(&cert));
    cert.not_before_ms = INT64_MIN; /* the highest bit: a huge time, not a negative one */
    cert.not_after_ms = INT64_MIN + DAY;
    assert_false(reads(&cert));
}

static void key_that_is_no_point_proves_nothing(void **state) {
    (void)state;
    struct verifier verifier = sign_verifier();
    struct public_key node = node_key();
    struct user_cert cert = issued(NOW, NOW + DAY);
    memset(cert.user_key.bytes, 0, sizeof cert.user_key.bytes);
    assert_true(reads(&cert));
    assert_false(user_cert_verify(&cert, &node, &verifier));
    cert.user_key.bytes[0] = 2; /* off the curve */
    assert_false(user_cert_verify(&cert, &node, &verifier));
}

static void text_of_another_size_or_alphabet_is_refused(void **state) {
    (void)state;
    struct user_cert cert;
    char text[] = KNOWN;
    for (size_t size = 0; size < sizeof text - 1; size++)
        assert_false(user_cert_read((struct span){(const uint8_t *)text, size}, &cert));
    text[5] = '-';
    assert_false(user_cert_read(span_of_text(text), &cert));
    text[5] = ' ';
    assert_false(user_cert_read(span_of_text(text), &cert));
}

static void date_is_judged_with_15_seconds_of_skew(void **state) {
    (void)state;
    struct user_cert cert = issued(NOW, NOW + DAY);
    assert_true(user_cert_is_in_date(&cert, NOW - 15000));
    assert_false(user_cert_is_in_date(&cert, NOW - 15001));
    assert_true(user_cert_is_in_date(&cert, NOW + DAY + 15000));
    assert_false(user_cert_is_in_date(&cert, NOW + DAY + 15001));
}

static void certificate_is_for_the_id_of_its_key(void **state) {
    (void)state;
    char text[NODE_ID_TEXT_SIZE + 1];
    struct user_cert cert = issued(NOW, NOW + DAY);
    struct user_id user = user_id_of_key(&cert.user_key);
    user_id_text(&user, text);
    assert_true(user_cert_is_for(&cert, span_of_text(text)));
    text[0] = text[0] == 'a' ? 'b' : 'a';
    assert_false(user_cert_is_for(&cert, span_of_text(text)));
    assert_false(user_cert_is_for(&cert, SPAN_LITERAL("0123456789abcdef")));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(certificate_of_another_implementation_is_reproduced),
        cmocka_unit_test(certificate_is_good_for_its_node_and_times_only),
        cmocka_unit_test(life_over_30_days_is_refused),
        cmocka_unit_test(life_that_does_not_run_forward_is_refused),
        cmocka_unit_test(times_beyond_any_clock_are_refused),
        cmocka_unit_test(key_that_is_no_point_proves_nothing),
        cmocka_unit_test(text_of_another_size_or_alphabet_is_refused),
        cmocka_unit_test(date_is_judged_with_15_seconds_of_skew),
        cmocka_unit_test(certificate_is_for_the_id_of_its_key),
    };
    if (!sign_init()) return 1;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
