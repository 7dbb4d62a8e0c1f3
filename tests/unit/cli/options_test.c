/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/options.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { WORDS_MAX = 16, LIST_MAX = 2 };

/* One command line over a table with an option of each kind. */
struct line {
    bool is_json, is_port_given;
    const char *text;
    int64_t port, now_ms, for_ms, any;
    const char *peers_items[LIST_MAX], *operands_items[LIST_MAX];
    struct options_list peers, operands;
    struct options_message message;
};

static enum options_outcome read_with(struct line *line, size_t operands_min, bool has_operands,
                                      const char *const *words) {
    char *argv[WORDS_MAX] = {0};
    int argc = 0;
    while (words[argc] != NULL) {
        argv[argc] = (char *)(uintptr_t)words[argc];
        argc++;
    }
    *line = (struct line){
        .text = "default", .port = 80, .peers = {.capacity = LIST_MAX}, .operands = {.capacity = LIST_MAX}};
    line->peers.items = line->peers_items;
    line->operands.items = line->operands_items;
    const struct options_entry entries[] = {
        {.name = "json", .kind = OPTIONS_FLAG, .into.flag = &line->is_json},
        {.name = "text", .letter = 't', .kind = OPTIONS_TEXT, .into.text = &line->text},
        {.name = "peer", .kind = OPTIONS_TEXT_LIST, .into.list = &line->peers},
        {.name = "port",
         .kind = OPTIONS_INTEGER,
         .into.integer = &line->port,
         .min = 1,
         .max = 65535,
         .is_given = &line->is_port_given},
        {.name = "now", .kind = OPTIONS_MILLISECONDS, .into.integer = &line->now_ms},
        {.name = "for", .kind = OPTIONS_DURATION, .into.integer = &line->for_ms, .min = 1000, .max = 60000},
        {.name = "any", .kind = OPTIONS_INTEGER, .into.integer = &line->any},
    };
    const struct options_table table = {.command = "skep test",
                                        .help = "Examples:\n",
                                        .entries = entries,
                                        .count = sizeof entries / sizeof entries[0],
                                        .operands = has_operands ? &line->operands : NULL,
                                        .operand_name = "FILE",
                                        .operands_min = operands_min};
    return options_read(&table, argc, argv, &line->message);
}

#define READ(line, ...) read_with(line, 0, true, (const char *const[]){"test", __VA_ARGS__, NULL})

#define assert_wrong(expected_message, ...)                                                                            \
    do {                                                                                                               \
        struct line wrong_line;                                                                                        \
        assert_int_equal(READ(&wrong_line, __VA_ARGS__), OPTIONS_WRONG);                                               \
        assert_string_equal(wrong_line.message.text, expected_message);                                                \
    } while (0)

static void defaults_stay_where_nothing_is_said(void **state) {
    (void)state;
    struct line line;
    assert_int_equal(read_with(&line, 0, true, (const char *const[]){"test", NULL}), OPTIONS_RUN);
    assert_string_equal(line.text, "default");
    assert_int_equal(line.port, 80);
    assert_false(line.is_json);
    assert_false(line.is_port_given);
}

static void values_stand_behind_a_space_or_an_equals_sign(void **state) {
    (void)state;
    struct line line;
    assert_int_equal(READ(&line, "--json", "--text", "a", "--port=443", "--now", "-5", "--for=1s"), OPTIONS_RUN);
    assert_true(line.is_json);
    assert_string_equal(line.text, "a");
    assert_int_equal(line.port, 443);
    assert_true(line.is_port_given);
    assert_int_equal(line.now_ms, -5);
    assert_int_equal(line.for_ms, 1000);
    assert_int_equal(READ(&line, "--text=--x=y"), OPTIONS_RUN);
    assert_string_equal(line.text, "--x=y");
    assert_int_equal(READ(&line, "--text="), OPTIONS_RUN);
    assert_string_equal(line.text, "");
    assert_int_equal(READ(&line, "--text", "-"), OPTIONS_RUN);
    assert_string_equal(line.text, "-");
}

