/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/signaling/ice_credentials.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

static char path[] = "/tmp/skep-ice-XXXXXX";

static enum err read_text(const char *text, mode_t mode, struct ice_credentials *credentials,
                          struct err_detail *detail) {
    FILE *file = fopen(path, "we");
    assert_non_null(file);
    assert_int_equal(fwrite(text, 1, strlen(text), file), strlen(text));
    assert_int_equal(fclose(file), 0);
    assert_int_equal(chmod(path, mode), 0);
    return ice_credentials_read(path, credentials, detail);
}

static void a_user_and_a_password_are_a_line_each(void **state) {
    static const char *const texts[] = {"bee\nhive and more\n", "bee\nhive and more"};
    (void)state;
    for (size_t i = 0; i < 2; i++) {
        struct ice_credentials credentials;
        struct err_detail detail = {0};
        assert_int_equal(read_text(texts[i], 0600, &credentials, &detail), ERR_OK);
        assert_string_equal(credentials.user, "bee");
        assert_string_equal(credentials.password, "hive and more");
    }
}

static void anything_else_is_refused_and_not_repeated(void **state) {
    static const char *const texts[] = {"", "\n", "bee", "bee\n", "bee\n\n", "\nhive\n", "bee\nhive\nmore\n"};
    (void)state;
    struct ice_credentials credentials;
    struct err_detail detail = {0};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        assert_int_equal(read_text(texts[i], 0600, &credentials, &detail), ERR_DAMAGED);
        assert_null(strstr(detail.text, "hive"));
    }
    char large[2 * ICE_WORD_MAX + 16];
    memset(large, 'a', sizeof large - 1);
    large[sizeof large - 1] = '\0';
    large[3] = '\n';
    assert_int_equal(read_text(large, 0600, &credentials, &detail), ERR_DAMAGED);
}

static void what_others_may_read_is_refused(void **state) {
    (void)state;
    struct ice_credentials credentials;
    struct err_detail detail = {0};
    assert_int_equal(read_text("bee\nhive\n", 0640, &credentials, &detail), ERR_FOREIGN);
    assert_non_null(strstr(detail.text, "chmod 0600"));
}

static void a_file_that_is_not_there_is_named(void **state) {
    (void)state;
    struct ice_credentials credentials;
    struct err_detail detail = {0};
    assert_int_equal(ice_credentials_read("/nowhere/turn", &credentials, &detail), ERR_NOT_FOUND);
    assert_non_null(strstr(detail.text, "/nowhere/turn"));
}

int main(void) {
    const int fd = mkstemp(path);
    if (fd < 0) return 1;
    (void)close(fd);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_user_and_a_password_are_a_line_each),
        cmocka_unit_test(anything_else_is_refused_and_not_repeated),
        cmocka_unit_test(what_others_may_read_is_refused),
        cmocka_unit_test(a_file_that_is_not_there_is_named),
    };
    const int failed = cmocka_run_group_tests(tests, NULL, NULL);
    (void)unlink(path);
    return failed;
}
