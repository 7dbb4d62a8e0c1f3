/* SPDX-License-Identifier: Apache-2.0 */
/* Descriptions and candidates: what we say of ourselves, what the other end says, and the ways that come of it. */
#include <stdio.h>
#include <string.h>

#include "base/must.h"
#include "daemon/link/webrtc/thread/rtc_peer.h"

/* Which of a peer's ways an agent is; the one in use may change its place, the agent does not. */
struct way_context;

static void found(struct rtc_peer *peer, const struct ice_candidate *candidate) {
    char text[ICE_CANDIDATE_TEXT_MAX] = "";
    if (rtc_peer_is_dead(peer)) return;
    if (candidate) ice_candidate_write(candidate, text);
    rtc_report(peer->shared, RTC_NOTE_FOUND, peer->number, span_of_text(text));
}

static void way_changed(struct rtc_peer *peer, struct rtc_way *way, enum ice_state state) {
    switch (state) {
    case ICE_CONNECTED:
        way->is_connected = true;
        peer->failed_at_ms = 0;
        return;
    case ICE_FAILED:
        if (way == &peer->ways[0]) peer->failed_at_ms = peer->shared->now_ms;
        return;
    case ICE_CHECKING:
        if (way == &peer->ways[0]) peer->failed_at_ms = 0;
        return;
    }
}

static void way_received(struct rtc_peer *peer, struct rtc_way *way, struct span datagram) {
    if (peer->dtls)
        rtc_peer_take_datagram(peer, datagram);
    else
        rtc_way_keep_early(way, datagram); /* the other end may hold a pair for good before we do */
}

static void first_found(void *context, const struct ice_candidate *candidate) {
    found(context, candidate);
}

static void first_changed(void *context, enum ice_state state) {
    struct rtc_peer *const peer = context;
    way_changed(peer, &peer->ways[0], state);
}

static void first_received(void *context, struct span datagram) {
    struct rtc_peer *const peer = context;
    way_received(peer, &peer->ways[0], datagram);
}

static void describe_own(struct rtc_peer *peer, struct rtc_way *way, enum session_setup setup) {
    uint8_t memory[SESSION_SIZE_MAX];
    struct buffer out = buffer_over(memory, sizeof memory);
    struct session_description *const own = &peer->own;
    if (!ice_agent_describe(way->agent, own)) {
        rtc_peer_end(peer, RTC_END_RESOURCES, "libnice has no credentials for it");
        return;
    }
    (void)snprintf(own->mid, sizeof own->mid, "%s", peer->has_remote ? peer->remote.mid : "0");
    memcpy(own->fingerprint, peer->shared->dtls->certificate.fingerprint.bytes, sizeof own->fingerprint);
    own->setup = setup;
    own->sctp_port = ASSOCIATION_PORT;
    own->message_size_max = RTC_MESSAGE_SIZE_MAX;
    session_description_write(own, peer->session_id, ++peer->version, &out);
    must(!out.overflowed);
    rtc_report(peer->shared, RTC_NOTE_DESCRIBED, peer->number, buffer_span(&out));
    if (!ice_agent_gather(way->agent))
        rtc_peer_end(peer, RTC_END_RESOURCES, "this machine has no address to be reached at");
}

bool rtc_peer_begin_way(struct rtc_peer *peer, struct rtc_way *way) {
    const struct ice_options options = {
        .shared = peer->shared,
        .setting = &peer->setting,
        .callbacks = {.found = first_found, .changed = first_changed, .received = first_received},
        .context_of = peer,
    };
    if (!rtc_way_begin(way, &options)) return false;
    if (peer->setting.is_offering) describe_own(peer, way, SESSION_SETUP_ACTPASS);
    return true;
}

static enum session_setup own_setup(const struct rtc_peer *peer) {
    return peer->is_client ? SESSION_SETUP_ACTIVE : SESSION_SETUP_PASSIVE;
}

/* An answer says who is the client of DTLS; to an offer that leaves it open we say that we are. */
static bool choose_role(struct rtc_peer *peer) {
    const enum session_setup theirs = peer->remote.setup;
    if (peer->setting.is_offering && theirs == SESSION_SETUP_ACTPASS) return false;
    peer->is_client = theirs != SESSION_SETUP_ACTIVE;
    return true;
}

static void take_first(struct rtc_peer *peer) {
    if (!choose_role(peer)) {
        rtc_peer_end(peer, RTC_END_DESCRIPTION, "it answered our offer with an offer");
        return;
    }
    peer->has_remote = true;
    if (!peer->setting.is_offering) describe_own(peer, &peer->ways[0], own_setup(peer));
    if (rtc_peer_is_dead(peer)) return;
    rtc_way_take_description(&peer->ways[0], &peer->remote);
    rtc_peer_enter(peer, RTC_PEER_CHECKING);
}

void rtc_peer_describe(struct rtc_peer *peer, struct span text) {
    struct session_description remote;
    char detail[96];
    const enum refusal refusal = session_description_read(text, &remote);
    if (peer->has_remote) return;
    if (refusal != REFUSAL_NONE) {
        (void)snprintf(detail, sizeof detail, "its description is of no use: %s", refusal_name(refusal));
        rtc_peer_end(peer, RTC_END_DESCRIPTION, detail);
        return;
    }
    peer->remote = remote;
    take_first(peer);
}

void rtc_peer_candidate(struct rtc_peer *peer, struct span text) {
    struct rtc_way *const newest = &peer->ways[peer->ways[1].agent ? 1 : 0];
    if (newest->agent) rtc_way_take_candidate(newest, text);
}

void rtc_peer_restart(struct rtc_peer *peer) {
    (void)peer;
}
