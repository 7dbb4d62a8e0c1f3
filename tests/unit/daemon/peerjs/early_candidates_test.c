/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/peerjs/early_candidates.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"

static struct early_candidates early;
static char given[EARLY_BYTES_MAX * 2];

static int setup(void **state) {
    (void)state;
    early = (struct early_candidates){0};
    return 0;
}

static int teardown(void **state) {
    (void)state;
    early_candidates_deinit(&early);
    return 0;
}

static bool add(const char *peer, const char *connection, const char *line, int64_t now_ms) {
    struct peerjs_candidate candidate = {.candidate = span_of_text(line)};
    (void)snprintf(candidate.connection_id, sizeof candidate.connection_id, "%s", connection);
    return early_candidates_add(&early, span_of_text(peer), &candidate, now_ms);
}

static void give(void *context, struct span candidate) {
    (void)context;
    (void)snprintf(given + strlen(given), sizeof given - strlen(given), "%.*s;", (int)candidate.size,
                   (const char *)candidate.at);
}

static const char *take(const char *peer, const char *connection, int64_t now_ms) {
    given[0] = '\0';
    early_candidates_take(&early, peer, connection, give, NULL, now_ms);
    return given;
}

static void they_are_given_once_and_in_order(void **state) {
    (void)state;
    assert_string_equal(take("a", "dc", 0), "");
    assert_true(add("a", "dc", "one", 0));
    assert_true(add("a", "dc", "", 0));
    assert_true(add("a", "dc", "two", 1));
    assert_string_equal(take("a", "dc", 2), "one;;two;");
    assert_string_equal(take("a", "dc", 2), "");
}

static void nobody_adds_to_the_connection_of_another(void **state) {
    (void)state;
    assert_true(add("a", "dc", "mine", 0));
    assert_true(add("b", "dc", "theirs", 0));
    assert_string_equal(take("a", "dc", 0), "mine;");
    assert_string_equal(take("b", "dc", 0), "theirs;");
}

static void they_are_forgotten_after_a_while(void **state) {
    (void)state;
    assert_true(add("a", "dc", "old", 0));
    assert_string_equal(take("a", "dc", EARLY_MS + 1), "");
    assert_true(add("a", "dc", "old", 0));
    assert_true(add("a", "dc", "new", EARLY_MS + 1));
    assert_string_equal(take("a", "dc", EARLY_MS + 2), "new;");
}

static void the_oldest_connection_makes_room(void **state) {
    (void)state;
    char name[16];
    for (int i = 0; i <= EARLY_CONNECTIONS_MAX; i++) {
        (void)snprintf(name, sizeof name, "dc%d", i);
        assert_true(add("a", name, name, i));
    }
    assert_string_equal(take("a", "dc0", EARLY_CONNECTIONS_MAX), "");
    assert_string_equal(take("a", "dc1", EARLY_CONNECTIONS_MAX), "dc1;");
    assert_string_equal(take("a", name, EARLY_CONNECTIONS_MAX), "dc64;");
}

static void the_rest_of_too_many_is_dropped(void **state) {
    (void)state;
    char line[PEERJS_CANDIDATE_MAX + 1];
    memset(line, 'x', sizeof line - 1);
    line[sizeof line - 1] = '\0';
    for (size_t i = 0; i < EARLY_BYTES_MAX / sizeof line; i++) assert_true(add("a", "dc", line, 0));
    assert_false(add("a", "dc", line, 0));
    assert_int_equal(strlen(take("a", "dc", 0)), EARLY_BYTES_MAX / sizeof line * sizeof line);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(they_are_given_once_and_in_order), TEST(nobody_adds_to_the_connection_of_another),
        TEST(they_are_forgotten_after_a_while), TEST(the_oldest_connection_makes_room),
        TEST(the_rest_of_too_many_is_dropped),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
