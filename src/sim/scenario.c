/* SPDX-License-Identifier: Apache-2.0 */
#include "sim/scenario.h"

#include "sim/faults.h"

#include <stdio.h>
#include <string.h>

/* How long a swarm may take to be one again after its faults; the links that full views trade every five minutes are
 * the slowest of what heals it. */
enum { HEAL_MS_MAX = 600000, FORM_MS_MAX = 60000 };

struct scenario {
    const char *name;
    const char *summary;
    struct faults_options faults;
};

static const struct scenario SCENARIOS[] = {
    {.name = "calm", .summary = "nothing goes wrong"},
    {.name = "stalls",
     .summary = "nodes stand still for up to 40 s, six times a minute",
     .faults = {.stalls_per_minute = 6, .stall_ms_min = 1000, .stall_ms_max = 40000}},
    {.name = "crash",
     .summary = "nodes end without a word, six times a minute, and start again within a minute; some lost their disk",
     .faults = {.crashes_per_minute = 6,
                .machine_percent = 50,
                .down_ms_min = 1000,
                .down_ms_max = 60000,
                .forget_percent = 20}},
    {.name = "partition",
     .summary = "every two minutes the network falls in two for a minute",
     .faults = {.cut_every_ms = 120000, .cut_ms = 60000, .cut_percent = 40, .severs = true}},
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

const char *scenario_name(const struct scenario *scenario) {
    return scenario->name;
}

const char *scenario_summary(const struct scenario *scenario) {
    return scenario->summary;
}

static bool is_one(const struct world *world) {
    for (uint32_t i = 0; i < world_node_count(world); i++) {
        if (!host_is_running(world_look(world, i))) return false;
    }
    return world_component_count(world) == 1;
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
    double minutes = (double)(world_now_ms(world) - began_ms) / 60000;
    report->components = world_component_count(world);
    report->links = world_link_total(world);
    report->links_per_node = 2 * (double)report->links / nodes;
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

static bool has_faults(const struct faults_options *faults) {
    return faults->stalls_per_minute > 0 || faults->crashes_per_minute > 0 || faults->cut_every_ms > 0;
}

static void live_through(struct world *world, const struct scenario_options *options, int64_t left_ms,
                         struct scenario_report *report) {
    struct faults faults;
    faults_init(&faults, &options->scenario->faults, options->seed ^ 0x6661756c74, world);
    faults_run(&faults, world, left_ms);
    faults_end(&faults, world);
    report->stalls = faults.stalls;
    report->crashes = faults.crashes;
    report->cuts = faults.cuts;
    if (has_faults(&options->scenario->faults)) {
        report->healed_ms = world_run_while_not(world, is_one, HEAL_MS_MAX);
    }
    faults_deinit(&faults);
}

void scenario_run(const struct scenario_options *options, struct scenario_report *report) {
    struct world *world = world_new(&(struct world_options){.seed = options->seed, .node_count = options->nodes});
    int64_t began_ms = world_now_ms(world);
    *report = (struct scenario_report){0};
    world_start_all(world);
    report->one_component_ms = world_run_while_not(world, is_one, FORM_MS_MAX);
    int64_t left_ms = options->for_ms - (world_now_ms(world) - began_ms);
    live_through(world, options, left_ms > 0 ? left_ms : 0, report);
    measure(world, began_ms, report);
    world_free(world);
}

bool scenario_is_good(const struct scenario_report *report) {
    return report->violation[0] == '\0' && report->one_component_ms >= 0 && report->healed_ms >= 0;
}
