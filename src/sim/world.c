/* SPDX-License-Identifier: Apache-2.0 */
#include "sim/world.h"

#include "base/map.h"
#include "base/memory.h"
#include "base/must.h"
#include "sim/checkers/checker.h"
#include "sim/verify_cache.h"
#include "swarm/engine_view.h"

#include <stdio.h>

enum { FIRST_NOW_MS = 1000000, CHECK_EVERY_MS = 1000, LOOK_EVERY_MS = 100, START_SPREAD_MS = 1000 };
enum { TRACE_LINES = 4096, BOOK_ROWS = 128, PASSIVE_TICKETS = 32, LINKS = 32, RECORDS = 2048, FILES = 256 };
enum { MEASURE_MS = 10000, UPLINK_BYTES_PER_SECOND = 2500000 }; /* 20 Mbit/s, as many homes have */
/* Times of tickets should look like times. */
#define WALL_ZERO_MS 1763640000000LL

struct world {
    struct stage stage;
    struct verify_cache *cache;
    struct prng prng;
    size_t node_count;
    struct host *hosts;
    struct map *by_id; /* which node has an id */
    int64_t next_check_ms;
    struct checker_state checkers;
};

/* The network's and the beacons' words, passed on to the host they are for. */

static struct host *host_at(struct world *world, uint32_t node) {
    must_le(node + 1, world->node_count);
    return &world->hosts[node];
}

static void on_up(void *context, uint32_t host, const struct network_up *up) {
    host_link_up(host_at(context, host), up);
}

static void on_bytes(void *context, uint32_t host, uint32_t link, struct span bytes) {
    host_bytes(host_at(context, host), link, bytes);
}

static void on_down(void *context, uint32_t host, uint32_t link, enum reason reason) {
    host_link_down(host_at(context, host), link, reason);
}

static void on_dial_failed(void *context, uint32_t host, uint32_t link, enum reason reason, const char *detail) {
    host_dial_failed(host_at(context, host), link, reason, detail);
}

static void on_turned_away(void *context, uint32_t host, const struct address *remote, enum reason reason) {
    host_turned_away(host_at(context, host), remote, reason);
}

static void on_answered(void *context, const struct beacon_result *result) {
    host_beacon_answered(host_at(context, result->host), result);
}

static int64_t ready_ms(void *context, uint32_t host) {
    return host_at(context, host)->stalled_until_ms;
}

/* Making. */

static size_t or_default(size_t wanted, size_t usual) {
    return wanted == 0 ? usual : wanted;
}

static void make_network(struct world *world, const struct world_options *options) {
    struct network_callbacks callbacks = {on_up, on_bytes, on_down, on_dial_failed, on_turned_away};
    bool is_usual = options->delay_ms_min == 0 && options->delay_ms_max == 0 && options->jitter_ms == 0;
    struct network_options network = {
        .seed = prng_next(&world->prng),
        .delay_ms_min = is_usual ? 5 : options->delay_ms_min,
        .delay_ms_max = is_usual ? 60 : options->delay_ms_max,
        .jitter_ms = is_usual ? 10 : options->jitter_ms,
        .split_percent = 5,
    };
    world->stage.network = network_new(&network, options->node_count, &world->stage.timeline, &callbacks, world);
}

static void make_beacons(struct world *world, const struct world_options *options) {
    world->stage.beacon_count = options->has_no_beacon ? 0 : or_default(options->beacon_count, 1);
    must_le(world->stage.beacon_count, STAGE_BEACONS_MAX);
    for (size_t i = 0; i < world->stage.beacon_count; i++) {
        struct beacon_host_options beacon = {
            .seed = prng_next(&world->prng),
            .wall_zero_ms = WALL_ZERO_MS,
            .delay_ms = 20,
            .jitter_ms = 20,
            .verifier = world->stage.verifier,
            .timeline = &world->stage.timeline,
            .answered = on_answered,
            .ready_ms = ready_ms,
            .context = world,
        };
        world->stage.beacons[i] = beacon_host_new(&beacon);
    }
}

/* 198.18.0.0/15 is set aside for benchmarks: no real node is ever there, and the dial policy takes it for public. Each
 * of its 512 prefixes has a node before one has two, as in a swarm of strangers. */
static struct address address_of_node(uint32_t node) {
    struct address address = {.family = ADDRESS_IPV4, .port = 8782, .ip = {198}};
    address.ip[1] = (uint8_t)(18 + (node >> 8 & 1));
    address.ip[2] = (uint8_t)node;
    address.ip[3] = (uint8_t)(1 + (node >> 9));
    return address;
}

