/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/api/panel.h"

#include "base/encoding.h"
#include "daemon/api/content_panel.h"
#include "daemon/api/control_json.h"
#include "daemon/api/doctor_panel.h"
#include "daemon/api/figure.h"
#include "daemon/api/neighbour.h"
#include "daemon/api/reachability.h"
#include "daemon/api/signaling_panel.h"

/* ---- node ---- */

static void put_place(struct json_writer *w, const char *name, bool is_open, const struct http_place *place) {
    char text[HTTP_PLACE_TEXT_MAX];
    json_put_text(w, name, is_open ? http_place_text(place, text) : NULL);
}

static void put_boot(struct json_writer *w, const uint8_t boot[8]) {
    uint8_t memory[16];
    struct buffer text = buffer_over(memory, sizeof memory);
    hex_write(&text, (struct span){boot, 8});
    json_put_span(w, "boot", buffer_span(&text));
}

static void put_node_places(struct json_writer *w, const struct look *look) {
    json_open_array(w, "roles");
    for (size_t i = 0; i < look->facts->role_count; i++) json_put_text(w, NULL, look->facts->roles[i]);
    json_close_array(w);
    put_place(w, "api", true, &look->api_place);
    put_place(w, "listen", look->facts->has_listen, &(struct http_place){.address = look->facts->listen});
    put_place(w, "serve", look->facts->has_serve, &look->facts->serve);
    json_open_array(w, "advertised");
    for (size_t i = 0; i < look->node.addr_count; i++) figure_put_address(w, NULL, &look->node.addrs[i]);
    json_close_array(w);
}

static void put_outage(struct json_writer *w, const struct look *look) {
    if (!look->outage.is_out || !look_takes_part(look)) {
        json_put_null(w, "outage");
        return;
    }
    json_open_object(w, "outage");
    figure_put_time(w, "since", look->outage.since_ms);
    figure_put_time(w, "nextAttemptAt", look->outage.next_attempt_ms);
    json_close_object(w);
}

static void write_node(struct json_writer *w, const struct look *look) {
    figure_put_node_id(w, "nodeId", &look->node.node_id);
    figure_put_text(w, "userId", look->node.user_id);
    if (look->node.has_user) {
        json_put_base64(w, "userKey", (struct span){look->node.user_key.bytes, sizeof look->node.user_key.bytes});
    } else {
        json_put_null(w, "userKey");
    }
    json_put_null(w, "name");
    json_put_text(w, "agent", "skep/" SKEP_VERSION);
    json_put_text(w, "community", look_takes_part(look) ? look->node.community : NULL);
    put_boot(w, look->node.boot);
    figure_put_time(w, "startedAt", look->node.started_at_ms);
    put_node_places(w, look);
    json_put_text(w, "state", verdict_name(look->verdict));
    json_put_text(w, "lacks", look->facts->lacks);
    figure_put_time(w, "ticketExpiresAt", look->node.ticket_expires_at_ms);
    reachability_write(w, look);
    put_outage(w, look);
}

/* ---- rendezvous ---- */

enum { SHARE_WINDOW_MS = 15 * 60 * 1000 };

static size_t recent_kept(const struct source *source) {
    return source->recent_count < SOURCE_RECENT ? source->recent_count : SOURCE_RECENT;
}

/* The answers that are kept, 0 = the oldest. */
static const struct source_answer *recent_at(const struct source *source, size_t index) {
    return &source->recent[(source->recent_count - recent_kept(source) + index) % SOURCE_RECENT];
}

struct share {
    int64_t attempts, successes;
};

static struct share share_of(const struct rendezvous_view *view, int64_t wall_ms) {
    struct share share = {0, 0};
    for (size_t i = 0; i < view->source_count; i++) {
        for (size_t j = 0; j < recent_kept(&view->sources[i]); j++) {
            const struct source_answer *answer = recent_at(&view->sources[i], j);
            if (wall_ms - answer->at_ms > SHARE_WINDOW_MS) continue;
            share.attempts++;
            share.successes += answer->is_ok;
        }
    }
    return share;
}

