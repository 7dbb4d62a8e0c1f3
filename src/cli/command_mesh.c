/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/api_client.h"
#include "cli/command.h"
#include "cli/mesh_parts.h"
#include "cli/paragraph.h"
#include "cli/sheet.h"

#include <stdio.h>

#define HELP                                                                                                           \
    "Examples:\n"                                                                                                      \
    "  skep mesh\n"                                                                                                    \
    "  skep mesh --json | jq '.items[] | {nodeId, links: (.links | length)}'\n"                                        \
    "\n"                                                                                                               \
    "The mesh around the node: its own links, and of each neighbour which links it says it has, and when it said\n"    \
    "so. What a neighbour says is its claim: the node shows it, and goes by it in nothing. Then whether this node,\n"  \
    "or one of its links, is the only way between parts of the mesh, as far as all this tells.\n"                      \
    "\n"                                                                                                               \
    "A neighbour of an older version, or with share-view = no, says nothing.\n"                                        \
    "\n"                                                                                                               \
    "Options:\n"                                                                                                       \
    "  --data DIR     the node's data folder\n"                                                                        \
    "  --json         what the neighbours say, as the API's list\n"

/* The parts of one snapshot that are looked at; borrowed until the next call. */
struct scene {
    struct span self;
    const struct json_value *links;
    const struct json_value *views;
    int64_t now_ms;
};

static bool is_own(const struct json_value *link) {
    return span_equal_text(api_client_text(link, "state"), "open") &&
           span_equal_text(api_client_text(link, "place"), "view");
}

/* ---- The table ---- */

static void put_node(struct sheet *sheet, const struct scene *scene, struct span id) {
    if (span_equal(id, scene->self)) {
        sheet_put_text(sheet, SPAN_LITERAL("this node"));
    } else {
        sheet_put_id(sheet, id);
    }
}

static void put_link(struct sheet *sheet, const struct scene *scene, struct span from, const struct json_value *link) {
    put_node(sheet, scene, from);
    put_node(sheet, scene, api_client_text(link, "nodeId"));
    sheet_put_text(sheet, api_client_text(link, "path"));
}

static void put_own_links(struct sheet *sheet, const struct scene *scene) {
    for (size_t i = 0; i < json_array_count(scene->links); i++) {
        const struct json_value *link = &scene->links->as.items[i];
        if (!is_own(link)) continue;
        put_link(sheet, scene, scene->self, link);
        sheet_put_tenths(sheet, api_client_number(link, "rttMs"));
        sheet_put_text(sheet, SPAN_LITERAL("measured here"));
    }
}

static void put_view(struct sheet *sheet, const struct scene *scene, const struct json_value *view) {
    const struct json_value *links = json_member(view, "links");
    for (size_t i = 0; i < json_array_count(links); i++) {
        const struct json_value *link = &links->as.items[i];
        put_link(sheet, scene, api_client_text(view, "nodeId"), link);
        sheet_put_count(sheet, api_client_number(link, "rttMs"));
        sheet_put_age(sheet, api_client_time(view, "at"), scene->now_ms);
    }
}

static void print_table(const struct scene *scene) {
    static const char *const titles[] = {"<WHO", "<HAS A LINK WITH", "<PATH", "RTT ms", "<SAID"};
    struct sheet sheet;
    sheet_init(&sheet, titles, sizeof titles / sizeof titles[0]);
    put_own_links(&sheet, scene);
    for (size_t i = 0; i < json_array_count(scene->views); i++) put_view(&sheet, scene, &scene->views->as.items[i]);
    if (sheet.count == 0) {
        (void)fputs("No links.\n", stdout);
    } else {
        sheet_print(&sheet);
    }
    sheet_deinit(&sheet);
}

/* ---- What holds it together ---- */

static void join_view(struct mesh_parts *parts, const struct scene *scene, const struct json_value *view) {
    const struct span teller = api_client_text(view, "nodeId");
    const struct json_value *links = json_member(view, "links");
    mesh_parts_add(parts, teller);
    for (size_t i = 0; i < json_array_count(links); i++) {
        const struct span other = api_client_text(&links->as.items[i], "nodeId");
        if (!span_equal(other, scene->self)) mesh_parts_join(parts, teller, other);
    }
}

static size_t count_own(const struct scene *scene) {
    size_t count = 0;
    for (size_t i = 0; i < json_array_count(scene->links); i++) count += is_own(&scene->links->as.items[i]);
    return count;
}

static void say_part(struct paragraph *p, const struct mesh_parts *parts, size_t part) {
    struct span ids[LIMIT_VIEW_MAX];
    const size_t count = mesh_parts_list(parts, part, ids, LIMIT_VIEW_MAX);
    for (size_t i = 0; i < count; i++) {
        char id[SHEET_ID_MAX];
        paragraph_say(p, "%s%s", i == 0 ? "" : ", ", sheet_id(ids[i], id));
    }
    if (count == 1) paragraph_say(p, " (one link alone leads there)");
}

static void say_parts(struct paragraph *p, const struct mesh_parts *parts) {
    const size_t count = mesh_parts_count(parts);
    if (count <= 1) {
        paragraph_say(p, "Neither this node nor one of its links is the only way between them.");
        return;
    }
    paragraph_say(p, "This node is the only known way between %zu parts: ", count);
    for (size_t part = 0; part < count; part++) {
        if (part > 0) paragraph_say(p, "; ");
        say_part(p, parts, part);
    }
    paragraph_say(p, ". There may be ways farther out that nobody here tells of.");
}

static void print_parts(const struct scene *scene) {
    struct mesh_parts parts = {0};
    struct paragraph p;
    uint8_t memory[2 * PARAGRAPH_MAX];
    struct buffer out = buffer_over(memory, sizeof memory);
    const size_t own = count_own(scene), tell = json_array_count(scene->views);
    if (own == 0) return;
    for (size_t i = 0; i < tell; i++) join_view(&parts, scene, &scene->views->as.items[i]);
    paragraph_init(&p);
    paragraph_say(&p, "%zu of %zu neighbours tell of their links. ", tell, own);
    if (tell > 0) say_parts(&p, &parts);
    paragraph_write(&p, &out);
    (void)printf("\n%.*s", (int)out.size, (const char *)out.at);
}

static int show(struct api_client *client, bool is_json) {
    struct span text;
    const struct json_value *json;
    int exit_code = api_client_get(client, is_json ? "/api/v1/views" : "/api/v1/snapshot", &text, &json);
    if (exit_code != EXIT_CODE_DONE) return exit_code;
    if (is_json) {
        (void)printf("%.*s\n", (int)text.size, (const char *)text.at);
        return EXIT_CODE_DONE;
    }
    const struct scene scene = {.self = api_client_text(json_member(json, "node"), "nodeId"),
                                .links = json_member(json_member(json, "links"), "items"),
                                .views = json_member(json_member(json, "views"), "items"),
                                .now_ms = api_client_time(json, "asOf")};
    print_table(&scene);
    print_parts(&scene);
    return EXIT_CODE_DONE;
}

static int run(int argc, char **argv) {
    return api_client_command(argc, argv, "skep mesh", HELP, show);
}

const struct command command_mesh = {.name = "mesh",
                                     .summary =
                                         "the mesh around the node: its links, and what neighbours say of theirs",
                                     .help = HELP,
                                     .run = run};
