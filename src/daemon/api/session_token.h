/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* What a page shows at each call after it was let in: when it was let in, and our tag over that, under a key from the
 * API token. We know our own tags again, so no table is kept: a session outlives a restart of the node, costs nothing,
 * and crowds out no other. All of them end when api.token is made anew.
 * Owns: nothing.   Never: reads the clock; compares a tag in a time that depends on it.   Spec: CONTRACT 5. */

#include "base/bytes.h"
#include "crypto/attest.h"
#include "crypto/entropy.h"

enum {
    SESSION_TOKEN_MS = 12 * 60 * 60 * 1000, /* how long it is good */
    SESSION_TOKEN_HEAD_SIZE = 8 + 8,        /* wall time of the login; random, so that no two are alike */
    SESSION_TOKEN_TEXT_SIZE = 2 * (SESSION_TOKEN_HEAD_SIZE + ATTEST_TAG_SIZE), /* as hex */
};

struct session_token {
    char text[SESSION_TOKEN_TEXT_SIZE + 1];
};

struct attest_key session_token_key(struct span api_token);
struct session_token session_token_make(const struct attest_key *key, const struct entropy *entropy, int64_t wall_ms);
/* Made by us less than 12 hours before `wall_ms`, or after it: a clock that was set back ends no session, nor does it
 * make one last longer than another 12 hours. */
bool session_token_is_good(const struct attest_key *key, struct span text, int64_t wall_ms);
