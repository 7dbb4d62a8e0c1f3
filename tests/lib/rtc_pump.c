/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/rtc_pump.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static size_t size_of(const struct rtc_pump *pump, uint32_t number) {
    size_t count = 0;
    while (count < RTC_PUMP_SIZES && pump->sizes[count] > 0) count++;
    return pump->sizes[number % count];
}

static uint8_t byte_of(uint32_t number, size_t at) {
    return (uint8_t)(number * 7 + at * 13 + (at >> 8));
}

/* A short message holds as much of its number as fits. */
static void fill(uint8_t *at, size_t size, uint32_t number) {
    for (size_t i = 0; i < size; i++) at[i] = byte_of(number, i);
    memcpy(at, &number, size < sizeof number ? size : sizeof number);
}

void rtc_pump_send(struct rtc_pump *pump) {
    static uint8_t message[RTC_MESSAGE_SIZE_MAX];
    while (pump->sent < pump->count) {
        const size_t size = size_of(pump, pump->sent);
        fill(message, size, pump->sent);
        if (!rtc_pair_send(pump->from, pump->channel, message, size)) return;
        pump->sent++;
    }
}

bool rtc_pump_is_done(const struct rtc_pump *pump) {
    return pump->received == pump->count;
}

void rtc_pump_check(struct rtc_pump *pump, struct span message) {
    static uint8_t expected[RTC_MESSAGE_SIZE_MAX];
    uint32_t number = pump->received;
    assert_true(pump->received < pump->count);
    assert_true(message.size > 0);
    if (!pump->is_ordered && message.size >= sizeof number) memcpy(&number, message.at, sizeof number);
    assert_true(number < pump->count);
    if (pump->is_ordered || message.size >= sizeof number) {
        assert_int_equal(message.size, size_of(pump, number));
        fill(expected, message.size, number);
        assert_memory_equal(message.at, expected, message.size);
    }
    pump->received++;
    pump->bytes += message.size;
}
