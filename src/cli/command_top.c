/* SPDX-License-Identifier: Apache-2.0 */
#include "base/memory.h"
#include "cli/api_client.h"
#include "cli/command.h"
#include "cli/sheet.h"
#include "cli/top_frame.h"
#include "cli/top_screen.h"
#include "daemon/loop/clock.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define HELP                                                                                                           \
    "Examples:\n"                                                                                                      \
    "  skep top\n"                                                                                                     \
    "  skep top --every 5s\n"                                                                                          \
    "  skep top --once\n"                                                                                              \
    "  skep top --json --every 10s | jq -c .mesh\n"                                                                    \
    "\n"                                                                                                               \
    "The node live: how it is, its links with the busiest first, its beacons, its last events. q quits.\n"             \
    "When the node goes away it says so, and goes on when it is back. What is no terminal gets one frame after\n"      \
    "another, without colours.\n"                                                                                      \
    "\n"                                                                                                               \
    "Options:\n"                                                                                                       \
    "  --every TIME   how often it looks, 200ms to 1h; default 1s\n"                                                   \
    "  --once         one frame, and the end\n"                                                                        \
    "  --data DIR     the node's data folder\n"                                                                        \
    "  --json         the API's snapshot as it is, one on each line\n"                                                 \
    "\n"                                                                                                               \
    "Exit codes: 0 quit, or one frame; 5 no node answers.\n"

enum {
    FRAME_BYTES = 512 * 1024,
    ANSWER_MS_MAX = 2000,  /* older figures must not pass for live ones */
    COLUMNS_OF_FILE = 100, /* where there is no terminal to ask */
    BACK_SHOWN_MS = 10000,
};

struct top {
    const char *data;
    bool is_json, is_once;
    int64_t every_ms;
    struct api_client client;
    bool is_open;
    struct err_detail complaint;
    int64_t away_since_ms; /* monotonic; 0 = it is there */
    int64_t back_at_ms;    /* 0 = it was never away */
    int64_t away_ms;       /* how long it was */
    uint8_t *memory;
};

static int64_t now_ms(void) {
    return clock_monotonic_us() / 1000;
}

/* The node is found anew after each failure: started again it may be at another address. */
static int ask(struct top *top, struct span *text, const struct json_value **snapshot) {
    int exit_code = EXIT_CODE_DONE;
    if (!top->is_open) exit_code = api_client_open_quietly(&top->client, top->data, &top->complaint);
    top->is_open = true;
    top->client.call_ms_max = ANSWER_MS_MAX;
    if (exit_code == EXIT_CODE_DONE) exit_code = api_client_get(&top->client, "/api/v1/snapshot", text, snapshot);
    if (exit_code == EXIT_CODE_DONE) return exit_code;
    api_client_close(&top->client);
    top->is_open = false;
    return exit_code;
}

/* Gives an exit code, and keeps account of how long the node was away. */
static int look(struct top *top, struct span *text, const struct json_value **snapshot) {
    int exit_code = ask(top, text, snapshot);
    if (exit_code != EXIT_CODE_DONE) {
        if (top->away_since_ms == 0) top->away_since_ms = now_ms();
    } else if (top->away_since_ms != 0) {
        top->back_at_ms = now_ms();
        top->away_ms = top->back_at_ms - top->away_since_ms;
        top->away_since_ms = 0;
    }
    return exit_code;
}

/* ---- On a terminal ---- */

static const char *notice_of(const struct top *top, char text[96]) {
    char span[32];
    if (top->back_at_ms == 0 || now_ms() - top->back_at_ms > BACK_SHOWN_MS) return NULL;
    (void)snprintf(text, 96, "The node is back, after %s", sheet_span(top->away_ms, span));
    return text;
}

