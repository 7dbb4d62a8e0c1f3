/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/process.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <cmocka.h>

static void figures_are_those_of_a_process(void **state) {
    (void)state;
    struct process_view view;
    process_look(&view);
    assert_true(view.cpu_seconds >= 0 && view.cpu_seconds < 60);
    assert_true(view.resident_bytes > 100e3);
    assert_true(view.virtual_bytes >= view.resident_bytes);
    assert_true(view.descriptors >= 3);
    assert_true(view.descriptors_max < 0 || view.descriptors_max >= view.descriptors);
}

static void open_descriptors_are_counted(void **state) {
    (void)state;
    struct process_view before, after;
    process_look(&before);
    int fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
    process_look(&after);
    assert_true(after.descriptors == before.descriptors + 1);
    (void)close(fd);
}

/* As the daemon makes itself, so that nobody may read its memory. */
static void a_process_that_hides_its_memory_still_sees_itself(void **state) {
    (void)state;
    struct process_view view;
    assert_int_equal(prctl(PR_SET_DUMPABLE, 0), 0);
    process_look(&view);
    assert_int_equal(prctl(PR_SET_DUMPABLE, 1), 0);
    assert_true(view.descriptors >= 3 && view.resident_bytes > 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(figures_are_those_of_a_process),
        cmocka_unit_test(open_descriptors_are_counted),
        cmocka_unit_test(a_process_that_hides_its_memory_still_sees_itself),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
