/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/link/webrtc/thread/rtc_peer.h"

#include <string.h>

#include "base/memory.h"
#include "base/must.h"

/* Which state may follow which; DEAD may follow all. */
static const bool may_follow[RTC_PEER_DEAD][RTC_PEER_DEAD] = {
    [RTC_PEER_SIGNALING] = {[RTC_PEER_CHECKING] = true},    [RTC_PEER_CHECKING] = {[RTC_PEER_HANDSHAKE] = true},
    [RTC_PEER_HANDSHAKE] = {[RTC_PEER_ASSOCIATING] = true}, [RTC_PEER_ASSOCIATING] = {[RTC_PEER_OPEN] = true},
    [RTC_PEER_OPEN] = {[RTC_PEER_CLOSING] = true},
};

void rtc_peer_enter(struct rtc_peer *peer, enum rtc_peer_state state) {
    must(peer->state != RTC_PEER_DEAD);
    must(state == RTC_PEER_DEAD || may_follow[peer->state][state]);
    peer->state = state;
}

struct rtc_peer *rtc_peer_new(struct rtc_shared *shared, uint32_t number, const struct rtc_peer_setting *setting) {
    const struct entropy entropy = entropy_of_system();
    struct rtc_peer *const peer = memory_try_zeroed(1, sizeof *peer);
    if (!peer) return NULL;
    peer->number = number;
    peer->shared = shared;
    peer->setting = *setting;
    peer->deadline_ms = shared->now_ms + setting->open_ms;
    entropy_fill(&entropy, (uint8_t *)&peer->session_id, sizeof peer->session_id);
    channel_table_init(&peer->channels, shared, number);
    if (!rtc_peer_begin(peer)) rtc_peer_end(peer, RTC_END_RESOURCES, "the system has no sockets or no memory for it");
    return peer;
}

struct rtc_farewell *rtc_peer_free(struct rtc_peer *peer) {
    if (peer->is_ended_here && peer->association) peer->farewell = memory_try_zeroed(1, sizeof *peer->farewell);
    struct rtc_farewell *const farewell = peer->farewell;
    peer->channels.association = NULL;
    sctp_association_free(peer->association); /* its abort goes out through what is freed after it */
    if (peer->dtls) dtls_session_end(peer->dtls);
    dtls_session_free(peer->dtls);
    if (farewell) rtc_farewell_begin(farewell, rtc_way_take_agent(peer->way), peer->shared->now_ms);
    rtc_way_free(peer->way);
    rtc_way_free(peer->next);
    channel_table_deinit(&peer->channels);
    memory_free(peer);
    return farewell;
}

bool rtc_peer_is_dead(const struct rtc_peer *peer) {
    return peer->state == RTC_PEER_DEAD;
}

void rtc_peer_end(struct rtc_peer *peer, enum rtc_end end, const char *detail) {
    if (peer->state == RTC_PEER_DEAD) return;
    rtc_peer_enter(peer, RTC_PEER_DEAD);
    peer->is_ended_here = end != RTC_END_REMOTE && end != RTC_END_LOST;
    if (peer->dtls) rtc_peer_tell_look(peer);
    channel_table_end(&peer->channels);
    rtc_report_closed(peer->shared, peer->number, end, detail);
}

void rtc_peer_cut(struct rtc_peer *peer) {
    rtc_peer_end(peer, RTC_END_CLOSED, "closed here");
}

void rtc_peer_close(struct rtc_peer *peer) {
    if (peer->state == RTC_PEER_DEAD || peer->state == RTC_PEER_CLOSING) return;
    if (peer->state != RTC_PEER_OPEN) {
        rtc_peer_cut(peer);
        return;
    }
    rtc_peer_enter(peer, RTC_PEER_CLOSING);
    peer->deadline_ms = peer->shared->now_ms + RTC_FLUSH_MS;
    channel_table_close_all(&peer->channels);
    peer->is_woken = true;
}

/* The end in order is done when every stream is reset both ways; when all of ours are asked for and all that was sent
 * has arrived, the rest may take RTC_RESET_MS. */
