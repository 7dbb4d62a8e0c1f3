/* SPDX-License-Identifier: Apache-2.0 */
#include "swarm/engine_view.h"

#include "swarm/control/gate.h"
#include "swarm/dial/dial.h"
#include "swarm/dial/outage.h"
#include "swarm/engine_inside.h"
#include "swarm/link/clock_skew.h"
#include "swarm/mesh/active_view.h"
#include "swarm/peer/diversity.h"
#include "swarm/replica/release.h"
#include "swarm/replica/repair.h"
#include "swarm/replica/taking.h"

#include <stdio.h>
#include <string.h>

static struct clone_view clone_view_of(const struct engine *engine) {
    const struct clone_guard *guard = &engine->clone;
    return (struct clone_view){.stand = guard->stand,
                               .has_other = guard->has_other,
                               .source = guard->source,
                               .has_address = guard->has_address,
                               .address = guard->address,
                               .since_ms = guard->since_ms,
                               .until_ms = guard->until_ms};
}

void engine_view_node(const struct engine *engine, struct node_view *view) {
    *view = (struct node_view){
        .node_id = engine->self.node_id,
        .key = engine->self.key,
        .user_id = engine->self.user_id,
        .community = engine->self.community,
        .has_user = engine->self.has_user,
        .started_at_ms = engine->started_at_ms == 0 ? 0 : engine_wall_ms(engine, engine->started_at_ms),
        .ticket_expires_at_ms = engine->self.ticket.expires_at_ms,
        .addr_count = engine->self.addr_count,
        .addrs = engine->self.addrs,
        .is_stopping = engine->is_stopping,
        .is_network_off = !engine->operations.switches.is_on[SWITCH_NETWORK],
        .clone = clone_view_of(engine),
    };
    if (view->has_user) view->user_key = sign_public_key(&engine->self.user_key);
    memcpy(view->boot, engine->self.boot, sizeof view->boot);
}

const struct ticket *engine_view_ticket(const struct engine *engine) {
    return &engine->self.ticket;
}

static bool is_asked(const struct content *content, uint32_t file, uint32_t link) {
    for (size_t i = 0; i < content->asks.capacity; i++) {
        const struct ask *ask = &content->asks.rows[i];
        if (ask->req != 0 && ask->link == link && content->downloads[ask->download].file == file) return true;
    }
    return false;
}

int engine_view_file_sources(const struct engine *engine, const struct object_id *file) {
    const struct content *content = &engine->content;
    const struct file_row *row = catalog_find(&content->catalog, file);
    int count = 0;
    if (row == NULL) return -1;
    for (size_t place = 0; place < engine->links.capacity; place++) {
        const struct link_row *link = &engine->links.rows[place];
        if (link->state != LINK_STATE_OPEN) continue;
        const uint32_t at = (uint32_t)catalog_place(&content->catalog, row);
        count += file_row_is_held_by(row, place) || (row->is_fetched && is_asked(content, at, link->id));
    }
    return count;
}

void engine_view_outbox(const struct engine *engine, struct outbox_view *view, struct object_id *ids, size_t max) {
    const struct waiting_table *waiting = &engine->sync.waiting;
    *view = (struct outbox_view){.count = waiting->count};
    if (waiting->count > 0) view->oldest_at_ms = (int64_t)waiting_table_item(waiting, 0).timestamp;
    for (size_t i = 0; i < max && i < waiting->count; i++) ids[i] = waiting_table_item(waiting, i).id;
}

bool engine_view_redundancy(const struct engine *engine, const struct object_id *file, struct redundancy_view *view,
                            int64_t now_ms) {
    const struct file_row *row = catalog_find(&engine->content.catalog, file);
    struct holders holders;
    if (row == NULL || row->target == 0) return false;
    holders_of(engine, row, &holders, now_ms);
    *view = (struct redundancy_view){
        .target = row->target,
        .seen = holders.count + (row->state == FILE_HELD),
        .others = holders.count,
        .coming = repair_count_coming(engine, file) + taking_is_under_way(engine, file),
        .verified = holders_count_proved(&holders, now_ms),
        .domains = holders_count_domains(engine, row, &holders),
        .may_release = release_may(row, &holders, now_ms),
    };
    return true;
}

void engine_view_mesh(const struct engine *engine, struct mesh_view *view) {
    *view = (struct mesh_view){
        .active = active_view_count(engine),
        .dialing = dial_pending_count(engine),
        .handshaking = link_table_count_state(&engine->links, LINK_STATE_HANDSHAKING),
        .passive = engine->passive.count,
        .known = engine->book.count,
        .min = engine->view_min,
        .target = engine->view_target,
        .max = engine->view_max,
    };
}

