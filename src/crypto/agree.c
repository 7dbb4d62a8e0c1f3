/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/agree.h"

#include "base/must.h"

#include <openssl/err.h>
#include <openssl/evp.h>
#include <sodium.h>

bool agree_public_from_secret(const struct agree_secret *secret, struct agree_public *public_half) {
    EVP_PKEY *key = EVP_PKEY_new_raw_private_key(EVP_PKEY_X25519, NULL, secret->bytes, sizeof secret->bytes);
    size_t size = sizeof public_half->bytes;
    bool is_done = key != NULL && EVP_PKEY_get_raw_public_key(key, public_half->bytes, &size) == 1 &&
                   size == sizeof public_half->bytes;
    EVP_PKEY_free(key);
    if (!is_done) ERR_clear_error();
    return is_done;
}

/* Any 32 bytes are a secret: RFC 7748 sets the bits that must be set when it is used. */
void agree_pair_make(const struct entropy *entropy, struct agree_secret *secret, struct agree_public *public_half) {
    entropy_fill(entropy, secret->bytes, sizeof secret->bytes);
    must(agree_public_from_secret(secret, public_half));
}

static bool shared_derive(EVP_PKEY_CTX *context, EVP_PKEY *theirs, uint8_t shared[32]) {
    size_t size = 32;
    return context != NULL && theirs != NULL && EVP_PKEY_derive_init(context) == 1 &&
           EVP_PKEY_derive_set_peer(context, theirs) == 1 && EVP_PKEY_derive(context, shared, &size) == 1 && size == 32;
}

/* OpenSSL refuses a shared secret of zeros itself; we look again, because this promise is ours. Its error queue is
 * emptied: a TLS connection on this thread would take what we leave there for its own. */
bool agree_shared(const struct agree_secret *own, const struct agree_public *theirs, uint8_t shared[32]) {
    EVP_PKEY *own_key = EVP_PKEY_new_raw_private_key(EVP_PKEY_X25519, NULL, own->bytes, sizeof own->bytes);
    EVP_PKEY *their_key = EVP_PKEY_new_raw_public_key(EVP_PKEY_X25519, NULL, theirs->bytes, sizeof theirs->bytes);
    EVP_PKEY_CTX *context = own_key != NULL ? EVP_PKEY_CTX_new(own_key, NULL) : NULL;
    bool is_done = shared_derive(context, their_key, shared) && !sodium_is_zero(shared, 32);
    EVP_PKEY_CTX_free(context);
    EVP_PKEY_free(their_key);
    EVP_PKEY_free(own_key);
    if (!is_done) {
        ERR_clear_error();
        sodium_memzero(shared, 32);
    }
    return is_done;
}

bool agree_public_of_key(const struct public_key *key, struct agree_public *image) {
    return crypto_sign_ed25519_pk_to_curve25519(image->bytes, key->bytes) == 0;
}

void agree_secret_of_key(const struct signing_key *key, struct agree_secret *image) {
    must(crypto_sign_ed25519_sk_to_curve25519(image->bytes, key->expanded) == 0);
}
