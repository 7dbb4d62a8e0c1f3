/* SPDX-License-Identifier: Apache-2.0 */
#include "swarm/rendezvous/harvest.h"

#include "crypto/hash.h"
#include "swarm/control/gate.h"
#include "swarm/dial/outage.h"
#include "swarm/engine_inside.h"
#include "swarm/mesh/active_view.h"
#include "swarm/mesh/exchange.h"
#include "swarm/peer/peers.h"
#include "swarm/rendezvous/request.h"

#include <stdio.h>
#include <string.h>

/* When the early rounds come, after the start. */
static const int16_t early_ms[] = {0, 1000, 2000, 4000, 8000};
enum { EARLY_ROUNDS = sizeof early_ms / sizeof early_ms[0] };

static struct node_id mark_of(const struct engine_source *source) {
    struct node_id mark;
    struct sha256 hash = hash_sha256(span_of_text(source->url));
    memcpy(mark.bytes, hash.bytes, sizeof mark.bytes);
    return mark;
}

void harvest_init(struct harvest *harvest, const struct engine_source *sources, size_t count) {
    *harvest = (struct harvest){
        .source_count = count,
        .next_announce_ms = INT64_MAX,
        .next_harvest_ms = INT64_MAX,
        .first_peer_ms = -1,
    };
    for (size_t i = 0; i < count; i++) {
        harvest->sources[i] = (struct source){.place = sources[i], .mark = mark_of(&sources[i]), .latency_ms = -1};
    }
}

static void issue_ticket(struct engine *engine, int64_t now_ms) {
    self_issue_ticket(&engine->self, &engine->entropy, engine_wall_ms(engine, now_ms));
    for (size_t i = 0; i < engine->harvest.source_count; i++) engine->harvest.sources[i].has_announced = false;
    struct event *event = engine_emit(engine, EVENT_TICKET_ISSUED, now_ms);
    event->figures[0] = LIMIT_TICKET_LIFETIME_MS;
    exchange_announce_ticket(engine);
}

void harvest_start(struct engine *engine, int64_t now_ms) {
    issue_ticket(engine, now_ms);
    engine->harvest.announced_at_ms = now_ms;
    engine->harvest.next_announce_ms = now_ms + prng_jitter(&engine->prng, LIMIT_ANNOUNCE_MS, 10);
    engine->harvest.next_harvest_ms = now_ms;
}

/* Who must stay quiet asks all the same: it is there that it hears of the other one. */
static bool wants_announce(const struct engine *engine, const struct source *source) {
    if (clone_guard_is_quiet(engine)) return false;
    return !source->has_announced && source->refused_issued_at_ms != engine->self.ticket.issued_at_ms;
}

static void ask(struct engine *engine, size_t index, int64_t now_ms) {
    struct source *source = &engine->harvest.sources[index];
    bool announces = wants_announce(engine, source);
    struct action *action = actions_add(engine->actions, announces ? ACTION_ANNOUNCE : ACTION_FETCH);
    action->source = (uint8_t)index;
    if (announces) {
        struct buffer body = engine_body(engine);
        beacon_request_write_announce(&body, &engine->self.ticket, engine->self.community);
        action->bytes = actions_keep_bytes(engine->actions, &body);
        source->announced_issued_at_ms = engine->self.ticket.issued_at_ms;
    }
    source->is_asked = true;
    source->is_behind = false;
    source->last_attempt_ms = engine_wall_ms(engine, now_ms);
    engine->harvest.round.attempts++;
}

/* A source that failed is asked again when its back-off is over, and one that knows an old ticket of ours at once; not
 * only with the next round. */
static int64_t retry_ms(const struct source *source) {
    bool wants_retry = !source->is_asked && (source->failure_streak > 0 || source->is_behind);
    return wants_retry ? source->next_at_ms : INT64_MAX;
}

static bool is_round_open(const struct harvest *harvest) {
    for (size_t i = 0; i < harvest->source_count; i++) {
        if (harvest->sources[i].is_in_round) return true;
    }
    return false;
}

