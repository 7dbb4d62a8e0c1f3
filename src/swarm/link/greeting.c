/* SPDX-License-Identifier: Apache-2.0 */
#include "swarm/link/greeting.h"

#include "swarm/dial/redial.h"
#include "swarm/handlers.h"
#include "swarm/link/admission.h"
#include "swarm/link/clock_skew.h"
#include "swarm/link/session.h"
#include "swarm/link/twin.h"
#include "swarm/mesh/active_view.h"
#include "swarm/mesh/membership.h"
#include "swarm/peer/peers.h"
#include "swarm/reach/prober.h"
#include "swarm/reach/reachability.h"

#include <stdio.h>
#include <string.h>

static void offer(struct hello *hello, const char *feature) {
    (void)snprintf(hello->features[hello->feature_count++], sizeof hello->features[0], "%s", feature);
}

void greeting_say(struct engine *engine, struct link_row *link, enum mesh_wish wish, int64_t now_ms) {
    struct hello hello = {
        .version = HELLO_VERSION,
        .now_ms = engine_wall_ms(engine, now_ms),
        .ticket = engine->self.ticket,
        .mesh = wish,
        .has_seen = true,
        .seen = link->address,
        .has_probe = link->is_probe && !link->is_inbound,
    };
    struct buffer body = engine_body(engine);
    offer(&hello, FEATURE_PROBE);
    offer(&hello, FEATURE_CONTENT);
    offer(&hello, FEATURE_RECORDS);
    offer(&hello, FEATURE_SYNC);
    offer(&hello, FEATURE_REPLICAS);
    link->offered_views = engine->hearsay.is_shared;
    if (link->offered_views) offer(&hello, FEATURE_VIEW);
    link->offered_doctor = engine->examinations.is_answering;
    if (link->offered_doctor) offer(&hello, FEATURE_DOCTOR);
    snprintf(hello.agent, sizeof hello.agent, "%s", engine->agent);
    snprintf(hello.community, sizeof hello.community, "%s", engine->self.community);
    memcpy(hello.boot, engine->self.boot, sizeof hello.boot);
    memcpy(hello.probe, link->probe_nonce, sizeof hello.probe);
    hello.has_bind = link->transport == LINK_TRANSPORT_WEBRTC;
    if (hello.has_bind) hello.bind = link_binding_sign(&link->binding, &link->node_id, &engine->self.node_key);
    hello_build(&body, &hello);
    engine_send(engine, link->id, MESSAGE_HELLO, &body);
}

static bool is_guest(const struct link_row *link) {
    return link->in_use && link->is_inbound && link->state == LINK_STATE_OPEN && !active_view_holds(link);
}

/* Who only visits may not take the places of those who join. */
static bool has_too_many_guests(const struct engine *engine) {
    size_t guests = 0;
    for (size_t i = 0; i < engine->links.capacity; i++) guests += is_guest(&engine->links.rows[i]);
    return guests >= engine->links.capacity / 4;
}

/* Against what we have: a twin, or a full view. A newcomer takes its twin's place in the view. */
static enum reason find_place(struct engine *engine, struct link_row *link, const struct hello *hello, int64_t now_ms) {
    struct link_row *twin = link_table_find_peer(&engine->links, &link->node_id, LINK_STATE_OPEN);
    enum mesh_wish wish = link->is_inbound ? hello->mesh : link->wish;
    enum reason reason = twin == NULL ? REASON_NONE : twin_judge(engine, twin, link, hello);
    bool is_new_guest = link->is_inbound && wish == MESH_WISH_NONE && (twin == NULL || !is_guest(twin));
    if (reason == REASON_NONE && is_new_guest && has_too_many_guests(engine)) return REASON_RESOURCES;
    if (reason == REASON_NONE) reason = active_view_make_room(engine, link, wish, twin, now_ms);
    if (reason == REASON_NONE && twin != NULL) twin_end(engine, twin, hello, now_ms);
    return reason;
}

