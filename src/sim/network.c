/* SPDX-License-Identifier: Apache-2.0 */
#include "sim/network.h"

#include "base/map.h"
#include "base/memory.h"
#include "base/must.h"
#include "base/prng.h"
#include "sim/stream.h"
#include "swarm/limits.h"

#include <string.h>

/* TCP tries again after 200 ms, then doubles. */
enum { RETRY_MS_MIN = 200, RETRY_MS_MAX = 30000 };
enum { ADDRESS_KEY_SIZE = 19, ENDS_FIRST = 8 };

enum end_state { END_HANDSHAKING, END_UP, END_FLUSHING, END_GONE };

struct wire;
struct wire_end {
    struct wire *wire;
    uint32_t host;
    uint64_t epoch; /* of the process that holds it */
    uint32_t link;  /* 0: no id yet */
    enum end_state state;
    bool is_pumping; /* a moment will look at what comes in */
    int64_t began_at_ms;
    int64_t retry_ms;
    bool is_lost; /* its machine died: what it sent is not sent again */
    struct network_traffic traffic;
    struct stream incoming;
};
struct wire {
    struct wire_end ends[2]; /* the dialler's, the acceptor's */
    bool has_expected;
    bool is_signaled;
    uint64_t number; /* of all, for its certificates */
    bool is_severed;
    struct node_id expected;
    struct address dialled, caller; /* each end's name for the other */
    uint32_t waiting;               /* moments that name it, and calls at work on it */
    struct wire *previous, *next;
};
struct port {
    bool is_open;     /* a process runs */
    bool is_off;      /* not even the machine answers */
    bool is_signaled; /* it can be called through signaling */
    uint64_t epoch;
    uint32_t next_inbound;
    uint32_t call_count;
    int64_t stalled_until_ms;
    struct public_key key;
    struct address address; /* its own */
    struct nat nat;
    struct wire_end **ends; /* those with an id */
    size_t end_count, end_capacity;
};
struct network {
    struct network_options options;
    struct network_callbacks callbacks;
    void *context;
    struct timeline *timeline;
    struct prng prng;
    struct cuts cuts;
    struct weather weather;
    size_t port_count;
    struct port *ports;
    struct map *by_address;
    uint64_t wire_count; /* ever */
    struct wire *wires;
};

/* Making and freeing. */

struct network *network_new(const struct network_options *options, size_t host_count, struct timeline *timeline,
                            const struct network_callbacks *callbacks, void *context) {
    struct network *network = memory_zeroed(1, sizeof *network);
    network->options = *options;
    network->callbacks = *callbacks;
    network->context = context;
    network->timeline = timeline;
    network->prng = prng_seeded(options->seed);
    network->port_count = host_count;
    cuts_init(&network->cuts, host_count);
    network->ports = memory_zeroed(host_count, sizeof *network->ports);
    network->by_address = map_new(host_count, ADDRESS_KEY_SIZE, options->seed);
    must(network->by_address != NULL);
    return network;
}

static void wire_free(struct network *network, struct wire *wire) {
    for (int i = 0; i < 2; i++) stream_clear(&wire->ends[i].incoming);
    if (wire->previous != NULL) wire->previous->next = wire->next;
    if (wire->next != NULL) wire->next->previous = wire->previous;
    if (network->wires == wire) network->wires = wire->next;
    memory_free(wire);
}

void network_free(struct network *network) {
    if (network == NULL) return;
    while (network->wires != NULL) wire_free(network, network->wires);
    for (size_t i = 0; i < network->port_count; i++) memory_free(network->ports[i].ends);
    memory_free(network->ports);
    cuts_deinit(&network->cuts);
    map_free(network->by_address);
    memory_free(network);
}

/* Who and when. */

static struct port *port_of(const struct network *network, uint32_t host) {
    must_le(host + 1, network->port_count);
    return &network->ports[host];
}

static void address_key(const struct address *address, uint8_t key[ADDRESS_KEY_SIZE]) {
    key[0] = address->family;
    key[1] = (uint8_t)(address->port >> 8);
    key[2] = (uint8_t)address->port;
    memcpy(key + 3, address->ip, sizeof address->ip);
}

