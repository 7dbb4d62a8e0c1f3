/* SPDX-License-Identifier: Apache-2.0 */
/* A file from its text to the sealed bytes on the disk and back, without links: what is published is read again to the
 * byte, also after a restart, and what the disk changed is never given out. */
#include "daemon/content/content_host.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/memory.h"
#include "base/prng.h"
#include "swarm/observe/event.h"

enum { KIB = 1024, MIB = 1 << 20 };

struct world {
    char folder[64];
    struct loop *loop;
    struct content_host *host;
    struct signing_key node_key, user_key;
    struct object_id id; /* of what was published last */
    bool is_published;
    char why[600];
    uint8_t *read; /* what was read last */
    size_t read_size, read_room;
    bool has_ended, is_whole;
    enum refusal refusal;
    size_t held; /* files that the engine was told of */
};

static void feed(void *context, const struct input *input) {
    struct world *w = context;
    if (input->kind == INPUT_FILE && input->as.file.state == FILE_HELD) w->held++;
    loop_stop(w->loop);
}

static void send(void *context, uint32_t link, uint8_t type, struct span body) {
    (void)context, (void)link, (void)type, (void)body;
}

static size_t unsent(void *context, uint32_t link) {
    (void)context, (void)link;
    return 0;
}

static void emit(void *context, const struct event *event) {
    (void)context, (void)event;
}

static bool redundancy(void *context, const struct object_id *file, struct redundancy_view *view) {
    (void)context, (void)file, (void)view;
    return false;
}

static void world_begin(struct world *w) {
    struct err_detail detail;
    assert_int_equal(loop_new(&w->loop), ERR_OK);
    const struct content_host_options options = {.loop = w->loop,
                                                 .folder = w->folder,
                                                 .node_key = &w->node_key,
                                                 .user_key = &w->user_key,
                                                 .feed = feed,
                                                 .send = send,
                                                 .unsent = unsent,
                                                 .emit = emit,
                                                 .redundancy = redundancy,
                                                 .context = w};
    assert_int_equal(content_host_open(&w->host, &options, &detail), ERR_OK);
    content_host_start(w->host);
}

static void world_end(struct world *w) {
    content_host_close(w->host);
    loop_free(w->loop);
}

static void world_open(struct world *w) {
    static const uint8_t seeds[2][32] = {{1}, {2}};
    *w = (struct world){.folder = "/tmp/skep-content-host-XXXXXX"};
    assert_true(sign_init());
    assert_non_null(mkdtemp(w->folder));
    sign_key_from_seed(&w->node_key, seeds[0]);
    sign_key_from_seed(&w->user_key, seeds[1]);
    world_begin(w);
}

static void world_close(struct world *w) {
    char command[128];
    world_end(w);
    memory_free(w->read);
    (void)snprintf(command, sizeof command, "rm -rf %s", w->folder);
    assert_int_equal(system(command), 0);
}

static uint8_t *text_of(size_t size, uint64_t seed) {
    struct prng prng = prng_seeded(seed);
    uint8_t *text = memory_room(size);
    for (size_t i = 0; i < size; i++) text[i] = (uint8_t)prng_next(&prng);
    return text;
}

/* ---- Publishing ---- */

static void was_published(void *context, const struct published *published) {
    struct world *w = context;
    w->is_published = published->why == NULL;
    w->id = published->id;
    (void)snprintf(w->why, sizeof w->why, "%s", published->why == NULL ? "" : published->why);
    w->has_ended = true;
    loop_stop(w->loop);
}

static bool publish(struct world *w, const uint8_t *text, size_t size, const struct publish_order *wish) {
    char path[96];
    struct err_detail detail;
    struct publish_order order = *wish;
    (void)snprintf(path, sizeof path, "%s/text", w->folder);
    const int fd = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    assert_int_equal(write(fd, text, size), size);
    order.source.fd = fd;
    order.size = size;
    (void)snprintf(order.about.name, sizeof order.about.name, "a name");
    w->has_ended = false;
    struct publish *publish = content_host_publish_one(w->host, &order, was_published, w, &detail);
    if (publish == NULL) {
        (void)close(fd);
        (void)snprintf(w->why, sizeof w->why, "%s", detail.text);
        return false;
    }
    while (!w->has_ended) loop_run(w->loop);
    content_host_end_publish_one(w->host, publish);
    return w->is_published;
}