static void put_recent(struct json_writer *w, const struct source *source) {
    json_open_array(w, "recent");
    for (size_t i = 0; i < recent_kept(source); i++) {
        const struct source_answer *answer = recent_at(source, i);
        json_open_object(w, NULL);
        json_put_integer(w, "at", answer->at_ms);
        json_put_boolean(w, "ok", answer->is_ok);
        figure_put_integer(w, "latencyMs", answer->latency_ms);
        json_close_object(w);
    }
    json_close_array(w);
}

static const char *source_state(const struct source *source) {
    if (source->attempts == 0) return "waiting";
    return source->failure_streak > 0 ? "failing" : "ok";
}

/* A source that failed is asked when its back-off is over; one that answers, with the next round. */
static int64_t source_next_ms(const struct source *source, const struct rendezvous_view *view) {
    return source->failure_streak > 0 ? source->next_at_ms + view->wall_offset_ms : view->next_harvest_at_ms;
}

/* What failed, by how; a status that is no 200 is an answer, but no list. */
static void put_failures(struct json_writer *w, const struct source *source) {
    static const char *const names[SOURCE_OUTCOMES] = {
        [BEACON_OUTCOME_ANSWERED] = "status",
        [BEACON_OUTCOME_TIMEOUT] = "timeout",
        [BEACON_OUTCOME_ERROR] = "unreachable",
        [BEACON_OUTCOME_INVALID] = "invalid",
    };
    json_open_object(w, "failures");
    for (size_t i = 0; i < SOURCE_OUTCOMES; i++) json_put_integer(w, names[i], source->failures[i]);
    json_close_object(w);
}

/* How much of what this node has came from there. */
static void put_yield(struct json_writer *w, const struct rendezvous_view *view, size_t index) {
    double links = view->links_of[index];
    json_put_integer(w, "knownPeers", view->known_of[index]);
    json_put_integer(w, "knownPeersMax", (int64_t)view->known_max);
    json_put_integer(w, "links", view->links_of[index]);
    figure_put_share(w, "linkShare", view->open_links == 0 ? -1 : links / (double)view->open_links);
}

static void write_source(struct json_writer *w, const struct rendezvous_view *view, size_t index) {
    const struct source *source = &view->sources[index];
    bool is_beacon = span_starts_with(span_of_text(source->place.name), SPAN_LITERAL("beacon"));
    json_open_object(w, NULL);
    json_put_text(w, "id", source->place.name);
    json_put_text(w, "kind", is_beacon ? "beacon" : "capsule");
    json_put_text(w, "url", source->place.url);
    json_put_text(w, "state", source_state(source));
    figure_put_text(w, "reason", source->reason);
    figure_put_integer(w, "tickets", source->last_success_ms == 0 ? -1 : (int64_t)source->tickets);
    put_yield(w, view, index);
    figure_put_integer(w, "latencyMs", source->latency_ms);
    figure_put_integer(w, "averageLatencyMs", source_average_latency_ms(source));
    figure_put_time(w, "lastSuccessAt", source->last_success_ms);
    figure_put_time(w, "lastAttemptAt", source->last_attempt_ms);
    figure_put_time(w, "nextAttemptAt", source_next_ms(source, view));
    json_put_integer(w, "attempts", source->attempts);
    json_put_integer(w, "successes", source->successes);
    json_put_integer(w, "failureStreak", source->failure_streak);
    put_failures(w, source);
    json_put_boolean(w, "listsUs", source->has_announced);
    put_recent(w, source);
    json_close_object(w);
}

/* The node's own address book is a source too: it needs no asking and never fails. */
static void write_cache(struct json_writer *w, const struct look *look) {
    static const char *const unknown[] = {"url",           "reason",        "latencyMs",     "averageLatencyMs",
                                          "lastSuccessAt", "lastAttemptAt", "nextAttemptAt", "attempts",
                                          "successes",     "failureStreak", "failures",      "listsUs",
                                          "knownPeersMax", "links",         "linkShare"};
    json_open_object(w, NULL);
    json_put_text(w, "id", "cache");
    json_put_text(w, "kind", "cache");
    json_put_text(w, "state", "ready");
    json_put_integer(w, "tickets", (int64_t)look->mesh.known);
    json_put_integer(w, "knownPeers", (int64_t)look->mesh.known);
    for (size_t i = 0; i < sizeof unknown / sizeof unknown[0]; i++) json_put_null(w, unknown[i]);
    json_open_array(w, "recent");
    json_close_array(w);
    json_close_object(w);
}