/* A time of the engine as the wall clock showed it; 0 stays "never". */
static int64_t wall_of(const struct engine *engine, int64_t at_ms) {
    return at_ms == 0 ? 0 : engine_wall_ms(engine, at_ms);
}

static void measure_link(const struct link_row *link, struct link_view *view, int64_t now_ms) {
    view->rtt_ms = link_health_rtt_ms(&link->health);
    view->rtt_p95_ms = link_health_rtt_p95_ms(&link->health);
    view->jitter_ms = link_health_jitter_ms(&link->health);
    view->loss_in = link_loss_in(&link->loss, now_ms);
    view->loss_out = link_loss_out(&link->loss, now_ms);
    view->strength_inputs = link_row_strength_inputs(link, now_ms);
    view->strength =
        link->state == LINK_STATE_OPEN && view->rtt_ms >= 0 ? strength_of(&view->strength_inputs) : STRENGTH_UNKNOWN;
}

static void view_link(const struct engine *engine, const struct link_row *link, struct link_view *view,
                      int64_t now_ms) {
    *view = (struct link_view){
        .id = link->id,
        .has_peer = link->has_peer,
        .is_inbound = link->is_inbound,
        .is_user_proven = ticket_is_user_proven(&link->ticket, engine_wall_ms(engine, now_ms)),
        .node_id = link->node_id,
        .transport = link->transport,
        .path = link_row_path(link),
        .route = link->route,
        .address = link->address,
        .state = link->state,
        .reason = link->reason,
        .since_ms = engine_wall_ms(engine, link->since_ms),
        .opened_at_ms = wall_of(engine, link->opened_at_ms),
        .last_handshake_at_ms = wall_of(engine, link->health.proved_at_ms),
        .last_activity_at_ms = wall_of(engine, link->health.heard_at_ms),
        .bytes_in = link->bytes_in,
        .bytes_out = link->bytes_out,
        .in_bytes_per_second = link->in_rate,
        .out_bytes_per_second = link->out_rate,
        .learned_from = link->learned_from,
        .wish = link->wish,
        .is_operators = link->is_operators,
        .is_anchor = active_view_is_anchor(engine, link, now_ms),
    };
    snprintf(view->user_id, sizeof view->user_id, "%s", link->ticket.user_id);
    measure_link(link, view, now_ms);
}

static void insert_by_id(struct link_view *views, size_t count, const struct link_view *view) {
    size_t at = count;
    for (; at > 0 && views[at - 1].id > view->id; at--) views[at] = views[at - 1];
    views[at] = *view;
}

size_t engine_view_links(const struct engine *engine, struct link_view *views, size_t max, int64_t now_ms) {
    size_t count = 0;
    for (size_t i = 0; i < engine->links.capacity && count < max; i++) {
        struct link_view view;
        if (!engine->links.rows[i].in_use) continue;
        view_link(engine, &engine->links.rows[i], &view, now_ms);
        insert_by_id(views, count++, &view);
    }
    return count;
}

size_t engine_view_outlines(const struct engine *engine, struct link_outline *outlines, size_t max) {
    size_t count = 0;
    for (size_t i = 0; i < engine->links.capacity && count < max; i++) {
        const struct link_row *link = &engine->links.rows[i];
        if (!link->in_use) continue;
        outlines[count++] =
            (struct link_outline){link->id,      link->state,   link->is_inbound,   link->has_peer,
                                  link->node_id, link->address, link->opened_at_ms, link->health.heard_at_ms};
    }
    return count;
}

static void insert_by_teller(struct neighbour_view *views, size_t count, const struct neighbour_view *view) {
    size_t at = count;
    for (; at > 0 && node_id_compare(&views[at - 1].node_id, &view->node_id) > 0; at--) views[at] = views[at - 1];
    views[at] = *view;
}

size_t engine_view_neighbours(const struct engine *engine, struct neighbour_view *views, size_t max) {
    const struct hearsay_table *table = &engine->hearsay.table;
    size_t count = 0;
    for (size_t i = 0; i < table->capacity && count < max; i++) {
        const struct hearsay_row *row = &table->rows[i];
        struct neighbour_view view = {row->from, engine_wall_ms(engine, row->heard_at_ms), row->view};
        if (row->link != 0) insert_by_teller(views, count++, &view);
    }
    return count;
}

bool engine_view_examination(const struct engine *engine, const struct node_id *peer, struct examination_view *view) {
    const struct examination *row = examination_table_find(&engine->examinations, peer);
    if (row == NULL) return false;
    *view =
        (struct examination_view){row->state, engine_wall_ms(engine, row->asked_at_ms),
                                  row->ended_at_ms == 0 ? 0 : engine_wall_ms(engine, row->ended_at_ms), row->findings};
    return true;
}

bool engine_view_is_open(const struct engine *engine, const struct node_id *peer) {
    return link_table_find_peer(&engine->links, peer, LINK_STATE_OPEN) != NULL;
}

