/* SPDX-License-Identifier: Apache-2.0 */
#include "sim/scenario.h"

#include "sim/redundancy.h"

#include <stdio.h>
#include <string.h>

/* How long a swarm may take to be one again after its faults; the links that full views trade every five minutes are
 * the slowest of what heals it. */
enum { HEAL_MS_MAX = 600000, FORM_MS_MAX = 60000, FILL_MS_MAX = 300000, STAY_MS = 30000 };
/* Files spread and are repaired by offers, and those wait for their nodes to have heard of each other. */
enum { SPREAD_MS_MAX = 300000, KEPT_MS_MAX = 300000, ROOM_BYTES = 1 << 30, TARGET = 3 };
enum { USUAL_NODES = 20, USUAL_MS = 120000 };

#define CHURN                                                                                                          \
    { .per_minute = 6, .machine_percent = 50, .down_ms_min = 1000, .down_ms_max = 60000, .forget_percent = 20 }
#define MASSACRE(share, how) .nodes = 500, .for_ms = 60000, .faults = {.massacre = {.percent = (share), .death = (how)}}

static const struct scenario SCENARIOS[] = {
    {.name = "calm", .summary = "nothing goes wrong"},
    {.name = "stalls",
     .summary = "nodes stand still for up to 40 s, six times a minute",
     .faults.stalls = {.per_minute = 6, .ms_min = 1000, .ms_max = 40000}},
    {.name = "crash",
     .summary = "nodes end without a word, six times a minute, and start again within a minute; some lost their disk",
     .faults.crashes = CHURN},
    {.name = "partition",
     .summary = "every two minutes the network falls in two for a minute",
     .faults.cuts = {.every_ms = 120000, .ms = 60000, .percent = 40, .severs = true}},
    {.name = "oneway",
     .summary = "every two minutes, for a minute, one direction between two parts of the network passes nothing",
     .faults.cuts = {.every_ms = 120000, .ms = 60000, .percent = 40, .one_way_percent = 100}},
    {.name = "cables",
     .summary = "single nodes reach nobody for 5 to 60 s, six times a minute",
     .faults.cables = {.per_minute = 6, .ms_min = 5000, .ms_max = 60000}},
    {.name = "slow",
     .summary = "a fifth of the paths takes up to 2 s longer, often in one direction only",
     .faults.weather = {.slow_percent = 20, .slow_ms_min = 200, .slow_ms_max = 2000}},
    {.name = "lossy",
     .summary = "a third of the paths loses a tenth of what is sent",
     .faults.weather = {.lossy_percent = 33, .loss_permille = 100}},
    {.name = "clocks",
     .summary = "a third of the clocks is wrong by up to 14 s, and four times a minute one jumps by up to two minutes",
     .faults.clocks = {.wrong_percent = 33, .wrong_ms_max = 14000, .jumps_per_minute = 4, .jump_ms_max = 120000}},
    {.name = "nat",
     .summary = "half of the nodes cannot be dialled, a fifth only at a router's address",
     .closed_percent = 50,
     .mapped_percent = 20},
    {.name = "liars",
     .summary = "a fifth of the nodes lies: forged, old and invented tickets, no answers, nothing passed on",
     .liar_percent = 20,
     .faults.crashes = CHURN},
    {.name = "storm",
     .summary = "a tenth stands still at any time, nodes crash, and for a minute the network falls in two",
     .nodes = 200,
     .for_ms = 300000,
     .faults = {.stalls = {.percent = 10, .ms_min = 1000, .ms_max = 40000},
                .crashes = CHURN,
                .cuts = {.is_once = true, .ms = 60000, .percent = 40, .severs = true}}},
    {.name = "replication",
     .summary = "two hundred files, each to be kept three times, while nodes crash twice a minute",
     .nodes = 12,
     .for_ms = 600000,
     .files_per_node = 17,
     .files_max = 200,
     .faults.crashes = {.per_minute = 2, .machine_percent = 50, .down_ms_min = 2000, .down_ms_max = 60000}},
    {.name = "massacre50", .summary = "half of the machines die in one instant", MASSACRE(50, NETWORK_MACHINE_DIES)},
    {.name = "massacre80",
     .summary = "four fifths of the machines die in one instant",
     MASSACRE(80, NETWORK_MACHINE_DIES)},
    {.name = "killed50", .summary = "half of the processes die in one instant", MASSACRE(50, NETWORK_PROCESS_DIES)},
    {.name = "killed80",
     .summary = "four fifths of the processes die in one instant",
     MASSACRE(80, NETWORK_PROCESS_DIES)},
};
enum { SCENARIO_COUNT = sizeof SCENARIOS / sizeof SCENARIOS[0] };

