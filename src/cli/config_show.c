/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/config_show.h"

#include <stdio.h>

#include "base/memory.h"
#include "base/must.h"
#include "cli/api_client.h"
#include "cli/command.h"
#include "cli/node_flags.h"
#include "cli/sheet.h"
#include "daemon/config/config_json.h"

/* Every value there can be, escaped, and the tree of it. */
enum { JSON_SIZE_MAX = 4 << 20, TREE_SIZE = 16 << 20 };

/* ---- The table ---- */

static void put_values(struct sheet *sheet, const struct json_value *values) {
    char cell[SHEET_CELL_MAX] = "", one[SHEET_CELL_MAX];
    size_t size = 0;
    struct span text;
    const size_t count = json_array_count(values);
    for (size_t i = 0; i < count && size < sizeof cell; i++) {
        if (!json_as_string(&values->as.items[i], &text)) continue;
        sheet_clean(text, one, sizeof one);
        size += (size_t)snprintf(cell + size, sizeof cell - size, "%s%s", size > 0 ? " " : "", one);
    }
    sheet_put_text(sheet, span_of_text(cell));
}

static void put_origin(struct sheet *sheet, const struct json_value *item) {
    char path[SHEET_CELL_MAX], variable[OPTION_VARIABLE_MAX];
    const struct span origin = api_client_text(item, "origin");
    enum option_id option;
    char *cell = sheet_next(sheet);
    cell[0] = '\0';
    if (span_equal_text(origin, origin_name(ORIGIN_FILE))) {
        sheet_clean(api_client_text(item, "file"), path, sizeof path);
        (void)snprintf(cell, SHEET_CELL_MAX, "%.*s:%.0f", SHEET_CELL_MAX - 16, path, api_client_number(item, "line"));
    } else if (span_equal_text(origin, origin_name(ORIGIN_ENVIRONMENT)) &&
               option_find(api_client_text(item, "name"), &option)) {
        (void)snprintf(cell, SHEET_CELL_MAX, "%s", option_variable(option, variable));
    } else {
        (void)snprintf(cell, SHEET_CELL_MAX, "%.*s", (int)origin.size, (const char *)origin.at);
    }
}

static void print_table(const struct json_value *config) {
    static const char *const titles[] = {"<OPTION", "<VALUE", "<FROM", "<RELOAD", "<AFTER A RESTART"};
    const struct json_value *items = json_member(config, "items");
    struct sheet sheet;
    sheet_init(&sheet, titles, sizeof titles / sizeof titles[0]);
    const size_t count = json_array_count(items);
    for (size_t i = 0; i < count; i++) {
        const struct json_value *item = &items->as.items[i];
        sheet_put_text(&sheet, api_client_text(item, "name"));
        put_values(&sheet, json_member(item, "values"));
        put_origin(&sheet, item);
        sheet_put_text(&sheet, span_equal_text(api_client_text(item, "apply"), "live") ? SPAN_LITERAL("at once")
                                                                                       : SPAN_LITERAL("restart"));
        put_values(&sheet, json_member(item, "pending"));
    }
    sheet_print(&sheet);
    sheet_deinit(&sheet);
}

static void print_answer(const struct json_value *config, bool is_json) {
    if (is_json)
        (void)printf("%.*s\n", (int)config->text.size, (const char *)config->text.at);
    else
        print_table(config);
}

/* ---- Of a node that runs ---- */

static int show_running(const char *data, bool is_json) {
    struct api_client client;
    struct span text;
    const struct json_value *config;
    int exit_code = api_client_open(&client, "skep config show", data);
    if (exit_code == EXIT_CODE_DONE) exit_code = api_client_get(&client, "/api/v1/config", &text, &config);
    if (exit_code == EXIT_CODE_DONE) print_answer(config, is_json);
    api_client_close(&client);
    return exit_code;
}

/* ---- Of a start ---- */

static void show_config(const struct config *config, bool is_json) {
    uint8_t *memory = memory_zeroed(JSON_SIZE_MAX, 1);
    void *tree = memory_zeroed(TREE_SIZE, 1);
    struct buffer out = buffer_over(memory, JSON_SIZE_MAX);
    struct arena arena = arena_over(tree, TREE_SIZE);
    struct json_writer w = json_writer_into(&out);
    enum json_fault fault;
    json_open_object(&w, NULL);
    config_json_write(&w, config_file(config), config_values(config), config_values(config));
    json_close_object(&w);
    must(!out.overflowed);
    print_answer(json_parse(buffer_span(&out), JSON_WIRE, &arena, &fault, NULL), is_json);
    memory_free(tree);
    memory_free(memory);
}

static int show_start(const struct node_flags *flags, bool is_json) {
    const struct config_source source = node_flags_source(flags);
    struct config *config = config_load(&source);
    const bool is_good = config_mistakes(config)->count == 0;
    show_config(config, is_json);
    node_flags_print_mistakes("skep config show", config);
    config_free(config);
    return is_good ? EXIT_CODE_DONE : EXIT_CODE_CHECK;
}

static const char *data_flag(const struct node_flags *flags) {
    for (size_t i = flags->count; i > 0; i--)
        if (flags->items[i - 1].option == OPTION_DATA) return flags->items[i - 1].text;
    return NULL;
}

int config_show_run(int argc, char **argv, const char *help) {
    enum { ENTRIES = NODE_FLAGS_ENTRIES + 2 };
    struct node_flags flags = {0};
    bool is_json = false, is_running = false;
    struct options_entry entries[ENTRIES];
    const struct options_table table = {
        .command = "skep config show", .help = help, .entries = entries, .count = ENTRIES};
    int exit_code;
    node_flags_entries(&flags, entries);
    entries[NODE_FLAGS_ENTRIES] = (struct options_entry)API_CLIENT_JSON(&is_json);
    entries[NODE_FLAGS_ENTRIES + 1] =
        (struct options_entry){.name = "running", .kind = OPTIONS_FLAG, .into.flag = &is_running};
    if (!options_accept(&table, argc, argv, &exit_code)) return exit_code;
    return is_running ? show_running(data_flag(&flags), is_json) : show_start(&flags, is_json);
}
