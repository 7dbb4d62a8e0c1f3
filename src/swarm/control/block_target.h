/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* Whom a block is about, and whether somebody is that.
 *
 * A node is a key. A user is whoever a certificate proves to be that user. Of a claim (somebody said to be a user, and
 * proved nothing) the node and the claim are blocked, never the user whose name it is: nobody can get another blocked
 * by calling himself so. Owns: nothing.   Spec: DESIGN "Identity". */

#include "swarm/identity/node_id.h"

enum block_kind { BLOCK_NODE, BLOCK_USER, BLOCK_CLAIM, BLOCK_KIND_COUNT };
enum { BLOCK_USER_ID_MAX = 64 }; /* a proven one is shorter; longer claims can be blocked by their node */
/* Which way: links they call us on, links we call them on. */
enum { BLOCK_INBOUND = 1, BLOCK_OUTBOUND = 2, BLOCK_ALL = 3 };

struct block_target {
    enum block_kind kind;
    struct node_id node_id;              /* NODE, CLAIM */
    char user_id[BLOCK_USER_ID_MAX + 1]; /* USER, CLAIM */
};
/* What is known of a peer. */
struct peer_face {
    const struct node_id *node_id; /* NULL: not known yet */
    const char *user_id;           /* NULL: not known yet; empty: it says none */
    bool is_user_proven;
};

const char *block_kind_name(enum block_kind kind); /* "node" */
bool block_kind_find(struct span name, enum block_kind *kind);
const char *block_direction_name(uint8_t direction); /* "in", "out", "all"; "none" for 0 */
bool block_direction_find(struct span name, uint8_t *direction);
bool block_target_equal(const struct block_target *a, const struct block_target *b);
bool block_target_covers(const struct block_target *target, const struct peer_face *face);
