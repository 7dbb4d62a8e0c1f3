/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/api_client.h"
#include "cli/backup_words.h"
#include "cli/command.h"
#include "cli/interrupt.h"
#include "cli/node_flags.h"
#include "cli/passphrase.h"
#include "cli/progress_line.h"
#include "cli/sheet.h"
#include "crypto/wipe.h"
#include "daemon/backup/backup.h"
#include "daemon/content/community_file.h"
#include "daemon/loop/clock.h"
#include "daemon/store/data_folder.h"

#include <stdio.h>
#include <string.h>
#include <sys/resource.h>

#define HELP                                                                                                           \
    "Examples:\n"                                                                                                      \
    "  skep backup /mnt/usb/node.backup         all of the node, sealed under a passphrase that is asked for\n"        \
    "  skep backup --without-files node.backup  without what it only holds or fetched for itself\n"                    \
    "  skep backup --passphrase-file FILE /mnt/usb/node.backup\n"                                                      \
    "  skep backup verify /mnt/usb/node.backup  does all of it open?\n"                                                \
    "\n"                                                                                                               \
    "The node may run meanwhile. In the backup: both keys, the address book, pinned keys, what the caretaker did,\n"   \
    "the history, records and posts, sealed files, the community's secret. Not in it: api.token (a new one is\n"       \
    "made), the quarantine, the configuration file. Nothing brings a lost passphrase back. A file of that name is\n"   \
    "replaced when it is a backup, and only by a whole one. skep restore is the way back.\n"                           \
    "\n"                                                                                                               \
    "Options:\n"                                                                                                       \
    "  --data DIR               the node's data folder\n"                                                              \
    "  --without-files          leaves out sealed files that were not published here; a restored node fetches them\n"  \
    "                           again (files up to 64 KiB stay in)\n"                                                  \
    "  --passphrase-file FILE   its first line is the passphrase; only you may be able to read it\n"                   \
    "  --community-secret FILE  the community's secret, where the configuration and the running node do not say\n"     \
    "  --config FILE            the configuration file, or none\n"                                                     \
    "  --json                   what is in it, as JSON\n"                                                              \
    "\n"                                                                                                               \
    "Exit code 4: verify refuses it: another passphrase, damaged, not all there, no backup, or a newer skep's.\n"

enum { OPERANDS_MAX = 2, PATH_ROOM = SETTINGS_PATH_MAX };

struct order {
    const char *data, *config, *secret, *passphrase_file;
    bool leaves_files, is_json;
    const char *operands[OPERANDS_MAX];
    struct options_list operand_list;
    const char *path;
    char folder[PATH_ROOM];
    struct community_secret community;
    bool has_community;
    struct progress_line line;
    struct interrupt interrupt;
};
static const char command_name[] = "skep backup";

/* ---- The community's secret ---- */

/* Where the node that runs has it from, which only it knows when it was started with a flag. False: none runs, or it
 * has none. */
static bool ask_node(const struct order *order, char path[PATH_ROOM]) {
    struct api_client client;
    struct err_detail complaint = {0};
    const struct json_value *config;
    struct span text, value = SPAN_NONE;
    bool is_there = false;
    const bool is_open = api_client_open_quietly(&client, order->folder, &complaint) == EXIT_CODE_DONE;
    if (is_open && api_client_get(&client, "/api/v1/config", &text, &config) == EXIT_CODE_DONE) {
        const struct json_value *items = json_member(config, "items");
        for (size_t i = 0; i < json_array_count(items); i++) {
            const struct json_value *item = &items->as.items[i], *values = json_member(item, "values");
            if (!span_equal_text(api_client_text(item, "name"), "community-secret")) continue;
            is_there = json_array_count(values) > 0 && json_as_string(&values->as.items[0], &value) && value.size > 0 &&
                       value.at[0] == '/' && span_copy_text(value, path, PATH_ROOM);
        }
    }
    api_client_close(&client);
    return is_there;
}

static enum err read_secret(struct order *order, const char *configured, struct err_detail *detail) {
    char asked[PATH_ROOM];
    const char *path = order->secret != NULL ? order->secret : configured;
    if (order->secret == NULL && ask_node(order, asked)) path = asked;
    if (path[0] == '\0') return ERR_OK;
    const enum err err = community_file_read(path, &order->community, detail);
    order->has_community = err == ERR_OK;
    return err;
}

/* ---- Making it ---- */

static bool moved(void *context, uint64_t bytes) {
    struct order *order = context;
    const int64_t now_ms = clock_monotonic_us() / 1000;
    char size[32], rate[32];
    progress_line_note(&order->line, bytes, now_ms);
    if (progress_line_is_due(&order->line, now_ms))
        progress_line_show(&order->line, -1, now_ms, "%s  %s/s", sheet_bytes((double)bytes, size),
                           sheet_bytes(progress_line_rate(&order->line), rate));
    return !interrupt_came(&order->interrupt);
}

