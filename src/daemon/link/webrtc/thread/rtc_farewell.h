/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* The last words of a peer that we have ended: SCTP's abort and DTLS's close_notify are a datagram each that nobody
 * repeats, and without them the other end takes us for lost only after half a minute. So the same datagrams go out a
 * few times more, until the other end has ended its session as well or RTC_FAREWELL_MS are over; one that had the first
 * has no use for the others (DTLS drops a record that it knows).
 * Owns: the agent of ICE that it was given.
 * Never: decrypts. Anybody who can send us a datagram over the pair can end the repeating, and nothing else.
 * Full: RTC_FAREWELL_DATAGRAMS of RTC_FAREWELL_SIZE bytes, more are not repeated.   Spec: RFC 6347 section 4.1.2.7. */

#include "daemon/link/webrtc/thread/ice_agent.h"

enum {
    RTC_FAREWELL_DATAGRAMS = 2,
    RTC_FAREWELL_SIZE = 160,
    RTC_FAREWELL_FIRST_MS = 50, /* then twice that, and so on */
    RTC_FAREWELL_MS = 1550,
};

struct rtc_farewell {
    struct rtc_farewell *next; /* in the thread's list */
    struct ice_agent *agent;   /* owned */
    int64_t pause_ms, again_at_ms, until_ms;
    bool is_answered;
    size_t count;
    struct {
        size_t size;
        uint8_t bytes[RTC_FAREWELL_SIZE];
    } datagrams[RTC_FAREWELL_DATAGRAMS];
};

void rtc_farewell_add(struct rtc_farewell *farewell, struct span datagram); /* which has just gone out */
void rtc_farewell_begin(struct rtc_farewell *farewell, struct ice_agent *agent, int64_t now_ms); /* takes the agent */
void rtc_farewell_tick(struct rtc_farewell *farewell, int64_t now_ms);
bool rtc_farewell_is_over(const struct rtc_farewell *farewell, int64_t now_ms);
void rtc_farewell_free(struct rtc_farewell *farewell); /* not from within a callback of a library */
