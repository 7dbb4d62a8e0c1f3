/* SPDX-License-Identifier: Apache-2.0 */
#include "base/must.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

/* What a process printed before it ended, and the signal that ended it (0 for none). */
struct ending {
    char text[512];
    int signal;
};

static struct ending run_in_child(void (*body)(void)) {
    struct ending ending = {0};
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    const pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        (void)signal(SIGABRT, SIG_DFL); /* cmocka and the sanitizers may have set theirs */
        if (dup2(ends[1], STDERR_FILENO) >= 0) body();
        _exit(0);
    }
    (void)close(ends[1]);
    size_t size = 0;
    for (ssize_t got; (got = read(ends[0], ending.text + size, sizeof ending.text - 1 - size)) > 0;)
        size += (size_t)got;
    (void)close(ends[0]);
    int status = 0;
    assert_int_equal(waitpid(child, &status, 0), child);
    if (WIFSIGNALED(status)) ending.signal = WTERMSIG(status);
    return ending;
}

static void check_that_holds(void) {
    must(1 + 1 == 2);
    must_le(2, 2);
}

static void check_that_does_not_hold(void) {
    must(1 + 1 == 3);
}

static void check_that_is_over_its_limit(void) {
    const long wanted = 77;
    must_le(wanted, 42);
}

static void check_that_holds_costs_nothing(void **state) {
    (void)state;
    assert_int_equal(run_in_child(check_that_holds).signal, 0);
}

static void check_that_fails_ends_the_process_and_says_where(void **state) {
    (void)state;
    const struct ending ending = run_in_child(check_that_does_not_hold);
    assert_int_equal(ending.signal, SIGABRT);
    assert_non_null(strstr(ending.text, "1 + 1 == 3"));
    assert_non_null(strstr(ending.text, "must_test.c"));
}

static void check_of_a_limit_prints_both_values(void **state) {
    (void)state;
    const struct ending ending = run_in_child(check_that_is_over_its_limit);
    assert_int_equal(ending.signal, SIGABRT);
    assert_non_null(strstr(ending.text, "77"));
    assert_non_null(strstr(ending.text, "42"));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(check_that_holds_costs_nothing),
        cmocka_unit_test(check_that_fails_ends_the_process_and_says_where),
        cmocka_unit_test(check_of_a_limit_prints_both_values),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
