/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/api/row.h"

#include "daemon/api/figure.h"
#include "swarm/link/link_path.h"
#include "swarm/link/link_route.h"

#include <stdio.h>

static void put_source_name(struct json_writer *w, const char *kind, uint8_t index,
                            const struct rendezvous_view *sources) {
    char text[sizeof sources->sources[0].place.name];
    if (index < sources->source_count) {
        json_put_text(w, "learnedFrom", sources->sources[index].place.name);
        return;
    }
    (void)snprintf(text, sizeof text, "%s-%u", kind, index + 1u); /* of a source that is not asked any more */
    json_put_text(w, "learnedFrom", text);
}

static void put_teller(struct json_writer *w, const struct node_id *teller) {
    char id[NODE_ID_TEXT_SIZE + 1];
    char text[sizeof "peer:" + NODE_ID_TEXT_SIZE];
    (void)snprintf(text, sizeof text, "peer:%s", node_id_text(teller, id));
    json_put_text(w, "learnedFrom", text);
}

static void put_teacher(struct json_writer *w, const struct learned_from *from, const struct rendezvous_view *sources) {
    switch ((enum provenance)from->kind) {
    case PROVENANCE_NONE: json_put_null(w, "learnedFrom"); return;
    case PROVENANCE_OPERATOR: json_put_text(w, "learnedFrom", "operator"); return;
    case PROVENANCE_BEACON: put_source_name(w, "beacon", from->source, sources); return;
    case PROVENANCE_CAPSULE: put_source_name(w, "capsule", from->source, sources); return;
    case PROVENANCE_PEX: put_teller(w, &from->node); return;
    case PROVENANCE_INBOUND: json_put_text(w, "learnedFrom", "inbound"); return;
    case PROVENANCE_CACHE: json_put_text(w, "learnedFrom", "cache"); return;
    }
    json_put_null(w, "learnedFrom");
}

static void put_learned_from(struct json_writer *w, const struct learned_from *from,
                             const struct rendezvous_view *sources) {
    put_teacher(w, from, sources);
    figure_put_time(w, "learnedAt", from->at_ms);
}

static void put_reason(struct json_writer *w, enum reason reason) {
    json_put_text(w, "reason", reason == REASON_NONE ? NULL : reason_name(reason));
}

static void put_strength(struct json_writer *w, const struct link_view *link) {
    figure_put_integer(w, "strength", link->strength);
    json_open_object(w, "strengthInputs");
    figure_put_integer(w, "delay", link->strength_inputs.delay);
    figure_put_integer(w, "loss", link->strength_inputs.loss);
    figure_put_integer(w, "jitter", link->strength_inputs.jitter);
    figure_put_integer(w, "handshakeAge", link->strength_inputs.handshake_age);
    json_close_object(w);
}

static void put_measures(struct json_writer *w, const struct link_view *link) {
    figure_put_tenths(w, "rttMs", link->rtt_ms);
    figure_put_tenths(w, "rttP95Ms", link->rtt_p95_ms);
    figure_put_tenths(w, "jitterMs", link->jitter_ms);
    figure_put_share(w, "lossIn", link->loss_in);
    figure_put_share(w, "lossOut", link->loss_out);
    put_strength(w, link);
    figure_put_total(w, "bytesIn", link->bytes_in);
    figure_put_total(w, "bytesOut", link->bytes_out);
    figure_put_integer(w, "inBytesPerSecond", link->in_bytes_per_second);
    figure_put_integer(w, "outBytesPerSecond", link->out_bytes_per_second);
    figure_put_time(w, "lastHandshakeAt", link->last_handshake_at_ms);
    figure_put_time(w, "lastActivityAt", link->last_activity_at_ms);
}

static void put_route_end(struct json_writer *w, const char *name, const struct link_route_end *end) {
    json_open_object(w, name);
    json_put_text(w, "kind", ice_candidate_kind_name(end->kind));
    figure_put_address(w, "address", &end->address);
    json_close_object(w);
}

static void put_route(struct json_writer *w, const struct link_route *route) {
    if (!route->is_known) {
        json_put_null(w, "candidates");
        return;
    }
    json_open_object(w, "candidates");
    put_route_end(w, "own", &route->own);
    put_route_end(w, "peer", &route->peer);
    json_close_object(w);
}

void row_write_link(struct json_writer *w, const struct link_view *link, const struct rendezvous_view *sources) {
    char id[16];
    (void)snprintf(id, sizeof id, "%lu", (unsigned long)link->id);
    json_open_object(w, NULL);
    json_put_text(w, "id", id);
    if (link->has_peer) {
        figure_put_node_id(w, "nodeId", &link->node_id);
    } else {
        json_put_null(w, "nodeId");
    }
    figure_put_user(w, link->user_id, link->is_user_proven);
    json_put_text(w, "transport", link_transport_name(link->transport));
    json_put_text(w, "path", link_path_name(link->path));
    put_route(w, &link->route);
    json_put_text(w, "direction", link->is_inbound ? "inbound" : "outbound");
    figure_put_address(w, "address", &link->address);
    json_put_text(w, "state", link_state_name(link->state));
    figure_put_time(w, "since", link->since_ms);
    put_measures(w, link);
    put_learned_from(w, &link->learned_from, sources);
    json_put_text(w, "place", link->wish == MESH_WISH_NONE ? "guest" : "view");
    json_put_boolean(w, "isAnchor", link->is_anchor);
    json_put_boolean(w, "isOperators", link->is_operators);
    put_reason(w, link->reason);
    json_close_object(w);
}

/* A peer that is linked waits for nothing. */
static void put_wait(struct json_writer *w, const struct peer_view *peer) {
    bool is_linked = peer->wait == DIAL_WAIT_LINKED;
    json_put_text(w, "wait", is_linked ? NULL : dial_wait_name(peer->wait));
    json_put_text(w, "waitText", is_linked ? NULL : dial_wait_sentence(peer->wait));
    figure_put_time(w, "nextAttemptAt", peer->next_attempt_at_ms);
    json_put_integer(w, "failures", peer->failures);
}

void row_write_peer(struct json_writer *w, const struct peer_view *peer, const struct rendezvous_view *sources) {
    bool has_link = peer->has_link && peer->link_state != LINK_STATE_CLOSED;
    json_open_object(w, NULL);
    figure_put_node_id(w, "nodeId", &peer->node_id);
    figure_put_user(w, peer->user_id, peer->is_user_proven);
    json_open_array(w, "addrs");
    for (size_t i = 0; i < peer->addr_count; i++) figure_put_address(w, NULL, &peer->addrs[i]);
    json_close_array(w);
    figure_put_time(w, "ticketExpiresAt", peer->ticket_expires_at_ms);
    figure_put_time(w, "lastSeenAt", peer->last_seen_at_ms);
    put_learned_from(w, &peer->learned_from, sources);
    json_put_text(w, "linkState", has_link ? link_state_name(peer->link_state) : "none");
    put_wait(w, peer);
    json_put_boolean(w, "isAnchor", peer->is_anchor);
    json_put_boolean(w, "fromDisk", peer->is_from_disk);
    put_reason(w, peer->reason);
    json_close_object(w);
}