static void open_link(struct engine *engine, struct link_row *link, const struct hello *hello, int64_t now_ms) {
    link->ticket = hello->ticket;
    memcpy(link->boot, hello->boot, sizeof link->boot);
    link->skew_ms = hello->now_ms - engine_wall_ms(engine, now_ms);
    link->may_probe = hello_has_feature(hello, FEATURE_PROBE);
    link->moves_files = hello_has_feature(hello, FEATURE_CONTENT);
    link->hears_records = hello_has_feature(hello, FEATURE_RECORDS);
    link->reconciles = hello_has_feature(hello, FEATURE_SYNC);
    link->takes_replicas = link->moves_files && hello_has_feature(hello, FEATURE_REPLICAS);
    link->wants_views = hello_has_feature(hello, FEATURE_VIEW);
    link->answers_doctor = hello_has_feature(hello, FEATURE_DOCTOR);
    if (link->transport == LINK_TRANSPORT_TLS)
        link->seen = hello->seen; /* else of one connection, perhaps of a relay */
    if (link->is_inbound) {
        link->wish = hello->mesh;
        greeting_say(engine, link, MESH_WISH_NONE, now_ms);
    }
    session_enter(engine, link, LINK_STATE_OPEN, REASON_NONE, now_ms);
    redial_link_opened(engine, link, now_ms);
    peers_linked(engine, link, now_ms);
    clock_skew_judge(engine, now_ms);
    if (link->is_inbound && link->wish == MESH_WISH_JOIN) membership_joined(engine, link, now_ms);
}

/* A test of an address, ours or a peer's: the key is what it was about, and it never becomes a link. */
static void take_probe(struct engine *engine, struct link_row *link, const struct hello *hello, int64_t now_ms) {
    if (!link->is_inbound) {
        link->reason = REASON_PROBE;
        prober_ended(engine, link, REASON_NONE);
        session_close(engine, link, REASON_PROBE, "", now_ms);
    } else if (reachability_arrived(engine, link, hello)) {
        link->is_probe = true;
        greeting_say(engine, link, MESH_WISH_NONE, now_ms);
    } else {
        session_refuse(engine, link, REASON_PROBE, "nobody here asked for a probe", MESSAGE_HELLO, now_ms);
    }
}

/* Over WebRTC: whose key is at the other end. Who cannot show it is nobody, whatever its ticket says. */
static bool prove_by_hello(struct engine *engine, struct link_row *link, const struct hello *hello, int64_t now_ms) {
    if (hello->version != HELLO_VERSION || hello->ticket_refusal != REFUSAL_NONE) return true; /* refused for that */
    const struct node_id id = node_id_of_key(&hello->ticket.key);
    if (!link->is_bound || (link->has_peer && !node_id_equal(&id, &link->node_id))) return false;
    session_prove(link, &hello->ticket.key);
    if (!link->is_inbound) redial_link_up(engine, link, now_ms);
    return true;
}

void greeting_on_hello(struct engine *engine, struct link_row *link, const struct hello *hello, int64_t now_ms) {
    bool was_greeted = link->is_probe && link->is_inbound;
    if (link->state != LINK_STATE_HANDSHAKING || was_greeted) {
        session_refuse(engine, link, REASON_PROTOCOL, "a second hello", MESSAGE_HELLO, now_ms);
        return;
    }
    if (hello->ticket_refusal != REFUSAL_NONE) engine->counters.refused[hello->ticket_refusal]++;
    if (!link->is_proven && !prove_by_hello(engine, link, hello, now_ms)) {
        session_refuse(engine, link, REASON_IDENTITY, "its hello is not bound to this connection", MESSAGE_HELLO,
                       now_ms);
        return;
    }
    const char *detail = "";
    enum reason reason = admission_judge(engine, link, hello, &detail, now_ms);
    bool is_probe = link->is_probe || (link->is_inbound && hello->has_probe);
    if (reason == REASON_NONE && !is_probe) reason = find_place(engine, link, hello, now_ms);
    if (reason == REASON_NONE && is_probe) {
        take_probe(engine, link, hello, now_ms);
    } else if (reason == REASON_NONE) {
        open_link(engine, link, hello, now_ms);
        twin_show(engine, link);
    } else {
        session_refuse(engine, link, reason, detail[0] != '\0' ? detail : reason_name(reason), MESSAGE_HELLO, now_ms);
    }
}
