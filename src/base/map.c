/* SPDX-License-Identifier: Apache-2.0 */
#include "base/map.h"

#include <string.h>

#include "base/memory.h"
#include "base/must.h"

/* Linear probing. A cell's tag is 0 when it is empty, else the low half of the key's hash (a hash of 0 becomes 1),
 * which also names the cell where the search starts. Removing shifts later cells back instead of leaving tombstones, so
 * that a table which lives for months stays as fast as on its first day. */
struct map {
    size_t capacity; /* entries that may be in */
    size_t count;
    size_t key_size;
    size_t mask; /* cells - 1; cells are a power of two and at least a third of them stay empty */
    uint64_t key0;
    uint64_t key1;
    uint32_t *tags;
    uint32_t *values;
    uint8_t *keys;
};

enum { MAP_CAPACITY_MAX = 1 << 28 }; /* so that a 32-bit tag can name every cell */

static uint64_t rotated_left(uint64_t value, unsigned bits) {
    return value << bits | value >> (64 - bits);
}

static void sip_round(uint64_t v[4]) {
    v[0] += v[1];
    v[2] += v[3];
    v[1] = rotated_left(v[1], 13) ^ v[0];
    v[3] = rotated_left(v[3], 16) ^ v[2];
    v[0] = rotated_left(v[0], 32);
    v[2] += v[1];
    v[0] += v[3];
    v[1] = rotated_left(v[1], 17) ^ v[2];
    v[3] = rotated_left(v[3], 21) ^ v[0];
    v[2] = rotated_left(v[2], 32);
}

/* Up to eight bytes as a little-endian word. */
static uint64_t sip_word(const uint8_t *at, size_t size) {
    uint64_t word = 0;
    for (size_t i = 0; i < size; i++) word |= (uint64_t)at[i] << (8 * i);
    return word;
}

static void sip_absorb(uint64_t v[4], uint64_t word) {
    v[3] ^= word;
    sip_round(v);
    sip_round(v);
    v[0] ^= word;
}

uint64_t map_hash(struct span bytes, uint64_t key0, uint64_t key1) {
    /* The four words spell "somepseudorandomlygeneratedbytes". */
    uint64_t v[4] = {key0 ^ UINT64_C(0x736f6d6570736575), key1 ^ UINT64_C(0x646f72616e646f6d),
                     key0 ^ UINT64_C(0x6c7967656e657261), key1 ^ UINT64_C(0x7465646279746573)};
    size_t at = 0;
    for (; bytes.size - at >= 8; at += 8) sip_absorb(v, sip_word(bytes.at + at, 8));
    sip_absorb(v, sip_word(bytes.at + at, bytes.size - at) | (uint64_t)bytes.size << 56);
    v[2] ^= 0xff;
    for (int i = 0; i < 4; i++) sip_round(v);
    return v[0] ^ v[1] ^ v[2] ^ v[3];
}

static size_t cells_for(size_t capacity) {
    size_t cells = 4;
    while (cells - cells / 3 < capacity + 1) cells *= 2;
    return cells;
}

struct map *map_new(size_t capacity, size_t key_size, uint64_t seed) {
    must(key_size > 0 && key_size <= MAP_KEY_SIZE_MAX);
    must_le(capacity, MAP_CAPACITY_MAX);
    struct map *m = memory_try_zeroed(1, sizeof *m);
    if (m == NULL) return NULL;
    const size_t cells = cells_for(capacity);
    m->capacity = capacity;
    m->key_size = key_size;
    m->mask = cells - 1;
    m->key0 = seed;
    m->key1 = rotated_left(seed, 32) ^ UINT64_C(0x9e3779b97f4a7c15);
    m->tags = memory_try_zeroed(cells, sizeof *m->tags);
    m->values = memory_try_zeroed(cells, sizeof *m->values);
    m->keys = memory_try_zeroed(cells, key_size);
    if (m->tags != NULL && m->values != NULL && m->keys != NULL) return m;
    map_free(m);
    return NULL;
}

void map_free(struct map *m) {
    if (m == NULL) return;
    memory_free(m->keys);
    memory_free(m->values);
    memory_free(m->tags);
    memory_free(m);
}

static uint8_t *key_at(const struct map *m, size_t cell) {
    return m->keys + cell * m->key_size;
}

static uint32_t tag_of(const struct map *m, const void *key) {
    const uint32_t tag = (uint32_t)map_hash((struct span){key, m->key_size}, m->key0, m->key1);
    return tag == 0 ? 1 : tag;
}

/* The cell that holds the key, or the empty one where it would go. There is always an empty one. */
static size_t cell_of(const struct map *m, const void *key, uint32_t tag) {
    size_t cell = tag & m->mask;
    while (m->tags[cell] != 0 && (m->tags[cell] != tag || memcmp(key_at(m, cell), key, m->key_size) != 0)) {
        cell = (cell + 1) & m->mask;
    }
    return cell;
}

bool map_put(struct map *m, const void *key, uint32_t value) {
    const uint32_t tag = tag_of(m, key);
    const size_t cell = cell_of(m, key, tag);
    if (m->tags[cell] == 0) {
        if (m->count == m->capacity) return false;
        m->count++;
        m->tags[cell] = tag;
        memcpy(key_at(m, cell), key, m->key_size);
    }
    m->values[cell] = value;
    return true;
}

bool map_find(const struct map *m, const void *key, uint32_t *value) {
    const size_t cell = cell_of(m, key, tag_of(m, key));
    if (m->tags[cell] == 0) return false;
    if (value != NULL) *value = m->values[cell];
    return true;
}

static void move_cell(struct map *m, size_t from, size_t to) {
    m->tags[to] = m->tags[from];
    m->values[to] = m->values[from];
    memcpy(key_at(m, to), key_at(m, from), m->key_size);
}

bool map_remove(struct map *m, const void *key) {
    size_t hole = cell_of(m, key, tag_of(m, key));
    if (m->tags[hole] == 0) return false;
    for (size_t next = (hole + 1) & m->mask; m->tags[next] != 0; next = (next + 1) & m->mask) {
        /* An entry may move into the hole only if its search, which starts at its home, passes there. */
        const size_t home = m->tags[next] & m->mask;
        if (((next - home) & m->mask) < ((next - hole) & m->mask)) continue;
        move_cell(m, next, hole);
        hole = next;
    }
    m->tags[hole] = 0;
    m->count--;
    return true;
}

void map_clear(struct map *m) {
    memset(m->tags, 0, (m->mask + 1) * sizeof *m->tags);
    m->count = 0;
}

size_t map_count(const struct map *m) {
    return m->count;
}
