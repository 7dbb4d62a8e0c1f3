/* SPDX-License-Identifier: Apache-2.0 */
/* What runs over the pair: DTLS, SCTP in it, messages in that. */
#include <stdio.h>
#include <string.h>

#include "base/must.h"
#include "daemon/link/webrtc/thread/rtc_peer.h"

enum { SCTP_HEADER_SIZE = 12, CHUNK_HEARTBEAT = 4, CHUNK_HEARTBEAT_ACK = 5 };

/* The clock goes fast while packets do (rtc_thread); heartbeats alone are rest. RFC 9260 section 3.2. */
static void note_packet(struct rtc_peer *peer, struct span packet) {
    const uint8_t chunk = packet.size > SCTP_HEADER_SIZE ? packet.at[SCTP_HEADER_SIZE] : 0;
    if (chunk != CHUNK_HEARTBEAT && chunk != CHUNK_HEARTBEAT_ACK) peer->shared->moved_at_ms = peer->shared->now_ms;
}

static void packet_out(void *context, struct span packet) {
    struct rtc_peer *const peer = context;
    if (!peer->dtls) return;
    peer->look.packets_out++;
    note_packet(peer, packet);
    dtls_session_write(peer->dtls, packet);
}

static void association_woken(void *context) {
    struct rtc_peer *const peer = context;
    peer->is_woken = true;
}

static void begin_association(struct rtc_peer *peer) {
    const struct sctp_association_options options = {.stack = peer->shared->sctp,
                                                     .remote_port = peer->remote.sctp_port,
                                                     .packet = packet_out,
                                                     .woken = association_woken,
                                                     .context_of = peer};
    rtc_peer_enter(peer, RTC_PEER_ASSOCIATING);
    peer->association = sctp_association_new(&options);
    if (!peer->association) rtc_peer_end(peer, RTC_END_RESOURCES, "there is no room for another association");
}

static void datagram_out(void *context, struct span datagram) {
    struct rtc_peer *const peer = context;
    peer->look.bytes_out += datagram.size;
    ice_agent_send((peer->probed ? peer->probed : peer->way)->agent, datagram);
    if (peer->farewell) rtc_farewell_add(peer->farewell, datagram);
}

static void handshake_failed(struct rtc_peer *peer, enum dtls_result result) {
    char detail[DTLS_DETAIL_MAX + 64];
    (void)snprintf(detail, sizeof detail, "%s", dtls_session_detail(peer->dtls));
    if (result == DTLS_REFUSED)
        rtc_peer_end(peer, RTC_END_FINGERPRINT, detail);
    else if (result == DTLS_ENDED)
        rtc_peer_end(peer, RTC_END_REMOTE, "it closed before the handshake was done");
    else
        rtc_peer_end(peer, RTC_END_DTLS, detail);
}

static void handshake_step(struct rtc_peer *peer) {
    const enum dtls_result result = dtls_session_handshake(peer->dtls);
    if (result == DTLS_WAITS) return;
    /* SCTP begins before the next record is read, which may hold the other end's first packet. */
    if (result == DTLS_DONE)
        begin_association(peer);
    else
        handshake_failed(peer, result);
}

void rtc_peer_begin_handshake(struct rtc_peer *peer) {
    struct dtls_options options = {
        .context = peer->shared->dtls, .is_client = peer->is_client, .send = datagram_out, .context_of = peer};
    memcpy(options.expected.bytes, peer->remote.fingerprint, sizeof options.expected.bytes);
    rtc_peer_enter(peer, RTC_PEER_HANDSHAKE);
    ice_agent_widen(peer->way->agent);
    peer->dtls = dtls_session_new(&options);
    if (!peer->dtls) {
        rtc_peer_end(peer, RTC_END_RESOURCES, "there is no memory for a DTLS session");
        return;
    }
    handshake_step(peer);
    struct rtc_note *const early = rtc_way_take_early(peer->way);
    for (const struct rtc_note *note = early; note && !rtc_peer_is_dead(peer); note = note->next)
        (void)rtc_peer_take_datagram(peer, rtc_note_body(note));
    rtc_note_free_all(early);
}

static void read_records(struct rtc_peer *peer) {
    uint8_t record[2 * DTLS_DATAGRAM_MAX];
    size_t size = 0;
    enum dtls_result result;
    while ((result = dtls_session_read(peer->dtls, record, sizeof record, &size)) == DTLS_DONE) {
        note_packet(peer, (struct span){record, size});
        sctp_association_packet_in(peer->association, (struct span){record, size});
    }
    if (result == DTLS_WAITS) return;
    peer->is_remote_gone = true;
    peer->is_woken = true;
}

