/* SPDX-License-Identifier: Apache-2.0 */
#include "swarm/identity/node_id.h"

#include "base/encoding.h"
#include "base/must.h"
#include "crypto/hash.h"

#include <string.h>

_Static_assert(NODE_ID_SIZE * 8 == NODE_ID_TEXT_SIZE * 5, "base32 has no unused bits: every text of the form is an id");

/* The first bytes of SHA-256(tag key). The tag keeps a node's id from being a user's id of the same key. */
static void id_of_key(uint8_t id[NODE_ID_SIZE], const char *tag, const struct public_key *key) {
    uint8_t memory[64];
    struct buffer input = buffer_over(memory, sizeof memory);
    buffer_put_text(&input, tag);
    buffer_put(&input, (struct span){key->bytes, sizeof key->bytes});
    must(!input.overflowed);
    struct sha256 hash = hash_sha256(buffer_span(&input));
    memcpy(id, hash.bytes, NODE_ID_SIZE);
}

struct node_id node_id_of_key(const struct public_key *key) {
    struct node_id id;
    id_of_key(id.bytes, "skep-node-v1", key);
    return id;
}

struct user_id user_id_of_key(const struct public_key *key) {
    struct user_id id;
    id_of_key(id.bytes, "skep-user-v1", key);
    return id;
}

static bool id_read(struct span text, uint8_t id[NODE_ID_SIZE]) {
    struct buffer out = buffer_over(id, NODE_ID_SIZE);
    return text.size == NODE_ID_TEXT_SIZE && base32_read(text, &out) && out.size == NODE_ID_SIZE;
}

bool node_id_read(struct span text, struct node_id *id) {
    return id_read(text, id->bytes);
}

bool user_id_read(struct span text, struct user_id *id) {
    return id_read(text, id->bytes);
}

void node_id_write(struct buffer *out, const struct node_id *id) {
    base32_write(out, (struct span){id->bytes, sizeof id->bytes});
}

static const char *id_text(const uint8_t id[NODE_ID_SIZE], char text[NODE_ID_TEXT_SIZE + 1]) {
    struct buffer out = buffer_over((uint8_t *)text, NODE_ID_TEXT_SIZE);
    base32_write(&out, (struct span){id, NODE_ID_SIZE});
    must(!out.overflowed && out.size == NODE_ID_TEXT_SIZE);
    text[NODE_ID_TEXT_SIZE] = '\0';
    return text;
}

const char *node_id_text(const struct node_id *id, char text[NODE_ID_TEXT_SIZE + 1]) {
    return id_text(id->bytes, text);
}

const char *user_id_text(const struct user_id *id, char text[NODE_ID_TEXT_SIZE + 1]) {
    return id_text(id->bytes, text);
}

const char *node_id_short(const struct node_id *id, char text[16]) {
    char whole[NODE_ID_TEXT_SIZE + 1];
    id_text(id->bytes, whole);
    memcpy(text, whole, 4);
    memcpy(text + 4, "...", 3);
    memcpy(text + 7, whole + NODE_ID_TEXT_SIZE - 4, 5); /* with its NUL */
    return text;
}

bool node_id_equal(const struct node_id *a, const struct node_id *b) {
    return memcmp(a->bytes, b->bytes, NODE_ID_SIZE) == 0;
}

bool node_id_is_none(const struct node_id *id) {
    struct node_id none = NODE_ID_NONE;
    return node_id_equal(id, &none);
}

/* By their texts, since those are what WIRE calls a nodeId. The bytes would give another order: in ASCII the digits
 * come before the letters, in base32 behind them. */
int node_id_compare(const struct node_id *a, const struct node_id *b) {
    char left[NODE_ID_TEXT_SIZE + 1], right[NODE_ID_TEXT_SIZE + 1];
    if (node_id_equal(a, b)) return 0;
    return memcmp(node_id_text(a, left), node_id_text(b, right), NODE_ID_TEXT_SIZE);
}
