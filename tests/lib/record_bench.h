/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* Records as tests make and check them: keys by name (the ones of vectors/content.json), each text in memory of exactly
 * its size, forgeries that are signed all the same.
 * Owns: what the last call made; it lives until the next one. */

#include "crypto/entropy.h"
#include "swarm/content/record.h"

#define BENCH_AT 1790000000000LL

struct signing_key record_bench_key(const char *name); /* "node", "alice", "bob", "carol", or any other */
struct public_key record_bench_public(const char *name);
void record_bench_bytes(const char *name, uint8_t bytes[32]); /* 32 bytes that follow from a name */
struct user_cert record_bench_cert(const char *user, const char *node, int64_t at_ms);
struct entropy record_bench_entropy(const uint8_t bytes[32]); /* gives these and nothing else; borrowed */

enum refusal record_bench_check(struct span text, struct checked_record *record);
/* Signs by the node "node", for the user "alice" when asked; the refusal of the signing itself otherwise. */
enum refusal record_bench_sign(struct span body, bool is_by_alice, struct checked_record *record);
/* A record of a canonical body whatever it says, signed by the node of that name; `cert` (may be NULL) as it is. */
struct span record_bench_forge(const char *body, const char *node, const struct user_cert *cert);
/* Fails the test unless every text that differs in one bit is refused. */
void record_bench_flip_everywhere(struct span text);

/* A change to a body that holds, and what the check of its type says to it. */
struct body_fault {
    const char *from, *to;
    enum refusal refusal;
};
typedef enum refusal body_check(const struct checked_record *record);
void record_bench_faults(struct span body, const struct body_fault *faults, size_t count, body_check *check);
