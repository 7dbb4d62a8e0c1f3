/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/link/webrtc/thread/rtc_shared.h"

#include <string.h>

static struct rtc_note *about_channel(enum rtc_note_kind kind, uint32_t peer, uint32_t channel, struct span body) {
    struct rtc_note *const note = rtc_note_new(kind, peer, body);
    note->channel = channel;
    return note;
}

void rtc_report(struct rtc_shared *shared, enum rtc_note_kind kind, uint32_t peer, struct span body) {
    rtc_queue_put(shared->reports, rtc_note_new(kind, peer, body));
}

void rtc_report_channel_opened(struct rtc_shared *shared, uint32_t peer, uint32_t channel,
                               const struct rtc_channel_setting *setting, size_t cost) {
    const struct span body = {(const uint8_t *)setting, sizeof *setting};
    struct rtc_note *const note = about_channel(RTC_NOTE_CHANNEL_OPENED, peer, channel, body);
    note->cost = (uint32_t)cost;
    rtc_queue_put(shared->reports, note);
}

void rtc_report_channel_closed(struct rtc_shared *shared, uint32_t peer, uint32_t channel, size_t cost) {
    struct rtc_note *const note = about_channel(RTC_NOTE_CHANNEL_CLOSED, peer, channel, SPAN_NONE);
    note->cost = (uint32_t)cost;
    rtc_queue_put(shared->reports, note);
}

void rtc_report_sent(struct rtc_shared *shared, uint32_t peer, uint32_t channel, size_t cost, size_t bytes) {
    struct rtc_note *const note = about_channel(RTC_NOTE_SENT, peer, channel, SPAN_NONE);
    note->cost = (uint32_t)cost;
    note->bytes = (uint32_t)bytes;
    rtc_queue_put(shared->reports, note);
}

void rtc_report_closed(struct rtc_shared *shared, uint32_t peer, enum rtc_end end, const char *detail) {
    const struct span text = {(const uint8_t *)detail, strlen(detail) + 1};
    struct rtc_note *const note = rtc_note_new(RTC_NOTE_CLOSED, peer, text);
    note->end = end;
    rtc_queue_put(shared->reports, note);
}
