/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* The secret of one file. Whoever has it reads the file: its chunks and what it is called, each under a key of its own
 * that follows from this one.
 * Owns: nothing; a key is a value, wiped with file_key_wipe by whoever holds it.
 * Never: used for a second file, nor for a second name of the same one (an edit is a new file under a new key): the
 * nonces are counted from nothing under every key.   Spec: WIRE W12. */

#include "crypto/entropy.h"
#include "crypto/seal.h"

struct file_key {
    uint8_t bytes[32];
};
void file_key_make(struct file_key *key, const struct entropy *entropy);
void file_key_wipe(struct file_key *key);
/* The key for one purpose ("skep-chunk-v1"); wiped by the caller. */
void file_key_derive(const struct file_key *key, const char *purpose, struct seal_key *derived);
