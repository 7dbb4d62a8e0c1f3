/* SPDX-License-Identifier: Apache-2.0 */
#include "swarm/peer/peers.h"

#include "swarm/control/gate.h"
#include "swarm/dial/dial.h"
#include "swarm/dial/operator_peer.h"
#include "swarm/dial/redial.h"
#include "swarm/peer/anchor.h"

enum { FORGET_EVERY_MS = 60000 };

/* One without an address is not worth a row on the disk, unless it is to be known again for whose it is. */
void peers_store(struct engine *engine, const struct book_entry *entry) {
    if (entry->row.addr_count == 0 && !gate_is_pinned(engine, entry)) return;
    struct action *action = actions_add(engine->actions, ACTION_STORE_ROW);
    action->as.row = entry->row;
}

static void remove_row(struct engine *engine, const struct node_id *id) {
    struct action *action = actions_add(engine->actions, ACTION_REMOVE_ROW);
    action->peer = *id;
}

/* Finds or makes the entry, telling the store whom it replaced. NULL: no room. */
static struct book_entry *entry_for(struct engine *engine, const struct node_id *id, const struct book_home *home) {
    struct node_id evicted;
    struct book_entry *entry = address_book_put(&engine->book, id, home, &evicted);
    if (!node_id_is_none(&evicted)) remove_row(engine, &evicted);
    if (entry != NULL) entry->is_operators = operator_peer_is_named(engine, id);
    return entry;
}

/* One of ours, and known (W3) by a clock that may be ahead or behind by as much. */
static bool is_acceptable(const struct engine *engine, const struct ticket *ticket, int64_t wall_ms) {
    if (!ticket->is_native || node_id_equal(&ticket->node_id, &engine->self.node_id)) return false;
    if (!span_equal(span_of_text(ticket->community), span_of_text(engine->self.community))) return false;
    int64_t age_ms = wall_ms - ticket->issued_at_ms;
    return age_ms <= LIMIT_TICKET_KNOWN_MS && age_ms >= -LIMIT_TICKET_KNOWN_MS;
}

static bool is_ahead(const struct ticket *ticket, int64_t wall_ms) {
    return ticket->issued_at_ms > wall_ms + LIMIT_CLOCK_SKEW_MS;
}

bool peers_may_learn(const struct engine *engine, const struct ticket *ticket, int64_t now_ms) {
    int64_t wall_ms = engine_wall_ms(engine, now_ms);
    return is_acceptable(engine, ticket, wall_ms) && !is_ahead(ticket, wall_ms);
}

static bool has_addresses(const struct book_row *row, const struct ticket *ticket) {
    if (row->addr_count != ticket->addr_count) return false;
    for (size_t i = 0; i < row->addr_count; i++) {
        if (!address_equal(&row->addrs[i], &ticket->addrs[i])) return false;
    }
    return true;
}

/* When the entry's ticket was issued; one from the future, seen while a clock was wrong, does not outlast the true. */
static int64_t known_issued_at_ms(const struct book_entry *entry, int64_t wall_ms) {
    return entry->row.issued_at_ms > wall_ms + LIMIT_CLOCK_SKEW_MS ? 0 : entry->row.issued_at_ms;
}

/* Whose it was proven to be counts also when it proves nothing any more; an older ticket, which anybody may pass on,
 * says nothing of that. */
static void note_user(const struct engine *engine, struct book_entry *entry, const struct ticket *ticket) {
    if (!ticket->is_cert_verified || gate_is_pinned(engine, entry)) return; /* a blocked one stays whose it was */
    (void)node_id_read(span_of_text(ticket->user_id), &entry->row.proven_user);
}

/* The newer ticket says where the node is now; what it refused before may hold no more. */
static void take_ticket(const struct engine *engine, struct book_entry *entry, const struct ticket *ticket,
                        int64_t wall_ms) {
    struct book_row *row = &entry->row;
    row->key = ticket->key;
    row->issued_at_ms = ticket->issued_at_ms;
    row->expires_at_ms = ticket->expires_at_ms;
    if (row->last_seen_at_ms < wall_ms) row->last_seen_at_ms = wall_ms;
    entry->waits_for_change = false;
    note_user(engine, entry, ticket);
    if (ticket->addr_count == 0) return;
    if (!has_addresses(row, ticket)) {
        entry->next_addr = 0;
        entry->next_address_ms = 0;
    }
    row->addr_count = ticket->addr_count;
    for (size_t i = 0; i < ticket->addr_count; i++) row->addrs[i] = ticket->addrs[i];
}

static struct book_home home_of(const struct ticket *ticket, const struct learned_from *from) {
    return (struct book_home){ticket->addr_count == 0 ? NULL : &ticket->addrs[0], from};
}