/* Open beats what is still coming, and that beats what is going. */
static const struct link_row *liveliest_link(const struct engine *engine, const struct node_id *id) {
    static const enum link_state order[] = {LINK_STATE_OPEN, LINK_STATE_HANDSHAKING, LINK_STATE_DIALING,
                                            LINK_STATE_CLOSING};
    for (size_t i = 0; i < sizeof order / sizeof order[0]; i++) {
        const struct link_row *link = link_table_find_peer(&engine->links, id, order[i]);
        if (link != NULL) return link;
    }
    return NULL;
}

static void view_wait(const struct engine *engine, const struct book_entry *entry, struct peer_view *view,
                      int64_t now_ms) {
    int64_t at_ms;
    view->wait = dial_wait_of(engine, entry, &at_ms, now_ms);
    view->next_attempt_at_ms = wall_of(engine, at_ms);
    view->failures = entry->backoff.failure_count;
    view->is_anchor = entry->row.is_anchor;
    view->is_from_disk = entry->is_from_disk;
}

static void view_peer(const struct engine *engine, const struct book_entry *entry, struct peer_view *view,
                      int64_t now_ms) {
    const struct book_row *row = &entry->row;
    const struct link_row *link = liveliest_link(engine, &row->node_id);
    const struct ticket *ticket = passive_view_find(&engine->passive, &row->node_id);
    *view = (struct peer_view){
        .node_id = row->node_id,
        .addr_count = row->addr_count,
        .ticket_expires_at_ms = row->expires_at_ms,
        .last_seen_at_ms = link == NULL ? row->last_seen_at_ms : wall_of(engine, link->health.heard_at_ms),
        .linked_at_ms = row->linked_at_ms,
        .learned_from = row->learned_from,
        .has_link = link != NULL,
        .link_state = link == NULL ? LINK_STATE_CLOSED : link->state,
        .reason = entry->last_reason,
    };
    memcpy(view->addrs, row->addrs, sizeof view->addrs);
    if (link != NULL && link->state == LINK_STATE_OPEN) ticket = &link->ticket;
    if (ticket != NULL) {
        snprintf(view->user_id, sizeof view->user_id, "%s", ticket->user_id);
        view->is_user_proven = ticket_is_user_proven(ticket, engine_wall_ms(engine, now_ms));
    }
    view_wait(engine, entry, view, now_ms);
}

size_t engine_view_peers(const struct engine *engine, size_t cursor, struct peer_view *views, size_t max, size_t *next,
                         int64_t now_ms) {
    size_t count = 0;
    *next = 0;
    for (size_t i = cursor; i < engine->book.capacity; i++) {
        if (!engine->book.entries[i].in_use) continue;
        if (count == max) {
            *next = i;
            return count;
        }
        view_peer(engine, &engine->book.entries[i], &views[count++], now_ms);
    }
    return count;
}

bool engine_view_peer(const struct engine *engine, const struct node_id *id, struct peer_view *view, int64_t now_ms) {
    const struct book_entry *entry = address_book_find(&engine->book, id);
    if (entry != NULL) view_peer(engine, entry, view, now_ms);
    return entry != NULL;
}

bool engine_view_may_call(const struct engine *engine, const struct node_id *peer) {
    return gate_may(engine, DEED_DIAL_BY_HAND) && !gate_is_blocked(engine, peer, BLOCK_OUTBOUND);
}

bool engine_view_may_dial(const struct engine *engine, const struct address *address) {
    return dial_policy_allows(&engine->policy, address, false);
}

static int64_t planned(const struct engine *engine, int64_t at_ms) {
    return at_ms == INT64_MAX ? 0 : engine_wall_ms(engine, at_ms);
}

static uint32_t count_links_of(const struct engine *engine, const struct learned_from *from) {
    uint32_t count = 0;
    for (size_t i = 0; i < engine->links.capacity; i++) {
        const struct link_row *link = &engine->links.rows[i];
        bool is_open = link->in_use && link->state == LINK_STATE_OPEN;
        count += is_open && diversity_same_introducer(&link->learned_from, from);
    }
    return count;
}

