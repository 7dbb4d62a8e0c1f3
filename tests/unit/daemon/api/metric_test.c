/* SPDX-License-Identifier: Apache-2.0 */
/* The table of metrics keeps the rules of both texts, and the texts are exact. */
#include "daemon/api/metric_label.h"
#include "daemon/api/metric_text.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { TEXT_SIZE = 1024 * 1024 };

/* ---- The table ---- */

static bool is_name(const char *text) {
    bool is_good = text[0] >= 'a' && text[0] <= 'z';
    for (; *text != '\0'; text++)
        is_good = is_good && ((*text >= 'a' && *text <= 'z') || (*text >= '0' && *text <= '9') || *text == '_');
    return is_good;
}

static bool ends_with(const char *text, const char *end) {
    size_t size = strlen(text), end_size = strlen(end);
    return size >= end_size && strcmp(text + size - end_size, end) == 0;
}

static void names_are_unique_and_end_in_their_unit(void **state) {
    (void)state;
    for (enum metric m = 0; m < METRIC_COUNT; m++) {
        const struct metric_family *family = metric_family(m);
        char end[16];
        assert_true(is_name(family->name));
        assert_true(strncmp(family->name, "skep_", 5) == 0 || strncmp(family->name, "process_", 8) == 0);
        assert_false(ends_with(family->name, "_total") || ends_with(family->name, "_info"));
        assert_true(ends_with(family->help, "."));
        (void)snprintf(end, sizeof end, "_%s", metric_unit_name(family->unit));
        if (family->unit != METRIC_UNIT_NONE) assert_true(ends_with(family->name, end));
        for (enum metric other = 0; other < m; other++)
            assert_string_not_equal(family->name, metric_family(other)->name);
    }
}

static void families_share_the_sheet_without_a_gap(void **state) {
    (void)state;
    size_t next = 0;
    for (enum metric m = 0; m < METRIC_COUNT; m++) {
        assert_int_equal(metric_family(m)->first, next);
        next += metric_family(m)->series_count;
    }
    assert_int_equal(next, METRIC_SERIES_MAX);
    printf("%d families, at most %zu series\n", METRIC_COUNT, next);
}

static void text_of_labels(const struct metric_family *family, size_t index, char *text, size_t size) {
    struct metric_label labels[METRIC_LABELS_MAX];
    metric_labels_of(family, index, labels);
    (void)snprintf(text, size, "%s=%s,%s=%s", labels[0].key, labels[0].value, labels[1].key, labels[1].value);
}

static void every_series_of_a_family_says_something_else(void **state) {
    (void)state;
    for (enum metric m = 0; m < METRIC_COUNT; m++) {
        const struct metric_family *family = metric_family(m);
        for (size_t i = 0; i < family->series_count; i++) {
            struct metric_label labels[METRIC_LABELS_MAX];
            char own[160], other[160];
            metric_labels_of(family, i, labels);
            for (size_t k = 0; k < METRIC_LABELS_MAX; k++) {
                assert_true(labels[k].key[0] == '\0' || is_name(labels[k].key));
                assert_int_equal(labels[k].key[0] == '\0', labels[k].value[0] == '\0');
            }
            text_of_labels(family, i, own, sizeof own);
            for (size_t j = 0; j < i; j++) {
                text_of_labels(family, j, other, sizeof other);
                assert_string_not_equal(own, other);
            }
        }
    }
}

/* ---- The page for operators ---- */

static char *page_read(void) {
    static char text[256 * 1024];
    FILE *file = fopen(SKEP_SOURCE_DIR "/docs/operators/metrics.md", "r");
    assert_non_null(file);
    text[fread(text, 1, sizeof text - 1, file)] = '\0';
    (void)fclose(file);
    return text;
}

/* The line that the page has of a family. */
static void page_line_write(struct buffer *out, const struct metric_family *family) {
    static const char *const kinds[] = {"counter", "gauge", "info"};
    static const char *const ends[] = {"_total", "", "_info"};
    struct metric_label labels[METRIC_LABELS_MAX];
    char text[512];
    metric_labels_of(family, 0, labels);
    bool has_two = labels[1].key[0] != '\0';
    (void)snprintf(text, sizeof text, "\n| `%s%s` | %s | %s%s%s%s%s%s | %s |\n", family->name, ends[family->kind],
                   kinds[family->kind], labels[0].key[0] == '\0' ? "" : "`", labels[0].key,
                   labels[0].key[0] == '\0' ? "" : "`", has_two ? " `" : "", labels[1].key, has_two ? "`" : "",
                   family->help);
    buffer_put_text(out, text);
}

