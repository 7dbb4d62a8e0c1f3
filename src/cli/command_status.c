/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/api_client.h"
#include "cli/command.h"
#include "cli/reach.h"
#include "cli/sheet.h"
#include "cli/state_words.h"

#include <stdio.h>
#include <string.h>

#define HELP                                                                                                           \
    "Examples:\n"                                                                                                      \
    "  skep status\n"                                                                                                  \
    "  skep status --json | jq .node.state\n"                                                                          \
    "  skep status > /dev/null || echo 'look after the node'\n"                                                        \
    "\n"                                                                                                               \
    "One screen: how the node is, what is wrong and why, whether peers can dial it, its links, its content, how it "   \
    "finds\n"                                                                                                          \
    "peers.\n"                                                                                                         \
    "\n"                                                                                                               \
    "Options:\n"                                                                                                       \
    "  --data DIR   the node's data folder\n"                                                                          \
    "  --json       the API's snapshot as it is\n"                                                                     \
    "\n"                                                                                                               \
    "Exit codes: 0 working (or starting), 3 degraded or cut off, 5 no node answers.\n"

/* One line, its text already clean. */
static void print_line(const char *label, const char *text) {
    (void)printf("  %s%-11s%s %s\n", sheet_tone_on(SHEET_FAINT), label, sheet_tone_off(SHEET_FAINT), text);
}

static void print_verdict(const struct json_value *snapshot, const struct state_words *words) {
    uint8_t memory[80];
    struct buffer verdict = buffer_over(memory, sizeof memory);
    state_words_write(&verdict, words, snapshot);
    (void)printf("%s%s %.*s%s\n", sheet_tone_on(words->tone), words->mark, (int)verdict.size, (const char *)verdict.at,
                 sheet_tone_off(words->tone));
}

static void print_findings(const struct json_value *snapshot) {
    const struct json_value *findings = state_words_findings(snapshot);
    for (size_t i = 0; findings != NULL && i < findings->count; i++) {
        const struct json_value *finding = &findings->as.items[i];
        bool is_error = span_equal_text(api_client_text(finding, "level"), "error");
        enum sheet_tone tone = is_error ? SHEET_BAD : state_words_is_notice(finding) ? SHEET_PLAIN : SHEET_WARN;
        char title[200], cause[400], code[64];
        sheet_clean(api_client_text(finding, "title"), title, sizeof title);
        sheet_clean(api_client_text(finding, "cause"), cause, sizeof cause);
        sheet_clean(api_client_text(finding, "code"), code, sizeof code);
        (void)printf("\n  %s%s%s %s(%s)%s\n", sheet_tone_on(tone), title, sheet_tone_off(tone),
                     sheet_tone_on(SHEET_FAINT), code, sheet_tone_off(SHEET_FAINT));
        (void)printf("  %s\n", cause);
    }
    (void)fputc('\n', stdout);
}

static void print_node(const struct json_value *snapshot, int64_t now_ms) {
    const struct json_value *node = json_member(snapshot, "node");
    char id[64], key[64], community[80], listen[64], serve[64], span[32], line[512];
    int64_t started_at_ms = api_client_time(node, "startedAt");
    sheet_clean(api_client_text(node, "nodeId"), id, sizeof id);
    sheet_clean(api_client_text(node, "userKey"), key, sizeof key);
    sheet_clean(api_client_text(node, "community"), community, sizeof community);
    sheet_clean(api_client_text(node, "listen"), listen, sizeof listen);
    sheet_clean(api_client_text(node, "serve"), serve, sizeof serve);
    print_line("Node", id);
    if (key[0] != '\0') print_line("User key", key);
    if (community[0] != '\0') {
        (void)snprintf(line, sizeof line, "%s%s%s", community, listen[0] != '\0' ? ", links on " : "", listen);
        print_line("Community", line);
    }
    if (serve[0] != '\0') print_line("Services", serve);
    if (started_at_ms != 0) print_line("Up", sheet_span(now_ms - started_at_ms, span));
}

/* ---- Can this node be reached? ---- */

static void print_buffer(const char *label, struct buffer *out) {
    out->at[out->size] = '\0';
    print_line(label, (const char *)out->at);
}

