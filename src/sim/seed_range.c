/* SPDX-License-Identifier: Apache-2.0 */
#include "sim/seed_range.h"

#include "sim/shrink.h"

#include <string.h>

enum { LINE_BYTES_MAX = 2048, DIGITS_MAX = 18 };

static bool read_number(const char **at, uint64_t *number) {
    const char *from = *at;
    *number = 0;
    for (; **at >= '0' && **at <= '9'; (*at)++) *number = *number * 10 + (uint64_t)(**at - '0');
    return *at > from && *at - from <= DIGITS_MAX;
}

bool seed_range_read(struct seed_range *range, const char *text) {
    if (!read_number(&text, &range->first)) return false;
    range->last = range->first;
    if (*text == '\0') return true;
    if (strncmp(text, "..", 2) != 0) return false;
    text += 2;
    return read_number(&text, &range->last) && *text == '\0' && range->first <= range->last;
}

static void print(const struct seed_range *range, const struct buffer *out) {
    range->print(range->context, buffer_span(out));
}

static void print_line(const struct seed_range *range, const char *before, const struct scenario_options *options,
                       const struct scenario_report *report) {
    uint8_t memory[LINE_BYTES_MAX];
    struct buffer out = buffer_over(memory, sizeof memory);
    buffer_put_text(&out, before);
    scenario_write_line(&out, options, report);
    print(range, &out);
}

static void print_command(const struct seed_range *range, const char *before, const struct scenario_options *options) {
    uint8_t memory[LINE_BYTES_MAX];
    struct buffer out = buffer_over(memory, sizeof memory);
    buffer_put_text(&out, before);
    scenario_write_command(&out, options);
    buffer_put_text(&out, "\n");
    print(range, &out);
}

static void tell_try(void *context, const struct scenario_options *options, const struct scenario_report *report) {
    const struct seed_range *range = context;
    if (!scenario_is_good(report)) print_command(range, "  fails too: ", options);
}

bool seed_range_shrink(const struct seed_range *range, const struct scenario_options *failing) {
    struct shrink_result result;
    struct seed_range copy = *range;
    if (!shrink(failing, &(struct shrink_listener){tell_try, &copy}, &result)) return false;
    print_line(range, "  smallest: ", &result.options, &result.report);
    print_command(range, "  replay: ", &result.options);
    return true;
}

static bool run_one(const struct seed_range *range, const struct scenario_options *options) {
    struct scenario_report report;
    scenario_run(options, &report);
    print_line(range, "", options, &report);
    if (scenario_is_good(&report)) return true;
    print_command(range, "  replay: ", options);
    if (range->shrinks) (void)seed_range_shrink(range, options);
    return false;
}

size_t seed_range_run(const struct seed_range *range, const struct scenario_options *options) {
    size_t failed = 0;
    for (uint64_t seed = range->first; seed <= range->last; seed++) {
        struct scenario_options with_seed = *options;
        with_seed.seed = seed;
        failed += !run_one(range, &with_seed);
    }
    return failed;
}
