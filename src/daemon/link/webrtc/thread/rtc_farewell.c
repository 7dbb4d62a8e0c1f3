/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/link/webrtc/thread/rtc_farewell.h"

#include <string.h>

#include "base/memory.h"

enum { RECORD_ALERT = 21 }; /* RFC 6347 section 4.1; encrypted, so that which alert it is cannot be told */

static void found(void *context, const struct ice_candidate *candidate) {
    (void)context;
    (void)candidate;
}

static void changed(void *context, enum ice_state state) {
    (void)context;
    (void)state;
}

static void received(void *context, struct span datagram) {
    struct rtc_farewell *const farewell = context;
    if (datagram.size > 0 && datagram.at[0] == RECORD_ALERT) farewell->is_answered = true;
}

void rtc_farewell_add(struct rtc_farewell *farewell, struct span datagram) {
    if (farewell->count == RTC_FAREWELL_DATAGRAMS || datagram.size > RTC_FAREWELL_SIZE) return;
    memcpy(farewell->datagrams[farewell->count].bytes, datagram.at, datagram.size);
    farewell->datagrams[farewell->count++].size = datagram.size;
}

void rtc_farewell_begin(struct rtc_farewell *farewell, struct ice_agent *agent, int64_t now_ms) {
    farewell->agent = agent;
    farewell->pause_ms = RTC_FAREWELL_FIRST_MS;
    farewell->again_at_ms = now_ms + RTC_FAREWELL_FIRST_MS;
    farewell->until_ms = now_ms + RTC_FAREWELL_MS;
    ice_agent_hand_over(agent, &(struct ice_callbacks){.found = found, .changed = changed, .received = received},
                        farewell);
}

void rtc_farewell_tick(struct rtc_farewell *farewell, int64_t now_ms) {
    if (farewell->is_answered || now_ms < farewell->again_at_ms) return;
    for (size_t i = 0; i < farewell->count; i++)
        ice_agent_send(farewell->agent, (struct span){farewell->datagrams[i].bytes, farewell->datagrams[i].size});
    farewell->pause_ms *= 2;
    farewell->again_at_ms = now_ms + farewell->pause_ms;
}

bool rtc_farewell_is_over(const struct rtc_farewell *farewell, int64_t now_ms) {
    return farewell->is_answered || now_ms >= farewell->until_ms;
}

void rtc_farewell_free(struct rtc_farewell *farewell) {
    ice_agent_close(farewell->agent);
    memory_free(farewell);
}
