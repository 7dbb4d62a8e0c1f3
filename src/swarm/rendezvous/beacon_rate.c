/* SPDX-License-Identifier: Apache-2.0 */
#include "swarm/rendezvous/beacon_rate.h"

#include <string.h>

#include "base/map.h"
#include "base/memory.h"
#include "base/must.h"
#include "swarm/limits.h"

/* Budgets are counted in thousandths of a request, so that a rate per second is a whole number per millisecond. */
enum {
    REQUEST = 1000,
    ORDINARY_PER_MS = LIMIT_BEACON_RATE_PER_SECOND,
    ORDINARY_MAX = LIMIT_BEACON_RATE_BURST * REQUEST,
    FLOOD_FACTOR = 10,
    FLOOD_PER_MS = ORDINARY_PER_MS * FLOOD_FACTOR,
    FLOOD_MAX = ORDINARY_MAX * FLOOD_FACTOR,
    FULL_AFTER_MS = ORDINARY_MAX / ORDINARY_PER_MS, /* an empty budget is full again after this long */
    KEY_SIZE = 17,                                  /* family, IP */
};
_Static_assert(FULL_AFTER_MS *FLOOD_PER_MS >= FLOOD_MAX, "both budgets are full after the same time");

#define NO_ROW UINT32_MAX

struct row {
    uint8_t key[KEY_SIZE];
    int64_t filled_at_ms;
    int64_t ordinary_left;
    int64_t flood_left;
    uint32_t newer; /* neighbours in the order of last use */
    uint32_t older;
};

struct beacon_rate {
    struct map *rows_by_key;
    struct row *rows;
    size_t capacity;
    size_t count;
    uint32_t newest;
    uint32_t oldest;
};

struct beacon_rate *beacon_rate_new(size_t groups_max, uint64_t seed) {
    must(groups_max > 0 && groups_max < NO_ROW);
    struct beacon_rate *rate = memory_try_zeroed(1, sizeof *rate);
    if (rate == NULL) return NULL;
    *rate = (struct beacon_rate){.capacity = groups_max, .newest = NO_ROW, .oldest = NO_ROW};
    rate->rows_by_key = map_new(groups_max, KEY_SIZE, seed);
    rate->rows = memory_try_zeroed(groups_max, sizeof *rate->rows);
    if (rate->rows_by_key != NULL && rate->rows != NULL) return rate;
    beacon_rate_free(rate);
    return NULL;
}

void beacon_rate_free(struct beacon_rate *rate) {
    if (rate == NULL) return;
    map_free(rate->rows_by_key);
    memory_free(rate->rows);
    memory_free(rate);
}

size_t beacon_rate_count(const struct beacon_rate *rate) {
    return rate->count;
}

static void row_unlink(struct beacon_rate *rate, uint32_t index) {
    const struct row *row = &rate->rows[index];
    *(row->newer == NO_ROW ? &rate->newest : &rate->rows[row->newer].older) = row->older;
    *(row->older == NO_ROW ? &rate->oldest : &rate->rows[row->older].newer) = row->newer;
}

static void row_link_newest(struct beacon_rate *rate, uint32_t index) {
    struct row *row = &rate->rows[index];
    row->newer = NO_ROW;
    row->older = rate->newest;
    *(row->older == NO_ROW ? &rate->oldest : &rate->rows[row->older].newer) = index;
    rate->newest = index;
}

/* A row that nobody uses: a fresh one while there are, else that of the group idle longest. */
static uint32_t row_claim(struct beacon_rate *rate) {
    if (rate->count < rate->capacity) return (uint32_t)rate->count++;
    const uint32_t index = rate->oldest;
    row_unlink(rate, index);
    must(map_remove(rate->rows_by_key, rate->rows[index].key));
    return index;
}

static struct row *row_of(struct beacon_rate *rate, const struct address *group, int64_t now_ms) {
    uint8_t key[KEY_SIZE];
    uint32_t index;
    key[0] = group->family;
    memcpy(key + 1, group->ip, sizeof group->ip);
    if (map_find(rate->rows_by_key, key, &index)) {
        row_unlink(rate, index);
    } else {
        index = row_claim(rate);
        rate->rows[index] =
            (struct row){.filled_at_ms = now_ms, .ordinary_left = ORDINARY_MAX, .flood_left = FLOOD_MAX};
        memcpy(rate->rows[index].key, key, sizeof key);
        must(map_put(rate->rows_by_key, key, index));
    }
    row_link_newest(rate, index);
    return &rate->rows[index];
}

static int64_t filled(int64_t left, int64_t amount, int64_t max) {
    return left + amount < max ? left + amount : max;
}

/* A clock that went back fills nothing. */
static void row_fill(struct row *row, int64_t now_ms) {
    int64_t elapsed_ms = now_ms - row->filled_at_ms;
    if (elapsed_ms < 0) elapsed_ms = 0;
    if (elapsed_ms > FULL_AFTER_MS) elapsed_ms = FULL_AFTER_MS;
    row->ordinary_left = filled(row->ordinary_left, elapsed_ms * ORDINARY_PER_MS, ORDINARY_MAX);
    row->flood_left = filled(row->flood_left, elapsed_ms * FLOOD_PER_MS, FLOOD_MAX);
    row->filled_at_ms = now_ms;
}

enum beacon_pace beacon_rate_take(struct beacon_rate *rate, const struct address *group, int64_t now_ms) {
    struct row *row = row_of(rate, group, now_ms);
    row_fill(row, now_ms);
    if (row->flood_left < REQUEST) return BEACON_PACE_FLOOD;
    row->flood_left -= REQUEST;
    if (row->ordinary_left < REQUEST) return BEACON_PACE_OVER;
    row->ordinary_left -= REQUEST;
    return BEACON_PACE_FINE;
}
