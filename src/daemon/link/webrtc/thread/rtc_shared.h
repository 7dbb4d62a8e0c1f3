/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* What all peers of the thread share, and how they report to the loop.
 * Owns: nothing; the thread does, and it lives longer than its peers.   Never: is touched by another thread, but for
 * the queue.   Full: cannot be. */

#include "crypto/entropy.h"
#include "daemon/link/webrtc/rtc_queue.h"

struct _GMainContext;
struct dtls_context;
struct sctp_stack;

enum { RTC_ROOM_SIZE = RTC_MESSAGE_SIZE_MAX + 1 };

struct rtc_shared {
    struct _GMainContext *context;
    struct rtc_queue *reports;
    struct dtls_context *dtls;
    struct sctp_stack *sctp;
    int64_t now_ms;              /* as of this turn of the thread */
    int64_t moved_at_ms;         /* when the last packet of any peer went or came */
    uint32_t last_channel;       /* of the other ends' */
    size_t closing_agent_count;  /* of ICE: closed, but libnice has not let go */
    uint8_t room[RTC_ROOM_SIZE]; /* where a message is received */
};

void rtc_report(struct rtc_shared *shared, enum rtc_note_kind kind, uint32_t peer, struct span body);
void rtc_report_sent(struct rtc_shared *shared, uint32_t peer, uint32_t channel, size_t cost, size_t bytes);
/* `cost` is to come back as credit. */
void rtc_report_channel_opened(struct rtc_shared *shared, uint32_t peer, uint32_t channel,
                               const struct rtc_channel_setting *setting, size_t cost);
void rtc_report_channel_closed(struct rtc_shared *shared, uint32_t peer, uint32_t channel, size_t cost);
void rtc_report_closed(struct rtc_shared *shared, uint32_t peer, enum rtc_end end, const char *detail);