/* Whom we are linked with is no candidate. */
static void put_passive(struct engine *engine, const struct ticket *ticket, const struct learned_from *from) {
    if (link_table_find_peer(&engine->links, &ticket->node_id, LINK_STATE_OPEN) != NULL) return;
    passive_view_put(&engine->passive, ticket, from);
}

/* Seen from a clock that is behind, all tickets are from the future. Such a one is no candidate and does not travel,
 * but its node may be dialled once for it: only links tell us that our clock is wrong. The next ticket counts as the
 * first. */
static bool learn_ahead(struct engine *engine, const struct ticket *ticket, const struct learned_from *from,
                        int64_t now_ms) {
    struct book_home home = home_of(ticket, from);
    if (address_book_find(&engine->book, &ticket->node_id) != NULL) return false;
    struct book_entry *entry = entry_for(engine, &ticket->node_id, &home);
    if (entry == NULL) return false;
    entry->row.learned_from = *from;
    take_ticket(engine, entry, ticket, engine_wall_ms(engine, now_ms));
    entry->row.issued_at_ms = entry->row.expires_at_ms = 0;
    dial_candidates_changed(engine, now_ms);
    return true;
}

static bool learn(struct engine *engine, const struct ticket *ticket, const struct learned_from *from,
                  bool is_candidate, int64_t now_ms) {
    int64_t wall_ms = engine_wall_ms(engine, now_ms);
    if (node_id_equal(&ticket->node_id, &engine->self.node_id)) clone_guard_ticket(engine, ticket, from, now_ms);
    if (!is_acceptable(engine, ticket, wall_ms)) return false;
    if (is_ahead(ticket, wall_ms)) return learn_ahead(engine, ticket, from, now_ms);
    struct book_entry *entry = address_book_find(&engine->book, &ticket->node_id);
    int64_t known_ms = entry == NULL ? 0 : known_issued_at_ms(entry, wall_ms);
    if (ticket->issued_at_ms < known_ms) return false;
    if (ticket->issued_at_ms > known_ms) {
        struct book_home home = home_of(ticket, from);
        entry = entry_for(engine, &ticket->node_id, &home);
    }
    if (entry == NULL) return false;
    if (is_candidate) put_passive(engine, ticket, from);
    if (ticket->issued_at_ms == known_ms) {
        note_user(engine, entry, ticket);
        return false;
    }
    if (entry->row.learned_from.kind == PROVENANCE_NONE) entry->row.learned_from = *from;
    take_ticket(engine, entry, ticket, wall_ms);
    peers_store(engine, entry);
    dial_candidates_changed(engine, now_ms);
    return true;
}

bool peers_learn(struct engine *engine, const struct ticket *ticket, const struct learned_from *from, int64_t now_ms) {
    return learn(engine, ticket, from, true, now_ms);
}

void peers_remember(struct engine *engine, const struct ticket *ticket, const struct learned_from *from,
                    int64_t now_ms) {
    (void)learn(engine, ticket, from, false, now_ms);
}

/* Where we reached a node is worth more than where it says it is. */
static void prefer_address(struct book_row *row, const struct address *address) {
    size_t at = 0;
    while (at < row->addr_count && !address_equal(&row->addrs[at], address)) at++;
    bool is_new = at == row->addr_count;
    if (is_new && row->addr_count < LIMIT_TICKET_ADDRS_MAX) row->addr_count++;
    if (at == LIMIT_TICKET_ADDRS_MAX) at--;
    for (; at > 0; at--) row->addrs[at] = row->addrs[at - 1];
    row->addrs[0] = *address;
}

void peers_linked(struct engine *engine, const struct link_row *link, int64_t now_ms) {
    int64_t wall_ms = engine_wall_ms(engine, now_ms);
    harvest_peer_found(engine, now_ms);
    bool is_ticket_good = peers_may_learn(engine, &link->ticket, now_ms);
    passive_view_remove(&engine->passive, &link->node_id);
    struct book_entry *entry = address_book_find(&engine->book, &link->node_id);
    bool is_newer = is_ticket_good && (entry == NULL || link->ticket.issued_at_ms > known_issued_at_ms(entry, wall_ms));
    struct book_home home = {.from = &link->learned_from}; /* an old ticket moves nobody */
    if (is_newer) home = home_of(&link->ticket, &link->learned_from);
    /* Where it was reached is where it lives; what ICE found is a port for one connection, perhaps of a relay. */
    const bool was_reached = !link->is_inbound && link->transport == LINK_TRANSPORT_TLS;
    if (was_reached) home.address = &link->address;
    entry = entry_for(engine, &link->node_id, &home);
    if (entry == NULL) return;
    if (entry->row.learned_from.kind == PROVENANCE_NONE) entry->row.learned_from = link->learned_from;
    if (is_newer) take_ticket(engine, entry, &link->ticket, wall_ms);
    if (was_reached) prefer_address(&entry->row, &link->address);
    entry->row.key = link->key;
    if (!link->is_inbound) { /* reached there by us, not only said to be there */
        entry->row.linked_at_ms = wall_ms;
        book_entry_succeeded(entry);
    }
    entry->row.last_seen_at_ms = wall_ms;
    entry->is_held = true;
    entry->waits_for_change = false;
    entry->earlier_reason = entry->last_reason;
    entry->last_reason = REASON_NONE;
    peers_store(engine, entry);
}

