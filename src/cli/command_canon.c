/* SPDX-License-Identifier: Apache-2.0 */
#include "base/json.h"
#include "base/memory.h"
#include "cli/command.h"
#include "cli/input.h"
#include "cli/options.h"

#include <stdio.h>
#include <unistd.h>

#define HELP                                                                                                           \
    "Examples:\n"                                                                                                      \
    "  echo '{\"b\":1,\"a\":[2.50]}' | skep canon          prints {\"a\":[2.5],\"b\":1}\n"                             \
    "  skep canon < manifest.json | sha256sum\n"                                                                       \
    "\n"                                                                                                               \
    "Reads JSON from standard input (1 MiB at most) and prints its canonical form, the text that signatures cover:\n"  \
    "keys in collation order, shortest numbers, no white space. No newline follows, unless a terminal reads along.\n"  \
    "\n"                                                                                                               \
    "Exit code 4: the input is not JSON, or an object has keys (foreign, not ASCII) whose order the rule does not\n"   \
    "decide.\n"

enum { TEXT_SIZE_MAX = 1 << 20 };

/* The system hands out the pages of these only as they are touched. A value is 48 bytes for two of text, a sorted
 * member 16; a number of five characters (1e300) may print as 21 and more. */
enum { ARENA_SIZE = 64 << 20, OUT_SIZE = 8 << 20 };

static int refuse(enum json_fault fault, size_t at) {
    if (fault == JSON_FAULT_KEY_ORDER)
        (void)fputs("skep canon: the order of an object's keys is not decided (foreign keys that are not ASCII)\n",
                    stderr);
    else if (fault == JSON_FAULT_SYNTAX)
        (void)fprintf(stderr, "skep canon: not JSON, at byte %zu\n", at);
    else
        (void)fprintf(stderr, "skep canon: refused (%s), at byte %zu\n", json_fault_name(fault), at);
    return EXIT_CODE_CHECK;
}

static int canon_write(struct span text, struct arena *arena, struct buffer *out) {
    enum json_fault fault;
    size_t fault_at = 0;
    const struct json_value *value = json_parse(text, JSON_CANON, arena, &fault, &fault_at);
    if (value != NULL) fault = json_write_canonical(value, arena, out);
    if (fault != JSON_FAULT_NONE) return refuse(fault, fault_at);
    (void)fwrite(out->at, 1, out->size, stdout);
    if (isatty(STDOUT_FILENO)) (void)fputc('\n', stdout);
    return EXIT_CODE_DONE;
}

static int canon(struct span text) {
    void *arena_memory = memory_zeroed(1, ARENA_SIZE);
    void *out_memory = memory_zeroed(1, OUT_SIZE);
    struct arena arena = arena_over(arena_memory, ARENA_SIZE);
    struct buffer out = buffer_over(out_memory, OUT_SIZE);
    int exit_code = canon_write(text, &arena, &out);
    memory_free(out_memory);
    memory_free(arena_memory);
    return exit_code;
}

static int run(int argc, char **argv) {
    const struct options_table table = {.command = "skep canon", .help = HELP};
    struct err_detail detail;
    struct input input;
    int exit_code;
    if (!options_accept(&table, argc, argv, &exit_code)) return exit_code;
    enum err err = input_open(&input, "-", TEXT_SIZE_MAX, &detail);
    if (err == ERR_OK) exit_code = canon(input_span(&input));
    if (err != ERR_OK) {
        (void)fprintf(stderr, "skep canon: %s\n", detail.text);
        exit_code = err == ERR_LIMIT ? EXIT_CODE_CHECK : EXIT_CODE_FAILED;
    }
    input_close(&input);
    return exit_code;
}

const struct command command_canon = {
    .name = "canon", .summary = "the canonical form of JSON, as signatures cover it", .help = HELP, .run = run};