/* ---- Reading ---- */

static void was_opened(void *context, const struct checked_manifest *manifest, const struct file_about *about) {
    (void)context, (void)manifest;
    assert_string_equal(about->name, "a name");
}

static size_t take_piece(void *context, struct span text) {
    struct world *w = context;
    if (w->read_size + text.size > w->read_room) {
        w->read_room = 2 * (w->read_size + text.size);
        w->read = memory_resized(w->read, w->read_room);
    }
    memcpy(w->read + w->read_size, text.at, text.size);
    w->read_size += text.size;
    return text.size;
}

static void has_ended(void *context, enum refusal refusal, const char *why) {
    struct world *w = context;
    w->has_ended = true;
    w->is_whole = why == NULL;
    w->refusal = refusal;
    loop_stop(w->loop);
}

/* True: all that was asked for came. */
static bool read_file(struct world *w, const struct object_id *id, uint64_t first, uint64_t length) {
    const struct reading_options options = {
        .opened = was_opened, .piece = take_piece, .ended = has_ended, .context = w};
    w->has_ended = false;
    w->read_size = 0;
    struct reading *reading = content_host_read(w->host, &options, id, first, length);
    assert_non_null(reading);
    while (!w->has_ended) loop_run(w->loop);
    reading_close(reading);
    return w->is_whole;
}

static void files_of_every_size_come_back_to_the_byte(void **state) {
    static const size_t sizes[] = {0, 1, 65535, 65536, 65537, 262143, 262144, 262145, 5 * MIB + 7};
    struct world w;
    (void)state;
    world_open(&w);
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        uint8_t *text = text_of(sizes[i], i);
        assert_true(publish(&w, text, sizes[i], &(struct publish_order){.readers = READERS_PUBLIC}));
        assert_true(read_file(&w, &w.id, 0, UINT64_MAX));
        assert_int_equal(w.read_size, sizes[i]);
        if (sizes[i] > 0) assert_memory_equal(w.read, text, sizes[i]);
        memory_free(text);
    }
    assert_int_equal(library_count(content_host_library(w.host)), sizeof sizes / sizeof sizes[0]);
    world_close(&w);
}

static void any_range_comes_back(void **state) {
    struct world w;
    (void)state;
    world_open(&w);
    const size_t size = 3 * 256 * KIB + 100;
    uint8_t *text = text_of(size, 5);
    assert_true(publish(&w, text, size, &(struct publish_order){.readers = READERS_PUBLIC}));
    struct prng prng = prng_seeded(6);
    for (int i = 0; i < 50; i++) {
        const uint64_t first = prng_below(&prng, (uint32_t)size), length = prng_below(&prng, (uint32_t)size);
        const uint64_t wanted = length < size - first ? length : size - first;
        assert_true(read_file(&w, &w.id, first, length));
        assert_int_equal(w.read_size, wanted);
        if (wanted > 0) assert_memory_equal(w.read, text + first, wanted);
    }
    memory_free(text);
    world_close(&w);
}

