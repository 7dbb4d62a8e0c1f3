/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* What the loop's side knows of the peers and their channels: numbers, what waits, what is held back.
 *
 * A paused channel's messages are held here, in order, and with them its end and the peer's, so that nothing is told
 * out of turn. What is held has not been given back as credit: the thread stops reading that peer before much gathers.
 *
 * Owns: the entries and the notes held.   Never: calls back, puts anything into a queue.
 * Full: RTC_PEERS_MAX peers, of each RTC_CHANNELS_MAX channels of ours and as many of the other end's. */

#include "daemon/link/webrtc/rtc_note.h"

struct rtc_channel_entry {
    uint32_t number;
    bool is_closing; /* we have closed it: only its end is told */
    bool is_paused;
    bool owes_drained;  /* a message was not taken, or more than RTC_WAITING_LOW waited */
    size_t held_count;  /* notes of it among the peer's */
    size_t cost, bytes; /* of messages that SCTP has not taken */
};
struct rtc_peer_entry {
    uint32_t number;
    bool is_closing;
    bool has_resumed; /* something held may be told now */
    size_t owed;      /* credit that was not given back yet */
    struct rtc_look look;
    struct rtc_note *held_first, *held_last; /* owned */
    size_t own_count, channel_count;         /* opened here; all */
    struct rtc_channel_entry channels[2 * RTC_CHANNELS_MAX];
};
struct rtc_table {
    struct rtc_peer_entry *peers[RTC_PEERS_MAX]; /* owned; the first `count` */
    size_t count;
};

void rtc_table_deinit(struct rtc_table *table);
struct rtc_peer_entry *rtc_table_add(struct rtc_table *table, uint32_t number); /* NULL: full, or no memory */
struct rtc_peer_entry *rtc_table_find(const struct rtc_table *table, uint32_t number);
void rtc_table_remove(struct rtc_table *table, uint32_t number);

/* Ours have odd numbers, those of the other end even ones. */
struct rtc_channel_entry *rtc_peer_add_channel(struct rtc_peer_entry *peer, uint32_t number); /* NULL: full */
struct rtc_channel_entry *rtc_peer_find_channel(struct rtc_peer_entry *peer, uint32_t number);
void rtc_peer_remove_channel(struct rtc_peer_entry *peer, uint32_t number);

bool rtc_peer_must_hold(struct rtc_peer_entry *peer, const struct rtc_note *note);
void rtc_peer_hold(struct rtc_peer_entry *peer, struct rtc_note *note); /* moved */
/* The first held note that may be told now; moved. NULL: none may. */
struct rtc_note *rtc_peer_take_held(struct rtc_peer_entry *peer);
