/* SPDX-License-Identifier: Apache-2.0 */
/* What a node that answers tells of itself: whether it can be reached, its links, its complaints, its errors. */
#include "cli/doctor/judge.h"

#include "cli/reach.h"
#include "cli/sheet.h"
#include "cli/state_words.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { HOUR_MS = 3600 * 1000, WAITS_MAX = 16 };

static bool is_object(const struct json_value *value) {
    return value != NULL && value->kind == JSON_OBJECT;
}

static bool takes_part(const struct facts *facts) {
    return is_object(json_member(facts->snapshot, "mesh"));
}

/* ---- Can it be reached? ---- */

static void judge_family(const struct facts *facts, struct diagnosis *d, const char *member, const char *title) {
    const struct json_value *node = json_member(facts->snapshot, "node");
    const struct json_value *family = json_member(json_member(node, "reachability"), member);
    char line[512];
    if (!is_object(family)) return;
    struct buffer out = buffer_over((uint8_t *)line, sizeof line - 1);
    reach_write_family(&out, family, facts->now_ms);
    line[out.size] = '\0';
    struct span state = api_client_text(family, "state");
    bool is_public = span_equal_text(state, "public");
    struct diagnosis_step *step =
        diagnosis_add(d, "reachability", title, is_public ? DIAGNOSIS_OK : DIAGNOSIS_NOTE, "%s", line);
    if (span_equal_text(state, "private"))
        diagnosis_advise(step, "Links that this node dials work all the same. To be dialled, let TCP through the "
                               "firewall and forward it on the router, on the port of --listen; then say so with "
                               "--advertise ADDR:PORT if it is another outside.");
}

void judge_reachability(const struct facts *facts, struct diagnosis *d) {
    judge_family(facts, d, "ipv4", "Reached by IPv4");
    judge_family(facts, d, "ipv6", "Reached by IPv6");
}

/* ---- Links ---- */

struct wait_count {
    struct span name, sentence;
    size_t count;
};

static size_t count_waits(const struct json_value *peers, struct wait_count waits[WAITS_MAX]) {
    size_t kinds = 0;
    for (size_t i = 0; i < json_array_count(peers); i++) {
        struct span name = api_client_text(&peers->as.items[i], "wait");
        size_t at = 0;
        if (name.size == 0) continue;
        while (at < kinds && !span_equal(waits[at].name, name)) at++;
        if (at == WAITS_MAX) continue;
        if (at == kinds)
            waits[kinds++] = (struct wait_count){name, api_client_text(&peers->as.items[i], "waitText"), 0};
        waits[at].count++;
    }
    return kinds;
}

/* "Of the known peers without a link 3 wait, longer after each try in vain (back-off); 2 ..." */
static void write_waits(const struct facts *facts, char *text, size_t capacity) {
    const struct json_value *peers = json_member(json_member(facts->snapshot, "peers"), "items");
    struct wait_count waits[WAITS_MAX];
    struct buffer out = buffer_over((uint8_t *)text, capacity - 1);
    size_t kinds = count_waits(peers, waits);
    for (size_t i = 0; i < kinds; i++) {
        char name[32], sentence[160];
        sheet_clean(waits[i].name, name, sizeof name);
        sheet_clean(waits[i].sentence, sentence, sizeof sentence);
        buffer_put_text(&out, i == 0 ? " Of the known peers without a link: " : ", ");
        buffer_put_decimal(&out, (int64_t)waits[i].count);
        buffer_put_text(&out, " ");
        buffer_put_text(&out, name);
        if (sentence[0] == '\0') continue;
        buffer_put_text(&out, " (");
        buffer_put_text(&out, sentence);
        buffer_put_text(&out, ")");
    }
    text[out.size] = '\0';
}

void judge_links(const struct facts *facts, struct diagnosis *d) {
    const struct json_value *mesh = json_member(facts->snapshot, "mesh");
    char waits[400];
    if (!takes_part(facts)) {
        if (facts->snapshot != NULL)
            (void)diagnosis_add(d, "links", "Links", DIAGNOSIS_NOTE,
                                "this process serves others and is no node of the mesh itself");
        return;
    }
    double active = api_client_number(mesh, "active"), least = api_client_number(mesh, "min");
    enum diagnosis_result result = active >= least ? DIAGNOSIS_OK : active > 0 ? DIAGNOSIS_WARNING : DIAGNOSIS_PROBLEM;
    write_waits(facts, waits, sizeof waits);
    struct diagnosis_step *step =
        diagnosis_add(d, "links", "Links", result, "%.0f of %.0f wanted (at least %.0f), %.0f known.%s", active,
                      api_client_number(mesh, "target"), least, api_client_number(mesh, "known"),
                      result == DIAGNOSIS_OK ? "" : waits);
    if (result == DIAGNOSIS_OK) return;
    if (api_client_number(mesh, "known") <= active) {
        diagnosis_advise(step, "It knows nobody else. In a small swarm that is all there is; else give it more to ask: "
                               "--beacon URL, or --peer HOST:PORT.");
    } else {
        diagnosis_advise(step, "skep links --why says of each peer why it has no link, and when it is tried next.");
    }
}

/* ---- What the node complains of ---- */

void judge_findings(const struct facts *facts, struct diagnosis *d) {
    const struct json_value *findings = state_words_findings(facts->snapshot);
    for (size_t i = 0; findings != NULL && i < findings->count; i++) {
        const struct json_value *finding = &findings->as.items[i];
        bool is_error = span_equal_text(api_client_text(finding, "level"), "error");
        char title[200], cause[400];
        if (state_words_is_notice(finding)) continue;
        sheet_clean(api_client_text(finding, "title"), title, sizeof title);
        sheet_clean(api_client_text(finding, "cause"), cause, sizeof cause);
        (void)diagnosis_add(d, "alerts", "The node says", is_error ? DIAGNOSIS_PROBLEM : DIAGNOSIS_WARNING, "%s. %s",
                            title, cause);
    }
}

void judge_events(const struct facts *facts, struct diagnosis *d) {
    const struct json_value *items = json_member(facts->events, "items"), *newest = NULL;
    size_t errors = 0, warnings = 0;
    if (items == NULL) return; /* not known: nothing to say */
    for (size_t i = 0; i < json_array_count(items); i++) {
        const struct json_value *event = &items->as.items[i];
        if (facts->now_ms - api_client_time(event, "at") >= HOUR_MS) continue;
        bool is_error = span_equal_text(api_client_text(event, "level"), "error");
        if (is_error && newest == NULL) newest = event;
        errors += is_error;
        warnings += !is_error;
    }
    if (newest == NULL) {
        (void)diagnosis_add(d, "events", "Events", DIAGNOSIS_OK, "no error and %zu %s within the last hour", warnings,
                            warnings == 1 ? "warning" : "warnings");
        return;
    }
    char message[400], span[32];
    sheet_clean(api_client_text(newest, "message"), message, sizeof message);
    struct diagnosis_step *step =
        diagnosis_add(d, "events", "Events", DIAGNOSIS_WARNING,
                      "%zu %s and %zu %s within the last hour; the newest error, %s ago: %s", errors,
                      errors == 1 ? "error" : "errors", warnings, warnings == 1 ? "warning" : "warnings",
                      sheet_span(facts->now_ms - api_client_time(newest, "at"), span), message);
    diagnosis_advise(step, "All of them: skep events --level error --limit 200");
}
