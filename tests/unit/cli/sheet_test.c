/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/sheet.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static const char *cleaned(const char *text, size_t capacity) {
    static char out[256];
    sheet_clean(span_of_text(text), out, capacity);
    return out;
}

static void foreign_text_cannot_act_on_a_terminal(void **state) {
    (void)state;
    assert_string_equal(cleaned("plain äöü 日本", 256), "plain äöü 日本");
    assert_string_equal(cleaned("a\x1b[31mred\x07\r\n\tb\x7f", 256), "a?[31mred????b?");
    assert_string_equal(cleaned("csi \xc2\x9b"
                                "31m, nbsp \xc2\xa0",
                                256),
                        "csi ?31m, nbsp \xc2\xa0");
    assert_string_equal(cleaned("\xff\xc3 x\xe2\x82", 256), "?? x??"); /* broken UTF-8, byte by byte */
    assert_string_equal(cleaned("a\xe2\x80\xae"
                                "b\xe2\x81\xa6"
                                "c\xe2\x80\xa8"
                                "d\xe2\x80\xa6",
                                256),
                        "a?b?c?d\xe2\x80\xa6"); /* marks of direction, a line separator; an ellipsis stays */
}

static void long_text_is_cut_at_a_whole_character(void **state) {
    (void)state;
    assert_string_equal(cleaned("abcdefgh", 9), "abcdefgh");
    assert_string_equal(cleaned("abcdefghi", 9), "abcde…");
    assert_string_equal(cleaned("äääää", 9), "ää…");
    assert_string_equal(cleaned("", 9), "");
}

static void cells_say_what_is_not_known(void **state) {
    (void)state;
    static const char *const titles[] = {"A"};
    struct sheet sheet;
    sheet_init(&sheet, titles, 1);
    sheet_put_text(&sheet, SPAN_NONE);
    sheet_put_id(&sheet, SPAN_NONE);
    sheet_put_source(&sheet, SPAN_NONE);
    sheet_put_tenths(&sheet, -1);
    sheet_put_kib(&sheet, -1);
    sheet_put_percent(&sheet, -1);
    sheet_put_age(&sheet, 0, 1000);
    sheet_put_ahead(&sheet, 0, 1000);
    for (size_t i = 0; i < sheet.count; i++) assert_string_equal(sheet.cells[i].text, "—");
    sheet_deinit(&sheet);
}

static void cells_say_what_is_known(void **state) {
    (void)state;
    static const char *const wanted[] = {"q7fk…m2xa", "short", "beacon-1", "peer:q7fk…m2xa", "peer:", "12.3",     "7",
                                         "1.5",       "12.1",  "19 s ago", "in 42 s",        "now",   "1 min ago"};
    static const char *const titles[] = {"A"};
    struct sheet sheet;
    sheet_init(&sheet, titles, 1);
    sheet_put_id(&sheet, SPAN_LITERAL("q7fkaaaaaaaaaaaaaaaaaaaaaaaam2xa"));
    sheet_put_id(&sheet, SPAN_LITERAL("short"));
    sheet_put_source(&sheet, SPAN_LITERAL("beacon-1"));
    sheet_put_source(&sheet, SPAN_LITERAL("peer:q7fkaaaaaaaaaaaaaaaaaaaaaaaam2xa"));
    sheet_put_source(&sheet, SPAN_LITERAL("peer:"));
    sheet_put_tenths(&sheet, 12.34);
    sheet_put_count(&sheet, 7);
    sheet_put_kib(&sheet, 1536);
    sheet_put_percent(&sheet, 0.121);
    sheet_put_age(&sheet, 1000, 20000);
    sheet_put_ahead(&sheet, 62000, 20000);
    sheet_put_ahead(&sheet, 20500, 20000);
    sheet_put_age(&sheet, 1000, 61000);
    for (size_t i = 0; i < sheet.count; i++) assert_string_equal(sheet.cells[i].text, wanted[i]);
    sheet_deinit(&sheet);
}

/* What sheet_print wrote, by way of a file in the place of standard output. */
static const char *printed(const struct sheet *sheet) {
    static char text[512];
    FILE *file = tmpfile();
    (void)fflush(stdout);
    int kept_fd = dup(STDOUT_FILENO);
    assert_true(file != NULL && kept_fd >= 0 && dup2(fileno(file), STDOUT_FILENO) >= 0);
    sheet_print(sheet);
    (void)fflush(stdout);
    assert_true(dup2(kept_fd, STDOUT_FILENO) >= 0);
    ssize_t size = pread(fileno(file), text, sizeof text - 1, 0);
    assert_true(size >= 0);
    text[size] = '\0';
    close(kept_fd);
    (void)fclose(file);
    return text;
}