/* Of what comes over a pair only DTLS concerns us (RFC 7983); libnice has taken out what is its own. */
static bool is_dtls(struct span datagram) {
    return datagram.size > 0 && datagram.at[0] >= 20 && datagram.at[0] <= 63;
}

bool rtc_peer_take_datagram(struct rtc_peer *peer, struct span datagram) {
    if (!is_dtls(datagram) || !peer->dtls || rtc_peer_is_dead(peer)) return false;
    const uint64_t count = dtls_session_count(peer->dtls)->received;
    peer->look.bytes_in += datagram.size;
    dtls_session_feed(peer->dtls, datagram);
    if (peer->state == RTC_PEER_HANDSHAKE) handshake_step(peer);
    if (peer->association && !rtc_peer_is_dead(peer)) read_records(peer);
    dtls_session_feed(peer->dtls, SPAN_NONE); /* it was borrowed */
    return dtls_session_count(peer->dtls)->received > count;
}

void rtc_peer_probe(struct rtc_peer *peer, struct rtc_way *way) {
    if (!peer->association) return;
    peer->probed = way;
    sctp_association_probe(peer->association);
    peer->probed = NULL;
}

static void association_up(struct rtc_peer *peer) {
    if (peer->state != RTC_PEER_ASSOCIATING) return;
    rtc_peer_enter(peer, RTC_PEER_OPEN);
    peer->look.is_connected = true;
    rtc_peer_tell_look(peer);
    rtc_report(peer->shared, RTC_NOTE_CONNECTED, peer->number,
               (struct span){(const uint8_t *)&peer->look, sizeof peer->look});
    channel_table_connect(&peer->channels, peer->association, peer->is_client, peer->remote.message_size_max);
}

static void association_over(struct rtc_peer *peer, enum sctp_association_event event) {
    if (peer->state == RTC_PEER_CLOSING)
        rtc_peer_end(peer, RTC_END_CLOSED, "closed here");
    else if (event == ASSOCIATION_CLOSED)
        rtc_peer_end(peer, RTC_END_REMOTE, "it closed");
    else if (peer->state == RTC_PEER_ASSOCIATING)
        rtc_peer_end(peer, RTC_END_PROTOCOL, "it does not answer in SCTP");
    else
        rtc_peer_end(peer, RTC_END_LOST, "it does not answer any more");
}

void rtc_peer_read(struct rtc_peer *peer) {
    struct sctp_association_reading reading;
    enum sctp_association_event event = ASSOCIATION_NOTHING;
    while (!rtc_peer_is_dead(peer) && (peer->is_remote_gone || channel_table_may_read(&peer->channels))) {
        event = sctp_association_read(peer->association, peer->shared->room, sizeof peer->shared->room, &reading);
        if (event == ASSOCIATION_NOTHING) break;
        if (event == ASSOCIATION_UP) association_up(peer);
        if (event == ASSOCIATION_CLOSED || event == ASSOCIATION_LOST) association_over(peer, event);
        if (rtc_peer_is_dead(peer)) return;
        const char *const breach = channel_table_take(&peer->channels, event, &reading);
        if (breach) rtc_peer_end(peer, RTC_END_PROTOCOL, breach);
    }
    if (peer->is_remote_gone) association_over(peer, ASSOCIATION_CLOSED);
}

void rtc_peer_tell_look(struct rtc_peer *peer) {
    const struct dtls_record_count *const count = dtls_session_count(peer->dtls);
    (void)ice_agent_look(peer->way->agent, &peer->look.route);
    memcpy(peer->look.own_certificate, peer->shared->dtls->certificate.fingerprint.bytes,
           sizeof peer->look.own_certificate);
    memcpy(peer->look.remote_certificate, dtls_session_remote(peer->dtls)->bytes, sizeof peer->look.remote_certificate);
    peer->look.message_size_max = peer->remote.message_size_max;
    if (peer->association) peer->look.rtt_us = sctp_association_rtt_us(peer->association);
    peer->look.packets_in = count->received;
    peer->look.packets_missed = dtls_record_missing(count);
    if (memcmp(&peer->look, &peer->told, sizeof peer->look) == 0) return;
    peer->told = peer->look;
    rtc_report(peer->shared, RTC_NOTE_LOOK, peer->number,
               (struct span){(const uint8_t *)&peer->look, sizeof peer->look});
}