size_t scenario_count(void) {
    return SCENARIO_COUNT;
}

const struct scenario *scenario_at(size_t index) {
    return &SCENARIOS[index];
}

const struct scenario *scenario_find(const char *name) {
    for (size_t i = 0; i < SCENARIO_COUNT; i++) {
        if (strcmp(SCENARIOS[i].name, name) == 0) return &SCENARIOS[i];
    }
    return NULL;
}

size_t scenario_nodes(const struct scenario *scenario) {
    return scenario->nodes == 0 ? USUAL_NODES : scenario->nodes;
}

int64_t scenario_for_ms(const struct scenario *scenario) {
    return scenario->for_ms == 0 ? USUAL_MS : scenario->for_ms;
}

static size_t running_count(const struct world *world) {
    size_t count = 0;
    for (uint32_t i = 0; i < world_node_count(world); i++) count += host_is_running(world_look(world, i));
    return count;
}

static bool is_one(const struct world *world) {
    return running_count(world) == world_node_count(world) && world_component_count(world) == 1;
}

static bool is_whole(const struct world *world) {
    return world_component_count(world) == 1;
}

static bool is_filled(const struct world *world) {
    size_t others = running_count(world) - 1;
    size_t least = others < LIMIT_VIEW_MIN ? others : LIMIT_VIEW_MIN;
    for (uint32_t i = 0; i < world_node_count(world); i++) {
        if (host_is_running(world_look(world, i)) && world_linked_count(world, i) < least) return false;
    }
    return is_whole(world);
}

static void measure_events(const struct trace *trace, struct scenario_report *report) {
    size_t max = sizeof report->events / sizeof report->events[0];
    for (int code = 0; code < EVENT_COUNT && report->event_count < max; code++) {
        if (trace->events[code] == 0) continue;
        report->events[report->event_count].code = event_name((enum event_code)code);
        report->events[report->event_count++].count = trace->events[code];
    }
}

static void measure_frames(const struct trace *trace, struct scenario_report *report) {
    size_t max = sizeof report->frames / sizeof report->frames[0];
    for (int type = 0; type < 256 && report->frame_count < max; type++) {
        if (trace->frames[type] == 0) continue;
        report->frames[report->frame_count].name = message_name((uint8_t)type);
        report->frames[report->frame_count].frames = trace->frames[type];
        report->frames[report->frame_count++].bytes = trace->bytes[type];
    }
}

static void measure(const struct world *world, int64_t began_ms, struct scenario_report *report) {
    const struct trace *trace = world_trace(world);
    double nodes = (double)world_node_count(world);
    const struct redundancy kept = redundancy_look(world);
    report->lost = kept.lost;
    report->unreadable = kept.unreadable;
    report->most_holders = kept.most_holders;
    report->repair_bytes = kept.moved_bytes - report->spread_bytes;
    report->nodes = running_count(world);
    double minutes = (double)(world_now_ms(world) - began_ms) / 60000;
    report->components = world_component_count(world);
    report->links = world_link_total(world);
    report->links_per_node = 2 * (double)report->links / (double)report->nodes;
    report->steps = world_look(world, 0)->stage->timeline.happened_count;
    report->hash = world_hash(world);
    measure_events(trace, report);
    measure_frames(trace, report);
    for (size_t i = 0; i < report->frame_count; i++) {
        report->frames_per_node_minute += (double)report->frames[i].frames / nodes / minutes;
        report->bytes_per_node_minute += (double)report->frames[i].bytes / nodes / minutes;
    }
    if (world_violation(world) != NULL) {
        (void)snprintf(report->violation, sizeof report->violation, "%s", world_violation(world));
    }
}