static void a_letter_is_the_same_as_the_name(void **state) {
    struct line line;
    (void)state;
    assert_int_equal(READ(&line, "-t", "some", "--json"), OPTIONS_RUN);
    assert_string_equal(line.text, "some");
    assert_true(line.is_json);
    assert_int_equal(READ(&line, "-t", "-"), OPTIONS_RUN);
    assert_string_equal(line.text, "-");
    assert_int_equal(READ(&line, "--", "-t"), OPTIONS_RUN);
    assert_string_equal(line.operands_items[0], "-t");
    assert_int_equal(READ(&line, "-t"), OPTIONS_WRONG);
    assert_string_equal(line.message.text, "--text needs a value");
    assert_int_equal(READ(&line, "-x"), OPTIONS_WRONG);
    assert_int_equal(READ(&line, "-tx"), OPTIONS_WRONG);
}

static void last_of_two_counts_and_lists_keep_both(void **state) {
    (void)state;
    struct line line;
    assert_int_equal(READ(&line, "--text", "a", "--peer", "x", "--text", "b", "--peer=y"), OPTIONS_RUN);
    assert_string_equal(line.text, "b");
    assert_int_equal(line.peers.count, 2);
    assert_string_equal(line.peers.items[0], "x");
    assert_string_equal(line.peers.items[1], "y");
    assert_wrong("at most 2 times --peer", "--peer", "x", "--peer", "y", "--peer", "z");
}

static void words_that_are_no_options_are_operands(void **state) {
    (void)state;
    struct line line;
    assert_int_equal(READ(&line, "a", "--json", "-"), OPTIONS_RUN);
    assert_int_equal(line.operands.count, 2);
    assert_string_equal(line.operands.items[1], "-");
    assert_int_equal(READ(&line, "--", "--json", "-h"), OPTIONS_RUN);
    assert_false(line.is_json);
    assert_string_equal(line.operands.items[0], "--json");
    assert_wrong("at most 2 times FILE", "a", "b", "c");
    assert_int_equal(read_with(&line, 1, true, (const char *const[]){"test", NULL}), OPTIONS_WRONG);
    assert_string_equal(line.message.text, "FILE is missing");
    assert_int_equal(read_with(&line, 0, false, (const char *const[]){"test", "a", NULL}), OPTIONS_WRONG);
    assert_string_equal(line.message.text, "\"a\" is one word too many");
}

static void help_is_asked_for_in_two_ways(void **state) {
    (void)state;
    struct line line;
    assert_int_equal(READ(&line, "--help"), OPTIONS_HELP);
    assert_int_equal(READ(&line, "--json", "-h"), OPTIONS_HELP);
}

static void unknown_options_are_named(void **state) {
    (void)state;
    assert_wrong("there is no option --frob", "--frob");
    assert_wrong("there is no option --frob", "--frob=1");
    assert_wrong("there is no option --js", "--js");
    assert_wrong("there is no option -j", "-j");
}

static void missing_values_are_named(void **state) {
    (void)state;
    assert_wrong("--text needs a value", "--text");
    assert_wrong("--text needs a value", "--text", "--json");
    assert_wrong("--json takes no value", "--json=yes");
}

static void numbers_out_of_form_or_range_are_refused(void **state) {
    (void)state;
    assert_wrong("--port wants a whole number, not \"x\"", "--port", "x");
    assert_wrong("--port wants a whole number, not \"\"", "--port=");
    assert_wrong("--port wants a whole number, not \"1.5\"", "--port", "1.5");
    assert_wrong("--port must be between 1 and 65535, not 0", "--port", "0");
    assert_wrong("--port must be between 1 and 65535, not 65536", "--port", "65536");
    assert_wrong("--any is too large", "--any", "9007199254740992");
    assert_wrong("--any wants a whole number, not \"9223372036854775808\"", "--any", "9223372036854775808");
}

static void fraction_of_a_millisecond_is_cut_off(void **state) {
    (void)state;
    struct line line;
    assert_int_equal(READ(&line, "--now", "1763640000000.75"), OPTIONS_RUN);
    assert_int_equal(line.now_ms, 1763640000000);
    assert_wrong("--now wants a number of milliseconds, not \"1.\"", "--now", "1.");
    assert_wrong("--now wants a number of milliseconds, not \".5\"", "--now", ".5");
    assert_wrong("--now wants a number of milliseconds, not \"1.5.5\"", "--now", "1.5.5");
}

