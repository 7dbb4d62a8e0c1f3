/* SPDX-License-Identifier: Apache-2.0 */
/* A child puts objects, writes, completes and removes files, and says what was acknowledged; it is killed at any
 * moment, many times. What it said must hold each time, and every chunk that is claimed must be what it is called. */
#include <signal.h>
#include <sys/wait.h>

#include "unit/daemon/store/content/content_fixture.h"

enum {
    KILLS = 30,
    SAYINGS_MAX = 80,
    OBJECTS_PER_ROUND = 12,
    FILE_SIZE = 6 << 20, /* 24 chunks */
    ROUND = 1000,        /* numbers of a round: its objects, its file */
    NUMBERS_MAX = 200 * ROUND,
};

/* What the child says on the pipe, of a number. */
enum saying { SAID_OBJECT, SAID_LIST, SAID_SYNCED, SAID_COMPLETE, SAID_TO_BE_REMOVED, SAID_REMOVED };
struct said {
    uint32_t number;
    uint32_t saying;
};

static void say(int pipe_fd, enum saying saying, uint32_t number) {
    const struct said said = {number, saying};
    if (write(pipe_fd, &said, sizeof said) != sizeof said) _exit(2);
}

/* ---- The child ---- */

struct told {
    struct world *world;
    int pipe_fd;
    uint32_t number;
};

static void on_put(void *context, const struct content_result *result) {
    const struct told *told = context;
    if (result->answer == CONTENT_OK) say(told->pipe_fd, SAID_OBJECT, told->number);
    note_result(told->world, result);
}

static void put_round(struct world *w, int pipe_fd, uint32_t round) {
    struct told told[OBJECTS_PER_ROUND];
    uint8_t memory[4096];
    for (uint32_t i = 0; i < OBJECTS_PER_ROUND; i++) {
        const size_t size = 100 + 300 * i;
        told[i] = (struct told){w, pipe_fd, round * ROUND + i};
        bytes_make(memory, size, told[i].number);
        const struct content_object object = {
            object_id_of_blob((struct span){memory, size}), OBJECT_CHUNK, 1, {memory, size}};
        w->waiting++;
        if (content_store_put_object(w->store, &object, (struct content_done){on_put, &told[i]}, NULL) != CONTENT_OK)
            _exit(3);
    }
    await(w, NULL);
}

static void on_synced(void *context, const struct content_result *result) {
    const struct told *told = context;
    say(told->pipe_fd, SAID_SYNCED, told->number + content_file_row(told->world->file).chunks_here);
    note_result(told->world, result);
}

static void file_round(struct world *w, int pipe_fd, uint32_t round) {
    const uint32_t number = round * ROUND + 500;
    const struct object_id manifest = id_numbered(number);
    const struct file_shape shape = shape_of(FILE_SIZE);
    if (open_file(w, &manifest, &shape) != CONTENT_OK) _exit(4);
    struct content_file *file = w->file;
    if (put_list(w, file, 0, number) != CONTENT_OK) _exit(5);
    say(pipe_fd, SAID_LIST, number);
    struct told told = {w, pipe_fd, number};
    for (uint32_t index = 0; index < shape.chunk_count; index++) write_chunk(w, file, index, number);
    w->waiting++; /* in the midst of them: of those that are written by then */
    content_file_sync(file, (struct content_done){on_synced, &told});
    await(w, NULL);
    (void)sync_file(w, file);
    if (content_file_row(file).is_complete) say(pipe_fd, SAID_COMPLETE, number);
    content_file_close(file);
}

static void remove_round(struct world *w, int pipe_fd, uint32_t round) {
    const uint32_t number = round * ROUND + 500;
    const struct object_id manifest = id_numbered(number);
    say(pipe_fd, SAID_TO_BE_REMOVED, number);
    content_store_remove_file(w->store, &manifest, done_of(w));
    await(w, NULL);
    if (w->answer == CONTENT_OK) say(pipe_fd, SAID_REMOVED, number);
}

static _Noreturn void child_run(const struct fixture *f, uint32_t round, int pipe_fd) {
    struct world w;
    world_open(&w, f);
    for (;; round++) {
        put_round(&w, pipe_fd, round);
        file_round(&w, pipe_fd, round);
        if (round % 2 == 1) remove_round(&w, pipe_fd, round);
    }
}

/* ---- What it said, and whether it holds ---- */

struct promise {
    bool is_object, has_list, is_complete, may_be_gone, is_gone;
    uint32_t synced; /* chunks */
};
static struct promise promises[NUMBERS_MAX];

static void note(const struct said *said) {
    const uint32_t number = said->number, base = number / ROUND * ROUND + 500;
    assert_true(number < NUMBERS_MAX);
    switch ((enum saying)said->saying) {
    case SAID_OBJECT: promises[number].is_object = true; break;
    case SAID_LIST: promises[number].has_list = true; break;
    case SAID_SYNCED: promises[base].synced = number - base; break;
    case SAID_COMPLETE: promises[number].is_complete = true; break;
    case SAID_TO_BE_REMOVED: promises[number].may_be_gone = true; break;
    case SAID_REMOVED: promises[number].is_gone = true; break;
    }
}

