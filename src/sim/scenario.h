/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* Scenarios with names: a swarm is started, lives through what the name says, and is measured. The list is the table in
 * scenario.c; a test may make its own.
 * Owns: nothing that outlives scenario_run.
 * Never: does I/O; who prints is the caller. */

#include "base/bytes.h"
#include "sim/faults/faults.h"

enum { SCENARIO_NODES_MAX = 10000, SCENARIO_TEXT_MAX = 16384, SCENARIO_VIOLATION_MAX = 255 };

struct scenario {
    const char *name;
    const char *summary;
    size_t nodes;                                          /* 0 = the usual */
    int64_t for_ms;                                        /* the same */
    uint32_t closed_percent, mapped_percent, liar_percent; /* of the nodes */
    size_t files_per_node;                                 /* published once the swarm has formed, */
    size_t files_max;                                      /* so many in all; each is to be kept three times */
    struct faults_options faults;
};
const struct scenario *scenario_find(const char *name); /* NULL: there is none */
size_t scenario_count(void);
const struct scenario *scenario_at(size_t index);
size_t scenario_nodes(const struct scenario *scenario); /* unless somebody says otherwise; the same for the time */
int64_t scenario_for_ms(const struct scenario *scenario);

struct scenario_options {
    const struct scenario *scenario;
    size_t nodes;
    uint64_t seed;
    int64_t for_ms;     /* virtual, until the faults end */
    uint32_t without;   /* 1 << enum fault_kind: these are left out */
    bool has_no_beacon; /* once the swarm has formed, no beacon answers any more */
};
/* What was measured. Times are virtual; -1 = it did not come to pass. */
struct scenario_report {
    char violation[SCENARIO_VIOLATION_MAX + 1]; /* empty = none */
    int64_t one_component_ms;                   /* from the start to one component of all nodes */
    int64_t healed_ms;                          /* from the end of the faults to one component; 0 without faults */
    int64_t filled_ms;       /* and from then on until each node has the least links it wants; 0 without faults */
    size_t nodes;            /* running at the end */
    size_t files;            /* that were published; of them: */
    int64_t spread_ms;       /* until all were kept as often as they should be, at first; 0 without files */
    int64_t kept_ms;         /* and once more, from the end of the faults; the same */
    size_t lost, unreadable; /* at the end */
    size_t most_holders;     /* of any, at the end */
    uint64_t spread_bytes, repair_bytes; /* moved until they were spread, and since */
    size_t components, links;            /* at the end */
    double links_per_node;
    uint64_t faults[FAULT_KIND_COUNT];
    double frames_per_node_minute, bytes_per_node_minute; /* sent */
    uint64_t steps;                                       /* of the simulation */
    uint64_t hash;
    size_t event_count; /* kinds of events that happened */
    struct {
        const char *code;
        uint64_t count;
    } events[64];
    size_t frame_count;
    struct {
        const char *name;
        uint64_t frames, bytes;
    } frames[64];
};
void scenario_run(const struct scenario_options *options, struct scenario_report *report);
/* True when nothing was violated, and the swarm became one, with links enough, and was so half a minute later; and all
 * its files were kept well. */
bool scenario_is_good(const struct scenario_report *report);

/* The command that runs exactly this again. */
void scenario_write_command(struct buffer *out, const struct scenario_options *options);
/* One line: which seed, and how it ended. */
void scenario_write_line(struct buffer *out, const struct scenario_options *options,
                         const struct scenario_report *report);
void scenario_write_text(struct buffer *out, const struct scenario_options *options,
                         const struct scenario_report *report);
void scenario_write_json(struct buffer *out, const struct scenario_options *options,
                         const struct scenario_report *report);
