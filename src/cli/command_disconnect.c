/* SPDX-License-Identifier: Apache-2.0 */
#include "base/json_writer.h"
#include "base/must.h"
#include "cli/api_client.h"
#include "cli/command.h"
#include "cli/options.h"

#include <stdio.h>
#include <string.h>

#define HELP                                                                                                           \
    "Examples:\n"                                                                                                      \
    "  skep disconnect q7fkw3hd2ozt5cnl6ebypu4vrj7am2xa              ends the link with that node\n"                   \
    "  skep disconnect q7fkw3hd2ozt5cnl6ebypu4vrj7am2xa --dry-run    whether there is one\n"                           \
    "\n"                                                                                                               \
    "Says goodbye and closes. This node does not call it again within a minute; it may call us. To keep it out:\n"     \
    "skep block add --node ID.\n"                                                                                      \
    "\n"                                                                                                               \
    "  --reason TEXT  --dry-run  --data DIR  --json\n"

struct wish {
    const char *data, *node, *reason;
    bool is_dry_run, is_json;
};

static int carry_out(struct api_client *client, const struct wish *wish) {
    static uint8_t memory[8192];
    struct buffer body = buffer_over(memory, sizeof memory - 1);
    struct json_writer w = json_writer_into(&body);
    const struct json_value *answer;
    json_open_object(&w, NULL);
    json_put_text(&w, "action", "link.disconnect");
    json_open_object(&w, "target");
    json_put_text(&w, "nodeId", wish->node);
    json_close_object(&w);
    if (wish->reason != NULL) json_put_text(&w, "reason", wish->reason);
    if (wish->is_dry_run) json_put_boolean(&w, "dryRun", true);
    json_close_object(&w);
    must(!body.overflowed);
    memory[body.size] = '\0';
    const int exit_code = api_client_post(client, "/api/v1/operations", (const char *)memory, &answer);
    if (exit_code != EXIT_CODE_DONE) return exit_code;
    if (wish->is_json)
        api_client_print(answer);
    else if (wish->is_dry_run)
        (void)printf("links that would end: %.0f\n", api_client_number(json_member(answer, "impact"), "linksCut"));
    else
        (void)puts("disconnected");
    return EXIT_CODE_DONE;
}

static int run(int argc, char **argv) {
    enum { TEXT_MAX = 300 };
    struct wish wish = {0};
    struct api_client client;
    const char *node[1];
    struct options_list operands = {.items = node, .capacity = 1};
    const struct options_entry entries[] = {
        API_CLIENT_DATA(&wish.data),
        API_CLIENT_JSON(&wish.is_json),
        {.name = "reason", .kind = OPTIONS_TEXT, .into.text = &wish.reason},
        {.name = "dry-run", .kind = OPTIONS_FLAG, .into.flag = &wish.is_dry_run},
    };
    const struct options_table table = {.command = "skep disconnect",
                                        .help = HELP,
                                        .entries = entries,
                                        .count = sizeof entries / sizeof entries[0],
                                        .operands = &operands,
                                        .operand_name = "NODE",
                                        .operands_min = 1};
    int exit_code;
    if (!options_accept(&table, argc, argv, &exit_code)) return exit_code;
    wish.node = node[0];
    if (strlen(wish.node) > TEXT_MAX || (wish.reason != NULL && strlen(wish.reason) > TEXT_MAX))
        return options_refuse(&table, "a value is too long");
    exit_code = api_client_open(&client, "skep disconnect", wish.data);
    if (exit_code == EXIT_CODE_DONE) exit_code = carry_out(&client, &wish);
    api_client_close(&client);
    return exit_code;
}

const struct command command_disconnect = {
    .name = "disconnect", .summary = "end the link with a node", .help = HELP, .run = run};