/* Asks every source that is not waiting for an answer and whose back-off is over; between the rounds only those that
 * want a retry, so that one bad beacon does not make us a burden to the good ones. A further try within the round is no
 * new beginning. */
static void ask_due(struct engine *engine, bool is_retry, int64_t now_ms) {
    struct harvest *harvest = &engine->harvest;
    int64_t joined = 0;
    if (!is_round_open(harvest)) harvest->round = (struct harvest_round){0};
    for (size_t i = 0; i < harvest->source_count; i++) {
        struct source *source = &harvest->sources[i];
        int64_t due_ms = is_retry ? retry_ms(source) : source->next_at_ms;
        if (source->is_asked || due_ms > now_ms) continue;
        ask(engine, i, now_ms);
        joined += !source->is_in_round;
        source->is_in_round = true;
    }
    if (joined == 0) return;
    harvest->last_harvest_ms = engine_wall_ms(engine, now_ms);
    struct event *event = engine_emit(engine, EVENT_HARVEST_START, now_ms);
    event->figures[0] = joined;
}

static void schedule_next_round(struct engine *engine, int64_t now_ms) {
    struct harvest *harvest = &engine->harvest;
    harvest->early_round++;
    bool is_early = harvest->early_round < EARLY_ROUNDS && active_view_count(engine) < LIMIT_HARVEST_EARLY_LINKS;
    if (is_early) {
        harvest->next_harvest_ms = engine->started_at_ms + early_ms[harvest->early_round];
        if (harvest->next_harvest_ms < now_ms) harvest->next_harvest_ms = now_ms;
    } else {
        harvest->early_round = EARLY_ROUNDS;
        harvest->next_harvest_ms = now_ms + prng_jitter(&engine->prng, LIMIT_HARVEST_MS, 10);
    }
}

static bool has_due_retry(const struct harvest *harvest, int64_t now_ms) {
    for (size_t i = 0; i < harvest->source_count; i++) {
        if (retry_ms(&harvest->sources[i]) <= now_ms) return true;
    }
    return false;
}

void harvest_tick(struct engine *engine, int64_t now_ms) {
    struct harvest *harvest = &engine->harvest;
    if (engine->is_stopping || engine->started_at_ms == 0) return;
    bool is_announce_due = now_ms >= harvest->next_announce_ms;
    if (is_announce_due) {
        issue_ticket(engine, now_ms);
        harvest->announced_at_ms = now_ms;
        harvest->next_announce_ms = now_ms + prng_jitter(&engine->prng, LIMIT_ANNOUNCE_MS, 10);
    }
    harvest->is_barred = !gate_may(engine, DEED_ANNOUNCE);
    if (harvest->is_barred) return;
    bool is_round_due = now_ms >= harvest->next_harvest_ms;
    if (is_round_due || is_announce_due) {
        ask_due(engine, false, now_ms);
    } else if (has_due_retry(harvest, now_ms)) {
        ask_due(engine, true, now_ms);
    }
    if (is_round_due) schedule_next_round(engine, now_ms);
}

/* What is announced again is a ticket that says so afresh. */
void harvest_allowed(struct engine *engine, int64_t now_ms) {
    if (!engine->harvest.is_barred || !gate_may(engine, DEED_ANNOUNCE)) return;
    harvest_ticket_due(engine, now_ms);
    harvest_refresh(engine, now_ms);
}

bool harvest_may_ask(const struct engine *engine) {
    return engine->harvest.source_count > 0 && gate_may(engine, DEED_ANNOUNCE);
}

void harvest_refresh(struct engine *engine, int64_t now_ms) {
    for (size_t i = 0; i < engine->harvest.source_count; i++) engine->harvest.sources[i].next_at_ms = now_ms;
    engine->harvest.next_harvest_ms = now_ms;
}

void harvest_ticket_due(struct engine *engine, int64_t now_ms) {
    int64_t soon_ms = engine->harvest.announced_at_ms + LIMIT_ANNOUNCE_SOON_MS;
    if (soon_ms < now_ms) soon_ms = now_ms;
    if (soon_ms < engine->harvest.next_announce_ms) engine->harvest.next_announce_ms = soon_ms;
}

