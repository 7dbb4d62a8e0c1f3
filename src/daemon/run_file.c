/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/run_file.h"

#include "base/json_writer.h"
#include "daemon/store/data_folder.h"

static void put_address(struct json_writer *w, const char *name, bool is_open, const struct address *address) {
    char text[ADDRESS_TEXT_MAX];
    json_put_text(w, name, is_open ? address_text(address, text) : NULL);
}

enum err run_file_write(const char *folder, const struct run_file *run, struct err_detail *detail) {
    uint8_t memory[1024];
    char id[NODE_ID_TEXT_SIZE + 1];
    struct buffer out = buffer_over(memory, sizeof memory);
    struct json_writer w = json_writer_into(&out);
    json_open_object(&w, NULL);
    json_put_integer(&w, "pid", run->pid);
    json_put_text(&w, "nodeId", node_id_text(&run->node_id, id));
    put_address(&w, "api", true, &run->api);
    put_address(&w, "listen", run->has_listen, &run->listen);
    put_address(&w, "serve", run->has_serve, &run->serve);
    json_close_object(&w);
    buffer_put_u8(&out, '\n');
    return data_file_write(folder, "run.json", buffer_span(&out), 0600, detail);
}

void run_file_remove(const char *folder) {
    data_file_remove(folder, "run.json");
}
