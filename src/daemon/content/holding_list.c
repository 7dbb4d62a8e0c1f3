/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/content/holding_list.h"

#include "base/map.h"
#include "base/memory.h"
#include "base/must.h"
#include "swarm/limits.h"

enum { ROOM_FIRST = 64, USED_STEP_MS = 60000 };

struct holding_list {
    struct loop *loop;
    struct content_store *store;
    struct holding_row *rows;
    size_t count, capacity, replicas;
    struct map *by_file;
    void (*take)(void *context, const struct holding_row *row);
    void (*loaded)(void *context, const struct content_result *result);
    void *context;
};

struct holding_list *holding_list_new(struct loop *loop, struct content_store *store, uint64_t seed) {
    struct holding_list *list = memory_zeroed(1, sizeof *list);
    list->loop = loop;
    list->store = store;
    list->by_file = map_new(LIMIT_FILES_MAX, sizeof(struct object_id), seed);
    must(list->by_file != NULL);
    return list;
}

void holding_list_free(struct holding_list *list) {
    if (list == NULL) return;
    map_free(list->by_file);
    memory_free(list->rows);
    memory_free(list);
}

/* ---- Rows ---- */

static struct holding_row *find(const struct holding_list *list, const struct object_id *file) {
    uint32_t place;
    return map_find(list->by_file, file, &place) ? &list->rows[place] : NULL;
}

static struct holding_row *put(struct holding_list *list, const struct object_id *file, enum holding_role role) {
    struct holding_row *row = find(list, file);
    if (row == NULL && list->count == LIMIT_FILES_MAX) return NULL;
    if (row == NULL) {
        if (list->count == list->capacity) {
            list->capacity = list->capacity == 0 ? ROOM_FIRST : 2 * list->capacity;
            list->rows = memory_resized(list->rows, list->capacity * sizeof *list->rows);
        }
        must(map_put(list->by_file, file, (uint32_t)list->count));
        row = &list->rows[list->count++];
        *row = (struct holding_row){.file = *file, .role = HOLDING_REPLICA};
        list->replicas++;
    }
    if (role > row->role) {
        list->replicas -= row->role == HOLDING_REPLICA;
        row->role = role;
    }
    return row;
}

static void take_out(struct holding_list *list, struct holding_row *row) {
    const struct holding_row *last = &list->rows[--list->count];
    list->replicas -= row->role == HOLDING_REPLICA;
    must(map_remove(list->by_file, &row->file));
    if (row == last) return;
    *row = *last;
    must(map_put(list->by_file, &row->file, (uint32_t)(row - list->rows)));
}

static struct content_holding holding_of(const struct holding_row *row, int64_t now_ms) {
    return (struct content_holding){row->file, row->role, now_ms, row->used_ms};
}

/* ---- Loading ---- */

static void take_holding(void *context, const struct content_holding *holding) {
    struct holding_list *list = context;
    struct holding_row *row = put(list, &holding->manifest, holding->role);
    if (row == NULL) return;
    if (holding->used_ms > row->used_ms) row->used_ms = holding->used_ms;
    list->take(list->context, row);
}

static void all_taken(void *context, const struct content_result *result) {
    struct holding_list *list = context;
    list->loaded(list->context, result);
}

void holding_list_load(struct holding_list *list, void (*take)(void *context, const struct holding_row *row),
                       void (*loaded)(void *context, const struct content_result *result), void *context) {
    list->take = take;
    list->loaded = loaded;
    list->context = context;
    content_store_each_holding(list->store, take_holding, (struct content_done){all_taken, list});
}

/* ---- Changes ---- */

bool holding_list_note(struct holding_list *list, const struct object_id *file, enum holding_role role) {
    struct holding_row *row = put(list, file, role);
    if (row != NULL) row->used_ms = loop_wall_ms(list->loop);
    return row != NULL;
}

/* That one of the list is wanted again is no use of it: its row stays, and needs no room on the disk. */
bool holding_list_put(struct holding_list *list, const struct object_id *file, enum holding_role role) {
    const bool was_there = find(list, file) != NULL;
    struct holding_row *row = put(list, file, role);
    if (row == NULL) return false;
    const int64_t now_ms = loop_wall_ms(list->loop);
    if (!was_there) row->used_ms = now_ms;
    struct content_holding holding = holding_of(row, now_ms);
    if (was_there) holding.used_ms = 0;
    content_store_put_holding(list->store, &holding, (struct content_done){NULL, NULL});
    return true;
}

void holding_list_use(struct holding_list *list, const struct object_id *file) {
    struct holding_row *row = find(list, file);
    const int64_t now_ms = loop_wall_ms(list->loop);
    if (row == NULL || now_ms - row->used_ms < USED_STEP_MS) return;
    row->used_ms = now_ms;
    const struct content_holding holding = holding_of(row, now_ms);
    content_store_put_holding(list->store, &holding, (struct content_done){NULL, NULL});
}

/* What is in the way of a removal is told by the store; what stays of it is found again at the next start. */
void holding_list_drop(struct holding_list *list, const struct object_id *file, const struct object_id *chunk,
                       struct content_done done) {
    struct holding_row *row = find(list, file);
    const struct object_id id = *file;
    if (row != NULL) take_out(list, row);
    if (chunk != NULL) {
        content_store_remove_object(list->store, chunk, OBJECT_CHUNK, (struct content_done){NULL, NULL});
    } else {
        content_store_remove_file(list->store, &id, (struct content_done){NULL, NULL});
    }
    content_store_remove_holding(list->store, &id, done);
}

const struct holding_row *holding_list_find(const struct holding_list *list, const struct object_id *file) {
    return find(list, file);
}

size_t holding_list_count(const struct holding_list *list) {
    return list->count;
}

size_t holding_list_replicas(const struct holding_list *list) {
    return list->replicas;
}

const struct holding_row *holding_list_at(const struct holding_list *list, size_t index) {
    must(index < list->count);
    return &list->rows[index];
}
