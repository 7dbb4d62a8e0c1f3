/* SPDX-License-Identifier: Apache-2.0 */
#include "base/err.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void every_error_has_a_name_and_a_sentence(void **state) {
    (void)state;
    assert_string_equal(err_name(ERR_OK), "ok");
#define ERROR(NAME, name_text, sentence_text)                                                                          \
    assert_string_equal(err_name(ERR_##NAME), name_text);                                                              \
    assert_string_equal(err_sentence(ERR_##NAME), sentence_text);
#include "errors.def"
#undef ERROR
}

static void number_that_is_no_error_has_a_name_too(void **state) {
    (void)state;
    assert_string_equal(err_name((enum err)9999), "unknown");
}

static void detail_is_filled_and_the_error_given_back(void **state) {
    (void)state;
    struct err_detail detail;
    assert_int_equal(err_set(&detail, ERR_IO, "port %d: %s", 8782, "busy"), ERR_IO);
    assert_string_equal(detail.text, "port 8782: busy");
    assert_int_equal(err_set(NULL, ERR_EXISTS, "nobody asks"), ERR_EXISTS);
}

static void detail_that_is_too_long_is_cut(void **state) {
    (void)state;
    struct err_detail detail;
    (void)err_set(&detail, ERR_IO, "%0600d", 1);
    assert_int_equal(strlen(detail.text), ERR_DETAIL_TEXT_MAX - 1);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_error_has_a_name_and_a_sentence),
        cmocka_unit_test(number_that_is_no_error_has_a_name_too),
        cmocka_unit_test(detail_is_filled_and_the_error_given_back),
        cmocka_unit_test(detail_that_is_too_long_is_cut),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
