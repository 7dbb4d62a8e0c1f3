/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* The registry of metrics: defs/metrics.def as a table, and a sheet with a place for every series that there can be.
 * Whoever knows a figure sets its place; what nobody set is not known and is left out of the texts, never 0.
 * Owns: nothing; a sheet is one value without pointers.
 * Never: makes a series up: all of them, and what their labels say, are in the table.
 * Full: cannot be; METRIC_SERIES_MAX is all there can ever be, whatever peers and strangers do. */

#include "daemon/api/problem.h"
#include "swarm/observe/event.h"
#include "swarm/observe/finding.h"
#include "swarm/signaling/endpoint_set.h"
#include "swarm/signaling/switchboard.h"

/* Indices of labels that have no table of their own elsewhere. */
enum metric_role { METRIC_ROLE_NODE, METRIC_ROLE_BEACON, METRIC_ROLE_SIGNALING, METRIC_ROLES };
enum metric_middle { METRIC_MIDDLE, METRIC_WORST, METRIC_MIDDLES }; /* of several figures the median, the worst */
enum metric_announce_result {
    METRIC_ANNOUNCE_ACCEPTED,
    METRIC_ANNOUNCE_REPEATED,
    METRIC_ANNOUNCE_OVER_RATE,
    METRIC_ANNOUNCE_REFUSED,
    METRIC_ANNOUNCE_RESULTS
};
enum metric_signal_fate { METRIC_SIGNAL_RELAYED, METRIC_SIGNAL_EXPIRED, METRIC_SIGNAL_IGNORED, METRIC_SIGNAL_FATES };
enum metric_sync_end {
    METRIC_SYNC_COMPARED,
    METRIC_SYNC_GIVEN_UP,
    METRIC_SYNC_ANSWERED,
    METRIC_SYNC_DECLINED,
    METRIC_SYNC_ENDS
};
enum metric_server { METRIC_SERVER_API, METRIC_SERVER_SERVICES, METRIC_SERVERS };
enum { METRIC_REACHABILITIES = REACHABILITY_PRIVATE + 1 };
/* Where a direction is part of an index, that of inbound is 0. */
enum metric_direction { METRIC_INBOUND, METRIC_OUTBOUND };

enum metric_kind { METRIC_COUNTER, METRIC_GAUGE, METRIC_INFO };
enum metric_unit { METRIC_UNIT_NONE, METRIC_UNIT_SECONDS, METRIC_UNIT_BYTES, METRIC_UNIT_RATIO };

enum metric_labels {
#define LABELS(NAME, count, key0, value0, key1, value1) METRIC_LABELS_##NAME,
#include "metrics.def"
};
/* How many series a family with these labels has. */
enum {
#define LABELS(NAME, count, key0, value0, key1, value1) METRIC_SERIES_##NAME = (count),
#include "metrics.def"
};
enum metric {
#define METRIC(NAME, name, KIND, UNIT, LABELS_NAME, help) METRIC_##NAME,
#include "metrics.def"
    METRIC_COUNT
};
/* Every series of every family, known at compile time; and what operators are told, since the tables of reasons, events
 * and refusals still grow. */
enum {
    METRIC_SERIES_PROMISED = 1000,
    METRIC_SERIES_MAX = 0
#define METRIC(NAME, name, KIND, UNIT, LABELS_NAME, help) +METRIC_SERIES_##LABELS_NAME
#include "metrics.def"
};
_Static_assert(METRIC_SERIES_MAX <= METRIC_SERIES_PROMISED, "Prometheus keeps each series for months");

struct metric_family {
    const char *name; /* without _total or _info */
    enum metric_kind kind;
    enum metric_unit unit;
    enum metric_labels labels;
    const char *help;
    size_t first; /* its first series in a sheet */
    size_t series_count;
};
const struct metric_family *metric_family(enum metric metric);
const char *metric_unit_name(enum metric_unit unit); /* "seconds"; empty for NONE */

struct metric_sheet {
    double values[METRIC_SERIES_MAX]; /* NaN: not known */
};
void metric_sheet_clear(struct metric_sheet *sheet); /* nothing is known */
/* `index` is below the family's series_count. What is not finite is not known. */
void metric_set(struct metric_sheet *sheet, enum metric metric, size_t index, double value);
void metric_set_count(struct metric_sheet *sheet, enum metric metric, size_t index, uint64_t count);
void metric_set_ms(struct metric_sheet *sheet, enum metric metric, size_t index, double ms); /* written in seconds */
/* What an HTTP server counted, in the series of this one. */
void metric_set_http(struct metric_sheet *sheet, enum metric_server server, const struct http_counts *counts);
/* 1 for the index `chosen`, 0 for the other places of the family. */
void metric_set_choice(struct metric_sheet *sheet, enum metric metric, size_t chosen);
