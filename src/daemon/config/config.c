/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/config/config.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/memory.h"
#include "base/must.h"
#include "daemon/config/config_file.h"
#include "daemon/config/ini.h"

struct config {
    char path[SETTINGS_PATH_MAX];
    struct values values;
    struct mistake_list mistakes;
    struct settings settings;
};

/* ---- Values ---- */

/* Something is wrong with a value of the option; the caller says what. NULL: the list is full. */
static struct mistake *blame(struct config *config, enum option_id option, struct origin origin) {
    struct mistake *mistake = mistake_add(&config->mistakes, origin);
    if (mistake == NULL) return NULL;
    mistake->has_option = true;
    mistake->option = option;
    return mistake;
}

static void single_add(struct config *config, enum option_id option, struct origin origin, struct span text) {
    if (!values_add(&config->values, option, origin, text))
        mistake_say(blame(config, option, origin), "there are more values than this program takes");
}

static bool is_between_values(uint8_t c) {
    return c == ',' || c == ' ' || c == '\t';
}

/* A list may stand in one text, with commas or blanks between. */
static void list_add(struct config *config, enum option_id option, struct origin origin, struct span text) {
    size_t begin = 0, count = 0;
    for (size_t i = 0; i <= text.size; i++) {
        if (i < text.size && !is_between_values(text.at[i])) continue;
        if (i > begin) single_add(config, option, origin, (struct span){text.at + begin, i - begin});
        count += i > begin;
        begin = i + 1;
    }
    if (count == 0) single_add(config, option, origin, SPAN_NONE); /* refused like any other value */
}

static void value_add(struct config *config, enum option_id option, struct origin origin, struct span text) {
    if (!ini_is_text(text))
        mistake_say(blame(config, option, origin), "%s", ini_fault_sentence(INI_NOT_TEXT));
    else if (option_at(option)->list_max > 1)
        list_add(config, option, origin, text);
    else
        single_add(config, option, origin, text);
}

/* ---- The file ---- */

static void heading_take(struct config *config, const struct ini_line *line, struct origin origin) {
    if (option_group_exists(line->name)) return;
    char groups[MISTAKE_TEXT_MAX / 2];
    mistake_say(mistake_add(&config->mistakes, origin), "[%.*s] is no heading of this file; expected one of %s",
                (int)line->name.size, (const char *)line->name.at, option_groups(groups, sizeof groups));
}

static void stranger_take(struct config *config, const struct ini_line *line, struct origin origin) {
    enum option_id meant;
    const bool has_meant = option_nearest(line->name, &meant);
    mistake_say(mistake_add(&config->mistakes, origin), "there is no option \"%.*s\"%s%s%s", (int)line->name.size,
                (const char *)line->name.at, has_meant ? "; is " : "; skep config show lists all",
                has_meant ? option_at(meant)->name : "", has_meant ? " meant?" : "");
}

static void entry_take(struct config *config, const struct ini_line *line, struct origin origin) {
    enum option_id option;
    if (!option_find(line->name, &option)) {
        stranger_take(config, line, origin);
        return;
    }
    const bool is_list = option_at(option)->list_max > 1;
    const struct value *before = is_list ? NULL : values_find(&config->values, option, ORIGIN_FILE, 0);
    if (before == NULL)
        value_add(config, option, origin, line->value);
    else
        mistake_say(blame(config, option, origin), "stands on line %u already; expected it once", before->origin.line);
}

static void line_take(struct config *config, const struct ini_line *line) {
    const struct origin origin = {ORIGIN_FILE, line->number};
    switch (line->kind) {
    case INI_EMPTY: return;
    case INI_HEADING: heading_take(config, line, origin); return;
    case INI_ENTRY: entry_take(config, line, origin); return;
    case INI_WRONG: mistake_say(mistake_add(&config->mistakes, origin), "%s", ini_fault_sentence(line->fault)); return;
    }
}

static void file_take(struct config *config) {
    uint8_t *memory = memory_zeroed(CONFIG_FILE_MAX + 1, 1);
    struct buffer text = buffer_over(memory, CONFIG_FILE_MAX + 1);
    struct err_detail detail = {0};
    if (config_file_read(config->path, &text, &detail) != ERR_OK) {
        mistake_say(mistake_add(&config->mistakes, (struct origin){ORIGIN_FILE, 0}), "%s", detail.text);
    } else {
        struct ini ini = ini_over(buffer_span(&text));
        struct ini_line line;
        while (ini_next(&ini, &line)) line_take(config, &line);
    }
    memory_free(memory);
}

/* ---- Variables and flags ---- */

static void variables_take(struct config *config) {
    for (size_t i = 0; i < OPTION_COUNT; i++) {
        char name[OPTION_VARIABLE_MAX];
        const char *text = getenv(option_variable((enum option_id)i, name));
        if (text == NULL) continue;
        value_add(config, (enum option_id)i, (struct origin){ORIGIN_ENVIRONMENT, 0}, span_of_text(text));
    }
}