/* Behind a router: mapped hosts have the public address they would have had; three closed ones share a router. */
enum { NODES_PER_ROUTER = 3 };

static struct nat nat_of_node(const struct world_options *options, uint32_t node, uint32_t dice) {
    struct nat nat = {.kind = NAT_OPEN};
    if (dice < options->closed_percent) {
        nat.kind = NAT_CLOSED;
        nat.public_address = address_of_node(node / NODES_PER_ROUTER);
        nat.public_address.ip[3] = (uint8_t)(nat.public_address.ip[3] + 100);
        nat.public_address.port = 0;
    } else if (dice < options->closed_percent + options->mapped_percent) {
        nat.kind = NAT_MAPPED;
        nat.public_address = address_of_node(node);
    }
    return nat;
}

static struct address address_of_home(uint32_t node) {
    struct address address = {.family = ADDRESS_IPV4, .port = 8782, .ip = {10}};
    address.ip[1] = (uint8_t)(node >> 16);
    address.ip[2] = (uint8_t)(node >> 8);
    address.ip[3] = (uint8_t)node;
    return address;
}

/* Every kind of liar has its turn before one comes again. */
static enum liar_kind liar_of_node(const struct world_options *options, uint32_t node, uint32_t dice) {
    if (options->liar_kind != LIAR_NONE) return dice < options->liar_percent ? options->liar_kind : LIAR_NONE;
    return dice < options->liar_percent ? (enum liar_kind)(1 + node % (LIAR_KIND_COUNT - 1)) : LIAR_NONE;
}

static void make_host(struct world *world, const struct world_options *options, uint32_t node) {
    struct prng dice = prng_seeded(options->seed + node); /* so that who is what changes nothing else */
    struct host_options host = {
        .seed = prng_next(&world->prng),
        .address = address_of_node(node),
        .nat = nat_of_node(options, node, prng_below(&dice, 100)),
        .liar = liar_of_node(options, node, prng_below(&dice, 100)),
        .is_advertised = true,
        .has_user = !options->has_no_users,
        .has_signaling = options->has_signaling,
        .book_rows = or_default(options->book_rows, BOOK_ROWS),
        .passive_tickets = or_default(options->passive_tickets, PASSIVE_TICKETS),
        .links = or_default(options->links, LINKS),
        .records = or_default(options->records, RECORDS),
        .files = or_default(options->files, FILES),
        .room_bytes = options->room_bytes,
        .measure_every_ms = MEASURE_MS,
        .uplink_bytes_per_second =
            options->uplink_bytes_per_second == 0 ? UPLINK_BYTES_PER_SECOND : options->uplink_bytes_per_second,
    };
    if (host.nat.kind != NAT_OPEN) host.address = address_of_home(node);
    if (host.nat.kind != NAT_OPEN) host.is_advertised = false;
    host_init(&world->hosts[node], &world->stage, node, &host);
    must(map_put(world->by_id, world->hosts[node].node_id.bytes, node));
}

static void make_hosts(struct world *world, const struct world_options *options) {
    world->node_count = options->node_count;
    world->hosts = memory_zeroed(options->node_count, sizeof *world->hosts);
    world->by_id = map_new(options->node_count, sizeof(struct node_id), options->seed);
    must(world->by_id != NULL);
    for (uint32_t i = 0; i < options->node_count; i++) make_host(world, options, i);
}

struct world *world_new(const struct world_options *options) {
    struct world *world = memory_zeroed(1, sizeof *world);
    must(sign_init() && options->node_count > 0);
    timeline_init(&world->stage.timeline, FIRST_NOW_MS);
    trace_init(&world->stage.trace, or_default(options->trace_lines, TRACE_LINES));
    world->prng = prng_seeded(options->seed);
    world->cache = verify_cache_new(prng_next(&world->prng));
    must(world->cache != NULL);
    world->stage.verifier = verify_cache_verifier(world->cache);
    world->stage.actions = actions_new();
    must(world->stage.actions != NULL);
    world->stage.arena_memory = memory_zeroed(1, ANSWER_ARENA_SIZE);
    world->stage.lie_memory = memory_zeroed(1, LIMIT_CHECK_ARENA);
    world->stage.wall_zero_ms = WALL_ZERO_MS;
    world->stage.community = options->community == NULL ? "simulated" : options->community;
    world->next_check_ms = FIRST_NOW_MS + CHECK_EVERY_MS;
    make_network(world, options);
    make_beacons(world, options);
    make_hosts(world, options);
    return world;
}

