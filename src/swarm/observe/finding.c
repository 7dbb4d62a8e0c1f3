/* SPDX-License-Identifier: Apache-2.0 */
#include "swarm/observe/finding.h"

#include "base/must.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

const char *finding_code_name(enum finding_code code) {
    static const char *const names[] = {"no-peers", "no-source", "beacon-silent", "announce-refused"};
    return names[code];
}

const char *verdict_name(enum verdict verdict) {
    static const char *const names[] = {"starting", "working", "degraded", "cut-off", "stopping"};
    return names[verdict];
}

static void put_units(struct buffer *out, int64_t major, const char *major_unit, int64_t minor,
                      const char *minor_unit) {
    buffer_put_decimal(out, major);
    buffer_put_text(out, major_unit);
    if (minor == 0) return;
    buffer_put_text(out, " ");
    buffer_put_decimal(out, minor);
    buffer_put_text(out, minor_unit);
}

void finding_write_span(struct buffer *out, int64_t span_ms) {
    int64_t seconds = span_ms < 0 ? 0 : span_ms / 1000;
    int64_t minutes = seconds / 60;
    int64_t hours = minutes / 60;
    if (minutes == 0) {
        put_units(out, seconds, " s", 0, "");
    } else if (minutes < 10) {
        put_units(out, minutes, " min", seconds % 60, " s");
    } else if (hours == 0) {
        put_units(out, minutes, " min", 0, "");
    } else if (hours < 48) {
        put_units(out, hours, " h", minutes % 60, " min");
    } else {
        put_units(out, hours / 24, " d", hours % 24, " h");
    }
}

struct span_text {
    char text[32];
};

static struct span_text text_of_span(int64_t span_ms) {
    struct span_text span;
    struct buffer out = buffer_over((uint8_t *)span.text, sizeof span.text - 1);
    finding_write_span(&out, span_ms);
    span.text[out.size] = '\0';
    return span;
}

static const struct finding *find(const struct finding_list *list, enum finding_code code, const char *subject) {
    for (size_t i = 0; i < list->count; i++)
        if (list->items[i].code == code && strcmp(list->items[i].subject, subject) == 0) return &list->items[i];
    return NULL;
}

/* A new entry whose texts the caller writes. It began when `before` first had it, else at `began_ms`. */
static struct finding *add(struct finding_list *list, const struct finding_list *before, enum finding_code code,
                           const char *subject, int64_t began_ms) {
    must(list->count < FINDINGS_MAX);
    const struct finding *earlier = find(before, code, subject);
    struct finding *finding = &list->items[list->count++];
    *finding = (struct finding){.code = code, .level = EVENT_LEVEL_WARN};
    (void)snprintf(finding->subject, sizeof finding->subject, "%s", subject);
    finding->since_ms = earlier != NULL ? earlier->since_ms : began_ms;
    return finding;
}

/* ---- Peers ---- */

static bool is_cut_off(const struct finding_evidence *evidence) {
    const struct node_view *node = evidence->node;
    bool had_time = node->started_at_ms != 0 && evidence->wall_ms - node->started_at_ms >= FINDING_START_MS;
    return had_time && !node->is_stopping && evidence->mesh->active == 0;
}

static size_t count_silent(const struct rendezvous_view *rendezvous) {
    size_t silent = 0;
    for (size_t i = 0; i < rendezvous->source_count; i++)
        if (rendezvous->sources[i].failure_streak >= FINDING_SILENT_STREAK) silent++;
    return silent;
}

static void put_no_peers_cause(struct finding *finding, const struct finding_evidence *evidence) {
    size_t known = evidence->mesh->known;
    size_t silent = count_silent(evidence->rendezvous);
    const char *sources = silent == evidence->rendezvous->source_count && silent > 0
                              ? "No source of peers answers either, so look at this node's own network first."
                              : "The sources of peers are asked again and again.";
    if (known == 0) {
        (void)snprintf(finding->cause, sizeof finding->cause, "No peer is known yet. %s", sources);
    } else {
        (void)snprintf(finding->cause, sizeof finding->cause, "%zu %s known and dialled in turn, none is linked. %s",
                       known, known == 1 ? "peer is" : "peers are", sources);
    }
}

static void judge_peers(struct finding_list *list, const struct finding_list *before,
                        const struct finding_evidence *evidence) {
    const struct rendezvous_view *rendezvous = evidence->rendezvous;
    if (!is_cut_off(evidence)) return;
    bool has_nobody_to_ask = rendezvous->source_count == 0 && evidence->mesh->known == 0;
    bool was_linked = rendezvous->first_peer_ms >= 0;
    int64_t began_ms = was_linked ? evidence->wall_ms : evidence->node->started_at_ms;
    enum finding_code code = has_nobody_to_ask ? FINDING_NO_SOURCE : FINDING_NO_PEERS;
    struct finding *finding = add(list, before, code, "node", began_ms);
    finding->level = EVENT_LEVEL_ERROR;
    if (has_nobody_to_ask) {
        (void)snprintf(finding->title, sizeof finding->title, "No beacon is set and no peer is known");
        (void)snprintf(finding->cause, sizeof finding->cause,
                       "This node cannot find anybody by itself; it waits for peers that call it. A start with "
                       "--beacon URL or --peer HOST:PORT gives it somebody to ask.");
        return;
    }
    struct span_text span = text_of_span(evidence->wall_ms - finding->since_ms);
    (void)snprintf(finding->title, sizeof finding->title, "No link to any peer for %s", span.text);
    put_no_peers_cause(finding, evidence);
}

