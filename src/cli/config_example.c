/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/config_example.h"

#include <stdio.h>
#include <string.h>

#include "cli/command.h"
#include "cli/options.h"
#include "daemon/config/option.h"

enum { COLUMNS = 100 };

/* Words, broken into comment lines. */
static void print_words(const char *text) {
    size_t column = 1;
    (void)putchar('#');
    while (*text != '\0') {
        const size_t size = strcspn(text, " ");
        if (column + 1 + size > COLUMNS) {
            (void)fputs("\n#", stdout);
            column = 1;
        }
        (void)printf(" %.*s", (int)size, text);
        column += 1 + size;
        text += size;
        while (*text == ' ') text++;
    }
    (void)putchar('\n');
}

static void print_option(const struct option *option) {
    (void)putchar('\n');
    print_words(option->does);
    (void)printf("# %s%s.%s\n", option->apply == OPTION_APPLY_LIVE ? "A reload changes it" : "Changes with a restart",
                 option->list_max > 1 ? "; may be given again" : "",
                 option->fallback[0] == '\0' ? " Not set by default." : "");
    (void)printf("#%s = %s\n", option->name, option->fallback[0] != '\0' ? option->fallback : option->shape);
}

int config_example_run(int argc, char **argv, const char *help) {
    const struct options_table table = {.command = "skep config example", .help = help};
    const char *group = "";
    int exit_code;
    if (!options_accept(&table, argc, argv, &exit_code)) return exit_code;
    (void)puts("# Configuration of skep. Lines that begin with # are comments; each shows an option's default.\n"
               "# `skep config check` looks it over; `skep config reload` puts changes into force.");
    for (size_t i = 0; i < OPTION_COUNT; i++) {
        const struct option *option = option_at((enum option_id)i);
        if (strcmp(option->group, group) != 0) (void)printf("\n[%s]\n", option->group);
        group = option->group;
        print_option(option);
    }
    return EXIT_CODE_DONE;
}
