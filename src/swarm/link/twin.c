/* SPDX-License-Identifier: Apache-2.0 */
#include "swarm/link/twin.h"

#include "swarm/link/session.h"
#include "swarm/mesh/exchange.h"

static bool older_stays(const struct engine *engine, const struct link_row *old, const struct link_row *new) {
    if (old->transport != new->transport) return old->transport == LINK_TRANSPORT_TLS;
    if (old->is_inbound == new->is_inbound) return false;
    bool we_are_smaller = node_id_compare(&engine->self.node_id, &old->node_id) < 0;
    return we_are_smaller == !old->is_inbound;
}

static bool is_same_process(const struct link_row *old, const struct hello *hello) {
    return span_equal((struct span){old->boot, 8}, (struct span){hello->boot, 8});
}

enum reason twin_judge(const struct engine *engine, const struct link_row *old, const struct link_row *link,
                       const struct hello *hello) {
    if (is_same_process(old, hello)) return older_stays(engine, old, link) ? REASON_DUPLICATE : REASON_NONE;
    return old->ticket.issued_at_ms > hello->ticket.issued_at_ms ? REASON_REPLACED : REASON_NONE;
}

void twin_end(struct engine *engine, struct link_row *old, const struct hello *hello, int64_t now_ms) {
    if (is_same_process(old, hello)) {
        const bool is_by_webrtc = old->transport == LINK_TRANSPORT_WEBRTC;
        session_close(engine, old, REASON_DUPLICATE,
                      is_by_webrtc ? "a better way to you was found" : "another link to you stays", now_ms);
    } else {
        exchange_show_twin(engine, old, &hello->ticket);
        session_close(engine, old, REASON_REPLACED, "the same node came again", now_ms);
    }
}

void twin_show(struct engine *engine, const struct link_row *link) {
    for (size_t i = 0; i < engine->links.capacity; i++) {
        const struct link_row *old = &engine->links.rows[i];
        if (!old->in_use || old->state != LINK_STATE_CLOSING || old->reason != REASON_REPLACED) continue;
        if (node_id_equal(&old->node_id, &link->node_id)) exchange_show_twin(engine, link, &old->ticket);
    }
}