static struct faults_options faults_of(const struct scenario_options *options) {
    struct faults_options faults = options->scenario->faults;
    for (int kind = 0; kind < FAULT_KIND_COUNT; kind++) {
        if ((options->without >> kind & 1) != 0) faults_options_drop(&faults, (enum fault_kind)kind);
    }
    return faults;
}

static bool has_faults(const struct faults_options *faults) {
    for (int kind = 0; kind < FAULT_KIND_COUNT; kind++) {
        if (faults_options_have(faults, (enum fault_kind)kind)) return true;
    }
    return false;
}

static void live_through(struct world *world, struct faults *faults, int64_t left_ms, struct scenario_report *report) {
    faults_run(faults, world, left_ms);
    faults_end(faults, world);
    for (int kind = 0; kind < FAULT_KIND_COUNT; kind++) report->faults[kind] = faults->counts[kind];
    if (report->files > 0) report->kept_ms = world_run_while_not(world, redundancy_is_good, KEPT_MS_MAX);
    if (!has_faults(&faults->options)) return;
    report->healed_ms = world_run_while_not(world, is_whole, HEAL_MS_MAX);
    if (report->healed_ms >= 0) report->filled_ms = world_run_while_not(world, is_filled, FILL_MS_MAX);
    world_run_for(world, STAY_MS); /* one that is whole by links to the dead, or by chance, is not so for long */
}

static size_t file_count(const struct scenario_options *options) {
    const size_t count = options->nodes * options->scenario->files_per_node;
    return count < options->scenario->files_max ? count : options->scenario->files_max;
}

static void spread_files(struct world *world, const struct scenario_options *options, struct scenario_report *report) {
    report->files = file_count(options);
    if (report->files == 0 || report->one_component_ms < 0) return;
    redundancy_publish(world, report->files, TARGET, options->seed);
    report->spread_ms = world_run_while_not(world, redundancy_is_good, SPREAD_MS_MAX);
    report->spread_bytes = redundancy_look(world).moved_bytes;
}

static struct world *world_of(const struct scenario_options *options) {
    return world_new(&(struct world_options){
        .seed = options->seed,
        .node_count = options->nodes,
        .closed_percent = options->scenario->closed_percent,
        .mapped_percent = options->scenario->mapped_percent,
        .liar_percent = options->scenario->liar_percent,
        .files = 2 * file_count(options),
        .room_bytes = options->scenario->files_per_node == 0 ? 0 : ROOM_BYTES,
    });
}

void scenario_run(const struct scenario_options *options, struct scenario_report *report) {
    struct world *world = world_of(options);
    struct faults_options wanted = faults_of(options);
    struct faults faults;
    int64_t began_ms = world_now_ms(world);
    *report = (struct scenario_report){0};
    faults_init(&faults, &wanted, options->seed ^ 0x6661756c74, world);
    world_start_all(world);
    report->one_component_ms = world_run_while_not(world, is_one, FORM_MS_MAX);
    spread_files(world, options, report);
    if (options->has_no_beacon) world_beacons(world, BEACON_MOOD_UNREACHABLE);
    int64_t left_ms = options->for_ms - (world_now_ms(world) - began_ms);
    live_through(world, &faults, left_ms > 0 ? left_ms : 0, report);
    measure(world, began_ms, report);
    faults_deinit(&faults);
    world_free(world);
}

bool scenario_is_good(const struct scenario_report *report) {
    return report->violation[0] == '\0' && report->one_component_ms >= 0 && report->healed_ms >= 0 &&
           report->filled_ms >= 0 && report->components == 1 && report->spread_ms >= 0 && report->kept_ms >= 0 &&
           report->lost == 0 && report->unreadable == 0;
}
