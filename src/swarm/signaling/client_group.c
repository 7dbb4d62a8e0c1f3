/* SPDX-License-Identifier: Apache-2.0 */
#include "swarm/signaling/client_group.h"

#include <string.h>

#include "base/map.h"
#include "base/memory.h"
#include "base/must.h"
#include "base/pace.h"
#include "swarm/limits.h"

enum { IDLE_MAX = 4096 /* remembered of those who hold nothing, for their pace */, KEY_SIZE = 17 /* family, IP */ };
#define NO_ROW UINT32_MAX

static const struct pace_limit JOINS = {LIMIT_SIGNAL_JOIN_MS, LIMIT_SIGNAL_JOIN_BURST};

struct row {
    uint8_t key[KEY_SIZE];
    struct pace joins;
    uint32_t clients;
    uint32_t messages;
    uint32_t message_bytes;
    uint32_t newer; /* neighbours among those who hold nothing, by when they became so */
    uint32_t older;
};
struct client_groups {
    struct map *rows_by_key;
    struct row *rows;
    size_t capacity;
    size_t count; /* rows that were ever used */
    uint32_t newest;
    uint32_t oldest;
};

struct client_groups *client_groups_new(size_t holders_max, uint64_t seed) {
    const size_t capacity = holders_max + IDLE_MAX;
    struct client_groups *groups = memory_try_zeroed(1, sizeof *groups);
    if (groups == NULL) return NULL;
    *groups = (struct client_groups){.capacity = capacity, .newest = NO_ROW, .oldest = NO_ROW};
    groups->rows_by_key = map_new(capacity, KEY_SIZE, seed);
    groups->rows = memory_try_zeroed(capacity, sizeof *groups->rows);
    if (groups->rows_by_key != NULL && groups->rows != NULL) return groups;
    client_groups_free(groups);
    return NULL;
}

void client_groups_free(struct client_groups *groups) {
    if (groups == NULL) return;
    map_free(groups->rows_by_key);
    memory_free(groups->rows);
    memory_free(groups);
}

/* ---- Those who hold nothing ---- */

static bool is_idle(const struct row *row) {
    return row->clients == 0 && row->messages == 0;
}

static void idle_unlink(struct client_groups *groups, uint32_t index) {
    const struct row *row = &groups->rows[index];
    *(row->newer == NO_ROW ? &groups->newest : &groups->rows[row->newer].older) = row->older;
    *(row->older == NO_ROW ? &groups->oldest : &groups->rows[row->older].newer) = row->newer;
}

static void idle_link(struct client_groups *groups, uint32_t index) {
    struct row *row = &groups->rows[index];
    row->newer = NO_ROW;
    row->older = groups->newest;
    *(row->older == NO_ROW ? &groups->oldest : &groups->rows[row->older].newer) = index;
    groups->newest = index;
}

static uint32_t row_claim(struct client_groups *groups) {
    if (groups->count < groups->capacity) return (uint32_t)groups->count++;
    const uint32_t index = groups->oldest;
    must(index != NO_ROW); /* there are more rows than can hold something */
    idle_unlink(groups, index);
    must(map_remove(groups->rows_by_key, groups->rows[index].key));
    return index;
}

/* The row of the address, which is idle afterwards if it holds nothing. */
static uint32_t row_of(struct client_groups *groups, const struct address *from) {
    const struct address group = address_prefix(from, 32, 64);
    uint8_t key[KEY_SIZE];
    uint32_t index;
    key[0] = group.family;
    memcpy(key + 1, group.ip, sizeof group.ip);
    if (map_find(groups->rows_by_key, key, &index)) return index;
    index = row_claim(groups);
    groups->rows[index] = (struct row){0};
    memcpy(groups->rows[index].key, key, sizeof key);
    must(map_put(groups->rows_by_key, key, index));
    idle_link(groups, index);
    return index;
}

/* ---- Counting ---- */

enum client_group_verdict client_groups_enter(struct client_groups *groups, const struct address *from, uint32_t *group,
                                              int64_t now_ms) {
    *group = CLIENT_GROUP_NONE;
    if (from->family == ADDRESS_NONE || address_scope(from) == ADDRESS_SCOPE_LOOPBACK) return CLIENT_GROUP_WELCOME;
    const uint32_t index = row_of(groups, from);
    struct row *row = &groups->rows[index];
    if (!pace_take(&row->joins, &JOINS, now_ms)) return CLIENT_GROUP_TOO_FAST;
    if (row->clients == LIMIT_SIGNAL_CLIENTS_PER_ADDRESS) return CLIENT_GROUP_TOO_MANY;
    if (is_idle(row)) idle_unlink(groups, index);
    row->clients++;
    *group = index;
    return CLIENT_GROUP_WELCOME;
}

void client_groups_leave(struct client_groups *groups, uint32_t group) {
    if (group == CLIENT_GROUP_NONE) return;
    struct row *row = &groups->rows[group];
    must(row->clients > 0);
    row->clients--;
    if (is_idle(row)) idle_link(groups, group);
}

bool client_groups_keep(struct client_groups *groups, uint32_t group, size_t size) {
    if (group == CLIENT_GROUP_NONE) return true;
    struct row *row = &groups->rows[group];
    must(!is_idle(row)); /* its sender is there */
    if (row->messages == LIMIT_SIGNAL_WAITING_PER_ADDRESS) return false;
    if (row->message_bytes + size > LIMIT_SIGNAL_WAITING_BYTES_PER_ADDRESS) return false;
    row->messages++;
    row->message_bytes += (uint32_t)size;
    return true;
}

void client_groups_release(struct client_groups *groups, uint32_t group, size_t size) {
    if (group == CLIENT_GROUP_NONE) return;
    struct row *row = &groups->rows[group];
    must(row->messages > 0 && row->message_bytes >= size);
    row->messages--;
    row->message_bytes -= (uint32_t)size;
    if (is_idle(row)) idle_link(groups, group);
}
