/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/command.h"
#include "cli/operation_order.h"
#include "cli/sheet.h"

#include <stdio.h>
#include <string.h>

#define HELP                                                                                                           \
    "Examples:\n"                                                                                                      \
    "  skep control                                   the switches, and what was done lately\n"                        \
    "  skep control pause.inbound --for 15m           no new callers for a quarter of an hour\n"                       \
    "  skep control network.disable --dry-run         how many links that would cut\n"                                 \
    "  skep control mesh.disable --confirm-within 60s goes back by itself unless it is kept\n"                         \
    "  skep control signaling.use wss://b.example/    found through that endpoint; without a URL: the best\n"          \
    "  skep control keep                              keeps it: the newest that waits for that, or the ID given\n"     \
    "  skep control undo                              takes back the newest that can be, or the ID given\n"            \
    "\n"                                                                                                               \
    "Does what the page's switches do: network.enable network.disable mesh.enable mesh.disable mesh.refresh\n"         \
    "signaling.stop signaling.resume signaling.use pause.inbound pause.outbound pause.all resume isolate.on "          \
    "isolate.off\n"                                                                                                    \
    "autoconnect.on autoconnect.off approval.on approval.off. It is done when the command ends, and survives a\n"      \
    "restart; mesh.refresh asks the sources for peers at once.\n"                                                      \
    "\n"                                                                                                               \
    "  --for TIME             it ends by itself after 30s, 15m, 2h\n"                                                  \
    "  --confirm-within TIME  it is taken back unless it is kept by then, also after a restart\n"                      \
    "  --reason TEXT          for whoever looks later\n"                                                               \
    "  --dry-run              only say what it would do\n"                                                             \
    "  --data DIR  --json\n"

struct wish {
    const char *data;
    const char *id;
    struct operation_order order; /* whose action may be "keep" or "undo"; NULL: show */
    bool is_json;
};

/* ---- Showing ---- */

static void put_end(struct sheet *sheet, const struct json_value *item, int64_t now_ms) {
    char text[64] = "", span[32];
    const int64_t ends_ms = api_client_time(item, "endsAt"), reverts_ms = api_client_time(item, "revertsAt");
    if (reverts_ms != 0)
        (void)snprintf(text, sizeof text, "goes back in %s", sheet_span(reverts_ms - now_ms, span));
    else if (ends_ms != 0)
        (void)snprintf(text, sizeof text, "ends in %s", sheet_span(ends_ms - now_ms, span));
    sheet_put_text(sheet, span_of_text(text));
}

static void print_switches(const struct json_value *panel) {
    static const char *const titles[] = {"<SWITCH", "<IS", "<BY ITSELF", "<OPERATION"};
    const struct json_value *items = json_member(panel, "items");
    struct sheet sheet;
    sheet_init(&sheet, titles, sizeof titles / sizeof titles[0]);
    for (size_t i = 0; i < json_array_count(items); i++) {
        const struct json_value *item = &items->as.items[i];
        bool is_on = false;
        (void)json_as_boolean(json_member(item, "on"), &is_on);
        sheet_put_text(&sheet, api_client_text(item, "name"));
        sheet_put_text(&sheet, is_on ? SPAN_LITERAL("on") : SPAN_LITERAL("off"));
        put_end(&sheet, item, api_client_time(panel, "asOf"));
        sheet_put_text(&sheet, api_client_text(item, "operation"));
    }
    sheet_print(&sheet);
    sheet_deinit(&sheet);
}