void world_free(struct world *world) {
    if (world == NULL) return;
    for (size_t i = 0; i < world->node_count; i++) host_deinit(&world->hosts[i]);
    for (size_t i = 0; i < world->stage.beacon_count; i++) beacon_host_free(world->stage.beacons[i]);
    network_free(world->stage.network);
    timeline_deinit(&world->stage.timeline);
    trace_deinit(&world->stage.trace);
    file_book_deinit(&world->stage.files);
    actions_free(world->stage.actions);
    verify_cache_free(world->cache);
    memory_free(world->stage.arena_memory);
    memory_free(world->stage.lie_memory);
    map_free(world->by_id);
    memory_free(world->hosts);
    memory_free(world);
}

/* Time. */

int64_t world_now_ms(const struct world *world) {
    return world->stage.timeline.now_ms;
}

const char *world_violation(const struct world *world) {
    return world->checkers.violation[0] == '\0' ? NULL : world->checkers.violation;
}

static void check_second(struct world *world) {
    timeline_advance(&world->stage.timeline, world->next_check_ms);
    world->next_check_ms += CHECK_EVERY_MS;
    checkers_second(&world->checkers, world);
}

void world_run_until(struct world *world, int64_t at_ms) {
    while (world_violation(world) == NULL) {
        int64_t next_ms = timeline_next_ms(&world->stage.timeline);
        if (world->next_check_ms <= at_ms && world->next_check_ms <= next_ms) {
            check_second(world);
        } else if (next_ms <= at_ms) {
            timeline_step(&world->stage.timeline);
            checkers_step(&world->checkers, world);
        } else {
            timeline_advance(&world->stage.timeline, at_ms);
            return;
        }
    }
}

void world_run_for(struct world *world, int64_t for_ms) {
    world_run_until(world, world_now_ms(world) + for_ms);
}

int64_t world_run_while_not(struct world *world, bool (*is_so)(const struct world *world), int64_t for_ms) {
    int64_t began_ms = world_now_ms(world);
    while (!is_so(world)) {
        if (world_now_ms(world) - began_ms >= for_ms || world_violation(world) != NULL) return -1;
        world_run_for(world, LOOK_EVERY_MS);
    }
    return world_now_ms(world) - began_ms;
}

/* Nodes. */

size_t world_node_count(const struct world *world) {
    return world->node_count;
}

struct host *world_host(struct world *world, uint32_t node) {
    return host_at(world, node);
}

const struct host *world_look(const struct world *world, uint32_t node) {
    must_le(node + 1, world->node_count);
    return &world->hosts[node];
}

bool world_find(const struct world *world, const struct node_id *id, uint32_t *node) {
    return map_find(world->by_id, id->bytes, node);
}

static void start_happens(void *context, void *subject, uint64_t number) {
    (void)context;
    (void)number;
    host_start(subject);
}

void world_start(struct world *world, uint32_t node) {
    host_start(host_at(world, node));
}

void world_start_all(struct world *world) {
    for (uint32_t i = 0; i < world->node_count; i++) {
        int64_t at_ms = world_now_ms(world) + prng_between(&world->prng, 0, START_SPREAD_MS);
        timeline_add(&world->stage.timeline, at_ms, (struct moment){start_happens, world, &world->hosts[i], 0});
    }
}

void world_stop(struct world *world, uint32_t node) {
    host_stop(host_at(world, node));
}

void world_crash(struct world *world, uint32_t node, enum network_death death) {
    host_crash(host_at(world, node), death);
}

void world_stall(struct world *world, uint32_t node, int64_t for_ms) {
    host_stall(host_at(world, node), world_now_ms(world) + for_ms);
}

void world_operator_peer(struct world *world, uint32_t node, uint32_t peer, bool has_id) {
    struct host *host = host_at(world, node);
    const struct host *named = host_at(world, peer);
    must_le(host->operator_peer_count + 1, LIMIT_OPERATOR_PEERS_MAX);
    host->operator_peers[host->operator_peer_count++] =
        (struct host_operator_peer){named->options.address, has_id, named->node_id};
}

void world_make_liar(struct world *world, uint32_t node, enum liar_kind kind) {
    struct host *host = host_at(world, node);
    must(host->engine == NULL);
    liar_free(host->liar);
    host->options.liar = kind;
    host->liar = kind == LIAR_NONE ? NULL : liar_new(kind, prng_next(&host->entropy));
}

/* The network and the beacons. */

