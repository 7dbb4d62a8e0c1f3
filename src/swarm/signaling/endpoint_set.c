/* SPDX-License-Identifier: Apache-2.0 */
#include "swarm/signaling/endpoint_set.h"

#include <stdio.h>
#include <string.h>

#include "base/deadline.h"
#include "base/must.h"

enum { HOUR_MS = 3600000, HOURS = 24 };

/* What one weighs against another when both may be tried. A failure must outweigh every place and every delay. */
enum { COST_PLACE = 200, COST_LATENCY_MAX = 5000, COST_FAILURE = 10000, COST_FAILURES_MAX = 6 };
_Static_assert(COST_FAILURE > (ENDPOINTS_MAX + 1) * COST_PLACE + COST_LATENCY_MAX, "health decides before order");

const char *endpoint_state_name(enum endpoint_state state) {
    static const char *const names[] = {[ENDPOINT_STANDBY] = "standby",
                                        [ENDPOINT_CONNECTING] = "connecting",
                                        [ENDPOINT_IN_USE] = "in-use",
                                        [ENDPOINT_WAITING] = "waiting"};
    return names[state];
}

const char *endpoint_reason_name(enum endpoint_reason reason) {
    static const char *const names[] = {[ENDPOINT_BY_ORDER] = "order",
                                        [ENDPOINT_BY_MEMORY] = "memory",
                                        [ENDPOINT_BY_HEALTH] = "health",
                                        [ENDPOINT_BY_LATENCY] = "latency",
                                        [ENDPOINT_BY_HAND] = "hand"};
    return names[reason];
}

bool endpoint_set_init(struct endpoint_set *set, const char *const *urls, size_t count, size_t remembered,
                       int64_t now_ms) {
    *set = (struct endpoint_set){.chosen = ENDPOINT_NONE, .remembered = ENDPOINT_NONE, .last_used = ENDPOINT_NONE};
    if (count == 0 || count > ENDPOINTS_MAX) return false;
    for (size_t i = 0; i < count; i++) {
        struct endpoint *row = &set->rows[i];
        if (urls[i][0] == '\0' || strlen(urls[i]) >= sizeof row->url) return false;
        (void)snprintf(row->url, sizeof row->url, "%s", urls[i]);
        row->latency_ms = -1;
        row->since_ms = now_ms;
    }
    set->count = count;
    if (remembered < count) set->remembered = remembered;
    return true;
}

/* ---- Looking ---- */

size_t endpoint_set_active(const struct endpoint_set *set) {
    for (size_t i = 0; i < set->count; i++)
        if (set->rows[i].state == ENDPOINT_CONNECTING || set->rows[i].state == ENDPOINT_IN_USE) return i;
    return ENDPOINT_NONE;
}

size_t endpoint_set_in_use(const struct endpoint_set *set) {
    const size_t active = endpoint_set_active(set);
    return active != ENDPOINT_NONE && set->rows[active].state == ENDPOINT_IN_USE ? active : ENDPOINT_NONE;
}

static bool is_standing_by(const struct endpoint_set *set) {
    for (size_t i = 0; i < set->count; i++)
        if (set->rows[i].state == ENDPOINT_STANDBY) return true;
    return false;
}

static bool is_fresh_standing_by(const struct endpoint_set *set) {
    for (size_t i = 0; i < set->count; i++)
        if (set->rows[i].state == ENDPOINT_STANDBY && set->rows[i].failures == 0) return true;
    return false;
}

static bool has_failed_lately(const struct endpoint *row, int64_t now_ms) {
    return row->failed_ms != 0 && now_ms - row->failed_ms < ENDPOINT_LATELY_MS;
}

static int64_t cost_of(const struct endpoint_set *set, size_t endpoint, int64_t now_ms) {
    const struct endpoint *row = &set->rows[endpoint];
    int64_t cost = endpoint == set->remembered ? 0 : (int64_t)(endpoint + 1) * COST_PLACE;
    if (row->latency_ms > 0) cost += row->latency_ms < COST_LATENCY_MAX ? row->latency_ms : COST_LATENCY_MAX;
    if (has_failed_lately(row, now_ms)) {
        const uint32_t failures = row->failures == 0 ? 1 : row->failures;
        cost += COST_FAILURE * (int64_t)(failures < COST_FAILURES_MAX ? failures : COST_FAILURES_MAX);
    }
    return cost;
}