static void closing_look(struct rtc_peer *peer) {
    const int64_t reset_by_ms = peer->shared->now_ms + RTC_RESET_MS;
    const bool is_out = !channel_table_has_waiting(&peer->channels) && sctp_association_is_dry(peer->association);
    if (is_out && peer->deadline_ms > reset_by_ms) peer->deadline_ms = reset_by_ms;
    if (peer->channels.count == 0 || peer->shared->now_ms >= peer->deadline_ms) rtc_peer_cut(peer);
}

void rtc_peer_credit(struct rtc_peer *peer, size_t cost) {
    must_le(cost, peer->channels.unread);
    peer->channels.unread -= cost;
    peer->is_woken = true;
}

void rtc_peer_serve(struct rtc_peer *peer) {
    rtc_peer_take_next(peer);
    if (peer->state == RTC_PEER_CHECKING && peer->way->is_connected) rtc_peer_begin_handshake(peer);
    if (peer->is_woken && peer->association && !rtc_peer_is_dead(peer)) {
        peer->is_woken = false;
        rtc_peer_read(peer);
        if (!rtc_peer_is_dead(peer)) channel_table_flush(&peer->channels);
    }
    if (peer->state == RTC_PEER_CLOSING) closing_look(peer);
}

static void deadline_passed(struct rtc_peer *peer) {
    if (peer->state == RTC_PEER_CHECKING)
        rtc_peer_end(peer, RTC_END_NO_PATH, "no way between the two ends was found in time");
    else
        rtc_peer_end(peer, RTC_END_TIMEOUT, "there was no open channel in time");
}

/* While a restart tries another way, the failure of the first is no end. */
static void failure_look(struct rtc_peer *peer) {
    if (peer->way->failed_at_ms == 0 || peer->next) return;
    if (peer->state != RTC_PEER_SIGNALING && peer->state != RTC_PEER_CHECKING)
        rtc_peer_end(peer, RTC_END_LOST, "it does not answer any more");
    else if (peer->shared->now_ms - peer->way->failed_at_ms >= RTC_FAILED_MS)
        rtc_peer_end(peer, RTC_END_NO_PATH, "none of the ways between the two ends works");
}

/* Consent to go on sending (RFC 7675) is what the other end proves with its key of the session: any record of its own.
 */
static void silence_look(struct rtc_peer *peer) {
    if (peer->state != RTC_PEER_OPEN) return;
    const uint64_t count = dtls_session_count(peer->dtls)->received;
    if (count != peer->heard_count || peer->heard_at_ms == 0) {
        peer->heard_count = count;
        peer->heard_at_ms = peer->shared->now_ms;
        peer->doubt_ms = RTC_DOUBT_MS;
    }
    const int64_t silent_ms = peer->shared->now_ms - peer->heard_at_ms;
    if (silent_ms >= (peer->next ? RTC_SILENCE_MS_MAX : RTC_SILENCE_MS)) {
        rtc_peer_end(peer, RTC_END_LOST, "it does not answer any more");
    } else if (silent_ms >= peer->doubt_ms) {
        peer->doubt_ms += RTC_DOUBT_MS;
        rtc_report(peer->shared, RTC_NOTE_DOUBTED, peer->number, SPAN_NONE);
    }
}

static void look_tick(struct rtc_peer *peer) {
    if (peer->state != RTC_PEER_OPEN || peer->shared->now_ms < peer->look_at_ms) return;
    peer->look_at_ms = peer->shared->now_ms + RTC_LOOK_MS;
    rtc_peer_tell_look(peer);
}

void rtc_peer_tick(struct rtc_peer *peer) {
    if (peer->state == RTC_PEER_HANDSHAKE && dtls_session_tick(peer->dtls) != DTLS_WAITS)
        rtc_peer_end(peer, RTC_END_DTLS, "it does not answer the handshake");
    if (rtc_peer_is_dead(peer)) return;
    if (peer->association) channel_table_tick(&peer->channels);
    rtc_peer_tick_next(peer);
    failure_look(peer);
    if (!rtc_peer_is_dead(peer)) silence_look(peer);
    if (rtc_peer_is_dead(peer)) return;
    if (peer->state != RTC_PEER_CLOSING && !peer->channels.has_opened && peer->shared->now_ms >= peer->deadline_ms)
        deadline_passed(peer);
    look_tick(peer);
}