static void print_operations(const struct json_value *panel) {
    static const char *const titles[] = {"<OPERATION", "AGO", "<ACTION", "<STATE", "<BY ITSELF", "<BY", "<REASON"};
    const struct json_value *items = json_member(panel, "items");
    const int64_t now_ms = api_client_time(panel, "asOf");
    struct sheet sheet;
    sheet_init(&sheet, titles, sizeof titles / sizeof titles[0]);
    for (size_t i = 0; i < json_array_count(items) && i < 10; i++) {
        const struct json_value *item = &items->as.items[i];
        char span[32];
        sheet_put_text(&sheet, api_client_text(item, "id"));
        sheet_put_text(&sheet, span_of_text(sheet_span(now_ms - api_client_time(item, "askedAt"), span)));
        sheet_put_text(&sheet, api_client_text(item, "action"));
        sheet_put_text(&sheet, api_client_text(item, "state"));
        put_end(&sheet, item, now_ms);
        sheet_put_text(&sheet, api_client_text(item, "author"));
        sheet_put_text(&sheet, api_client_text(item, "reason"));
    }
    (void)fputs(sheet.count > 0 ? "\n" : "\nnothing was done yet\n", stdout);
    if (sheet.count > 0) sheet_print(&sheet);
    sheet_deinit(&sheet);
}

static int show(struct api_client *client, const struct wish *wish) {
    struct span text;
    const struct json_value *panel;
    int exit_code = api_client_get(client, "/api/v1/controls", &text, &panel);
    if (exit_code == EXIT_CODE_DONE && wish->is_json) api_client_print(panel);
    if (exit_code != EXIT_CODE_DONE || wish->is_json) return exit_code;
    print_switches(panel);
    exit_code = api_client_get(client, "/api/v1/operations", &text, &panel);
    if (exit_code == EXIT_CODE_DONE) print_operations(panel);
    return exit_code;
}

/* ---- Doing ---- */

static int print_done(const struct json_value *operation, const struct wish *wish) {
    char id[32], state[32], does[120], span[32];
    const int64_t ends_ms = api_client_time(operation, "endsAt"), reverts_ms = api_client_time(operation, "revertsAt");
    const int64_t asked_ms = api_client_time(operation, "askedAt");
    sheet_clean(api_client_text(operation, "id"), id, sizeof id);
    sheet_clean(api_client_text(operation, "state"), state, sizeof state);
    sheet_clean(api_client_text(operation, "does"), does, sizeof does);
    if (wish->is_json)
        api_client_print(operation);
    else
        (void)printf("%s: %s\n", state, does);
    if (!wish->is_json && reverts_ms != 0)
        (void)printf("goes back by itself in %s unless it is kept: skep control keep %s\n",
                     sheet_span(reverts_ms - asked_ms, span), id);
    if (!wish->is_json && ends_ms != 0) (void)printf("ends by itself in %s\n", sheet_span(ends_ms - asked_ms, span));
    return EXIT_CODE_DONE;
}

static void print_impact(const struct json_value *answer) {
    const struct json_value *impact = json_member(answer, "impact");
    (void)printf("links cut              %.0f of %.0f\n", api_client_number(impact, "linksCut"),
                 api_client_number(impact, "linksCut") + api_client_number(impact, "linksLeft"));
    (void)printf("transfers hurt         %.0f\n", api_client_number(impact, "transfersHurt"));
    (void)printf("files under target     %.0f\n", api_client_number(impact, "filesUnderTarget"));
    (void)puts("your own access        stays");
}

static int carry_out(struct api_client *client, const struct wish *wish) {
    const struct json_value *answer;
    const int exit_code = operation_order_send(client, &wish->order, &answer);
    if (exit_code != EXIT_CODE_DONE) return exit_code;
    if (!wish->order.is_dry_run) return print_done(answer, wish);
    if (wish->is_json)
        api_client_print(answer);
    else
        print_impact(answer);
    return EXIT_CODE_DONE;
}

