/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/backup/clone_mark.h"

#include <stdio.h>

#include "base/json_writer.h"
#include "base/memory.h"
#include "daemon/loop/clock.h"
#include "daemon/store/folder_file.h"

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

struct change {
    bool is_there;
    char folder[FOLDER_PATH_MAX];
};

static void change_work(void *context) {
    const struct change *change = context;
    if (!change->is_there) {
        data_file_remove(change->folder, NAME);
        return;
    }
    const enum err err = clone_mark_put(change->folder, "clone", clock_wall_ms(), NULL);
    (void)err;
}

static void change_done(void *context) {
    memory_free(context);
}

void clone_mark_change(struct loop *loop, const char *folder, bool is_there) {
    struct change *change = memory_zeroed(1, sizeof *change);
    change->is_there = is_there;
    (void)snprintf(change->folder, sizeof change->folder, "%s", folder);
    loop_work(loop, change_work, change_done, change);
}
