/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* Numbered messages of a known pattern, sent as fast as the channel takes them, and checked at the other end.
 * Owns: nothing.   Never: holds a message back; what is refused is sent again when `drained` is told. */

#include "lib/rtc_pair.h"

enum { RTC_PUMP_SIZES = 16 };
struct rtc_pump {
    struct rtc_pair_end *from;
    uint32_t channel;
    size_t sizes[RTC_PUMP_SIZES]; /* of messages, in turn; 0: the end of the list */
    uint32_t count;               /* to be sent */
    uint32_t sent, received;
    bool is_ordered;
    uint64_t bytes;
};
void rtc_pump_send(struct rtc_pump *pump); /* as much as the channel takes */
bool rtc_pump_is_done(const struct rtc_pump *pump);
/* Fails the test unless it is one of the messages of this pump, the next one if it is ordered. */
void rtc_pump_check(struct rtc_pump *pump, struct span message);
