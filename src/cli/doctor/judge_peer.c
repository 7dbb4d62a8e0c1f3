/* SPDX-License-Identifier: Apache-2.0 */
/* One peer, from here to there: our own controls and blocks, what is known of it, whether it answers, how both ends see
 * the link, what happened lately, and what it is not. */
#include "cli/doctor/judge.h"

#include <stdio.h>
#include <string.h>

#include "cli/sheet.h"
#include "swarm/reason.h"

enum { EVENTS_SHOWN = 5, WEAK = 50 };

static const struct json_value *items_of(const struct facts *facts, const char *panel) {
    return json_member(json_member(facts->snapshot, panel), "items");
}

/* The first item that names the peer; NULL: none does. */
static const struct json_value *find(const struct json_value *items, const char *member, const char *id) {
    for (size_t i = 0; i < json_array_count(items); i++)
        if (span_equal_text(api_client_text(&items->as.items[i], member), id)) return &items->as.items[i];
    return NULL;
}

/* The link with it that lives, else the last one. */
static const struct json_value *link_of(const struct facts *facts) {
    const struct json_value *items = items_of(facts, "links"), *last = NULL;
    for (size_t i = 0; i < json_array_count(items); i++) {
        const struct json_value *link = &items->as.items[i];
        if (!span_equal_text(api_client_text(link, "nodeId"), facts->peer.wanted)) continue;
        if (last == NULL || span_equal_text(api_client_text(link, "state"), "open")) last = link;
    }
    return last;
}

static bool is_open(const struct json_value *link) {
    return span_equal_text(api_client_text(link, "state"), "open");
}

/* ---- Here ---- */

static void judge_block(const struct facts *facts, struct diagnosis *d) {
    const struct json_value *block = find(items_of(facts, "blocks"), "nodeId", facts->peer.wanted);
    const struct span user = api_client_text(facts->peer.known, "userId");
    char reason[300];
    for (size_t i = 0; block == NULL && user.size > 0 && i < json_array_count(items_of(facts, "blocks")); i++) {
        const struct json_value *one = &items_of(facts, "blocks")->as.items[i];
        if (span_equal(api_client_text(one, "userId"), user)) block = one;
    }
    if (block == NULL) {
        (void)diagnosis_add(d, "block", "Blocked here", DIAGNOSIS_OK, "no block of this node names it");
        return;
    }
    sheet_clean(api_client_text(block, "reason"), reason, sizeof reason);
    struct diagnosis_step *step =
        diagnosis_add(d, "block", "Blocked here", DIAGNOSIS_PROBLEM, "this node blocks it, direction %.*s%s%s",
                      (int)api_client_text(block, "direction").size,
                      (const char *)api_client_text(block, "direction").at, reason[0] == '\0' ? "" : ": ", reason);
    diagnosis_advise(step, "skep block list shows it, skep block remove ends it.");
}

static void judge_controls(const struct facts *facts, struct diagnosis *d) {
    const struct json_value *items = items_of(facts, "controls");
    char text[300];
    struct buffer out = buffer_over((uint8_t *)text, sizeof text - 1);
    for (size_t i = 0; i < json_array_count(items); i++) {
        bool is_resting = true;
        (void)json_as_boolean(json_member(&items->as.items[i], "resting"), &is_resting);
        if (is_resting) continue;
        buffer_put_text(&out, out.size == 0 ? "" : ", ");
        buffer_put(&out, api_client_text(&items->as.items[i], "name"));
    }
    text[out.size] = '\0';
    if (out.size == 0) {
        (void)diagnosis_add(d, "controls", "Controls here", DIAGNOSIS_OK, "none holds anybody back");
        return;
    }
    struct diagnosis_step *step =
        diagnosis_add(d, "controls", "Controls here", DIAGNOSIS_WARNING, "not in their resting position: %s", text);
    diagnosis_advise(step, "skep control shows what each holds back, and takes it back.");
}

/* ---- What is known, and who answers ---- */

