/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* The data channels of one peer: which stream belongs to which, what comes in on them and goes out.
 * Owns: the channels.
 * Never: reads the association; the peer does, and hands on what came. Sends before channel_table_connect.
 * Full: beyond RTC_CHANNELS_MAX of the other end's, one more is reset as soon as it is opened; an end that still goes
 * on is in breach. Reading stops at CHANNEL_UNREAD_MAX of messages that the loop has not taken. Spec: RFC 8831, 8832.
 */

#include "daemon/link/webrtc/thread/data_channel.h"
#include "daemon/link/webrtc/thread/sctp_association.h"

enum {
    CHANNEL_TABLE_MAX = 3 * RTC_CHANNELS_MAX, /* ours, theirs, and such as are refused or on their way out */
    CHANNEL_UNREAD_MAX = 1048576,
    CHANNEL_LEAVE_MS = 5000, /* the other end has that long to end its direction */
};
struct channel_table {
    struct rtc_shared *shared;            /* borrowed until channel_table_deinit */
    struct sctp_association *association; /* borrowed; NULL before it is connected, and after */
    uint32_t peer;
    bool is_client;            /* of DTLS: our streams are the even ones */
    bool has_opened;           /* a channel was open once */
    bool is_reset_due;         /* a stream waits for its reset to be asked for */
    uint32_t message_size_max; /* what the other end takes */
    size_t unread;             /* cost of what the loop was told and has not taken */
    size_t turn;               /* whose message goes next */
    size_t count;
    struct data_channel *items[CHANNEL_TABLE_MAX]; /* owned */
};
void channel_table_init(struct channel_table *table, struct rtc_shared *shared, uint32_t peer);
void channel_table_deinit(struct channel_table *table);

/* What the loop asks for. */
void channel_table_open(struct channel_table *table, uint32_t number, const struct rtc_channel_setting *setting);
void channel_table_close(struct channel_table *table, uint32_t number);
void channel_table_send(struct channel_table *table, struct rtc_note *message); /* moved */
void channel_table_close_all(struct channel_table *table);

/* The association is up; what waits goes out. */
void channel_table_connect(struct channel_table *table, struct sctp_association *association, bool is_client,
                           uint32_t message_size_max);
bool channel_table_may_read(const struct channel_table *table);
/* A message, a part of one, a cut or a reset. NULL, or how the other end is in breach. */
const char *channel_table_take(struct channel_table *table, enum sctp_association_event event,
                               const struct sctp_association_reading *reading);
void channel_table_flush(struct channel_table *table); /* sends what SCTP takes, asks for the resets that are due */
void channel_table_tick(struct channel_table *table);
bool channel_table_has_waiting(const struct channel_table *table); /* messages or resets that SCTP has not taken */
void channel_table_end(struct channel_table *table);               /* the peer is over: tells the end of all of them */
