/* SPDX-License-Identifier: Apache-2.0 */
/* How fast the content store takes a large file, from its first chunk to its completion (hashed, written, synced,
 * claimed), gives it back (read, hashed), and takes and walks through small objects. The bytes are made beforehand.
 *
 *     content_store FOLDER MEBIBYTES
 *
 * Prints JSON: MiB a second written and read, and written as `dd conv=fsync` does, the same bytes (zeros, which dd
 * would take, are nothing to some disks); how many ids were indexed and in what time; the time for 20,000 objects put
 * (of 4 KiB and of 700 bytes) and 10,000 of 4 KiB walked through; syncs of the database; the most bytes of chunks that
 * were in flight at once. */
#include "daemon/store/content/content_store.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/memory.h"
#include "base/prng.h"

enum { OBJECTS = 10000 };

struct bench {
    struct loop *loop;
    struct content_store *store;
    struct content_file *file;
    struct file_shape shape;
    struct object_id *ids;
    uint8_t *pattern;
    uint32_t next; /* chunk, or object */
    uint32_t back;
    size_t peak;
    size_t walked;
};

static _Noreturn void give_up(const char *what, const char *detail) {
    (void)fprintf(stderr, "content_store: %s: %s\n", what, detail);
    exit(1);
}

static void check(const struct content_result *result, const char *what) {
    if (result->answer != CONTENT_OK) give_up(what, result->detail);
}

static double seconds_since(const struct bench *bench, int64_t begun_us) {
    return (double)(loop_now_us(bench->loop) - begun_us) / 1e6;
}

/* ---- The large file ---- */

static size_t chunk_fill(const struct bench *bench, uint32_t index, uint8_t *bytes) {
    const size_t size = file_chunk_sealed_size(&bench->shape, index);
    memcpy(bytes, bench->pattern, size);
    memcpy(bytes, &index, sizeof index);
    return size;
}

static void chunks_write(struct bench *bench);

static void on_written(void *context, const struct content_written *written) {
    check(&written->result, "a chunk");
    chunks_write(context);
}

static void chunks_write(struct bench *bench) {
    while (bench->next < bench->shape.chunk_count) {
        uint8_t *bytes = content_store_take_buffer(bench->store, file_chunk_sealed_size(&bench->shape, bench->next));
        const size_t size = chunk_fill(bench, bench->next, bytes);
        if (content_file_write_chunk(bench->file, bench->next, bytes, size, &bench->ids[bench->next], on_written,
                                     bench) != CONTENT_OK) {
            content_store_give_buffer(bench->store, bytes, size);
            return; /* goes on when one is done */
        }
        bench->next++;
        const size_t in_flight = content_store_usage(bench->store).writes_in_flight;
        if (in_flight > bench->peak) bench->peak = in_flight;
    }
}

static void on_completed(void *context, const struct object_id *manifest) {
    (void)manifest;
    loop_stop(((struct bench *)context)->loop);
}

static void chunks_read(struct bench *bench);

static void on_read(void *context, const struct content_loaded *loaded) {
    struct bench *bench = context;
    check(&loaded->result, "reading");
    content_store_give_buffer(bench->store, loaded->bytes, loaded->size);
    if (++bench->back == bench->shape.chunk_count) loop_stop(bench->loop);
    chunks_read(bench);
}

static void chunks_read(struct bench *bench) {
    while (bench->next < bench->shape.chunk_count &&
           content_file_read_chunk(bench->file, bench->next, &bench->ids[bench->next], on_read, bench) == CONTENT_OK)
        bench->next++;
}

static void on_opened(void *context, struct content_file *file, const struct content_result *result) {
    struct bench *bench = context;
    check(result, "opening");
    bench->file = file;
    loop_stop(bench->loop);
}

static void on_done(void *context, const struct content_result *result) {
    check(result, "a step");
    loop_stop(((struct bench *)context)->loop);
}

static double file_write(struct bench *bench) {
    const struct object_id manifest = {{1}};
    content_store_open_file(bench->store, &manifest, &bench->shape, HOLDING_REPLICA, on_opened, bench);
    loop_run(bench->loop);
    const int64_t begun_us = loop_now_us(bench->loop);
    chunks_write(bench);
    loop_run(bench->loop);
    return seconds_since(bench, begun_us);
}

/* The same chunks one after another, and one fsync: what there is to lose by the store. */
static double plain_write(const struct bench *bench, const char *folder) {
    char path[4096];
    (void)snprintf(path, sizeof path, "%s/plain", folder);
    uint8_t *bytes = memory_zeroed(FILE_BLOB_SIZE_MAX, 1);
    const int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (fd < 0) give_up("a plain file", path);
    const int64_t begun_us = loop_now_us(bench->loop);
    for (uint32_t index = 0; index < bench->shape.chunk_count; index++) {
        const size_t size = chunk_fill(bench, index, bytes);
        if (write(fd, bytes, size) != (ssize_t)size) give_up("a plain file", path);
    }
    if (fsync(fd) != 0) give_up("a plain file", path);
    const double seconds = seconds_since(bench, begun_us);
    (void)close(fd);
    (void)unlink(path);
    memory_free(bytes);
    return seconds;
}

static double file_read(struct bench *bench) {
    const int64_t begun_us = loop_now_us(bench->loop);
    bench->next = 0;
    chunks_read(bench);
    loop_run(bench->loop);
    return seconds_since(bench, begun_us);
}

