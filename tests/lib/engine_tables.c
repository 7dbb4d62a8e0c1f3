/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/engine_tables.h"

#include "swarm/engine_inside.h"
#include "swarm/peer/diversity.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

static size_t count_tests(const struct link_table *links) {
    size_t count = 0;
    for (size_t i = 0; i < links->capacity; i++) {
        const struct link_row *link = &links->rows[i];
        count += link->in_use && link->is_probe && !link->is_inbound && link->state <= LINK_STATE_HANDSHAKING;
    }
    return count;
}

static size_t count_claims(const struct hearsay_table *table) {
    size_t count = 0;
    for (size_t i = 0; i < table->capacity; i++) count += table->rows[i].link != 0;
    return count;
}

static size_t most_witnesses(const struct reachability_watch *watch) {
    size_t most = 0;
    for (size_t i = 0; i < REACHABILITY_FAMILIES; i++) {
        if (watch->families[i].witness_count > most) most = watch->families[i].witness_count;
    }
    return most;
}

static size_t count_missing(const struct missing_table *table) {
    size_t count = 0;
    for (size_t i = 0; i < table->capacity; i++) count += table->rows[i].in_use;
    return count;
}

static size_t most_missing(const struct missing_table *table) {
    size_t most = 0;
    for (size_t i = 0; i < LIMIT_LINKS_MAX; i++) most = table->begun[i] > most ? table->begun[i] : most;
    return most;
}

static size_t text_bytes(const struct payload_cache *cache) {
    size_t bytes = 0;
    for (size_t i = 0; i < cache->count; i++) bytes += cache->rows[(cache->first + i) % cache->row_capacity].size;
    return bytes;
}

static size_t count_sessions(const struct sync *sync) {
    size_t count = 0;
    for (size_t i = 0; i < LIMIT_SYNC_SESSIONS; i++) count += sync->sessions[i].in_use;
    return count;
}

static size_t most_sending(const struct sync *sync) {
    size_t most = 0;
    for (size_t i = 0; i < sync->peer_count; i++) most = sync->peers[i].sending > most ? sync->peers[i].sending : most;
    return most;
}

static size_t most_queued(const struct sync *sync) {
    size_t most = 0;
    for (size_t i = 0; i < sync->peer_count; i++)
        most = sync->peers[i].queue_count > most ? sync->peers[i].queue_count : most;
    return most;
}

struct engine_tables engine_tables_of(const struct engine *engine) {
    return (struct engine_tables){
        .book = engine->book.count,
        .book_max = engine->book.capacity,
        .passive = engine->passive.count,
        .passive_max = engine->passive.capacity,
        .links = engine->links.count,
        .links_max = engine->links.capacity,
        .handshaking = link_table_count_state(&engine->links, LINK_STATE_HANDSHAKING),
        .tests = count_tests(&engine->links),
        .claims = count_claims(&engine->hearsay.table),
        .claims_max = engine->hearsay.table.capacity,
        .ledger = engine->policy.record_count,
        .witnesses_max = most_witnesses(&engine->reachability),
        .operator_peers = engine->operator_peer_count,
        .seen = engine->broadcast.seen.count,
        .seen_max = engine->broadcast.seen.capacity,
        .refused = engine->broadcast.refused.count,
        .refused_max = engine->broadcast.refused.capacity,
        .authors = engine->broadcast.authors.count,
        .authors_max = engine->broadcast.authors.capacity,
        .missing = count_missing(&engine->broadcast.missing),
        .missing_max = engine->broadcast.missing.capacity,
        .missing_of_one = most_missing(&engine->broadcast.missing),
        .texts = engine->broadcast.cache.count,
        .texts_max = engine->broadcast.cache.row_capacity,
        .text_bytes = text_bytes(&engine->broadcast.cache),
        .text_bytes_max = engine->broadcast.cache.byte_capacity,
        .kept = record_set_size(&engine->sync.kept),
        .kept_max = LIMIT_RECORDS_KEPT,
        .waiting = engine->sync.waiting.count,
        .waiting_max = engine->sync.waiting.capacity,
        .dropped = engine->sync.dropped.count,
        .dropped_max = engine->sync.dropped.capacity,
        .given = engine->sync.given.count,
        .given_max = engine->sync.given.capacity,
        .wanted = map_count(engine->sync.wanted),
        .sessions = count_sessions(&engine->sync),
        .sending = engine->sync.sending,
        .sending_of_one = most_sending(&engine->sync),
        .queued_of_one = most_queued(&engine->sync),
    };
}

void engine_tables_check(const struct engine *engine) {
    struct engine_tables tables = engine_tables_of(engine);
    assert_in_range(tables.book, 0, tables.book_max);
    assert_in_range(tables.passive, 0, tables.passive_max);
    assert_in_range(tables.links, 0, tables.links_max);
    assert_in_range(tables.handshaking, 0, LIMIT_HANDSHAKES_MAX + LIMIT_DIALS_AT_ONCE + 2);
    assert_in_range(tables.tests, 0, 2);
    assert_in_range(tables.claims, 0, tables.claims_max);
    assert_in_range(tables.ledger, 0, LIMIT_DIAL_LEDGER_ROWS);
    assert_in_range(tables.witnesses_max, 0, REACHABILITY_WITNESSES_MAX);
    assert_in_range(tables.seen, 0, tables.seen_max);
    assert_in_range(tables.refused, 0, tables.refused_max);
    assert_in_range(tables.authors, 0, tables.authors_max);
    assert_in_range(tables.missing, 0, tables.missing_max);
    assert_in_range(tables.missing_of_one, 0, LIMIT_MISSING_PER_LINK);
    assert_in_range(tables.texts, 0, tables.texts_max);
    assert_in_range(tables.text_bytes, 0, tables.text_bytes_max);
    assert_in_range(tables.kept, 0, tables.kept_max);
    assert_in_range(tables.waiting, 0, tables.waiting_max);
    assert_in_range(tables.dropped, 0, tables.dropped_max);
    assert_in_range(tables.given, 0, tables.given_max);
    assert_in_range(tables.wanted, 0, LIMIT_SYNC_SESSIONS * LIMIT_SYNC_MOVED);
    assert_in_range(tables.sessions, 0, LIMIT_SYNC_SESSIONS);
    assert_in_range(tables.sending, 0, LIMIT_SENDING_RECORDS);
    assert_in_range(tables.sending_of_one, 0, LIMIT_SENDING_PER_LINK);
    assert_in_range(tables.queued_of_one, 0, LIMIT_LACK_IDS);
    assert_in_range(tables.operator_peers, 0, LIMIT_OPERATOR_PEERS_MAX);
}

size_t engine_tables_book_in(const struct engine *engine, const struct address *network) {
    size_t count = 0;
    for (size_t i = 0; i < engine->book.capacity; i++) {
        const struct book_entry *entry = &engine->book.entries[i];
        count += entry->in_use && entry->row.addr_count > 0 && diversity_same_prefix(&entry->row.addrs[0], network);
    }
    return count;
}

size_t engine_tables_passive_in(const struct engine *engine, const struct address *network) {
    size_t count = 0;
    for (size_t i = 0; i < engine->passive.count; i++) {
        const struct ticket *ticket = &engine->passive.peers[i].ticket;
        count += ticket->addr_count > 0 && diversity_same_prefix(&ticket->addrs[0], network);
    }
    return count;
}

bool engine_tables_passive_holds(const struct engine *engine, const struct node_id *id) {
    return passive_view_find(&engine->passive, id) != NULL;
}
