/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* A record: something that somebody said and signed, `{body, cert?, key, sig}` as canonical JSON, named by its body.
 *
 * Whose word it is: the signature proves a node (`key`). The body may say by whom it is (`by`, a key as base64): the
 * user of `cert`, or the node itself. A name covers the body alone, so that without `by` anybody could sign a foreign
 * body anew, take its certificate off or put another on it, and whoever saw that first would take them for the author.
 * Records of ours always say it; without it the author is the node.
 *
 * Owns: nothing; a checked record borrows from its text and from the arena it was checked in.
 * Never: exists unless everything holds; judges the clock (how old a record may be is for whoever takes it), or
 * revocations (W4), for which `cert` is kept.
 * Full: over RECORD_SIZE_MAX is refused; an arena of RECORD_ARENA_SIZE is enough for every record, so that all nodes
 * judge alike.   Spec: WIRE W11. */

#include "swarm/content/object_id.h"
#include "swarm/identity/user_cert.h"
#include "swarm/refusal.h"

enum {
    RECORD_SIZE_MAX = 65536,     /* W11: as much as a frame holds */
    RECORD_ARENA_SIZE = 2 << 20, /* the tree of the richest text (24 bytes for each of it), and two copies */
};

struct record_author {
    struct public_key key;
    bool is_user; /* a user's key; else a node's */
};
bool record_author_equal(const struct record_author *a, const struct record_author *b);

struct checked_record {
    struct span text; /* canonical; borrowed */
    struct object_id id;
    struct public_key key; /* of the node that signed */
    struct node_id node_id;
    struct record_author author;
    bool has_cert;
    struct user_cert cert; /* holds for `key`; in date at at_ms when the author is a user */
    int64_t at_ms;         /* 0..IDENTITY_TIME_MS_MAX */
    struct span type;
    const struct json_value *body; /* members that we do not know are there too */
};

/* Checks a text that must be canonical to the byte and fills `record` when accepted. */
enum refusal record_check(struct span text, const struct verifier *verifier, struct arena *arena,
                          struct checked_record *record);

struct record_signer {
    const struct signing_key *node;
    const struct user_cert *cert; /* the author is its user; NULL: the node */
};
/* Makes a record of a body (an object with `at` and `type`, without `by`; members in any order), appends its text to
 * `out` and fills `record`, which borrows from both. What a reader would refuse is refused here, for the same reason,
 * and `out` is as before; NO_ROOM also when `out` is full. */
enum refusal record_sign(struct span body, const struct record_signer *signer, struct arena *arena, struct buffer *out,
                         struct checked_record *record);