/* The cheapest that stands by, the earlier of equals; ENDPOINT_NONE: none does. */
static size_t cheapest(const struct endpoint_set *set, int64_t now_ms) {
    size_t best = ENDPOINT_NONE;
    for (size_t i = 0; i < set->count; i++) {
        if (set->rows[i].state != ENDPOINT_STANDBY) continue;
        if (best == ENDPOINT_NONE || cost_of(set, i, now_ms) < cost_of(set, best, now_ms)) best = i;
    }
    return best;
}

static size_t pick(const struct endpoint_set *set, int64_t now_ms) {
    if (set->chosen != ENDPOINT_NONE && set->rows[set->chosen].state == ENDPOINT_STANDBY) return set->chosen;
    return cheapest(set, now_ms);
}

static enum endpoint_reason reason_for(const struct endpoint_set *set, size_t picked, int64_t now_ms) {
    enum endpoint_reason reason = picked == 0 ? ENDPOINT_BY_ORDER : ENDPOINT_BY_LATENCY;
    if (picked == set->chosen) return ENDPOINT_BY_HAND;
    for (size_t i = 0; i < picked; i++)
        if (set->rows[i].state == ENDPOINT_WAITING || has_failed_lately(&set->rows[i], now_ms))
            return ENDPOINT_BY_HEALTH;
    return picked != 0 && picked == set->remembered ? ENDPOINT_BY_MEMORY : reason;
}

/* How long an attempt may take: little while another could do instead. When nobody could who did not fail himself, one
 * that was too slow gets more time at each attempt, or a slow line would never see any of them open. */
static int64_t patience_ms(const struct endpoint_set *set, const struct endpoint *row) {
    if (!is_standing_by(set)) return ENDPOINT_PATIENCE_MS_MAX;
    if (is_fresh_standing_by(set)) return ENDPOINT_PATIENCE_MS;
    const int64_t patience = (int64_t)ENDPOINT_PATIENCE_MS << (row->silences < 2 ? row->silences : 2);
    return patience < ENDPOINT_PATIENCE_MS_MAX ? patience : ENDPOINT_PATIENCE_MS_MAX;
}

static int64_t answer_ms_max(const struct endpoint *row) {
    const int64_t allowed = row->latency_ms * 8;
    if (allowed < ENDPOINT_ANSWER_MS_MIN) return ENDPOINT_ANSWER_MS_MIN;
    return allowed < ENDPOINT_ANSWER_MS_MAX ? allowed : ENDPOINT_ANSWER_MS_MAX;
}

/* ---- States ---- */

static void enter(struct endpoint *row, enum endpoint_state state, int64_t now_ms) {
    const bool was_active = row->state == ENDPOINT_CONNECTING || row->state == ENDPOINT_IN_USE;
    must(state != ENDPOINT_CONNECTING || row->state == ENDPOINT_STANDBY);
    must(state != ENDPOINT_IN_USE || row->state == ENDPOINT_CONNECTING);
    must(state != ENDPOINT_WAITING || was_active);
    row->state = state;
    row->since_ms = now_ms;
    if (state != ENDPOINT_WAITING) row->next_try_ms = 0;
}

static int64_t backoff_ms(struct prng *prng, int64_t first_ms, uint32_t times) {
    int64_t window = first_ms;
    for (uint32_t i = 1; i < times && window < ENDPOINT_BACKOFF_MS_MAX; i++) window *= 2;
    if (window > ENDPOINT_BACKOFF_MS_MAX) window = ENDPOINT_BACKOFF_MS_MAX;
    return prng_between(prng, ENDPOINT_JITTER_MS_MIN, window);
}

static void count_failover(struct endpoint_set *set, int64_t now_ms) {
    const int64_t hour = now_ms / HOUR_MS;
    for (int64_t at = set->hour + 1; at <= hour && at <= set->hour + HOURS; at++) set->hours[at % HOURS] = 0;
    set->hour = hour;
    set->hours[hour % HOURS]++;
    set->failovers++;
}

uint32_t endpoint_set_failovers_today(const struct endpoint_set *set, int64_t now_ms) {
    const int64_t hour = now_ms / HOUR_MS;
    uint32_t count = 0;
    for (int64_t at = set->hour; at > set->hour - HOURS && at > hour - HOURS && at >= 0; at--)
        count += set->hours[at % HOURS];
    return count;
}

