/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* What may be dialled at all, and how often (WIRE W6): by the kind of address, and by a ledger of what was dialled in
 * the last minute, over all ids, so that a thousand tickets naming one victim do not make us its flood.
 * Owns: the ledger's rows.   Never: looks at ids; the address book does that.
 * Full: a ledger full of addresses dialled within the minute refuses new ones until one is a minute old. */

#include "base/address.h"
#include "swarm/limits.h"

struct dial_record {
    struct address address;
    struct address host; /* its IPv4 address, or IPv6 /64: what has the budget of an IP */
    int64_t at_ms;
};
struct dial_policy {
    bool allows_loopback;
    size_t interface_count;
    struct address interfaces[LIMIT_INTERFACES_MAX];
    size_t own_count;
    struct address own[LIMIT_TICKET_ADDRS_MAX]; /* where we listen: never dialled */
    size_t record_count;
    struct dial_record records[LIMIT_DIAL_LEDGER_ROWS];
};
/* The address of a ticket, the book or a peer; an operator's is bound by the first "never" alone. */
bool dial_policy_allows(const struct dial_policy *policy, const struct address *address, bool is_operators);
/* When the budgets let it be dialled again; <= now_ms = now. */
int64_t dial_policy_next_ms(const struct dial_policy *policy, const struct address *address, int64_t now_ms);
/* Notes a dial. False when the ledger has no room: do not dial. */
bool dial_policy_charge(struct dial_policy *policy, const struct address *address, int64_t now_ms);