static void what_is_here_is_found_again_after_a_restart(void **state) {
    struct world w;
    (void)state;
    world_open(&w);
    uint8_t *text = text_of(MIB, 1);
    assert_true(publish(&w, text, MIB, &(struct publish_order){.readers = READERS_PUBLIC}));
    const struct object_id large = w.id;
    assert_true(publish(&w, text, 1000, &(struct publish_order){.readers = READERS_PUBLIC}));
    world_end(&w);
    w.held = 0;
    world_begin(&w);
    while (w.held < 2) loop_run(w.loop);
    const struct library_entry *entry = library_find(content_host_library(w.host), &large);
    assert_non_null(entry);
    assert_int_equal(entry->state, LIBRARY_HELD);
    assert_string_equal(entry->name, "a name");
    assert_true(entry->is_ours);
    assert_true(read_file(&w, &large, 0, UINT64_MAX));
    assert_memory_equal(w.read, text, MIB);
    memory_free(text);
    world_close(&w);
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
        struct world w;
        char path[400];
        uint8_t byte;
        world_open(&w);
        assert_true(publish(&w, text, size, &(struct publish_order){.readers = READERS_PUBLIC}));
        sealed_path_of(&w, path);
        const int fd = open(path, O_RDWR | O_CLOEXEC);
        assert_int_equal(pread(fd, &byte, 1, places[i]), 1);
        byte ^= 1;
        assert_int_equal(pwrite(fd, &byte, 1, places[i]), 1);
        (void)close(fd);
        assert_false(read_file(&w, &w.id, 0, UINT64_MAX));
        assert_int_equal(w.refusal, REFUSAL_CHUNK_DAMAGED);
        assert_int_equal(w.read_size, 0);
        assert_false(read_file(&w, &w.id, 0, UINT64_MAX)); /* it is missing now, and is fetched again */
        assert_int_equal(w.read_size, 0);
        world_close(&w);
    }
    memory_free(text);
}

static void nothing_that_was_published_lies_open_on_the_disk(void **state) {
    static const char secret[] = "a sentence that nobody else may ever read on this disk";
    struct world w;
    char command[256];
    (void)state;
    world_open(&w);
    assert_true(publish(&w, (const uint8_t *)secret, sizeof secret, &(struct publish_order){.readers = READERS_USERS}));
    (void)snprintf(command, sizeof command, "rm %s/text; ! grep -rq 'nobody else may ever' %s", w.folder, w.folder);
    assert_int_equal(system(command), 0);
    world_close(&w);
}

static void a_file_for_others_stays_shut(void **state) {
    static const uint8_t seed[32] = {3};
    struct world w;
    struct signing_key other;
    (void)state;
    world_open(&w);
    sign_key_from_seed(&other, seed);
    assert_true(publish(&w, (const uint8_t *)"text", 4, &(struct publish_order){.readers = READERS_USERS}));
    const struct object_id id = w.id;
    world_end(&w);
    w.user_key = other; /* the same disk, another user */
    w.held = 0;
    world_begin(&w);
    while (w.held < 1) loop_run(w.loop);
    assert_null(library_find(content_host_library(w.host), &id)->name);
    assert_false(read_file(&w, &id, 0, UINT64_MAX));
    assert_int_equal(w.refusal, REFUSAL_FILE_KEY_NOT_A_READER);
    world_close(&w);
}

static void a_community_without_its_secret_is_refused_in_words(void **state) {
    struct world w;
    (void)state;
    world_open(&w);
    assert_false(publish(&w, (const uint8_t *)"text", 4, &(struct publish_order){.readers = READERS_COMMUNITY}));
    assert_non_null(strstr(w.why, "community-secret"));
    world_close(&w);
}

static void a_host_that_closes_in_the_middle_leaves_nothing(void **state) {
    (void)state;
    for (int turns = 0; turns < 12; turns++) {
        struct world w;
        struct err_detail detail;
        char path[96];
        world_open(&w);
        uint8_t *text = text_of(3 * MIB, 2);
        (void)snprintf(path, sizeof path, "%s/text", w.folder);
        const int fd = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
        assert_int_equal(write(fd, text, 3 * MIB), 3 * MIB);
        const struct publish_order order = {.source = {.fd = fd}, .size = 3 * MIB, .about = {.name = "x"}};
        (void)content_host_publish_one(w.host, &order, was_published, &w, &detail);
        struct loop_timer *timer = loop_timer_open(w.loop, (void (*)(void *))loop_stop, w.loop);
        loop_timer_start(timer, turns);
        loop_run(w.loop);
        loop_timer_close(timer);
        memory_free(text);
        world_close(&w); /* the sanitizers say what is left */
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
