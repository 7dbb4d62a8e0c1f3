/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/api_client.h"
#include "cli/command.h"
#include "cli/file_id.h"
#include "cli/post_pages.h"
#include "cli/sheet.h"
#include "swarm/content/post.h"

#include <stdio.h>

#define HELP                                                                                                           \
    "Examples:\n"                                                                                                      \
    "  skep posts\n"                                                                                                   \
    "  skep posts --json | jq -r '.items[].text'\n"                                                                    \
    "\n"                                                                                                               \
    "The posts that this node keeps, newest first: of each the version that stands, and how its text begins (--json\n" \
    "has all of it). FILES are the ids of attached files, for skep get. NOTE says when it was taken back,\n"           \
    "or that versions of it were written apart from each other (a conflict: the others do not stand; the next edit\n"  \
    "ends it). Every signature was verified before a post was kept.\n"                                                 \
    "\n"                                                                                                               \
    "Options:\n"                                                                                                       \
    "  --long        whole ids\n"                                                                                      \
    "  --data DIR    the node's data folder\n"                                                                         \
    "  --json        the API's pages as they are, one on a line\n"

struct listing {
    struct sheet sheet;
    int64_t now_ms;
    bool is_long, is_json;
};

static bool is_true(const struct json_value *post, const char *name) {
    bool value = false;
    return json_as_boolean(json_member(post, name), &value) && value;
}

static void put_note(struct sheet *sheet, const struct json_value *post) {
    const size_t conflicts = json_array_count(json_member(post, "conflicts"));
    char *cell = sheet_next(sheet);
    if (conflicts > 0)
        (void)snprintf(cell, SHEET_CELL_MAX, "%sconflict with %zu other%s", is_true(post, "deleted") ? "deleted; " : "",
                       conflicts, conflicts == 1 ? "" : "s");
    else
        (void)snprintf(cell, SHEET_CELL_MAX, "%s", is_true(post, "deleted") ? "deleted" : "");
}

/* A cell of all of them, with blanks between. */
static void put_list(struct sheet *sheet, const struct json_value *list, size_t size_max) {
    uint8_t memory[SHEET_CELL_MAX * 2];
    struct buffer cell = buffer_over(memory, sizeof memory);
    for (size_t i = 0; i < json_array_count(list); i++) {
        struct span item;
        if (!json_as_string(&list->as.items[i], &item)) continue;
        if (item.size > size_max) item.size = size_max;
        if (cell.size > 0) buffer_put_text(&cell, " ");
        buffer_put(&cell, item);
        if (cell.overflowed) break; /* longer than a cell by then */
    }
    sheet_put_text(sheet, (struct span){cell.at, cell.size});
}

/* As much of it as a cell takes, its lines on one. */
static void put_text(struct sheet *sheet, struct span text) {
    uint8_t memory[SHEET_CELL_MAX * 2];
    if (text.size > sizeof memory) text.size = sizeof memory;
    for (size_t i = 0; i < text.size; i++)
        memory[i] = text.at[i] == '\n' || text.at[i] == '\r' || text.at[i] == '\t' ? ' ' : text.at[i];
    sheet_put_text(sheet, (struct span){memory, text.size});
}

static bool put_post(void *context, const struct json_value *post) {
    struct listing *listing = context;
    struct sheet *sheet = &listing->sheet;
    struct span id = api_client_text(post, "id");
    if (listing->is_json) return true;
    if (!listing->is_long && id.size > FILE_ID_DIGITS_SHOWN) id.size = FILE_ID_DIGITS_SHOWN;
    sheet_put_text(sheet, id);
    sheet_put_age(sheet, api_client_time(post, "at"), listing->now_ms);
    if (is_true(post, "isOurs"))
        sheet_put_text(sheet, SPAN_LITERAL("you"));
    else
        sheet_put_id(sheet, api_client_text(post, "author"));
    sheet_put_count(sheet, api_client_number(post, "version"));
    put_list(sheet, json_member(post, "tags"), POST_TAG_MAX);
    put_list(sheet, json_member(post, "attachments"), FILE_ID_DIGITS_SHOWN);
    put_note(sheet, post);
    put_text(sheet, api_client_text(post, "text"));
    return true;
}

static void take_page(void *context, const struct json_value *page) {
    struct listing *listing = context;
    listing->now_ms = api_client_time(page, "asOf");
    if (listing->is_json) api_client_print(page);
}

static int show(struct listing *listing, struct api_client *client) {
    static const char *const titles[] = {"<ID", "WRITTEN", "<AUTHOR", "VERSION", "~TAGS", "~FILES", "<NOTE", "~TEXT"};
    sheet_init(&listing->sheet, titles, sizeof titles / sizeof titles[0]);
    const int exit_code = post_pages_each(client, put_post, take_page, listing);
    if (exit_code == EXIT_CODE_DONE && !listing->is_json) {
        if (listing->sheet.count > 0)
            sheet_print(&listing->sheet);
        else
            (void)puts("no posts yet; skep post publishes one");
    }
    sheet_deinit(&listing->sheet);
    return exit_code;
}

static int run(int argc, char **argv) {
    struct listing listing = {.is_long = false};
    struct api_client client;
    const char *data = NULL;
    int exit_code;
    const struct options_entry entries[] = {
        API_CLIENT_DATA(&data),
        API_CLIENT_JSON(&listing.is_json),
        {.name = "long", .kind = OPTIONS_FLAG, .into.flag = &listing.is_long},
    };
    const struct options_table table = {.command = "skep posts", .help = HELP, .entries = entries, .count = 3};
    if (!options_accept(&table, argc, argv, &exit_code)) return exit_code;
    exit_code = api_client_open(&client, table.command, data);
    if (exit_code == EXIT_CODE_DONE) exit_code = show(&listing, &client);
    api_client_close(&client);
    return exit_code;
}

const struct command command_posts = {
    .name = "posts", .summary = "the posts that this node keeps, newest first", .help = HELP, .run = run};