static void draw_frame(struct top *top) {
    struct span text;
    const struct json_value *snapshot;
    char notice[96], footer[80];
    struct buffer frame = buffer_over(top->memory, FRAME_BYTES);
    struct top_frame_look as = {.footer = footer};
    int exit_code = look(top, &text, &snapshot);
    (void)snprintf(footer, sizeof footer, "q quits; every %.1f s", (double)top->every_ms / 1000);
    as.notice = notice_of(top, notice);
    top_screen_size(&as.columns, &as.rows);
    if (exit_code == EXIT_CODE_DONE) {
        top_frame_write(&frame, snapshot, &as);
    } else {
        top_frame_write_away(&frame, top->complaint.text, now_ms() - top->away_since_ms, &as);
    }
    top_screen_show(&frame);
}

static int draw(void *context, struct top_screen *screen) {
    struct top *top = context;
    do {
        draw_frame(top);
    } while (top_screen_wait(screen, top->every_ms));
    return EXIT_CODE_DONE;
}

/* ---- Elsewhere ---- */

static void print_frame(struct top *top, struct span text, const struct json_value *snapshot) {
    struct buffer frame = buffer_over(top->memory, FRAME_BYTES);
    if (top->is_json) {
        (void)printf("%.*s\n", (int)text.size, (const char *)text.at);
        return;
    }
    top_frame_write(&frame, snapshot, &(struct top_frame_look){.columns = COLUMNS_OF_FILE});
    (void)printf("%.*s%s", (int)frame.size, (const char *)frame.at, top->is_once ? "" : "\n");
}

/* False: whoever read us has gone. */
static bool print_next(struct top *top, int *exit_code) {
    struct span text;
    const struct json_value *snapshot;
    bool was_away = top->away_since_ms != 0;
    *exit_code = look(top, &text, &snapshot);
    if (*exit_code == EXIT_CODE_DONE) {
        if (was_away) (void)fputs("skep top: the node is back\n", stderr);
        print_frame(top, text, snapshot);
    } else if (!was_away) {
        (void)fprintf(stderr, "skep top: %s\n", top->complaint.text);
    }
    return fflush(stdout) == 0;
}

static int print(struct top *top) {
    int exit_code;
    bool is_first = true;
    while (print_next(top, &exit_code)) {
        if (top->is_once || (is_first && exit_code != EXIT_CODE_DONE)) return exit_code;
        is_first = false;
        (void)poll(NULL, 0, (int)top->every_ms);
    }
    return EXIT_CODE_FAILED;
}

/* A node that is not there from the beginning is told as by every other command, not on another screen. */
static int show_live(struct top *top) {
    struct span text;
    const struct json_value *snapshot;
    int exit_code = look(top, &text, &snapshot);
    if (exit_code == EXIT_CODE_DONE) return top_screen_run(draw, top);
    (void)fprintf(stderr, "skep top: %s\n", top->complaint.text);
    return exit_code;
}

static bool is_screen(void) {
    const char *terminal = getenv("TERM");
    return isatty(STDOUT_FILENO) == 1 && terminal != NULL && strcmp(terminal, "dumb") != 0;
}

static int run(int argc, char **argv) {
    struct top top = {.every_ms = 1000};
    int exit_code;
    const struct options_entry entries[] = {
        API_CLIENT_DATA(&top.data),
        API_CLIENT_JSON(&top.is_json),
        {.name = "once", .kind = OPTIONS_FLAG, .into.flag = &top.is_once},
        {.name = "every", .kind = OPTIONS_DURATION, .into.integer = &top.every_ms, .min = 200, .max = 3600 * 1000},
    };
    const struct options_table table = {.command = "skep top", .help = HELP, .entries = entries, .count = 4};
    if (!options_accept(&table, argc, argv, &exit_code)) return exit_code;
    bool is_live = !top.is_json && !top.is_once && is_screen();
    top.memory = memory_zeroed(1, FRAME_BYTES);
    exit_code = is_live ? show_live(&top) : print(&top);
    if (top.is_open) api_client_close(&top.client);
    memory_free(top.memory);
    return exit_code;
}

const struct command command_top = {
    .name = "top", .summary = "the node live, the busiest links first", .help = HELP, .run = run};
