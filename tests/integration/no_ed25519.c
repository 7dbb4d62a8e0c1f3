/* SPDX-License-Identifier: Apache-2.0 */
/* A libsodium that verifies nothing, to be loaded before the real one (LD_PRELOAD): the machine without Ed25519. */

int crypto_sign_verify_detached(const unsigned char *signature, const unsigned char *message, unsigned long long size,
                                const unsigned char *key);
int crypto_sign_verify_detached(const unsigned char *signature, const unsigned char *message, unsigned long long size,
                                const unsigned char *key) {
    (void)signature;
    (void)message;
    (void)size;
    (void)key;
    return -1;
}
