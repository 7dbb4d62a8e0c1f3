/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* Who a node is: the first 20 bytes of SHA-256("skep-node-v1" key), written as 32 letters of base32. A user id is the
 * same of a user key under "skep-user-v1".
 * Never: claimed by somebody else (it follows from the key).   Spec: CONTRACT 2, WIRE W2. */

#include "crypto/sign.h"

enum { NODE_ID_SIZE = 20, NODE_ID_TEXT_SIZE = 32 };

struct node_id {
    uint8_t bytes[NODE_ID_SIZE];
};
struct user_id {
    uint8_t bytes[NODE_ID_SIZE];
};
#define NODE_ID_NONE ((struct node_id){{0}})

struct node_id node_id_of_key(const struct public_key *key);
struct user_id user_id_of_key(const struct public_key *key);
/* True only for ^[a-z2-7]{32}$; such a text is a nodeId, whoever wrote it. */
bool node_id_read(struct span text, struct node_id *id);
bool user_id_read(struct span text, struct user_id *id);
void node_id_write(struct buffer *out, const struct node_id *id);
const char *node_id_text(const struct node_id *id, char text[NODE_ID_TEXT_SIZE + 1]);
const char *user_id_text(const struct user_id *id, char text[NODE_ID_TEXT_SIZE + 1]);
const char *node_id_short(const struct node_id *id, char text[16]); /* "q7fk...m2xa", for sentences */
bool node_id_equal(const struct node_id *a, const struct node_id *b);
bool node_id_is_none(const struct node_id *id);
int node_id_compare(const struct node_id *a, const struct node_id *b); /* also the order of their texts */
