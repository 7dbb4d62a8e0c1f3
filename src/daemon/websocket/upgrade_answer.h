/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* What a server says to our upgrade: the head of its answer, judged.
 * Owns: nothing.   Never: allocates; trusts a length.   Full: the caller stops at UPGRADE_ANSWER_SIZE_MAX.
 * Spec: RFC 6455, 4.1 (what a client checks). */

#include "base/bytes.h"
#include "daemon/websocket/web_socket_key.h"

enum {
    UPGRADE_ANSWER_SIZE_MAX = 8 * 1024,
    UPGRADE_ANSWER_WHY_SIZE = 96,
};

/* The size of the head that `bytes` begins with, its empty line included; 0 = not all of it is there. */
size_t upgrade_answer_size(struct span bytes);
/* False: it is none, or not to this key; `why` says for people what is wrong. */
bool upgrade_answer_accepts(struct span head, const struct web_socket_key *key, char why[UPGRADE_ANSWER_WHY_SIZE]);
