/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/api/metric.h"

#include "base/must.h"

#include <math.h>

/* Where each family begins: a struct with an array for each of them counts the places before it. */
struct places {
#define METRIC(NAME, name, KIND, UNIT, LABELS_NAME, help) uint8_t NAME[METRIC_SERIES_##LABELS_NAME];
#include "metrics.def"
};

static const struct metric_family FAMILIES[METRIC_COUNT] = {
#define METRIC(NAME, name, KIND, UNIT, LABELS_NAME, help)                                                              \
    {name,                                                                                                             \
     METRIC_##KIND,                                                                                                    \
     METRIC_UNIT_##UNIT,                                                                                               \
     METRIC_LABELS_##LABELS_NAME,                                                                                      \
     help,                                                                                                             \
     offsetof(struct places, NAME),                                                                                    \
     METRIC_SERIES_##LABELS_NAME},
#include "metrics.def"
};

const struct metric_family *metric_family(enum metric metric) {
    must(metric < METRIC_COUNT);
    return &FAMILIES[metric];
}

const char *metric_unit_name(enum metric_unit unit) {
    static const char *const names[] = {"", "seconds", "bytes", "ratio"};
    return names[unit];
}

void metric_sheet_clear(struct metric_sheet *sheet) {
    for (size_t i = 0; i < METRIC_SERIES_MAX; i++) sheet->values[i] = NAN;
}

void metric_set(struct metric_sheet *sheet, enum metric metric, size_t index, double value) {
    const struct metric_family *family = metric_family(metric);
    must(index < family->series_count);
    sheet->values[family->first + index] = isfinite(value) ? value : NAN;
}

void metric_set_count(struct metric_sheet *sheet, enum metric metric, size_t index, uint64_t count) {
    metric_set(sheet, metric, index, (double)count);
}

void metric_set_ms(struct metric_sheet *sheet, enum metric metric, size_t index, double ms) {
    metric_set(sheet, metric, index, ms / 1000);
}

void metric_set_http(struct metric_sheet *sheet, enum metric_server server, const struct http_counts *counts) {
    metric_set_count(sheet, METRIC_HTTP_CONNECTIONS, server, counts->connections);
    metric_set_count(sheet, METRIC_HTTP_REQUESTS, server, counts->requests);
    metric_set_count(sheet, METRIC_HTTP_PEAK, server, counts->connections_peak);
    for (size_t i = 0; i < HTTP_DISMISSAL_COUNT; i++)
        metric_set_count(sheet, METRIC_HTTP_REFUSED, METRIC_SERVERS * i + server, counts->dismissals[i]);
}

void metric_set_choice(struct metric_sheet *sheet, enum metric metric, size_t chosen) {
    for (size_t i = 0; i < metric_family(metric)->series_count; i++) metric_set_count(sheet, metric, i, i == chosen);
}