static bool is_active(const struct endpoint_set *set, size_t endpoint) {
    return endpoint < set->count && endpoint_set_active(set) == endpoint;
}

/* Steady for long enough: what was before is over. */
static void forgive_if_steady(struct endpoint *row, int64_t now_ms) {
    if (row->state == ENDPOINT_IN_USE && now_ms - row->since_ms >= ENDPOINT_STEADY_MS) row->failures = 0;
}

static void fail(struct endpoint_set *set, size_t endpoint, enum endpoint_fault fault, const char *why,
                 struct prng *prng, int64_t now_ms) {
    struct endpoint *row = &set->rows[endpoint];
    const bool was_in_use = row->state == ENDPOINT_IN_USE;
    if (set->is_doubted && was_in_use) {
        set->is_doubted = false;
        enter(row, ENDPOINT_STANDBY, now_ms);
        return;
    }
    forgive_if_steady(row, now_ms);
    enter(row, ENDPOINT_WAITING, now_ms);
    (void)snprintf(row->why, sizeof row->why, "%s", why);
    if (fault == ENDPOINT_TAKEN) {
        row->next_try_ms = now_ms + backoff_ms(prng, ENDPOINT_TAKEN_MS, ++row->takes);
    } else {
        row->failed_ms = now_ms;
        row->silences = fault == ENDPOINT_SILENT && !was_in_use ? row->silences + 1 : 0;
        row->next_try_ms = now_ms + backoff_ms(prng, ENDPOINT_BACKOFF_MS_MIN, ++row->failures);
    }
    if (set->remembered == endpoint) set->remembered = ENDPOINT_NONE;
    if (was_in_use) set->has_lost = true;
}

/* Not because it failed: it stands by from now on. */
static void leave(struct endpoint_set *set, int64_t now_ms) {
    const size_t active = endpoint_set_active(set);
    set->has_lost = false;
    set->is_doubted = false;
    if (active != ENDPOINT_NONE) enter(&set->rows[active], ENDPOINT_STANDBY, now_ms);
}

/* ---- What happened ---- */

void endpoint_set_opened(struct endpoint_set *set, size_t endpoint, int64_t now_ms) {
    if (!is_active(set, endpoint) || set->rows[endpoint].state != ENDPOINT_CONNECTING) return;
    struct endpoint *row = &set->rows[endpoint];
    row->latency_ms = now_ms - row->since_ms;
    row->heard_ms = now_ms;
    row->silences = row->takes = 0;
    enter(row, ENDPOINT_IN_USE, now_ms);
    if (set->has_lost && set->last_used != endpoint) count_failover(set, now_ms);
    set->has_lost = false;
    set->last_used = set->remembered = endpoint;
    set->beat_ms = now_ms + ENDPOINT_BEAT_MS;
    set->last_ask_ms = now_ms;
    set->asked_ms = 0;
}

void endpoint_set_failed(struct endpoint_set *set, size_t endpoint, enum endpoint_fault fault, const char *why,
                         struct prng *prng, int64_t now_ms) {
    if (endpoint >= set->count) return;
    set->rows[endpoint].has_connection = false;
    if (is_active(set, endpoint)) fail(set, endpoint, fault, why, prng, now_ms);
}

void endpoint_set_heard(struct endpoint_set *set, size_t endpoint, int64_t now_ms) {
    if (!is_active(set, endpoint)) return;
    set->rows[endpoint].heard_ms = now_ms;
    if (!set->is_doubted) set->asked_ms = 0; /* whoever speaks lives; but this may have been on its way before */
}

void endpoint_set_answered(struct endpoint_set *set, size_t endpoint, int64_t now_ms) {
    if (!is_active(set, endpoint) || set->rows[endpoint].state != ENDPOINT_IN_USE) return;
    struct endpoint *row = &set->rows[endpoint];
    if (set->asked_ms != 0) {
        row->latency_ms = (3 * row->latency_ms + (now_ms - set->asked_ms)) / 4;
        set->is_doubted = false;
    }
    endpoint_set_heard(set, endpoint, now_ms);
}

/* ---- The caretaker ---- */

