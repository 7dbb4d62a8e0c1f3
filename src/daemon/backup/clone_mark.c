/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/backup/clone_mark.h"

#include "base/json_writer.h"
#include "daemon/store/data_folder.h"

#define NAME "listen-first"

enum err clone_mark_put(const char *folder, const char *why, int64_t now_ms, struct err_detail *detail) {
    uint8_t memory[128];
    struct buffer out = buffer_over(memory, sizeof memory);
    struct json_writer w = json_writer_into(&out);
    json_open_object(&w, NULL);
    json_put_text(&w, "why", why);
    json_put_integer(&w, "at", now_ms);
    json_close_object(&w);
    buffer_put_u8(&out, '\n');
    return data_file_write(folder, NAME, buffer_span(&out), 0600, detail);
}

bool clone_mark_is_there(const char *folder) {
    uint8_t byte;
    struct buffer out = buffer_over(&byte, sizeof byte);
    return data_file_read(folder, NAME, &out, NULL) != ERR_NOT_FOUND;
}

void clone_mark_remove(const char *folder) {
    data_file_remove(folder, NAME);
}
