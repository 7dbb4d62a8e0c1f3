/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/api_client.h"
#include "cli/command.h"
#include "cli/file_id.h"

#include <stdio.h>

#define HELP                                                                                                           \
    "Examples:\n"                                                                                                      \
    "  skep remove ID              this node lets go of the file: published, fetched, or held for others\n"            \
    "  skep remove ID ID ID        of several\n"                                                                       \
    "  skep remove WRONG-ID        what is wanted and nobody has is wanted no longer\n"                                \
    "  skep remove --force ID      also when no other node is known to hold it\n"                                      \
    "\n"                                                                                                               \
    "Done when it is gone from the disk. Others keep their copies, and skep get brings it back from them; the last\n"  \
    "copy that is known of is refused without --force, for nothing brings that back. Until it is wanted again or "     \
    "the\n"                                                                                                            \
    "node starts anew it is not taken when a neighbour offers it. An id may be the first digits (6 or more) of one\n"  \
    "that skep list shows.\n"                                                                                          \
    "\n"                                                                                                               \
    "Options:\n"                                                                                                       \
    "  --force       also the last copy that is known of\n"                                                            \
    "  --data DIR    the node's data folder\n"                                                                         \
    "  --json        a line of JSON for each: {\"id\", \"isRemoved\"}, and the \"code\" of the refusal\n"              \
    "\n"                                                                                                               \
    "Exit code 0 when all are removed, 4 when one is the last copy that is known of.\n"

enum { IDS_MAX = 4096 };

static void print(const char *id, const char *code, bool is_json) {
    const bool is_removed = code == NULL;
    if (is_json && is_removed)
        (void)printf("{\"id\":\"%s\",\"isRemoved\":true}\n", id);
    else if (is_json)
        (void)printf("{\"id\":\"%s\",\"isRemoved\":false,\"code\":\"%s\"}\n", id, code);
    else if (is_removed)
        (void)printf("%.*s is removed from this node\n", FILE_ID_DIGITS_SHOWN, id);
}

/* Of one that is refused: which, where its cause is said. */
static int remove_one(struct api_client *client, const char *text, bool is_forced, bool is_json) {
    char id[OBJECT_ID_TEXT_SIZE + 1], path[128], code[64];
    int exit_code = file_id_find(client, text, id);
    if (exit_code != EXIT_CODE_DONE) return exit_code;
    (void)snprintf(path, sizeof path, "/api/v1/files/%s%s", id, is_forced ? "?force=true" : "");
    exit_code = api_client_delete_coded(client, path, code, sizeof code);
    if (exit_code == EXIT_CODE_DONE) {
        print(id, NULL, is_json);
    } else if (code[0] != '\0') {
        (void)fprintf(stderr, "%s: %.*s is not removed\n", client->command, FILE_ID_DIGITS_SHOWN, id);
        print(id, code, is_json);
    }
    return exit_code;
}

/* One that is refused does not keep the others; a node that is gone does. */
static int remove_all(struct api_client *client, const struct options_list *ids, bool is_forced, bool is_json) {
    int worst = EXIT_CODE_DONE;
    for (size_t i = 0; i < ids->count && worst != EXIT_CODE_UNREACHABLE; i++) {
        const int exit_code = remove_one(client, ids->items[i], is_forced, is_json);
        if (exit_code > worst) worst = exit_code;
    }
    return worst;
}

static int run(int argc, char **argv) {
    struct api_client client;
    const char *data = NULL;
    bool is_forced = false, is_json = false;
    const char *ids[IDS_MAX];
    struct options_list operands = {.items = ids, .capacity = IDS_MAX};
    const struct options_entry entries[] = {{.name = "force", .kind = OPTIONS_FLAG, .into.flag = &is_forced},
                                            API_CLIENT_DATA(&data),
                                            API_CLIENT_JSON(&is_json)};
    const struct options_table table = {.command = "skep remove",
                                        .help = HELP,
                                        .entries = entries,
                                        .count = sizeof entries / sizeof entries[0],
                                        .operands = &operands,
                                        .operand_name = "ID",
                                        .operands_min = 1};
    int exit_code;
    if (!options_accept(&table, argc, argv, &exit_code)) return exit_code;
    for (size_t i = 0; i < operands.count; i++)
        if (!file_id_may_begin_one(ids[i]))
            return options_refuse(&table,
                                  "\"%s\" is no id of a file: 64 hex digits (0 to 9, a to f), or the first %d or more "
                                  "of one that is here",
                                  ids[i], FILE_ID_DIGITS_MIN);
    exit_code = api_client_open(&client, table.command, data);
    if (exit_code == EXIT_CODE_DONE) exit_code = remove_all(&client, &operands, is_forced, is_json);
    api_client_close(&client);
    return exit_code;
}

const struct command command_remove = {
    .name = "remove", .summary = "lets go of files, or of ids that are wanted", .help = HELP, .run = run};
