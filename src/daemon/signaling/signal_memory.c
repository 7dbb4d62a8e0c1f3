/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/signaling/signal_memory.h"

#include <stdio.h>

#include "base/memory.h"
#include "daemon/store/folder_file.h"
#include "swarm/signaling/endpoint_set.h"

#define NAME "signaling.last"

size_t signal_memory_read(const char *folder, const char *const *urls, size_t count) {
    uint8_t memory[ENDPOINT_URL_MAX + 1];
    struct buffer text = buffer_over(memory, sizeof memory);
    size_t i = 0;
    if (data_file_read(folder, NAME, &text, NULL) != ERR_OK) return count;
    if (text.size > 0 && memory[text.size - 1] == '\n') text.size--;
    while (i < count && !span_equal_text(buffer_span(&text), urls[i])) i++;
    return i;
}

struct note {
    char folder[FOLDER_PATH_MAX];
    char line[ENDPOINT_URL_MAX + 1];
};

static void note_work(void *context) {
    const struct note *note = context;
    const enum err err = data_file_write(note->folder, NAME, span_of_text(note->line), 0600, NULL);
    (void)err; /* without it the order of the configuration holds */
}

static void note_done(void *context) {
    memory_free(context);
}

void signal_memory_write(struct loop *loop, const char *folder, const char *url) {
    struct note *note = memory_zeroed(1, sizeof *note);
    (void)snprintf(note->folder, sizeof note->folder, "%s", folder);
    (void)snprintf(note->line, sizeof note->line, "%s\n", url);
    loop_work(loop, note_work, note_done, note);
}
