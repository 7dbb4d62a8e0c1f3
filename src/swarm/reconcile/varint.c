/* SPDX-License-Identifier: Apache-2.0 */
#include "swarm/reconcile/varint.h"

enum { DIGIT_BITS = 7, MORE = 0x80 };

void varint_put(struct buffer *out, uint64_t value) {
    int shift = 0;
    while (shift + DIGIT_BITS < 64 && value >> (shift + DIGIT_BITS) != 0) shift += DIGIT_BITS;
    for (; shift > 0; shift -= DIGIT_BITS) buffer_put_u8(out, (uint8_t)(MORE | (value >> shift & 0x7f)));
    buffer_put_u8(out, (uint8_t)(value & 0x7f));
}

enum refusal varint_take(struct span *rest, uint64_t *value) {
    *value = 0;
    for (size_t i = 0; i < rest->size; i++) {
        const uint8_t digit = rest->at[i];
        const bool is_idle = i == 0 && digit == MORE;
        if (is_idle || *value >> (64 - DIGIT_BITS) != 0) return REFUSAL_RECONCILE_NUMBER;
        *value = *value << DIGIT_BITS | (digit & 0x7f);
        if ((digit & MORE) != 0) continue;
        *rest = (struct span){rest->at + i + 1, rest->size - i - 1};
        return REFUSAL_NONE;
    }
    return REFUSAL_RECONCILE_CUT_SHORT;
}
