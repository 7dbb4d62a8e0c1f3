/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/content/serving.h"

#include "base/memory.h"
#include "base/must.h"
#include "swarm/limits.h"
#include "swarm/wire/data.h"

enum served_state { SERVED_FREE, SERVED_WAITING, SERVED_LOADING, SERVED_SENDING };

struct served {
    struct serving *serving;
    enum served_state state;
    bool is_stopped; /* while it was loaded */
    uint32_t link, req;
    struct object_id id;
    uint32_t offset, length; /* as asked; then what is left to send: from offset up to end */
    uint32_t end, sent;
    uint64_t order;
    uint8_t *bytes;
    size_t size;
};
struct serving {
    struct serving_options options;
    struct served
        rows[LIMIT_SERVING_MAX + CONTENT_READS_MAX / FILE_BLOB_SIZE_MAX]; /* those stopped while loaded, too */
    size_t bytes;                                                         /* in memory, or on their way there */
    uint64_t next_order;
    uint8_t slice[DATA_HEAD_SIZE + DATA_BYTES_MAX];
};
enum { SERVED_ROWS = sizeof(((struct serving *)0)->rows) / sizeof(struct served) };

struct serving *serving_new(const struct serving_options *options) {
    struct serving *serving = memory_zeroed(1, sizeof *serving);
    serving->options = *options;
    return serving;
}

void serving_free(struct serving *serving) {
    if (serving == NULL) return;
    for (size_t i = 0; i < SERVED_ROWS; i++) memory_free(serving->rows[i].bytes);
    memory_free(serving);
}

static void start_those_that_wait(struct serving *serving);

static void end(struct served *row, uint32_t bytes, enum miss_code miss) {
    struct serving *serving = row->serving;
    const struct served was = *row;
    memory_free(row->bytes);
    serving->bytes -= row->size;
    *row = (struct served){0};
    if (!was.is_stopped) serving->options.served(serving->options.context, was.link, was.req, bytes, miss);
    start_those_that_wait(serving);
}

/* False: the link takes no more just now, or never again. */
static bool send_slice(struct served *row) {
    struct serving *serving = row->serving;
    if (serving->options.unsent(serving->options.context, row->link) >= SERVING_AHEAD) return false;
    const uint32_t left = row->end - row->offset;
    const uint32_t size = left < DATA_BYTES_MAX ? left : DATA_BYTES_MAX;
    const struct data data = {row->req, row->offset, (uint32_t)row->size, {row->bytes + row->offset, size}};
    struct buffer body = buffer_over(serving->slice, sizeof serving->slice);
    data_build(&body, &data);
    serving->options.send(serving->options.context, row->link, MESSAGE_DATA, buffer_span(&body));
    row->offset += size;
    row->sent += size;
    return true;
}

static void go_on(struct served *row) {
    while (row->offset < row->end)
        if (!send_slice(row)) return;
    end(row, row->sent, 0);
}

static enum miss_code miss_of(enum content_answer answer) {
    return answer == CONTENT_NONE || answer == CONTENT_ROTTEN ? MISS_NOT_HELD : MISS_BUSY;
}

static void loaded(void *context, const struct content_loaded *loaded) {
    struct served *row = context;
    struct serving *serving = row->serving;
    serving->bytes += loaded->size;
    serving->bytes -= row->size;
    row->bytes = loaded->bytes;
    row->size = loaded->size;
    const uint32_t size = (uint32_t)loaded->size;
    if (row->is_stopped) {
        end(row, 0, 0);
    } else if (loaded->result.answer != CONTENT_OK) {
        end(row, 0, miss_of(loaded->result.answer));
    } else if (row->offset >= size) {
        end(row, 0, MISS_TOO_LARGE);
    } else {
        row->state = SERVED_SENDING;
        row->end = row->length == 0 || row->length > size - row->offset ? size : row->offset + row->length;
        go_on(row);
    }
}

/* As large as an object can be, until its size is known. */
static void load(struct served *row) {
    struct serving *serving = row->serving;
    if (serving->bytes + FILE_BLOB_SIZE_MAX > SERVING_BYTES_MAX) return;
    if (content_store_load(serving->options.store, &row->id, loaded, row) != CONTENT_OK) return;
    row->state = SERVED_LOADING;
    row->size = FILE_BLOB_SIZE_MAX;
    serving->bytes += row->size;
}

static struct served *oldest(struct serving *serving, enum served_state state, uint64_t after) {
    struct served *found = NULL;
    for (size_t i = 0; i < SERVED_ROWS; i++) {
        struct served *row = &serving->rows[i];
        if (row->state != state || row->order < after) continue;
        if (found == NULL || row->order < found->order) found = row;
    }
    return found;
}

static void start_those_that_wait(struct serving *serving) {
    for (struct served *row = oldest(serving, SERVED_WAITING, 0); row != NULL;
         row = oldest(serving, SERVED_WAITING, 0)) {
        load(row);
        if (row->state == SERVED_WAITING) return;
    }
}

void serving_start(struct serving *serving, uint32_t link, uint32_t req, const struct object_id *id, uint32_t offset,
                   uint32_t length) {
    size_t place = 0;
    while (serving->rows[place].state != SERVED_FREE) must_le(++place, SERVED_ROWS - 1);
    serving->rows[place] = (struct served){.serving = serving,
                                           .state = SERVED_WAITING,
                                           .link = link,
                                           .req = req,
                                           .id = *id,
                                           .offset = offset,
                                           .length = length,
                                           .order = ++serving->next_order};
    start_those_that_wait(serving);
}

static struct served *find(struct serving *serving, uint32_t link, uint32_t req) {
    for (size_t i = 0; i < SERVED_ROWS; i++) {
        struct served *row = &serving->rows[i];
        if (row->state != SERVED_FREE && row->link == link && row->req == req && !row->is_stopped) return row;
    }
    return NULL;
}

void serving_stop(struct serving *serving, uint32_t link, uint32_t req) {
    struct served *row = find(serving, link, req);
    if (row == NULL) return;
    row->is_stopped = true;
    if (row->state != SERVED_LOADING) end(row, 0, 0);
}

void serving_drained(struct serving *serving, uint32_t link) {
    uint64_t after = 0;
    for (struct served *row = oldest(serving, SERVED_SENDING, after); row != NULL;
         row = oldest(serving, SERVED_SENDING, after)) {
        after = row->order + 1;
        if (row->link == link) go_on(row);
    }
}
