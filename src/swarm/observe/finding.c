/* SPDX-License-Identifier: Apache-2.0 */
#include "swarm/observe/finding.h"

#include "base/must.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

const char *finding_code_name(enum finding_code code) {
    static const char *const names[] = {"no-peers",   "no-source",     "beacon-silent",    "announce-refused",
                                        "no-network", "not-reachable", "approval-waiting", "capability-missing",
                                        "clone",      "disk-refuses",  "signaling-away"};
    return names[code];
}

const char *verdict_name(enum verdict verdict) {
    static const char *const names[] = {"starting", "working", "degraded", "cut-off", "network-off", "stopping"};
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

static struct finding_watch *find(struct finding_list *list, enum finding_code code, const char *subject) {
    for (size_t i = 0; i < list->watch_count; i++) {
        struct finding *finding = &list->watches[i].finding;
        if (finding->code == code && strcmp(finding->subject, subject) == 0) return &list->watches[i];
    }
    return NULL;
}

static struct finding_watch *watch_new(struct finding_list *list, enum finding_code code, const char *subject) {
    must(list->watch_count < FINDINGS_MAX); /* one for each code and source, and the sources stay the same */
    struct finding_watch *watch = &list->watches[list->watch_count++];
    *watch = (struct finding_watch){.finding = {.code = code}};
    (void)snprintf(watch->finding.subject, sizeof watch->finding.subject, "%s", subject);
    return watch;
}

/* This is bad now; the caller writes the texts. It began when it was found before without a break, else at `began_ms`
 * of the wall clock; `seen_ms` is when it was seen first, by the engine's time. */
static struct finding *note(struct finding_list *list, enum finding_code code, const char *subject, int64_t began_ms,
                            int64_t seen_ms) {
    struct finding_watch *watch = find(list, code, subject);
    bool goes_on = watch != NULL && watch->calm_since_ms == 0;
    if (watch == NULL) watch = watch_new(list, code, subject);
    if (!goes_on) {
        watch->bad_since_ms = seen_ms;
        watch->finding.since_ms = began_ms;
    }
    watch->is_bad = true;
    watch->finding.level = EVENT_LEVEL_WARN;
    return &watch->finding;
}

/* ---- Peers ---- */

static void watch_links(struct finding_list *list, const struct finding_evidence *evidence, int64_t now_ms) {
    bool was_alone = list->is_alone, was_linked = evidence->rendezvous->first_peer_ms >= 0;
    int64_t up_ms = evidence->wall_ms - evidence->node->started_at_ms;
    list->is_alone = evidence->mesh->active == 0;
    if (list->is_alone && !was_alone) list->alone_since_ms = was_linked || up_ms < 0 ? now_ms : now_ms - up_ms;
    list->is_cut_off = list->is_alone && now_ms - list->alone_since_ms >= FINDING_CUT_OFF_MS;
}

static size_t count_silent(const struct rendezvous_view *rendezvous) {
    size_t silent = 0;
    for (size_t i = 0; i < rendezvous->source_count; i++)
        if (rendezvous->sources[i].failure_streak >= LIMIT_SOURCE_SILENT_STREAK) silent++;
    return silent;
}

static void put_no_peers_cause(struct finding *finding, const struct finding_evidence *evidence) {
    size_t known = evidence->mesh->known;
    if (evidence->outage->is_out) {
        (void)snprintf(finding->cause, sizeof finding->cause,
                       "Known peers and those named with --peer wait; their turn comes when this node's own network is "
                       "back.");
        return;
    }
    size_t silent = count_silent(evidence->rendezvous);
    const char *sources = "The sources of peers are asked again and again.";
    if (evidence->rendezvous->source_count == 0) {
        sources = "No beacon is set, so nobody else is asked; a start with --beacon URL or --peer HOST:PORT gives "
                  "this node more to ask.";
    } else if (silent == evidence->rendezvous->source_count) {
        sources = "No source of peers answers either, so look at this node's own network first.";
    }
    if (known == 0) {
        (void)snprintf(finding->cause, sizeof finding->cause, "No peer is known yet. %s", sources);
    } else {
        (void)snprintf(finding->cause, sizeof finding->cause, "%zu %s known and dialled in turn, none is linked. %s",
                       known, known == 1 ? "peer is" : "peers are", sources);
    }
}

/* A node that has had links misses them at once; one that just started has a while to find the first. */
static bool misses_peers(const struct finding_list *list, const struct finding_evidence *evidence) {
    return list->is_cut_off || (list->is_alone && evidence->rendezvous->first_peer_ms >= 0);
}

static void judge_peers(struct finding_list *list, const struct finding_evidence *evidence, int64_t now_ms) {
    if (!misses_peers(list, evidence)) return;
    bool has_nobody_to_ask = evidence->rendezvous->source_count == 0 && evidence->mesh->known == 0 &&
                             !evidence->outage->is_out; /* then somebody was dialled */
    int64_t alone_ms = now_ms - list->alone_since_ms;
    enum finding_code code = has_nobody_to_ask ? FINDING_NO_SOURCE : FINDING_NO_PEERS;
    struct finding *finding = note(list, code, "node", evidence->wall_ms - alone_ms, list->alone_since_ms);
    if (list->is_cut_off) finding->level = EVENT_LEVEL_ERROR;
    if (has_nobody_to_ask) {
        (void)snprintf(finding->title, sizeof finding->title, "No beacon is set and no peer is known");
        (void)snprintf(finding->cause, sizeof finding->cause,
                       "This node cannot find anybody by itself; it waits for peers that call it. A start with "
                       "--beacon URL or --peer HOST:PORT gives it somebody to ask.");
        return;
    }
    struct span_text span = text_of_span(alone_ms);
    (void)snprintf(finding->title, sizeof finding->title, "No link to any peer for %s", span.text);
    put_no_peers_cause(finding, evidence);
}

/* ---- The node's own network ---- */

static void judge_network(struct finding_list *list, const struct finding_evidence *evidence, int64_t now_ms) {
    const struct outage_view *outage = evidence->outage;
    if (!outage->is_out) return;
    struct finding *finding = note(list, FINDING_NO_NETWORK, "node", outage->since_ms, now_ms);
    struct span_text span = text_of_span(evidence->wall_ms - finding->since_ms);
    struct span_text next = text_of_span(outage->next_attempt_ms - evidence->wall_ms);
    bool has_next = outage->next_attempt_ms > evidence->wall_ms;
    finding->level = EVENT_LEVEL_ERROR;
    (void)snprintf(finding->title, sizeof finding->title, "No network: every dial fails for %s", span.text);
    (void)snprintf(finding->cause, sizeof finding->cause,
                   "No link is up and nobody answers, so this node's own network seems to be down: look at its cable, "
                   "router or provider. It goes on by itself when a dial gets through; the next one is %s%s.",
                   has_next ? "in " : "under way", has_next ? next.text : "");
}

/* The family in which strangers cannot dial us, when it is the only one that we have; else NULL. */
static const struct reachability_family *only_way_closed(const struct reachability_view *view) {
    const struct reachability_family *closed = NULL;
    for (size_t i = 0; i < REACHABILITY_FAMILIES; i++) {
        const struct reachability_family *family = &view->families[i];
        bool is_closed = family->state == REACHABILITY_PRIVATE;
        if (!is_closed && (family->has_seen || family->state == REACHABILITY_PUBLIC)) return NULL;
        if (is_closed && closed == NULL) closed = family;
    }
    return closed;
}

static size_t count_failed(const struct reachability_family *family) {
    size_t count = 0;
    for (size_t i = 0; i < family->witness_count; i++) count += family->witnesses[i].reason != REASON_NONE;
    return count;
}

static void judge_reachability(struct finding_list *list, const struct finding_evidence *evidence, int64_t now_ms) {
    const struct reachability_view *view = evidence->reachability;
    const struct reachability_family *family = only_way_closed(view);
    if (family == NULL) return;
    int64_t began_ms = family->since_ms == 0 ? evidence->wall_ms : family->since_ms + view->wall_offset_ms;
    struct finding *finding = note(list, FINDING_NOT_REACHABLE, "node", began_ms, now_ms);
    size_t tried = count_failed(family);
    char port[24] = "";
    if (family->has_seen) (void)snprintf(port, sizeof port, " %u", (unsigned)family->seen.port);
    finding->level = EVENT_LEVEL_INFO;
    (void)snprintf(finding->title, sizeof finding->title, "Peers cannot dial this node");
    (void)snprintf(
        finding->cause, sizeof finding->cause,
        "%zu %s tried and did not get through; links that this node dials itself are not touched by that. To "
        "be reached, open TCP port%s on the router and in the firewall, or say where it is open with "
        "--advertise ADDR:PORT.",
        tried, tried == 1 ? "peer" : "peers", port);
}

static void judge_approval(struct finding_list *list, const struct finding_evidence *evidence, int64_t now_ms) {
    if (evidence->waiting == 0) return;
    struct finding *finding = note(list, FINDING_APPROVAL_WAITING, "node", evidence->waiting_since_ms, now_ms);
    struct span_text span = text_of_span(evidence->wall_ms - evidence->waiting_since_ms);
    finding->level = EVENT_LEVEL_INFO;
    finding->since_ms = evidence->waiting_since_ms;
    (void)snprintf(finding->title, sizeof finding->title, "%zu %s for your approval", evidence->waiting,
                   evidence->waiting == 1 ? "peer waits" : "peers wait");
    (void)snprintf(finding->cause, sizeof finding->cause,
                   "New peers need your approval on this node. The first has waited %s; who does not call again within "
                   "10 min is forgotten.",
                   span.text);
}

/* ---- The keys in use twice ---- */

static const char *where_it_is(const struct clone_view *clone, char text[ADDRESS_TEXT_MAX]) {
    return clone->has_address ? address_text(&clone->address, text) : "an address that it does not say";
}

static void put_quiet(struct finding *finding, const struct clone_view *clone, int64_t wall_ms) {
    char address[ADDRESS_TEXT_MAX];
    struct span_text span = text_of_span(wall_ms - clone->since_ms);
    struct span_text left = text_of_span(clone->until_ms - wall_ms);
    const bool is_good = clone->until_ms > wall_ms;
    finding->level = EVENT_LEVEL_ERROR;
    (void)snprintf(finding->title, sizeof finding->title, "This identity is live elsewhere");
    (void)snprintf(
        finding->cause, sizeof finding->cause,
        "A process with this node's keys is on the network at %s, for %s or longer (%s says so); so this one "
        "stays off it. Stop that one, or wait until its ticket has run out (%s%s); this node goes on by "
        "itself then.",
        where_it_is(clone, address), span.text, clone->source, is_good ? "in " : "it has, the sources are asked",
        is_good ? left.text : "");
}

static void put_seen(struct finding *finding, const struct clone_view *clone) {
    char address[ADDRESS_TEXT_MAX];
    finding->level = EVENT_LEVEL_ERROR;
    (void)snprintf(finding->title, sizeof finding->title, "This node's keys are in use elsewhere, too");
    (void)snprintf(finding->cause, sizeof finding->cause,
                   "A process with the same keys is on the network at %s (%s says so). It started later and goes quiet "
                   "when it sees this one. Stop it; if nobody of yours started it, somebody has your keys.",
                   where_it_is(clone, address), clone->source);
}

/* Nothing else is expected of a node that has to be quiet. */
static bool is_quiet(const struct finding_evidence *evidence) {
    return clone_stand_is_quiet(evidence->node->clone.stand);
}

static void judge_clone(struct finding_list *list, const struct finding_evidence *evidence, int64_t now_ms) {
    const struct clone_view *clone = &evidence->node->clone;
    const bool is_seen = clone->has_other && evidence->wall_ms <= clone->until_ms;
    if (!is_quiet(evidence) && !is_seen) return;
    struct finding *finding = note(list, FINDING_CLONE, "node", evidence->wall_ms, now_ms);
    if (clone->stand == CLONE_QUIET) {
        put_quiet(finding, clone, evidence->wall_ms);
    } else if (clone->stand == CLONE_LISTENING) {
        finding->level = EVENT_LEVEL_INFO;
        (void)snprintf(finding->title, sizeof finding->title, "Listening before it speaks");
        (void)snprintf(finding->cause, sizeof finding->cause,
                       "This node was restored, or has met a process with its keys: it asks its beacons whether one "
                       "runs before it takes part. Without an answer it goes on after three minutes.");
    } else {
        put_seen(finding, clone);
    }
}

/* ---- The disk ---- */

static void judge_disk(struct finding_list *list, const struct finding_evidence *evidence, int64_t now_ms) {
    static const char comfort[] = "What was said to be kept stays; the rest goes on by itself once that is done.";
    if (evidence->disk_trouble == NULL) return;
    struct finding *finding = note(list, FINDING_DISK_REFUSES, "node", evidence->disk_since_ms, now_ms);
    finding->level = EVENT_LEVEL_ERROR;
    (void)snprintf(finding->title, sizeof finding->title, "The disk refuses what this node has to write or read");
    (void)snprintf(finding->cause, sizeof finding->cause, "%.*s. %s", (int)(sizeof finding->cause - sizeof comfort - 3),
                   evidence->disk_trouble, comfort);
}

/* ---- Signaling ---- */

/* Each failed, and none is in use since: that the first is still being tried is no trouble. */
static bool are_all_away(const struct endpoint_set *set) {
    if (set == NULL || set->is_stopped || endpoint_set_in_use(set) != ENDPOINT_NONE) return false;
    for (size_t i = 0; i < set->count; i++)
        if (set->rows[i].why[0] == '\0') return false;
    return true;
}

static void judge_signaling(struct finding_list *list, const struct finding_evidence *evidence, int64_t now_ms) {
    const struct endpoint_set *set = evidence->endpoints;
    if (!are_all_away(set)) return;
    struct finding *finding = note(list, FINDING_SIGNALING_AWAY, "signaling", evidence->wall_ms, now_ms);
    struct span_text span = text_of_span(evidence->wall_ms - finding->since_ms);
    (void)snprintf(finding->title, sizeof finding->title, "No signaling endpoint has answered for %s", span.text);
    (void)snprintf(
        finding->cause, sizeof finding->cause,
        "%s: %.60s. Links stay; browsers, and nodes that no connection reaches, cannot call this node until an "
        "endpoint answers. Each is tried again by itself.",
        set->count == 1 ? "What it failed of" : "What the first failed of", set->rows[0].why);
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

static void judge_silence(struct finding_list *list, const struct source *source,
                          const struct finding_evidence *evidence, int64_t now_ms) {
    char name[FINDING_SUBJECT_MAX];
    if (source->failure_streak < LIMIT_SOURCE_SILENT_STREAK) return;
    int64_t began_ms = source->last_success_ms != 0 ? source->last_success_ms : evidence->node->started_at_ms;
    struct finding *finding = note(list, FINDING_BEACON_SILENT, source->place.name, began_ms, now_ms);
    struct span_text span = text_of_span(evidence->wall_ms - finding->since_ms);
    write_source_name(source->place.name, name, sizeof name);
    (void)snprintf(finding->title, sizeof finding->title, "%s has not answered for %s", name, span.text);
    (void)snprintf(finding->cause, sizeof finding->cause, "%" PRIu32 " requests in a row failed (%s). %s",
                   source->failure_streak, source->reason, what_still_works(evidence, source));
}

/* Every request announces until the beacon has listed the newest ticket. So a source that answers, of which no answer
 * is awaited and that has not listed us has said no. */
static bool has_refused_us(const struct source *source, struct finding_list *list) {
    const struct finding_watch *before = find(list, FINDING_ANNOUNCE_REFUSED, source->place.name);
    if (source->is_asked) return before != NULL && before->calm_since_ms == 0;
    return answers(source) && !source->has_announced;
}

static bool is_listed_elsewhere(const struct rendezvous_view *rendezvous) {
    for (size_t i = 0; i < rendezvous->source_count; i++)
        if (answers(&rendezvous->sources[i]) && rendezvous->sources[i].has_announced) return true;
    return false;
}

static void judge_announce(struct finding_list *list, const struct source *source,
                           const struct finding_evidence *evidence, int64_t now_ms) {
    char name[FINDING_SUBJECT_MAX];
    if (!has_refused_us(source, list)) return;
    bool is_listed = is_listed_elsewhere(evidence->rendezvous);
    struct finding *finding = note(list, FINDING_ANNOUNCE_REFUSED, source->place.name, evidence->wall_ms, now_ms);
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

/* What is shown although it is gone says so itself. */
static void tell_it_is_over(struct finding_watch *watch, int64_t now_ms) {
    static const char over[] = "Over: ";
    char title[FINDING_TITLE_MAX];
    struct finding *finding = &watch->finding;
    struct span_text span = text_of_span(now_ms - watch->calm_since_ms);
    if (strncmp(finding->title, over, sizeof over - 1) != 0) {
        memcpy(title, finding->title, sizeof title);
        (void)snprintf(finding->title, sizeof finding->title, "%s%.*s", over, (int)(sizeof title - sizeof over), title);
    }
    if (finding->level > EVENT_LEVEL_WARN) finding->level = EVENT_LEVEL_WARN;
    (void)snprintf(finding->cause, sizeof finding->cause,
                   "Not so any more for %s; this goes away after %d s without it.", span.text, FINDING_CALM_MS / 1000);
}

/* False: there is nothing to remember of it. */
static bool watch_step(struct finding_watch *watch, int64_t now_ms) {
    if (watch->is_bad) {
        watch->calm_since_ms = 0;
        watch->is_shown = watch->is_shown || now_ms - watch->bad_since_ms >= FINDING_CONFIRM_MS;
        return true;
    }
    if (watch->calm_since_ms == 0) watch->calm_since_ms = now_ms;
    if (watch->is_shown) tell_it_is_over(watch, now_ms);
    return watch->is_shown && now_ms - watch->calm_since_ms < FINDING_CALM_MS;
}

static void step_watches(struct finding_list *list, int64_t now_ms) {
    size_t kept = 0;
    for (size_t i = 0; i < list->watch_count; i++) {
        struct finding_watch *watch = &list->watches[i];
        if (!watch_step(watch, now_ms)) continue;
        if (kept != i) list->watches[kept] = *watch;
        kept++;
    }
    list->watch_count = kept;
}

/* Worst first; equal levels stay in the order they were seen in, so that none jumps because another came. */
static void show_worst_first(struct finding_list *list) {
    list->count = 0;
    for (size_t i = 0; i < list->watch_count; i++) {
        const struct finding_watch *watch = &list->watches[i];
        size_t at = list->count;
        if (!watch->is_shown) continue;
        for (; at > 0 && list->items[at - 1].level < watch->finding.level; at--) list->items[at] = list->items[at - 1];
        list->items[at] = watch->finding;
        list->count++;
    }
}

static void judge_network_and_peers(struct finding_list *list, const struct finding_evidence *evidence,
                                    int64_t now_ms) {
    watch_links(list, evidence, now_ms);
    judge_network(list, evidence, now_ms);
    judge_reachability(list, evidence, now_ms);
    judge_approval(list, evidence, now_ms);
    judge_disk(list, evidence, now_ms);
    judge_signaling(list, evidence, now_ms);
    judge_peers(list, evidence, now_ms);
    for (size_t i = 0; i < evidence->rendezvous->source_count; i++) {
        judge_silence(list, &evidence->rendezvous->sources[i], evidence, now_ms);
        judge_announce(list, &evidence->rendezvous->sources[i], evidence, now_ms);
    }
}

void finding_list_update(struct finding_list *list, const struct finding_evidence *evidence, int64_t now_ms) {
    const bool is_off = evidence->node->is_network_off; /* nothing is expected, so nothing is wrong */
    if (evidence->node->started_at_ms == 0 || evidence->node->is_stopping || is_off) {
        *list = (struct finding_list){0};
        return;
    }
    for (size_t i = 0; i < list->watch_count; i++) list->watches[i].is_bad = false;
    judge_clone(list, evidence, now_ms);
    if (is_quiet(evidence))
        list->is_alone = list->is_cut_off = false;
    else
        judge_network_and_peers(list, evidence, now_ms);
    step_watches(list, now_ms);
    show_worst_first(list);
}

void finding_list_lacks(struct finding_list *list, const char *capability, int64_t since_ms) {
    struct finding *finding = &list->items[0];
    *list = (struct finding_list){.count = 1};
    *finding = (struct finding){
        .code = FINDING_CAPABILITY_MISSING, .level = EVENT_LEVEL_ERROR, .subject = "node", .since_ms = since_ms};
    (void)snprintf(finding->title, sizeof finding->title, "Mesh routing is off: no working %s", capability);
    (void)snprintf(finding->cause, sizeof finding->cause,
                   "The crypto library of this machine did not pass its test at the start, so nothing that others sign "
                   "could be believed, and this node takes no part. Install libsodium 1.0.18 or later, then restart.");
}

enum verdict verdict_of(const struct finding_evidence *evidence, const struct finding_list *findings) {
    if (evidence->node->is_stopping) return VERDICT_STOPPING;
    if (evidence->node->started_at_ms == 0) return VERDICT_STARTING;
    if (evidence->node->is_network_off) return VERDICT_NETWORK_OFF;
    if (evidence->node->clone.stand == CLONE_LISTENING) return VERDICT_STARTING;
    if (evidence->node->clone.stand == CLONE_QUIET) return VERDICT_DEGRADED;
    if (findings->is_cut_off) return VERDICT_CUT_OFF;
    if (evidence->mesh->active == 0 && evidence->rendezvous->first_peer_ms < 0) return VERDICT_STARTING;
    for (size_t i = 0; i < findings->count; i++)
        if (findings->items[i].level >= EVENT_LEVEL_WARN) return VERDICT_DEGRADED;
    return VERDICT_WORKING;
}
