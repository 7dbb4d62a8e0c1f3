/* SPDX-License-Identifier: Apache-2.0 */
#include "swarm/reach/stun_message.h"

#include <string.h>

enum {
    HEADER_SIZE = 20,
    ATTRIBUTE_HEADER_SIZE = 4,
    COOKIE = 0x2112A442,
    CLASS_SUCCESS = 0x0100,
    CLASS_ERROR = 0x0110,
    MAPPED_ADDRESS = 0x0001,
    USERNAME = 0x0006,
    MESSAGE_INTEGRITY = 0x0008,
    ERROR_CODE = 0x0009,
    LIFETIME = 0x000D,
    REALM = 0x0014,
    NONCE = 0x0015,
    XOR_RELAYED_ADDRESS = 0x0016,
    REQUESTED_TRANSPORT = 0x0019,
    XOR_MAPPED_ADDRESS = 0x0020,
    FAMILY_IPV4 = 1,
    FAMILY_IPV6 = 2,
    TRANSPORT_UDP = 17,
};

static size_t padded(size_t size) {
    return (size + 3) / 4 * 4;
}

/* ---- Writing ---- */

static void put_u16(struct buffer *out, unsigned value) {
    buffer_put_u8(out, (uint8_t)(value >> 8));
    buffer_put_u8(out, (uint8_t)value);
}

static void put_attribute(struct buffer *out, unsigned type, struct span value) {
    put_u16(out, type);
    put_u16(out, (unsigned)value.size);
    buffer_put(out, value);
    for (size_t i = value.size; i < padded(value.size); i++) buffer_put_u8(out, 0);
}

static void put_u32_attribute(struct buffer *out, unsigned type, uint32_t value) {
    put_u16(out, type);
    put_u16(out, 4);
    buffer_put_u32(out, value);
}

static void set_length(struct buffer *out, size_t length) {
    out->at[2] = (uint8_t)(length >> 8);
    out->at[3] = (uint8_t)length;
}

/* It is over what stands before it, with a length as if it stood there already. */
static void put_integrity(struct buffer *out, const uint8_t key[STUN_KEY_SIZE]) {
    uint8_t code[STUN_INTEGRITY_SIZE] = {0};
    if (out->overflowed) return;
    set_length(out, out->size - HEADER_SIZE + ATTRIBUTE_HEADER_SIZE + sizeof code);
    (void)stun_integrity_compute(key, buffer_span(out), code);
    put_attribute(out, MESSAGE_INTEGRITY, (struct span){code, sizeof code});
}

void stun_request_write(const struct stun_request *request, struct buffer *out) {
    put_u16(out, request->method);
    put_u16(out, 0);
    buffer_put_u32(out, COOKIE);
    buffer_put(out, (struct span){request->transaction, sizeof request->transaction});
    if (request->method == STUN_ALLOCATE) put_u32_attribute(out, REQUESTED_TRANSPORT, (uint32_t)TRANSPORT_UDP << 24);
    if (request->has_lifetime) put_u32_attribute(out, LIFETIME, request->lifetime_s);
    if (request->user.size > 0) put_attribute(out, USERNAME, request->user);
    if (request->realm.size > 0) put_attribute(out, REALM, request->realm);
    if (request->nonce.size > 0) put_attribute(out, NONCE, request->nonce);
    if (!out->overflowed) set_length(out, out->size - HEADER_SIZE);
    if (request->key != NULL) put_integrity(out, request->key);
}

/* ---- Reading ---- */

static unsigned read_u16(const uint8_t *at) {
    return (unsigned)at[0] << 8 | at[1];
}

/* XOR with the cookie, and for IPv6 with the transaction behind it; `mask` NULL: it is plain. */
static bool read_address(struct span value, const uint8_t *mask, struct address *address) {
    const size_t size = value.size < 4 ? 0 : value.at[1] == FAMILY_IPV4 ? 4 : value.at[1] == FAMILY_IPV6 ? 16 : 0;
    if (size == 0 || value.size != 4 + size) return false;
    *address = (struct address){.family = size == 4 ? ADDRESS_IPV4 : ADDRESS_IPV6};
    address->port = (uint16_t)(read_u16(value.at + 2) ^ (mask == NULL ? 0 : read_u16(mask)));
    for (size_t i = 0; i < size; i++) address->ip[i] = (uint8_t)(value.at[4 + i] ^ (mask == NULL ? 0 : mask[i]));
    return true;
}

static bool read_code(struct span value, struct stun_answer *answer) {
    if (value.size < 4) return false;
    answer->code = (value.at[2] & 7u) * 100 + value.at[3];
    answer->reason = (struct span){value.at + 4, value.size - 4};
    return answer->code >= 300 && answer->code < 700;
}

static bool take_address(struct span value, const uint8_t *mask, struct address *into) {
    return into->family != ADDRESS_NONE || read_address(value, mask, into);
}

/* Of one that comes twice the first counts. False: it is malformed. */
static bool take(unsigned type, struct span value, const uint8_t *mask, struct stun_answer *answer,
                 struct address *plain) {
    if (type == REALM && answer->realm.size == 0) answer->realm = value;
    if (type == NONCE && answer->nonce.size == 0) answer->nonce = value;
    switch (type) {
    case XOR_MAPPED_ADDRESS: return take_address(value, mask, &answer->mapped);
    case XOR_RELAYED_ADDRESS: return take_address(value, mask, &answer->relayed);
    case MAPPED_ADDRESS: return take_address(value, NULL, plain);
    case ERROR_CODE: return answer->code != 0 || read_code(value, answer);
    default: return true;
    }
}

/* What stands behind the integrity is not to be believed (RFC 8489, 14.5). */
static bool read_attributes(struct span rest, const uint8_t *mask, struct stun_answer *answer) {
    struct address plain = {0};
    while (rest.size > 0) {
        if (rest.size < ATTRIBUTE_HEADER_SIZE) return false;
        const unsigned type = read_u16(rest.at);
        const size_t size = read_u16(rest.at + 2), step = ATTRIBUTE_HEADER_SIZE + padded(size);
        if (step > rest.size) return false;
        if (!take(type, (struct span){rest.at + ATTRIBUTE_HEADER_SIZE, size}, mask, answer, &plain)) return false;
        if (type == MESSAGE_INTEGRITY) break;
        rest = (struct span){rest.at + step, rest.size - step};
    }
    if (answer->mapped.family == ADDRESS_NONE) answer->mapped = plain; /* of a server from before RFC 5389 */
    return true;
}

enum refusal stun_answer_read(struct span datagram, const struct stun_request *request, struct stun_answer *answer) {
    *answer = (struct stun_answer){0};
    if (datagram.size < HEADER_SIZE || datagram.size > STUN_MESSAGE_MAX) return REFUSAL_STUN_SIZE;
    const unsigned type = read_u16(datagram.at);
    const size_t size = read_u16(datagram.at + 2);
    answer->is_error = type == (CLASS_ERROR | (unsigned)request->method);
    const bool is_ours = memcmp(datagram.at + 8, request->transaction, sizeof request->transaction) == 0 &&
                         bytes_read_u32(datagram.at + 4) == COOKIE;
    if (!is_ours || (!answer->is_error && type != (CLASS_SUCCESS | (unsigned)request->method)))
        return REFUSAL_STUN_UNASKED;
    if (size % 4 != 0 || size != datagram.size - HEADER_SIZE) return REFUSAL_STUN_SYNTAX;
    const struct span attributes = {datagram.at + HEADER_SIZE, size};
    return read_attributes(attributes, datagram.at + 4, answer) ? REFUSAL_NONE : REFUSAL_STUN_SYNTAX;
}
