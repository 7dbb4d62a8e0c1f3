/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* How many rows of a table have the same key (a network, an introducer), asked often and answered without a walk.
 * Owns: its map, allocated once.   Never: counts the key 0, which is nobody's.
 * Full: cannot be, with the capacity of the table that it counts for. */

#include "base/map.h"

struct key_count {
    struct map *counts; /* key -> how many */
};
bool key_count_init(struct key_count *count, size_t capacity, uint64_t seed); /* false without memory */
void key_count_deinit(struct key_count *count);
uint32_t key_count_of(const struct key_count *count, uint64_t key);
void key_count_add(struct key_count *count, uint64_t key);
void key_count_remove(struct key_count *count, uint64_t key);
