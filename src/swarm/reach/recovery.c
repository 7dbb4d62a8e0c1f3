/* SPDX-License-Identifier: Apache-2.0 */
#include "swarm/reach/recovery.h"

#include "swarm/dial/redial.h"
#include "swarm/link/health.h"
#include "swarm/reach/reachability.h"

/* A busy machine feeds late by less than this; more is a process that was stopped. */
enum { LATE_MS = 5000 };

static int64_t begin_again(struct engine *engine, int64_t now_ms) {
    size_t asked = health_ask_all(engine, now_ms);
    redial_forgive(engine, now_ms);
    harvest_refresh(engine, now_ms);
    return (int64_t)asked;
}

void recovery_woke(struct engine *engine, int64_t stood_ms, int64_t now_ms) {
    if (engine->started_at_ms == 0 || engine->is_stopping) return;
    int64_t asked = begin_again(engine, now_ms);
    struct event *event = engine_emit(engine, EVENT_WOKE, now_ms);
    event->figures[0] = stood_ms;
    event->figures[1] = asked;
}

void recovery_feed_begins(struct engine *engine, int64_t now_ms) {
    if (engine->due_ms == INT64_MAX || now_ms - engine->due_ms < LATE_MS) return;
    recovery_woke(engine, now_ms - engine->due_ms, now_ms);
}

static bool has_interface(const struct dial_policy *policy, const struct address *address) {
    for (size_t i = 0; i < policy->interface_count; i++) {
        if (address_same_ip(&policy->interfaces[i], address)) return true;
    }
    return false;
}

static bool has_changed(const struct dial_policy *policy, const struct address *addresses, size_t count) {
    if (policy->interface_count != count) return true;
    for (size_t i = 0; i < count; i++) {
        if (!has_interface(policy, &addresses[i])) return true;
    }
    return false;
}

void recovery_interfaces(struct engine *engine, const struct input *input, int64_t now_ms) {
    struct dial_policy *policy = &engine->policy;
    size_t count = input->as.place.count < LIMIT_INTERFACES_MAX ? input->as.place.count : LIMIT_INTERFACES_MAX;
    if (!has_changed(policy, input->as.place.addresses, count)) return;
    policy->interface_count = count;
    for (size_t i = 0; i < count; i++) policy->interfaces[i] = input->as.place.addresses[i];
    if (engine->started_at_ms == 0 || engine->is_stopping) return;
    reachability_forget(engine, now_ms);
    int64_t asked = begin_again(engine, now_ms);
    engine_emit(engine, EVENT_NETWORK_CHANGED, now_ms)->figures[0] = asked;
}