/* Half of the time at once when a sync was told, with chunks still on their way. */
static uint32_t kill_at_random(const struct fixture *f, uint32_t round, size_t sayings, unsigned spins) {
    int ends[2];
    struct said said = {0};
    assert_int_equal(pipe(ends), 0);
    const pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) child_run(f, round, ends[1]);
    assert_int_equal(close(ends[1]), 0);
    for (size_t i = 0; i < sayings || (spins == 0 && said.saying != SAID_SYNCED); i++) {
        assert_int_equal(read(ends[0], &said, sizeof said), sizeof said);
        note(&said);
    }
    for (volatile unsigned i = 0; i < spins;) i = i + 1; /* so that it falls anywhere */
    assert_int_equal(kill(child, SIGKILL), 0);
    while (read(ends[0], &said, sizeof said) == sizeof said) note(&said);
    assert_int_equal(close(ends[0]), 0);
    assert_int_equal(waitpid(child, NULL, 0), child);
    return said.number / ROUND + 1;
}

static void assert_object(struct world *w, uint32_t number) {
    uint8_t memory[4096];
    const size_t size = 100 + 300 * (number % ROUND);
    bytes_make(memory, size, number);
    const struct object_id id = object_id_of_blob((struct span){memory, size});
    if (load(w, &id) != CONTENT_OK) fail_msg("object %u was acknowledged and is not there", number);
    assert_int_equal(w->loaded.size, size);
    assert_memory_equal(w->loaded.bytes, memory, size);
}

/* Every chunk that is claimed is on the disk, as it was. */
static uint32_t claims_verify(struct world *w, uint32_t number) {
    const struct file_shape shape = content_file_row(w->file).shape;
    uint32_t claimed = 0;
    for (uint32_t index = 0; index < shape.chunk_count; index++) {
        struct object_id id;
        size_t size;
        if (!content_file_has(w->file, index)) continue;
        claimed++;
        memory_free(chunk_make(&shape, index, number, &size, &id));
        w->waiting++;
        assert_int_equal(content_file_read_chunk(w->file, index, &id, on_loaded, w), CONTENT_OK);
        await(w, NULL);
        if (w->answer != CONTENT_OK) fail_msg("chunk %u of %u is claimed and is not there", index, number);
    }
    return claimed;
}

static uint32_t assert_file(struct world *w, uint32_t number) {
    const struct promise *promise = &promises[number];
    const struct object_id manifest = id_numbered(number);
    const enum content_answer answer = open_file(w, &manifest, NULL);
    if (promise->is_gone) assert_int_equal(answer, CONTENT_NONE);
    if (answer == CONTENT_NONE && promise->may_be_gone) return 0;
    if (answer == CONTENT_NONE && !promise->has_list) return 0; /* it was killed before */
    if (answer != CONTENT_OK) fail_msg("file %u was acknowledged and is not there", number);
    const uint32_t claimed = claims_verify(w, number);
    if (promise->has_list) assert_true(content_file_has_list(w->file, 0));
    if (claimed < promise->synced)
        fail_msg("file %u: %u chunks were synced, %u are there", number, promise->synced, claimed);
    assert_int_equal(content_file_row(w->file).chunks_here, claimed);
    if (promise->is_complete) assert_true(content_file_row(w->file).is_complete);
    content_file_close(w->file);
    return claimed;
}

static bool is_there(const char *path) {
    return access(path, F_OK) == 0;
}

struct tally {
    uint32_t objects, files, chunks;
};

/* Rounds from `from` on, one by one; the scrub reads all of them. */
static void look_at_all(const struct fixture *f, uint32_t from, uint32_t rounds, struct tally *tally) {
    struct world w;
    world_open(&w, f);
    *tally = (struct tally){0};
    for (uint32_t number = from * ROUND; number < rounds * ROUND; number++) {
        if (promises[number].is_object) {
            assert_object(&w, number);
            tally->objects++;
        } else if (number % ROUND == 500) {
            tally->chunks += assert_file(&w, number);
            tally->files += promises[number].is_complete && !promises[number].may_be_gone;
            const struct object_id manifest = id_numbered(number);
            if (promises[number].is_gone) assert_false(is_there(path_of(&w, &manifest)));
        }
    }
    scrub(&w);
    assert_int_equal(w.fault_count, 0);
    assert_int_equal(w.failures, 0);
    world_close(&w);
    assert_int_equal(sql_number(f, "SELECT count(*) FROM object"), sql_number(f, "SELECT objects FROM total"));
    assert_int_equal(sql_number(f, "SELECT sum(length(bytes)) FROM object"), sql_number(f, "SELECT bytes FROM total"));
}

static void what_was_acknowledged_survives_a_kill_at_any_moment(void **state) {
    const struct fixture *f = *state;
    struct prng prng = prng_seeded(24);
    struct tally tally = {0};
    uint32_t round = 0;
    memset(promises, 0, sizeof promises);
    for (int i = 0; i < KILLS; i++) {
        const size_t sayings = prng_below(&prng, SAYINGS_MAX);
        const uint32_t next = kill_at_random(f, round, sayings, i % 2 == 0 ? 0 : prng_below(&prng, 20000000));
        const uint32_t from = round < 2 ? 0 : round - 2;
        if (next > round) round = next;
        assert_true((round + 10) * ROUND < NUMBERS_MAX);
        look_at_all(f, from, round, &tally);
    }
    look_at_all(f, 0, round, &tally);
    print_message("%d kills: %u objects, %u complete files, %u chunks claimed, all of them verified\n", KILLS,
                  tally.objects, tally.files, tally.chunks);
}

int main(void) {
    const struct CMUnitTest tests[] = {TEST(what_was_acknowledged_survives_a_kill_at_any_moment)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
