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
    if (way->peer->dtls)
        rtc_peer_take_datagram(way->peer, datagram);
    else
        rtc_way_keep_early(way, datagram); /* the other end may hold a pair for good before we do */
}

static struct rtc_way *way_make(struct rtc_peer *peer) {
    static const struct ice_callbacks callbacks = {
        .found = way_found, .changed = way_changed, .received = way_received};
    return rtc_way_new(peer, peer->shared, &peer->setting, &callbacks);
}

/* False: nobody can come this way, and why. */
static bool describe_own(struct rtc_peer *peer, struct rtc_way *way, enum session_setup setup, const char **why) {
    uint8_t memory[SESSION_SIZE_MAX];
    struct buffer out = buffer_over(memory, sizeof memory);
    struct session_description *const own = &peer->own;
    *why = "libnice has no credentials for it";
    if (!ice_agent_describe(way->agent, own)) return false;
    (void)snprintf(own->mid, sizeof own->mid, "%s", peer->has_remote ? peer->remote.mid : "0");
    memcpy(own->fingerprint, peer->shared->dtls->certificate.fingerprint.bytes, sizeof own->fingerprint);
    own->setup = setup;
    own->sctp_port = ASSOCIATION_PORT;
    own->message_size_max = RTC_MESSAGE_SIZE_MAX;
    session_description_write(own, peer->session_id, ++peer->version, &out);
    must(!out.overflowed);
    *why = "this machine has no address to be reached at";
    const enum rtc_note_kind kind = setup == SESSION_SETUP_ACTPASS ? RTC_NOTE_OFFER : RTC_NOTE_ANSWER;
    rtc_report(peer->shared, kind, peer->number, buffer_span(&out));
    return ice_agent_gather(way->agent);
}

static void describe_first(struct rtc_peer *peer, enum session_setup setup) {
    const char *why;
    if (!describe_own(peer, peer->way, setup, &why)) rtc_peer_end(peer, RTC_END_NO_PATH, why);
}

/* The old way still stands, or will fail by itself. */
static bool describe_next(struct rtc_peer *peer, enum session_setup setup) {
    const char *why;
    if (describe_own(peer, peer->next, setup, &why)) return true;
    rtc_way_free(peer->next);
    peer->next = NULL;
    return false;
}

bool rtc_peer_begin(struct rtc_peer *peer) {
    peer->way = way_make(peer);
    if (peer->way && peer->setting.is_offering) describe_first(peer, SESSION_SETUP_ACTPASS);
    return peer->way != NULL;
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
    if (!peer->setting.is_offering) describe_first(peer, own_setup(peer));
    if (rtc_peer_is_dead(peer)) return;
    rtc_way_take_description(peer->way, &peer->remote);
    rtc_peer_enter(peer, RTC_PEER_CHECKING);
}

static bool begin_next(struct rtc_peer *peer) {
    rtc_way_free(peer->next);
    peer->next = way_make(peer);
    peer->next_by_ms = peer->shared->now_ms + peer->setting.open_ms;
    return peer->next != NULL;
}

/* Of two offers that cross, that of the end which offered first of all counts. */
static void take_restart(struct rtc_peer *peer, const struct session_description *remote) {
    if (peer->is_offer_out && peer->setting.is_offering) return;
    peer->is_offer_out = false;
    if (begin_next(peer) && describe_next(peer, own_setup(peer))) rtc_way_take_description(peer->next, remote);
}

/* Each costs sockets and a round of questions to our servers. */
static const struct pace_limit restarts_taken = {.interval_ms = 2000, .burst = 5};

/* It comes from whoever holds the signaling: no more can be had by it than another way to the same certificate. */
static void take_again(struct rtc_peer *peer, const struct session_description *remote) {
    const bool is_same_end = memcmp(remote->fingerprint, peer->remote.fingerprint, sizeof remote->fingerprint) == 0;
    const bool is_repeated = strcmp(remote->ufrag, peer->remote.ufrag) == 0;
    if (!is_same_end || is_repeated || peer->state == RTC_PEER_CLOSING) return;
    const bool is_offer = remote->setup == SESSION_SETUP_ACTPASS;
    if (is_offer && !pace_take(&peer->restarts, &restarts_taken, peer->shared->now_ms)) return;
    memcpy(peer->remote.ufrag, remote->ufrag, sizeof peer->remote.ufrag);
    if (is_offer) {
        take_restart(peer, remote);
    } else if (peer->is_offer_out) {
        peer->is_offer_out = false;
        rtc_way_take_description(peer->next, remote);
    }
}

void rtc_peer_describe(struct rtc_peer *peer, struct span text) {
    struct session_description remote;
    char detail[96];
    const enum refusal refusal = session_description_read(text, &remote);
    if (refusal == REFUSAL_NONE && peer->has_remote) {
        take_again(peer, &remote);
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

/* Before there is an answer to our first offer, there is nothing to begin anew. */
void rtc_peer_restart(struct rtc_peer *peer) {
    if (!peer->has_remote || peer->state == RTC_PEER_CLOSING || !begin_next(peer)) return;
    peer->is_offer_out = describe_next(peer, SESSION_SETUP_ACTPASS);
}

void rtc_peer_take_next(struct rtc_peer *peer) {
    if (!peer->next || !peer->next->is_connected) return;
    rtc_way_free(peer->way);
    peer->way = peer->next;
    peer->next = NULL;
    peer->is_offer_out = false;
    ice_agent_widen(peer->way->agent);
}
