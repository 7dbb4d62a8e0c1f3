/* SPDX-License-Identifier: Apache-2.0 */
#include "swarm/peer/key_count.h"

#include "base/must.h"

bool key_count_init(struct key_count *count, size_t capacity, uint64_t seed) {
    count->counts = map_new(capacity, sizeof(uint64_t), seed);
    return count->counts != NULL;
}

void key_count_deinit(struct key_count *count) {
    map_free(count->counts);
    count->counts = NULL;
}

uint32_t key_count_of(const struct key_count *count, uint64_t key) {
    uint32_t rows = 0;
    return key != 0 && map_find(count->counts, &key, &rows) ? rows : 0;
}

static void set(struct key_count *count, uint64_t key, uint32_t rows) {
    if (rows == 0) {
        must(map_remove(count->counts, &key));
    } else {
        must(map_put(count->counts, &key, rows));
    }
}

void key_count_add(struct key_count *count, uint64_t key) {
    if (key != 0) set(count, key, key_count_of(count, key) + 1);
}

void key_count_remove(struct key_count *count, uint64_t key) {
    if (key == 0) return;
    uint32_t rows = key_count_of(count, key);
    must(rows > 0);
    set(count, key, rows - 1);
}
