/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/api_client.h"
#include "cli/backup_words.h"
#include "cli/command.h"
#include "cli/interrupt.h"
#include "cli/progress_line.h"
#include "cli/sheet.h"
#include "daemon/backup/restoration.h"
#include "daemon/loop/clock.h"
#include "daemon/store/data_folder.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#define HELP                                                                                                           \
    "Examples:\n"                                                                                                      \
    "  skep restore /mnt/usb/node.backup --data DIR    the node as it was, in a folder that is not there yet\n"        \
    "  skep restore /mnt/usb/node.backup --check       does all of it open? Nothing is written\n"                      \
    "\n"                                                                                                               \
    "The passphrase is asked for on the terminal. Everything is verified before the folder is there at all. The "      \
    "node\n"                                                                                                           \
    "that starts in it first listens: while the one it was made from is still on the network it stays off it, and\n"   \
    "says so (skep status); it goes on by itself once the other has been gone for three minutes.\n"                    \
    "\n"                                                                                                               \
    "Options:\n"                                                                                                       \
    "  --data DIR              the data folder to be, which is not there yet or empty\n"                               \
    "  --passphrase-file FILE  its first line is the passphrase\n"                                                     \
    "  --check                 only verifies\n"                                                                        \
    "  --json                  what came back, as JSON\n"                                                              \
    "\n"                                                                                                               \
    "Exit code 4: it is refused: another passphrase, damaged, not all there, no backup, or a newer skep's.\n"

struct order {
    const char *data, *passphrase_file, *path;
    bool is_check, is_json;
    char folder[4096];
    struct progress_line line;
    struct interrupt interrupt;
};
static const char command_name[] = "skep restore";

static bool moved(void *context, uint64_t done, uint64_t total) {
    struct order *order = context;
    const int64_t now_ms = clock_monotonic_us() / 1000;
    char bytes[32], all[32];
    progress_line_note(&order->line, done, now_ms);
    if (progress_line_is_due(&order->line, now_ms))
        progress_line_show(&order->line, total == 0 ? -1 : (double)done / (double)total, now_ms, "%s of %s",
                           sheet_bytes((double)done, bytes), sheet_bytes((double)total, all));
    return !interrupt_came(&order->interrupt);
}

static bool has_secret(const struct order *order) {
    char path[sizeof order->folder + 32];
    (void)snprintf(path, sizeof path, "%s/community.secret", order->folder);
    return access(path, F_OK) == 0;
}

static void print_restored(const struct order *order, const struct account *account) {
    if (order->is_json) {
        backup_words_print_json("data", order->folder, account);
        return;
    }
    backup_words_print("restored", account);
    (void)printf("into  %s\n", order->folder);
    /* The secret has to be named by its whole path. */
    char whole[PATH_MAX];
    const char *folder = realpath(order->folder, whole) != NULL ? whole : order->folder;
    (void)fprintf(stderr, "Stop the node it was made from, should it still run; then: skep run --data %s%s%s%s\n",
                  folder, has_secret(order) ? " --community-secret " : "", has_secret(order) ? folder : "",
                  has_secret(order) ? "/community.secret" : "");
}

static int restore(struct order *order, struct backup_file *file) {
    struct account account;
    struct err_detail detail = {0};
    progress_line_init(&order->line);
    interrupt_open(&order->interrupt);
    const enum err err = restoration_run(&(struct restoration_options){.folder = order->folder,
                                                                       .reader = file->reader,
                                                                       .now_ms = clock_wall_ms(),
                                                                       .moved = moved,
                                                                       .context = order},
                                         &account, &detail);
    progress_line_clear(&order->line);
    interrupt_close(&order->interrupt);
    if (err != ERR_OK) return backup_words_failed(command_name, err, &detail);
    print_restored(order, &account);
    return EXIT_CODE_DONE;
}

/* What speaks against the folder is said before the passphrase is asked for. */
static int run_order(struct order *order) {
    struct backup_file file;
    struct err_detail detail = {0};
    enum err err = ERR_OK;
    if (!order->is_check) {
        err = data_folder_path(order->data, order->folder, sizeof order->folder, &detail);
        if (err == ERR_OK) err = restoration_may_begin(order->folder, &detail);
        if (err != ERR_OK) return backup_words_failed(command_name, err, &detail);
    }
    int exit_code = backup_file_open(&file, command_name, order->path, order->passphrase_file);
    if (exit_code == EXIT_CODE_DONE)
        exit_code = order->is_check ? backup_file_verify(&file, command_name, order->path, order->is_json)
                                    : restore(order, &file);
    backup_file_close(&file);
    return exit_code;
}

static int run(int argc, char **argv) {
    const struct rlimit no_core = {0, 0};
    struct order order = {0};
    struct options_list operands = {.items = &order.path, .capacity = 1};
    const struct options_entry entries[] = {
        API_CLIENT_DATA(&order.data),
        API_CLIENT_JSON(&order.is_json),
        {.name = "passphrase-file", .kind = OPTIONS_TEXT, .into.text = &order.passphrase_file},
        {.name = "check", .kind = OPTIONS_FLAG, .into.flag = &order.is_check},
    };
    const struct options_table table = {.command = command_name,
                                        .help = HELP,
                                        .entries = entries,
                                        .count = sizeof entries / sizeof entries[0],
                                        .operands = &operands,
                                        .operand_name = "FILE",
                                        .operands_min = 1};
    int exit_code;
    (void)setrlimit(RLIMIT_CORE, &no_core); /* a crash must not write keys into a core file */
    if (!options_accept(&table, argc, argv, &exit_code)) return exit_code;
    return run_order(&order);
}

const struct command command_restore = {
    .name = "restore", .summary = "bring a node back from a backup", .help = HELP, .run = run};
