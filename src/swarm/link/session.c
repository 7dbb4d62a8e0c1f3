/* SPDX-License-Identifier: Apache-2.0 */
#include "swarm/link/session.h"

#include "base/must.h"
#include "swarm/control/gate.h"
#include "swarm/dial/outage.h"
#include "swarm/dial/redial.h"
#include "swarm/handlers.h"
#include "swarm/link/admission.h"
#include "swarm/link/examination.h"
#include "swarm/link/greeting.h"
#include "swarm/mesh/broadcast.h"
#include "swarm/mesh/hearsay.h"
#include "swarm/peer/diversity.h"
#include "swarm/peer/peers.h"
#include "swarm/reach/prober.h"
#include "swarm/reach/reachability.h"
#include "swarm/sync/sync.h"

#include <stdio.h>

/* The other side may never let go; a closing link is then dropped by us. */
enum { CLOSING_MS_MAX = 2 * LIMIT_CLOSE_MS };

static const char *direction_name(const struct link_row *link) {
    return link->is_inbound ? "inbound" : "outbound";
}

static void emit_entered(struct engine *engine, const struct link_row *link, int64_t now_ms) {
    struct event *event;
    switch (link->state) {
    case LINK_STATE_DIALING: return; /* dial.c tells of the attempt */
    case LINK_STATE_HANDSHAKING:
        event = engine_emit_link(engine, EVENT_LINK_HANDSHAKE, link, now_ms);
        event->figures[0] = link->handshake_ms;
        event_set_text(event, direction_name(link));
        return;
    case LINK_STATE_OPEN:
        event = engine_emit_link(engine, EVENT_LINK_OPEN, link, now_ms);
        event->figures[0] = now_ms - link->began_at_ms;
        event_set_text(event, direction_name(link));
        return;
    case LINK_STATE_CLOSING:
        event = engine_emit_link(engine, EVENT_LINK_CLOSING, link, now_ms);
        event_set_text(event, link->is_closed_by_peer ? "peer" : "us");
        return;
    case LINK_STATE_CLOSED:
        if (link->opened_at_ms == 0) return; /* it never was a link; the refusal was told */
        event = engine_emit_link(engine, EVENT_LINK_CLOSED, link, now_ms);
        event->figures[0] = now_ms - link->opened_at_ms;
        event_set_text(event, link->is_closed_by_peer ? "peer" : "us");
        return;
    }
}

/* Everybody who holds something of this link lets go of it. */
static void tell_ended(struct engine *engine, struct link_row *link, int64_t now_ms) {
    redial_link_ended(engine, link, now_ms);
    reachability_link_ended(engine, link, now_ms);
    if (link->probe_for != 0) prober_ended(engine, link, link->reason);
    if (link->has_peer && !link->is_probe) peers_unlinked(engine, link, now_ms);
}

static void count_entered(struct counter_set *counters, const struct link_row *link) {
    if (link->state == LINK_STATE_DIALING) {
        counters->dials++;
    } else if (link->state == LINK_STATE_OPEN) {
        *(link->is_inbound ? &counters->inbound_opened : &counters->outbound_opened) += 1;
    } else if (link->state == LINK_STATE_CLOSED) {
        struct counter_ends *failed = link->is_inbound ? &counters->inbound_failed : &counters->outbound_failed;
        (link->opened_at_ms == 0 ? failed : &counters->closed)->of[link->reason]++;
    }
}

void session_enter(struct engine *engine, struct link_row *link, enum link_state state, enum reason reason,
                   int64_t now_ms) {
    must(link->since_ms == 0 || link_state_may_follow(link->state, state));
    const bool was_open = link->state == LINK_STATE_OPEN;
    link->state = state;
    link->since_ms = now_ms;
    if (link->reason == REASON_NONE) link->reason = reason;
    if (state == LINK_STATE_OPEN) {
        link->opened_at_ms = now_ms;
        link_health_init(&link->health, now_ms);
    }
    count_entered(&engine->counters, link);
    emit_entered(engine, link, now_ms);
    if (was_open || state == LINK_STATE_OPEN) {
        hearsay_link_changed(engine, link, now_ms);
        broadcast_link_changed(engine, link, now_ms);
        sync_link_changed(engine, link, now_ms);
        content_link_changed(engine, link, now_ms);
        replica_link_changed(engine, link, now_ms);
    }
    if (was_open) examination_link_ended(engine, link, now_ms);
    if (state != LINK_STATE_CLOSED) return;
    engine->links.count--;
    tell_ended(engine, link, now_ms);
}

static void close_transport(struct engine *engine, const struct link_row *link, bool is_graceful) {
    struct action *action = actions_add(engine->actions, ACTION_CLOSE);
    action->link = link->id;
    action->is_graceful = is_graceful;
}