static void judge_known(const struct facts *facts, struct diagnosis *d) {
    const struct json_value *known = facts->peer.known;
    char wait[200], span[32];
    if (known == NULL) {
        struct diagnosis_step *step =
            diagnosis_add(d, "known", "Known", DIAGNOSIS_PROBLEM,
                          "this node has not heard of it: no beacon, peer or call told of it");
        diagnosis_advise(
            step, "Is the id right, and the community? If you know where it lives: skep connect NODEID@ADDRESS.");
        return;
    }
    const int64_t seen_ms = api_client_time(known, "lastSeenAt");
    sheet_clean(api_client_text(known, "waitText"), wait, sizeof wait);
    struct diagnosis_step *step = diagnosis_add(
        d, "known", "Known", wait[0] == '\0' ? DIAGNOSIS_OK : DIAGNOSIS_NOTE, "it was last seen %s ago%s%s",
        seen_ms == 0 ? "?" : sheet_span(facts->now_ms - seen_ms, span), wait[0] == '\0' ? "" : "; it ", wait);
    if (wait[0] != '\0') diagnosis_advise(step, "skep connect calls it now, whatever it waits for.");
}

static void judge_calls(const struct facts *facts, struct diagnosis *d) {
    const struct facts_peer *peer = &facts->peer;
    if (peer->known == NULL) return;
    if (peer->call_count == 0) {
        struct diagnosis_step *step =
            diagnosis_add(d, "address", "Its addresses", DIAGNOSIS_NOTE, "it says nowhere to call it");
        diagnosis_advise(step, "It can call us. For the other way, a port has to be open there.");
        return;
    }
    for (size_t i = 0; i < peer->call_count; i++) {
        const struct facts_call *call = &peer->calls[i];
        uint8_t memory[ADDRESS_TEXT_MAX];
        struct buffer text = buffer_over(memory, sizeof memory);
        address_write(&text, &call->at);
        struct diagnosis_step *step = diagnosis_add(
            d, "address", "Its addresses", call->is_reached ? DIAGNOSIS_OK : DIAGNOSIS_WARNING,
            call->is_reached ? "%.*s takes connections, after %d ms" : "%.*s does not answer, after %d ms",
            (int)text.size, (const char *)memory, (int)call->elapsed_ms);
        if (!call->is_reached)
            diagnosis_advise(step, "Its port is closed, a firewall is in between, or it is down or elsewhere.");
    }
}

/* ---- The link, from both ends ---- */

static void judge_end(const struct json_value *link, struct diagnosis *d) {
    const struct span reason = api_client_text(link, "reason");
    for (enum reason r = REASON_NONE + 1; r < REASON_COUNT; r++) {
        if (!span_equal_text(reason, reason_name(r))) continue;
        (void)diagnosis_add(d, "link", "Link", DIAGNOSIS_WARNING,
                            "there is none; the last one ended because it %s (%s)", reason_sentence(r), reason_name(r));
        return;
    }
    (void)diagnosis_add(d, "link", "Link", DIAGNOSIS_NOTE, "there is none yet");
}

static const char *percent(double share, char text[16]) {
    (void)snprintf(text, 16, share < 0 ? "?" : "%.1f", share * 100);
    return text;
}

static void judge_link(const struct facts *facts, struct diagnosis *d) {
    const struct json_value *link = link_of(facts);
    char in[16], out[16];
    if (link == NULL || !is_open(link)) {
        judge_end(link, d);
        return;
    }
    const double strength = api_client_number(link, "strength"), rtt = api_client_number(link, "rttMs");
    struct diagnosis_step *step = diagnosis_add(
        d, "link", "Link", strength >= 0 && strength < WEAK ? DIAGNOSIS_WARNING : DIAGNOSIS_OK,
        "open, strength %.0f of 100, %.1f ms there and back; %s %% lost of what it sends us, and %s %% of what "
        "we send it, by its own count (? until there is enough to count)",
        strength, rtt, percent(api_client_number(link, "lossIn"), in),
        percent(api_client_number(link, "lossOut"), out));
    if (strength >= 0 && strength < WEAK) diagnosis_advise(step, "skep links --why says what pulls it down most.");
}

