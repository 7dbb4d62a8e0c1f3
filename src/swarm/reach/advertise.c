/* SPDX-License-Identifier: Apache-2.0 */
#include "swarm/reach/advertise.h"

#include "swarm/reach/reachability.h"

#include <string.h>

static const struct reachability_family *family_of(const struct engine *engine, const struct address *address) {
    return &engine->reachability.families[address->family == ADDRESS_IPV6 ? 1 : 0];
}

static bool holds(const struct address *addresses, size_t count, const struct address *address) {
    for (size_t i = 0; i < count; i++) {
        if (address_equal(&addresses[i], address)) return true;
    }
    return false;
}

/* What is public comes first: it was tested. */
static size_t put_public(const struct engine *engine, struct address addresses[LIMIT_TICKET_ADDRS_MAX]) {
    size_t count = 0;
    for (size_t i = REACHABILITY_FAMILIES; i-- > 0;) {
        const struct reachability_family *family = &engine->reachability.families[i];
        if (family->state == REACHABILITY_PUBLIC && family->has_seen) addresses[count++] = family->seen;
    }
    return count;
}

static size_t put_base(const struct engine *engine, struct address addresses[LIMIT_TICKET_ADDRS_MAX], size_t count) {
    for (size_t i = 0; i < engine->advertised.count && count < LIMIT_TICKET_ADDRS_MAX; i++) {
        const struct address *address = &engine->advertised.addresses[i];
        bool is_private = engine->advertised.may_grow && family_of(engine, address)->state == REACHABILITY_PRIVATE;
        if (is_private || holds(addresses, count, address)) continue;
        addresses[count++] = *address;
    }
    return count;
}

void advertise_update(struct engine *engine, int64_t now_ms) {
    struct address addresses[LIMIT_TICKET_ADDRS_MAX];
    size_t count = engine->advertised.may_grow ? put_public(engine, addresses) : 0;
    count = put_base(engine, addresses, count);
    if (!self_set_addresses(&engine->self, addresses, count)) return;
    engine->policy.own_count = engine->self.addr_count;
    memcpy(engine->policy.own, engine->self.addrs, sizeof engine->policy.own);
    if (engine->started_at_ms == 0) return;
    struct event *event = engine_emit(engine, EVENT_ADDRESSES_CHANGED, now_ms);
    event->figures[0] = engine->self.addr_count;
    harvest_ticket_due(engine, now_ms);
}

void advertise_base(struct engine *engine, const struct input *input, int64_t now_ms) {
    struct advertised *advertised = &engine->advertised;
    *advertised = (struct advertised){.may_grow = input->as.place.may_grow};
    for (size_t i = 0; i < input->as.place.count && advertised->count < LIMIT_TICKET_ADDRS_MAX; i++) {
        advertised->addresses[advertised->count++] = input->as.place.addresses[i];
    }
    bool is_new_port = engine->reachability.listen_port != input->as.place.listen_port;
    engine->reachability.listen_port = input->as.place.listen_port;
    if (is_new_port && engine->started_at_ms != 0) reachability_start(engine, now_ms);
    advertise_update(engine, now_ms);
}
