/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/node_flags.h"

#include <stdio.h>

#include "cli/sheet.h"

static bool take(void *context, size_t which, const char *text) {
    struct node_flags *flags = context;
    if (flags->count == NODE_FLAGS_MAX) return false;
    flags->items[flags->count++] = (struct config_flag){(enum option_id)which, text};
    return true;
}

void node_flags_entries(struct node_flags *flags, struct options_entry *entries) {
    entries[0] = (struct options_entry){.name = "config", .kind = OPTIONS_TEXT, .into.text = &flags->file};
    for (size_t i = 0; i < OPTION_COUNT; i++) {
        const struct option *option = option_at((enum option_id)i);
        flags->takers[i] = (struct options_taker){take, flags, i};
        entries[i + 1] = (struct options_entry){
            .name = option->name,
            .kind = option->list_max == 0 ? OPTIONS_TAKEN_SWITCH : OPTIONS_TAKEN,
            .into.take = &flags->takers[i],
        };
    }
}

struct config_source node_flags_source(const struct node_flags *flags) {
    return (struct config_source){.file = flags->file, .flags = flags->items, .flag_count = flags->count};
}

void node_flags_print_mistakes(const char *command, const struct config *config) {
    const struct mistake_list *mistakes = config_mistakes(config);
    for (size_t i = 0; i < mistakes->count; i++) {
        uint8_t memory[SETTINGS_PATH_MAX + MISTAKE_TEXT_MAX + 64];
        char shown[sizeof memory + 1];
        struct buffer line = buffer_over(memory, sizeof memory);
        mistake_write(&line, &mistakes->items[i], config_file(config));
        sheet_clean(buffer_span(&line), shown, sizeof shown);
        (void)fprintf(stderr, "%s: %s\n", command, shown);
    }
    if (mistakes->more > 0) (void)fprintf(stderr, "%s: and %zu more\n", command, mistakes->more);
}
