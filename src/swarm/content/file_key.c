/* SPDX-License-Identifier: Apache-2.0 */
#include "swarm/content/file_key.h"

#include "crypto/derive.h"
#include "crypto/wipe.h"

void file_key_make(struct file_key *key, const struct entropy *entropy) {
    entropy_fill(entropy, key->bytes, sizeof key->bytes);
}

void file_key_wipe(struct file_key *key) {
    wipe_bytes(key, sizeof *key);
}

void file_key_derive(const struct file_key *key, const char *purpose, struct seal_key *derived) {
    const struct derivation derivation = {.secret = {key->bytes, sizeof key->bytes}, .info = span_of_text(purpose)};
    derive_bytes(&derivation, derived->bytes, sizeof derived->bytes);
}
