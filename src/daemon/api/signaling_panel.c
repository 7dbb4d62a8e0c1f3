/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/api/signaling_panel.h"

#include <stdio.h>

#include "daemon/api/figure.h"
#include "daemon/signaling/ice_servers.h"

enum { SENTENCE_MAX = 200 };

/* ---- The whole ---- */

static bool is_stopped(const struct look *look) {
    return look->signaling->is_stopped;
}

static const char *state_of(const struct look *look) {
    if (look->signaling == NULL) return "off";
    if (is_stopped(look)) return "stopped";
    if (endpoint_set_in_use(look->signaling) != ENDPOINT_NONE) return "connected";
    return endpoint_set_active(look->signaling) != ENDPOINT_NONE ? "connecting" : "waiting";
}

static void put_reason(struct json_writer *w, const struct look *look) {
    char text[SENTENCE_MAX];
    if (look->signaling == NULL) {
        json_put_text(w, "reason",
                      look_takes_part(look) ? "no signaling endpoint is configured"
                                            : "this process serves others and is not called itself");
    } else if (is_stopped(look) && look->signaling_view.by == SWITCH_COUNT) {
        json_put_text(w, "reason", "this node stays quiet, because its keys may be in use elsewhere");
    } else if (is_stopped(look)) {
        (void)snprintf(text, sizeof text, "the control %s forbids it", switch_name(look->signaling_view.by));
        json_put_text(w, "reason", text);
    } else if (endpoint_set_active(look->signaling) == ENDPOINT_NONE) {
        json_put_text(w, "reason", "no endpoint answers; links stay, and each is tried again by itself");
    } else {
        json_put_null(w, "reason");
    }
}

/* Why the one that is in use, or connecting, and no other. */
static const char *why(const struct endpoint_set *set) {
    const size_t active = endpoint_set_active(set);
    if (active == ENDPOINT_NONE) return NULL;
    if (set->chosen != ENDPOINT_NONE && set->chosen != active) return "the one you chose failed, and this one works";
    switch (set->reason) {
    case ENDPOINT_BY_ORDER: return "it is the first of the configuration";
    case ENDPOINT_BY_MEMORY: return "it worked last";
    case ENDPOINT_BY_HEALTH: return "those before it failed lately";
    case ENDPOINT_BY_LATENCY: return "those before it take much longer";
    case ENDPOINT_BY_HAND: return "you chose it";
    }
    return NULL;
}

static int64_t wall_of(const struct look *look, int64_t engine_ms) {
    return engine_ms == 0 ? 0 : engine_ms + look->wall_ms - look->now_ms;
}

/* ---- One of them ---- */

static void put_endpoint(struct json_writer *w, const struct look *look, size_t index) {
    const struct endpoint_set *set = look->signaling;
    const struct endpoint *row = &set->rows[index];
    json_open_object(w, NULL);
    json_put_text(w, "url", row->url);
    json_put_text(w, "state", endpoint_state_name(row->state));
    json_put_boolean(w, "chosen", set->chosen == index);
    figure_put_time(w, "since", wall_of(look, row->since_ms));
    figure_put_integer(w, "latencyMs", row->latency_ms);
    json_put_integer(w, "failureStreak", row->failures);
    figure_put_time(w, "failedAt", wall_of(look, row->failed_ms));
    figure_put_text(w, "error", row->why);
    figure_put_time(w, "nextAttemptAt",
                    set->is_stopped || row->state != ENDPOINT_WAITING ? 0 : wall_of(look, row->next_try_ms));
    json_close_object(w);
}

static void put_active(struct json_writer *w, const struct look *look) {
    static const char *const unknown[] = {"url", "since", "latencyMs", "heartbeatAt", "why"};
    const struct endpoint_set *set = look->signaling;
    const size_t in_use = set == NULL ? ENDPOINT_NONE : endpoint_set_in_use(set);
    if (in_use == ENDPOINT_NONE) {
        for (size_t i = 0; i < sizeof unknown / sizeof unknown[0]; i++) json_put_null(w, unknown[i]);
        return;
    }
    const struct endpoint *row = &set->rows[in_use];
    const int64_t beat_ms = set->beat_ms - ENDPOINT_BEAT_MS;
    json_put_text(w, "url", row->url);
    figure_put_time(w, "since", wall_of(look, row->since_ms));
    figure_put_integer(w, "latencyMs", row->latency_ms);
    figure_put_time(w, "heartbeatAt", beat_ms > row->since_ms ? wall_of(look, beat_ms) : 0);
    json_put_text(w, "why", why(set));
}

/* ---- STUN and TURN ---- */

static void put_ice_servers(struct json_writer *w, const struct ice_servers *servers) {
    char text[ICE_SERVER_TEXT_MAX];
    struct ice_server server;
    struct address address;
    json_open_array(w, "iceServers");
    for (size_t i = 0; servers != NULL && ice_servers_look(servers, i, &server, &address); i++) {
        json_open_object(w, NULL);
        json_put_text(w, "url", ice_server_text(&server, text));
        if (address.family == ADDRESS_NONE)
            json_put_null(w, "address");
        else
            figure_put_address(w, "address", &address);
        json_close_object(w);
    }
    json_close_array(w);
}

void signaling_panel_write(struct json_writer *w, const struct look *look) {
    const struct endpoint_set *set = look->signaling;
    const bool is_quiet = set != NULL && look->signaling_view.leave == LEAVE_HEARTBEAT;
    json_put_text(w, "state", state_of(look));
    put_reason(w, look);
    json_put_text(w, "stoppedBy",
                  set != NULL && is_stopped(look) && look->signaling_view.by != SWITCH_COUNT
                      ? switch_name(look->signaling_view.by)
                      : NULL);
    json_put_boolean(w, "heartbeatOnly", is_quiet && !is_stopped(look));
    put_active(w, look);
    json_put_integer(w, "failovers", set == NULL ? 0 : set->failovers);
    json_put_integer(w, "failoversToday", set == NULL ? 0 : endpoint_set_failovers_today(set, look->now_ms));
    json_open_array(w, "endpoints");
    for (size_t i = 0; set != NULL && i < set->count; i++) put_endpoint(w, look, i);
    json_close_array(w);
    put_ice_servers(w, look->ice);
}
