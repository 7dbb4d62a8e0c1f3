/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/link/tls_certificate.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <openssl/x509.h>

static struct signing_key key_of(uint8_t fill) {
    uint8_t seed[32];
    struct signing_key key;
    memset(seed, fill, sizeof seed);
    sign_key_from_seed(&key, seed);
    return key;
}

static X509 *certificate_of(uint8_t fill) {
    const struct signing_key key = key_of(fill);
    uint8_t der[TLS_CERTIFICATE_SIZE];
    const uint8_t *at = der;
    tls_certificate_make(&key, der);
    X509 *certificate = d2i_X509(NULL, &at, sizeof der);
    assert_non_null(certificate);
    assert_ptr_equal(at, der + sizeof der); /* all 206 bytes are the certificate */
    return certificate;
}

static void certificate_is_a_function_of_the_key(void **state) {
    (void)state;
    const struct signing_key one = key_of(1), other = key_of(2);
    uint8_t first[TLS_CERTIFICATE_SIZE], second[TLS_CERTIFICATE_SIZE];
    tls_certificate_make(&one, first);
    tls_certificate_make(&one, second);
    assert_memory_equal(first, second, sizeof first);
    tls_certificate_make(&other, second);
    assert_memory_not_equal(first, second, sizeof first);
}

static void openssl_encodes_it_the_same(void **state) {
    (void)state;
    const struct signing_key key = key_of(1);
    uint8_t der[TLS_CERTIFICATE_SIZE];
    tls_certificate_make(&key, der);
    X509 *certificate = certificate_of(1);
    uint8_t *encoded = NULL;
    (void)i2d_re_X509_tbs(certificate, NULL); /* marks it as changed, so that encoding is no copy of what was read */
    assert_int_equal(i2d_X509(certificate, &encoded), TLS_CERTIFICATE_SIZE);
    assert_memory_equal(encoded, der, sizeof der);
    OPENSSL_free(encoded);
    X509_free(certificate);
}

static void certificate_says_what_the_wire_wants(void **state) {
    (void)state;
    const struct signing_key key = key_of(3);
    const struct public_key expected = sign_public_key(&key);
    X509 *certificate = certificate_of(3);
    struct public_key shown;
    size_t size = sizeof shown.bytes;
    char name[64];
    assert_int_equal(X509_get_version(certificate), X509_VERSION_3);
    assert_int_equal(ASN1_INTEGER_get(X509_get0_serialNumber(certificate)), 1);
    X509_NAME_oneline(X509_get_subject_name(certificate), name, sizeof name);
    assert_string_equal(name, "/CN=skep");
    X509_NAME_oneline(X509_get_issuer_name(certificate), name, sizeof name);
    assert_string_equal(name, "/CN=skep");
    const ASN1_TIME *from = X509_get0_notBefore(certificate), *to = X509_get0_notAfter(certificate);
    assert_int_equal(ASN1_STRING_type(from), V_ASN1_UTCTIME);
    assert_int_equal(ASN1_STRING_type(to), V_ASN1_GENERALIZEDTIME);
    assert_string_equal(ASN1_STRING_get0_data(from), "200101000000Z");
    assert_string_equal(ASN1_STRING_get0_data(to), "99991231235959Z");
    assert_int_equal(X509_get_ext_count(certificate), 0);
    assert_int_equal(X509_get_signature_nid(certificate), NID_ED25519);
    assert_int_equal(EVP_PKEY_get_raw_public_key(X509_get0_pubkey(certificate), shown.bytes, &size), 1);
    assert_memory_equal(shown.bytes, expected.bytes, sizeof shown.bytes);
    X509_free(certificate);
}

static void certificate_verifies_under_its_own_key_alone(void **state) {
    (void)state;
    X509 *certificate = certificate_of(4), *other = certificate_of(5);
    assert_int_equal(X509_verify(certificate, X509_get0_pubkey(certificate)), 1);
    assert_int_not_equal(X509_verify(certificate, X509_get0_pubkey(other)), 1);
    X509_free(certificate);
    X509_free(other);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(certificate_is_a_function_of_the_key),
        cmocka_unit_test(openssl_encodes_it_the_same),
        cmocka_unit_test(certificate_says_what_the_wire_wants),
        cmocka_unit_test(certificate_verifies_under_its_own_key_alone),
    };
    return sign_init() ? cmocka_run_group_tests(tests, NULL, NULL) : 1;
}