static void print_reachability(const struct json_value *snapshot, int64_t now_ms) {
    static const struct { const char *member, *label; } families[] = {{"ipv4", "IPv4"}, {"ipv6", "IPv6"}};
    const struct json_value *reachability = json_member(json_member(snapshot, "node"), "reachability");
    for (size_t i = 0; reachability != NULL && reachability->kind == JSON_OBJECT && i < 2; i++) {
        uint8_t line[512];
        struct buffer out = buffer_over(line, sizeof line - 1);
        reach_write_family(&out, json_member(reachability, families[i].member), now_ms);
        print_buffer(families[i].label, &out);
    }
}

static void print_outage(const struct json_value *snapshot, int64_t now_ms) {
    const struct json_value *outage = json_member(json_member(snapshot, "node"), "outage");
    uint8_t line[160];
    struct buffer out = buffer_over(line, sizeof line - 1);
    if (outage == NULL || outage->kind != JSON_OBJECT) return;
    reach_write_outage(&out, outage, now_ms);
    print_buffer("Network", &out);
}

static void print_links(const struct json_value *snapshot) {
    const struct json_value *mesh = json_member(snapshot, "mesh");
    const struct json_value *bandwidth = json_member(snapshot, "bandwidth");
    double in = api_client_number(bandwidth, "inBytesPerSecond"),
           out = api_client_number(bandwidth, "outBytesPerSecond");
    double known = api_client_number(mesh, "known");
    char line[200];
    (void)snprintf(line, sizeof line, "%.0f of %.0f wanted (at least %.0f), %.0f being dialled; %.0f %s known",
                   api_client_number(mesh, "active"), api_client_number(mesh, "target"), api_client_number(mesh, "min"),
                   api_client_number(mesh, "dialing"), known, known == 1 ? "peer" : "peers");
    print_line("Links", line);
    if (in < 0 || out < 0) return;
    (void)snprintf(line, sizeof line, "in %.1f KiB/s, out %.1f KiB/s", in / 1024, out / 1024);
    print_line("Traffic", line);
}

/* The sources are away: since when, and what goes on meanwhile. */
static void print_cache(const struct json_value *rendezvous, int64_t now_ms) {
    char line[200], reason[120], span[32];
    int64_t since_ms = api_client_time(rendezvous, "cacheSince");
    if (since_ms == 0) return;
    sheet_clean(api_client_text(rendezvous, "reason"), reason, sizeof reason);
    (void)snprintf(line, sizeof line, "for %s: %s", sheet_span(now_ms - since_ms, span), reason);
    print_line("", line);
}

static void print_rendezvous(const struct json_value *snapshot, int64_t now_ms) {
    const struct json_value *rendezvous = json_member(snapshot, "rendezvous");
    char state[32], line[200], span[32];
    double attempts = api_client_number(rendezvous, "attempts");
    int64_t expires_at_ms = api_client_time(json_member(snapshot, "node"), "ticketExpiresAt");
    sheet_clean(api_client_text(rendezvous, "state"), state, sizeof state);
    if (attempts > 0) {
        (void)snprintf(line, sizeof line, "%s; %.0f of %.0f requests answered in %s", state,
                       api_client_number(rendezvous, "successes"), attempts,
                       sheet_span(api_client_time(rendezvous, "windowMs"), span));
    } else {
        (void)snprintf(line, sizeof line, "%s", state);
    }
    print_line("Rendezvous", line);
    print_cache(rendezvous, now_ms);
    if (expires_at_ms == 0) return;
    bool is_good = expires_at_ms > now_ms;
    (void)snprintf(line, sizeof line, "%s%s", is_good ? "good for " : "run out ",
                   sheet_span(is_good ? expires_at_ms - now_ms : now_ms - expires_at_ms, span));
    print_line("Ticket", line);
}

/* "connected to wss://a.example/ for 3 min", or why not. */
static void print_signaling(const struct json_value *snapshot, int64_t now_ms) {
    const struct json_value *signaling = json_member(snapshot, "signaling");
    char state[32], url[160], reason[120], span[32], line[400];
    const int64_t since_ms = api_client_time(signaling, "since");
    sheet_clean(api_client_text(signaling, "state"), state, sizeof state);
    sheet_clean(api_client_text(signaling, "url"), url, sizeof url);
    sheet_clean(api_client_text(signaling, "reason"), reason, sizeof reason);
    if (json_array_count(json_member(signaling, "endpoints")) == 0) return;
    if (since_ms != 0)
        (void)snprintf(line, sizeof line, "%s to %s for %s", state, url, sheet_span(now_ms - since_ms, span));
    else
        (void)snprintf(line, sizeof line, "%s%s%s", state, reason[0] == '\0' ? "" : ": ", reason);
    print_line("Signaling", line);
}

