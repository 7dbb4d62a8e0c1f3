/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/content/shelf.h"

#include "base/map.h"
#include "base/memory.h"
#include "base/must.h"
#include "swarm/limits.h"

enum { ROOM_FIRST = 64, USED_STEP_MS = 60000 };

_Static_assert((int)HOLDING_REPLICA == (int)FILE_REPLICA && (int)HOLDING_PINNED == (int)FILE_PINNED &&
                   (int)HOLDING_PUBLISHED == (int)FILE_PUBLISHED,
               "the engine's roles are those on the disk");

struct shelf {
    struct loop *loop;
    struct content_store *store;
    struct shelf_row *rows;
    size_t count, capacity, replicas;
    struct map *by_file;
    void (*take)(void *context, const struct shelf_row *row);
    void (*loaded)(void *context, const struct content_result *result);
    void *context;
};

struct shelf *shelf_new(struct loop *loop, struct content_store *store, uint64_t seed) {
    struct shelf *shelf = memory_zeroed(1, sizeof *shelf);
    shelf->loop = loop;
    shelf->store = store;
    shelf->by_file = map_new(LIMIT_FILES_MAX, sizeof(struct object_id), seed);
    must(shelf->by_file != NULL);
    return shelf;
}

void shelf_free(struct shelf *shelf) {
    if (shelf == NULL) return;
    map_free(shelf->by_file);
    memory_free(shelf->rows);
    memory_free(shelf);
}

/* ---- Rows ---- */

static struct shelf_row *find(const struct shelf *shelf, const struct object_id *file) {
    uint32_t place;
    return map_find(shelf->by_file, file, &place) ? &shelf->rows[place] : NULL;
}

static struct shelf_row *put(struct shelf *shelf, const struct object_id *file, enum holding_role role) {
    struct shelf_row *row = find(shelf, file);
    if (row == NULL && shelf->count == LIMIT_FILES_MAX) return NULL;
    if (row == NULL) {
        if (shelf->count == shelf->capacity) {
            shelf->capacity = shelf->capacity == 0 ? ROOM_FIRST : 2 * shelf->capacity;
            shelf->rows = memory_resized(shelf->rows, shelf->capacity * sizeof *shelf->rows);
        }
        must(map_put(shelf->by_file, file, (uint32_t)shelf->count));
        row = &shelf->rows[shelf->count++];
        *row = (struct shelf_row){.file = *file, .role = HOLDING_REPLICA};
        shelf->replicas++;
    }
    if (role > row->role) {
        shelf->replicas -= row->role == HOLDING_REPLICA;
        row->role = role;
    }
    return row;
}

static void take_out(struct shelf *shelf, struct shelf_row *row) {
    const struct shelf_row *last = &shelf->rows[--shelf->count];
    shelf->replicas -= row->role == HOLDING_REPLICA;
    must(map_remove(shelf->by_file, &row->file));
    if (row == last) return;
    *row = *last;
    must(map_put(shelf->by_file, &row->file, (uint32_t)(row - shelf->rows)));
}

static struct content_holding holding_of(const struct shelf_row *row, int64_t now_ms) {
    return (struct content_holding){row->file, (enum file_role)row->role, now_ms, row->used_ms};
}

/* ---- Loading ---- */

static void take_holding(void *context, const struct content_holding *holding) {
    struct shelf *shelf = context;
    struct shelf_row *row = put(shelf, &holding->manifest, (enum holding_role)holding->role);
    if (row == NULL) return;
    if (holding->used_ms > row->used_ms) row->used_ms = holding->used_ms;
    shelf->take(shelf->context, row);
}

static void all_taken(void *context, const struct content_result *result) {
    struct shelf *shelf = context;
    shelf->loaded(shelf->context, result);
}

void shelf_load(struct shelf *shelf, void (*take)(void *context, const struct shelf_row *row),
                void (*loaded)(void *context, const struct content_result *result), void *context) {
    shelf->take = take;
    shelf->loaded = loaded;
    shelf->context = context;
    content_store_each_holding(shelf->store, take_holding, (struct content_done){all_taken, shelf});
}

/* ---- Changes ---- */

bool shelf_note(struct shelf *shelf, const struct object_id *file, enum holding_role role) {
    struct shelf_row *row = put(shelf, file, role);
    if (row != NULL) row->used_ms = loop_wall_ms(shelf->loop);
    return row != NULL;
}

bool shelf_put(struct shelf *shelf, const struct object_id *file, enum holding_role role, struct content_done done) {
    if (!shelf_note(shelf, file, role)) return false;
    const struct content_holding holding = holding_of(find(shelf, file), loop_wall_ms(shelf->loop));
    content_store_put_holding(shelf->store, &holding, done);
    return true;
}

void shelf_use(struct shelf *shelf, const struct object_id *file) {
    struct shelf_row *row = find(shelf, file);
    const int64_t now_ms = loop_wall_ms(shelf->loop);
    if (row == NULL || now_ms - row->used_ms < USED_STEP_MS) return;
    row->used_ms = now_ms;
    const struct content_holding holding = holding_of(row, now_ms);
    content_store_put_holding(shelf->store, &holding, (struct content_done){NULL, NULL});
}

/* What is in the way of a removal is told by the store; what stays of it is found again at the next start. */
void shelf_drop(struct shelf *shelf, const struct object_id *file, const struct object_id *chunk,
                struct content_done done) {
    struct shelf_row *row = find(shelf, file);
    const struct object_id id = *file;
    if (row != NULL) take_out(shelf, row);
    if (chunk != NULL) {
        content_store_remove_object(shelf->store, chunk, (struct content_done){NULL, NULL});
    } else {
        content_store_remove_file(shelf->store, &id, (struct content_done){NULL, NULL});
    }
    content_store_remove_holding(shelf->store, &id, done);
}

const struct shelf_row *shelf_find(const struct shelf *shelf, const struct object_id *file) {
    return find(shelf, file);
}

size_t shelf_count(const struct shelf *shelf) {
    return shelf->count;
}

size_t shelf_replicas(const struct shelf *shelf) {
    return shelf->replicas;
}

const struct shelf_row *shelf_at(const struct shelf *shelf, size_t index) {
    must(index < shelf->count);
    return &shelf->rows[index];
}