void harvest_peer_found(struct engine *engine, int64_t now_ms) {
    if (engine->harvest.first_peer_ms < 0) engine->harvest.first_peer_ms = now_ms - engine->started_at_ms;
}

uint32_t harvest_failure_streak(const struct harvest *harvest) {
    uint32_t least = harvest->source_count == 0 ? 0 : UINT32_MAX;
    for (size_t i = 0; i < harvest->source_count; i++) {
        if (harvest->sources[i].failure_streak < least) least = harvest->sources[i].failure_streak;
    }
    return least;
}

int64_t harvest_deadline_ms(const struct harvest *harvest) {
    if (harvest->is_barred) return harvest->next_announce_ms; /* links that stay want a fresh ticket all the same */
    int64_t deadline_ms =
        harvest->next_announce_ms < harvest->next_harvest_ms ? harvest->next_announce_ms : harvest->next_harvest_ms;
    for (size_t i = 0; i < harvest->source_count; i++) {
        int64_t source_ms = retry_ms(&harvest->sources[i]);
        if (source_ms < deadline_ms) deadline_ms = source_ms;
    }
    return deadline_ms;
}

static struct event *emit_source(struct engine *engine, enum event_code code, const struct source *source,
                                 int64_t figure0, int64_t figure1, int64_t now_ms) {
    struct event *event = engine_emit(engine, code, now_ms);
    event->figures[0] = figure0;
    event->figures[1] = figure1;
    event_set_text(event, source->place.url);
    return event;
}

static void take_failure(struct engine *engine, struct source *source, const struct input *input, int64_t now_ms) {
    static const enum event_code codes[] = {
        [BEACON_OUTCOME_ANSWERED] = EVENT_BEACON_FAILED,
        [BEACON_OUTCOME_TIMEOUT] = EVENT_BEACON_TIMEOUT,
        [BEACON_OUTCOME_ERROR] = EVENT_BEACON_ERROR,
        [BEACON_OUTCOME_INVALID] = EVENT_BEACON_INVALID,
    };
    static const char *const words[] = {
        [BEACON_OUTCOME_TIMEOUT] = "no answer in time",
        [BEACON_OUTCOME_ERROR] = "cannot be reached",
        [BEACON_OUTCOME_INVALID] = "answered nonsense",
    };
    enum beacon_outcome outcome = input->as.beacon.outcome;
    char reason[48];
    source->failures[outcome]++;
    if (input->as.beacon.refusal != REFUSAL_NONE) engine->counters.refused[input->as.beacon.refusal]++;
    if (outcome == BEACON_OUTCOME_ANSWERED) {
        snprintf(reason, sizeof reason, "answered %d", input->as.beacon.status);
    } else {
        snprintf(reason, sizeof reason, "%s", words[outcome]);
    }
    source->has_announced = false; /* whoever comes back may have forgotten us */
    source_failed(source, reason, input->as.beacon.elapsed_ms, &engine->prng, now_ms, engine_wall_ms(engine, now_ms));
    source->is_in_round = source_has_tries_left(source);
    int64_t figure = outcome == BEACON_OUTCOME_ANSWERED ? input->as.beacon.status : input->as.beacon.elapsed_ms;
    emit_source(engine, codes[outcome], source, figure, source->failure_streak, now_ms);
}

static void take_validation(struct engine *engine, struct source *source, const struct beacon_reply *reply,
                            int64_t now_ms) {
    source->has_announced = reply->is_ok && source->announced_issued_at_ms == engine->self.ticket.issued_at_ms;
    *(reply->is_ok ? &source->announces_taken : &source->announces_refused) += 1;
    if (reply->is_ok) {
        emit_source(engine, EVENT_BEACON_ANNOUNCED, source, source->latency_ms, 0, now_ms);
        return;
    }
    source->refused_issued_at_ms = source->announced_issued_at_ms;
    struct event *event = engine_emit(engine, EVENT_BEACON_ANNOUNCE_REFUSED, now_ms);
    char text[EVENT_TEXT_MAX + 1];
    snprintf(text, sizeof text, "%.60s: %s", source->place.url, reply->reason[0] != '\0' ? reply->reason : "no reason");
    event_set_text(event, text);
}