static void flags_take(struct config *config, const struct config_source *source) {
    for (size_t i = 0; i < source->flag_count; i++)
        value_add(config, source->flags[i].option, (struct origin){ORIGIN_FLAG, 0},
                  span_of_text(source->flags[i].text));
}

static bool is_option_variable(const char *variable, size_t size) {
    for (size_t i = 0; i < OPTION_COUNT; i++) {
        char name[OPTION_VARIABLE_MAX];
        if (span_equal_text((struct span){(const uint8_t *)variable, size}, option_variable((enum option_id)i, name)))
            return true;
    }
    return span_equal_text((struct span){(const uint8_t *)variable, size}, "SKEP_CONFIG");
}

size_t config_stray_variables(const char *names[], size_t capacity) {
    size_t count = 0;
    for (char **variable = environ; *variable != NULL && count < capacity; variable++) {
        const size_t size = strcspn(*variable, "=");
        if (strncmp(*variable, "SKEP_", 5) == 0 && !is_option_variable(*variable, size)) names[count++] = *variable;
    }
    return count;
}

/* ---- Settings ---- */

static void value_take(struct config *config, struct settings *into, enum option_id option, struct origin origin,
                       const char *text) {
    char why[MISTAKE_TEXT_MAX];
    if (settings_take(into, option, text, why)) return;
    struct mistake *mistake = blame(config, option, origin);
    if (why[0] != '\0')
        mistake_say(mistake, "%s", why);
    else if (text[0] == '\0')
        mistake_say(mistake, "expected %s, not an empty value", option_at(option)->expected);
    else
        mistake_say(mistake, "expected %s, not \"%s\"", option_at(option)->expected, text);
}

/* The values that one origin has for the option. Those of a weaker one do not count today, and must be right all the
 * same. */
static void origin_take(struct config *config, struct settings *into, enum option_id option, enum origin_kind kind) {
    const size_t list_max = option_at(option)->list_max, count_max = list_max > 1 ? list_max : 1;
    const struct value *value, *first_beyond = values_find(&config->values, option, kind, count_max);
    size_t count = 0;
    for (; (value = values_find(&config->values, option, kind, count)) != NULL; count++)
        if (count < count_max) value_take(config, into, option, value->origin, value->text);
    if (first_beyond != NULL)
        mistake_say(blame(config, option, first_beyond->origin), "expected at most %zu values, not %zu", count_max,
                    count);
}

static void option_take(struct config *config, struct settings *nowhere, enum option_id option) {
    const enum origin_kind counts = values_origin(&config->values, option, 0).kind;
    if (counts == ORIGIN_DEFAULT && values_count(&config->values, option) > 0)
        value_take(config, &config->settings, option, (struct origin){ORIGIN_DEFAULT, 0}, option_at(option)->fallback);
    for (enum origin_kind kind = ORIGIN_FILE; kind <= ORIGIN_FLAG; kind++) {
        *nowhere = (struct settings){0};
        origin_take(config, kind == counts ? &config->settings : nowhere, option, kind);
    }
}

static void settings_make(struct config *config) {
    struct settings *nowhere = memory_zeroed(1, sizeof *nowhere);
    char why[MISTAKE_TEXT_MAX];
    enum option_id option;
    for (size_t i = 0; i < OPTION_COUNT; i++) option_take(config, nowhere, (enum option_id)i);
    if (settings_contradict(&config->settings, &option, why))
        mistake_say(blame(config, option, values_origin(&config->values, option, 0)), "%s", why);
    memory_free(nowhere);
}

struct config *config_load(const struct config_source *source) {
    struct config *config = memory_zeroed(1, sizeof *config);
    if (config_file_find(source->file, config->path, sizeof config->path)) file_take(config);
    variables_take(config);
    flags_take(config, source);
    settings_make(config);
    mistake_sort(&config->mistakes);
    return config;
}

void config_free(struct config *config) {
    if (config == NULL) return;
    values_deinit(&config->values);
    memory_free(config);
}

const char *config_file(const struct config *config) {
    return config->path;
}

const struct mistake_list *config_mistakes(const struct config *config) {
    return &config->mistakes;
}

const struct settings *config_settings(const struct config *config) {
    return &config->settings;
}

const struct values *config_values(const struct config *config) {
    return &config->values;
}

void config_settings_of(const struct values *values, struct settings *settings) {
    char why[MISTAKE_TEXT_MAX];
    *settings = (struct settings){0};
    for (enum option_id option = 0; option < OPTION_COUNT; option++)
        for (size_t i = 0; i < values_count(values, option); i++)
            must(settings_take(settings, option, values_text(values, option, i), why));
}