static void print_made(const struct order *order, const struct account *account) {
    if (order->is_json) {
        backup_words_print_json("file", order->path, account);
        return;
    }
    backup_words_print("saved", account);
    (void)fputs("Keep the passphrase apart from it: without it nothing of this comes back.\n", stderr);
}

static enum err make(struct order *order, struct err_detail *detail) {
    struct passphrase passphrase;
    struct account account;
    enum err err = passphrase_get(&passphrase, order->passphrase_file, true, detail);
    if (err != ERR_OK) return err == ERR_REFUSED ? ERR_USAGE : err;
    progress_line_init(&order->line);
    interrupt_open(&order->interrupt);
    err = backup_make(&(struct backup_options){.folder = order->folder,
                                               .path = order->path,
                                               .passphrase = passphrase_span(&passphrase),
                                               .community = order->has_community ? &order->community : NULL,
                                               .leaves_files = order->leaves_files,
                                               .now_ms = clock_wall_ms(),
                                               .moved = moved,
                                               .context = order},
                      &account, detail);
    passphrase_wipe(&passphrase);
    progress_line_clear(&order->line);
    interrupt_close(&order->interrupt);
    if (err == ERR_OK) print_made(order, &account);
    return err;
}

static int make_with(struct order *order, const struct settings *settings) {
    struct err_detail detail = {0};
    enum err err = data_folder_path(settings->data, order->folder, sizeof order->folder, &detail);
    if (err == ERR_OK) err = read_secret(order, settings->community_secret, &detail);
    if (err == ERR_OK) err = make(order, &detail);
    wipe_bytes(&order->community, sizeof order->community);
    if (err == ERR_OK) return EXIT_CODE_DONE;
    (void)fprintf(stderr, "%s: %s\n", command_name, detail.text[0] != '\0' ? detail.text : err_sentence(err));
    return err == ERR_USAGE ? EXIT_CODE_USAGE : EXIT_CODE_FAILED;
}

static int make_backup(struct order *order) {
    struct config_flag flag = {OPTION_DATA, order->data};
    const struct config_source source = {
        .file = order->config, .flags = &flag, .flag_count = order->data == NULL ? 0 : 1};
    struct config *config = config_load(&source);
    int exit_code = EXIT_CODE_USAGE;
    if (config_mistakes(config)->count > 0)
        node_flags_print_mistakes(command_name, config);
    else
        exit_code = make_with(order, config_settings(config));
    config_free(config);
    return exit_code;
}

/* ---- The command ---- */

static int verify(const struct order *order, const char *path) {
    struct backup_file file;
    int exit_code = backup_file_open(&file, command_name, path, order->passphrase_file);
    if (exit_code == EXIT_CODE_DONE) exit_code = backup_file_verify(&file, command_name, path, order->is_json);
    backup_file_close(&file);
    return exit_code;
}

static int run_with(struct order *order, int argc, char **argv) {
    const struct options_entry entries[] = {
        API_CLIENT_DATA(&order->data),
        API_CLIENT_JSON(&order->is_json),
        {.name = "without-files", .kind = OPTIONS_FLAG, .into.flag = &order->leaves_files},
        {.name = "passphrase-file", .kind = OPTIONS_TEXT, .into.text = &order->passphrase_file},
        {.name = "community-secret", .kind = OPTIONS_TEXT, .into.text = &order->secret},
        {.name = "config", .kind = OPTIONS_TEXT, .into.text = &order->config},
    };
    const struct options_table table = {.command = command_name,
                                        .help = HELP,
                                        .entries = entries,
                                        .count = sizeof entries / sizeof entries[0],
                                        .operands = &order->operand_list,
                                        .operand_name = "FILE",
                                        .operands_min = 1};
    int exit_code;
    if (!options_accept(&table, argc, argv, &exit_code)) return exit_code;
    const bool is_verify = strcmp(order->operands[0], "verify") == 0;
    if (is_verify && order->operand_list.count < 2) return options_refuse(&table, "FILE is missing");
    if (is_verify) return verify(order, order->operands[1]);
    if (order->operand_list.count > 1) return options_refuse(&table, "\"%s\" is one word too many", order->operands[1]);
    order->path = order->operands[0];
    return make_backup(order);
}

/* A crash must not write keys or the passphrase into a core file. */
static int run(int argc, char **argv) {
    const struct rlimit no_core = {0, 0};
    struct order order = {.operand_list = {.capacity = OPERANDS_MAX}};
    order.operand_list.items = order.operands;
    (void)setrlimit(RLIMIT_CORE, &no_core);
    return run_with(&order, argc, argv);
}

const struct command command_backup = {
    .name = "backup", .summary = "save all of a node in one sealed file", .help = HELP, .run = run};