static void print_beacon(const struct json_value *snapshot) {
    const struct json_value *beacon = json_member(snapshot, "beacon");
    char line[200];
    double entries = api_client_number(beacon, "entries"), communities = api_client_number(beacon, "communities");
    if (entries < 0) return;
    (void)snprintf(line, sizeof line, "%.0f %s in %.0f %s; %.0f announces, %.0f of them taken; %.0f lists given",
                   entries, entries == 1 ? "ticket" : "tickets", communities,
                   communities == 1 ? "community" : "communities", api_client_number(beacon, "announces"),
                   api_client_number(beacon, "accepted") + api_client_number(beacon, "repeated"),
                   api_client_number(beacon, "lists"));
    print_line("Beacon", line);
}

/* One that does not come from the node, or is none, is left out. */
static void append_count(struct buffer *out, const struct json_value *of, const char *member, const char *one,
                         const char *many, bool is_none_told) {
    char text[96];
    const double count = api_client_number(of, member);
    if (count < 0 || (count == 0 && !is_none_told)) return;
    (void)snprintf(text, sizeof text, "; %.0f %s", count, count == 1 ? one : many);
    buffer_put_text(out, text);
}

static void print_content(const struct json_value *snapshot) {
    const struct json_value *content = json_member(snapshot, "content"), *storage = json_member(content, "storage");
    uint8_t memory[320];
    char size[32];
    struct buffer line = buffer_over(memory, sizeof memory - 1);
    const double used = api_client_number(storage, "usedBytes"), most = api_client_number(storage, "maxBytes");
    if (used < 0) return;
    buffer_put_text(&line, sheet_bytes(used, size));
    buffer_put_text(&line, most > 0 ? " of at most " : " on the disk");
    if (most > 0) buffer_put_text(&line, sheet_bytes(most, size));
    const struct json_value *redundancy = json_member(content, "redundancy");
    append_count(&line, redundancy, "under", "file under its target", "files under their target", false);
    append_count(&line, json_member(content, "posts"), "count", "post", "posts", true);
    append_count(&line, json_member(content, "outbox"), "waiting", "waits to be sent", "wait to be sent", false);
    append_count(&line, json_member(content, "quarantine"), "count", "in quarantine", "in quarantine", false);
    print_buffer("Content", &line);
}

static void print_screen(const struct json_value *snapshot, const struct state_words *words) {
    int64_t now_ms = api_client_time(snapshot, "asOf");
    const struct json_value *mesh = json_member(snapshot, "mesh");
    bool takes_part = mesh != NULL && mesh->kind == JSON_OBJECT;
    print_verdict(snapshot, words);
    print_findings(snapshot);
    print_node(snapshot, now_ms);
    print_beacon(snapshot);
    if (!takes_part) {
        print_line("Links", "none: this process serves others, and is no node of the mesh itself");
        return;
    }
    print_outage(snapshot, now_ms);
    print_reachability(snapshot, now_ms);
    print_links(snapshot);
    print_content(snapshot);
    print_rendezvous(snapshot, now_ms);
    print_signaling(snapshot, now_ms);
}

static int show(struct api_client *client, bool is_json) {
    struct span text;
    const struct json_value *snapshot;
    int exit_code = api_client_get(client, "/api/v1/snapshot", &text, &snapshot);
    if (exit_code != EXIT_CODE_DONE) return exit_code;
    const struct state_words *words = state_words_of(snapshot);
    if (is_json) {
        (void)fwrite(text.at, 1, text.size, stdout);
        (void)fputc('\n', stdout);
    } else {
        print_screen(snapshot, words);
    }
    return words->exit_code;
}

static int run(int argc, char **argv) {
    return api_client_command(argc, argv, "skep status", HELP, show);
}

const struct command command_status = {
    .name = "status", .summary = "how the node is, on one screen", .help = HELP, .run = run};
