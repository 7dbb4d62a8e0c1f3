/* SPDX-License-Identifier: Apache-2.0 */
#include "sim/nat.h"

/* The dynamic ports of RFC 6335. */
enum { CALL_PORT_FIRST = 49152, CALL_PORTS = 16384 };

bool nat_dialled_at(const struct nat *nat, const struct address *own, struct address *at) {
    *at = nat->kind == NAT_OPEN ? *own : nat->public_address;
    return nat->kind != NAT_CLOSED;
}

struct address nat_caller(const struct nat *nat, const struct address *own, uint32_t call) {
    struct address address = nat->kind == NAT_OPEN ? *own : nat->public_address;
    address.port = (uint16_t)(CALL_PORT_FIRST + call % CALL_PORTS);
    return address;
}
