/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* A content store in a folder of its own, its loop, and what it told. Included by the tests of this folder. */

#include <fcntl.h>
#include <sqlite3.h>

#include "base/prng.h"
#include "daemon/store/content/content_store.h"
#include "unit/daemon/store/store_fixture.h"

enum { FAULTS_MAX = 4096, PATIENCE_MS = 60000 };

struct world {
    const struct fixture *f;
    struct loop *loop;
    struct content_store *store;
    struct loop_timer *patience;
    unsigned waiting;    /* callbacks that are to come */
    unsigned stop_after; /* that many of them, for a test that stops in the middle; 0: does not */
    struct content_fault faults[FAULTS_MAX];
    size_t fault_count;
    size_t completed;
    size_t failures;
    size_t recoveries;
    size_t scrubs;
    enum err last_failure;
    char last_detail[ERR_DETAIL_TEXT_MAX]; /* of a failure, or of the last `done` that was not fine */
    enum content_answer answer;            /* of the last `done` */
    struct content_file *file;             /* the last that was opened */
    struct content_place place;
    struct content_loaded loaded;
    struct object_id actual;
    bool (*is_reached)(const struct world *world); /* what the loop runs for */
};

static inline void look(struct world *world) {
    if (world->stop_after > 0 && --world->stop_after == 0) loop_stop(world->loop);
    if (world->waiting == 0 && (world->is_reached == NULL || world->is_reached(world))) loop_stop(world->loop);
}

static inline void on_fault(void *context, const struct content_fault *fault) {
    struct world *world = context;
    assert_true(world->fault_count < FAULTS_MAX);
    world->faults[world->fault_count++] = *fault;
    look(world);
}

static inline void on_completed(void *context, const struct object_id *manifest) {
    struct world *world = context;
    (void)manifest;
    world->completed++;
    look(world);
}

static inline void on_failed(void *context, enum err err, const char *detail) {
    struct world *world = context;
    world->failures++;
    world->last_failure = err;
    (void)snprintf(world->last_detail, sizeof world->last_detail, "%s", detail);
    look(world);
}

static inline void on_recovered(void *context) {
    struct world *world = context;
    world->recoveries++;
    look(world);
}

static inline void on_scrubbed(void *context) {
    struct world *world = context;
    world->scrubs++;
    look(world);
}

static inline void on_patience_lost(void *context) {
    (void)context;
    fail_msg("nothing came of it in %d ms", PATIENCE_MS);
}

static inline enum err world_try(struct world *world, const struct fixture *f, const char *folder, uint64_t bytes_max,
                                 struct err_detail *detail) {
    *world = (struct world){.f = f};
    assert_true(sign_init());
    assert_int_equal(loop_new(&world->loop), ERR_OK);
    const struct content_store_options options = {.loop = world->loop,
                                                  .folder = folder,
                                                  .bytes_max = bytes_max,
                                                  .fault = on_fault,
                                                  .completed = on_completed,
                                                  .failed = on_failed,
                                                  .recovered = on_recovered,
                                                  .scrubbed = on_scrubbed,
                                                  .context = world};
    const enum err err = content_store_open(&world->store, &options, detail);
    if (err != ERR_OK) {
        assert_null(world->store);
        loop_free(world->loop);
        return err;
    }
    world->patience = loop_timer_open(world->loop, on_patience_lost, world);
    return err;
}

static inline void world_open(struct world *world, const struct fixture *f) {
    struct err_detail detail = {0};
    if (world_try(world, f, f->folder, 0, &detail) != ERR_OK) fail_msg("%s", detail.text);
}

static inline void world_close(struct world *world) {
    memory_free(world->loaded.bytes);
    world->loaded.bytes = NULL;
    content_store_close(world->store);
    loop_timer_close(world->patience);
    loop_free(world->loop);
}

static inline void world_reopen(struct world *world) {
    const struct fixture *f = world->f;
    world_close(world);
    world_open(world, f);
}

/* Runs the loop until nobody waits, and (when it is given) until `is_reached`. */
static inline void await(struct world *world, bool (*is_reached)(const struct world *world)) {
    world->is_reached = is_reached;
    if (world->waiting == 0 && (is_reached == NULL || is_reached(world))) return;
    loop_timer_start(world->patience, PATIENCE_MS);
    loop_run(world->loop);
    loop_timer_stop(world->patience);
    world->is_reached = NULL;
}

static inline void note_result(struct world *world, const struct content_result *result) {
    world->answer = result->answer;
    if (result->answer != CONTENT_OK)
        (void)snprintf(world->last_detail, sizeof world->last_detail, "%s", result->detail);
    assert_true(world->waiting > 0);
    world->waiting--;
    look(world);
}

