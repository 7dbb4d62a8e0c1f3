/* SPDX-License-Identifier: Apache-2.0 */
#include "swarm/replica/redundancy.h"

#include "swarm/peer/diversity.h"

#include <string.h>

/* ---- Who holds it ---- */

/* Who has refuted it may not be able to refute it again yet. */
bool provider_is_gone(const struct engine *engine, const struct provider *provider, int64_t now_ms) {
    if (provider->gone_since_ms == 0 || now_ms - provider->gone_heard_ms < LIMIT_GONE_GRACE_MS) return false;
    if (provider->refuted_ms != 0 && now_ms - provider->refuted_ms < LIMIT_REFUTED_GRACE_MS) return false;
    const struct book_entry *entry = address_book_find(&engine->book, &provider->node);
    return entry == NULL || entry->row.issued_at_ms <= provider->gone_since_ms;
}

/* holders->count: it is not there. */
static size_t place_of(const struct holders *holders, const struct node_id *node) {
    size_t place = 0;
    while (place < holders->count && !node_id_equal(holders->rows[place].node, node)) place++;
    return place;
}

bool holders_include(const struct holders *holders, const struct node_id *node) {
    return place_of(holders, node) < holders->count;
}

static void add_claimed(const struct engine *engine, const struct file_row *row, struct holders *holders,
                        int64_t now_ms) {
    const struct provider_table *table = &engine->replica.providers;
    for (const struct claim *claim = provider_table_next(table, &row->id, NULL);
         claim != NULL && holders->count < LIMIT_HOLDERS_COUNTED; claim = provider_table_next(table, &row->id, claim)) {
        const struct provider *provider = &table->providers[claim->provider];
        if (claim->is_disproved || provider_is_gone(engine, provider, now_ms)) continue;
        holders->rows[holders->count++] = (struct holder){.node = &provider->node, .claim = claim};
    }
}

/* What a neighbour has just said on the link its advert may not say yet. */
static void add_linked(const struct engine *engine, const struct file_row *row, struct holders *holders) {
    for (size_t word = 0; word < CATALOG_HOLDER_WORDS; word++) {
        for (uint64_t bits = row->holders[word]; bits != 0; bits &= bits - 1) {
            const struct link_row *link = &engine->links.rows[word * 64 + (size_t)__builtin_ctzll(bits)];
            const size_t place = place_of(holders, &link->node_id);
            if (place == LIMIT_HOLDERS_COUNTED) return;
            if (place == holders->count) holders->rows[holders->count++] = (struct holder){.node = &link->node_id};
            holders->rows[place].link = link;
        }
    }
}

void holders_by_word(const struct engine *engine, const struct file_row *row, struct holders *holders, int64_t now_ms) {
    holders->count = 0;
    add_claimed(engine, row, holders, now_ms);
    add_linked(engine, row, holders);
}

bool holder_is_doubted(const struct engine *engine, const struct link_row *link) {
    return link != NULL && replica_peer_of(engine, link)->unproved >= LIMIT_PROOF_UNPROVED;
}

void holders_of(const struct engine *engine, const struct file_row *row, struct holders *holders, int64_t now_ms) {
    size_t kept = 0;
    holders_by_word(engine, row, holders, now_ms);
    for (size_t i = 0; i < holders->count; i++)
        if (!holder_is_doubted(engine, holders->rows[i].link)) holders->rows[kept++] = holders->rows[i];
    holders->count = kept;
}

void holders_note_links(const struct engine *engine, struct file_row *row) {
    const struct provider_table *table = &engine->replica.providers;
    for (const struct claim *claim = provider_table_next(table, &row->id, NULL); claim != NULL;
         claim = provider_table_next(table, &row->id, claim)) {
        const struct provider *provider = &table->providers[claim->provider];
        if (provider->links == 0 || claim->is_disproved) continue;
        const struct link_row *link = link_table_find_peer(&engine->links, &provider->node, LINK_STATE_OPEN);
        if (link != NULL && content_peer_of(engine, link)->is_party)
            file_row_set_holder(row, (size_t)(link - engine->links.rows), true);
    }
}

size_t holders_count_proved(const struct holders *holders, int64_t now_ms) {
    size_t count = 0;
    for (size_t i = 0; i < holders->count; i++) {
        const struct claim *claim = holders->rows[i].claim;
        count += claim != NULL && claim_is_proved(claim, LIMIT_PROOF_KEPT_MS, now_ms);
    }
    return count;
}

/* ---- In which order ---- */

uint64_t rendezvous_weight(const struct object_id *file, const struct node_id *node) {
    uint8_t both[OBJECT_ID_SIZE + NODE_ID_SIZE];
    memcpy(both, file->bytes, OBJECT_ID_SIZE);
    memcpy(both + OBJECT_ID_SIZE, node->bytes, NODE_ID_SIZE);
    const struct sha256 hash = hash_sha256((struct span){both, sizeof both});
    uint64_t weight = 0;
    for (size_t i = 0; i < sizeof weight; i++) weight = weight << 8 | hash.bytes[i];
    return weight;
}

size_t rendezvous_before(const struct engine *engine, const struct object_id *file, const struct holders *holders) {
    const uint64_t own = rendezvous_weight(file, &engine->self.node_id);
    size_t count = 0;
    for (size_t i = 0; i < holders->count; i++) count += rendezvous_weight(file, holders->rows[i].node) > own;
    return count;
}

/* ---- Where ---- */

static uint64_t key_of(const struct engine *engine, const void *bytes, size_t size) {
    return map_hash((struct span){bytes, size}, engine->book.seed, 1) | 1;
}

static uint64_t domain_at(const struct engine *engine, const struct address *address) {
    return address == NULL ? 0 : diversity_prefix_key(address, engine->book.seed);
}

uint64_t failure_domain(const struct engine *engine, const struct node_id *node, const struct link_row *link) {
    const struct book_entry *entry = address_book_find(&engine->book, node);
    const bool has_addr = entry != NULL && entry->row.addr_count > 0;
    const uint64_t prefix = domain_at(engine, link != NULL ? &link->address : has_addr ? &entry->row.addrs[0] : NULL);
    if (prefix != 0) return prefix;
    if (entry != NULL && !node_id_is_none(&entry->row.proven_user))
        return key_of(engine, &entry->row.proven_user, sizeof entry->row.proven_user);
    return key_of(engine, node, sizeof *node);
}

uint64_t failure_domain_own(const struct engine *engine) {
    const struct self *self = &engine->self;
    const uint64_t prefix = self->addr_count == 0 ? 0 : domain_at(engine, &self->addrs[0]);
    if (prefix != 0) return prefix;
    if (!self->has_user) return key_of(engine, &self->node_id, sizeof self->node_id);
    const struct public_key key = sign_public_key(&self->user_key);
    const struct user_id user = user_id_of_key(&key);
    return key_of(engine, &user, sizeof user);
}

size_t holders_count_domains(const struct engine *engine, const struct file_row *row, const struct holders *holders) {
    uint64_t seen[LIMIT_HOLDERS_COUNTED + 1];
    size_t count = 0;
    if (row->state == FILE_HELD) seen[count++] = failure_domain_own(engine);
    for (size_t i = 0; i < holders->count; i++) {
        const uint64_t domain = failure_domain(engine, holders->rows[i].node, holders->rows[i].link);
        size_t at = 0;
        while (at < count && seen[at] != domain) at++;
        if (at == count) seen[count++] = domain;
    }
    return count;
}
