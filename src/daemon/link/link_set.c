/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/link/link.h"

#include <stdio.h>
#include <unistd.h>

#include "base/map.h"
#include "base/memory.h"
#include "base/must.h"
#include "daemon/link/arrival_rate.h"
#include "daemon/link/connection.h"
#include "daemon/link/listener.h"

/* Links, unfinished handshakes, and as many again for dials that have not been answered. */
enum { SLOTS = LIMIT_LINKS_MAX + LIMIT_HANDSHAKES_MAX + 192, LISTENERS_MAX = 8 };
/* What all links together may hold unsent: four that are as far behind as one may be. */
enum { UNSENT_BYTES_MAX = 4 * OUTBOX_BULK_MAX };
/* How often at most we tell of addresses that connect too fast. */
enum { HURRY_TOLD_MS = 1000 };

struct link_set {
    struct connection_host host; /* first: what a connection knows of us */
    struct connection *slots[SLOTS];
    size_t slots_used; /* no connection lies beyond */
    struct map *by_id; /* link id to slot */
    uint32_t last_inbound_id;
    struct listener *listeners[LISTENERS_MAX];
    size_t listener_count;
    bool has_loopback_rate;
    struct arrival_rate arrivals;
    uint64_t hurried_ever;
    uint64_t hurried_count;   /* turned away for it since it was last told */
    int64_t hurry_told_at_ms; /* 0 = never */
    struct loop_timer *settle_timer;
};

static struct link_set *set_of_host(struct connection_host *host) {
    return (struct link_set *)host;
}

static struct connection *set_find(const struct link_set *set, uint32_t link) {
    uint32_t slot;
    return map_find(set->by_id, &link, &slot) ? set->slots[slot] : NULL;
}

/* SLOTS when all are taken. */
static size_t set_free_slot(const struct link_set *set) {
    size_t slot = 0;
    while (slot < set->slots_used && set->slots[slot]) slot++;
    return slot;
}

static void set_place(struct link_set *set, size_t slot, struct connection *connection) {
    set->slots[slot] = connection;
    if (slot == set->slots_used) set->slots_used++;
}

static uint32_t set_claim_id(struct connection_host *host, struct connection *connection) {
    struct link_set *set = set_of_host(host);
    size_t slot = 0;
    while (set->slots[slot] != connection) slot++;
    do set->last_inbound_id += 4; /* 1 modulo 4, and stays so when it wraps: 3 is for links by WebRTC */
    while (map_find(set->by_id, &set->last_inbound_id, NULL));
    must(map_put(set->by_id, &set->last_inbound_id, (uint32_t)slot));
    return set->last_inbound_id;
}

/* Settling: ends are told from the loop, whatever caused them, and memory goes after that. */

static void set_settle_soon(struct connection_host *host) {
    loop_timer_start(set_of_host(host)->settle_timer, 0);
}

static void set_report(struct link_set *set, struct connection *c) {
    const struct link_callbacks *callbacks = &set->host.callbacks;
    void *context = set->host.context;
    c->is_reported = true;
    if (c->id != 0) (void)map_remove(set->by_id, &c->id);
    if (c->was_up || c->ended_for == REASON_NONE)
        callbacks->down(context, c->id, c->ended_for);
    else if (c->direction == LINK_OUTBOUND)
        callbacks->dial_failed(context, c->id, c->ended_for, c->detail);
    else
        callbacks->turned_away(context, &c->remote, c->ended_for, c->detail);
}

static void set_settle(void *context) {
    struct link_set *set = context;
    for (size_t slot = 0; slot < set->slots_used; slot++) {
        struct connection *c = set->slots[slot];
        if (!c) continue;
        if (c->has_ended && !c->is_reported) set_report(set, c);
        if (c->state != CONNECTION_OVER) continue;
        set->slots[slot] = NULL;
        connection_free(c);
    }
    while (set->slots_used > 0 && !set->slots[set->slots_used - 1]) set->slots_used--;
}

/* Inbound. */

static const char *set_full_for(const struct link_set *set, const struct address *remote) {
    size_t links = 0, handshakes = 0, of_address = 0;
    for (size_t slot = 0; slot < set->slots_used; slot++) {
        const struct connection *c = set->slots[slot];
        if (!c || c->state == CONNECTION_OVER) continue;
        if (!connection_is_handshake(c)) {
            links++;
            continue;
        }
        handshakes++;
        if (address_same_ip(&c->remote, remote)) of_address++;
    }
    if (links + handshakes >= LIMIT_LINKS_MAX) return "all links are taken";
    if (handshakes >= LIMIT_HANDSHAKES_MAX) return "too many handshakes are under way";
    if (of_address >= LIMIT_HANDSHAKES_PER_ADDRESS_MAX) return "too many handshakes of this address are under way";
    return set_free_slot(set) == SLOTS ? "all links are taken" : NULL;
}

/* One telling stands for many: a flood must not cost an event each. */
static void set_tell_hurry(struct link_set *set, const struct address *remote, int64_t now_ms) {
    char detail[96];
    set->hurried_count++;
    set->hurried_ever++;
    if (set->hurry_told_at_ms != 0 && now_ms - set->hurry_told_at_ms < HURRY_TOLD_MS) return;
    (void)snprintf(detail, sizeof detail, "it connects too often; connections not taken since the last such line: %llu",
                   (unsigned long long)set->hurried_count);
    set->hurried_count = 0;
    set->hurry_told_at_ms = now_ms;
    set->host.callbacks.turned_away(set->host.context, remote, REASON_RATE, detail);
}