static double list_index(struct bench *bench) {
    struct prng prng = prng_seeded(2);
    const size_t size = 32 * (size_t)bench->shape.chunk_count;
    uint8_t *ids = memory_zeroed(size, 1);
    for (size_t i = 0; i < size; i++) ids[i] = (uint8_t)prng_next(&prng);
    const struct object_id id = object_id_of_blob((struct span){ids, size});
    const int64_t begun_us = loop_now_us(bench->loop);
    if (content_file_put_list(bench->file, 0, (struct span){ids, size}, &id, (struct content_done){on_done, bench},
                              NULL) != CONTENT_OK)
        give_up("a list", "");
    loop_run(bench->loop);
    memory_free(ids);
    return seconds_since(bench, begun_us);
}

/* ---- Small objects ---- */

static void objects_put(struct bench *bench);

static void on_put(void *context, const struct content_result *result) {
    struct bench *bench = context;
    check(result, "an object");
    if (++bench->back == 2 * OBJECTS) loop_stop(bench->loop);
    objects_put(bench);
}

/* Of 4 KiB and of 700 bytes, in turns. */
static void objects_put(struct bench *bench) {
    while (bench->next < 2 * OBJECTS) {
        const bool is_large = bench->next % 2 == 0;
        struct content_object object = {.kind = is_large ? OBJECT_MANIFEST : OBJECT_POST,
                                        .bytes = {bench->pattern, is_large ? 4096 : 700}};
        memcpy(object.id.bytes, bench->ids[bench->next % bench->shape.chunk_count].bytes, 32);
        memcpy(object.id.bytes, &bench->next, sizeof bench->next);
        if (content_store_put_object(bench->store, &object, (struct content_done){on_put, bench}, NULL) != CONTENT_OK)
            return;
        bench->next++;
    }
}

static double objects_write(struct bench *bench) {
    const int64_t begun_us = loop_now_us(bench->loop);
    bench->next = bench->back = 0;
    objects_put(bench);
    loop_run(bench->loop);
    return seconds_since(bench, begun_us);
}

static void take(void *context, const struct content_object *object) {
    (void)object;
    ((struct bench *)context)->walked++;
}

static double objects_walk(struct bench *bench) {
    const int64_t begun_us = loop_now_us(bench->loop);
    content_store_each(bench->store, OBJECT_MANIFEST, take, (struct content_done){on_done, bench});
    loop_run(bench->loop);
    if (bench->walked != OBJECTS) give_up("walking", "some are missing");
    return seconds_since(bench, begun_us);
}

/* ---- All of it ---- */

static void bytes_make(struct bench *bench, uint64_t size) {
    struct prng prng = prng_seeded(1);
    if (!file_shape_of(size, &bench->shape)) give_up("the size", "too large");
    bench->pattern = memory_zeroed(FILE_BLOB_SIZE_MAX, 1);
    for (size_t i = 0; i < FILE_BLOB_SIZE_MAX; i++) bench->pattern[i] = (uint8_t)prng_next(&prng);
    uint8_t *bytes = memory_zeroed(FILE_BLOB_SIZE_MAX, 1);
    bench->ids = memory_zeroed(bench->shape.chunk_count, sizeof *bench->ids);
    for (uint32_t index = 0; index < bench->shape.chunk_count; index++) {
        const size_t chunk_size = chunk_fill(bench, index, bytes);
        bench->ids[index] = object_id_of_blob((struct span){bytes, chunk_size});
    }
    memory_free(bytes);
}

int main(int argc, char **argv) {
    if (argc != 3) give_up("usage", "content_store FOLDER MEBIBYTES");
    const uint64_t mebibytes = strtoull(argv[2], NULL, 10);
    struct bench bench = {0};
    struct err_detail detail = {0};
    memory_keep_large_apart();
    if (loop_new(&bench.loop) != ERR_OK) give_up("the loop", "");
    const struct content_store_options options = {
        .loop = bench.loop, .folder = argv[1], .completed = on_completed, .context = &bench};
    if (content_store_open(&bench.store, &options, &detail) != ERR_OK) give_up("opening", detail.text);
    bytes_make(&bench, mebibytes << 20);
    const double write_s = file_write(&bench), read_s = file_read(&bench), index_s = list_index(&bench);
    const double put_s = objects_write(&bench), walk_s = objects_walk(&bench);
    const double plain_s = plain_write(&bench, argv[1]);
    (void)printf("{\"plainMiB\":%.0f,\"writeMiB\":%.0f,\"readMiB\":%.0f,\"indexed\":%u,\"indexMs\":%.0f,\"putMs\":%.0f,"
                 "\"walkMs\":%.0f,"
                 "\"commits\":%llu,\"inFlight\":%zu}\n",
                 (double)mebibytes / plain_s, (double)mebibytes / write_s, (double)mebibytes / read_s,
                 bench.shape.chunk_count, index_s * 1e3, put_s * 1e3, walk_s * 1e3,
                 (unsigned long long)content_store_usage(bench.store).commits, bench.peak);
    content_file_close(bench.file);
    content_store_close(bench.store);
    loop_free(bench.loop);
    memory_free(bench.ids);
    memory_free(bench.pattern);
    return 0;
}
