/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/stun_integrity.h"

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "crypto/wipe.h"

bool stun_key_derive(struct span user, struct span realm, struct span password, uint8_t key[STUN_KEY_SIZE]) {
    uint8_t memory[STUN_WORDS_MAX];
    struct buffer words = buffer_over(memory, sizeof memory);
    unsigned size = 0;
    buffer_put(&words, user);
    buffer_put_u8(&words, ':');
    buffer_put(&words, realm);
    buffer_put_u8(&words, ':');
    buffer_put(&words, password);
    const bool is_done = !words.overflowed && EVP_Digest(words.at, words.size, key, &size, EVP_md5(), NULL) == 1 &&
                         size == STUN_KEY_SIZE;
    wipe_bytes(memory, sizeof memory);
    if (!is_done) ERR_clear_error();
    return is_done;
}

bool stun_integrity_compute(const uint8_t key[STUN_KEY_SIZE], struct span message, uint8_t out[STUN_INTEGRITY_SIZE]) {
    unsigned size = 0;
    const bool is_done = HMAC(EVP_sha1(), key, STUN_KEY_SIZE, message.at, message.size, out, &size) != NULL &&
                         size == STUN_INTEGRITY_SIZE;
    if (!is_done) ERR_clear_error();
    return is_done;
}
