/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/api_client.h"
#include "cli/command.h"
#include "cli/file_id.h"
#include "cli/interrupt.h"
#include "cli/progress_line.h"
#include "cli/record_verify.h"
#include "cli/sheet.h"
#include "daemon/loop/clock.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define HELP                                                                                                           \
    "Examples:\n"                                                                                                      \
    "  skep verify ID                  a file of this node: does every chunk of it open?\n"                            \
    "  skep verify manifest.json       a signed record in a file: does it hold, and whose is it?\n"                    \
    "  skep verify - < manifest.json\n"                                                                                \
    "\n"                                                                                                               \
    "An id may be the first digits (6 or more) of one that skep list shows; what is no id is a file. A record is\n"    \
    "judged here, without a node; a file of the node is read through it from the first byte to the last. Exit code\n"  \
    "0, or 4 when it does not verify.\n"                                                                               \
    "\n"                                                                                                               \
    "Options:\n"                                                                                                       \
    "  --data DIR    the node's data folder\n"                                                                         \
    "  --json        {\"ok\":true, ...} or {\"ok\":false,\"reason\":\"...\"}; of a file of the node, its size and "    \
    "how far\n"                                                                                                        \
    "                it opens\n"

struct verification {
    struct api_client client;
    struct progress_line line;
    struct interrupt interrupt;
    char id[OBJECT_ID_TEXT_SIZE + 1];
    uint64_t size, done;
    bool is_json;
};

static bool moved(void *context, uint64_t done, uint64_t total) {
    struct verification *v = context;
    const int64_t now_ms = clock_monotonic_us() / 1000;
    char bytes[32], all[32], rate[32];
    (void)total;
    v->done = done;
    progress_line_note(&v->line, done, now_ms);
    if (progress_line_is_due(&v->line, now_ms))
        progress_line_show(&v->line, v->size == 0 ? -1 : (double)done / (double)v->size, now_ms, "%s of %s  %s/s",
                           sheet_bytes((double)done, bytes), sheet_bytes((double)v->size, all),
                           sheet_bytes(progress_line_rate(&v->line), rate));
    return !interrupt_came(&v->interrupt);
}

/* The file as the node has it, borrowed until the next call. */
static int ask(struct verification *v, const struct json_value **file) {
    char path[128];
    struct span text;
    (void)snprintf(path, sizeof path, "/api/v1/files/%s/state", v->id);
    return api_client_get(&v->client, path, &text, file);
}

/* The size, and whether it is here. */
static int look(struct verification *v) {
    const struct json_value *file;
    const int exit_code = ask(v, &file);
    if (exit_code != EXIT_CODE_DONE) return exit_code;
    const double size = api_client_number(file, "size");
    v->size = size < 0 ? 0 : (uint64_t)size;
    if (span_equal_text(api_client_text(file, "state"), "held")) return EXIT_CODE_DONE;
    (void)fputs("skep verify: it is not all here yet; skep list shows how far it is\n", stderr);
    return EXIT_CODE_FAILED;
}

static void print(const struct verification *v, bool is_good) {
    char size[32];
    if (v->is_json && is_good)
        (void)printf("{\"ok\":true,\"id\":\"%s\",\"size\":%llu}\n", v->id, (unsigned long long)v->size);
    else if (v->is_json)
        (void)printf("{\"ok\":false,\"reason\":\"chunk-damaged\",\"id\":\"%s\",\"size\":%llu,\"opens\":%llu}\n", v->id,
                     (unsigned long long)v->size, (unsigned long long)v->done);
    else if (is_good)
        (void)printf("ok: all of it opens, %s (%llu bytes)\n", sheet_bytes((double)v->size, size),
                     (unsigned long long)v->size);
    else
        (void)printf("damaged: of %llu bytes only the first %llu open\n", (unsigned long long)v->size,
                     (unsigned long long)v->done);
}

/* The node ends an answer in the middle when a chunk does not open; it answers on, or it was another end. By then it
 * may be fetching that chunk again, so whether it holds the file says nothing about what was read. */
static int judge_end(struct verification *v, int exit_code, enum http_outcome outcome,
                     const struct err_detail *complaint) {
    v->client.complaint = NULL;
    if (interrupt_came(&v->interrupt)) return EXIT_CODE_FAILED;
    const struct json_value *file;
    const bool is_cut = exit_code == EXIT_CODE_UNREACHABLE && outcome == HTTP_OUTCOME_UNREACHABLE;
    if (exit_code == EXIT_CODE_DONE && v->done == v->size) {
        print(v, true);
        return EXIT_CODE_DONE;
    }
    if (exit_code != EXIT_CODE_DONE && !is_cut) {
        (void)fprintf(stderr, "skep verify: %s\n", complaint->text);
        return exit_code;
    }
    const int asked = ask(v, &file);
    if (asked != EXIT_CODE_DONE) return asked;
    print(v, false);
    return EXIT_CODE_CHECK;
}

static int read_all(struct verification *v) {
    char path[128];
    struct err_detail complaint = {{0}};
    enum http_outcome outcome = HTTP_OUTCOME_ANSWERED;
    const struct http_download download = {.fd = open("/dev/null", O_WRONLY | O_CLOEXEC), .progress = {moved, v}};
    (void)snprintf(path, sizeof path, "/api/v1/files/%s", v->id);
    interrupt_open(&v->interrupt);
    progress_line_init(&v->line);
    v->client.complaint = &complaint;
    int exit_code = api_client_download(&v->client, path, &download, &outcome);
    progress_line_clear(&v->line);
    exit_code = judge_end(v, exit_code, outcome, &complaint);
    if (download.fd >= 0) (void)close(download.fd);
    interrupt_close(&v->interrupt);
    return exit_code;
}

static int verify_file(struct verification *v, const char *text, const char *data) {
    int exit_code = api_client_open(&v->client, "skep verify", data);
    if (exit_code == EXIT_CODE_DONE) exit_code = file_id_find(&v->client, text, v->id);
    if (exit_code == EXIT_CODE_DONE) exit_code = look(v);
    if (exit_code == EXIT_CODE_DONE) exit_code = read_all(v);
    api_client_close(&v->client);
    return exit_code;
}

static int run(int argc, char **argv) {
    struct verification v = {.is_json = false};
    const char *data = NULL;
    const char *what[1];
    struct options_list operands = {.items = what, .capacity = 1};
    const struct options_entry entries[] = {API_CLIENT_DATA(&data), API_CLIENT_JSON(&v.is_json)};
    const struct options_table table = {.command = "skep verify",
                                        .help = HELP,
                                        .entries = entries,
                                        .count = 2,
                                        .operands = &operands,
                                        .operand_name = "ID or FILE",
                                        .operands_min = 1};
    int exit_code;
    if (!options_accept(&table, argc, argv, &exit_code)) return exit_code;
    const bool is_id = file_id_may_begin_one(what[0]) && (file_id_is_whole(what[0]) || access(what[0], F_OK) != 0);
    return is_id ? verify_file(&v, what[0], data) : record_verify(what[0], v.is_json);
}

const struct command command_verify = {
    .name = "verify", .summary = "does a file of the node, or a signed record, hold?", .help = HELP, .run = run};