void endpoint_set_retry(struct endpoint_set *set, int64_t now_ms) {
    for (size_t i = 0; i < set->count; i++)
        if (set->rows[i].state == ENDPOINT_WAITING) enter(&set->rows[i], ENDPOINT_STANDBY, now_ms);
    set->is_doubted = endpoint_set_in_use(set) != ENDPOINT_NONE;
    set->last_ask_ms = set->asked_ms = 0;
}

void endpoint_set_stop(struct endpoint_set *set, int64_t now_ms) {
    set->is_stopped = true;
    leave(set, now_ms);
}

void endpoint_set_resume(struct endpoint_set *set, int64_t now_ms) {
    if (!set->is_stopped) return;
    set->is_stopped = false;
    endpoint_set_retry(set, now_ms);
}

/* The one in use is weighed with the others for this once. */
static bool is_best_already(const struct endpoint_set *set, int64_t now_ms) {
    const size_t active = endpoint_set_active(set), best = pick(set, now_ms);
    if (active == ENDPOINT_NONE || active == set->chosen) return true;
    if (best == ENDPOINT_NONE) return true;
    if (best == set->chosen) return false;
    const int64_t cost = cost_of(set, best, now_ms), cost_now = cost_of(set, active, now_ms);
    return cost > cost_now || (cost == cost_now && best > active);
}

bool endpoint_set_choose(struct endpoint_set *set, size_t endpoint, int64_t now_ms) {
    if (endpoint != ENDPOINT_NONE && endpoint >= set->count) return false;
    set->chosen = endpoint;
    if (endpoint == ENDPOINT_NONE)
        set->remembered = ENDPOINT_NONE;
    else if (set->rows[endpoint].state == ENDPOINT_WAITING)
        enter(&set->rows[endpoint], ENDPOINT_STANDBY, now_ms);
    if (set->is_stopped) return true;
    if (!is_best_already(set, now_ms))
        leave(set, now_ms);
    else if (endpoint_set_active(set) != ENDPOINT_NONE)
        set->reason = reason_for(set, endpoint_set_active(set), now_ms);
    return true;
}

/* ---- What is next ---- */

/* This machine slept or was busy: that nothing was heard meanwhile says nothing about the server. */
static void forgive_if_stood(struct endpoint_set *set, int64_t now_ms) {
    if (set->promised_ms == 0 || now_ms - set->promised_ms <= ENDPOINT_STOOD_MS) return;
    set->promised_ms = 0;
    set->connect_from_ms = now_ms;
    if (set->asked_ms != 0) set->last_ask_ms = 0; /* asked again at once */
    set->asked_ms = 0;
}

static bool is_connect_over(const struct endpoint_set *set, const struct endpoint *row, int64_t now_ms) {
    return row->state == ENDPOINT_CONNECTING && now_ms - set->connect_from_ms >= patience_ms(set, row);
}

static bool is_silent(const struct endpoint_set *set, const struct endpoint *row, int64_t now_ms) {
    return row->state == ENDPOINT_IN_USE && set->asked_ms != 0 && now_ms - set->asked_ms >= answer_ms_max(row);
}

static void fail_if_over(struct endpoint_set *set, struct prng *prng, int64_t now_ms) {
    const size_t active = endpoint_set_active(set);
    if (active == ENDPOINT_NONE) return;
    const struct endpoint *row = &set->rows[active];
    char why[ENDPOINT_WHY_MAX];
    if (is_connect_over(set, row, now_ms)) {
        (void)snprintf(why, sizeof why, "no answer within %.1f s", (double)(now_ms - set->connect_from_ms) / 1000);
        fail(set, active, ENDPOINT_SILENT, why, prng, now_ms);
    } else if (is_silent(set, row, now_ms)) {
        (void)snprintf(why, sizeof why, "silent for %.1f s", (double)(now_ms - row->heard_ms) / 1000);
        fail(set, active, ENDPOINT_SILENT, why, prng, now_ms);
    }
}

static void end_waits(struct endpoint_set *set, int64_t now_ms) {
    for (size_t i = 0; i < set->count; i++)
        if (set->rows[i].state == ENDPOINT_WAITING && set->rows[i].next_try_ms <= now_ms)
            enter(&set->rows[i], ENDPOINT_STANDBY, now_ms);
}