static void the_page_for_operators_tells_of_all_of_them(void **state) {
    (void)state;
    const char *page = page_read();
    char text[64];
    size_t lines = 0;
    (void)snprintf(text, sizeof text, "at most %d series", METRIC_SERIES_PROMISED);
    if (strstr(page, text) == NULL) fail_msg("docs/operators/metrics.md does not say: %s", text);
    for (enum metric m = 0; m < METRIC_COUNT; m++) {
        uint8_t memory[512];
        struct buffer line = buffer_over(memory, sizeof memory - 1);
        page_line_write(&line, metric_family(m));
        memory[line.size] = '\0';
        if (strstr(page, (char *)memory) == NULL) fail_msg("docs/operators/metrics.md lacks the line: %s", memory);
    }
    for (const char *at = page; (at = strstr(at, "\n| `")) != NULL; at++) lines++;
    assert_int_equal(lines, METRIC_COUNT); /* and of none that is not there */
}

/* ---- The texts ---- */

static char *text_of(const struct metric_sheet *sheet, enum metric_dialect dialect) {
    static uint8_t memory[TEXT_SIZE];
    struct buffer out = buffer_over(memory, sizeof memory - 1);
    metric_write(&out, sheet, dialect);
    assert_false(out.overflowed);
    memory[out.size] = '\0';
    return (char *)memory;
}

static struct metric_sheet a_few_figures(void) {
    struct metric_sheet sheet;
    metric_sheet_clear(&sheet);
    metric_set(&sheet, METRIC_PROCESS_CPU, 0, 1.25);
    metric_set_count(&sheet, METRIC_BUILD, 0, 1);
    metric_set_count(&sheet, METRIC_DIALS, 0, 1234567890123ULL);
    metric_set_count(&sheet, METRIC_LINKS, 2 * LINK_STATE_OPEN + METRIC_OUTBOUND, 3);
    metric_set_ms(&sheet, METRIC_RTT, METRIC_WORST, 0.5);
    return sheet;
}

static void prometheus_text_is_exact(void **state) {
    (void)state;
    struct metric_sheet sheet = a_few_figures();
    assert_string_equal(text_of(&sheet, METRIC_PROMETHEUS),
                        "# HELP process_cpu_seconds_total Processor time used, user and system.\n"
                        "# TYPE process_cpu_seconds_total counter\n"
                        "process_cpu_seconds_total 1.25\n"
                        "# HELP skep_build_info The version that runs.\n"
                        "# TYPE skep_build_info gauge\n"
                        "skep_build_info{version=\"" SKEP_VERSION "\"} 1\n"
                        "# HELP skep_links Links by who dialled and state.\n"
                        "# TYPE skep_links gauge\n"
                        "skep_links{direction=\"outbound\",state=\"open\"} 3\n"
                        "# HELP skep_dials_total Dials begun.\n"
                        "# TYPE skep_dials_total counter\n"
                        "skep_dials_total 1234567890123\n"
                        "# HELP skep_link_round_trip_seconds Round trip over open links that were measured.\n"
                        "# TYPE skep_link_round_trip_seconds gauge\n"
                        "skep_link_round_trip_seconds{of=\"worst\"} 0.0005\n");
}

static void openmetrics_text_is_exact(void **state) {
    (void)state;
    struct metric_sheet sheet = a_few_figures();
    assert_string_equal(text_of(&sheet, METRIC_OPENMETRICS),
                        "# HELP process_cpu_seconds Processor time used, user and system.\n"
                        "# TYPE process_cpu_seconds counter\n"
                        "# UNIT process_cpu_seconds seconds\n"
                        "process_cpu_seconds_total 1.25\n"
                        "# HELP skep_build The version that runs.\n"
                        "# TYPE skep_build info\n"
                        "skep_build_info{version=\"" SKEP_VERSION "\"} 1\n"
                        "# HELP skep_links Links by who dialled and state.\n"
                        "# TYPE skep_links gauge\n"
                        "skep_links{direction=\"outbound\",state=\"open\"} 3\n"
                        "# HELP skep_dials Dials begun.\n"
                        "# TYPE skep_dials counter\n"
                        "skep_dials_total 1234567890123\n"
                        "# HELP skep_link_round_trip_seconds Round trip over open links that were measured.\n"
                        "# TYPE skep_link_round_trip_seconds gauge\n"
                        "# UNIT skep_link_round_trip_seconds seconds\n"
                        "skep_link_round_trip_seconds{of=\"worst\"} 0.0005\n"
                        "# EOF\n");
}

static void what_is_not_known_is_left_out(void **state) {
    (void)state;
    struct metric_sheet sheet;
    metric_sheet_clear(&sheet);
    metric_set(&sheet, METRIC_READY, 0, NAN);
    metric_set(&sheet, METRIC_BOOK, 0, INFINITY);
    assert_string_equal(text_of(&sheet, METRIC_PROMETHEUS), "");
    assert_string_equal(text_of(&sheet, METRIC_OPENMETRICS), "# EOF\n");
}

