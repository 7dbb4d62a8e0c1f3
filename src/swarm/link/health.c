/* SPDX-License-Identifier: Apache-2.0 */
#include "swarm/link/health.h"

#include <stdio.h>

#include "swarm/handlers.h"
#include "swarm/link/session.h"

static void send_ping(struct engine *engine, struct link_row *link, int64_t now_ms) {
    struct ping ping = link_health_ping(&link->health, &engine->prng, engine_now_us(engine, now_ms));
    struct buffer body = engine_body(engine);
    ping.loss_in_ppm = link_loss_ppm(link_loss_in(&link->loss, now_ms));
    ping.loss_out_ppm = link_loss_ppm(link_loss_out(&link->loss, now_ms));
    ping_build(&body, &ping);
    engine_send(engine, link->id, MESSAGE_PING, &body);
}

static void tick_link(struct engine *engine, struct link_row *link, int64_t now_ms) {
    struct link_health *health = &link->health;
    int64_t silent_ms = now_ms - health->heard_at_ms;
    if (link_health_is_lost(health, now_ms)) {
        bool was_demanded = health->must_answer_by_ms != 0;
        session_close(engine, link, REASON_TIMEOUT, was_demanded ? "no answer in time" : "nothing heard for 20 s",
                      now_ms);
        return;
    }
    if (silent_ms >= LIMIT_SILENCE_PING_MS && !health->has_asked) {
        struct event *event = engine_emit_peer(engine, EVENT_LINK_SILENT, &link->node_id, now_ms);
        event->figures[0] = silent_ms;
        health->has_asked = true;
        send_ping(engine, link, now_ms);
    } else if (now_ms >= health->next_ping_at_ms) {
        send_ping(engine, link, now_ms);
    }
}

void health_tick(struct engine *engine, int64_t now_ms) {
    for (size_t i = 0; i < engine->links.capacity; i++) {
        struct link_row *link = &engine->links.rows[i];
        if (link->in_use && link->state == LINK_STATE_OPEN) tick_link(engine, link, now_ms);
    }
}

size_t health_ask_all(struct engine *engine, int64_t now_ms) {
    size_t count = 0;
    for (size_t i = 0; i < engine->links.capacity; i++) {
        struct link_row *link = &engine->links.rows[i];
        if (!link->in_use || link->state != LINK_STATE_OPEN) continue;
        const bool may_renew = link->transport == LINK_TRANSPORT_WEBRTC;
        if (may_renew) session_renew(engine, link);
        link_health_demand(&link->health, now_ms + (may_renew ? LIMIT_RENEW_MS : LIMIT_ANSWER_MS));
        send_ping(engine, link, now_ms);
        count++;
    }
    return count;
}

int64_t health_deadline_ms(const struct engine *engine) {
    int64_t deadline_ms = INT64_MAX;
    for (size_t i = 0; i < engine->links.capacity; i++) {
        const struct link_row *link = &engine->links.rows[i];
        if (!link->in_use || link->state != LINK_STATE_OPEN) continue;
        int64_t link_ms = link_health_deadline_ms(&link->health);
        if (link_ms < deadline_ms) deadline_ms = link_ms;
    }
    return deadline_ms;
}

void health_on_ping(struct engine *engine, struct link_row *link, const struct ping *ping, int64_t now_ms) {
    link_loss_told(&link->loss, ping->loss_in_ppm, ping->loss_out_ppm, now_ms);
    struct pong pong = {.seq = ping->seq, .held_us = 0}; /* answered within the feed that brought it */
    struct buffer body = engine_body(engine);
    pong_build(&body, &pong);
    engine_send(engine, link->id, MESSAGE_PONG, &body);
}

void health_on_pong(struct engine *engine, struct link_row *link, const struct pong *pong, int64_t now_ms) {
    link_health_pong(&link->health, pong, engine_now_us(engine, now_ms));
}

/* A rate over what passed since the last measure, half new and half old, so that one burst does not make it jump. */
static int64_t next_rate(int64_t rate, uint64_t bytes, int64_t elapsed_ms) {
    int64_t now_rate = (int64_t)(bytes * 1000 / (uint64_t)elapsed_ms);
    return rate < 0 ? now_rate : (rate + now_rate) / 2;
}

/* A peer that moves all the time is shown where it is, and no more. */
static const struct pace_limit moves_told = {.interval_ms = 60000, .burst = 4};

/* The first is told with the link itself; another port alone is the same way. */
static void take_route(struct engine *engine, struct link_row *link, const struct link_route *route, int64_t now_ms) {
    char text[EVENT_TEXT_MAX + 1];
    if (!route->is_known || link_route_equal(&link->route, route)) return;
    const bool is_told = link->route.is_known && !link_route_is_alike(&link->route, route);
    link->route = *route;
    link->address = route->peer.address;
    if (!is_told || !pace_take(&link->moves, &moves_told, now_ms)) return;
    (void)snprintf(text, sizeof text, "%s to %s", ice_candidate_kind_name(route->own.kind),
                   ice_candidate_kind_name(route->peer.kind));
    event_set_text(engine_emit_link(engine, EVENT_LINK_MOVED, link, now_ms), text);
}

void health_measured(struct engine *engine, const struct input *input, int64_t now_ms) {
    struct link_row *link = link_table_find(&engine->links, input->as.link.id);
    if (link == NULL) return;
    int64_t elapsed_ms = now_ms - link->measured_at_ms;
    if (link->measured_at_ms != 0 && elapsed_ms > 0) {
        link->in_rate = next_rate(link->in_rate, input->as.link.bytes_in - link->bytes_in, elapsed_ms);
        link->out_rate = next_rate(link->out_rate, input->as.link.bytes_out - link->bytes_out, elapsed_ms);
    }
    link->bytes_in = input->as.link.bytes_in;
    link->bytes_out = input->as.link.bytes_out;
    link->unsent_bytes = input->as.link.unsent_bytes;
    take_route(engine, link, &input->as.link.route, now_ms);
    link->measured_at_ms = now_ms;
    link_loss_measured(&link->loss, input->as.link.packets, input->as.link.packets_lost, now_ms);
}
