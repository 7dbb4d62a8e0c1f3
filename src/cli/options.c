/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/options.h"

#include "base/number.h"
#include "cli/command.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* Beyond what a double holds exactly, a number would mean something else to the scripts that read our JSON. */
#define INTEGER_MAX ((1LL << 53) - 1)

/* One reading of a command line. */
struct reading {
    const struct options_table *table;
    int argc;
    char **argv;
    int next; /* index in argv */
    struct options_message *message;
};

__attribute__((format(printf, 2, 3))) static enum options_outcome wrong(struct reading *r, const char *format, ...) {
    va_list values;
    va_start(values, format);
    (void)vsnprintf(r->message->text, sizeof r->message->text, format, values);
    va_end(values);
    return OPTIONS_WRONG;
}

/* ---- Values ---- */

static bool is_between(const struct options_entry *entry, int64_t value) {
    bool has_limits = entry->min != 0 || entry->max != 0;
    int64_t min = has_limits ? entry->min : -INTEGER_MAX;
    int64_t max = has_limits ? entry->max : INTEGER_MAX;
    return value >= min && value <= max;
}

static bool milliseconds_read(const char *text, int64_t *value_ms) {
    const char *point = strchr(text, '.');
    struct span whole = span_of_text(text);
    if (point != NULL) {
        size_t digits = strspn(point + 1, "0123456789");
        if (digits == 0 || point[1 + digits] != '\0') return false;
        whole.size = (size_t)(point - text);
    }
    return number_read_i64(whole, value_ms);
}

static bool number_read(const struct options_entry *entry, const char *text, int64_t *value) {
    if (entry->kind == OPTIONS_DURATION) return options_duration_read(text, value);
    if (entry->kind == OPTIONS_MILLISECONDS) return milliseconds_read(text, value);
    return number_read_i64(span_of_text(text), value);
}

static const char *number_wanted(enum options_kind kind) {
    if (kind == OPTIONS_DURATION) return "a duration such as 90s, 15m or 2h";
    if (kind == OPTIONS_MILLISECONDS) return "a number of milliseconds";
    return "a whole number";
}

/* A limit as one would type it: "15m", "65535". */
static const char *limit_text(const struct options_entry *entry, int64_t limit, char text[32]) {
    static const struct {
        const char *name;
        int64_t ms;
    } units[] = {{"d", 86400000}, {"h", 3600000}, {"m", 60000}, {"s", 1000}, {"ms", 1}};
    bool is_duration = entry->kind == OPTIONS_DURATION && limit > 0;
    size_t i = 0;
    while (is_duration && limit % units[i].ms != 0) i++;
    (void)snprintf(text, 32, "%lld%s", (long long)(is_duration ? limit / units[i].ms : limit),
                   is_duration                           ? units[i].name
                   : entry->kind == OPTIONS_MILLISECONDS ? " milliseconds"
                                                         : "");
    return text;
}

static enum options_outcome number_take(struct reading *r, const struct options_entry *entry, const char *text) {
    int64_t value;
    char min[32], max[32];
    if (!number_read(entry, text, &value))
        return wrong(r, "--%s wants %s, not \"%s\"", entry->name, number_wanted(entry->kind), text);
    if (!is_between(entry, value))
        return entry->min == 0 && entry->max == 0
                   ? wrong(r, "--%s is too large", entry->name)
                   : wrong(r, "--%s must be between %s and %s, not %s", entry->name, limit_text(entry, entry->min, min),
                           limit_text(entry, entry->max, max), text);
    *entry->into.integer = value;
    return OPTIONS_RUN;
}

static enum options_outcome list_take(struct reading *r, struct options_list *list, const char *name,
                                      const char *text) {
    if (list->count == list->capacity) return wrong(r, "at most %zu times %s", list->capacity, name);
    list->items[list->count++] = text;
    return OPTIONS_RUN;
}

/* ---- One argument ---- */

/* The entry whose name stands at `name` up to its end or a '='. */
static const struct options_entry *entry_find(const struct options_table *table, const char *name) {
    size_t size = strcspn(name, "=");
    for (size_t i = 0; i < table->count; i++)
        if (strlen(table->entries[i].name) == size && memcmp(table->entries[i].name, name, size) == 0)
            return &table->entries[i];
    return NULL;
}

/* The value of the option at `name`: behind its '=', or the next argument. NULL when there is none. */
static const char *value_take(struct reading *r, const char *name) {
    const char *equals = strchr(name, '=');
    if (equals != NULL) return equals + 1;
    if (r->next == r->argc || strncmp(r->argv[r->next], "--", 2) == 0) return NULL;
    return r->argv[r->next++];
}

static enum options_outcome taken_store(struct reading *r, const struct options_entry *entry, const char *value) {
    const struct options_taker *taker = entry->into.take;
    if (taker->take(taker->context, taker->which, value)) return OPTIONS_RUN;
    return wrong(r, "--%s stands there too often", entry->name);
}

