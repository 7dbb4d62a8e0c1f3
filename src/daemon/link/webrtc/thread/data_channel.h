/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* One data channel: a stream of SCTP in each direction, what waits to go out on it, and what has come of a message.
 *
 *     NEW --the peer is connected: OPEN sent--> OPENING --ACK, or any message--> OPEN
 *     theirs: ------------------------OPEN came, ACK sent----------------------> OPEN
 *     any --we close: what waits goes out--> LEAVING --our reset--> RESET --theirs--> gone
 *     any --theirs comes first: what waits is dropped--> LEAVING --our reset--> gone
 *
 * Owns: the notes that wait and the parts.   Never: reports; its table does.
 * Full: what waits is bounded by who sends; a message that comes, by RTC_MESSAGE_SIZE_MAX.   Spec: RFC 8831, 8832. */

#include "daemon/link/webrtc/thread/rtc_shared.h"

enum data_channel_state {
    DATA_CHANNEL_NEW,
    DATA_CHANNEL_OPENING,
    DATA_CHANNEL_OPEN,
    DATA_CHANNEL_LEAVING,
    DATA_CHANNEL_RESET
};

struct data_channel {
    uint32_t number;
    uint16_t stream; /* of no meaning while it is NEW */
    enum data_channel_state state;
    bool is_ours;
    bool is_answered;    /* the other end knows it: unordered messages may go */
    bool is_told;        /* the loop knows it, or opened it, and has to hear of its end */
    bool is_reset_in;    /* the other end has ended its direction */
    bool is_discarding;  /* what comes on it is of no use any more */
    int64_t leave_by_ms; /* when its end is told though the other end says nothing */
    struct rtc_channel_setting setting;
    struct rtc_note *first, *last; /* owned: what waits; control messages among it are RTC_NOTE_CHANNEL_OPEN */
    size_t sent_cost, sent_bytes;  /* taken by SCTP, not reported yet */
    uint8_t *part;                 /* owned: a message that has come in part */
    size_t part_size;
};

struct data_channel *data_channel_new(uint32_t number, const struct rtc_channel_setting *setting, bool is_ours);
void data_channel_free(struct data_channel *channel); /* accepts NULL */
/* OPEN or ACK, behind what waits. */
void data_channel_put_open(struct data_channel *channel);
void data_channel_put_ack(struct data_channel *channel);
void data_channel_put(struct data_channel *channel, struct rtc_note *message); /* moved */
void data_channel_drop_waiting(struct data_channel *channel);
/* False: the message is over RTC_MESSAGE_SIZE_MAX now, or there is no memory for it. */
bool data_channel_add_part(struct data_channel *channel, struct span bytes);
void data_channel_drop_part(struct data_channel *channel);
