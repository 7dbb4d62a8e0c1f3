/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* What opens the page: login codes (one use, a minute), to be traded for a session (session_token.h).
 * Owns: the table; one value without pointers.
 * Never: reads the clock; gives a code twice for one; compares a secret in a time that depends on it.
 * Full: 16 codes; the oldest goes.   Spec: CONTRACT 5. */

#include "base/bytes.h"
#include "crypto/entropy.h"

enum {
    CREDENTIAL_CODES_MAX = 16,
    CREDENTIAL_CODE_MS = 60 * 1000,
    CREDENTIAL_SECRET_SIZE = 32,                       /* 256 random bits */
    CREDENTIAL_TEXT_SIZE = CREDENTIAL_SECRET_SIZE * 2, /* as hex */
};

struct credential {
    int64_t made_at_ms; /* 0 = a free place */
    char text[CREDENTIAL_TEXT_SIZE + 1];
};
struct credential_table {
    int64_t code_ms; /* their lifetime */
    struct credential codes[CREDENTIAL_CODES_MAX];
};

void credential_table_init(struct credential_table *table, int64_t code_ms);
/* Borrowed until the next call. */
const char *credential_code_make(struct credential_table *table, const struct entropy *entropy, int64_t now_ms);
/* True once for each code that is not too old. */
bool credential_code_take(struct credential_table *table, struct span text, int64_t now_ms);
/* Takes the same time wherever the two differ; their sizes are no secret. */
bool credential_equal(struct span a, struct span b);
