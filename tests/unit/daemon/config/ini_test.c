/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/config/ini.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct ini_line only_line(const char *text) {
    struct ini ini = ini_over(span_of_text(text));
    struct ini_line line;
    assert_true(ini_next(&ini, &line));
    assert_false(ini_next(&ini, &line));
    return line;
}

static void assert_entry(const char *text, const char *name, const char *value) {
    const struct ini_line line = only_line(text);
    assert_int_equal(line.kind, INI_ENTRY);
    assert_true(span_equal_text(line.name, name));
    if (!span_equal_text(line.value, value))
        fail_msg("%s: \"%.*s\"", text, (int)line.value.size, (const char *)line.value.at);
}

static void assert_fault(const char *text, enum ini_fault fault) {
    const struct ini_line line = only_line(text);
    if (line.kind != INI_WRONG) fail_msg("\"%s\" was accepted", text);
    assert_int_equal(line.fault, fault);
    assert_true(strlen(ini_fault_sentence(fault)) > 0);
}

static void an_entry_is_a_key_and_its_value(void **state) {
    (void)state;
    assert_entry("log = info", "log", "info");
    assert_entry("log=info", "log", "info");
    assert_entry("\t log\t=\t info \t", "log", "info");
    assert_entry("log =", "log", "");
    assert_entry("url = http://a?b=c", "url", "http://a?b=c");
    assert_entry("log = info\r\n", "log", "info");
}

static void a_comment_begins_a_line_or_stands_behind_a_blank(void **state) {
    (void)state;
    assert_int_equal(only_line("# log = info").kind, INI_EMPTY);
    assert_int_equal(only_line("  ; log = info").kind, INI_EMPTY);
    assert_entry("log = info # loud enough", "log", "info");
    assert_entry("data = /srv/a ; b", "data", "/srv/a ; b");
    assert_entry("log = # nothing", "log", "");
    assert_entry("url = http://a/#b", "url", "http://a/#b");
}

static void quotes_keep_what_is_between_them(void **state) {
    (void)state;
    assert_entry("data = \" a # b \"", "data", " a # b ");
    assert_entry("data = \"\"", "data", "");
    assert_entry("data = \"a\" # b", "data", "a");
    assert_fault("data = \"a", INI_QUOTE_OPEN);
    assert_fault("data = \"a\" b", INI_BEHIND_QUOTE);
    assert_fault("data = \"a\";b", INI_BEHIND_QUOTE);
}

static void a_heading_stands_alone(void **state) {
    (void)state;
    const struct ini_line line = only_line("[ beacon ] # mine");
    assert_int_equal(line.kind, INI_HEADING);
    assert_true(span_equal_text(line.name, "beacon"));
    assert_fault("[beacon", INI_HEADING_OPEN);
    assert_fault("[beacon] ; mine", INI_HEADING_OPEN);
    assert_fault("[beacon] log = info", INI_HEADING_OPEN);
}

static void what_is_no_entry_is_named(void **state) {
    (void)state;
    assert_fault("log info", INI_NO_EQUALS);
    assert_fault("= info", INI_NO_KEY);
    assert_fault("log = in\x01"
                 "fo",
                 INI_NOT_TEXT);
    assert_fault("log = \xff", INI_NOT_TEXT);
    assert_fault("# \xc3", INI_NOT_TEXT);
}

static void lines_are_counted_from_one(void **state) {
    (void)state;
    struct ini ini = ini_over(span_of_text("\xef\xbb\xbf# first\n\nlog = info\nlog"));
    struct ini_line line;
    for (unsigned number = 1; number <= 4; number++) {
        assert_true(ini_next(&ini, &line));
        assert_int_equal(line.number, number);
    }
    assert_int_equal(line.kind, INI_WRONG);
    assert_false(ini_next(&ini, &line));
}

static void a_nul_is_no_text(void **state) {
    (void)state;
    struct ini ini = ini_over((struct span){(const uint8_t *)"a = b\0c", 7});
    struct ini_line line;
    assert_true(ini_next(&ini, &line));
    assert_int_equal(line.fault, INI_NOT_TEXT);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_entry_is_a_key_and_its_value),
        cmocka_unit_test(a_comment_begins_a_line_or_stands_behind_a_blank),
        cmocka_unit_test(quotes_keep_what_is_between_them),
        cmocka_unit_test(a_heading_stands_alone),
        cmocka_unit_test(what_is_no_entry_is_named),
        cmocka_unit_test(lines_are_counted_from_one),
        cmocka_unit_test(a_nul_is_no_text),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
