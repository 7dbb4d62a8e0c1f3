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

/* What stands in a slot, whatever its time. */
static uint32_t time_in(const struct history_tiers *tiers, enum history_tier tier, size_t slot) {
    switch (tier) {
    case HISTORY_SECONDS: return tiers->seconds[slot].at_s;
    case HISTORY_MINUTES: return tiers->minutes[slot].at_s;
    case HISTORY_HOURS: return tiers->hours[slot].at_s;
    }
    return 0;
}

static struct history_row row_in(const struct history_tiers *tiers, enum history_tier tier, size_t slot) {
    switch (tier) {
    case HISTORY_SECONDS: return history_second_row(&tiers->seconds[slot]);
    case HISTORY_MINUTES: return tiers->minutes[slot];
    case HISTORY_HOURS: return tiers->hours[slot];
    }
    return (struct history_row){0};
}

static void set_row(struct history_tiers *tiers, enum history_tier tier, const struct history_row *row) {
    const size_t slot = history_tier_slot(tier, row->at_s);
    switch (tier) {
    case HISTORY_SECONDS: tiers->seconds[slot] = history_second_of(row); break;
    case HISTORY_MINUTES: tiers->minutes[slot] = *row; break;
    case HISTORY_HOURS: tiers->hours[slot] = *row; break;
    }
}

/* ---- Putting ---- */

/* Made anew of the finer tier. */
static void put_coarser(struct history_tiers *tiers, enum history_tier tier, uint32_t at_s) {
    const uint32_t step_s = shapes[tier].step_s, from_s = floor_to(at_s, step_s);
    struct history_sum sum = {0};
    history_tiers_sum(tiers, tier - 1, from_s, from_s + step_s, &sum);
    const struct history_row row = history_sum_row(&sum, from_s);
    set_row(tiers, tier, &row);
}

void history_tiers_put(struct history_tiers *tiers, const struct history_row *second) {
    set_row(tiers, HISTORY_SECONDS, second);
    put_coarser(tiers, HISTORY_MINUTES, second->at_s);
    put_coarser(tiers, HISTORY_HOURS, second->at_s);
}

bool history_tiers_restore(struct history_tiers *tiers, enum history_tier tier, const struct history_row *row) {
    const uint32_t step_s = shapes[tier].step_s;
    if (row->at_s == 0 || row->at_s % step_s != 0 || row->seconds == 0 || row->seconds > step_s) return false;
    if (row->level > HISTORY_BAD) return false;
    set_row(tiers, tier, row);
    return true;
}

/* Whether the finer tier knows more seconds of the step around `at_s` than the coarser one's row says. */
static bool is_behind(const struct history_tiers *tiers, enum history_tier coarse, uint32_t at_s) {
    const uint32_t step_s = shapes[coarse].step_s, from_s = floor_to(at_s, step_s);
    struct history_row row = {0};
    struct history_sum sum = {0};
    history_tiers_sum(tiers, coarse - 1, from_s, from_s + step_s, &sum);
    return !history_tiers_find(tiers, coarse, at_s, &row) || sum.seconds > row.seconds;
}

static void mend(struct history_tiers *tiers, enum history_tier coarse) {
    uint32_t looked_at_s = 0;
    for (size_t i = 0; i < shapes[coarse - 1].rows; i++) {
        const uint32_t finer_s = time_in(tiers, coarse - 1, i), at_s = floor_to(finer_s, shapes[coarse].step_s);
        if (finer_s == 0 || at_s == looked_at_s) continue;
        looked_at_s = at_s;
        if (is_behind(tiers, coarse, at_s)) put_coarser(tiers, coarse, at_s);
    }
}

void history_tiers_mend(struct history_tiers *tiers) {
    mend(tiers, HISTORY_MINUTES);
    mend(tiers, HISTORY_HOURS);
}

/* ---- Asking ---- */

bool history_tiers_find(const struct history_tiers *tiers, enum history_tier tier, uint32_t at_s,
                        struct history_row *row) {
    const size_t slot = history_tier_slot(tier, at_s);
    const uint32_t kept_s = time_in(tiers, tier, slot);
    if (kept_s == 0 || kept_s != floor_to(at_s, shapes[tier].step_s)) return false;
    *row = row_in(tiers, tier, slot);
    return true;
}

void history_tiers_sum(const struct history_tiers *tiers, enum history_tier tier, uint32_t from_s, uint32_t end_s,
                       struct history_sum *sum) {
    struct history_row row;
    for (uint64_t at_s = from_s; at_s < end_s; at_s += shapes[tier].step_s)
        if (history_tiers_find(tiers, tier, (uint32_t)at_s, &row)) history_sum_add(sum, &row);
}

uint32_t history_tiers_oldest_s(const struct history_tiers *tiers, enum history_tier tier, uint32_t now_s) {
    uint32_t oldest_s = 0;
    for (size_t i = 0; i < shapes[tier].rows; i++) {
        const uint32_t at_s = time_in(tiers, tier, i);
        if (at_s != 0 && at_s <= now_s && (oldest_s == 0 || at_s < oldest_s)) oldest_s = at_s;
    }
    return oldest_s;
}
