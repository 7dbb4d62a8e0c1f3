/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/history/history_tiers.h"

enum { MINUTE_S = 60, HOUR_S = 3600 };

static const struct shape {
    uint32_t step_s, rows;
} shapes[HISTORY_TIERS] = {
    [HISTORY_SECONDS] = {1, HISTORY_SECOND_ROWS},
    [HISTORY_MINUTES] = {MINUTE_S, HISTORY_MINUTE_ROWS},
    [HISTORY_HOURS] = {HOUR_S, HISTORY_HOUR_ROWS},
};

uint32_t history_tier_step_s(enum history_tier tier) {
    return shapes[tier].step_s;
}

uint32_t history_tier_rows(enum history_tier tier) {
    return shapes[tier].rows;
}

static uint32_t floor_to(uint32_t at_s, uint32_t step_s) {
    return at_s - at_s % step_s;
}

uint32_t history_tier_slot(enum history_tier tier, uint32_t at_s) {
    return at_s / shapes[tier].step_s % shapes[tier].rows;
}

static const struct history_row *ring_of(const struct history_tiers *tiers, enum history_tier tier) {
    switch (tier) {
    case HISTORY_SECONDS: return tiers->seconds;
    case HISTORY_MINUTES: return tiers->minutes;
    case HISTORY_HOURS: return tiers->hours;
    }
    return NULL;
}

/* ---- Putting ---- */

static void put_minute(struct history_tiers *tiers, uint32_t at_s) {
    const uint32_t from_s = floor_to(at_s, MINUTE_S);
    struct history_sum sum = {0};
    history_tiers_sum(tiers, HISTORY_SECONDS, from_s, from_s + MINUTE_S, &sum);
    tiers->minutes[history_tier_slot(HISTORY_MINUTES, from_s)] = history_sum_row(&sum, from_s);
}

static void put_hour(struct history_tiers *tiers, uint32_t at_s) {
    const uint32_t from_s = floor_to(at_s, HOUR_S);
    struct history_sum sum = {0};
    history_tiers_sum(tiers, HISTORY_MINUTES, from_s, from_s + HOUR_S, &sum);
    tiers->hours[history_tier_slot(HISTORY_HOURS, from_s)] = history_sum_row(&sum, from_s);
}

void history_tiers_put(struct history_tiers *tiers, const struct history_row *second) {
    tiers->seconds[history_tier_slot(HISTORY_SECONDS, second->at_s)] = *second;
    put_minute(tiers, second->at_s);
    put_hour(tiers, second->at_s);
}

bool history_tiers_restore(struct history_tiers *tiers, enum history_tier tier, const struct history_row *row) {
    const uint32_t step_s = shapes[tier].step_s;
    if (row->at_s == 0 || row->at_s % step_s != 0 || row->seconds == 0 || row->seconds > step_s) return false;
    if (row->level > HISTORY_BAD) return false;
    const size_t slot = history_tier_slot(tier, row->at_s);
    switch (tier) {
    case HISTORY_SECONDS: tiers->seconds[slot] = *row; break;
    case HISTORY_MINUTES: tiers->minutes[slot] = *row; break;
    case HISTORY_HOURS: tiers->hours[slot] = *row; break;
    }
    return true;
}

/* Whether the finer tier knows more seconds of the step around `at_s` than the coarser one's row says. */
static bool is_behind(const struct history_tiers *tiers, enum history_tier coarse, uint32_t at_s) {
    const uint32_t step_s = shapes[coarse].step_s, from_s = floor_to(at_s, step_s);
    const struct history_row *row = history_tiers_find(tiers, coarse, at_s);
    struct history_sum sum = {0};
    history_tiers_sum(tiers, coarse - 1, from_s, from_s + step_s, &sum);
    return sum.seconds > (row == NULL ? 0 : row->seconds);
}

static void mend(struct history_tiers *tiers, enum history_tier coarse,
                 void (*put)(struct history_tiers *tiers, uint32_t at_s)) {
    const struct history_row *finer = ring_of(tiers, coarse - 1);
    uint32_t looked_at_s = 0;
    for (size_t i = 0; i < shapes[coarse - 1].rows; i++) {
        const uint32_t at_s = floor_to(finer[i].at_s, shapes[coarse].step_s);
        if (finer[i].at_s == 0 || at_s == looked_at_s) continue;
        looked_at_s = at_s;
        if (is_behind(tiers, coarse, at_s)) put(tiers, at_s);
    }
}

void history_tiers_mend(struct history_tiers *tiers) {
    mend(tiers, HISTORY_MINUTES, put_minute);
    mend(tiers, HISTORY_HOURS, put_hour);
}

/* ---- Asking ---- */

const struct history_row *history_tiers_find(const struct history_tiers *tiers, enum history_tier tier, uint32_t at_s) {
    const struct history_row *row = &ring_of(tiers, tier)[history_tier_slot(tier, at_s)];
    return row->at_s != 0 && row->at_s == floor_to(at_s, shapes[tier].step_s) ? row : NULL;
}

void history_tiers_sum(const struct history_tiers *tiers, enum history_tier tier, uint32_t from_s, uint32_t end_s,
                       struct history_sum *sum) {
    for (uint64_t at_s = from_s; at_s < end_s; at_s += shapes[tier].step_s) {
        const struct history_row *row = history_tiers_find(tiers, tier, (uint32_t)at_s);
        if (row != NULL) history_sum_add(sum, row);
    }
}

uint32_t history_tiers_oldest_s(const struct history_tiers *tiers, enum history_tier tier, uint32_t now_s) {
    const struct history_row *ring = ring_of(tiers, tier);
    uint32_t oldest_s = 0;
    for (size_t i = 0; i < shapes[tier].rows; i++) {
        const uint32_t at_s = ring[i].at_s;
        if (at_s != 0 && at_s <= now_s && (oldest_s == 0 || at_s < oldest_s)) oldest_s = at_s;
    }
    return oldest_s;
}
