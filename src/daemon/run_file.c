/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/run_file.h"

#include "base/json.h"
#include "base/json_writer.h"
#include "daemon/store/data_folder.h"

static void put_place(struct json_writer *w, const char *name, bool is_open, const struct http_place *place) {
    char text[HTTP_PLACE_TEXT_MAX];
    json_put_text(w, name, is_open ? http_place_text(place, text) : NULL);
}

enum err run_file_write(const char *folder, const struct run_file *run, struct err_detail *detail) {
    uint8_t memory[1024];
    char id[NODE_ID_TEXT_SIZE + 1];
    struct buffer out = buffer_over(memory, sizeof memory);
    struct json_writer w = json_writer_into(&out);
    json_open_object(&w, NULL);
    json_put_integer(&w, "pid", run->pid);
    json_put_text(&w, "nodeId", node_id_text(&run->node_id, id));
    put_place(&w, "api", true, &run->api);
    put_place(&w, "listen", run->has_listen, &(struct http_place){.address = run->listen});
    put_place(&w, "serve", run->has_serve, &run->serve);
    json_close_object(&w);
    buffer_put_u8(&out, '\n');
    return data_file_write(folder, "run.json", buffer_span(&out), 0600, detail);
}

/* False: it is there and is no place. */
static bool take_place(const struct json_value *root, const char *name, bool *is_open, struct http_place *place) {
    const struct json_value *value = json_member(root, name);
    struct span text;
    *is_open = value != NULL && value->kind != JSON_NULL;
    return !*is_open || (json_as_string(value, &text) && http_place_read(text, place));
}

static bool take_members(const struct json_value *root, struct run_file *run) {
    bool has_api = false;
    struct span id;
    struct http_place listen = {0};
    const bool is_whole = json_as_integer(json_member(root, "pid"), 1, INT32_MAX, &run->pid) &&
                          json_as_string(json_member(root, "nodeId"), &id) && node_id_read(id, &run->node_id) &&
                          take_place(root, "api", &has_api, &run->api) && has_api &&
                          take_place(root, "listen", &run->has_listen, &listen) && !http_place_is_unix(&listen) &&
                          take_place(root, "serve", &run->has_serve, &run->serve);
    run->listen = listen.address;
    return is_whole;
}

enum err run_file_read(const char *folder, struct run_file *run, struct err_detail *detail) {
    uint8_t text[1024];
    uint8_t tree[4096];
    struct buffer in = buffer_over(text, sizeof text);
    struct arena arena = arena_over(tree, sizeof tree);
    enum json_fault fault;
    *run = (struct run_file){0};
    enum err err = data_file_read(folder, "run.json", &in, detail);
    if (err != ERR_OK) return err;
    const struct json_value *root = json_parse(buffer_span(&in), JSON_WIRE, &arena, &fault, NULL);
    if (root != NULL && take_members(root, run)) return ERR_OK;
    return err_set(detail, ERR_DAMAGED, "%s/run.json is not what a node writes; start the node again", folder);
}

void run_file_remove(const char *folder) {
    data_file_remove(folder, "run.json");
}
