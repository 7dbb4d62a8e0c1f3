/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* A user's word that a node is theirs: 112 bytes, base64 in tickets.
 * Never: trusted without user_cert_is_in_date at the moment of use.   Spec: WIRE W4. */

#include "swarm/identity/node_id.h"

enum { USER_CERT_SIZE = 112, USER_CERT_TEXT_SIZE = 152 };
#define USER_CERT_LIFE_MS_MAX     (30LL * 86400 * 1000)
#define USER_CERT_LIFE_MS_DEFAULT (7LL * 86400 * 1000)
/* Times of certificates and tickets are whole numbers that a double holds exactly: sums cannot overflow. */
#define IDENTITY_TIME_MS_MAX ((1LL << 53) - 1)

struct user_cert {
    struct public_key user_key;
    int64_t not_before_ms;
    int64_t not_after_ms;
    struct signature signature;
};
void user_cert_issue(struct user_cert *cert, const struct signing_key *user, const struct public_key *node,
                     int64_t not_before_ms, int64_t not_after_ms);
void user_cert_write(struct buffer *out, const struct user_cert *cert); /* the base64 text */
/* Form only: decodes, life within its limit. Whether the key is a point at all is left to the verification, which finds
 * out at no further cost; asked here, it would cost every announce as much as a signature. */
bool user_cert_read(struct span text, struct user_cert *cert);
/* The signature alone; costs one verification. False also for a key that is not canonical or of small order. */
bool user_cert_verify(const struct user_cert *cert, const struct public_key *node, const struct verifier *verifier);
/* Whether `user_id` (a text) is the id of the certificate's user key. */
bool user_cert_is_for(const struct user_cert *cert, struct span user_id);
/* In date, give or take the clock skew. (Revocations come with records.) */
bool user_cert_is_in_date(const struct user_cert *cert, int64_t now_ms);