/* ---- Sources ---- */

/* "beacon-2" -> "Beacon 2" */
static void write_source_name(const char *name, char *text, size_t capacity) {
    (void)snprintf(text, capacity, "%s", name);
    if (text[0] >= 'a' && text[0] <= 'z') text[0] = (char)(text[0] - 'a' + 'A');
    char *dash = strchr(text, '-');
    if (dash != NULL) *dash = ' ';
}

static bool answers(const struct source *source) {
    return source->successes > 0 && source->failure_streak == 0;
}

/* What still works although `source` does not. */
static const char *what_still_works(const struct finding_evidence *evidence, const struct source *source) {
    const struct rendezvous_view *rendezvous = evidence->rendezvous;
    for (size_t i = 0; i < rendezvous->source_count; i++)
        if (&rendezvous->sources[i] != source && answers(&rendezvous->sources[i]))
            return "Another source still answers, so peers are found.";
    if (evidence->mesh->active > 0) return "The links that are up stay up, and peers tell each other about new ones.";
    return "No other source answers.";
}

static void judge_silence(struct finding_list *list, const struct finding_list *before, const struct source *source,
                          const struct finding_evidence *evidence) {
    char name[FINDING_SUBJECT_MAX];
    if (source->failure_streak < FINDING_SILENT_STREAK) return;
    int64_t began_ms = source->last_success_ms != 0 ? source->last_success_ms : evidence->node->started_at_ms;
    struct finding *finding = add(list, before, FINDING_BEACON_SILENT, source->place.name, began_ms);
    struct span_text span = text_of_span(evidence->wall_ms - finding->since_ms);
    write_source_name(source->place.name, name, sizeof name);
    (void)snprintf(finding->title, sizeof finding->title, "%s has not answered for %s", name, span.text);
    (void)snprintf(finding->cause, sizeof finding->cause, "%" PRIu32 " requests in a row failed (%s). %s",
                   source->failure_streak, source->reason, what_still_works(evidence, source));
}

/* Every request announces until the beacon has listed the newest ticket. So a source that answers, of which no answer
 * is awaited and that has not listed us has said no. */
static bool has_refused_us(const struct source *source, const struct finding_list *before) {
    if (source->is_asked) return find(before, FINDING_ANNOUNCE_REFUSED, source->place.name) != NULL;
    return answers(source) && !source->has_announced;
}

static bool is_listed_elsewhere(const struct rendezvous_view *rendezvous) {
    for (size_t i = 0; i < rendezvous->source_count; i++)
        if (answers(&rendezvous->sources[i]) && rendezvous->sources[i].has_announced) return true;
    return false;
}

static void judge_announce(struct finding_list *list, const struct finding_list *before, const struct source *source,
                           const struct finding_evidence *evidence) {
    char name[FINDING_SUBJECT_MAX];
    if (!has_refused_us(source, before)) return;
    bool is_listed = is_listed_elsewhere(evidence->rendezvous);
    struct finding *finding = add(list, before, FINDING_ANNOUNCE_REFUSED, source->place.name, evidence->wall_ms);
    finding->level = is_listed ? EVENT_LEVEL_WARN : EVENT_LEVEL_ERROR;
    write_source_name(source->place.name, name, sizeof name);
    (void)snprintf(finding->title, sizeof finding->title, "%s does not list this node", name);
    (void)snprintf(finding->cause, sizeof finding->cause,
                   "It answers, but it did not take this node's ticket; the event beacon-announce-refused has its "
                   "reason. %s",
                   is_listed ? "Another source lists this node, so peers find it."
                             : "Peers that do not know this node yet cannot find it.");
}

/* ---- The list ---- */

/* Worst first; equal levels stay in the order they were judged in. */
static void sort_worst_first(struct finding_list *list) {
    for (size_t i = 1; i < list->count; i++) {
        struct finding moved = list->items[i];
        size_t at = i;
        for (; at > 0 && list->items[at - 1].level < moved.level; at--) list->items[at] = list->items[at - 1];
        list->items[at] = moved;
    }
}

void finding_list_update(struct finding_list *list, const struct finding_evidence *evidence) {
    struct finding_list before = *list;
    list->count = 0;
    if (evidence->node->started_at_ms == 0 || evidence->node->is_stopping) return;
    judge_peers(list, &before, evidence);
    for (size_t i = 0; i < evidence->rendezvous->source_count; i++) {
        judge_silence(list, &before, &evidence->rendezvous->sources[i], evidence);
        judge_announce(list, &before, &evidence->rendezvous->sources[i], evidence);
    }
    sort_worst_first(list);
}

enum verdict verdict_of(const struct finding_evidence *evidence, const struct finding_list *findings) {
    if (evidence->node->is_stopping) return VERDICT_STOPPING;
    if (is_cut_off(evidence)) return VERDICT_CUT_OFF;
    if (evidence->mesh->active == 0) return VERDICT_STARTING;
    for (size_t i = 0; i < findings->count; i++)
        if (findings->items[i].level >= EVENT_LEVEL_WARN) return VERDICT_DEGRADED;
    return VERDICT_WORKING;
}