static struct wire_end *other_end(const struct wire_end *end) {
    return &end->wire->ends[end == &end->wire->ends[0]];
}

static bool is_dialler(const struct wire_end *end) {
    return end == &end->wire->ends[0];
}

/* Whether the process that held this end is still there to be told. */
static bool is_current(const struct network *network, const struct wire_end *end) {
    const struct port *port = &network->ports[end->host];
    return port->is_open && port->epoch == end->epoch;
}

/* Whether nothing reaches this end from the other. */
static bool is_cut(const struct network *network, const struct wire_end *end) {
    return !cuts_pass(&network->cuts, other_end(end)->host, end->host);
}

/* The same for both directions of a pair, and in every run of a seed. */
static int64_t pair_delay_ms(const struct network *network, uint32_t a, uint32_t b) {
    const struct network_options *options = &network->options;
    uint64_t key = a < b ? (uint64_t)a << 32 | b : (uint64_t)b << 32 | a;
    uint64_t spread = (uint64_t)(options->delay_ms_max - options->delay_ms_min + 1);
    return options->delay_ms_min + (int64_t)(map_hash(SPAN_NONE, options->seed, key) % spread);
}

static int64_t crossing_ms(struct network *network, struct wire_end *from, size_t size) {
    uint32_t to = other_end(from)->host;
    uint64_t pair_dice = map_hash(SPAN_NONE, ~network->options.seed, (uint64_t)from->host << 32 | to);
    struct crossing crossing = weather_cross(&network->weather, &network->prng, pair_dice, size);
    from->traffic.segments_out += crossing.segments;
    from->traffic.segments_resent += crossing.resent;
    int64_t delay_ms = pair_delay_ms(network, from->host, to) + crossing.extra_ms;
    return delay_ms + prng_between(&network->prng, 0, network->options.jitter_ms);
}

/* Moments: each one named in `waiting`, so that a connection is freed when nothing knows it any more. */

static void wire_release(struct network *network, struct wire *wire) {
    wire->waiting--;
    bool is_over = wire->ends[0].state == END_GONE && wire->ends[1].state == END_GONE && wire->waiting == 0;
    if (is_over) wire_free(network, wire);
}

static void later(struct network *network, struct wire_end *end, int64_t at_ms,
                  void (*happen)(void *context, void *subject, uint64_t number)) {
    uint64_t number = is_dialler(end) ? 0 : 1;
    end->wire->waiting++;
    timeline_add(network->timeline, at_ms, (struct moment){happen, network, end->wire, number});
}

static void pump_happens(void *context, void *subject, uint64_t number);

static void pump_at(struct network *network, struct wire_end *end, int64_t at_ms) {
    if (end->is_pumping) return;
    end->is_pumping = true;
    later(network, end, at_ms, pump_happens);
}

static void send_segment(struct network *network, struct wire_end *from, enum segment_kind kind, struct span bytes) {
    struct wire_end *to = other_end(from);
    if (from->wire->is_severed) return;
    stream_put(&to->incoming, kind, bytes, network->timeline->now_ms + crossing_ms(network, from, bytes.size));
    pump_at(network, to, stream_first(&to->incoming)->due_ms);
}

static void send_sign(struct network *network, struct wire_end *from, enum segment_kind kind) {
    send_segment(network, from, kind, SPAN_NONE);
}

/* The links of a host. */

static void name_end(struct network *network, struct wire_end *end, uint32_t link) {
    struct port *port = &network->ports[end->host];
    if (port->end_count == port->end_capacity) {
        port->end_capacity = port->end_capacity == 0 ? ENDS_FIRST : 2 * port->end_capacity;
        port->ends = memory_resized(port->ends, port->end_capacity * sizeof *port->ends);
    }
    end->link = link;
    port->ends[port->end_count++] = end;
}

static struct wire_end *find_end(const struct network *network, uint32_t host, uint32_t link) {
    const struct port *port = port_of(network, host);
    for (size_t i = 0; i < port->end_count; i++) {
        if (port->ends[i]->link == link) return port->ends[i];
    }
    return NULL;
}

static void forget_end(struct network *network, struct wire_end *end) {
    struct port *port = &network->ports[end->host];
    end->state = END_GONE;
    for (size_t i = 0; i < port->end_count; i++) {
        if (port->ends[i] != end) continue;
        port->ends[i] = port->ends[--port->end_count];
        return;
    }
}