/* Who connects from this machine is no stranger: a swarm of its own, a proxy, a test. */
static bool set_has_budget(struct link_set *set, const struct address *remote, int64_t now_ms) {
    const bool is_exempt = !set->has_loopback_rate && address_scope(remote) == ADDRESS_SCOPE_LOOPBACK;
    return is_exempt || arrival_rate_take(&set->arrivals, remote, now_ms);
}

static void set_accepted(void *context, int fd, const struct address *remote) {
    struct link_set *set = context;
    const int64_t now_ms = loop_now_ms(set->host.loop);
    if (!set_has_budget(set, remote, now_ms)) {
        (void)close(fd);
        set_tell_hurry(set, remote, now_ms);
        return;
    }
    const char *full = set_full_for(set, remote);
    if (!full) {
        set_place(set, set_free_slot(set), connection_accept(&set->host, fd, remote));
        return;
    }
    (void)close(fd);
    set->host.callbacks.turned_away(set->host.context, remote, REASON_RESOURCES, full);
}

enum err link_set_listen(struct link_set *set, const struct address *at, struct address *bound,
                         struct err_detail *detail) {
    if (set->listener_count == LISTENERS_MAX)
        return err_set(detail, ERR_LIMIT, "a node listens for links in at most %d places", LISTENERS_MAX);
    struct address place;
    enum err err =
        listener_open(&set->listeners[set->listener_count], set->host.loop, at, set_accepted, set, &place, detail);
    if (err != ERR_OK) return err;
    set->listener_count++;
    if (bound) *bound = place;
    return ERR_OK;
}

void link_set_stop_listening(struct link_set *set) {
    while (set->listener_count > 0) listener_close(set->listeners[--set->listener_count]);
}

/* Outbound, and each link. */

void link_set_dial(struct link_set *set, uint32_t link, const struct address *to, const struct node_id *expected) {
    must(link != 0 && link % 2 == 0 && !set_find(set, link));
    const size_t slot = set_free_slot(set);
    must(slot < SLOTS); /* the engine holds at most LIMIT_LINKS_MAX links and a few dials */
    struct connection *connection = connection_dial(&set->host, link, to, expected);
    set_place(set, slot, connection);
    must(map_put(set->by_id, &link, (uint32_t)slot));
}

/* The link that is furthest behind pays for all: it alone has made the others wait. */
static void set_shed(struct link_set *set) {
    struct connection *worst = NULL;
    for (size_t slot = 0; slot < set->slots_used; slot++) {
        struct connection *c = set->slots[slot];
        if (c && (!worst || c->unsent_counted > worst->unsent_counted)) worst = c;
    }
    if (worst) connection_shed(worst, REASON_RESOURCES);
}

void link_set_send(struct link_set *set, uint32_t link, uint8_t type, struct span body) {
    struct connection *connection = set_find(set, link);
    if (connection) connection_send(connection, type, body);
    while (set->host.unsent_bytes > UNSENT_BYTES_MAX) set_shed(set);
}

void link_set_close(struct link_set *set, uint32_t link, bool is_graceful) {
    struct connection *connection = set_find(set, link);
    if (connection) connection_close(connection, is_graceful);
}

size_t link_set_bulk_unsent(const struct link_set *set, uint32_t link) {
    const struct connection *connection = set_find(set, link);
    return connection == NULL ? SIZE_MAX : connection_bulk_unsent(connection);
}

bool link_set_measure(const struct link_set *set, uint32_t link, struct link_measure *measure) {
    const struct connection *connection = set_find(set, link);
    return connection && connection->was_up && connection_measure(connection, measure);
}

uint64_t link_set_callers_over_rate(const struct link_set *set) {
    return set->hurried_ever;
}

size_t link_set_count(const struct link_set *set) {
    size_t count = 0;
    for (size_t slot = 0; slot < set->slots_used; slot++) count += set->slots[slot] != NULL;
    return count;
}

enum err link_set_new(struct link_set **set, const struct link_options *options, struct err_detail *detail) {
    struct link_set *s = memory_zeroed(1, sizeof *s);
    const enum err err = tls_context_init(&s->host.tls, options->key, detail);
    if (err != ERR_OK) {
        memory_free(s);
        return err;
    }
    /* The ids are ours: nobody chooses collisions, so the seed need not be secret. */
    s->by_id = map_new(SLOTS, sizeof(uint32_t), 0);
    if (!s->by_id) {
        tls_context_deinit(&s->host.tls);
        memory_free(s);
        return err_set(detail, ERR_MEMORY, "there is no memory for links");
    }
    s->has_loopback_rate = options->has_loopback_rate;
    s->host.loop = options->loop;
    s->host.own = sign_public_key(options->key);
    s->host.callbacks = options->callbacks;
    s->host.context = options->context;
    s->host.claim_id = set_claim_id;
    s->host.settle = set_settle_soon;
    s->host.checks = check_pool_new(options->loop, &options->verifier);
    s->settle_timer = loop_timer_open(options->loop, set_settle, s);
    s->last_inbound_id = UINT32_MAX - 2; /* the first is 1 */
    *set = s;
    return ERR_OK;
}

void link_set_free(struct link_set *set) {
    if (!set) return;
    link_set_stop_listening(set);
    for (size_t slot = 0; slot < set->slots_used; slot++)
        if (set->slots[slot]) connection_free(set->slots[slot]);
    loop_timer_close(set->settle_timer);
    check_pool_free(set->host.checks);
    map_free(set->by_id);
    tls_context_deinit(&set->host.tls);
    memory_free(set);
}
