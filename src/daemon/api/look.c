/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/api/look.h"

#include "base/must.h"

#include <string.h>

bool look_takes_part(const struct look *look) {
    for (size_t i = 0; i < look->facts->role_count; i++)
        if (strcmp(look->facts->roles[i], "node") == 0) return true;
    return false;
}

void look_take(struct look *look, const struct engine *engine, int64_t now_ms) {
    look->engine = engine;
    engine_view_node(engine, &look->node);
    engine_view_mesh(engine, &look->mesh);
    engine_view_rendezvous(engine, &look->rendezvous);
    engine_view_reachability(engine, &look->reachability);
    engine_view_outage(engine, &look->outage);
    engine_view_signaling(engine, &look->signaling_view);
    engine_view_outbox(engine, &look->outbox, NULL, 0);
    look->now_ms = now_ms;
    look->wall_ms = now_ms + look->rendezvous.wall_offset_ms;
    engine_view_controls(engine, look->controls);
    look->operation_count = engine_view_operations(engine, look->operations, LOOK_OPERATIONS_MAX);
    look->link_count = look->pending_count = look->neighbour_count = 0;
    look->verdict = VERDICT_WORKING;
    if (look->facts->lacks != NULL) {
        finding_list_lacks(&look->findings, look->facts->lacks, look->node.started_at_ms);
        look->verdict = VERDICT_CUT_OFF;
    }
    if (!look_takes_part(look)) return;
    look->link_count = engine_view_links(engine, look->links, LIMIT_LINKS_MAX, now_ms);
    look->pending_count = engine_view_pending(engine, look->pending, LIMIT_APPROVALS_MAX);
    look->neighbour_count = engine_view_neighbours(engine, look->neighbours, LIMIT_VIEW_MAX);
    tally_update(&look->tally, look->links, look->link_count);
    const struct finding_evidence evidence = {.node = &look->node,
                                              .mesh = &look->mesh,
                                              .rendezvous = &look->rendezvous,
                                              .reachability = &look->reachability,
                                              .outage = &look->outage,
                                              .waiting = look->pending_count,
                                              .waiting_since_ms =
                                                  look->pending_count > 0 ? look->pending[0].since_ms : 0,
                                              .disk_trouble = look->disk_trouble,
                                              .disk_since_ms = look->disk_since_ms,
                                              .endpoints = look->signaling,
                                              .wall_ms = look->wall_ms};
    finding_list_update(&look->findings, &evidence, now_ms);
    look->verdict = verdict_of(&evidence, &look->findings);
}

void look_take_peers(struct look *look, const struct engine *engine, size_t cursor, size_t max) {
    must_le(max, LOOK_PEERS_MAX);
    look->peer_count = look->peer_next = 0;
    if (!look_takes_part(look)) return;
    look->peer_count = engine_view_peers(engine, cursor, look->peers, max, &look->peer_next, look->now_ms);
}
