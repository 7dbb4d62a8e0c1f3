/* SPDX-License-Identifier: Apache-2.0 */
#include "swarm/webrtc/dtls_record.h"

enum { HEADER_SIZE = 13, EPOCH_AT = 3, LENGTH_AT = 11, EPOCH_ENCRYPTED = 1 };

static uint32_t read_u16(const uint8_t *at) {
    return (uint32_t)at[0] << 8 | at[1];
}

/* Epoch and number are one field of eight bytes. */
static void count_record(struct dtls_record_count *count, const uint8_t *header) {
    const uint64_t both = bytes_read_u64(header + EPOCH_AT);
    const uint64_t number = both & 0xffffffffffffULL;
    if (both >> 48 != EPOCH_ENCRYPTED) return;
    if (count->received == 0 || number < count->first) count->first = number;
    if (count->received == 0 || number > count->highest) count->highest = number;
    count->received++;
}

void dtls_record_count_datagram(struct dtls_record_count *count, struct span datagram) {
    while (datagram.size >= HEADER_SIZE) {
        const size_t size = HEADER_SIZE + read_u16(datagram.at + LENGTH_AT);
        if (size > datagram.size) return;
        count_record(count, datagram.at);
        datagram = (struct span){datagram.at + size, datagram.size - size};
    }
}

uint64_t dtls_record_missing(const struct dtls_record_count *count) {
    if (count->received == 0) return 0;
    const uint64_t expected = count->highest - count->first + 1;
    return expected > count->received ? expected - count->received : 0;
}
