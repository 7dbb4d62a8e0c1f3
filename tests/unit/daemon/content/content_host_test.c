/* SPDX-License-Identifier: Apache-2.0 */
/* A file from its text to the sealed bytes on the disk and back, without links: what is published is read again to the
 * byte, also after a restart, and what the disk changed is never given out. */
#include "unit/daemon/content/content_host_fixture.h"

#include <dirent.h>

#include "base/prng.h"

enum { KIB = 1024, MIB = 1 << 20 };

static uint8_t *text_of(size_t size, uint64_t seed) {
    struct prng prng = prng_seeded(seed);
    uint8_t *text = memory_room(size);
    for (size_t i = 0; i < size; i++) text[i] = (uint8_t)prng_next(&prng);
    return text;
}

static bool publish_as(struct world *w, const void *text, size_t size, enum readers_kind readers) {
    return publish_text(w, (struct span){text, size}, &(struct publish_order){.readers = readers});
}

static size_t held(const struct world *w) {
    size_t count = 0;
    for (size_t i = 0; i < w->told_count; i++) count += w->told[i].kind == INPUT_FILE && w->told[i].state == FILE_HELD;
    return count;
}

/* ---- Reading ---- */

/* What was read last. */
static struct {
    uint8_t text[6 * MIB];
    size_t size;
    bool has_ended, is_whole;
    enum refusal refusal;
} came;

static void was_opened(void *context, const struct checked_manifest *manifest, const struct file_about *about) {
    (void)context, (void)manifest;
    assert_string_equal(about->name, "a name");
}

static size_t take_piece(void *context, struct span text) {
    (void)context;
    assert_in_range(text.size, 0, sizeof came.text - came.size);
    memcpy(came.text + came.size, text.at, text.size);
    came.size += text.size;
    return text.size;
}

static void has_ended(void *context, enum refusal refusal, const char *why) {
    came.has_ended = true;
    came.is_whole = why == NULL;
    came.refusal = refusal;
    loop_stop(context);
}

/* True: all that was asked for came. */
static bool read_file(struct world *w, const struct object_id *id, uint64_t first, uint64_t length) {
    const struct reading_options options = {
        .opened = was_opened, .piece = take_piece, .ended = has_ended, .context = w->loop};
    came.has_ended = false;
    came.size = 0;
    struct reading *reading = content_host_read(w->host, &options, id, first, length);
    assert_non_null(reading);
    while (!came.has_ended) loop_run(w->loop);
    reading_close(reading);
    return came.is_whole;
}

static void files_of_every_size_come_back_to_the_byte(void **state) {
    static const size_t sizes[] = {0, 1, 65535, 65536, 65537, 262143, 262144, 262145, 5 * MIB + 7};
    (void)state;
    struct world *w = world_open(0);
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        uint8_t *text = text_of(sizes[i], i);
        assert_true(publish_as(w, text, sizes[i], READERS_PUBLIC));
        assert_true(read_file(w, &w->published, 0, UINT64_MAX));
        assert_int_equal(came.size, sizes[i]);
        if (sizes[i] > 0) assert_memory_equal(came.text, text, sizes[i]);
        memory_free(text);
    }
    assert_int_equal(library_count(content_host_library(w->host)), sizeof sizes / sizeof sizes[0]);
    world_close(w);
}

static void any_range_comes_back(void **state) {
    (void)state;
    struct world *w = world_open(0);
    const size_t size = 3 * 256 * KIB + 100;
    uint8_t *text = text_of(size, 5);
    assert_true(publish_as(w, text, size, READERS_PUBLIC));
    struct prng prng = prng_seeded(6);
    for (int i = 0; i < 50; i++) {
        const uint64_t first = prng_below(&prng, (uint32_t)size), length = prng_below(&prng, (uint32_t)size);
        const uint64_t wanted = length < size - first ? length : size - first;
        assert_true(read_file(w, &w->published, first, length));
        assert_int_equal(came.size, wanted);
        if (wanted > 0) assert_memory_equal(came.text, text + first, wanted);
    }
    memory_free(text);
    world_close(w);
}

static void what_is_here_is_found_again_after_a_restart(void **state) {
    (void)state;
    struct world *w = world_open(0);
    uint8_t *text = text_of(MIB, 1);
    assert_true(publish_as(w, text, MIB, READERS_PUBLIC));
    const struct object_id large = w->published;
    assert_true(publish_as(w, text, 1000, READERS_PUBLIC));
    world_again(w);
    while (held(w) < 2) loop_run(w->loop);
    const struct library_entry *entry = library_find(content_host_library(w->host), &large);
    assert_non_null(entry);
    assert_int_equal(entry->state, LIBRARY_HELD);
    assert_string_equal(entry->name, "a name");
    assert_true(entry->is_ours);
    assert_true(read_file(w, &large, 0, UINT64_MAX));
    assert_memory_equal(came.text, text, MIB);
    memory_free(text);
    world_close(w);
}