/* The newest operation for which the verb means something. */
static int find_newest(struct api_client *client, bool keeps, char id[32]) {
    struct span text;
    const struct json_value *panel;
    const int exit_code = api_client_get(client, "/api/v1/operations", &text, &panel);
    const struct json_value *items = exit_code == EXIT_CODE_DONE ? json_member(panel, "items") : NULL;
    id[0] = '\0';
    for (size_t i = 0; i < json_array_count(items) && id[0] == '\0'; i++) {
        const struct json_value *item = &items->as.items[i];
        bool fits = false;
        if (keeps)
            fits = span_equal_text(api_client_text(item, "state"), "awaiting-confirm");
        else
            (void)json_as_boolean(json_member(item, "canRevert"), &fits);
        if (fits) sheet_clean(api_client_text(item, "id"), id, 32);
    }
    if (exit_code != EXIT_CODE_DONE || id[0] != '\0') return exit_code;
    (void)fprintf(stderr, "skep control: there is nothing to %s\n", keeps ? "keep" : "undo");
    return EXIT_CODE_FAILED;
}

static int change(struct api_client *client, const struct wish *wish, bool keeps) {
    char id[32], path[96];
    const struct json_value *answer;
    int exit_code = EXIT_CODE_DONE;
    if (wish->id == NULL)
        exit_code = find_newest(client, keeps, id);
    else
        sheet_clean(span_of_text(wish->id), id, sizeof id);
    if (exit_code != EXIT_CODE_DONE) return exit_code;
    (void)snprintf(path, sizeof path, "/api/v1/operations/%s/%s", id, keeps ? "confirm" : "revert");
    exit_code = api_client_post(client, path, "{}", &answer);
    if (exit_code != EXIT_CODE_DONE) return exit_code;
    if (wish->is_json)
        api_client_print(answer);
    else
        (void)puts(keeps ? "kept" : "taken back");
    return EXIT_CODE_DONE;
}

static int act(struct api_client *client, const struct wish *wish) {
    const char *action = wish->order.action;
    if (action == NULL) return show(client, wish);
    const bool keeps = strcmp(action, "keep") == 0;
    if (keeps || strcmp(action, "undo") == 0) return change(client, wish, keeps);
    return carry_out(client, wish);
}

/* Which operation, or which endpoint. */
static void take_second(struct wish *wish, const char *word) {
    if (strcmp(wish->order.action, "signaling.use") == 0)
        wish->order.endpoint = word;
    else
        wish->id = word;
}

static int run(int argc, char **argv) {
    enum { OPERANDS = 2 };
    struct wish wish = {0};
    struct api_client client;
    const char *words[OPERANDS];
    struct options_list operands = {.items = words, .capacity = OPERANDS};
    const struct options_entry entries[] = {
        API_CLIENT_DATA(&wish.data),
        API_CLIENT_JSON(&wish.is_json),
        OPERATION_ORDER_TIME("for", &wish.order.for_ms),
        OPERATION_ORDER_TIME("confirm-within", &wish.order.confirm_ms),
        OPERATION_ORDER_REASON(&wish.order),
        OPERATION_ORDER_DRY_RUN(&wish.order),
    };
    const struct options_table table = {.command = "skep control",
                                        .help = HELP,
                                        .entries = entries,
                                        .count = sizeof entries / sizeof entries[0],
                                        .operands = &operands,
                                        .operand_name = "NAME"};
    int exit_code;
    if (!options_accept(&table, argc, argv, &exit_code)) return exit_code;
    if (wish.order.reason != NULL && strlen(wish.order.reason) > 200)
        return options_refuse(&table, "--reason is at most 200 bytes, not %zu", strlen(wish.order.reason));
    if (operands.count > 0) wish.order.action = words[0];
    if (operands.count > 1) take_second(&wish, words[1]);
    if (!operation_order_fits(&wish.order)) return options_refuse(&table, "a value is too long");
    exit_code = api_client_open(&client, "skep control", wish.data);
    if (exit_code == EXIT_CODE_DONE) exit_code = act(&client, &wish);
    api_client_close(&client);
    return exit_code;
}

const struct command command_control = {
    .name = "control", .summary = "pause, isolate, switch off, and take it back", .help = HELP, .run = run};
