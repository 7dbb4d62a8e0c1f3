/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/link/webrtc/rtc_table.h"

#include "base/memory.h"

static void entry_free(struct rtc_peer_entry *peer) {
    rtc_note_free_all(peer->held_first);
    memory_free(peer);
}

void rtc_table_deinit(struct rtc_table *table) {
    for (size_t i = 0; i < table->count; i++) entry_free(table->peers[i]);
    table->count = 0;
}

struct rtc_peer_entry *rtc_table_add(struct rtc_table *table, uint32_t number) {
    if (table->count == RTC_PEERS_MAX) return NULL;
    struct rtc_peer_entry *peer = memory_try_zeroed(1, sizeof *peer);
    if (!peer) return NULL;
    peer->number = number;
    table->peers[table->count++] = peer;
    return peer;
}

struct rtc_peer_entry *rtc_table_find(const struct rtc_table *table, uint32_t number) {
    for (size_t i = 0; i < table->count; i++)
        if (table->peers[i]->number == number) return table->peers[i];
    return NULL;
}

void rtc_table_remove(struct rtc_table *table, uint32_t number) {
    for (size_t i = 0; i < table->count; i++) {
        if (table->peers[i]->number != number) continue;
        entry_free(table->peers[i]);
        table->peers[i] = table->peers[--table->count];
        return;
    }
}

static bool is_ours(uint32_t channel) {
    return channel % 2 == 1;
}

struct rtc_channel_entry *rtc_peer_add_channel(struct rtc_peer_entry *peer, uint32_t number) {
    const size_t others = peer->channel_count - peer->own_count;
    if ((is_ours(number) ? peer->own_count : others) == RTC_CHANNELS_MAX) return NULL;
    struct rtc_channel_entry *const channel = &peer->channels[peer->channel_count++];
    *channel = (struct rtc_channel_entry){.number = number};
    if (is_ours(number)) peer->own_count++;
    return channel;
}

struct rtc_channel_entry *rtc_peer_find_channel(struct rtc_peer_entry *peer, uint32_t number) {
    for (size_t i = 0; i < peer->channel_count; i++)
        if (peer->channels[i].number == number) return &peer->channels[i];
    return NULL;
}

void rtc_peer_remove_channel(struct rtc_peer_entry *peer, uint32_t number) {
    struct rtc_channel_entry *const channel = rtc_peer_find_channel(peer, number);
    if (!channel) return;
    if (is_ours(number)) peer->own_count--;
    *channel = peer->channels[--peer->channel_count];
}

/* Behind what is held of the same channel nothing may pass, and the peer's end behind nothing at all. */
static bool may_tell(struct rtc_peer_entry *peer, const struct rtc_note *note, bool is_first_of_channel,
                     bool is_first) {
    if (peer->is_closing) return true;
    if (note->kind == RTC_NOTE_CLOSED) return is_first;
    if (note->kind != RTC_NOTE_MESSAGE && note->kind != RTC_NOTE_CHANNEL_CLOSED) return true;
    const struct rtc_channel_entry *const channel = rtc_peer_find_channel(peer, note->channel);
    if (!channel || channel->is_closing) return true;
    return is_first_of_channel && (note->kind == RTC_NOTE_CHANNEL_CLOSED || !channel->is_paused);
}

bool rtc_peer_must_hold(struct rtc_peer_entry *peer, const struct rtc_note *note) {
    const struct rtc_channel_entry *const channel = rtc_peer_find_channel(peer, note->channel);
    return !may_tell(peer, note, !channel || channel->held_count == 0, peer->held_first == NULL);
}

void rtc_peer_hold(struct rtc_peer_entry *peer, struct rtc_note *note) {
    struct rtc_channel_entry *const channel = rtc_peer_find_channel(peer, note->channel);
    note->next = NULL;
    if (peer->held_first)
        peer->held_last->next = note;
    else
        peer->held_first = note;
    peer->held_last = note;
    if (channel) channel->held_count++;
}

static bool is_first_of_channel(const struct rtc_peer_entry *peer, const struct rtc_note *note) {
    for (const struct rtc_note *other = peer->held_first; other != note; other = other->next)
        if (other->channel == note->channel) return false;
    return true;
}

struct rtc_note *rtc_peer_take_held(struct rtc_peer_entry *peer) {
    struct rtc_note *before = NULL;
    for (struct rtc_note *note = peer->held_first; note; before = note, note = note->next) {
        if (!may_tell(peer, note, is_first_of_channel(peer, note), before == NULL)) continue;
        struct rtc_channel_entry *const channel = rtc_peer_find_channel(peer, note->channel);
        if (channel) channel->held_count--;
        if (before)
            before->next = note->next;
        else
            peer->held_first = note->next;
        if (peer->held_last == note) peer->held_last = before;
        note->next = NULL;
        return note;
    }
    return NULL;
}
