/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* Who may read a file: everybody, a community, or up to 64 users. The file key lies in the manifest for them, in the
 * clear or sealed, and always bound to the root of the file, so that it fits no other.
 * Owns: nothing; one value without pointers. That of a public file holds its key, which is no secret then.
 * Never: says more than it must: of a file for users their public keys are to be seen, of one for a community nothing.
 * Full: over READERS_USERS_MAX is refused.   Spec: WIRE W12. */

#include "base/json.h"
#include "base/json_writer.h"
#include "crypto/agree.h"
#include "crypto/hash.h"
#include "swarm/content/file_key.h"
#include "swarm/refusal.h"

enum { READERS_USERS_MAX = 64, SEALED_FILE_KEY_SIZE = 48 };

enum readers_kind { READERS_PUBLIC, READERS_COMMUNITY, READERS_USERS };
const char *readers_kind_name(enum readers_kind kind); /* "public", ... */

struct sealed_file_key {
    uint8_t bytes[SEALED_FILE_KEY_SIZE];
};
struct reader_entry {
    struct public_key user;
    struct sealed_file_key sealed;
};
struct readers {
    enum readers_kind kind;
    struct file_key key;           /* of a public file */
    struct sealed_file_key sealed; /* for a community */
    struct agree_public from;      /* for users: made for this file alone */
    uint8_t user_count;            /* for users: 1..READERS_USERS_MAX, no two of them equal */
    struct reader_entry users[READERS_USERS_MAX];
};
struct community_secret {
    uint8_t bytes[32];
};

/* ---- Making; `root` is the file's ---- */
void readers_for_public(struct readers *readers, const struct file_key *key);
void readers_for_community(struct readers *readers, const struct file_key *key, const struct sha256 *root,
                           const struct community_secret *secret);
struct readers_list {
    const struct public_key *users; /* in any order; doubles count once */
    size_t user_count;
    struct public_key own; /* the author's user: always among them, or he could not read what he wrote */
};
/* Ascending by key, so that the order says nothing. False: more than fit, or a key that is no point. */
bool readers_for_users(struct readers *readers, const struct file_key *key, const struct sha256 *root,
                       const struct readers_list *list, const struct entropy *entropy);

/* ---- Reading ---- */
/* What somebody can open with; borrowed. */
struct reader {
    const struct signing_key *user;           /* NULL: no user key at hand */
    const struct community_secret *community; /* NULL: none */
};
/* The file key, wiped by the caller; or why not: NOT_A_READER (the user is not among them, or there is none at hand),
 * NO_COMMUNITY_SECRET, DAMAGED (also the secret of another community: the two cannot be told apart). */
enum refusal readers_open(const struct readers *readers, const struct sha256 *root, const struct reader *reader,
                          struct file_key *key);

/* ---- As a member of a manifest ---- */
bool readers_read(const struct json_value *value, struct readers *readers); /* the form alone */
void readers_write(struct json_writer *w, const char *name, const struct readers *readers);
