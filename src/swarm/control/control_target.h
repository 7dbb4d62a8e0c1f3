/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* Whom a control is about, and whether somebody is that.
 *
 * A node is a key. A user is whoever a certificate proves to be that user. Of a claim (somebody said to be a user, and
 * proved nothing) the node and the claim are blocked, never the user whose name it is: nobody can get another blocked
 * by calling himself so.
 * Owns: nothing.   Spec: DESIGN "Identity". */

#include "base/address.h"
#include "swarm/identity/node_id.h"

enum target_kind { TARGET_NODE, TARGET_USER, TARGET_CLAIM, TARGET_ADDRESS, TARGET_ENDPOINT, TARGET_KIND_COUNT };
enum {
    BLOCK_USER_ID_MAX = 64,    /* a proven one is shorter; longer claims can be blocked by their node */
    TARGET_ENDPOINT_MAX = 127, /* as long as the URL of an endpoint may be */
};
/* Which way: links they call us on, links we call them on. */
enum { BLOCK_INBOUND = 1, BLOCK_OUTBOUND = 2, BLOCK_ALL = 3 };

struct control_target {
    enum target_kind kind;
    union {
        struct {
            struct node_id node_id; /* NODE, CLAIM; ADDRESS: who is to live there, NODE_ID_NONE: whoever does */
            char user_id[BLOCK_USER_ID_MAX + 1]; /* USER, CLAIM */
            struct address address;              /* ADDRESS: whom to call, where */
        };
        char endpoint[TARGET_ENDPOINT_MAX + 1]; /* ENDPOINT: the URL of a signaling server; empty: whichever is best */
    };
};
/* What is known of a peer. */
struct peer_face {
    const struct node_id *node_id; /* NULL: not known yet */
    const char *user_id;           /* NULL: not known yet; empty: it says none */
    bool is_user_proven;
};

const char *target_kind_name(enum target_kind kind); /* "node" */
bool target_kind_find(struct span name, enum target_kind *kind);
const char *block_direction_name(uint8_t direction); /* "in", "out", "all"; "none" for 0 */
bool block_direction_find(struct span name, uint8_t *direction);
bool control_target_equal(const struct control_target *a, const struct control_target *b);
bool control_target_covers(const struct control_target *target, const struct peer_face *face);