/* The peer is there, it only has no link with us any more. */
static bool is_still_there(enum reason reason) {
    return reason == REASON_REPLACED || reason == REASON_VIEW_FULL || reason == REASON_IDLE ||
           reason == REASON_RESOURCES;
}

void peers_unlinked(struct engine *engine, const struct link_row *link, int64_t now_ms) {
    struct book_entry *entry = address_book_find(&engine->book, &link->node_id);
    bool was_open = link->opened_at_ms != 0;
    if (was_open && is_still_there(link->reason) && peers_may_learn(engine, &link->ticket, now_ms)) {
        put_passive(engine, &link->ticket, &link->learned_from);
    }
    if (entry == NULL) return;
    if (was_open && !link->is_inbound) {
        entry->row.linked_at_ms = engine_wall_ms(engine, now_ms);
        peers_store(engine, entry);
    }
    const bool may_be_called = entry->row.addr_count > 0 || engine->is_signaling;
    if (may_be_called || entry->is_held || gate_is_pinned(engine, entry)) return;
    const bool may_have_row = !node_id_is_none(&entry->row.proven_user); /* from when its user was blocked */
    address_book_remove(&engine->book, &link->node_id);
    if (may_have_row) remove_row(engine, &link->node_id);
}

/* The list of sources may have changed since; what a row was told by is known by its mark. */
static void find_source(const struct engine *engine, struct learned_from *from) {
    if (from->kind != PROVENANCE_BEACON && from->kind != PROVENANCE_CAPSULE) return;
    from->source = UINT8_MAX;
    for (size_t i = 0; i < engine->harvest.source_count; i++) {
        if (node_id_equal(&engine->harvest.sources[i].mark, &from->node)) from->source = (uint8_t)i;
    }
}

void peers_load(struct engine *engine, const struct book_row *row, int64_t now_ms) {
    int64_t wall_ms = engine_wall_ms(engine, now_ms);
    struct node_id id = node_id_of_key(&row->key);
    if (!node_id_equal(&id, &row->node_id) || node_id_equal(&id, &engine->self.node_id)) return;
    struct book_home home = {row->addr_count == 0 ? NULL : &row->addrs[0], &row->learned_from};
    if (!address_book_has_room(&engine->book, &home)) { /* the best came first */
        remove_row(engine, &id);
        return;
    }
    struct book_entry *entry = entry_for(engine, &id, &home);
    entry->row = *row;
    entry->is_from_disk = true;
    find_source(engine, &entry->row.learned_from);
    anchor_loaded(engine, entry);
    if (entry->row.last_seen_at_ms > wall_ms) entry->row.last_seen_at_ms = wall_ms;
    if (entry->row.linked_at_ms > wall_ms) entry->row.linked_at_ms = wall_ms;
}

/* Only a book that is getting full forgets: age is by the wall clock, which may be wrong for a while. */
static void forget_old_rows(struct engine *engine, int64_t wall_ms) {
    if (engine->book.count <= engine->book.capacity / 2) return;
    for (size_t i = 0; i < engine->book.capacity; i++) {
        const struct book_entry *entry = &engine->book.entries[i];
        if (!entry->in_use || entry->is_held || entry->is_operators || entry->row.is_anchor) continue;
        if (entry->row.last_seen_at_ms + LIMIT_BOOK_AGE_MS > wall_ms) continue;
        struct node_id id = entry->row.node_id;
        remove_row(engine, &id);
        address_book_remove(&engine->book, &id);
        return; /* one at a time: the rest goes with the next ticks */
    }
}

void peers_tick(struct engine *engine, int64_t now_ms) {
    if (now_ms < engine->next_forget_ms) return;
    engine->next_forget_ms = now_ms + FORGET_EVERY_MS;
    passive_view_forget_old(&engine->passive, engine_wall_ms(engine, now_ms));
    redial_reward(engine, now_ms);
    anchor_review(engine, now_ms);
    forget_old_rows(engine, engine_wall_ms(engine, now_ms));
}