static inline void on_done(void *context, const struct content_result *result) {
    note_result(context, result);
}

static inline struct content_done done_of(struct world *world) {
    world->waiting++;
    return (struct content_done){on_done, world};
}

/* ---- Bytes that can be told from others ---- */

static inline void bytes_make(uint8_t *bytes, size_t size, uint64_t seed) {
    struct prng prng = prng_seeded(seed);
    size_t at = 0;
    for (; at + 8 <= size; at += 8) {
        const uint64_t number = prng_next(&prng);
        memcpy(bytes + at, &number, 8);
    }
    for (; at < size; at++) bytes[at] = (uint8_t)(seed + at);
}

static inline struct object_id id_numbered(uint64_t number) {
    uint8_t bytes[8];
    memcpy(bytes, &number, sizeof bytes);
    return object_id_of_blob((struct span){bytes, sizeof bytes});
}

/* ---- Objects ---- */

static inline enum content_answer put(struct world *world, const struct object_id *id, enum object_kind kind,
                                      struct span bytes) {
    const struct content_object object = {*id, kind, 1763640000000, bytes};
    const struct content_done done = done_of(world);
    struct err_detail detail = {0};
    const enum content_answer answer = content_store_put_object(world->store, &object, done, &detail);
    if (answer == CONTENT_OK) return answer;
    world->waiting--;
    (void)snprintf(world->last_detail, sizeof world->last_detail, "%s", detail.text);
    return answer;
}

static inline enum content_answer put_and_wait(struct world *world, const struct object_id *id, enum object_kind kind,
                                               struct span bytes) {
    const enum content_answer answer = put(world, id, kind, bytes);
    if (answer != CONTENT_OK) return answer;
    await(world, NULL);
    return world->answer;
}

static inline void on_loaded(void *context, const struct content_loaded *loaded) {
    struct world *world = context;
    memory_free(world->loaded.bytes);
    world->loaded = *loaded;
    note_result(world, &loaded->result);
}

static inline enum content_answer load(struct world *world, const struct object_id *id) {
    world->waiting++;
    assert_int_equal(content_store_load(world->store, id, on_loaded, world), CONTENT_OK);
    await(world, NULL);
    return world->answer;
}

static inline void on_place(void *context, const struct content_place *place) {
    struct world *world = context;
    world->place = *place;
    world->waiting--;
    look(world);
}

static inline enum content_answer find(struct world *world, const struct object_id *id) {
    world->waiting++;
    content_store_find(world->store, id, on_place, world);
    await(world, NULL);
    return world->place.answer;
}

/* ---- Files ---- */

static inline void on_opened(void *context, struct content_file *file, const struct content_result *result) {
    struct world *world = context;
    world->file = file;
    assert_true((file != NULL) == (result->answer == CONTENT_OK));
    note_result(world, result);
}

static inline struct file_shape shape_of(uint64_t size) {
    struct file_shape shape;
    assert_true(file_shape_of(size, &shape));
    return shape;
}

static inline enum content_answer open_file(struct world *world, const struct object_id *manifest,
                                            const struct file_shape *shape) {
    world->waiting++;
    content_store_open_file(world->store, manifest, shape, HOLDING_REPLICA, on_opened, world);
    await(world, NULL);
    return world->answer;
}

/* Chunk `index` of the file that `seed` stands for. Owned by the caller. */
static inline uint8_t *chunk_make(const struct file_shape *shape, uint32_t index, uint64_t seed, size_t *size,
                                  struct object_id *id) {
    *size = file_chunk_sealed_size(shape, index);
    uint8_t *bytes = memory_zeroed(*size, 1);
    bytes_make(bytes, *size, seed * 1000003 + index);
    *id = object_id_of_blob((struct span){bytes, *size});
    return bytes;
}

static inline void on_written(void *context, const struct content_written *written) {
    struct world *world = context;
    world->actual = written->actual;
    note_result(world, &written->result);
}

/* `done` is waited for by whoever calls; CONTENT_BUSY is waited out. */
static inline void write_chunk(struct world *world, struct content_file *file, uint32_t index, uint64_t seed) {
    const struct file_shape shape = content_file_row(file).shape;
    struct object_id id;
    size_t size;
    uint8_t *bytes = chunk_make(&shape, index, seed, &size, &id);
    world->waiting++;
    while (content_file_write_chunk(file, index, bytes, size, &id, on_written, world) == CONTENT_BUSY) {
        world->waiting--;
        await(world, NULL);
        world->waiting++;
    }
}

static inline void write_chunks(struct world *world, struct content_file *file, uint32_t from, uint32_t to,
                                uint64_t seed) {
    for (uint32_t index = from; index < to; index++) write_chunk(world, file, index, seed);
    await(world, NULL);
}