static void a_full_sheet_has_every_series_once(void **state) {
    (void)state;
    struct metric_sheet sheet;
    size_t lines = 0;
    for (size_t i = 0; i < METRIC_SERIES_MAX; i++) sheet.values[i] = 1e15 + (double)i;
    const char *text = text_of(&sheet, METRIC_PROMETHEUS);
    assert_int_equal(text[strlen(text) - 1], '\n');
    assert_null(strstr(text, "\n\n"));
    for (const char *line = text; *line != '\0'; line = strchr(line, '\n') + 1) lines += *line != '#';
    assert_int_equal(lines, METRIC_SERIES_MAX);
    printf("%zu bytes\n", strlen(text));
}

static void a_choice_is_one_and_the_others_are_none(void **state) {
    (void)state;
    struct metric_sheet sheet;
    metric_sheet_clear(&sheet);
    metric_set_choice(&sheet, METRIC_STATE, VERDICT_CUT_OFF);
    for (size_t i = 0; i < METRIC_SERIES_STATE; i++)
        assert_true(sheet.values[metric_family(METRIC_STATE)->first + i] == (i == VERDICT_CUT_OFF ? 1 : 0));
}

static void foreign_characters_are_escaped(void **state) {
    (void)state;
    uint8_t memory[64];
    struct buffer out = buffer_over(memory, sizeof memory);
    metric_put_escaped(&out, "a\\b\n\"c\"", true);
    assert_true(span_equal_text(buffer_span(&out), "a\\\\b\\n\\\"c\\\""));
    out = buffer_over(memory, sizeof memory);
    metric_put_escaped(&out, "a\\b\n\"c\"", false);
    assert_true(span_equal_text(buffer_span(&out), "a\\\\b\\n\"c\""));
}

static void a_buffer_that_is_full_says_so(void **state) {
    (void)state;
    uint8_t memory[100];
    struct buffer out = buffer_over(memory, sizeof memory);
    struct metric_sheet sheet = a_few_figures();
    metric_write(&out, &sheet, METRIC_PROMETHEUS);
    assert_true(out.overflowed);
}

static void the_scraper_chooses_the_text(void **state) {
    (void)state;
    static const struct {
        const char *accept;
        enum metric_dialect dialect;
    } cases[] = {
        {"", METRIC_PROMETHEUS},
        {"*/*", METRIC_PROMETHEUS},
        {"text/html,application/xhtml+xml,*/*;q=0.8", METRIC_PROMETHEUS},
        {"application/json", METRIC_PROMETHEUS},
        {"application/openmetrics-text", METRIC_OPENMETRICS},
        {"application/*", METRIC_OPENMETRICS},
        /* Prometheus 2.42 and 3.0, as they ask. */
        {"application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,"
         "text/plain;version=0.0.4;q=0.5,*/*;q=0.1",
         METRIC_OPENMETRICS},
        {"application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,application/openmetrics-text;"
         "version=0.0.1;q=0.5,text/plain;version=1.0.0;escaping=allow-utf-8;q=0.4,text/plain;version=0.0.4;q=0.3,"
         "*/*;q=0.2",
         METRIC_OPENMETRICS},
        {"text/plain;version=0.0.4;q=0.9, application/openmetrics-text;version=1.0.0;q=0.8", METRIC_PROMETHEUS},
        {"text/plain, application/openmetrics-text", METRIC_PROMETHEUS},
        {"application/openmetrics-text;version=0.0.1", METRIC_PROMETHEUS},
        {"text/plain;q=0, application/openmetrics-text;q=0", METRIC_PROMETHEUS},
        {"text/plain;q=0, */*;q=0.1", METRIC_OPENMETRICS},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        assert_int_equal(metric_dialect_wanted(span_of_text(cases[i].accept)), cases[i].dialect);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_are_unique_and_end_in_their_unit),
        cmocka_unit_test(families_share_the_sheet_without_a_gap),
        cmocka_unit_test(every_series_of_a_family_says_something_else),
        cmocka_unit_test(the_page_for_operators_tells_of_all_of_them),
        cmocka_unit_test(prometheus_text_is_exact),
        cmocka_unit_test(openmetrics_text_is_exact),
        cmocka_unit_test(what_is_not_known_is_left_out),
        cmocka_unit_test(a_full_sheet_has_every_series_once),
        cmocka_unit_test(a_choice_is_one_and_the_others_are_none),
        cmocka_unit_test(foreign_characters_are_escaped),
        cmocka_unit_test(a_buffer_that_is_full_says_so),
        cmocka_unit_test(the_scraper_chooses_the_text),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
