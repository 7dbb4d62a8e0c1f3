/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/seal.h"

#include <limits.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <sodium.h>

/* OpenSSL counts in int. */
static bool is_countable(struct span bytes) {
    return bytes.size <= INT_MAX;
}

static bool has_room(const struct buffer *out, size_t size) {
    return !out->overflowed && size <= out->capacity - out->size;
}

/* One pass of the cipher over associated data (`out` NULL) or text. */
static bool update(EVP_CIPHER_CTX *c, uint8_t *out, struct span in) {
    int written = 0;
    return in.size == 0 || (EVP_CipherUpdate(c, out, &written, in.at, (int)in.size) == 1 && (size_t)written == in.size);
}

static bool start(EVP_CIPHER_CTX *c, const struct seal_key *key, const uint8_t *nonce, bool is_closing) {
    _Static_assert(SEAL_NONCE_SIZE == 12, "the nonce size that GCM has without being told");
    return c != NULL && EVP_CipherInit_ex2(c, EVP_aes_256_gcm(), key->bytes, nonce, is_closing, NULL) == 1;
}

static bool close_into(EVP_CIPHER_CTX *c, struct span associated, struct span text, uint8_t *out) {
    int written = 0;
    return update(c, NULL, associated) && update(c, out, text) &&
           EVP_CipherFinal_ex(c, out + text.size, &written) == 1 && written == 0 &&
           EVP_CIPHER_CTX_ctrl(c, EVP_CTRL_AEAD_GET_TAG, SEAL_TAG_SIZE, out + text.size) == 1;
}

bool seal_close(const struct seal_key *key, const uint8_t nonce[SEAL_NONCE_SIZE], struct span associated,
                struct span text, struct buffer *out) {
    if (!is_countable(associated) || !is_countable(text) || !has_room(out, text.size + SEAL_TAG_SIZE)) return false;
    EVP_CIPHER_CTX *c = EVP_CIPHER_CTX_new();
    bool is_done = start(c, key, nonce, true) && close_into(c, associated, text, out->at + out->size);
    EVP_CIPHER_CTX_free(c);
    if (is_done) out->size += text.size + SEAL_TAG_SIZE;
    if (!is_done) ERR_clear_error();
    return is_done;
}

static bool open_into(EVP_CIPHER_CTX *c, struct span associated, struct span text, const uint8_t *tag, uint8_t *out) {
    uint8_t expected[SEAL_TAG_SIZE]; /* a copy: OpenSSL wants it writable */
    int written = 0;
    for (size_t i = 0; i < sizeof expected; i++) expected[i] = tag[i];
    return update(c, NULL, associated) && update(c, out, text) &&
           EVP_CIPHER_CTX_ctrl(c, EVP_CTRL_AEAD_SET_TAG, SEAL_TAG_SIZE, expected) == 1 &&
           EVP_CipherFinal_ex(c, out + text.size, &written) == 1;
}

/* GCM decrypts before it knows whether the text is genuine: what was written is wiped unless the tag holds. */
bool seal_open(const struct seal_key *key, const uint8_t nonce[SEAL_NONCE_SIZE], struct span associated,
               struct span sealed, struct buffer *out) {
    if (!is_countable(associated) || !is_countable(sealed) || sealed.size < SEAL_TAG_SIZE) return false;
    struct span text = {sealed.at, sealed.size - SEAL_TAG_SIZE};
    if (!has_room(out, text.size)) return false;
    EVP_CIPHER_CTX *c = EVP_CIPHER_CTX_new();
    bool is_done =
        start(c, key, nonce, false) && open_into(c, associated, text, sealed.at + text.size, out->at + out->size);
    EVP_CIPHER_CTX_free(c);
    if (is_done) {
        out->size += text.size;
    } else {
        ERR_clear_error();
        if (text.size > 0) sodium_memzero(out->at + out->size, text.size);
    }
    return is_done;
}
