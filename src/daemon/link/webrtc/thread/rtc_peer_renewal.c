/* SPDX-License-Identifier: Apache-2.0 */
/* Another way beneath a session that stands: ICE begins anew, by a second offer, and nothing above it notices.
 *
 * It comes through signaling, which anybody may hold who has seen the first offer. ICE proves no more than that the
 * other end knows what was said there; so a way is used only when a record of the session's own has come over it, which
 * the certificate stands for, and until then all that goes over it is heartbeats that ask for one. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "daemon/link/webrtc/thread/rtc_peer.h"

enum { PROBE_MS = 300 };

/* Each costs sockets and a round of questions to our servers. */
static const struct pace_limit restarts_taken = {.interval_ms = 2000, .burst = 5};

static void drop_next(struct rtc_peer *peer) {
    rtc_way_free(peer->next);
    peer->next = NULL;
    peer->is_offer_out = false;
}

/* A doubt that comes while it has had no time yet would only end it. */
static bool begin_next(struct rtc_peer *peer) {
    drop_next(peer);
    peer->next = rtc_peer_make_way(peer);
    peer->next_by_ms = peer->shared->now_ms + peer->setting.open_ms;
    if (peer->heard_at_ms != 0) peer->doubt_ms = peer->shared->now_ms - peer->heard_at_ms + RTC_DOUBT_MS;
    return peer->next != NULL;
}

static bool describe_next(struct rtc_peer *peer, enum session_setup setup, const char *mid) {
    if (rtc_peer_describe_own(peer, peer->next, setup, mid)) return true;
    drop_next(peer);
    return false;
}

/* Of two offers that cross, that of the end which offered first of all counts. */
static void take_offer(struct rtc_peer *peer, const struct session_description *remote) {
    if (peer->is_offer_out && peer->setting.is_offering) return;
    if (begin_next(peer) && describe_next(peer, rtc_peer_own_setup(peer), remote->mid))
        rtc_way_take_description(peer->next, remote);
}

/* Each of our offers has a name of its own, which the answer repeats: one to an earlier offer is of no use. */
static void take_answer(struct rtc_peer *peer, const struct session_description *remote) {
    if (!peer->is_offer_out || strcmp(remote->mid, peer->own.mid) != 0) return;
    peer->is_offer_out = false;
    rtc_way_take_description(peer->next, remote);
}

void rtc_peer_describe_again(struct rtc_peer *peer, const struct session_description *remote) {
    const bool is_same_end = memcmp(remote->fingerprint, peer->remote.fingerprint, sizeof remote->fingerprint) == 0;
    const bool is_repeated = strcmp(remote->ufrag, peer->remote.ufrag) == 0;
    if (!is_same_end || is_repeated || peer->state == RTC_PEER_CLOSING) return;
    const bool is_offer = remote->setup == SESSION_SETUP_ACTPASS;
    if (is_offer && !pace_take(&peer->restarts, &restarts_taken, peer->shared->now_ms)) return;
    memcpy(peer->remote.ufrag, remote->ufrag, sizeof peer->remote.ufrag);
    if (is_offer)
        take_offer(peer, remote);
    else
        take_answer(peer, remote);
}

/* Before there is an answer to our first offer, there is nothing to begin anew. The first has the version 0. */
void rtc_peer_restart(struct rtc_peer *peer) {
    char mid[SESSION_MID_MAX + 1];
    if (!peer->has_remote || peer->state == RTC_PEER_CLOSING || !begin_next(peer)) return;
    (void)snprintf(mid, sizeof mid, "%" PRIu64, peer->version);
    peer->is_offer_out = describe_next(peer, SESSION_SETUP_ACTPASS, mid);
}

void rtc_peer_use_servers(struct rtc_peer *peer, const struct rtc_server_list *servers) {
    peer->setting.servers = *servers;
}

/* While there is no session yet, there is nothing that could prove it, and nothing to lose. */
static bool may_take(const struct rtc_peer *peer) {
    const bool is_open = peer->state == RTC_PEER_OPEN || peer->state == RTC_PEER_CLOSING;
    return peer->next && peer->next->is_connected && (peer->next->is_proven || !is_open);
}

void rtc_peer_take_next(struct rtc_peer *peer) {
    if (!may_take(peer)) return;
    rtc_way_free(peer->way);
    peer->way = peer->next;
    peer->next = NULL;
    peer->is_offer_out = false;
    ice_agent_widen(peer->way->agent);
    rtc_peer_probe(peer, peer->way); /* so that the other end has its proof, too, when nothing else is to be sent */
}

void rtc_peer_tick_next(struct rtc_peer *peer) {
    if (!peer->next) return;
    if (peer->shared->now_ms >= peer->next_by_ms) {
        drop_next(peer);
    } else if (peer->state == RTC_PEER_OPEN && peer->next->is_connected && peer->shared->now_ms >= peer->probe_at_ms) {
        peer->probe_at_ms = peer->shared->now_ms + PROBE_MS;
        rtc_peer_probe(peer, peer->next);
    }
}
