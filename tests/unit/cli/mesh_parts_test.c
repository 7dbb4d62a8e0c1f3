/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/mesh_parts.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

/* A neighbour is a capital letter, and what follows it are those it names: "ABx" says that A has links with B and x. */
static struct mesh_parts told(const char *const *words, size_t count) {
    struct mesh_parts parts = {0};
    for (size_t i = 0; i < count; i++) {
        const struct span word = span_of_text(words[i]);
        mesh_parts_add(&parts, (struct span){word.at, 1});
        for (size_t j = 1; j < word.size; j++)
            mesh_parts_join(&parts, (struct span){word.at, 1}, (struct span){word.at + j, 1});
    }
    return parts;
}
#define TOLD(...) told((const char *const[]){__VA_ARGS__}, sizeof((const char *const[]){__VA_ARGS__}) / sizeof(char *))

static const char *list(const struct mesh_parts *parts, size_t part) {
    static char text[LIMIT_VIEW_MAX + 1];
    struct span ids[LIMIT_VIEW_MAX];
    const size_t count = mesh_parts_list(parts, part, ids, LIMIT_VIEW_MAX);
    for (size_t i = 0; i < count; i++) text[i] = (char)ids[i].at[0];
    text[count] = '\0';
    return text;
}

static void neighbours_that_name_each_other_are_one_part(void **state) {
    (void)state;
    const struct mesh_parts parts = TOLD("AB", "B", "CA");
    assert_int_equal(mesh_parts_count(&parts), 1);
    assert_string_equal(list(&parts, 0), "ABC");
}

static void a_third_in_common_is_a_way(void **state) {
    (void)state;
    const struct mesh_parts parts = TOLD("Ax", "By", "Cyx");
    assert_int_equal(mesh_parts_count(&parts), 1);
}

static void who_shares_nobody_is_a_part_of_its_own(void **state) {
    (void)state;
    const struct mesh_parts parts = TOLD("Ax", "By", "Cx", "D");
    assert_int_equal(mesh_parts_count(&parts), 3);
    assert_string_equal(list(&parts, 0), "AC");
    assert_string_equal(list(&parts, 1), "B");
    assert_string_equal(list(&parts, 2), "D");
}

static void who_is_only_named_is_no_part(void **state) {
    (void)state;
    const struct mesh_parts none = {0}, one = TOLD("Axyz");
    assert_int_equal(mesh_parts_count(&none), 0);
    assert_int_equal(mesh_parts_count(&one), 1);
    assert_string_equal(list(&one, 0), "A");
}

static void all_that_can_be_named_has_its_place_and_more_is_left_out(void **state) {
    (void)state;
    static char names[MESH_PARTS_NODES_MAX + 50][8];
    struct mesh_parts parts = {0};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        (void)snprintf(names[i], sizeof names[i], "%zu", i);
        mesh_parts_join(&parts, span_of_text(names[0]), span_of_text(names[i]));
    }
    mesh_parts_add(&parts, span_of_text(names[0]));
    mesh_parts_add(&parts, span_of_text(names[MESH_PARTS_NODES_MAX]));
    assert_int_equal(parts.count, MESH_PARTS_NODES_MAX);
    assert_int_equal(mesh_parts_count(&parts), 1);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(neighbours_that_name_each_other_are_one_part),
        cmocka_unit_test(a_third_in_common_is_a_way),
        cmocka_unit_test(who_shares_nobody_is_a_part_of_its_own),
        cmocka_unit_test(who_is_only_named_is_no_part),
        cmocka_unit_test(all_that_can_be_named_has_its_place_and_more_is_left_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
