/* SPDX-License-Identifier: Apache-2.0 */
#include "swarm/reconcile/id_sum.h"

#include "swarm/reconcile/varint.h"

static struct id_sum number_of(const struct object_id *id) {
    struct id_sum number;
    for (int limb = 0; limb < 4; limb++) {
        uint64_t value = 0;
        for (int i = 7; i >= 0; i--) value = value << 8 | id->bytes[limb * 8 + i];
        number.limbs[limb] = value;
    }
    return number;
}

void id_sum_add(struct id_sum *sum, const struct id_sum *other) {
    uint64_t carry = 0;
    for (int limb = 0; limb < 4; limb++) {
        const uint64_t with_carry = sum->limbs[limb] + carry;
        carry = with_carry < carry;
        sum->limbs[limb] = with_carry + other->limbs[limb];
        carry += sum->limbs[limb] < with_carry;
    }
}

void id_sum_remove(struct id_sum *sum, const struct id_sum *other) {
    uint64_t borrow = 0;
    for (int limb = 0; limb < 4; limb++) {
        const uint64_t before = sum->limbs[limb], less = before - borrow;
        borrow = before < borrow;
        sum->limbs[limb] = less - other->limbs[limb];
        borrow += less < other->limbs[limb];
    }
}

void id_sum_add_id(struct id_sum *sum, const struct object_id *id) {
    const struct id_sum number = number_of(id);
    id_sum_add(sum, &number);
}

void id_sum_remove_id(struct id_sum *sum, const struct object_id *id) {
    const struct id_sum number = number_of(id);
    id_sum_remove(sum, &number);
}

struct fingerprint id_sum_fingerprint(const struct id_sum *sum, uint64_t count) {
    uint8_t memory[32 + VARINT_SIZE_MAX];
    struct buffer text = buffer_over(memory, sizeof memory);
    struct fingerprint fingerprint;
    for (int limb = 0; limb < 4; limb++)
        for (int i = 0; i < 8; i++) buffer_put_u8(&text, (uint8_t)(sum->limbs[limb] >> (8 * i)));
    varint_put(&text, count);
    const struct sha256 hash = hash_sha256(buffer_span(&text));
    memcpy(fingerprint.bytes, hash.bytes, sizeof fingerprint.bytes);
    return fingerprint;
}

bool fingerprint_equal(const struct fingerprint *a, const struct fingerprint *b) {
    return memcmp(a->bytes, b->bytes, sizeof a->bytes) == 0;
}
