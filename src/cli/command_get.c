/* SPDX-License-Identifier: Apache-2.0 */
#include "base/json_writer.h"
#include "base/memory.h"
#include "cli/command.h"
#include "cli/file_id.h"
#include "cli/file_output.h"
#include "cli/file_wish.h"
#include "cli/input.h"
#include "cli/interrupt.h"
#include "cli/progress_line.h"
#include "cli/sheet.h"
#include "daemon/loop/clock.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define HELP                                                                                                           \
    "Examples:\n"                                                                                                      \
    "  skep get ID                     into the node, which holds it and gives it to others from then on\n"            \
    "  skep get ID -o report.pdf       and into a file of yours\n"                                                     \
    "  skep get ID -o ~/Downloads/     under the name its author gave it\n"                                            \
    "  skep get ID -o - | tar x        to standard output\n"                                                           \
    "  skep get - -o photos/ < ids     all of a list: the first word of each line, as skep add prints them\n"          \
    "  skep get --no-wait ID           the node goes on by itself; skep list shows how far it is\n"                    \
    "\n"                                                                                                               \
    "Waits until the files are whole on the node's disk, however long that takes: also for a peer that has them.\n"    \
    "Ctrl-C ends the waiting, not the fetching. An id may be the first digits of one that skep list shows. A file\n"   \
    "that was written in part is gone on with when asked for again; under its name there is only ever a whole one.\n"  \
    "\n"                                                                                                               \
    "Options:\n"                                                                                                       \
    "  -o, --output FILE|DIR  write what is in it there, too; - is standard output\n"                                  \
    "  --no-wait       only want them\n"                                                                               \
    "  --data DIR      the node's data folder\n"                                                                       \
    "  --json          a line of JSON for each: {\"id\", \"name\", \"size\", \"path\"}\n"                              \
    "\n"                                                                                                               \
    "Exit code 4 when a file is sealed for others, or does not verify.\n"

enum { IDS_ON_LINE_MAX = 4096, LIST_SIZE_MAX = 32 << 20, LOOK_MS = 200 };

struct getting {
    const char *ids[IDS_ON_LINE_MAX];
    struct options_list id_list;
    const char *output_path;
    bool waits_not, is_json;
    struct api_client client;
    struct file_wishes wishes;
    struct file_output output;
    struct progress_line line;
    struct interrupt interrupt;
    const struct file_wish *writing; /* to a file of ours, just now */
    int worst;                       /* exit code so far */
};

/* ---- Which ---- */

static int add_id(struct getting *getting, const char *text) {
    char id[OBJECT_ID_TEXT_SIZE + 1];
    const int exit_code = file_id_find(&getting->client, text, id);
    if (exit_code != EXIT_CODE_DONE || file_wishes_add(&getting->wishes, id)) return exit_code;
    (void)fprintf(stderr, "skep get: more than %d files at a time\n", FILE_WISHES_MAX);
    return EXIT_CODE_FAILED;
}

/* The first word of each line. */
static int add_list(struct getting *getting) {
    struct input input;
    struct err_detail detail = {{0}};
    int exit_code = EXIT_CODE_DONE;
    const enum err err = input_open(&input, "-", LIST_SIZE_MAX, &detail);
    char *text = (char *)input.bytes; /* one byte longer than the most */
    size_t line = 0;
    if (err == ERR_OK) text[input.size] = '\0';
    for (char *at = text, *end; err == ERR_OK && exit_code == EXIT_CODE_DONE && *at != '\0'; at = end) {
        end = at + strcspn(at, "\n");
        if (*end != '\0') *end++ = '\0';
        line++;
        at[strcspn(at, " \t\r")] = '\0';
        if (*at == '\0') continue;
        if (file_id_may_begin_one(at)) {
            exit_code = add_id(getting, at);
        } else {
            (void)fprintf(stderr, "skep get: line %zu of standard input begins with no id\n", line);
            exit_code = EXIT_CODE_FAILED;
        }
    }
    if (err != ERR_OK) (void)fprintf(stderr, "skep get: %s\n", detail.text);
    input_close(&input);
    return err == ERR_OK ? exit_code : EXIT_CODE_FAILED;
}

static int add_ids(struct getting *getting) {
    for (size_t i = 0; i < getting->id_list.count; i++) {
        const int exit_code = strcmp(getting->ids[i], "-") == 0 ? add_list(getting) : add_id(getting, getting->ids[i]);
        if (exit_code != EXIT_CODE_DONE) return exit_code;
    }
    return EXIT_CODE_DONE;
}

/* ---- How far ---- */

static void name_of(const struct file_wish *wish, char *text, size_t capacity) {
    if (wish->name != NULL)
        sheet_clean(span_of_text(wish->name), text, capacity);
    else
        (void)snprintf(text, capacity, "%.*s…", FILE_ID_DIGITS_SHOWN, wish->id);
}

