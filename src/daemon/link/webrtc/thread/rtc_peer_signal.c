/* SPDX-License-Identifier: Apache-2.0 */
/* Descriptions and candidates: what we say of ourselves, what the other end says, and the ways that come of it. */
#include <stdio.h>
#include <string.h>

#include "base/must.h"
#include "daemon/link/webrtc/thread/rtc_peer.h"

static void way_found(void *context, const struct ice_candidate *candidate) {
    const struct rtc_way *const way = context;
    struct rtc_peer *const peer = way->peer;
    char text[ICE_CANDIDATE_TEXT_MAX] = "";
    if (rtc_peer_is_dead(peer)) return;
    if (candidate) ice_candidate_write(candidate, text);
    rtc_report(peer->shared, RTC_NOTE_FOUND, peer->number, span_of_text(text));
}

static void way_changed(void *context, enum ice_state state) {
    struct rtc_way *const way = context;
    way->failed_at_ms = state == ICE_FAILED ? way->peer->shared->now_ms : 0;
    if (state == ICE_CONNECTED) way->is_connected = true;
}

static void way_received(void *context, struct span datagram) {
    struct rtc_way *const way = context;
    if (!way->peer->dtls)
        rtc_way_keep_early(way, datagram); /* the other end may hold a pair for good before we do */
    else if (rtc_peer_take_datagram(way->peer, datagram))
        way->is_proven = true;
}

struct rtc_way *rtc_peer_make_way(struct rtc_peer *peer) {
    static const struct ice_callbacks callbacks = {
        .found = way_found, .changed = way_changed, .received = way_received};
    return rtc_way_new(peer, peer->shared, &peer->setting, &callbacks);
}

bool rtc_peer_describe_own(struct rtc_peer *peer, struct rtc_way *way, enum session_setup setup, const char *mid) {
    uint8_t memory[SESSION_SIZE_MAX];
    struct buffer out = buffer_over(memory, sizeof memory);
    struct session_description *const own = &peer->own;
    if (!ice_agent_has_address(way->agent) || !ice_agent_describe(way->agent, own)) return false;
    (void)snprintf(own->mid, sizeof own->mid, "%s", mid);
    memcpy(own->fingerprint, peer->shared->dtls->certificate.fingerprint.bytes, sizeof own->fingerprint);
    own->setup = setup;
    own->sctp_port = ASSOCIATION_PORT;
    own->message_size_max = RTC_MESSAGE_SIZE_MAX;
    session_description_write(own, peer->session_id, ++peer->version, &out);
    must(!out.overflowed);
    const enum rtc_note_kind kind = setup == SESSION_SETUP_ACTPASS ? RTC_NOTE_OFFER : RTC_NOTE_ANSWER;
    rtc_report(peer->shared, kind, peer->number, buffer_span(&out));
    return ice_agent_gather(way->agent);
}

static void describe_first(struct rtc_peer *peer, enum session_setup setup, const char *mid) {
    if (!rtc_peer_describe_own(peer, peer->way, setup, mid))
        rtc_peer_end(peer, RTC_END_NO_PATH, "this machine has no address to be reached at");
}

bool rtc_peer_begin(struct rtc_peer *peer) {
    peer->way = rtc_peer_make_way(peer);
    if (peer->way && peer->setting.is_offering) describe_first(peer, SESSION_SETUP_ACTPASS, "0");
    return peer->way != NULL;
}

enum session_setup rtc_peer_own_setup(const struct rtc_peer *peer) {
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
    if (!peer->setting.is_offering) describe_first(peer, rtc_peer_own_setup(peer), peer->remote.mid);
    if (rtc_peer_is_dead(peer)) return;
    rtc_way_take_description(peer->way, &peer->remote);
    rtc_peer_enter(peer, RTC_PEER_CHECKING);
}

void rtc_peer_describe(struct rtc_peer *peer, struct span text) {
    struct session_description remote;
    char detail[96];
    const enum refusal refusal = session_description_read(text, &remote);
    if (refusal == REFUSAL_NONE && peer->has_remote) {
        rtc_peer_describe_again(peer, &remote);
    } else if (refusal == REFUSAL_NONE) {
        peer->remote = remote;
        take_first(peer);
    } else if (!peer->has_remote) {
        (void)snprintf(detail, sizeof detail, "its description is of no use: %s", refusal_name(refusal));
        rtc_peer_end(peer, RTC_END_DESCRIPTION, detail);
    }
}

void rtc_peer_candidate(struct rtc_peer *peer, struct span text) {
    rtc_way_take_candidate(peer->next ? peer->next : peer->way, text);
}