static void judge_its_view(const struct facts *facts, struct diagnosis *d) {
    const struct json_value *view = find(items_of(facts, "views"), "nodeId", facts->peer.wanted);
    const struct json_value *node = json_member(facts->snapshot, "node"), *link = link_of(facts);
    char own[64], span[32];
    if (link == NULL || !is_open(link)) return;
    if (view == NULL) {
        (void)diagnosis_add(d, "view", "Its view", DIAGNOSIS_NOTE,
                            "it does not tell of its links (share-view there, or it has not told yet)");
        return;
    }
    sheet_clean(api_client_text(node, "nodeId"), own, sizeof own);
    const struct json_value *of_us = find(json_member(view, "links"), "nodeId", own);
    (void)sheet_span(facts->now_ms - api_client_time(view, "at"), span);
    if (of_us == NULL) {
        (void)diagnosis_add(d, "view", "Its view", DIAGNOSIS_WARNING,
                            "%s ago it told of its links, and ours was not one", span);
        return;
    }
    const size_t count = json_array_count(json_member(view, "links"));
    (void)diagnosis_add(d, "view", "Its view", DIAGNOSIS_OK, "%s ago it said: %.0f ms to us; it has %zu %s", span,
                        api_client_number(of_us, "rttMs"), count, count == 1 ? "link" : "links");
}

/* ---- What happened, and what it is not ---- */

static void judge_story(const struct facts *facts, struct diagnosis *d) {
    const struct json_value *items = json_member(facts->events, "items");
    size_t shown = 0;
    for (size_t i = 0; i < json_array_count(items) && shown < EVENTS_SHOWN; i++) {
        const struct json_value *event = &items->as.items[i];
        char message[400], span[32];
        if (!span_equal_text(api_client_text(json_member(event, "context"), "nodeId"), facts->peer.wanted)) continue;
        sheet_clean(api_client_text(event, "message"), message, sizeof message);
        (void)diagnosis_add(d, "events", "What happened", DIAGNOSIS_NOTE, "%s ago: %s",
                            sheet_span(facts->now_ms - api_client_time(event, "at"), span), message);
        shown++;
    }
}

static void judge_others(const struct facts *facts, struct diagnosis *d) {
    const struct json_value *items = items_of(facts, "links");
    size_t open = 0, weak = 0;
    for (size_t i = 0; i < json_array_count(items); i++) {
        const struct json_value *link = &items->as.items[i];
        if (!is_open(link) || span_equal_text(api_client_text(link, "nodeId"), facts->peer.wanted)) continue;
        const double strength = api_client_number(link, "strength");
        open++;
        weak += strength >= 0 && strength < WEAK;
    }
    if (open == 0) {
        struct diagnosis_step *step =
            diagnosis_add(d, "others", "What it is not", DIAGNOSIS_WARNING,
                          "there is no other link, so this node's own network may be the cause");
        diagnosis_advise(step, "skep doctor, without a node, looks at that.");
        return;
    }
    (void)diagnosis_add(d, "others", "What it is not", weak * 2 > open ? DIAGNOSIS_WARNING : DIAGNOSIS_OK,
                        weak * 2 > open
                            ? "%zu of %zu other links are weak too: rather this node's network than that peer"
                            : "%zu of %zu other links are weak, so it is not this node's own network",
                        weak, open);
}

void judge_peer(const struct facts *facts, struct diagnosis *d) {
    if (facts->snapshot == NULL) return;
    judge_block(facts, d);
    judge_controls(facts, d);
    judge_known(facts, d);
    judge_calls(facts, d);
    judge_link(facts, d);
    judge_its_view(facts, d);
    judge_story(facts, d);
    judge_others(facts, d);
}
