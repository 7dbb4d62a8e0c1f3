/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* A hash map of bounded size from keys of one fixed length to a small number (the row of the caller's own table).
 * Open addressing, SipHash-2-4 with a seed of the owner, so that strangers cannot choose collisions.
 * Owns: its cells, from creation to free; nothing is allocated in between.
 * Never: holds the values themselves, gives an order (walk your own table for that).
 * Full: map_put gives false; the owner evicts by its own rule first. */

#include "base/bytes.h"

struct map;

enum { MAP_KEY_SIZE_MAX = 40 };

struct map *map_new(size_t capacity, size_t key_size, uint64_t seed); /* owned by the caller; NULL without memory */
void map_free(struct map *m);                                         /* accepts NULL */
bool map_put(struct map *m, const void *key, uint32_t value);         /* replaces; false when full */
bool map_find(const struct map *m, const void *key, uint32_t *value); /* value may be NULL */
bool map_remove(struct map *m, const void *key);                      /* false when absent */
void map_clear(struct map *m);
size_t map_count(const struct map *m);

/* SipHash-2-4 (Aumasson and Bernstein 2012) under two words. */
uint64_t map_hash(struct span bytes, uint64_t key0, uint64_t key1);