static const char *rendezvous_state(const struct rendezvous_view *view) {
    size_t failing = 0;
    if (view->source_count == 0) return "off";
    for (size_t i = 0; i < view->source_count; i++) failing += view->sources[i].failure_streak > 0;
    if (view->is_on_fallback) return "cache";
    return failing == view->source_count ? "failing" : "working";
}

static const char *rendezvous_reason(const struct rendezvous_view *view) {
    if (view->source_count == 0) return "no beacon is configured";
    return view->is_on_fallback ? "no source answers; peers come from this node's own book" : NULL;
}

static uint32_t worst_streak(const struct rendezvous_view *view) {
    uint32_t worst = 0;
    for (size_t i = 0; i < view->source_count; i++)
        if (view->sources[i].failure_streak > worst) worst = view->sources[i].failure_streak;
    return worst;
}

/* Who takes no part looks for nobody. */
static void write_no_rendezvous(struct json_writer *w, const char *lacks) {
    static const char *const unknown[] = {"lastHarvestAt", "nextHarvestAt", "nextAnnounceAt",
                                          "firstPeerMs",   "failureStreak", "attempts",
                                          "successes",     "successShare",  "cacheSince"};
    json_put_text(w, "state", "off");
    json_put_text(w, "reason",
                  lacks == NULL ? "this process serves others and looks for no peers itself"
                                : "a capability is missing, so this node takes no part");
    for (size_t i = 0; i < sizeof unknown / sizeof unknown[0]; i++) json_put_null(w, unknown[i]);
    json_put_integer(w, "windowMs", SHARE_WINDOW_MS);
    json_open_array(w, "sources");
    json_close_array(w);
}

static void write_rendezvous(struct json_writer *w, const struct look *look) {
    const struct rendezvous_view *view = &look->rendezvous;
    struct share share = share_of(view, look->wall_ms);
    if (!look_takes_part(look)) {
        write_no_rendezvous(w, look->facts->lacks);
        return;
    }
    json_put_text(w, "state", rendezvous_state(view));
    json_put_text(w, "reason", rendezvous_reason(view));
    figure_put_time(w, "cacheSince", view->is_on_fallback ? view->fallback_since_ms : 0);
    figure_put_time(w, "lastHarvestAt", view->last_harvest_at_ms);
    figure_put_time(w, "nextHarvestAt", view->next_harvest_at_ms);
    figure_put_time(w, "nextAnnounceAt", view->next_announce_at_ms);
    figure_put_integer(w, "firstPeerMs", view->first_peer_ms);
    json_put_integer(w, "failureStreak", worst_streak(view));
    json_put_integer(w, "attempts", share.attempts);
    json_put_integer(w, "successes", share.successes);
    figure_put_share(w, "successShare", share.attempts == 0 ? -1 : (double)share.successes / (double)share.attempts);
    json_put_integer(w, "windowMs", SHARE_WINDOW_MS);
    json_open_array(w, "sources");
    for (size_t i = 0; i < view->source_count; i++) write_source(w, view, i);
    write_cache(w, look);
    json_close_array(w);
}

/* ---- mesh ---- */

static const char *mesh_state(const struct mesh_view *mesh) {
    if (mesh->active == 0) return "alone";
    return mesh->active < mesh->min ? "looking" : "working";
}

static void write_mesh(struct json_writer *w, const struct look *look) {
    const struct mesh_view *mesh = &look->mesh;
    json_put_text(w, "state", mesh_state(mesh));
    json_put_integer(w, "active", (int64_t)mesh->active);
    json_put_integer(w, "min", mesh->min);
    json_put_integer(w, "target", mesh->target);
    json_put_integer(w, "max", mesh->max);
    json_put_integer(w, "passive", (int64_t)mesh->passive);
    json_put_integer(w, "known", (int64_t)mesh->known);
    json_put_integer(w, "dialing", (int64_t)mesh->dialing);
}

/* ---- bandwidth ---- */