static void take_tickets(struct engine *engine, size_t index, const struct beacon_reply *reply, int64_t now_ms) {
    struct learned_from from = {
        .kind = PROVENANCE_BEACON,
        .source = (uint8_t)index,
        .node = engine->harvest.sources[index].mark,
        .at_ms = engine_wall_ms(engine, now_ms),
    };
    for (size_t i = 0; i < reply->ticket_count; i++) peers_learn(engine, &reply->tickets[i], &from, now_ms);
    for (size_t i = 0; i < REFUSAL_COUNT; i++) engine->counters.refused[i] += reply->refused[i];
    if (reply->refused_count > 0) {
        emit_source(engine, EVENT_BEACON_TICKETS_REFUSED, &engine->harvest.sources[index],
                    (int64_t)reply->refused_count, 0, now_ms);
    }
}

static void take_success(struct engine *engine, size_t index, const struct input *input, int64_t now_ms) {
    struct source *source = &engine->harvest.sources[index];
    const struct beacon_reply *reply = input->as.beacon.reply;
    source_succeeded(source, (uint32_t)reply->ticket_count, input->as.beacon.elapsed_ms, now_ms,
                     engine_wall_ms(engine, now_ms));
    emit_source(engine, EVENT_BEACON_SUCCESS, source, (int64_t)reply->ticket_count, input->as.beacon.elapsed_ms,
                now_ms);
    if (input->as.beacon.was_announce) take_validation(engine, source, reply, now_ms);
    bool was_refused = input->as.beacon.was_announce && !reply->is_ok;
    bool is_listless = was_refused && reply->ticket_count == 0; /* it may still tell us of others */
    source->is_behind = is_listless || wants_announce(engine, source);
    source->is_in_round = false;
    take_tickets(engine, index, reply, now_ms);
    clone_guard_answered(engine, index, now_ms);
    engine->harvest.round.successes++;
    engine->harvest.round.tickets += (uint32_t)reply->ticket_count;
}

/* A source answered, and nobody was there. */
static void count_nobody(struct engine *engine, int64_t now_ms) {
    struct harvest *harvest = &engine->harvest;
    bool is_nobody = harvest->round.tickets == 0 && active_view_count(engine) == 0;
    harvest->empty_streak = is_nobody ? harvest->empty_streak + 1 : 0;
    if (!is_nobody) return;
    struct event *event = engine_emit(engine, EVENT_HARVEST_NOBODY, now_ms);
    event->figures[0] = harvest->empty_streak;
}

static void end_round(struct engine *engine, int64_t now_ms) {
    struct harvest *harvest = &engine->harvest;
    uint32_t failure_streak = harvest_failure_streak(harvest);
    struct event *event = engine_emit(engine, EVENT_HARVEST_SUMMARY, now_ms);
    event->figures[0] = harvest->round.successes;
    event->figures[1] = harvest->round.attempts;
    if (harvest->round.successes > 0) count_nobody(engine, now_ms);
    if (failure_streak == 0) return;
    event = engine_emit(engine, EVENT_HARVEST_EMPTY, now_ms);
    event->figures[0] = failure_streak;
    event->figures[1] = LIMIT_SOURCE_SILENT_STREAK;
}

void harvest_reply(struct engine *engine, const struct input *input, int64_t now_ms) {
    struct harvest *harvest = &engine->harvest;
    size_t index = input->as.beacon.source;
    if (index >= harvest->source_count || !harvest->sources[index].is_asked) return;
    bool is_success = input->as.beacon.outcome == BEACON_OUTCOME_ANSWERED && input->as.beacon.status == 200 &&
                      input->as.beacon.reply != NULL;
    if (is_success) {
        take_success(engine, index, input, now_ms);
    } else {
        take_failure(engine, &harvest->sources[index], input, now_ms);
    }
    if (!is_round_open(harvest)) end_round(engine, now_ms);
    if (is_success) {
        fallback_source_answered(engine, now_ms);
        outage_source_answered(engine, now_ms);
    } else {
        fallback_source_failed(engine, now_ms);
        outage_source_failed(engine, now_ms);
    }
}
