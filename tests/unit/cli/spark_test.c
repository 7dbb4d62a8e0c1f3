/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/spark.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const char *drawn(const double *values, size_t count, size_t columns, double top) {
    static uint8_t memory[256];
    struct buffer out = buffer_over(memory, sizeof memory - 1);
    spark_write(&out, values, count, columns, top);
    memory[out.size] = '\0';
    return (const char *)memory;
}

static void bars_reach_from_nothing_to_the_top(void **state) {
    (void)state;
    const double values[] = {0, 1, 2, 3, 4, 5, 6, 7};
    assert_string_equal(drawn(values, 8, 8, 7), "▁▂▃▄▅▆▇█");
    assert_string_equal(drawn(values, 2, 2, 0), "▁▁"); /* all of it nothing */
    assert_string_equal(drawn(values + 7, 1, 1, 3), "█");
}

static void what_is_not_known_is_blank(void **state) {
    (void)state;
    const double values[] = {-1, 7, -1};
    assert_string_equal(drawn(values, 3, 3, 7), " █ ");
    assert_string_equal(drawn(values, 0, 3, 7), "");
}

static void a_bar_is_the_highest_of_its_part(void **state) {
    (void)state;
    const double values[] = {0, 7, -1, 0, -1, -1};
    assert_string_equal(drawn(values, 6, 3, 7), "█▁ ");
    assert_string_equal(drawn(values, 2, 45, 7), "▁█");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bars_reach_from_nothing_to_the_top),
        cmocka_unit_test(what_is_not_known_is_blank),
        cmocka_unit_test(a_bar_is_the_highest_of_its_part),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