void engine_view_rendezvous(const struct engine *engine, struct rendezvous_view *view) {
    const struct harvest *harvest = &engine->harvest;
    *view = (struct rendezvous_view){
        .last_harvest_at_ms = harvest->last_harvest_ms,
        .next_harvest_at_ms = harvest->source_count == 0 ? 0 : planned(engine, harvest->next_harvest_ms),
        .next_announce_at_ms = harvest->source_count == 0 ? 0 : planned(engine, harvest->next_announce_ms),
        .first_peer_ms = harvest->first_peer_ms,
        .source_count = harvest->source_count,
        .sources = harvest->sources,
        .wall_offset_ms = engine->wall_offset_ms,
        .is_on_fallback = engine->fallback.is_on,
        .fallback_since_ms = engine->fallback.since_ms + engine->wall_offset_ms,
        .known_max = address_book_share(&engine->book),
        .open_links = link_table_count_state(&engine->links, LINK_STATE_OPEN),
    };
    for (size_t i = 0; i < harvest->source_count; i++) {
        const struct learned_from from = {
            .kind = PROVENANCE_BEACON, .source = (uint8_t)i, .node = harvest->sources[i].mark};
        view->known_of[i] = address_book_count_of(&engine->book, &from);
        view->links_of[i] = count_links_of(engine, &from);
    }
}

void engine_view_reachability(const struct engine *engine, struct reachability_view *view) {
    *view = (struct reachability_view){engine->reachability.families, engine->wall_offset_ms};
}

const struct counter_set *engine_view_counters(const struct engine *engine) {
    return &engine->counters;
}

bool engine_view_clock_skew(const struct engine *engine, int64_t *skew_ms) {
    return clock_skew_median(engine, skew_ms) > 0;
}

void engine_view_outage(const struct engine *engine, struct outage_view *view) {
    *view = (struct outage_view){.is_out = outage_is_on(engine)};
    if (!view->is_out) return;
    view->since_ms = engine_wall_ms(engine, engine->outage.since_ms);
    view->next_attempt_ms = wall_of(engine, outage_next_dial_ms(engine));
}

static struct operation_view view_of(const struct engine *engine, const struct operation_row *row) {
    const int64_t offset_ms = engine->wall_offset_ms;
    return (struct operation_view){
        .operation = row->operation,
        .is_keeping = row->is_keeping,
        .can_revert = operations_can_revert(row),
        .ends_at_ms = row->ends_ms == INT64_MAX ? 0 : row->ends_ms + offset_ms,
        .reverts_at_ms = row->confirm_ms == INT64_MAX ? 0 : row->confirm_ms + offset_ms,
    };
}

size_t engine_view_operations(const struct engine *engine, struct operation_view *views, size_t max) {
    size_t count = 0;
    for (size_t i = engine->operations.count; i-- > 0 && count < max;)
        if (!engine->operations.rows[i].is_gone) views[count++] = view_of(engine, &engine->operations.rows[i]);
    return count;
}

bool engine_view_operation(const struct engine *engine, uint64_t id, struct operation_view *view) {
    const struct operation_row *row = operations_find(&engine->operations, id);
    if (row != NULL) *view = view_of(engine, row);
    return row != NULL;
}

uint64_t engine_view_operation_of_key(const struct engine *engine, const char *key) {
    return operations_id_of_key(&engine->operations, key);
}

void engine_view_controls(const struct engine *engine, struct control_view views[SWITCH_COUNT]) {
    for (enum control_switch i = 0; i < SWITCH_COUNT; i++) {
        const struct operation_row *holder = operations_holder(&engine->operations, i);
        const bool is_on = engine->operations.switches.is_on[i];
        views[i] = (struct control_view){is_on, is_on == switch_resting(i), holder == NULL ? 0 : holder->operation.id};
    }
}

void engine_view_signaling(const struct engine *engine, struct signaling_view *view) {
    const struct ruling ruling = gate_judge_signaling(engine);
    const struct operation_row *row = operations_endpoint(&engine->operations);
    *view = (struct signaling_view){.leave = ruling.leave,
                                    .by = ruling.by,
                                    .endpoint = row == NULL ? "" : row->operation.target.endpoint,
                                    .operation = row == NULL ? 0 : row->operation.id};
}

uint64_t engine_view_control_revision(const struct engine *engine) {
    return engine->operations.revision;
}

struct operation_impact engine_view_impact(const struct engine *engine, const struct operation_request *request) {
    return gate_impact_of(engine, request);
}

const struct block_list *engine_view_blocks(const struct engine *engine) {
    return &engine->operations.blocks;
}

size_t engine_view_pending(const struct engine *engine, struct pending_view *views, size_t max) {
    const struct approval_queue *queue = &engine->approvals;
    for (size_t i = 0; i < queue->count && i < max; i++) {
        const struct approval *row = &queue->rows[i];
        views[i] = (struct pending_view){.node_id = row->node_id,
                                         .user_id = row->user_id,
                                         .is_user_proven = row->is_user_proven,
                                         .address = row->address,
                                         .calls = row->calls,
                                         .since_ms = engine_wall_ms(engine, row->since_ms),
                                         .last_ms = engine_wall_ms(engine, row->last_ms),
                                         .lapses_at_ms = engine_wall_ms(engine, row->last_ms + APPROVAL_LAPSE_MS)};
    }
    return queue->count < max ? queue->count : max;
}