static void tell_down(struct network *network, struct wire_end *end, enum reason reason) {
    forget_end(network, end);
    if (is_current(network, end)) network->callbacks.down(network->context, end->host, end->link, reason);
}

static void tell_dial_failed(struct network *network, struct wire_end *end, enum reason reason, const char *detail) {
    forget_end(network, end);
    if (!is_current(network, end)) return;
    network->callbacks.dial_failed(network->context, end->host, end->link, reason, detail);
}

static void tell_turned_away(struct network *network, struct wire_end *end, enum reason reason) {
    forget_end(network, end);
    if (!is_current(network, end)) return;
    network->callbacks.turned_away(network->context, end->host, &end->wire->caller, reason);
}

/* No two connections have a certificate in common. */
static void write_certificate(const struct wire_end *end, uint8_t hash[CERTIFICATE_HASH_SIZE]) {
    memset(hash, 0, CERTIFICATE_HASH_SIZE);
    memcpy(hash, &end->wire->number, sizeof end->wire->number);
    hash[sizeof end->wire->number] = is_dialler(end);
}

static void tell_up(struct network *network, struct wire_end *end) {
    const struct port *remote = &network->ports[other_end(end)->host];
    struct network_up up = {
        .link = end->link,
        .is_inbound = !is_dialler(end),
        .remote = is_dialler(end) ? end->wire->dialled : end->wire->caller,
        .key = remote->key,
        .is_signaled = end->wire->is_signaled,
        .handshake_ms = network->timeline->now_ms - end->began_at_ms,
    };
    write_certificate(end, up.binding.own);
    write_certificate(other_end(end), up.binding.peer);
    end->state = END_UP;
    if (is_current(network, end)) network->callbacks.up(network->context, end->host, &up);
}

/* The handshake. */

static void end_of_patience(void *context, void *subject, uint64_t number) {
    struct network *network = context;
    struct wire *wire = subject;
    struct wire_end *end = &wire->ends[number];
    int64_t stalled_until_ms = network->ports[end->host].stalled_until_ms;
    if (end->state == END_HANDSHAKING && stalled_until_ms > network->timeline->now_ms) {
        later(network, end, stalled_until_ms, end_of_patience);
    } else if (end->state == END_HANDSHAKING) {
        send_sign(network, end, SEGMENT_RESET);
        if (is_dialler(end)) tell_dial_failed(network, end, REASON_TIMEOUT, "it did not answer the connection in 5 s");
        if (!is_dialler(end)) tell_turned_away(network, end, REASON_TIMEOUT);
    }
    wire_release(network, wire);
}

static void receive_syn(struct network *network, struct wire_end *end) {
    const struct port *port = &network->ports[end->host];
    if (!port->is_open) {
        forget_end(network, end);
        send_sign(network, end, SEGMENT_RESET);
        return;
    }
    end->epoch = port->epoch;
    end->began_at_ms = network->timeline->now_ms;
    later(network, end, network->timeline->now_ms + LIMIT_TLS_MS, end_of_patience);
    send_sign(network, end, SEGMENT_SYN_ANSWER);
}

static void refuse_key(struct network *network, struct wire_end *end, enum reason reason, const char *detail) {
    send_sign(network, end, SEGMENT_ALERT);
    tell_dial_failed(network, end, reason, detail);
}

static void finish_dial(struct network *network, struct wire_end *end) {
    const struct public_key *own = &network->ports[end->host].key;
    const struct public_key *key = &network->ports[other_end(end)->host].key;
    struct node_id id = node_id_of_key(key);
    if (end->wire->is_signaled) {
        send_sign(network, end, SEGMENT_FINISHED);
        tell_up(network, end);
    } else if (public_key_equal(own, key)) {
        refuse_key(network, end, REASON_SELF, "that is this node");
    } else if (end->wire->has_expected && !node_id_equal(&id, &end->wire->expected)) {
        refuse_key(network, end, REASON_IDENTITY, "another node answered");
    } else {
        send_sign(network, end, SEGMENT_FINISHED);
        tell_up(network, end);
    }
}