void session_close(struct engine *engine, struct link_row *link, enum reason reason, const char *text, int64_t now_ms) {
    if (link->state == LINK_STATE_CLOSING || link->state == LINK_STATE_CLOSED) return;
    bool is_up = link->state != LINK_STATE_DIALING;
    if (is_up) {
        struct goodbye goodbye = {.reason = reason};
        struct buffer body = engine_body(engine);
        snprintf(goodbye.text, sizeof goodbye.text, "%s", text);
        goodbye_build(&body, &goodbye);
        engine_send(engine, link->id, MESSAGE_GOODBYE, &body);
    }
    close_transport(engine, link, is_up);
    session_enter(engine, link, LINK_STATE_CLOSING, reason, now_ms);
}

void session_renew(struct engine *engine, const struct link_row *link) {
    actions_add(engine->actions, ACTION_RENEW)->link = link->id;
}

void session_cut(struct engine *engine, struct link_row *link, int64_t now_ms) {
    must(link->state == LINK_STATE_CLOSING);
    close_transport(engine, link, false);
    session_enter(engine, link, LINK_STATE_CLOSED, link->reason, now_ms);
}

/* A full view, a second link or our own controls are daily life; everything else is something the peer did wrong. */
static bool is_fault(enum reason reason) {
    switch (reason) {
    case REASON_VIEW_FULL:
    case REASON_DUPLICATE:
    case REASON_REPLACED:
    case REASON_PROBE:
    case REASON_PAUSED:
    case REASON_ISOLATED:
    case REASON_NETWORK_OFF:
    case REASON_BLOCKED:
    case REASON_CLONE:
    case REASON_APPROVAL_PENDING: return false;
    default: return true;
    }
}

void session_refuse(struct engine *engine, struct link_row *link, enum reason reason, const char *detail, uint8_t type,
                    int64_t now_ms) {
    if (link->state == LINK_STATE_CLOSING || link->state == LINK_STATE_CLOSED) return;
    link->reason = reason;
    struct event *event =
        engine_emit_link(engine, is_fault(reason) ? EVENT_LINK_REFUSED : EVENT_LINK_DECLINED, link, now_ms);
    event->figures[0] = type;
    event_set_text(event, detail);
    session_close(engine, link, reason, detail, now_ms);
}

/* No row for it: it is closed without a goodbye, which would cost as much as a link. */
static void turn_away_for_room(struct engine *engine, const struct input *input, int64_t now_ms) {
    struct action *action = actions_add(engine->actions, ACTION_CLOSE);
    action->link = input->as.link.id;
    engine->counters.inbound_failed.of[REASON_RESOURCES]++;
    struct event *event = engine_emit(engine, EVENT_LINK_REFUSED, now_ms);
    event->has_address = true;
    event->address = input->as.link.remote;
    event->reason = REASON_RESOURCES;
    event_set_text(event, "too many unfinished links");
}

void session_prove(struct link_row *link, const struct public_key *key) {
    link->key = *key;
    link->node_id = node_id_of_key(key);
    link->has_peer = true;
    link->is_proven = true;
}

void session_up(struct engine *engine, const struct input *input, int64_t now_ms) {
    struct link_row *link = link_table_find(&engine->links, input->as.link.id);
    if (link == NULL && !input->as.link.is_inbound) { /* we gave this dial up meanwhile */
        actions_add(engine->actions, ACTION_CLOSE)->link = input->as.link.id;
        return;
    }
    if (link == NULL) {
        if (admission_may_begin(engine, &input->as.link.remote)) {
            link = link_table_add(&engine->links, input->as.link.id);
        }
        if (link == NULL) {
            turn_away_for_room(engine, input, now_ms);
            return;
        }
        link->is_inbound = true;
        link->began_at_ms = now_ms - input->as.link.handshake_ms;
        link->learned_from = (struct learned_from){
            .kind = PROVENANCE_INBOUND,
            .node = diversity_caller_mark(&input->as.link.remote),
            .at_ms = engine_wall_ms(engine, now_ms),
        };
    }
    if (link->state == LINK_STATE_CLOSING) return;
    link->address = input->as.link.remote;
    link->transport = input->as.link.transport;
    if (link->transport == LINK_TRANSPORT_WEBRTC) {
        link->binding = *input->as.link.binding;
        link->loss.counts_incoming = true;
    } else {
        session_prove(link, &input->as.link.key);
    }
    link->handshake_ms = input->as.link.handshake_ms;
    session_enter(engine, link, LINK_STATE_HANDSHAKING, REASON_NONE, now_ms);
    outage_disproved(engine, now_ms);
    if (engine->is_stopping) {
        session_close(engine, link, REASON_LEAVING, "", now_ms);
    } else if (gate_blocks_link(engine, link, NULL, now_ms)) {
        session_refuse(engine, link, REASON_BLOCKED, reason_name(REASON_BLOCKED), MESSAGE_HELLO, now_ms);
    } else if (!link->is_inbound) {
        if (!link->is_probe && link->is_proven) redial_link_up(engine, link, now_ms);
        greeting_say(engine, link, link->wish, now_ms);
    }
}

