/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/config/config.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/memory.h"
#include "base/must.h"
#include "daemon/config/config_file.h"
#include "daemon/config/ini.h"

/* One value as it was written. Of an option those of the strongest origin count. */
struct item {
    enum option_id option;
    struct origin origin;
    char *text; /* owned */
};

struct config {
    char path[SETTINGS_PATH_MAX];
    size_t count;
    struct item items[CONFIG_ITEMS_MAX];
    struct mistake_list mistakes;
    struct settings settings;
};

/* ---- Items ---- */

/* Something is wrong with a value of the option; the caller says what. NULL: the list is full. */
static struct mistake *blame(struct config *config, enum option_id option, struct origin origin) {
    struct mistake *mistake = mistake_add(&config->mistakes, origin);
    if (mistake == NULL) return NULL;
    mistake->has_option = true;
    mistake->option = option;
    return mistake;
}

static void item_add(struct config *config, enum option_id option, struct origin origin, struct span text) {
    if (config->count == CONFIG_ITEMS_MAX) {
        mistake_say(blame(config, option, origin), "there are more values than this program takes");
        return;
    }
    struct item *item = &config->items[config->count++];
    *item = (struct item){option, origin, memory_zeroed(text.size + 1, 1)};
    if (text.size > 0) memcpy(item->text, text.at, text.size);
}

static bool is_between_values(uint8_t c) {
    return c == ',' || c == ' ' || c == '\t';
}

/* A list may stand in one text, with commas or blanks between. */
static void list_add(struct config *config, enum option_id option, struct origin origin, struct span text) {
    size_t begin = 0, count = 0;
    for (size_t i = 0; i <= text.size; i++) {
        if (i < text.size && !is_between_values(text.at[i])) continue;
        if (i > begin) item_add(config, option, origin, (struct span){text.at + begin, i - begin});
        count += i > begin;
        begin = i + 1;
    }
    if (count == 0) item_add(config, option, origin, SPAN_NONE); /* what is empty is refused like any other value */
}

static void value_add(struct config *config, enum option_id option, struct origin origin, struct span text) {
    if (option_at(option)->list_max > 1)
        list_add(config, option, origin, text);
    else
        item_add(config, option, origin, text);
}

/* ---- The file ---- */

static const struct item *item_of_file(const struct config *config, enum option_id option) {
    for (size_t i = 0; i < config->count; i++)
        if (config->items[i].option == option && config->items[i].origin.kind == ORIGIN_FILE) return &config->items[i];
    return NULL;
}

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
    const struct item *before = option_at(option)->list_max > 1 ? NULL : item_of_file(config, option);
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

/* ---- What counts ---- */

static enum origin_kind strongest(const struct config *config, enum option_id option) {
    enum origin_kind kind = ORIGIN_DEFAULT;
    for (size_t i = 0; i < config->count; i++)
        if (config->items[i].option == option && config->items[i].origin.kind > kind)
            kind = config->items[i].origin.kind;
    return kind;
}

/* Of a flag that is given twice the last one counts, as everywhere. */
static bool counts(const struct config *config, size_t index, enum origin_kind kind) {
    const struct item *item = &config->items[index];
    if (item->origin.kind != kind) return false;
    if (option_at(item->option)->list_max > 1) return true;
    for (size_t i = index + 1; i < config->count; i++)
        if (config->items[i].option == item->option && config->items[i].origin.kind == kind) return false;
    return true;
}

static const struct item *item_find(const struct config *config, enum option_id option, size_t index) {
    const enum origin_kind kind = strongest(config, option);
    for (size_t i = 0; i < config->count; i++)
        if (config->items[i].option == option && counts(config, i, kind) && index-- == 0) return &config->items[i];
    return NULL;
}

size_t config_value_count(const struct config *config, enum option_id option) {
    size_t count = 0;
    if (strongest(config, option) == ORIGIN_DEFAULT) return option_at(option)->fallback[0] != '\0';
    while (item_find(config, option, count) != NULL) count++;
    return count;
}

const char *config_value(const struct config *config, enum option_id option, size_t index) {
    const struct item *item = item_find(config, option, index);
    return item != NULL ? item->text : option_at(option)->fallback;
}

struct origin config_origin(const struct config *config, enum option_id option) {
    const struct item *item = item_find(config, option, 0);
    return item != NULL ? item->origin : (struct origin){ORIGIN_DEFAULT, 0};
}

bool config_same_value(const struct config *a, const struct config *b, enum option_id option) {
    const size_t count = config_value_count(a, option);
    if (config_value_count(b, option) != count) return false;
    for (size_t i = 0; i < count; i++)
        if (strcmp(config_value(a, option, i), config_value(b, option, i)) != 0) return false;
    return true;
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

static void option_take(struct config *config, enum option_id option) {
    const struct option *about = option_at(option);
    const size_t count = config_value_count(config, option);
    const size_t count_max = about->list_max > 1 ? about->list_max : 1;
    for (size_t i = 0; i < count && i < count_max; i++) {
        const struct item *item = item_find(config, option, i);
        const struct origin origin = item != NULL ? item->origin : (struct origin){ORIGIN_DEFAULT, 0};
        value_take(config, &config->settings, option, origin, config_value(config, option, i));
    }
    if (count > count_max)
        mistake_say(blame(config, option, item_find(config, option, count_max)->origin),
                    "expected at most %zu values, not %zu", count_max, count);
}

/* A value that does not count today, because a flag or a variable does, must be right all the same. */
static void overridden_check(struct config *config) {
    struct settings *nowhere = memory_zeroed(1, sizeof *nowhere);
    for (size_t i = 0; i < config->count; i++) {
        const struct item *item = &config->items[i];
        if (counts(config, i, strongest(config, item->option))) continue;
        *nowhere = (struct settings){0};
        value_take(config, nowhere, item->option, item->origin, item->text);
    }
    memory_free(nowhere);
}

static void settings_make(struct config *config) {
    char why[MISTAKE_TEXT_MAX];
    enum option_id option;
    overridden_check(config);
    for (size_t i = 0; i < OPTION_COUNT; i++) option_take(config, (enum option_id)i);
    if (settings_contradict(&config->settings, &option, why))
        mistake_say(blame(config, option, config_origin(config, option)), "%s", why);
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
    for (size_t i = 0; i < config->count; i++) memory_free(config->items[i].text);
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
