/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/doctor/diagnosis_sheet.h"

#include "cli/command.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static int diagnosis_open(void **state) {
    *state = calloc(1, sizeof(struct diagnosis));
    return *state == NULL;
}

static int diagnosis_close(void **state) {
    free(*state);
    return 0;
}

static void exit_code_is_that_of_the_worst_step(void **state) {
    struct diagnosis *d = *state;
    assert_int_equal(diagnosis_sheet_exit_code(d), EXIT_CODE_UNREACHABLE);
    d->has_node = true;
    (void)diagnosis_add(d, "a", "A", DIAGNOSIS_OK, "x");
    (void)diagnosis_add(d, "a", "A", DIAGNOSIS_NOTE, "x");
    assert_int_equal(diagnosis_sheet_exit_code(d), EXIT_CODE_DONE);
    (void)diagnosis_add(d, "a", "A", DIAGNOSIS_WARNING, "x");
    assert_int_equal(diagnosis_sheet_exit_code(d), EXIT_CODE_DEGRADED);
}

static void diagnosis_for_scripts_holds_every_step(void **state) {
    struct diagnosis *d = *state;
    char text[512];
    struct buffer out = buffer_over((uint8_t *)text, sizeof text - 1);
    d->has_node = true;
    diagnosis_advise(diagnosis_add(d, "ports", "Ports", DIAGNOSIS_PROBLEM, "taken by \"%s\"", "x"), "stop");
    (void)diagnosis_add(d, "clock", "Clock", DIAGNOSIS_OK, "right");
    diagnosis_sheet_write_json(&out, d);
    text[out.size] = '\0';
    assert_string_equal(text, "{\"result\":\"degraded\",\"steps\":[{\"check\":\"ports\",\"title\":\"Ports\",\"result\":"
                              "\"problem\",\"text\":\"taken by \\\"x\\\"\",\"advice\":\"stop\"},{\"check\":\"clock\","
                              "\"title\":\"Clock\",\"result\":\"ok\",\"text\":\"right\",\"advice\":null}]}");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, diagnosis_open, diagnosis_close)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(exit_code_is_that_of_the_worst_step),
        TEST(diagnosis_for_scripts_holds_every_step),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
