/* SPDX-License-Identifier: Apache-2.0 */
#include "swarm/content/post_threads.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/prng.h"

enum { GONE_MAX = 64 };

struct world {
    struct post_threads threads;
    size_t gone_count;
    struct object_id gone[GONE_MAX];
};

static struct object_id id_of(uint32_t number) {
    struct object_id id = {{0}};
    for (int i = 0; i < 4; i++) id.bytes[i] = (uint8_t)(number >> (24 - 8 * i));
    return id;
}

static uint32_t number_of(const struct object_id *id) {
    uint32_t number = 0;
    for (int i = 0; i < 4; i++) number = number << 8 | id->bytes[i];
    return number;
}

static void world_open(struct world *w, uint32_t capacity) {
    *w = (struct world){0};
    assert_true(post_threads_init(&w->threads, capacity, 7));
}

/* A version `number` of the thread `of` by the author `author`, at a time. */
struct wish {
    uint32_t number, of, version;
    uint8_t author;
    bool is_own, is_deleted;
    int64_t at_ms;
};

static struct checked_post post_of(struct wish wish) {
    struct checked_post post = {.id = id_of(wish.number),
                                .of = id_of(wish.of == 0 ? wish.number : wish.of),
                                .at_ms = wish.at_ms == 0 ? wish.number : wish.at_ms,
                                .version = wish.version == 0 ? 1 : (int32_t)wish.version,
                                .is_deleted = wish.is_deleted};
    post.author.is_user = true;
    post.author.key.bytes[0] = wish.author;
    return post;
}

static void gone(void *context, const struct post_row *row) {
    struct world *w = context;
    assert_true(w->gone_count < GONE_MAX);
    w->gone[w->gone_count++] = row->id;
}

static enum post_fate put(struct world *w, struct wish wish) {
    const struct checked_post post = post_of(wish);
    const enum post_fate judged = post_threads_judge(&w->threads, &post, wish.is_own);
    w->gone_count = 0;
    const enum post_fate fate = post_threads_put(&w->threads, &post, wish.is_own, gone, w);
    assert_int_equal(judged, fate);
    return fate;
}

static bool has(const struct world *w, uint32_t number) {
    const struct object_id id = id_of(number);
    return post_threads_find(&w->threads, &id) != NULL;
}

/* The numbers of those that stand, newest first, as a text: "3 1". */
static const char *standing(const struct world *w, char text[256]) {
    size_t size = 0;
    text[0] = '\0';
    for (const struct post_row *row = NULL; (row = post_threads_older(&w->threads, row)) != NULL;)
        size += (size_t)snprintf(text + size, 256 - size, "%s%u", size == 0 ? "" : " ", number_of(&row->id));
    return text;
}

static void a_later_version_takes_the_place_of_all_before_it(void **state) {
    (void)state;
    struct world w;
    char text[256];
    world_open(&w, 16);
    assert_int_equal(put(&w, (struct wish){.number = 1}), POST_STANDS);
    assert_int_equal(put(&w, (struct wish){.number = 2, .of = 1, .version = 2}), POST_STANDS);
    assert_int_equal(w.gone_count, 1);
    assert_int_equal(number_of(&w.gone[0]), 1);
    assert_false(has(&w, 1));
    assert_int_equal(put(&w, (struct wish){.number = 5, .of = 1, .version = 7, .is_deleted = true}), POST_STANDS);
    assert_false(has(&w, 2));
    assert_string_equal(standing(&w, text), "5");
    assert_int_equal(w.threads.threads, 1);
    post_threads_deinit(&w.threads);
}

static void an_earlier_version_loses_whenever_it_comes(void **state) {
    (void)state;
    struct world w;
    world_open(&w, 16);
    assert_int_equal(put(&w, (struct wish){.number = 3, .of = 1, .version = 3}), POST_STANDS);
    assert_int_equal(put(&w, (struct wish){.number = 1}), POST_LOSES);
    assert_int_equal(put(&w, (struct wish){.number = 2, .of = 1, .version = 2, .at_ms = 99}), POST_LOSES);
    assert_int_equal(put(&w, (struct wish){.number = 3, .of = 1, .version = 3}), POST_KNOWN);
    assert_int_equal(w.threads.count, 1);
    post_threads_deinit(&w.threads);
}

static void versions_made_apart_are_both_kept_and_one_stands(void **state) {
    (void)state;
    struct world w;
    char text[256];
    world_open(&w, 16);
    (void)put(&w, (struct wish){.number = 1});
    (void)put(&w, (struct wish){.number = 9, .of = 1, .version = 2, .at_ms = 50});
    assert_int_equal(put(&w, (struct wish){.number = 4, .of = 1, .version = 2, .at_ms = 60}), POST_STANDS);
    assert_int_equal(w.gone_count, 0);
    assert_string_equal(standing(&w, text), "4"); /* the later of the two */
    const struct object_id id = id_of(9);
    const struct post_row *loser = post_threads_find(&w.threads, &id);
    const struct post_row *stands = post_threads_standing(&w.threads, loser);
    assert_int_equal(number_of(&stands->id), 4);
    assert_ptr_equal(post_threads_next(&w.threads, stands), loser);
    assert_null(post_threads_next(&w.threads, loser));
    assert_int_equal(put(&w, (struct wish){.number = 10, .of = 1, .version = 3}), POST_STANDS);
    assert_int_equal(w.gone_count, 2); /* the conflict is over */
    assert_string_equal(standing(&w, text), "10");
    post_threads_deinit(&w.threads);
}

