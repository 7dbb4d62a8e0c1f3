/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/config_check.h"

#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "base/must.h"
#include "cli/command.h"
#include "cli/node_flags.h"
#include "cli/sheet.h"
#include "daemon/config/config_json.h"

/* Every mistake that is kept, each with the longest path and text there can be, escaped. */
enum { JSON_SIZE_MAX = MISTAKES_MAX * 6 * (SETTINGS_PATH_MAX + MISTAKE_TEXT_MAX + 64) };

static void print_json(const struct config *config) {
    uint8_t *memory = memory_zeroed(JSON_SIZE_MAX, 1);
    struct buffer out = buffer_over(memory, JSON_SIZE_MAX);
    struct json_writer w = json_writer_into(&out);
    json_open_object(&w, NULL);
    json_put_boolean(&w, "ok", config_mistakes(config)->count == 0);
    json_put_text(&w, "file", config_file(config)[0] != '\0' ? config_file(config) : NULL);
    config_json_write_mistakes(&w, config);
    json_close_object(&w);
    must(!out.overflowed);
    (void)printf("%.*s\n", (int)out.size, (const char *)out.at);
    memory_free(memory);
}

static void print_strays(void) {
    const char *names[16];
    const size_t count = config_stray_variables(names, sizeof names / sizeof names[0]);
    for (size_t i = 0; i < count; i++) {
        char name[256];
        sheet_clean((struct span){(const uint8_t *)names[i], strcspn(names[i], "=")}, name, sizeof name);
        (void)fprintf(stderr, "skep config check: note: the variable %s names no option and does nothing\n", name);
    }
}

int config_check_run(int argc, char **argv, const char *help) {
    struct node_flags flags = {0};
    bool is_json = false;
    struct options_entry entries[NODE_FLAGS_ENTRIES + 1];
    const struct options_table table = {
        .command = "skep config check", .help = help, .entries = entries, .count = NODE_FLAGS_ENTRIES + 1};
    int exit_code;
    node_flags_entries(&flags, entries);
    entries[NODE_FLAGS_ENTRIES] = (struct options_entry){.name = "json", .kind = OPTIONS_FLAG, .into.flag = &is_json};
    if (!options_accept(&table, argc, argv, &exit_code)) return exit_code;
    struct config_source source = node_flags_source(&flags);
    struct config *config = config_load(&source);
    const bool is_good = config_mistakes(config)->count == 0;
    if (is_json)
        print_json(config);
    else if (is_good)
        (void)printf("ok: %s\n", config_file(config)[0] != '\0' ? config_file(config) : "there is no file");
    if (!is_json) {
        node_flags_print_mistakes(table.command, config);
        print_strays();
    }
    config_free(config);
    return is_good ? EXIT_CODE_DONE : EXIT_CODE_CHECK;
}
