/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* How a host stands in the network: with an address of its own, or behind a router that lends it one.
 *
 *     open     198.18.0.7:8782                        anybody can dial it
 *     mapped   10.0.0.7:8782 -> 198.18.0.7:8782       dial-able at the router, which forwards that port
 *     closed   10.0.0.7:8782 -> 198.18.2.101          nobody can dial in; several may share the router
 *
 * Whoever is called sees the public address, with a port that is new for each call.
 * Owns: nothing.   Full: the ports of calls begin again. */

#include "base/address.h"

enum nat_kind { NAT_OPEN, NAT_MAPPED, NAT_CLOSED };
struct nat {
    enum nat_kind kind;
    struct address public_address; /* of the router; without one, the host's own */
};

/* Where a host with this address of its own can be dialled; false: nowhere. */
bool nat_dialled_at(const struct nat *nat, const struct address *own, struct address *at);
/* How its call of that number looks from outside. */
struct address nat_caller(const struct nat *nat, const struct address *own, uint32_t call);