static void a_foreign_author_touches_no_other_thread(void **state) {
    (void)state;
    struct world w;
    char text[256];
    world_open(&w, 16);
    (void)put(&w, (struct wish){.number = 1, .author = 1});
    assert_int_equal(put(&w, (struct wish){.number = 2, .of = 1, .version = 9, .author = 2, .is_deleted = true}),
                     POST_STANDS);
    assert_int_equal(w.gone_count, 0);
    assert_string_equal(standing(&w, text), "2 1");
    assert_int_equal(w.threads.threads, 2);
    post_threads_deinit(&w.threads);
}

static void of_too_many_equal_ones_the_least_goes(void **state) {
    (void)state;
    struct world w;
    world_open(&w, 64);
    for (uint32_t i = 1; i <= LIMIT_POST_CONFLICTS; i++)
        assert_int_equal(put(&w, (struct wish){.number = 10 + i, .of = 1, .version = 2}), POST_STANDS);
    assert_int_equal(put(&w, (struct wish){.number = 5, .of = 1, .version = 2}), POST_LOSES);
    assert_int_equal(put(&w, (struct wish){.number = 99, .of = 1, .version = 2}), POST_STANDS);
    assert_int_equal(w.gone_count, 1);
    assert_int_equal(number_of(&w.gone[0]), 11);
    assert_int_equal(w.threads.count, LIMIT_POST_CONFLICTS);
    post_threads_deinit(&w.threads);
}

static void full_the_oldest_foreign_one_goes(void **state) {
    (void)state;
    struct world w;
    char text[256];
    world_open(&w, 4);
    (void)put(&w, (struct wish){.number = 1, .is_own = true});
    (void)put(&w, (struct wish){.number = 2, .author = 2});
    (void)put(&w, (struct wish){.number = 3, .author = 2});
    (void)put(&w, (struct wish){.number = 4, .is_own = true});
    assert_int_equal(put(&w, (struct wish){.number = 9, .author = 3, .at_ms = 1}), POST_NO_ROOM); /* older than all */
    assert_int_equal(put(&w, (struct wish){.number = 5, .author = 3}), POST_STANDS);
    assert_int_equal(number_of(&w.gone[0]), 2);
    assert_int_equal(put(&w, (struct wish){.number = 6, .is_own = true, .at_ms = 1}), POST_STANDS); /* ours always */
    assert_int_equal(put(&w, (struct wish){.number = 7, .is_own = true}), POST_STANDS);
    assert_string_equal(standing(&w, text), "7 4 6 1");
    assert_int_equal(put(&w, (struct wish){.number = 8, .is_own = true}), POST_NO_ROOM);
    assert_int_equal(put(&w, (struct wish){.number = 80, .author = 5}), POST_NO_ROOM);
    assert_int_equal(put(&w, (struct wish){.number = 81, .of = 7, .version = 2, .is_own = true}), POST_STANDS);
    post_threads_deinit(&w.threads);
}

/* Whatever comes in whatever order, the same is kept. */
static void the_order_of_arrival_does_not_matter(void **state) {
    (void)state;
    enum { POSTS = 200, ROOM = 256 };
    struct wish wishes[POSTS];
    char first[256] = "";
    struct prng prng = prng_seeded(3);
    for (uint32_t i = 0; i < POSTS; i++)
        wishes[i] = (struct wish){.number = 1000 + i,
                                  .of = 1 + (uint32_t)(prng_next(&prng) % 12),
                                  .version = 2 + (uint32_t)(prng_next(&prng) % 4),
                                  .author = (uint8_t)(prng_next(&prng) % 2)};
    for (int round = 0; round < 20; round++) {
        struct world w;
        char text[256];
        world_open(&w, ROOM);
        for (size_t i = POSTS - 1; i > 0; i--) {
            const size_t other = prng_next(&prng) % (i + 1);
            const struct wish wish = wishes[i];
            wishes[i] = wishes[other];
            wishes[other] = wish;
        }
        for (size_t i = 0; i < POSTS; i++) (void)put(&w, wishes[i]);
        (void)standing(&w, text);
        if (round == 0) (void)snprintf(first, sizeof first, "%s", text);
        assert_string_equal(text, first);
        post_threads_deinit(&w.threads);
    }
}

static void all_of_its_rows_are_used_again(void **state) {
    (void)state;
    struct world w;
    world_open(&w, LIMIT_POSTS_KEPT);
    for (uint32_t i = 1; i <= LIMIT_POSTS_KEPT; i++) (void)put(&w, (struct wish){.number = i, .author = 2});
    assert_int_equal(w.threads.count, LIMIT_POSTS_KEPT);
    for (uint32_t i = 1; i <= 100; i++) {
        assert_int_equal(put(&w, (struct wish){.number = LIMIT_POSTS_KEPT + i, .author = 3}), POST_STANDS);
        assert_int_equal(number_of(&w.gone[0]), i);
    }
    for (uint32_t i = 1; i <= LIMIT_POSTS_KEPT + 100; i++) {
        const struct object_id id = id_of(i);
        post_threads_remove(&w.threads, &id);
    }
    assert_int_equal(w.threads.count, 0);
    assert_int_equal(w.threads.threads, 0);
    assert_int_equal(put(&w, (struct wish){.number = 1}), POST_STANDS);
    post_threads_deinit(&w.threads);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_later_version_takes_the_place_of_all_before_it),
        cmocka_unit_test(an_earlier_version_loses_whenever_it_comes),
        cmocka_unit_test(versions_made_apart_are_both_kept_and_one_stands),
        cmocka_unit_test(a_foreign_author_touches_no_other_thread),
        cmocka_unit_test(of_too_many_equal_ones_the_least_goes),
        cmocka_unit_test(full_the_oldest_foreign_one_goes),
        cmocka_unit_test(the_order_of_arrival_does_not_matter),
        cmocka_unit_test(all_of_its_rows_are_used_again),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
