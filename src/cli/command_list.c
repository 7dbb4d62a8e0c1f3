/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/api_client.h"
#include "cli/command.h"
#include "cli/file_id.h"
#include "cli/sheet.h"

#include <stdio.h>
#include <string.h>

#define HELP                                                                                                           \
    "Examples:\n"                                                                                                      \
    "  skep list\n"                                                                                                    \
    "  skep list --long                  with whole ids, to be given to somebody else\n"                               \
    "  skep list --all                   also what others published and is not here\n"                                 \
    "  skep list --json | jq -r '.items[] | select(.state == \"fetching\") | .id'\n"                                   \
    "\n"                                                                                                               \
    "The files that this node holds or fetches: how much of each is here (HERE), who may read it (READERS), and "      \
    "how\n"                                                                                                            \
    "many nodes hold it of those that should (COPIES), and what is in the way (TROUBLE). A file without a name is\n"   \
    "sealed for others; the node holds it for them.\n"                                                                 \
    "\n"                                                                                                               \
    "Options:\n"                                                                                                       \
    "  --long        whole ids\n"                                                                                      \
    "  --all         also files that are known and neither here nor wanted\n"                                          \
    "  --data DIR    the node's data folder\n"                                                                         \
    "  --json        the API's pages as they are, one on a line\n"

struct listing {
    struct sheet sheet;
    bool is_long, is_json, is_all;
    double held, fetching, known, bytes_used, bytes_max;
};

static void put_size(struct sheet *sheet, double bytes) {
    char text[32];
    (void)snprintf(sheet_next(sheet), SHEET_CELL_MAX, "%s", sheet_bytes(bytes, text));
}

/* Never 100 of what is not whole. */
static void put_here(struct sheet *sheet, const struct json_value *file) {
    const double chunks = api_client_number(file, "chunks"), here = api_client_number(file, "chunksHere");
    const bool is_known = chunks > 0 && here >= 0;
    char *cell = sheet_next(sheet);
    if (is_known)
        (void)snprintf(cell, SHEET_CELL_MAX, "%d %%", (int)(here * 100 / chunks));
    else
        (void)snprintf(cell, SHEET_CELL_MAX, "—");
}

static void put_copies(struct sheet *sheet, const struct json_value *redundancy) {
    const bool is_known = redundancy != NULL && redundancy->kind == JSON_OBJECT;
    char *cell = sheet_next(sheet);
    if (is_known)
        (void)snprintf(cell, SHEET_CELL_MAX, "%.0f/%.0f", api_client_number(redundancy, "seen"),
                       api_client_number(redundancy, "target"));
    else
        (void)snprintf(cell, SHEET_CELL_MAX, "—");
}

static bool put_file(void *context, const struct json_value *file) {
    struct listing *listing = context;
    struct sheet *sheet = &listing->sheet;
    const bool is_elsewhere = span_equal_text(api_client_text(file, "state"), "known");
    if (listing->is_json || (is_elsewhere && !listing->is_all)) return true;
    struct span id = api_client_text(file, "id");
    const struct span name = api_client_text(file, "name");
    const bool is_known = api_client_number(file, "size") >= 0;
    if (!listing->is_long && id.size > FILE_ID_DIGITS_SHOWN) id.size = FILE_ID_DIGITS_SHOWN;
    sheet_put_text(sheet, id);
    put_size(sheet, api_client_number(file, "size"));
    sheet_put_text(sheet, api_client_text(file, "state"));
    put_here(sheet, file);
    put_copies(sheet, json_member(file, "redundancy"));
    sheet_put_text(sheet, api_client_text(file, "readers"));
    sheet_put_text(sheet, name.size > 0 || !is_known ? name : SPAN_LITERAL("(sealed for others)"));
    sheet_put_text(sheet, api_client_text(file, "trouble"));
    return true;
}

static void take_page(void *context, const struct json_value *page) {
    struct listing *listing = context;
    listing->held = api_client_number(page, "held");
    listing->fetching = api_client_number(page, "fetching");
    listing->known = api_client_number(page, "known");
    listing->bytes_used = api_client_number(page, "bytesUsed");
    listing->bytes_max = api_client_number(page, "bytesMax");
    if (listing->is_json) api_client_print(page);
}

static void print_totals(const struct listing *listing) {
    char used[32], most[32];
    (void)printf("%.0f %s here, %.0f on the way; %s on the disk", listing->held, listing->held == 1 ? "file" : "files",
                 listing->fetching, sheet_bytes(listing->bytes_used, used));
    if (listing->bytes_max > 0) (void)printf(" of at most %s", sheet_bytes(listing->bytes_max, most));
    if (listing->known > 0)
        (void)printf("; %.0f of others %s", listing->known, listing->is_all ? "elsewhere" : "elsewhere (--all)");
    (void)putchar('\n');
}

static int show(struct listing *listing, struct api_client *client) {
    static const char *const titles[] = {"<ID", "SIZE", "<STATE", "HERE", "COPIES", "<READERS", "~NAME", "~TROUBLE"};
    sheet_init(&listing->sheet, titles, sizeof titles / sizeof titles[0]);
    const int exit_code = file_id_each(client, put_file, take_page, listing);
    if (exit_code == EXIT_CODE_DONE && !listing->is_json) {
        if (listing->sheet.count > 0) sheet_print(&listing->sheet);
        print_totals(listing);
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
        {.name = "all", .kind = OPTIONS_FLAG, .into.flag = &listing.is_all},
    };
    const struct options_table table = {.command = "skep list", .help = HELP, .entries = entries, .count = 4};
    if (!options_accept(&table, argc, argv, &exit_code)) return exit_code;
    exit_code = api_client_open(&client, table.command, data);
    if (exit_code == EXIT_CODE_DONE) exit_code = show(&listing, &client);
    api_client_close(&client);
    return exit_code;
}

const struct command command_list = {
    .name = "list", .summary = "the files that this node holds or fetches", .help = HELP, .run = run};