static void finish_accept(struct network *network, struct wire_end *end) {
    struct port *port = &network->ports[end->host];
    if (!end->wire->is_signaled && public_key_equal(&port->key, &network->ports[other_end(end)->host].key)) {
        send_sign(network, end, SEGMENT_RESET);
        tell_turned_away(network, end, REASON_SELF);
        return;
    }
    name_end(network, end, port->next_inbound);
    port->next_inbound += 2;
    tell_up(network, end);
}

/* What arrives. */

static void receive_while_handshaking(struct network *network, struct wire_end *end, enum segment_kind kind) {
    switch (kind) {
    case SEGMENT_SYN: receive_syn(network, end); return;
    case SEGMENT_SYN_ANSWER: send_sign(network, end, SEGMENT_CLIENT_HELLO); return;
    case SEGMENT_CLIENT_HELLO: send_sign(network, end, SEGMENT_SERVER_FLIGHT); return;
    case SEGMENT_SERVER_FLIGHT: finish_dial(network, end); return;
    case SEGMENT_FINISHED: finish_accept(network, end); return;
    case SEGMENT_ALERT:
    case SEGMENT_END:
    case SEGMENT_RESET:
        if (is_dialler(end)) tell_dial_failed(network, end, REASON_REFUSED, "it refused the connection");
        if (!is_dialler(end)) tell_turned_away(network, end, REASON_TLS_FAILED);
        return;
    case SEGMENT_BYTES: must(kind != SEGMENT_BYTES); return; /* nothing overtakes the handshake */
    }
}

static void receive_while_up(struct network *network, struct wire_end *end, const struct segment *segment) {
    switch (segment->kind) {
    case SEGMENT_BYTES:
        if (!is_current(network, end)) return;
        network->callbacks.bytes(network->context, end->host, end->link, (struct span){segment->bytes, segment->size});
        return;
    case SEGMENT_END:
        send_sign(network, end, SEGMENT_END);
        tell_down(network, end, REASON_RESET);
        return;
    case SEGMENT_RESET: tell_down(network, end, REASON_RESET); return;
    case SEGMENT_SYN:
    case SEGMENT_SYN_ANSWER:
    case SEGMENT_CLIENT_HELLO:
    case SEGMENT_SERVER_FLIGHT:
    case SEGMENT_FINISHED:
    case SEGMENT_ALERT: return;
    }
}

static void receive(struct network *network, struct wire_end *end, const struct segment *segment) {
    bool is_last = segment->kind == SEGMENT_END || segment->kind == SEGMENT_RESET || segment->kind == SEGMENT_ALERT;
    if (network->ports[end->host].is_off) {
        forget_end(network, end);
        return;
    }
    switch (end->state) {
    case END_HANDSHAKING: receive_while_handshaking(network, end, segment->kind); return;
    case END_UP: receive_while_up(network, end, segment); return;
    case END_FLUSHING: /* what still comes is forgotten, until the other end lets go too */
        if (is_last) tell_down(network, end, REASON_NONE);
        return;
    case END_GONE:
        if (!is_last) send_sign(network, end, SEGMENT_RESET);
        return;
    }
}

static bool needs_process(enum segment_kind kind) {
    return kind != SEGMENT_SYN && kind != SEGMENT_SYN_ANSWER;
}

/* When the first thing under way can be received; a cut is probed again and again. */
static int64_t receivable_ms(const struct network *network, struct wire_end *end, const struct segment *segment) {
    int64_t now_ms = network->timeline->now_ms;
    int64_t stalled_until_ms = network->ports[end->host].stalled_until_ms;
    if (segment->due_ms > now_ms) return segment->due_ms;
    if (is_cut(network, end)) {
        other_end(end)->traffic.segments_resent++;
        end->retry_ms = end->retry_ms == 0 ? RETRY_MS_MIN : 2 * end->retry_ms;
        if (end->retry_ms > RETRY_MS_MAX) end->retry_ms = RETRY_MS_MAX;
        return now_ms + end->retry_ms;
    }
    end->retry_ms = 0;
    return needs_process(segment->kind) && stalled_until_ms > now_ms ? stalled_until_ms : now_ms;
}

