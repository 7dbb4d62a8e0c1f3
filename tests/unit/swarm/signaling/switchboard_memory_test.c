/* SPDX-License-Identifier: Apache-2.0 */
/* A switchboard when memory runs out: this program's own door to the heap fails when it is told to, and counts. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "swarm/signaling/switchboard.h"

static size_t blocks;          /* not yet freed */
static size_t left = SIZE_MAX; /* calls that still succeed */

void *memory_try_zeroed(size_t count, size_t size) {
    if (left == 0) return NULL;
    if (left != SIZE_MAX) left--;
    void *block = calloc(count == 0 ? 1 : count, size);
    blocks += block != NULL;
    return block;
}

void *memory_zeroed(size_t count, size_t size) {
    void *block = memory_try_zeroed(count, size);
    assert_non_null(block);
    return block;
}

void memory_free(void *block) {
    blocks -= block != NULL;
    free(block);
}

static bool hear(void *context, void *line, struct span text) {
    (void)context;
    (void)line;
    return text.size > 0;
}

static void end(void *context, void *line, enum switchboard_verdict why) {
    (void)context;
    (void)line;
    (void)why;
}

static struct switchboard *make(void) {
    const struct switchboard_options options = {
        .clients_max = 4, .key = "k", .verifier = sign_verifier(), .send = hear, .hang_up = end};
    return switchboard_new(&options);
}

static void switchboard_that_finds_no_memory_is_not_made_and_leaves_none(void **state) {
    (void)state;
    struct switchboard *board = NULL;
    for (size_t calls = 0; board == NULL; calls++) {
        assert_true(calls < 100);
        left = calls;
        board = make();
        if (board == NULL) assert_int_equal(blocks, 0);
    }
    left = SIZE_MAX;
    switchboard_free(board);
    assert_int_equal(blocks, 0);
}

static struct switchboard_client *come(struct switchboard *board, const char *id, int64_t now_ms) {
    struct switchboard_client *client = NULL;
    struct span why;
    const struct switchboard_hello hello = {.key = SPAN_LITERAL("k"),
                                            .id = span_of_text(id),
                                            .token = SPAN_LITERAL("t"),
                                            .from = {.family = ADDRESS_IPV4, .ip = {203, 0, 113, 5}}};
    assert_int_equal(switchboard_join(board, &hello, &client, &why, now_ms), SWITCHBOARD_FINE);
    return client;
}

static void switchboard_takes_no_memory_once_it_is_made(void **state) {
    (void)state;
    struct switchboard *board = make();
    left = 0;
    for (int64_t now_ms = 0; now_ms < 100000; now_ms += 1000) {
        struct switchboard_client *a = come(board, "a", now_ms), *b = come(board, "b", now_ms);
        switchboard_take(board, a, SPAN_LITERAL("{\"type\":\"OFFER\",\"dst\":\"b\"}"), now_ms);
        switchboard_take(board, b, SPAN_LITERAL("{\"type\":\"OFFER\",\"dst\":\"c\"}"), now_ms);
        switchboard_step(board, now_ms);
        switchboard_gone(board, a);
        switchboard_gone(board, b);
    }
    left = SIZE_MAX;
    switchboard_free(board);
    assert_int_equal(blocks, 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(switchboard_that_finds_no_memory_is_not_made_and_leaves_none),
        cmocka_unit_test(switchboard_takes_no_memory_once_it_is_made),
    };
    return sign_init() ? cmocka_run_group_tests(tests, NULL, NULL) : 1;
}