static inline enum content_answer sync_file(struct world *world, struct content_file *file) {
    content_file_sync(file, done_of(world));
    await(world, NULL);
    return world->answer;
}

/* The ids of a list, as if the file were what `seed` stands for. Owned by the caller. */
static inline uint8_t *list_make(const struct file_shape *shape, uint32_t number, uint64_t seed, size_t *size) {
    *size = shape->list_count == 0 ? 32 : file_list_size(shape, number);
    uint8_t *ids = memory_zeroed(*size, 1);
    for (size_t i = 0; i < *size / 32; i++) {
        struct object_id id;
        size_t chunk_size;
        memory_free(chunk_make(shape, number * FILE_LIST_CHUNKS + (uint32_t)i, seed, &chunk_size, &id));
        memcpy(ids + 32 * i, id.bytes, 32);
    }
    return ids;
}

static inline enum content_answer put_list(struct world *world, struct content_file *file, uint32_t number,
                                           uint64_t seed) {
    const struct file_shape shape = content_file_row(file).shape;
    size_t size;
    uint8_t *ids = list_make(&shape, number, seed, &size);
    const struct object_id id = object_id_of_blob((struct span){ids, size});
    const enum content_answer answer =
        content_file_put_list(file, number, (struct span){ids, size}, &id, done_of(world), NULL);
    memory_free(ids);
    if (answer != CONTENT_OK) {
        world->waiting--;
        return answer;
    }
    await(world, NULL);
    return world->answer;
}

/* A whole file of `seed`, with its lists, complete. */
static inline struct object_id file_fill(struct world *world, uint64_t size, uint64_t seed) {
    const struct object_id manifest = id_numbered(seed);
    const struct file_shape shape = shape_of(size);
    const size_t completed = world->completed;
    assert_int_equal(open_file(world, &manifest, &shape), CONTENT_OK);
    struct content_file *file = world->file;
    for (uint32_t number = 0; number < (shape.list_count == 0 ? 1 : shape.list_count); number++)
        assert_int_equal(put_list(world, file, number, seed), CONTENT_OK);
    write_chunks(world, file, 0, shape.chunk_count, seed);
    assert_int_equal(sync_file(world, file), CONTENT_OK);
    assert_true(content_file_row(file).is_complete);
    assert_int_equal(world->completed, completed + 1);
    content_file_close(file);
    return manifest;
}

static inline const char *path_of(const struct world *world, const struct object_id *manifest) {
    char name[128], hex[65];
    for (size_t i = 0; i < 32; i++) (void)snprintf(hex + 2 * i, 3, "%02x", manifest->bytes[i]);
    (void)snprintf(name, sizeof name, "content/files/%.2s/%s", hex, hex);
    return in_folder(world->f, name);
}

/* ---- Behind the store's back ---- */

static inline void sql(const struct fixture *f, const char *text) {
    sqlite3 *handle = NULL;
    char *words = NULL;
    assert_int_equal(sqlite3_open(in_folder(f, "content/content.db"), &handle), SQLITE_OK);
    (void)sqlite3_busy_timeout(handle, 5000);
    if (sqlite3_exec(handle, text, NULL, NULL, &words) != SQLITE_OK) fail_msg("%s: %s", text, words);
    assert_int_equal(sqlite3_close(handle), SQLITE_OK);
}

static inline int64_t sql_number(const struct fixture *f, const char *text) {
    sqlite3 *handle = NULL;
    sqlite3_stmt *statement = NULL;
    assert_int_equal(sqlite3_open(in_folder(f, "content/content.db"), &handle), SQLITE_OK);
    assert_int_equal(sqlite3_prepare_v2(handle, text, -1, &statement, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
    const int64_t number = sqlite3_column_int64(statement, 0);
    assert_int_equal(sqlite3_finalize(statement), SQLITE_OK);
    assert_int_equal(sqlite3_close(handle), SQLITE_OK);
    return number;
}

static inline void flip_byte(const char *path, off_t at) {
    uint8_t byte;
    const int fd = open(path, O_RDWR | O_CLOEXEC);
    if (fd < 0) fail_msg("%s is not there", path);
    assert_int_equal(pread(fd, &byte, 1, at), 1);
    byte ^= 0x40;
    assert_int_equal(pwrite(fd, &byte, 1, at), 1);
    assert_int_equal(close(fd), 0);
}

static inline bool has_fault(const struct world *world) {
    return world->fault_count > 0;
}

static inline bool is_scrubbed(const struct world *world) {
    return world->scrubs > 0;
}

/* One pass, as fast as it goes. */
static inline void scrub(struct world *world) {
    world->scrubs = 0;
    content_store_scrub(world->store, 1ULL << 40);
    await(world, is_scrubbed);
}
