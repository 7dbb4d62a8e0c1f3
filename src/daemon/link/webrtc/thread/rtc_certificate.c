/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/link/webrtc/thread/rtc_certificate.h"

#include <openssl/evp.h>
#include <openssl/x509.h>
#include <string.h>

enum { DAY_S = 86400, VALID_DAYS = 365 /* longer than a run between two updates; nobody checks it but as a date */ };

static bool certificate_name(X509 *x509) {
    X509_NAME *const name = X509_get_subject_name(x509);
    const unsigned char *const text = (const unsigned char *)"skep";
    return X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, text, -1, -1, 0) == 1 &&
           X509_set_issuer_name(x509, name) == 1;
}

static bool certificate_number(X509 *x509) {
    ASN1_INTEGER *const serial = X509_get_serialNumber(x509);
    BIGNUM *const number = BN_new();
    const bool is_done = number && BN_rand(number, 63, BN_RAND_TOP_ANY, BN_RAND_BOTTOM_ANY) == 1 &&
                         BN_to_ASN1_INTEGER(number, serial) != NULL;
    BN_free(number);
    return is_done;
}

static bool certificate_fill(X509 *x509, EVP_PKEY *key) {
    return X509_set_version(x509, X509_VERSION_3) == 1 && certificate_number(x509) && certificate_name(x509) &&
           X509_gmtime_adj(X509_getm_notBefore(x509), -DAY_S) != NULL &&
           X509_gmtime_adj(X509_getm_notAfter(x509), (long)VALID_DAYS * DAY_S) != NULL &&
           X509_set_pubkey(x509, key) == 1 && X509_sign(x509, key, EVP_sha256()) > 0;
}

enum err rtc_certificate_init(struct rtc_certificate *certificate) {
    unsigned size = sizeof certificate->fingerprint.bytes;
    memset(certificate, 0, sizeof *certificate);
    certificate->key = EVP_EC_gen("P-256");
    certificate->x509 = X509_new();
    const bool is_done = certificate->key && certificate->x509 &&
                         certificate_fill(certificate->x509, certificate->key) &&
                         X509_digest(certificate->x509, EVP_sha256(), certificate->fingerprint.bytes, &size) == 1;
    if (is_done) return ERR_OK;
    rtc_certificate_deinit(certificate);
    return ERR_CRYPTO;
}

void rtc_certificate_deinit(struct rtc_certificate *certificate) {
    EVP_PKEY_free(certificate->key);
    X509_free(certificate->x509);
    memset(certificate, 0, sizeof *certificate);
}
