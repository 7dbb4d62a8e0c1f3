/* SPDX-License-Identifier: Apache-2.0 */
/* What a scenario measured, as text for people and as JSON for programs. */
#include "base/json_writer.h"
#include "sim/scenario.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

enum { LINE_MAX_BYTES = 512, TIME_TEXT_MAX = 32 };

static void put_line(struct buffer *out, const char *format, ...) __attribute__((format(printf, 2, 3)));

static void put_line(struct buffer *out, const char *format, ...) {
    char line[LINE_MAX_BYTES];
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(line, sizeof line, format, arguments);
    va_end(arguments);
    buffer_put_text(out, line);
    buffer_put_text(out, "\n");
}

/* Whole units are easier to read: "300s", not "300000ms". */
static void put_duration(struct buffer *out, int64_t ms) {
    char text[TIME_TEXT_MAX];
    bool is_whole = ms % 1000 == 0;
    (void)snprintf(text, sizeof text, "%" PRId64 "%s", is_whole ? ms / 1000 : ms, is_whole ? "s" : "ms");
    buffer_put_text(out, text);
}

static void put_without(struct buffer *out, uint32_t without) {
    const char *before = " --without ";
    for (int kind = 0; kind < FAULT_KIND_COUNT; kind++) {
        if ((without >> kind & 1) == 0) continue;
        buffer_put_text(out, before);
        buffer_put_text(out, fault_kind_name((enum fault_kind)kind));
        before = ",";
    }
}

void scenario_write_command(struct buffer *out, const struct scenario_options *options) {
    char line[LINE_MAX_BYTES];
    (void)snprintf(line, sizeof line, "skep sim %s --nodes %zu --seed %" PRIu64 " --for ", options->scenario->name,
                   options->nodes, options->seed);
    buffer_put_text(out, line);
    put_duration(out, options->for_ms);
    put_without(out, options->without);
    if (options->has_no_beacon) buffer_put_text(out, " --no-beacon");
}

static const char *time_text(int64_t ms, char text[TIME_TEXT_MAX]) {
    (void)snprintf(text, TIME_TEXT_MAX, ms < 0 ? "never" : "%.1f s", (double)ms / 1000);
    return text;
}

static void put_time(struct buffer *out, const char *what, int64_t ms) {
    char text[TIME_TEXT_MAX];
    put_line(out, "  %-34s %s", what, time_text(ms, text));
}

static bool had_faults(const struct scenario_report *report) {
    for (int kind = 0; kind < FAULT_KIND_COUNT; kind++) {
        if (report->faults[kind] > 0) return true;
    }
    return false;
}

static void put_files(struct buffer *out, const struct scenario_report *report) {
    put_line(out, "  %-34s %zu, %zu lost, %zu that nobody can read", "files", report->files, report->lost,
             report->unreadable);
    put_time(out, "each kept three times after", report->spread_ms);
    put_time(out, "and again after the last fault", report->kept_ms);
    put_line(out, "  %-34s %zu", "holders of a file at most", report->most_holders);
    put_line(out, "  %-34s %" PRIu64 " to spread them, %" PRIu64 " since", "bytes of files moved", report->spread_bytes,
             report->repair_bytes);
}

static void put_outcome(struct buffer *out, const struct scenario_report *report) {
    if (report->violation[0] != '\0') put_line(out, "  VIOLATED: %s", report->violation);
    put_time(out, "one component after", report->one_component_ms);
    for (int kind = 0; kind < FAULT_KIND_COUNT; kind++) {
        if (report->faults[kind] == 0) continue;
        put_line(out, "  %-34s %" PRIu64, fault_kind_name((enum fault_kind)kind), report->faults[kind]);
    }
    if (had_faults(report)) {
        put_time(out, "one again after the last of them", report->healed_ms);
        put_time(out, "and 3 links each after", report->filled_ms);
    }
    if (report->files > 0) put_files(out, report);
    put_line(out, "  %-34s %zu", "components at the end", report->components);
    put_line(out, "  %-34s %zu (%.1f per node)", "links at the end", report->links, report->links_per_node);
}

void scenario_write_line(struct buffer *out, const struct scenario_options *options,
                         const struct scenario_report *report) {
    char line[LINE_MAX_BYTES];
    char one[TIME_TEXT_MAX], healed[TIME_TEXT_MAX], filled[TIME_TEXT_MAX];
    (void)snprintf(line, sizeof line,
                   "%s seed %" PRIu64 "%s: %s; one after %s, again after %s, filled %s later; %zu links",
                   options->scenario->name, options->seed, options->has_no_beacon ? " (no beacon)" : "",
                   scenario_is_good(report) ? "ok" : "FAILED", time_text(report->one_component_ms, one),
                   time_text(report->healed_ms, healed), time_text(report->filled_ms, filled), report->links);
    buffer_put_text(out, line);
    if (report->files > 0) {
        (void)snprintf(line, sizeof line, "; %zu files kept after %s, again after %s, %zu lost", report->files,
                       time_text(report->spread_ms, one), time_text(report->kept_ms, healed), report->lost);
        buffer_put_text(out, line);
    }
    for (int kind = 0; kind < FAULT_KIND_COUNT; kind++) {
        if (report->faults[kind] == 0) continue;
        (void)snprintf(line, sizeof line, ", %" PRIu64 " %s", report->faults[kind],
                       fault_kind_name((enum fault_kind)kind));
        buffer_put_text(out, line);
    }
    (void)snprintf(line, sizeof line, "; run %016" PRIx64 "%s%s\n", report->hash,
                   report->violation[0] == '\0' ? "" : "; VIOLATED: ", report->violation);
    buffer_put_text(out, line);
}