/* The one sealed file below content/files; fails when there is none. */
static void sealed_path_of(const struct world *w, char path[400]) {
    char folder[96];
    (void)snprintf(folder, sizeof folder, "%s/content/files", w->folder);
    for (int depth = 0; depth < 2; depth++) {
        DIR *dir = opendir(folder);
        assert_non_null(dir);
        const struct dirent *entry = readdir(dir);
        while (entry != NULL && entry->d_name[0] == '.') entry = readdir(dir);
        assert_non_null(entry);
        (void)snprintf(path, 400, "%s/%s", folder, entry->d_name);
        (void)closedir(dir);
        (void)snprintf(folder, sizeof folder, "%.95s", path);
    }
}

static void a_byte_that_the_disk_changed_is_never_given_out(void **state) {
    (void)state;
    const size_t size = 70000;
    const off_t places[] = {0, 1, 35000, (off_t)size - 1, (off_t)size + FILE_SEAL_SIZE - 1};
    uint8_t *text = text_of(size, 9);
    for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
        char path[400];
        uint8_t byte;
        struct world *w = world_open(0);
        assert_true(publish_as(w, text, size, READERS_PUBLIC));
        sealed_path_of(w, path);
        const int fd = open(path, O_RDWR | O_CLOEXEC);
        assert_int_equal(pread(fd, &byte, 1, places[i]), 1);
        byte ^= 1;
        assert_int_equal(pwrite(fd, &byte, 1, places[i]), 1);
        (void)close(fd);
        assert_false(read_file(w, &w->published, 0, UINT64_MAX));
        assert_int_equal(came.refusal, REFUSAL_CHUNK_DAMAGED);
        assert_int_equal(came.size, 0);
        assert_false(read_file(w, &w->published, 0, UINT64_MAX)); /* it is missing now, and is fetched again */
        assert_int_equal(came.size, 0);
        world_close(w);
    }
    memory_free(text);
}

static void nothing_that_was_published_lies_open_on_the_disk(void **state) {
    static const char secret[] = "a sentence that nobody else may ever read on this disk";
    char command[256];
    (void)state;
    struct world *w = world_open(0);
    assert_true(publish_as(w, secret, sizeof secret, READERS_USERS));
    (void)snprintf(command, sizeof command, "rm %s/text; ! grep -rq 'nobody else may ever' %s", w->folder, w->folder);
    assert_int_equal(system(command), 0);
    world_close(w);
}

static void a_file_for_others_stays_shut(void **state) {
    static const uint8_t seed[32] = {3};
    struct signing_key other;
    (void)state;
    struct world *w = world_open(0);
    sign_key_from_seed(&other, seed);
    assert_true(publish_as(w, "text", 4, READERS_USERS));
    const struct object_id id = w->published;
    world_end(w);
    w->user_key = other; /* the same disk, another user */
    world_begin(w);
    while (held(w) < 1) loop_run(w->loop);
    assert_null(library_find(content_host_library(w->host), &id)->name);
    assert_false(read_file(w, &id, 0, UINT64_MAX));
    assert_int_equal(came.refusal, REFUSAL_FILE_KEY_NOT_A_READER);
    world_close(w);
}

static void a_community_without_its_secret_is_refused_in_words(void **state) {
    (void)state;
    struct world *w = world_open(0);
    assert_false(publish_as(w, "text", 4, READERS_COMMUNITY));
    assert_non_null(strstr(w->why, "community-secret"));
    world_close(w);
}

static void a_host_that_closes_in_the_middle_leaves_nothing(void **state) {
    (void)state;
    for (int turns = 0; turns < 12; turns++) {
        struct err_detail detail;
        char path[96];
        struct world *w = world_open(0);
        uint8_t *text = text_of(3 * MIB, 2);
        (void)snprintf(path, sizeof path, "%s/text", w->folder);
        const int fd = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
        assert_int_equal(write(fd, text, 3 * MIB), 3 * MIB);
        const struct publish_order order = {.source = {.fd = fd}, .size = 3 * MIB, .about = {.name = "x"}};
        (void)content_host_publish_one(w->host, &order, was_published, w, &detail);
        struct loop_timer *timer = loop_timer_open(w->loop, stop, w->loop);
        loop_timer_start(timer, turns);
        loop_run(w->loop);
        loop_timer_close(timer);
        memory_free(text);
        world_close(w); /* the sanitizers say what is left */
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(files_of_every_size_come_back_to_the_byte),
        cmocka_unit_test(any_range_comes_back),
        cmocka_unit_test(what_is_here_is_found_again_after_a_restart),
        cmocka_unit_test(a_byte_that_the_disk_changed_is_never_given_out),
        cmocka_unit_test(nothing_that_was_published_lies_open_on_the_disk),
        cmocka_unit_test(a_file_for_others_stays_shut),
        cmocka_unit_test(a_community_without_its_secret_is_refused_in_words),
        cmocka_unit_test(a_host_that_closes_in_the_middle_leaves_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