static void durations_have_a_unit(void **state) {
    (void)state;
    const struct {
        const char *text;
        int64_t ms;
    } known[] = {{"500ms", 500}, {"90s", 90000}, {"15m", 900000}, {"2h", 7200000}, {"1d", 86400000}, {"0s", 0}};
    const char *const wrong[] = {"",
                                 "s",
                                 "90",
                                 "-1s",
                                 "+1s",
                                 "1.5h",
                                 "1 s",
                                 "1S",
                                 "1sec",
                                 "s1",
                                 "9223372036854775808s",
                                 "9007199254740992ms",
                                 "104249991375d"};
    int64_t ms;
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        assert_true(options_duration_read(known[i].text, &ms));
        assert_int_equal(ms, known[i].ms);
    }
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) assert_false(options_duration_read(wrong[i], &ms));
}

static void durations_out_of_range_are_refused(void **state) {
    (void)state;
    assert_wrong("--for wants a duration such as 90s, 15m or 2h, not \"5\"", "--for", "5");
    assert_wrong("--for must be between 1s and 1m, not 2h", "--for", "2h");
}

struct taken {
    size_t count;
    size_t which[4];
    const char *texts[4];
};

static bool take(void *context, size_t which, const char *text) {
    struct taken *taken = context;
    if (taken->count == 3) return false;
    taken->which[taken->count] = which;
    taken->texts[taken->count++] = text;
    return true;
}

static enum options_outcome read_taken(struct taken *taken, struct options_message *message, int argc,
                                       const char *const *argv) {
    struct options_taker takers[2] = {{take, taken, 7}, {take, taken, 8}};
    const struct options_entry entries[] = {
        {.name = "value", .kind = OPTIONS_TAKEN, .into.take = &takers[0]},
        {.name = "switch", .kind = OPTIONS_TAKEN_SWITCH, .into.take = &takers[1]},
    };
    const struct options_table table = {.command = "skep test", .help = "", .entries = entries, .count = 2};
    *taken = (struct taken){0};
    return options_read(&table, argc, (char **)(uintptr_t)argv, message);
}

static void texts_are_handed_on_in_their_order(void **state) {
    struct taken taken;
    struct options_message message;
    const char *argv[] = {"test", "--switch", "--value", "a", "--switch=no"};
    (void)state;
    assert_int_equal(read_taken(&taken, &message, 5, argv), OPTIONS_RUN);
    assert_int_equal(taken.count, 3);
    assert_string_equal(taken.texts[0], "yes");
    assert_string_equal(taken.texts[1], "a");
    assert_string_equal(taken.texts[2], "no");
    assert_int_equal(taken.which[1], 7);
    assert_int_equal(taken.which[2], 8);
}

static void a_taker_that_is_full_makes_the_line_wrong(void **state) {
    struct taken taken;
    struct options_message message;
    const char *argv[] = {"test", "--switch", "--switch", "--switch", "--value=b"};
    (void)state;
    assert_int_equal(read_taken(&taken, &message, 5, argv), OPTIONS_WRONG);
    assert_string_equal(message.text, "--value stands there too often");
    const char *without[] = {"test", "--value"};
    assert_int_equal(read_taken(&taken, &message, 2, without), OPTIONS_WRONG);
    assert_string_equal(message.text, "--value needs a value");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(defaults_stay_where_nothing_is_said),
        cmocka_unit_test(values_stand_behind_a_space_or_an_equals_sign),
        cmocka_unit_test(a_letter_is_the_same_as_the_name),
        cmocka_unit_test(last_of_two_counts_and_lists_keep_both),
        cmocka_unit_test(words_that_are_no_options_are_operands),
        cmocka_unit_test(help_is_asked_for_in_two_ways),
        cmocka_unit_test(unknown_options_are_named),
        cmocka_unit_test(missing_values_are_named),
        cmocka_unit_test(numbers_out_of_form_or_range_are_refused),
        cmocka_unit_test(fraction_of_a_millisecond_is_cut_off),
        cmocka_unit_test(durations_have_a_unit),
        cmocka_unit_test(durations_out_of_range_are_refused),
        cmocka_unit_test(texts_are_handed_on_in_their_order),
        cmocka_unit_test(a_taker_that_is_full_makes_the_line_wrong),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
