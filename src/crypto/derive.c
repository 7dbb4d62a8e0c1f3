/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/derive.h"

#include "base/must.h"

#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/kdf.h>
#include <openssl/params.h>

/* OpenSSL takes what it only reads as if it would write; an empty span needs a place all the same. */
static OSSL_PARAM octets(const char *name, struct span bytes) {
    static const uint8_t nothing[1];
    const uint8_t *at = bytes.size > 0 ? bytes.at : nothing;
    return OSSL_PARAM_construct_octet_string(name, (void *)(uintptr_t)at, bytes.size);
}

static bool derive(const struct derivation *derivation, uint8_t *out, size_t size) {
    char digest[] = "SHA256";
    const OSSL_PARAM params[] = {OSSL_PARAM_construct_utf8_string(OSSL_KDF_PARAM_DIGEST, digest, 0),
                                 octets(OSSL_KDF_PARAM_KEY, derivation->secret),
                                 octets(OSSL_KDF_PARAM_SALT, derivation->salt),
                                 octets(OSSL_KDF_PARAM_INFO, derivation->info), OSSL_PARAM_construct_end()};
    EVP_KDF *kdf = EVP_KDF_fetch(NULL, "HKDF", NULL);
    EVP_KDF_CTX *context = kdf != NULL ? EVP_KDF_CTX_new(kdf) : NULL;
    const bool is_done = context != NULL && EVP_KDF_derive(context, out, size, params) == 1;
    EVP_KDF_CTX_free(context);
    EVP_KDF_free(kdf);
    if (!is_done) ERR_clear_error();
    return is_done;
}

void derive_bytes(const struct derivation *derivation, uint8_t *out, size_t size) {
    must(derivation->secret.size > 0 && size > 0);
    must_le(size, DERIVE_SIZE_MAX);
    must(derive(derivation, out, size));
}