static void world_disturbed(struct world *world) {
    world->checkers.disturbed_at_ms = world_now_ms(world);
}

void world_cut(struct world *world, const struct world_cut *cut) {
    struct cuts *cuts = network_cuts(world->stage.network);
    for (uint32_t i = cut->first; i < cut->first + cut->count; i++) cuts_move(cuts, i, 1);
    cuts_let_pass(cuts, 0, 1, cut->passes == WORLD_CUT_PASSES_OUT);
    cuts_let_pass(cuts, 1, 0, cut->passes == WORLD_CUT_PASSES_IN);
    if (cut->severs) network_sever(world->stage.network);
    world_disturbed(world);
}

void world_heal(struct world *world) {
    struct cuts *cuts = network_cuts(world->stage.network);
    for (uint32_t i = 0; i < world->node_count; i++) cuts_move(cuts, i, 0);
    world_disturbed(world);
}

void world_plug(struct world *world, uint32_t node, bool is_plugged) {
    cuts_plug(network_cuts(world->stage.network), node, is_plugged);
    world_disturbed(world);
}

void world_weather(struct world *world, const struct weather *weather) {
    *network_weather(world->stage.network) = *weather;
}

void world_beacons(struct world *world, enum beacon_mood mood) {
    for (size_t i = 0; i < world->stage.beacon_count; i++) beacon_host_set_mood(world->stage.beacons[i], mood);
}

/* What is. */

bool world_sees_open(const struct world *world, uint32_t node, uint32_t peer) {
    const struct host *host = world_look(world, node);
    return host->engine != NULL && engine_view_is_open(host->engine, &world_look(world, peer)->node_id);
}

bool world_is_linked(const struct world *world, uint32_t a, uint32_t b) {
    return world_sees_open(world, a, b) && world_sees_open(world, b, a);
}

size_t world_open_count(const struct world *world, uint32_t node) {
    const struct host *host = world_look(world, node);
    struct mesh_view view;
    if (host->engine == NULL) return 0;
    engine_view_mesh(host->engine, &view);
    return view.active;
}

size_t world_linked_count(const struct world *world, uint32_t node) {
    struct link_outline outlines[LIMIT_LINKS_MAX];
    const struct host *host = world_look(world, node);
    size_t linked = 0;
    if (host->engine == NULL) return 0;
    size_t count = engine_view_outlines(host->engine, outlines, LIMIT_LINKS_MAX);
    for (size_t i = 0; i < count; i++) {
        uint32_t peer;
        bool is_open = outlines[i].state == LINK_STATE_OPEN && world_find(world, &outlines[i].node_id, &peer);
        linked += is_open && world_sees_open(world, peer, node);
    }
    return linked;
}

size_t world_link_total(const struct world *world) {
    size_t ends = 0;
    for (uint32_t i = 0; i < world->node_count; i++) ends += world_open_count(world, i);
    return ends / 2;
}

static uint32_t root_of(uint32_t *parents, uint32_t node) {
    for (; parents[node] != node; node = parents[node]) parents[node] = parents[parents[node]];
    return node;
}

static void join_neighbours(const struct world *world, uint32_t node, uint32_t *parents) {
    struct link_outline outlines[LIMIT_LINKS_MAX];
    size_t count = engine_view_outlines(world->hosts[node].engine, outlines, LIMIT_LINKS_MAX);
    for (size_t i = 0; i < count; i++) {
        uint32_t peer;
        if (outlines[i].state != LINK_STATE_OPEN || !world_find(world, &outlines[i].node_id, &peer)) continue;
        if (peer > node || !world_sees_open(world, peer, node)) continue;
        parents[root_of(parents, peer)] = root_of(parents, node);
    }
}

size_t world_component_count(const struct world *world) {
    uint32_t *parents = memory_zeroed(world->node_count, sizeof *parents);
    size_t count = 0;
    for (uint32_t i = 0; i < world->node_count; i++) parents[i] = i;
    for (uint32_t i = 0; i < world->node_count; i++) {
        if (world->hosts[i].engine != NULL) join_neighbours(world, i, parents);
    }
    for (uint32_t i = 0; i < world->node_count; i++) {
        if (world->hosts[i].engine != NULL && root_of(parents, i) == i) count++;
    }
    memory_free(parents);
    return count;
}

const struct trace *world_trace(const struct world *world) {
    return &world->stage.trace;
}

uint64_t world_hash(const struct world *world) {
    return world->stage.trace.hash;
}

uint64_t world_event_count(const struct world *world, enum event_code code) {
    return world->stage.trace.events[code];
}