static enum options_outcome value_store(struct reading *r, const struct options_entry *entry, const char *value) {
    char shown[64];
    switch (entry->kind) {
    case OPTIONS_FLAG: *entry->into.flag = true; return OPTIONS_RUN;
    case OPTIONS_TEXT: *entry->into.text = value; return OPTIONS_RUN;
    case OPTIONS_TAKEN:
    case OPTIONS_TAKEN_SWITCH: return taken_store(r, entry, value);
    case OPTIONS_TEXT_LIST:
        (void)snprintf(shown, sizeof shown, "--%s", entry->name);
        return list_take(r, entry->into.list, shown, value);
    case OPTIONS_INTEGER:
    case OPTIONS_MILLISECONDS:
    case OPTIONS_DURATION: return number_take(r, entry, value);
    }
    return OPTIONS_WRONG;
}

static const char *name_of_letter(const struct options_table *table, char letter) {
    for (size_t i = 0; i < table->count; i++)
        if (table->entries[i].letter == letter) return table->entries[i].name;
    return NULL;
}

static enum options_outcome option_take(struct reading *r, const char *name) {
    const struct options_entry *entry = entry_find(r->table, name);
    const char *value = NULL;
    if (entry == NULL) return wrong(r, "there is no option --%.*s", (int)strcspn(name, "="), name);
    bool is_flag = entry->kind == OPTIONS_FLAG, is_switch = entry->kind == OPTIONS_TAKEN_SWITCH;
    bool has_equals = strchr(name, '=') != NULL;
    if (is_flag && has_equals) return wrong(r, "--%s takes no value", entry->name);
    if (is_switch && !has_equals)
        value = "yes";
    else if (!is_flag)
        value = value_take(r, name);
    if (!is_flag && value == NULL) return wrong(r, "--%s needs a value", entry->name);
    if (entry->is_given != NULL) *entry->is_given = true;
    return value_store(r, entry, value);
}

static enum options_outcome operand_take(struct reading *r, const char *text) {
    const struct options_list *operands = r->table->operands;
    if (operands == NULL || (operands->capacity == 1 && operands->count == 1))
        return wrong(r, "\"%s\" is one word too many", text);
    return list_take(r, r->table->operands, r->table->operand_name, text);
}

static bool is_help(const char *argument) {
    return strcmp(argument, "--help") == 0 || strcmp(argument, "-h") == 0;
}

static enum options_outcome argument_take(struct reading *r, const char *argument) {
    if (is_help(argument)) return OPTIONS_HELP;
    if (strncmp(argument, "--", 2) == 0) return option_take(r, argument + 2);
    const bool is_letter = argument[0] == '-' && argument[1] != '\0' && argument[2] == '\0';
    const char *name = is_letter ? name_of_letter(r->table, argument[1]) : NULL;
    if (name != NULL) return option_take(r, name);
    if (argument[0] == '-' && argument[1] != '\0') return wrong(r, "there is no option %s", argument);
    return operand_take(r, argument);
}

/* ---- The whole line ---- */

enum options_outcome options_read(const struct options_table *table, int argc, char **argv,
                                  struct options_message *message) {
    struct reading r = {.table = table, .argc = argc, .argv = argv, .next = 1, .message = message};
    bool has_ended = false; /* behind "--" */
    while (r.next < argc) {
        const char *argument = argv[r.next++];
        if (!has_ended && strcmp(argument, "--") == 0) {
            has_ended = true;
            continue;
        }
        enum options_outcome outcome = has_ended ? operand_take(&r, argument) : argument_take(&r, argument);
        if (outcome != OPTIONS_RUN) return outcome;
    }
    if (table->operands != NULL && table->operands->count < table->operands_min)
        return wrong(&r, "%s is missing", table->operand_name);
    return OPTIONS_RUN;
}

int options_refuse(const struct options_table *table, const char *format, ...) {
    va_list values;
    (void)fprintf(stderr, "%s: ", table->command);
    va_start(values, format);
    (void)vfprintf(stderr, format, values);
    va_end(values);
    (void)fprintf(stderr, "\nTry: %s --help\n", table->command);
    return EXIT_CODE_USAGE;
}

bool options_accept(const struct options_table *table, int argc, char **argv, int *exit_code) {
    struct options_message message = {0};
    switch (options_read(table, argc, argv, &message)) {
    case OPTIONS_RUN: return true;
    case OPTIONS_HELP:
        (void)fputs(table->help, stdout);
        *exit_code = EXIT_CODE_DONE;
        return false;
    case OPTIONS_WRONG: break;
    }
    *exit_code = options_refuse(table, "%s", message.text);
    return false;
}

static int64_t unit_ms(const char *unit) {
    if (strcmp(unit, "ms") == 0) return 1;
    if (strcmp(unit, "s") == 0) return 1000;
    if (strcmp(unit, "m") == 0) return 60 * 1000;
    if (strcmp(unit, "h") == 0) return 60 * 60 * 1000;
    if (strcmp(unit, "d") == 0) return 24 * 60 * 60 * 1000;
    return 0;
}

bool options_duration_read(const char *text, int64_t *duration_ms) {
    size_t digits = strspn(text, "0123456789");
    int64_t factor = unit_ms(text + digits);
    int64_t count;
    if (factor == 0 || !number_read_i64((struct span){(const uint8_t *)text, digits}, &count)) return false;
    if (count > INTEGER_MAX / factor) return false;
    *duration_ms = count * factor;
    return true;
}
