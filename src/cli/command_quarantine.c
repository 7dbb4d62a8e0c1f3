/* SPDX-License-Identifier: Apache-2.0 */
#include "base/number.h"
#include "cli/command.h"
#include "cli/panel_list.h"

#include <stdio.h>
#include <string.h>

#define HELP                                                                                                           \
    "Examples:\n"                                                                                                      \
    "  skep quarantine                  what peers sent that did not verify, newest first\n"                           \
    "  skep quarantine remove 7         it is thrown away, for good\n"                                                 \
    "  skep quarantine list --json | jq '.items[] | {sender, signer, expectedKey}'\n"                                  \
    "\n"                                                                                                               \
    "What a peer sends is verified before anything is made of it; what is not what it should be is kept here to be\n"  \
    "looked at, and asked of somebody else. WANTED is what was asked for, SENDER who sent it, PARTS AT the first "     \
    "byte\n"                                                                                                           \
    "that differs from a good copy, once one is here. --json tells the keys, too: whose signature it has (signer)\n"   \
    "and whose it had to have (expectedKey). The bytes lie in content/quarantine of the data folder, under the\n"      \
    "number; of more than 64 the oldest go.\n"                                                                         \
    "\n"                                                                                                               \
    "Options:\n"                                                                                                       \
    "  --data DIR    the node's data folder\n"                                                                         \
    "  --json        the API's answer as it is\n"

enum { ID_DIGITS_SHOWN = 12 };

static void put_entry(struct sheet *sheet, const struct json_value *item, int64_t now_ms) {
    char text[32];
    struct span wanted = api_client_text(item, "wanted");
    const double parts_at = api_client_number(item, "firstDifference");
    if (wanted.size > ID_DIGITS_SHOWN) wanted.size = ID_DIGITS_SHOWN;
    (void)snprintf(sheet_next(sheet), SHEET_CELL_MAX, "%.0f", api_client_number(item, "number"));
    sheet_put_text(sheet, span_of_text(sheet_span(now_ms - api_client_time(item, "at"), text)));
    sheet_put_text(sheet, api_client_text(item, "cause"));
    sheet_put_text(sheet, wanted);
    sheet_put_text(sheet, api_client_text(item, "sender"));
    sheet_put_text(sheet, span_of_text(sheet_bytes(api_client_number(item, "size"), text)));
    if (parts_at >= 0)
        (void)snprintf(sheet_next(sheet), SHEET_CELL_MAX, "%.0f", parts_at);
    else
        sheet_put_text(sheet, SPAN_LITERAL("?"));
}

static int list(struct api_client *client, bool is_json) {
    static const char *const titles[] = {"NUMBER", "AGO", "<CAUSE", "<WANTED", "<SENDER", "SIZE", "PARTS AT"};
    static const struct panel_list quarantine = {.path = "/api/v1/quarantine",
                                                 .titles = titles,
                                                 .title_count = sizeof titles / sizeof titles[0],
                                                 .put = put_entry,
                                                 .nothing = "everything that came verified"};
    return panel_list_show(&quarantine, client, is_json);
}

static int remove_entry(struct api_client *client, uint32_t number) {
    char path[64];
    (void)snprintf(path, sizeof path, "/api/v1/quarantine/%u", (unsigned)number);
    const int exit_code = api_client_delete(client, path);
    if (exit_code == EXIT_CODE_DONE) (void)printf("%u is thrown away\n", (unsigned)number);
    return exit_code;
}

static int run(int argc, char **argv) {
    struct api_client client;
    const char *data = NULL;
    bool is_json = false;
    uint32_t number = 0;
    const char *words[2] = {NULL, NULL};
    struct options_list operands = {.items = words, .capacity = 2};
    const struct options_entry entries[] = {API_CLIENT_DATA(&data), API_CLIENT_JSON(&is_json)};
    const struct options_table table = {.command = "skep quarantine",
                                        .help = HELP,
                                        .entries = entries,
                                        .count = sizeof entries / sizeof entries[0],
                                        .operands = &operands,
                                        .operand_name = "list or remove N"};
    int exit_code;
    if (!options_accept(&table, argc, argv, &exit_code)) return exit_code;
    const bool is_list = words[0] == NULL || strcmp(words[0], "list") == 0;
    if (!is_list && strcmp(words[0], "remove") != 0)
        return options_refuse(&table, "list or remove, not \"%s\"", words[0]);
    if (is_list && words[1] != NULL) return options_refuse(&table, "\"%s\" is one too many", words[1]);
    const bool has_number = words[1] != NULL && number_read_u32(span_of_text(words[1]), UINT32_MAX, &number);
    if (!is_list && !has_number) return options_refuse(&table, "remove which number? skep quarantine lists them");
    exit_code = api_client_open(&client, table.command, data);
    if (exit_code == EXIT_CODE_DONE) exit_code = is_list ? list(&client, is_json) : remove_entry(&client, number);
    api_client_close(&client);
    return exit_code;
}

const struct command command_quarantine = {
    .name = "quarantine", .summary = "what peers sent that did not verify", .help = HELP, .run = run};
