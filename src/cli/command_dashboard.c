/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/api_client.h"
#include "cli/command.h"

#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define HELP                                                                                                           \
    "Examples:\n"                                                                                                      \
    "  skep dashboard\n"                                                                                               \
    "  skep dashboard --open\n"                                                                                        \
    "  skep dashboard node\n"                                                                                          \
    "\n"                                                                                                               \
    "Prints the address of the node's page, with a login code that is good once, for a minute.\n"                      \
    "Usage: skep dashboard [networking|node] [options]\n"                                                              \
    "\n"                                                                                                               \
    "Options:\n"                                                                                                       \
    "  --open       opens it in the browser, too\n"                                                                    \
    "  --data DIR   the node's data folder\n"                                                                          \
    "  --json       {\"url\": \"...\", \"fragment\": \"#token=...\", \"expiresAt\": ...}\n"                            \
    "\n"                                                                                                               \
    "Of a node whose API is a Unix socket it prints what comes behind the address that your proxy has for the page.\n"

enum { URL_SIZE = 256 };

/* What xdg-open is given has been built of our own run.json and the API's code. */
static int open_in_browser(const char *url) {
    char word[] = "xdg-open";
    char address[URL_SIZE];
    char *arguments[] = {word, address, NULL};
    pid_t child;
    int status = 0;
    (void)snprintf(address, sizeof address, "%s", url);
    bool is_open = posix_spawnp(&child, word, NULL, NULL, arguments, environ) == 0 &&
                   waitpid(child, &status, 0) == child && WIFEXITED(status) && WEXITSTATUS(status) == 0;
    if (is_open) return EXIT_CODE_DONE;
    (void)fputs("skep dashboard: xdg-open did not open it; open the address above yourself\n", stderr);
    return EXIT_CODE_FAILED;
}

/* Codes are hex; anything else is not from our API. */
static bool take_code(const struct json_value *made, char code[128]) {
    return span_copy_text(api_client_text(made, "code"), code, 128) && code[0] != '\0' &&
           code[strspn(code, "0123456789abcdef")] == '\0';
}

/* `url` NULL: there is none that a browser could open. */
static void print_json(const char *url, const char *fragment, int64_t expires_at_ms) {
    const char *quote = url == NULL ? "" : "\"";
    (void)printf("{\"url\":%s%s%s,\"fragment\":\"%s\",\"expiresAt\":%lld}\n", quote, url == NULL ? "null" : url, quote,
                 fragment, (long long)expires_at_ms);
}

static int show(struct api_client *client, const char *panel, bool is_json, bool opens) {
    const struct json_value *made;
    char code[128], fragment[160], url[URL_SIZE];
    const bool is_unix = http_place_is_unix(&client->run.api);
    int exit_code = api_client_post(client, "/api/v1/login-codes", "{}", &made);
    if (exit_code != EXIT_CODE_DONE) return exit_code;
    if (!take_code(made, code)) {
        (void)fprintf(stderr, "%s: the node gave no login code\n", client->command);
        return EXIT_CODE_FAILED;
    }
    (void)snprintf(fragment, sizeof fragment, "#token=%s%s%s", code,
                   panel == NULL ? "" : "&panel=", panel == NULL ? "" : panel);
    (void)snprintf(url, sizeof url, "%s/%s", client->base, fragment);
    if (is_json) {
        print_json(is_unix ? NULL : url, fragment, api_client_time(made, "expiresAt"));
    } else {
        (void)printf("%s\n", is_unix ? fragment : url);
    }
    (void)fflush(stdout);
    if (is_unix && opens) {
        (void)fprintf(stderr,
                      "%s: the API is a Unix socket, which no browser opens; put this behind the address that "
                      "your proxy has for the page\n",
                      client->command);
        return EXIT_CODE_FAILED;
    }
    return opens ? open_in_browser(url) : EXIT_CODE_DONE;
}

static bool is_panel(const char *name) {
    return strcmp(name, "networking") == 0 || strcmp(name, "node") == 0;
}

static int run(int argc, char **argv) {
    const char *data = NULL, *panel = NULL;
    bool is_json = false, opens = false;
    int exit_code;
    struct api_client client;
    const struct options_entry entries[] = {
        API_CLIENT_DATA(&data), API_CLIENT_JSON(&is_json), {.name = "open", .kind = OPTIONS_FLAG, .into.flag = &opens}};
    struct options_list panels = {.items = &panel, .capacity = 1};
    const struct options_table table = {.command = "skep dashboard",
                                        .help = HELP,
                                        .entries = entries,
                                        .count = 3,
                                        .operands = &panels,
                                        .operand_name = "PANEL"};
    if (!options_accept(&table, argc, argv, &exit_code)) return exit_code;
    if (panel != NULL && !is_panel(panel)) return options_refuse(&table, "PANEL is networking or node");
    exit_code = api_client_open(&client, table.command, data);
    if (exit_code == EXIT_CODE_DONE) exit_code = show(&client, panel, is_json, opens);
    api_client_close(&client);
    return exit_code;
}

const struct command command_dashboard = {
    .name = "dashboard", .summary = "the address of the page, with a login code", .help = HELP, .run = run};
