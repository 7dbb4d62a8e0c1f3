/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/api/metric_text.h"

#include "base/number.h"
#include "daemon/api/accept.h"
#include "daemon/api/metric_label.h"

#include <math.h>

const char *metric_content_type(enum metric_dialect dialect) {
    switch (dialect) {
    case METRIC_PROMETHEUS: return "text/plain; version=0.0.4; charset=utf-8";
    case METRIC_OPENMETRICS: return "application/openmetrics-text; version=1.0.0; charset=utf-8";
    }
    return NULL;
}

void metric_put_escaped(struct buffer *out, const char *text, bool escapes_quotes) {
    for (; *text != '\0'; text++) {
        if (*text == '\n') {
            buffer_put_text(out, "\\n");
            continue;
        }
        if (*text == '\\' || (*text == '"' && escapes_quotes)) buffer_put_u8(out, '\\');
        buffer_put_u8(out, (uint8_t)*text);
    }
}

static const char *suffix_of(enum metric_kind kind) {
    switch (kind) {
    case METRIC_COUNTER: return "_total";
    case METRIC_INFO: return "_info";
    case METRIC_GAUGE: return "";
    }
    return "";
}

/* Prometheus text knows no info: such a thing is a gauge that is always 1. */
static const char *kind_name(enum metric_kind kind, enum metric_dialect dialect) {
    switch (kind) {
    case METRIC_COUNTER: return "counter";
    case METRIC_INFO: return dialect == METRIC_OPENMETRICS ? "info" : "gauge";
    case METRIC_GAUGE: return "gauge";
    }
    return "unknown";
}

static void put_series_name(struct buffer *out, const struct metric_family *family) {
    buffer_put_text(out, family->name);
    buffer_put_text(out, suffix_of(family->kind));
}

/* "# HELP skep_dials_total ", where OpenMetrics names the family and Prometheus its series. */
static void put_head(struct buffer *out, const char *word, const struct metric_family *family,
                     enum metric_dialect dialect) {
    buffer_put_text(out, word);
    if (dialect == METRIC_OPENMETRICS) {
        buffer_put_text(out, family->name);
    } else {
        put_series_name(out, family);
    }
    buffer_put_text(out, " ");
}

static void put_heads(struct buffer *out, const struct metric_family *family, enum metric_dialect dialect) {
    bool is_openmetrics = dialect == METRIC_OPENMETRICS;
    put_head(out, "# HELP ", family, dialect);
    metric_put_escaped(out, family->help, is_openmetrics);
    buffer_put_text(out, "\n");
    put_head(out, "# TYPE ", family, dialect);
    buffer_put_text(out, kind_name(family->kind, dialect));
    buffer_put_text(out, "\n");
    if (!is_openmetrics || family->unit == METRIC_UNIT_NONE) return;
    put_head(out, "# UNIT ", family, dialect);
    buffer_put_text(out, metric_unit_name(family->unit));
    buffer_put_text(out, "\n");
}

static void put_labels(struct buffer *out, const struct metric_family *family, size_t index) {
    struct metric_label labels[METRIC_LABELS_MAX];
    metric_labels_of(family, index, labels);
    const char *before = "{";
    for (size_t i = 0; i < METRIC_LABELS_MAX && labels[i].key[0] != '\0'; i++) {
        buffer_put_text(out, before);
        buffer_put_text(out, labels[i].key);
        buffer_put_text(out, "=\"");
        metric_put_escaped(out, labels[i].value, true);
        buffer_put_text(out, "\"");
        before = ",";
    }
    if (before[0] == ',') buffer_put_text(out, "}");
}

static void put_family(struct buffer *out, const struct metric_family *family, const double *values,
                       enum metric_dialect dialect) {
    bool has_head = false;
    for (size_t i = 0; i < family->series_count; i++) {
        if (isnan(values[i])) continue;
        if (!has_head) put_heads(out, family, dialect);
        has_head = true;
        put_series_name(out, family);
        put_labels(out, family, i);
        buffer_put_text(out, " ");
        number_write_double(out, values[i]);
        buffer_put_text(out, "\n");
    }
}

void metric_write(struct buffer *out, const struct metric_sheet *sheet, enum metric_dialect dialect) {
    for (enum metric m = 0; m < METRIC_COUNT; m++) {
        const struct metric_family *family = metric_family(m);
        put_family(out, family, &sheet->values[family->first], dialect);
    }
    if (dialect == METRIC_OPENMETRICS) buffer_put_text(out, "# EOF\n");
}

enum metric_dialect metric_dialect_wanted(struct span accept) {
    static const struct accept_kind prometheus = {"text", "plain", "0.0.4"};
    static const struct accept_kind openmetrics = {"application", "openmetrics-text", "1.0.0"};
    bool wants_openmetrics = accept_weight(accept, &openmetrics) > accept_weight(accept, &prometheus);
    return wants_openmetrics ? METRIC_OPENMETRICS : METRIC_PROMETHEUS;
}
