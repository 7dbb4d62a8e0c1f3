/* SPDX-License-Identifier: Apache-2.0 */
#include "swarm/peer/diversity.h"

#include "base/map.h"

#include <string.h>

enum { KEY_OF_PREFIX = 1, KEY_OF_INTRODUCER = 2 };

bool diversity_is_exempt(const struct address *address) {
    enum address_scope scope = address_scope(address);
    return scope == ADDRESS_SCOPE_LOOPBACK || scope == ADDRESS_SCOPE_PRIVATE;
}

bool diversity_same_prefix(const struct address *a, const struct address *b) {
    struct address prefix_a = address_diversity_prefix(a);
    struct address prefix_b = address_diversity_prefix(b);
    return address_equal(&prefix_a, &prefix_b);
}

static bool has_introducer(const struct learned_from *from) {
    switch ((enum provenance)from->kind) {
    case PROVENANCE_BEACON:
    case PROVENANCE_CAPSULE:
    case PROVENANCE_PEX: return true;
    case PROVENANCE_INBOUND: return !node_id_is_none(&from->node);
    case PROVENANCE_NONE:
    case PROVENANCE_OPERATOR:
    case PROVENANCE_CACHE: return false;
    }
    return false;
}

struct node_id diversity_caller_mark(const struct address *remote) {
    struct node_id mark = NODE_ID_NONE;
    struct address prefix = address_diversity_prefix(remote);
    if (diversity_is_exempt(remote)) return mark;
    mark.bytes[0] = prefix.family;
    memcpy(mark.bytes + 1, prefix.ip, sizeof prefix.ip);
    return mark;
}

bool diversity_same_introducer(const struct learned_from *a, const struct learned_from *b) {
    return has_introducer(a) && a->kind == b->kind && node_id_equal(&a->node, &b->node);
}

/* No key is 0. */
static uint64_t key_of(struct span bytes, uint64_t seed, uint64_t kind) {
    return map_hash(bytes, seed, kind) | 1;
}

uint64_t diversity_prefix_key(const struct address *address, uint64_t seed) {
    struct address prefix = address_diversity_prefix(address);
    if (address->family == ADDRESS_NONE || diversity_is_exempt(address)) return 0;
    return key_of((struct span){prefix.ip, sizeof prefix.ip}, seed, KEY_OF_PREFIX + 2u * prefix.family);
}

uint64_t diversity_introducer_key(const struct learned_from *from, uint64_t seed) {
    if (!has_introducer(from)) return 0;
    return key_of((struct span){from->node.bytes, sizeof from->node.bytes}, seed, KEY_OF_INTRODUCER + 16u * from->kind);
}