static size_t to_be_dropped(const struct endpoint_set *set) {
    for (size_t i = 0; i < set->count; i++)
        if (set->rows[i].has_connection && !is_active(set, i)) return i;
    return ENDPOINT_NONE;
}

static struct endpoint_step connect_to(struct endpoint_set *set, size_t endpoint, int64_t now_ms) {
    struct endpoint *row = &set->rows[endpoint];
    set->reason = reason_for(set, endpoint, now_ms);
    enter(row, ENDPOINT_CONNECTING, now_ms);
    row->has_connection = true;
    set->connect_from_ms = now_ms;
    return (struct endpoint_step){ENDPOINT_CONNECT, endpoint};
}

/* Where there is nowhere to go it need not be known so soon. */
static int64_t next_ask_ms(const struct endpoint_set *set) {
    return set->last_ask_ms + (is_standing_by(set) ? ENDPOINT_ASK_MS : ENDPOINT_BEAT_MS);
}

static struct endpoint_step keep_up(struct endpoint_set *set, size_t endpoint, int64_t now_ms) {
    forgive_if_steady(&set->rows[endpoint], now_ms);
    if (set->beat_ms <= now_ms) {
        set->beat_ms = now_ms + ENDPOINT_BEAT_MS;
        return (struct endpoint_step){ENDPOINT_BEAT, endpoint};
    }
    if (set->asked_ms == 0 && next_ask_ms(set) <= now_ms) {
        set->asked_ms = set->last_ask_ms = now_ms;
        return (struct endpoint_step){ENDPOINT_ASK, endpoint};
    }
    return (struct endpoint_step){ENDPOINT_REST, endpoint};
}

static struct endpoint_step step(struct endpoint_set *set, struct prng *prng, int64_t now_ms) {
    if (!set->is_stopped) {
        end_waits(set, now_ms); /* first: an attempt may take less time when another could do instead */
        fail_if_over(set, prng, now_ms);
    }
    const size_t dropped = to_be_dropped(set), active = endpoint_set_active(set);
    if (dropped != ENDPOINT_NONE) {
        set->rows[dropped].has_connection = false;
        return (struct endpoint_step){ENDPOINT_DROP, dropped};
    }
    if (set->is_stopped) return (struct endpoint_step){ENDPOINT_REST, ENDPOINT_NONE};
    if (active == ENDPOINT_NONE) {
        const size_t picked = pick(set, now_ms);
        if (picked != ENDPOINT_NONE) return connect_to(set, picked, now_ms);
    } else if (set->rows[active].state == ENDPOINT_IN_USE) {
        return keep_up(set, active, now_ms);
    }
    return (struct endpoint_step){ENDPOINT_REST, active};
}

struct endpoint_step endpoint_set_next(struct endpoint_set *set, struct prng *prng, int64_t now_ms) {
    forgive_if_stood(set, now_ms);
    const struct endpoint_step next = step(set, prng, now_ms);
    const int64_t deadline_ms = endpoint_set_deadline_ms(set);
    set->promised_ms = next.verb != ENDPOINT_REST || deadline_ms == INT64_MAX ? 0 : deadline_ms;
    return next;
}

int64_t endpoint_set_deadline_ms(const struct endpoint_set *set) {
    const size_t active = endpoint_set_active(set);
    int64_t deadline_ms = INT64_MAX;
    if (to_be_dropped(set) != ENDPOINT_NONE) return 0;
    if (set->is_stopped) return INT64_MAX;
    if (active == ENDPOINT_NONE && is_standing_by(set)) return 0;
    for (size_t i = 0; i < set->count; i++)
        if (set->rows[i].state == ENDPOINT_WAITING)
            deadline_ms = deadline_earlier(deadline_ms, set->rows[i].next_try_ms);
    if (active == ENDPOINT_NONE) return deadline_ms;
    const struct endpoint *row = &set->rows[active];
    if (row->state == ENDPOINT_CONNECTING)
        return deadline_earlier(deadline_ms, set->connect_from_ms + patience_ms(set, row));
    deadline_ms = deadline_earlier(deadline_ms, set->beat_ms);
    const int64_t life_ms = set->asked_ms != 0 ? set->asked_ms + answer_ms_max(row) : next_ask_ms(set);
    return deadline_earlier(deadline_ms, life_ms);
}
