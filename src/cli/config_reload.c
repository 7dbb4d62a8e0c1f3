/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/config_reload.h"

#include <stdio.h>

#include "cli/api_client.h"
#include "cli/command.h"
#include "cli/sheet.h"

enum { LINE_MAX_SIZE = 512 };

static void clean(const struct json_value *object, const char *name, char text[LINE_MAX_SIZE]) {
    sheet_clean(api_client_text(object, name), text, LINE_MAX_SIZE);
}

static size_t count_refused(const struct json_value *report) {
    const struct json_value *changes = json_member(report, "changes");
    size_t refused = 0;
    for (size_t i = 0; i < json_array_count(changes); i++)
        refused += span_equal_text(api_client_text(&changes->as.items[i], "outcome"), "refused");
    return refused;
}

static void print_changes(const struct json_value *report) {
    const struct json_value *changes = json_member(report, "changes");
    for (size_t i = 0; i < json_array_count(changes); i++) {
        char name[LINE_MAX_SIZE], outcome[LINE_MAX_SIZE], message[LINE_MAX_SIZE];
        clean(&changes->as.items[i], "name", name);
        clean(&changes->as.items[i], "outcome", outcome);
        clean(&changes->as.items[i], "message", message);
        (void)printf("%s: %s%s%s\n", name, outcome, message[0] != '\0' ? ": " : "", message);
    }
    if (json_array_count(changes) == 0) (void)puts("nothing has changed");
}

static void print_mistakes(const struct json_value *report) {
    const struct json_value *mistakes = json_member(report, "mistakes");
    const double more = api_client_number(report, "more");
    for (size_t i = 0; i < json_array_count(mistakes); i++) {
        char file[LINE_MAX_SIZE], option[LINE_MAX_SIZE], message[LINE_MAX_SIZE], line[32] = "";
        const double number = api_client_number(&mistakes->as.items[i], "line");
        clean(&mistakes->as.items[i], "file", file);
        clean(&mistakes->as.items[i], "option", option);
        clean(&mistakes->as.items[i], "message", message);
        if (number > 0) (void)snprintf(line, sizeof line, ":%.0f", number);
        (void)fprintf(stderr, "skep config reload: %s%s%s%s%s%s\n", file, line, file[0] != '\0' ? ": " : "", option,
                      option[0] != '\0' ? ": " : "", message);
    }
    if (more > 0) (void)fprintf(stderr, "skep config reload: and %.0f more\n", more);
    (void)fputs("skep config reload: nothing was changed\n", stderr);
}

static int reload(struct api_client *client, bool is_json) {
    const struct json_value *report;
    bool is_good = false;
    int exit_code = api_client_post(client, "/api/v1/config/reload", "{}", &report);
    if (exit_code != EXIT_CODE_DONE) return exit_code;
    (void)json_as_boolean(json_member(report, "ok"), &is_good);
    if (is_json)
        api_client_print(report);
    else if (is_good)
        print_changes(report);
    else
        print_mistakes(report);
    return is_good && count_refused(report) == 0 ? EXIT_CODE_DONE : EXIT_CODE_CHECK;
}

int config_reload_run(int argc, char **argv, const char *help) {
    return api_client_command(argc, argv, "skep config reload", help, reload);
}