/* What it does, and who is missing. */
static void doing_of(const struct file_wish *wish, char *text, size_t capacity) {
    const bool is_alone = wish->sources == 0;
    if (wish->trouble[0] != '\0')
        (void)snprintf(text, capacity, "%s", wish->trouble);
    else if (strcmp(wish->stage, "manifest") == 0)
        (void)snprintf(text, capacity, "%s", is_alone ? "no linked peer has it so far" : "asks what it is");
    else if (strcmp(wish->stage, "whole") == 0)
        (void)snprintf(text, capacity, "syncs");
    else if (is_alone)
        (void)snprintf(text, capacity, "%s: no linked peer has it now", wish->stage);
    else
        (void)snprintf(text, capacity, "%s from %.0f %s", wish->stage, wish->sources,
                       wish->sources == 1 ? "peer" : "peers");
}

static const struct file_wish *first_open(const struct file_wishes *wishes) {
    for (size_t i = 0; i < wishes->count; i++)
        if (wishes->items[i].state == FILE_WISH_OPEN) return &wishes->items[i];
    return NULL;
}

static void show_fetching(struct getting *getting) {
    const struct file_wishes *wishes = &getting->wishes;
    const struct file_wish_totals totals = file_wishes_totals(wishes);
    const struct file_wish *first = first_open(wishes);
    const int64_t now_ms = clock_monotonic_us() / 1000;
    char name[80], doing[400], done[32], all[32], rate[32];
    progress_line_note(&getting->line, totals.bytes, now_ms);
    if (first == NULL || !progress_line_is_due(&getting->line, now_ms)) return;
    name_of(first, name, sizeof name);
    doing_of(first, doing, sizeof doing);
    const double share = totals.is_size_known && totals.size > 0 ? (double)totals.bytes / (double)totals.size : -1;
    if (wishes->count > 1)
        progress_line_show(&getting->line, share, now_ms, "%zu of %zu files  %s  %s/s  %s: %s",
                           wishes->count - wishes->open, wishes->count, sheet_bytes((double)totals.bytes, done),
                           sheet_bytes(progress_line_rate(&getting->line), rate), name, doing);
    else if (totals.is_size_known)
        progress_line_show(&getting->line, share, now_ms, "%s of %s  %s/s  %s: %s",
                           sheet_bytes((double)totals.bytes, done), sheet_bytes((double)totals.size, all),
                           sheet_bytes(progress_line_rate(&getting->line), rate), name, doing);
    else
        progress_line_show(&getting->line, -1, now_ms, "%s: %s", name, doing);
}

static bool show_writing(void *context, uint64_t done, uint64_t total) {
    struct getting *getting = context;
    const int64_t now_ms = clock_monotonic_us() / 1000;
    char name[80], bytes[32], all[32], rate[32];
    (void)total;
    progress_line_note(&getting->line, done, now_ms);
    if (progress_line_is_due(&getting->line, now_ms)) {
        const uint64_t size = getting->writing->size;
        name_of(getting->writing, name, sizeof name);
        progress_line_show(&getting->line, size == 0 ? -1 : (double)done / (double)size, now_ms,
                           "%s of %s  %s/s  writes %s", sheet_bytes((double)done, bytes),
                           sheet_bytes((double)size, all), sheet_bytes(progress_line_rate(&getting->line), rate), name);
    }
    return !interrupt_came(&getting->interrupt);
}

/* ---- One that is here, or never will be ---- */

static void print_taken(const struct getting *getting, const struct file_wish *wish, const char *path) {
    uint8_t memory[PATH_MAX * 2 + 2048];
    char name[300];
    if (getting->output_path != NULL && strcmp(getting->output_path, "-") == 0) return;
    if (!getting->is_json) {
        name_of(wish, name, sizeof name);
        (void)printf("%s  %s\n", wish->id, path != NULL ? path : wish->name != NULL ? name : "(sealed for others)");
        return;
    }
    struct buffer line = buffer_over(memory, sizeof memory);
    struct json_writer w = json_writer_into(&line);
    json_open_object(&w, NULL);
    json_put_text(&w, "id", wish->id);
    json_put_text(&w, "name", wish->name);
    json_put_integer(&w, "size", (int64_t)wish->size);
    json_put_text(&w, "path", path);
    json_close_object(&w);
    (void)printf("%.*s\n", (int)line.size, (const char *)line.at);
}

static void note_exit_code(struct getting *getting, int exit_code) {
    if (getting->worst == EXIT_CODE_DONE || exit_code == EXIT_CODE_UNREACHABLE) getting->worst = exit_code;
}

static void take_one(struct getting *getting, struct file_wish *wish) {
    char path[PATH_MAX];
    int exit_code = EXIT_CODE_DONE;
    wish->is_taken = true;
    if (wish->state == FILE_WISH_GIVEN_UP) {
        progress_line_clear(&getting->line);
        (void)fprintf(stderr, "skep get: %.*s… was given up%s%s\n", FILE_ID_DIGITS_SHOWN, wish->id,
                      wish->trouble[0] != '\0' ? ": " : "; skep events says why", wish->trouble);
        note_exit_code(getting, EXIT_CODE_FAILED);
        return;
    }
    if (getting->output_path != NULL) {
        const struct file_output_source source = {wish->id, wish->name, wish->size};
        getting->writing = wish;
        progress_line_clear(&getting->line);
        exit_code = file_output_write(&getting->output, &source, path, sizeof path);
    }
    progress_line_clear(&getting->line);
    note_exit_code(getting, exit_code);
    if (exit_code == EXIT_CODE_DONE) print_taken(getting, wish, getting->output_path != NULL ? path : NULL);
}

