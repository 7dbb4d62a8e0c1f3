/* SPDX-License-Identifier: Apache-2.0 */
#include "swarm/dial/dial_policy.h"

#include <string.h>

enum { LEDGER_MS = 60000 };

static bool is_own(const struct dial_policy *policy, const struct address *address) {
    for (size_t i = 0; i < policy->own_count; i++) {
        if (address_equal(&policy->own[i], address)) return true;
    }
    return false;
}

static bool is_near(const struct dial_policy *policy, const struct address *address) {
    struct address net = address_prefix(address, 16, 48);
    for (size_t i = 0; i < policy->interface_count; i++) {
        struct address own_net = address_prefix(&policy->interfaces[i], 16, 48);
        if (address_equal(&net, &own_net)) return true;
    }
    return false;
}

static bool begins_with(const struct address *address, const uint8_t *bytes, size_t size) {
    return memcmp(address->ip, bytes, size) == 0;
}

/* NAT64 (RFC 6052, 8215), 6to4 (RFC 3056), Teredo (RFC 4380) and the compatible form (RFC 4291) write an IPv4 target in
 * another way: it would have two budgets, and a private one could be reached round the rules. */
static bool wraps_ipv4(const struct address *address) {
    static const uint8_t nat64[12] = {0, 0x64, 0xff, 0x9b}, local_nat64[6] = {0, 0x64, 0xff, 0x9b, 0, 1};
    static const uint8_t six_to_four[2] = {0x20, 0x02}, teredo[4] = {0x20, 0x01}, compatible[12] = {0};
    if (address->family != ADDRESS_IPV6) return false;
    return begins_with(address, nat64, 12) || begins_with(address, local_nat64, 6) ||
           begins_with(address, six_to_four, 2) || begins_with(address, teredo, 4) ||
           begins_with(address, compatible, 12);
}

bool dial_policy_allows(const struct dial_policy *policy, const struct address *address, bool is_operators) {
    if (address->port == 0 || is_own(policy, address)) return false;
    switch (address_scope(address)) {
    case ADDRESS_SCOPE_UNSPECIFIED:
    case ADDRESS_SCOPE_MULTICAST:
    case ADDRESS_SCOPE_BROADCAST:
    case ADDRESS_SCOPE_LINK_LOCAL: return false;
    case ADDRESS_SCOPE_LOOPBACK: return is_operators || policy->allows_loopback;
    case ADDRESS_SCOPE_PRIVATE: return is_operators || is_near(policy, address);
    case ADDRESS_SCOPE_GLOBAL: return is_operators || !wraps_ipv4(address);
    }
    return false;
}

/* A public IP has a budget over all its ports; on a private network many nodes may share one. */
static bool has_ip_budget(const struct address *address) {
    return address_scope(address) == ADDRESS_SCOPE_GLOBAL;
}

/* One host has a whole /64 of IPv6. */
static struct address host_of(const struct address *address) {
    return address_prefix(address, 32, 64);
}

int64_t dial_policy_next_ms(const struct dial_policy *policy, const struct address *address, int64_t now_ms) {
    int64_t next_ms = now_ms;
    int64_t oldest_ms = INT64_MAX;
    uint32_t ip_count = 0;
    struct address host = host_of(address);
    for (size_t i = 0; i < policy->record_count; i++) {
        const struct dial_record *record = &policy->records[i];
        if (address_equal(&record->address, address) && record->at_ms + LIMIT_DIAL_SAME_ADDRESS_MS > next_ms) {
            next_ms = record->at_ms + LIMIT_DIAL_SAME_ADDRESS_MS;
        }
        if (!address_equal(&record->host, &host) || record->at_ms + LEDGER_MS <= now_ms) continue;
        ip_count++;
        if (record->at_ms < oldest_ms) oldest_ms = record->at_ms;
    }
    if (has_ip_budget(address) && ip_count >= LIMIT_DIAL_PUBLIC_IP_PER_MINUTE && oldest_ms + LEDGER_MS > next_ms) {
        next_ms = oldest_ms + LEDGER_MS;
    }
    return next_ms;
}

static void drop_old(struct dial_policy *policy, int64_t now_ms) {
    size_t kept = 0;
    for (size_t i = 0; i < policy->record_count; i++) {
        if (policy->records[i].at_ms + LEDGER_MS > now_ms) policy->records[kept++] = policy->records[i];
    }
    policy->record_count = kept;
}

bool dial_policy_charge(struct dial_policy *policy, const struct address *address, int64_t now_ms) {
    drop_old(policy, now_ms);
    if (policy->record_count == LIMIT_DIAL_LEDGER_ROWS) return false;
    policy->records[policy->record_count++] = (struct dial_record){*address, host_of(address), now_ms};
    return true;
}