void session_down(struct engine *engine, const struct input *input, int64_t now_ms) {
    struct link_row *link = link_table_find(&engine->links, input->as.link.id);
    if (link == NULL) return;
    enum reason reason = input->as.link.reason == REASON_NONE ? REASON_RESET : input->as.link.reason;
    if (link->state == LINK_STATE_HANDSHAKING &&
        !link->is_probe) { /* it ended before it was a link, and nobody has said why yet */
        link->reason = reason;
        enum event_code code = link->is_inbound ? EVENT_LINK_REFUSED : EVENT_CONNECT_FAILED;
        event_set_text(engine_emit_link(engine, code, link, now_ms), "it ended before it was a link");
    }
    if (link->state == LINK_STATE_OPEN) link->is_closed_by_peer = true;
    session_enter(engine, link, LINK_STATE_CLOSED, reason, now_ms);
}

void session_turned_away(struct engine *engine, const struct input *input, int64_t now_ms) {
    engine->counters.inbound_failed.of[input->as.link.reason]++;
    struct event *event = engine_emit(engine, EVENT_LINK_REFUSED, now_ms);
    event->has_address = true;
    event->address = input->as.link.remote;
    event->reason = (uint8_t)input->as.link.reason;
    event_set_text(event, input->as.link.detail == NULL ? "" : input->as.link.detail);
}

void session_on_goodbye(struct engine *engine, struct link_row *link, const struct goodbye *goodbye, int64_t now_ms) {
    enum reason reason = goodbye->reason == REASON_NONE ? REASON_INTERNAL : goodbye->reason;
    bool was_open = link->state == LINK_STATE_OPEN;
    link->is_closed_by_peer = true;
    link->reason = reason;
    if (!was_open && !link->is_inbound && !link->is_probe) {
        struct event *event = engine_emit_link(engine, EVENT_CONNECT_FAILED, link, now_ms);
        event_set_text(event, goodbye->text);
    }
    if (goodbye->for_ms > 0) redial_hold(engine, link, now_ms + goodbye->for_ms);
    close_transport(engine, link, true);
    session_enter(engine, link, LINK_STATE_CLOSING, reason, now_ms);
}

void session_stop(struct engine *engine, int64_t now_ms) {
    if (engine->is_stopping) return;
    struct event *event = engine_emit(engine, EVENT_NODE_STOPPING, now_ms);
    event->figures[0] = (int64_t)link_table_count_state(&engine->links, LINK_STATE_OPEN);
    engine->is_stopping = true;
    for (size_t i = 0; i < engine->links.capacity; i++) {
        struct link_row *link = &engine->links.rows[i];
        if (link->in_use) session_close(engine, link, REASON_LEAVING, "", now_ms);
    }
}

/* When the state it is in must have ended; INT64_MAX = it may last. */
static int64_t state_deadline_ms(const struct link_row *link) {
    switch (link->state) {
    case LINK_STATE_DIALING:
        return link->since_ms + LIMIT_CLOSE_MS +
               (link->transport == LINK_TRANSPORT_WEBRTC ? (int)LIMIT_SIGNALED_MS : LIMIT_CONNECT_MS + LIMIT_TLS_MS);
    case LINK_STATE_HANDSHAKING: return link->since_ms + LIMIT_HELLO_MS;
    case LINK_STATE_OPEN: return INT64_MAX;
    case LINK_STATE_CLOSING:
        return link->since_ms + (link->reason == REASON_BLOCKED ? (int)LIMIT_CLOSE_BLOCKED_MS : (int)CLOSING_MS_MAX);
    case LINK_STATE_CLOSED: return link->since_ms + LINK_CLOSED_KEPT_MS;
    }
    return INT64_MAX;
}

static void end_state(struct engine *engine, struct link_row *link, int64_t now_ms) {
    switch (link->state) {
    case LINK_STATE_DIALING:
    case LINK_STATE_HANDSHAKING:
        session_refuse(engine, link, REASON_TIMEOUT, "no hello in time", MESSAGE_HELLO, now_ms);
        return;
    case LINK_STATE_OPEN: return;
    case LINK_STATE_CLOSING: session_cut(engine, link, now_ms); return;
    case LINK_STATE_CLOSED: link->in_use = false; return;
    }
}

void session_tick(struct engine *engine, int64_t now_ms) {
    for (size_t i = 0; i < engine->links.capacity; i++) {
        struct link_row *link = &engine->links.rows[i];
        if (link->in_use && state_deadline_ms(link) <= now_ms) end_state(engine, link, now_ms);
    }
}

int64_t session_deadline_ms(const struct engine *engine) {
    int64_t deadline_ms = INT64_MAX;
    for (size_t i = 0; i < engine->links.capacity; i++) {
        const struct link_row *link = &engine->links.rows[i];
        if (link->in_use && state_deadline_ms(link) < deadline_ms) deadline_ms = state_deadline_ms(link);
    }
    return deadline_ms;
}