static void take_all(struct getting *getting) {
    for (size_t i = 0; i < getting->wishes.count; i++) {
        struct file_wish *wish = &getting->wishes.items[i];
        if (wish->state == FILE_WISH_OPEN || wish->is_taken) continue;
        if (getting->worst == EXIT_CODE_UNREACHABLE || interrupt_came(&getting->interrupt)) return;
        take_one(getting, wish);
    }
}

/* ---- All of it ---- */

static int wait_for_all(struct getting *getting) {
    bool has_moved = true;
    while (getting->wishes.open > 0) {
        show_fetching(getting);
        if (interrupt_wait(&getting->interrupt, has_moved ? 0 : LOOK_MS)) return EXIT_CODE_FAILED;
        const int exit_code = file_wishes_look(&getting->wishes, &getting->client, &has_moved);
        if (exit_code != EXIT_CODE_DONE) return exit_code;
        if (has_moved) take_all(getting);
        if (getting->worst == EXIT_CODE_UNREACHABLE) return getting->worst;
    }
    return getting->worst;
}

static void print_interrupted(const struct getting *getting) {
    if (getting->wishes.open > 0)
        (void)fputs("skep get: no longer waiting; the node goes on fetching, skep list shows how far it is\n", stderr);
    else
        (void)fputs("skep get: stopped; asked again it goes on with what is written\n", stderr);
}

/* Who is interrupted once the node has been asked hears that it goes on. */
static int want(struct getting *getting) {
    interrupt_open(&getting->interrupt);
    int exit_code = file_wishes_send(&getting->wishes, &getting->client);
    if (exit_code == EXIT_CODE_DONE && !getting->waits_not) {
        progress_line_init(&getting->line);
        exit_code = wait_for_all(getting);
        progress_line_clear(&getting->line);
        if (interrupt_came(&getting->interrupt)) print_interrupted(getting);
    }
    interrupt_close(&getting->interrupt);
    return exit_code;
}

static int get(struct getting *getting) {
    int exit_code = add_ids(getting);
    if (exit_code == EXIT_CODE_DONE && getting->wishes.count == 0) return EXIT_CODE_DONE;
    if (exit_code == EXIT_CODE_DONE && getting->output_path != NULL) {
        const bool is_good =
            file_output_init(&getting->output, &getting->client, getting->output_path, getting->wishes.count > 1);
        getting->output.progress = (struct http_progress){show_writing, getting};
        if (!is_good) return EXIT_CODE_FAILED;
    }
    return exit_code == EXIT_CODE_DONE ? want(getting) : exit_code;
}

static int run_with(struct getting *getting, int argc, char **argv) {
    const char *data = NULL;
    const struct options_entry entries[] = {
        API_CLIENT_DATA(&data),
        API_CLIENT_JSON(&getting->is_json),
        {.name = "output", .letter = 'o', .kind = OPTIONS_TEXT, .into.text = &getting->output_path},
        {.name = "no-wait", .kind = OPTIONS_FLAG, .into.flag = &getting->waits_not},
    };
    const struct options_table table = {.command = "skep get",
                                        .help = HELP,
                                        .entries = entries,
                                        .count = sizeof entries / sizeof entries[0],
                                        .operands = &getting->id_list,
                                        .operand_name = "ID",
                                        .operands_min = 1};
    int exit_code;
    if (!options_accept(&table, argc, argv, &exit_code)) return exit_code;
    for (size_t i = 0; i < getting->id_list.count; i++)
        if (strcmp(getting->ids[i], "-") != 0 && !file_id_may_begin_one(getting->ids[i]))
            return options_refuse(&table,
                                  "\"%s\" is no id of a file: 64 hex digits (0 to 9, a to f), or the first %d or more "
                                  "of one that is here",
                                  getting->ids[i], FILE_ID_DIGITS_MIN);
    if (getting->output_path != NULL && getting->output_path[0] == '\0')
        return options_refuse(&table, "-o wants a file or a folder");
    if (getting->output_path != NULL && getting->waits_not)
        return options_refuse(&table, "-o needs the whole file: it does not go with --no-wait");
    exit_code = api_client_open(&getting->client, table.command, data);
    if (exit_code == EXIT_CODE_DONE) exit_code = get(getting);
    api_client_close(&getting->client);
    file_wishes_deinit(&getting->wishes);
    return exit_code;
}

static int run(int argc, char **argv) {
    struct getting *getting = memory_zeroed(1, sizeof *getting);
    getting->id_list = (struct options_list){.items = getting->ids, .capacity = IDS_ON_LINE_MAX};
    const int exit_code = run_with(getting, argc, argv);
    memory_free(getting);
    return exit_code;
}

const struct command command_get = {.name = "get", .summary = "fetch files by their ids", .help = HELP, .run = run};
