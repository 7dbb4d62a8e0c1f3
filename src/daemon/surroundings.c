/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/surroundings.h"

#include <string.h>

#include "base/memory.h"
#include "daemon/interface_list.h"

/* A clock that is read twice differs by less than this; a sleep that is shorter has broken nothing. */
enum { LOOK_EVERY_MS = 2000, SLEPT_MS_MIN = 1000 };

struct surroundings {
    struct surroundings_options options;
    struct loop_timer *timer;
    int64_t slept_ms; /* of the machine, so far */
    size_t interface_count;
    struct address interfaces[LIMIT_INTERFACES_MAX];
};

/* What the caretaker says, else the one address we are bound to, else our global ones. */
static size_t list_advertised(const struct surroundings *s, struct address addresses[LIMIT_TICKET_ADDRS_MAX]) {
    const struct surroundings_options *options = &s->options;
    size_t count = 0;
    for (; count < options->advertise_count; count++) {
        addresses[count] = options->advertise[count];
        if (addresses[count].port == 0) addresses[count].port = options->listen.port;
    }
    if (count > 0 || options->advertises_nothing || options->listen.port == 0) return count;
    if (address_scope(&options->listen) != ADDRESS_SCOPE_UNSPECIFIED) {
        addresses[0] = options->listen;
        return 1;
    }
    for (size_t i = 0; i < s->interface_count && count < LIMIT_TICKET_ADDRS_MAX; i++) {
        if (address_scope(&s->interfaces[i]) != ADDRESS_SCOPE_GLOBAL) continue;
        addresses[count] = s->interfaces[i];
        addresses[count++].port = options->listen.port;
    }
    return count;
}

/* Probes may correct only what was found out. */
static bool may_grow(const struct surroundings_options *options) {
    bool is_fixed = options->advertises_nothing || options->advertise_count > 0;
    return !is_fixed && address_scope(&options->listen) == ADDRESS_SCOPE_UNSPECIFIED;
}

static void tell_places(struct surroundings *s) {
    struct address addresses[LIMIT_TICKET_ADDRS_MAX];
    struct input interfaces = {.kind = INPUT_INTERFACES};
    interfaces.as.place.addresses = s->interfaces;
    interfaces.as.place.count = s->interface_count;
    engine_host_feed(s->options.host, &interfaces);
    struct input advertised = {.kind = INPUT_ADVERTISED};
    advertised.as.place.addresses = addresses;
    advertised.as.place.count = list_advertised(s, addresses);
    advertised.as.place.listen_port = s->options.advertises_nothing ? 0 : s->options.listen.port;
    advertised.as.place.may_grow = may_grow(&s->options);
    engine_host_feed(s->options.host, &advertised);
}

static void look_for_change(struct surroundings *s) {
    struct address interfaces[LIMIT_INTERFACES_MAX];
    memset(interfaces, 0, sizeof interfaces);
    size_t count = interface_list_addresses(interfaces, LIMIT_INTERFACES_MAX);
    bool is_same = count == s->interface_count;
    for (size_t i = 0; i < count && is_same; i++) is_same = address_equal(&interfaces[i], &s->interfaces[i]);
    if (is_same) return;
    s->interface_count = count;
    memcpy(s->interfaces, interfaces, sizeof interfaces);
    tell_places(s);
}

static void look_for_sleep(struct surroundings *s) {
    int64_t slept_ms = loop_slept_ms(s->options.loop);
    int64_t stood_ms = slept_ms - s->slept_ms;
    s->slept_ms = slept_ms;
    if (stood_ms < SLEPT_MS_MIN) return;
    struct input woke = {.kind = INPUT_WOKE};
    woke.as.stood_ms = stood_ms;
    engine_host_feed(s->options.host, &woke);
}

static void look(void *context) {
    struct surroundings *s = context;
    loop_timer_start(s->timer, LOOK_EVERY_MS);
    look_for_sleep(s);
    look_for_change(s);
}

struct surroundings *surroundings_new(const struct surroundings_options *options) {
    struct surroundings *s = memory_zeroed(1, sizeof *s);
    s->options = *options;
    s->slept_ms = loop_slept_ms(options->loop);
    s->interface_count = interface_list_addresses(s->interfaces, LIMIT_INTERFACES_MAX);
    s->timer = loop_timer_open(options->loop, look, s);
    tell_places(s);
    loop_timer_start(s->timer, LOOK_EVERY_MS);
    return s;
}

void surroundings_free(struct surroundings *s) {
    if (s == NULL) return;
    loop_timer_close(s->timer);
    memory_free(s);
}