static bool receive_next(struct network *network, struct wire_end *end) {
    const struct segment *first = stream_first(&end->incoming);
    if (first == NULL) return false;
    if (other_end(end)->is_lost && first->due_ms <= network->timeline->now_ms && is_cut(network, end)) {
        stream_clear(&end->incoming);
        return false;
    }
    int64_t at_ms = receivable_ms(network, end, first);
    if (at_ms > network->timeline->now_ms) {
        pump_at(network, end, at_ms);
        return false;
    }
    struct segment *segment = stream_take(&end->incoming);
    receive(network, end, segment);
    memory_free(segment);
    return true;
}

static void pump_happens(void *context, void *subject, uint64_t number) {
    struct network *network = context;
    struct wire *wire = subject;
    struct wire_end *end = &wire->ends[number];
    end->is_pumping = false;
    if (wire->is_severed) stream_clear(&end->incoming);
    while (receive_next(network, end)) continue;
    wire_release(network, wire);
}

/* What hosts do. */

void network_place(struct network *network, uint32_t host, const struct address *own, const struct nat *nat) {
    uint8_t key[ADDRESS_KEY_SIZE];
    struct port *port = port_of(network, host);
    struct address at;
    port->address = *own;
    port->nat = *nat;
    if (!nat_dialled_at(nat, own, &at)) return;
    address_key(&at, key);
    must(map_put(network->by_address, key, host));
}

void network_open(struct network *network, uint32_t host, const struct public_key *key) {
    struct port *port = port_of(network, host);
    must(!port->is_open);
    port->is_open = true;
    port->is_off = port->is_signaled = false;
    port->epoch++;
    port->next_inbound = 1;
    port->key = *key;
}

static void shut_end(struct network *network, struct wire_end *end, uint32_t host, enum network_death death) {
    const struct port *port = &network->ports[host];
    if (end->host != host || end->epoch != port->epoch || end->state == END_GONE) return;
    if (death == NETWORK_PROCESS_DIES) send_sign(network, end, SEGMENT_RESET);
    end->is_lost = death == NETWORK_MACHINE_DIES;
    forget_end(network, end);
}

void network_shut(struct network *network, uint32_t host, enum network_death death) {
    struct port *port = port_of(network, host);
    port->is_open = false;
    port->is_off = death == NETWORK_MACHINE_DIES;
    port->stalled_until_ms = 0;
    for (struct wire *wire = network->wires, *next; wire != NULL; wire = next) {
        next = wire->next;
        wire->waiting++;
        shut_end(network, &wire->ends[0], host, death);
        shut_end(network, &wire->ends[1], host, death);
        wire_release(network, wire);
    }
}

void network_signal(struct network *network, uint32_t host) {
    must(port_of(network, host)->is_open);
    network->ports[host].is_signaled = true;
}

void network_stall(struct network *network, uint32_t host, int64_t until_ms) {
    port_of(network, host)->stalled_until_ms = until_ms;
}

struct cuts *network_cuts(struct network *network) {
    return &network->cuts;
}

struct weather *network_weather(struct network *network) {
    return &network->weather;
}

bool network_passes(const struct network *network, uint32_t from, uint32_t to) {
    return cuts_pass(&network->cuts, from, to);
}

bool network_reaches_beacons(const struct network *network, uint32_t host) {
    return cuts_reach_side(&network->cuts, host, 0);
}

void network_sever(struct network *network) {
    for (struct wire *wire = network->wires; wire != NULL; wire = wire->next) {
        if (is_cut(network, &wire->ends[0]) || is_cut(network, &wire->ends[1])) wire->is_severed = true;
    }
}

static struct wire *wire_new(struct network *network, uint32_t from, uint32_t to) {
    struct wire *wire = memory_zeroed(1, sizeof *wire);
    wire->ends[0] = (struct wire_end){.wire = wire, .host = from, .epoch = network->ports[from].epoch};
    wire->ends[1] = (struct wire_end){.wire = wire, .host = to};
    wire->number = network->wire_count++;
    wire->next = network->wires;
    if (wire->next != NULL) wire->next->previous = wire;
    network->wires = wire;
    return wire;
}

static bool find_by_address(const struct network *network, const struct address *address, uint32_t *host) {
    uint8_t key[ADDRESS_KEY_SIZE];
    address_key(address, key);
    return map_find(network->by_address, key, host);
}