static void write_bandwidth(struct json_writer *w, const struct look *look) {
    struct tally_sum sum = tally_sum(&look->tally, look->links, look->link_count);
    figure_put_integer(w, "inBytesPerSecond", sum.in_bytes_per_second);
    figure_put_integer(w, "outBytesPerSecond", sum.out_bytes_per_second);
    figure_put_total(w, "bytesIn", sum.bytes_in);
    figure_put_total(w, "bytesOut", sum.bytes_out);
    figure_put_time(w, "since", look->node.started_at_ms);
}

/* ---- alerts ---- */

static void write_alerts(struct json_writer *w, const struct look *look) {
    json_open_array(w, "items");
    for (size_t i = 0; i < look->findings.count; i++) {
        const struct finding *finding = &look->findings.items[i];
        json_open_object(w, NULL);
        json_put_text(w, "code", finding_code_name(finding->code));
        json_put_text(w, "level", event_level_name(finding->level));
        json_put_text(w, "subject", finding->subject);
        figure_put_time(w, "since", finding->since_ms);
        json_put_text(w, "title", finding->title);
        json_put_text(w, "cause", finding->cause);
        json_open_array(w, "actions");
        json_close_array(w);
        json_close_object(w);
    }
    json_close_array(w);
    json_put_null(w, "next"); /* there is a place for every finding */
}

/* ---- beacon ---- */

static bool has_beacon(const struct look *look) {
    return look->has_beacon;
}

static void write_beacon(struct json_writer *w, const struct look *look) {
    const struct beacon_counts *counts = &look->beacon;
    figure_put_total(w, "communities", counts->communities);
    figure_put_total(w, "entries", counts->entries);
    figure_put_total(w, "announces", counts->announces);
    figure_put_total(w, "accepted", counts->accepted);
    figure_put_total(w, "repeated", counts->repeated);
    figure_put_total(w, "overRate", counts->over_rate);
    figure_put_total(w, "flooded", counts->flooded);
    figure_put_total(w, "lists", counts->lists);
    json_open_object(w, "refused");
    for (int i = REFUSAL_NONE + 1; i < REFUSAL_COUNT; i++)
        if (counts->refused[i] > 0) figure_put_total(w, refusal_name((enum refusal)i), counts->refused[i]);
    json_close_object(w);
}

/* ---- All of them ---- */

const struct panel panels[PANEL_COUNT] = {
    {.name = "node", .write = write_node},
    {.name = "signaling", .write = signaling_panel_write},
    {.name = "rendezvous", .write = write_rendezvous},
    {.name = "mesh", .is_known = look_takes_part, .write = write_mesh},
    {.name = "views", .is_known = look_takes_part, .write = neighbour_write_views},
    {.name = "bandwidth", .is_known = look_takes_part, .write = write_bandwidth},
    {.name = "alerts", .write = write_alerts},
    {.name = "beacon", .is_known = has_beacon, .write = write_beacon},
    {.name = "controls", .write = control_write_switches},
    {.name = "operations", .write = control_write_operations},
    {.name = "blocks", .write = control_write_blocks},
    {.name = "pending", .write = control_write_pending},
    {.name = "doctor", .is_known = doctor_panel_is_known, .write = doctor_panel_write},
    {.name = "content", .is_known = content_panel_is_known, .write = content_panel_write},
};

static size_t write_known(struct json_writer *w, const struct panel *panel, const char *name, const struct look *look) {
    json_open_object(w, name);
    json_put_integer(w, "asOf", look->wall_ms);
    size_t begin = w->out->size;
    panel->write(w, look);
    json_close_object(w);
    return begin;
}

struct span panel_write(struct json_writer *w, const struct panel *panel, const char *name, const struct look *look) {
    size_t begin = w->out->size;
    if (panel->is_known == NULL || panel->is_known(look)) {
        begin = write_known(w, panel, name, look);
    } else {
        begin += w->needs_comma ? 1 : 0;
        json_put_null(w, name);
    }
    if (w->out->size < begin) return SPAN_NONE; /* the buffer is full */
    return (struct span){w->out->at + begin, w->out->size - begin};
}

const struct panel *panel_find(struct span name) {
    for (size_t i = 0; i < PANEL_COUNT; i++)
        if (span_equal_text(name, panels[i].name)) return &panels[i];
    return NULL;
}
