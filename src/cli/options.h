/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* The options of a command: a table says which there are and where their values go, one function reads them all.
 *
 *     bool is_json = false;
 *     int64_t for_ms = 60000;
 *     const struct options_entry entries[] = {
 *         {.name = "json", .kind = OPTIONS_FLAG, .into.flag = &is_json},
 *         {.name = "for", .kind = OPTIONS_DURATION, .into.integer = &for_ms, .min = 1000, .max = 86400000},
 *     };
 *     const struct options_table table = {.command = "skep control", .help = HELP, .entries = entries, .count = 2};
 *     int exit_code;
 *     if (!options_accept(&table, argc, argv, &exit_code)) return exit_code;
 *
 * What stands in a destination before is the default. `--name VALUE` and `--name=VALUE` are the same; an option given
 * twice counts as given last, unless it is a list; `--` ends the options; `-` alone is an operand; a value that begins
 * with `--` must be written with `=`. Every table has --help and -h without saying so.
 * Owns: nothing; texts point into argv.   Never: allocates; guesses an abbreviated name.
 * Full: a list that is full makes the command line wrong, with the limit in the message. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum options_kind {
    OPTIONS_FLAG,         /* --json               into.flag */
    OPTIONS_TEXT,         /* --peer-id ID         into.text */
    OPTIONS_TAKEN,        /* any of these         into.take: the text is handed on as it stands */
    OPTIONS_TAKEN_SWITCH, /* --quiet, --quiet=no  the same: "yes" when nothing stands there */
    OPTIONS_TEXT_LIST,    /* --peer A --peer B    into.list */
    OPTIONS_INTEGER,      /* --nodes 8            into.integer */
    OPTIONS_MILLISECONDS, /* --now 1763640000000  into.integer; a fraction, as browsers' clocks have, is cut off */
    OPTIONS_DURATION,     /* --for 90s            into.integer, in ms; units ms s m h d */
};

struct options_list {
    const char **items; /* memory of the caller, `capacity` long; the texts are borrowed from argv */
    size_t capacity;
    size_t count;
};

/* Who wants to judge the text himself, and to know the order in which values came. False: there is no room for it. */
struct options_taker {
    bool (*take)(void *context, size_t which, const char *text);
    void *context;
    size_t which; /* what the taker calls this option */
};

struct options_entry {
    const char *name; /* without the dashes */
    char letter;      /* of "-o", which means the same; 0: there is none */
    enum options_kind kind;
    union {
        bool *flag;
        const char **text;
        struct options_list *list;
        int64_t *integer;
        struct options_taker *take;
    } into;
    int64_t min; /* of numbers and durations; min and max both 0 = any (durations: not negative) */
    int64_t max;
    bool *is_given; /* set when the option stood there; may be NULL */
};

struct options_table {
    const char *command; /* as people type it: "skep ticket verify" */
    const char *help;    /* the whole text of --help, examples first */
    const struct options_entry *entries;
    size_t count;
    struct options_list *operands; /* what is no option; NULL = there may be none */
    const char *operand_name;      /* "FILE", for messages */
    size_t operands_min;
};

enum options_outcome { OPTIONS_RUN, OPTIONS_HELP, OPTIONS_WRONG };
enum { OPTIONS_MESSAGE_MAX = 256 };
struct options_message {
    char text[OPTIONS_MESSAGE_MAX]; /* one sentence that names the option */
};

/* argv[0] is the command's own name. Fills the message when the outcome is OPTIONS_WRONG. */
enum options_outcome options_read(const struct options_table *table, int argc, char **argv,
                                  struct options_message *message);
/* options_read and what every command does with it: help to stdout, a message to stderr. False = leave with
 * *exit_code. */
bool options_accept(const struct options_table *table, int argc, char **argv, int *exit_code);
/* For what only the command can judge ("--boot is not 16 hex digits"): the message, where help is, EXIT_CODE_USAGE. */
int options_refuse(const struct options_table *table, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* "90s" "15m" "2h" "500ms" "1d"; whole numbers only, no sign, a unit always. */
bool options_duration_read(const char *text, int64_t *duration_ms);