/* Who is registered under that id just now. */
static bool find_by_id(const struct network *network, const struct node_id *id, uint32_t *host) {
    for (uint32_t i = 0; i < network->port_count; i++) {
        const struct port *port = &network->ports[i];
        const struct node_id own = node_id_of_key(&port->key);
        if (!port->is_open || !port->is_signaled || !node_id_equal(&own, id)) continue;
        *host = i;
        return true;
    }
    return false;
}

static struct address address_seen(struct network *network, uint32_t host) {
    struct port *port = port_of(network, host);
    return nat_caller(&port->nat, &port->address, port->call_count++);
}

void network_dial(struct network *network, uint32_t host, const struct network_dial *dial) {
    uint32_t target = host;
    const bool has_target = dial->by_signaling ? find_by_id(network, &dial->expected, &target)
                                               : find_by_address(network, &dial->to, &target);
    struct wire *wire = wire_new(network, host, target);
    wire->is_signaled = dial->by_signaling;
    wire->has_expected = dial->has_expected;
    wire->expected = dial->expected;
    wire->dialled = dial->by_signaling ? address_seen(network, target) : dial->to;
    wire->caller = address_seen(network, host);
    wire->is_severed = !has_target; /* nobody lives there: the syn goes nowhere */
    if (!has_target) wire->ends[1].state = END_GONE;
    wire->ends[0].began_at_ms = network->timeline->now_ms;
    name_end(network, &wire->ends[0], dial->link);
    later(network, &wire->ends[0], network->timeline->now_ms + LIMIT_CONNECT_MS, end_of_patience);
    send_sign(network, &wire->ends[0], SEGMENT_SYN);
}

void network_send(struct network *network, uint32_t host, uint32_t link, struct span bytes) {
    struct wire_end *end = find_end(network, host, link);
    if (end == NULL || end->state != END_UP) return;
    bool is_split = bytes.size > 1 && prng_below(&network->prng, 100) < network->options.split_percent;
    size_t first = is_split ? 1 + prng_below(&network->prng, (uint32_t)(bytes.size - 1)) : bytes.size;
    send_segment(network, end, SEGMENT_BYTES, (struct span){bytes.at, first});
    if (is_split) send_segment(network, end, SEGMENT_BYTES, (struct span){bytes.at + first, bytes.size - first});
}

size_t network_unsent(const struct network *network, uint32_t host, uint32_t link) {
    const struct wire_end *end = find_end(network, host, link);
    return end == NULL ? 0 : other_end(end)->incoming.size;
}

static void drained(void *context, void *subject, uint64_t number) {
    struct network *network = context;
    struct wire *wire = subject;
    struct wire_end *end = &wire->ends[number];
    if (end->state == END_FLUSHING) tell_down(network, end, REASON_NONE);
    wire_release(network, wire);
}

static void closed_at_once(void *context, void *subject, uint64_t number) {
    struct network *network = context;
    struct wire *wire = subject;
    tell_down(network, &wire->ends[number], REASON_NONE);
    wire_release(network, wire);
}

void network_close(struct network *network, uint32_t host, uint32_t link, bool is_graceful) {
    struct wire_end *end = find_end(network, host, link);
    if (end == NULL || end->state == END_GONE) return;
    int64_t now_ms = network->timeline->now_ms;
    if (is_graceful && end->state == END_FLUSHING) return;
    if (is_graceful && end->state == END_UP) {
        end->state = END_FLUSHING;
        send_sign(network, end, SEGMENT_END);
        later(network, end, now_ms + LIMIT_CLOSE_MS, drained);
        return;
    }
    send_sign(network, end, SEGMENT_RESET);
    forget_end(network, end);
    later(network, end, now_ms, closed_at_once);
}

struct network_traffic network_traffic(const struct network *network, uint32_t host, uint32_t link) {
    const struct wire_end *end = find_end(network, host, link);
    return end == NULL ? (struct network_traffic){0} : end->traffic;
}

size_t network_link_count(const struct network *network, uint32_t host) {
    return port_of(network, host)->end_count;
}

uint32_t network_link_at(const struct network *network, uint32_t host, size_t index) {
    return port_of(network, host)->ends[index]->link;
}