static void table_is_aligned_by_characters_and_has_no_colour_in_a_file(void **state) {
    (void)state;
    static const char *const titles[] = {"<PEER", "RTT ms", "<WHY"};
    struct sheet sheet;
    sheet_init(&sheet, titles, 3);
    sheet_put_text(&sheet, SPAN_LITERAL("a…b"));
    sheet_put_tenths(&sheet, 123.4);
    sheet_put_text(&sheet, SPAN_LITERAL("x"));
    sheet_put_text(&sheet, SPAN_LITERAL("longer"));
    sheet_put_tenths(&sheet, -1);
    sheet_put_text(&sheet, SPAN_NONE);
    assert_string_equal(printed(&sheet), "PEER    RTT ms  WHY\n"
                                         "a…b      123.4  x\n"
                                         "longer       —  —\n");
    sheet_deinit(&sheet);
}

static void table_keeps_whole_columns_within_a_width(void **state) {
    (void)state;
    static const char *const titles[] = {"<PEER", "RTT ms", "<WHY"};
    char text[256];
    struct sheet sheet;
    sheet_init(&sheet, titles, 3);
    for (int row = 0; row < 3; row++) {
        sheet_put_text(&sheet, SPAN_LITERAL("a…b"));
        sheet_put_tenths(&sheet, row);
        sheet_put_text(&sheet, SPAN_LITERAL("because"));
    }
    struct buffer all = buffer_over((uint8_t *)text, sizeof text - 1);
    sheet_write(&sheet, &all, 21, 1);
    text[all.size] = '\0';
    assert_string_equal(text, "PEER  RTT ms  WHY\na…b      0.0  because\n");
    struct buffer narrow = buffer_over((uint8_t *)text, sizeof text - 1);
    sheet_write(&sheet, &narrow, 20, 2);
    text[narrow.size] = '\0';
    assert_string_equal(text, "PEER  RTT ms\na…b      0.0\na…b      1.0\n");
    struct buffer least = buffer_over((uint8_t *)text, sizeof text - 1);
    sheet_write(&sheet, &least, 1, 0); /* one column is always there */
    text[least.size] = '\0';
    assert_string_equal(text, "PEER\n");
    sheet_deinit(&sheet);
}

static void names_are_cut_where_the_terminal_is_narrow(void **state) {
    (void)state;
    static const char *const titles[] = {"<ID", "~NAME", "~WHY"};
    char text[512];
    struct sheet sheet;
    sheet_init(&sheet, titles, 3);
    sheet_put_text(&sheet, SPAN_LITERAL("an id that stays whole"));
    sheet_put_text(&sheet, SPAN_LITERAL("a name of many words, äöü"));
    sheet_put_text(&sheet, SPAN_LITERAL("disk-refuses"));
    struct buffer wide = buffer_over((uint8_t *)text, sizeof text - 1);
    sheet_write(&sheet, &wide, 22 + 2 + 25 + 2 + 12, 1);
    text[wide.size] = '\0';
    assert_non_null(strstr(text, "whole  a name of many words, äöü  disk-refuses\n"));
    struct buffer narrow = buffer_over((uint8_t *)text, sizeof text - 1);
    sheet_write(&sheet, &narrow, 22 + 2 + 24 + 2 + 12, 1);
    text[narrow.size] = '\0';
    assert_non_null(strstr(text, "an id that stays whole  a name of many words, ä…  disk-refuses\n"));
    sheet_deinit(&sheet);
}

static void bytes_have_the_largest_unit_that_fits(void **state) {
    static const struct {
        double bytes;
        const char *text;
    } cases[] = {{-1, "—"},
                 {0, "0 B"},
                 {1023, "1023 B"},
                 {1024, "1.0 KiB"},
                 {1048575, "1.0 MiB"},
                 {5242880, "5.0 MiB"},
                 {1099511627776, "1.0 TiB"},
                 {1e16, "9094.9 TiB"}};
    char text[32];
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        assert_string_equal(sheet_bytes(cases[i].bytes, text), cases[i].text);
}

static void text_is_cut_to_columns(void **state) {
    (void)state;
    static const struct {
        const char *text;
        size_t width;
        const char *cut;
    } cases[] = {{"äöü", 3, "äöü"}, {"äöüx", 3, "äö…"}, {"ab", 1, "…"}, {"ab", 0, ""}, {"", 5, ""}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char text[32];
        struct buffer out = buffer_over((uint8_t *)text, sizeof text - 1);
        sheet_write_cut(&out, cases[i].text, cases[i].width);
        text[out.size] = '\0';
        assert_string_equal(text, cases[i].cut);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(foreign_text_cannot_act_on_a_terminal),
        cmocka_unit_test(long_text_is_cut_at_a_whole_character),
        cmocka_unit_test(cells_say_what_is_not_known),
        cmocka_unit_test(cells_say_what_is_known),
        cmocka_unit_test(table_is_aligned_by_characters_and_has_no_colour_in_a_file),
        cmocka_unit_test(table_keeps_whole_columns_within_a_width),
        cmocka_unit_test(names_are_cut_where_the_terminal_is_narrow),
        cmocka_unit_test(bytes_have_the_largest_unit_that_fits),
        cmocka_unit_test(text_is_cut_to_columns),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