void scenario_write_text(struct buffer *out, const struct scenario_options *options,
                         const struct scenario_report *report) {
    put_line(out, "%s: %zu nodes, %.0f s", options->scenario->name, options->nodes, (double)options->for_ms / 1000);
    put_outcome(out, report);
    put_line(out, "  %-34s %.0f frames, %.0f bytes", "each node sent per minute", report->frames_per_node_minute,
             report->bytes_per_node_minute);
    put_line(out, "events");
    for (size_t i = 0; i < report->event_count; i++) {
        put_line(out, "  %-34s %" PRIu64, report->events[i].code, report->events[i].count);
    }
    put_line(out, "frames");
    for (size_t i = 0; i < report->frame_count; i++) {
        put_line(out, "  %-34s %" PRIu64 ", %" PRIu64 " bytes", report->frames[i].name, report->frames[i].frames,
                 report->frames[i].bytes);
    }
    put_line(out, "run %016" PRIx64 ", %" PRIu64 " steps; again:", report->hash, report->steps);
    buffer_put_text(out, "  ");
    scenario_write_command(out, options);
    buffer_put_text(out, "\n");
}

/* A figure that is not known is null, never -1. */
static void put_ms(struct json_writer *w, const char *name, int64_t ms) {
    if (ms < 0) {
        json_put_null(w, name);
    } else {
        json_put_integer(w, name, ms);
    }
}

static void put_kept(struct json_writer *w, const struct scenario_report *report) {
    json_open_object(w, "files");
    json_put_integer(w, "count", (int64_t)report->files);
    json_put_integer(w, "lost", (int64_t)report->lost);
    json_put_integer(w, "unreadable", (int64_t)report->unreadable);
    json_put_integer(w, "mostHolders", (int64_t)report->most_holders);
    put_ms(w, "spreadMs", report->spread_ms);
    put_ms(w, "keptMs", report->kept_ms);
    json_put_integer(w, "spreadBytes", (int64_t)report->spread_bytes);
    json_put_integer(w, "repairBytes", (int64_t)report->repair_bytes);
    json_close_object(w);
}

static void put_replay(struct json_writer *w, const struct scenario_options *options,
                       const struct scenario_report *report) {
    char hash[17];
    uint8_t memory[LINE_MAX_BYTES];
    struct buffer command = buffer_over(memory, sizeof memory);
    scenario_write_command(&command, options);
    (void)snprintf(hash, sizeof hash, "%016" PRIx64, report->hash);
    json_put_integer(w, "steps", (int64_t)report->steps);
    json_put_text(w, "hash", hash);
    json_put_span(w, "replay", buffer_span(&command));
}

static void put_counts(struct json_writer *w, const struct scenario_report *report) {
    json_open_object(w, "events");
    for (size_t i = 0; i < report->event_count; i++) {
        json_put_integer(w, report->events[i].code, (int64_t)report->events[i].count);
    }
    json_close_object(w);
    json_open_array(w, "frames");
    for (size_t i = 0; i < report->frame_count; i++) {
        json_open_object(w, NULL);
        json_put_text(w, "name", report->frames[i].name);
        json_put_integer(w, "frames", (int64_t)report->frames[i].frames);
        json_put_integer(w, "bytes", (int64_t)report->frames[i].bytes);
        json_close_object(w);
    }
    json_close_array(w);
}

static void put_faults(struct json_writer *w, const struct scenario_report *report) {
    json_open_object(w, "faults");
    for (int kind = 0; kind < FAULT_KIND_COUNT; kind++) {
        json_put_integer(w, fault_kind_name((enum fault_kind)kind), (int64_t)report->faults[kind]);
    }
    json_close_object(w);
}

void scenario_write_json(struct buffer *out, const struct scenario_options *options,
                         const struct scenario_report *report) {
    struct json_writer w = json_writer_into(out);
    json_open_object(&w, NULL);
    json_put_text(&w, "scenario", options->scenario->name);
    json_put_integer(&w, "nodes", (int64_t)options->nodes);
    json_put_integer(&w, "seed", (int64_t)options->seed);
    json_put_integer(&w, "forMs", options->for_ms);
    json_put_text(&w, "violation", report->violation[0] == '\0' ? NULL : report->violation);
    put_ms(&w, "oneComponentMs", report->one_component_ms);
    put_ms(&w, "healedMs", report->healed_ms);
    put_ms(&w, "filledMs", report->filled_ms);
    json_put_integer(&w, "running", (int64_t)report->nodes);
    json_put_integer(&w, "components", (int64_t)report->components);
    json_put_integer(&w, "links", (int64_t)report->links);
    json_put_number(&w, "linksPerNode", report->links_per_node);
    if (report->files > 0) put_kept(&w, report);
    put_faults(&w, report);
    json_put_number(&w, "framesPerNodeMinute", report->frames_per_node_minute);
    json_put_number(&w, "bytesPerNodeMinute", report->bytes_per_node_minute);
    put_counts(&w, report);
    put_replay(&w, options, report);
    json_close_object(&w);
    buffer_put_text(out, "\n");
}
