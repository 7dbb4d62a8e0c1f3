/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/content/serving.h"

#include "base/byte_pace.h"
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
    uint32_t end;
    uint64_t order;
    uint8_t *bytes;
    size_t size;
};
/* When a link had its last slice. */
struct turn {
    uint32_t link;
    uint64_t at; /* 0: a free place */
};
enum {
    TURNS = 2 * LIMIT_SERVING_MAX, /* more links than are served at once */
    LOADS_MAX = SERVING_BYTES_MAX / FILE_BLOB_SIZE_MAX,
    BUSY_MS = 100,
};
struct serving {
    struct serving_options options;
    struct byte_pace pace;
    struct loop_timer *timer; /* until the pace allows the next slice, or a busy store is asked again */
    struct turn turns[TURNS];
    uint64_t last_turn;
    struct served rows[LIMIT_SERVING_MAX + LOADS_MAX]; /* those stopped while loaded, too */
    size_t bytes;                                      /* in memory, or on their way there */
    uint64_t next_order;
    uint8_t slice[DATA_HEAD_SIZE + DATA_BYTES_MAX];
};
enum { SERVED_ROWS = sizeof(((struct serving *)0)->rows) / sizeof(struct served) };

void serving_free(struct serving *serving) {
    if (serving == NULL) return;
    for (size_t i = 0; i < SERVED_ROWS; i++) memory_free(serving->rows[i].bytes);
    loop_timer_close(serving->timer);
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

/* ---- Whose turn it is ---- */

static uint64_t turn_of(const struct serving *serving, uint32_t link) {
    for (size_t i = 0; i < TURNS; i++)
        if (serving->turns[i].at != 0 && serving->turns[i].link == link) return serving->turns[i].at;
    return 0;
}

static void note_turn(struct serving *serving, uint32_t link) {
    struct turn *place = &serving->turns[0];
    for (size_t i = 0; i < TURNS; i++) {
        struct turn *turn = &serving->turns[i];
        if (turn->at != 0 && turn->link == link) {
            place = turn;
            break;
        }
        if (turn->at < place->at) place = turn;
    }
    *place = (struct turn){link, ++serving->last_turn};
}

/* Of the links that take more the one whose last turn is longest ago; of its objects the one that came first. */
static struct served *next_row(struct serving *serving) {
    struct served *found = NULL;
    uint64_t found_turn = 0;
    for (size_t i = 0; i < SERVED_ROWS; i++) {
        struct served *row = &serving->rows[i];
        if (row->state != SERVED_SENDING) continue;
        const uint64_t turn = turn_of(serving, row->link);
        const bool is_sooner = found == NULL || turn < found_turn || (turn == found_turn && row->order < found->order);
        if (!is_sooner || serving->options.unsent(serving->options.context, row->link) >= SERVING_AHEAD) continue;
        found = row;
        found_turn = turn;
    }
    return found;
}

/* ---- Slice by slice ---- */

static uint32_t slice_size(const struct serving *serving) {
    const uint64_t size = serving->pace.rate / SERVING_SLICES_A_SECOND;
    if (serving->pace.rate == 0 || size > DATA_BYTES_MAX) return DATA_BYTES_MAX;
    return size < SERVING_SLICE_MIN ? SERVING_SLICE_MIN : (uint32_t)size;
}

static void send_slice(struct served *row, int64_t now_ms) {
    struct serving *serving = row->serving;
    const uint32_t left = row->end - row->offset, most = slice_size(serving);
    const uint32_t size = left < most ? left : most;
    const struct data data = {row->req, row->offset, (uint32_t)row->size, {row->bytes + row->offset, size}};
    struct buffer body = buffer_over(serving->slice, sizeof serving->slice);
    data_build(&body, &data);
    note_turn(serving, row->link);
    byte_pace_pay(&serving->pace, size, now_ms);
    serving->options.send(serving->options.context, row->link, MESSAGE_DATA, buffer_span(&body));
    row->offset += size;
}

static void go_on(struct serving *serving) {
    for (struct served *row = next_row(serving); row != NULL; row = next_row(serving)) {
        const int64_t now_ms = loop_now_ms(serving->options.loop);
        if (!byte_pace_allows(&serving->pace, now_ms)) {
            loop_timer_start(serving->timer, byte_pace_due_ms(&serving->pace) - now_ms);
            return;
        }
        send_slice(row, now_ms);
        if (row->offset == row->end) end(row, (uint32_t)row->size, 0); /* a few bytes cost as much as all of it */
    }
}

static void time_is_up(void *context) {
    start_those_that_wait(context);
    go_on(context);
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
        go_on(serving);
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

static struct served *oldest_that_waits(struct serving *serving) {
    struct served *found = NULL;
    for (size_t i = 0; i < SERVED_ROWS; i++) {
        struct served *row = &serving->rows[i];
        if (row->state == SERVED_WAITING && (found == NULL || row->order < found->order)) found = row;
    }
    return found;
}

/* Whatever ends starts the next one; when nothing is under way that could end, the clock does. */
static void start_those_that_wait(struct serving *serving) {
    for (struct served *row = oldest_that_waits(serving); row != NULL; row = oldest_that_waits(serving)) {
        load(row);
        if (row->state != SERVED_WAITING) continue;
        if (serving->bytes == 0) loop_timer_start(serving->timer, BUSY_MS);
        return;
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

void serving_drained(struct serving *serving) {
    go_on(serving);
}

void serving_set_rate(struct serving *serving, uint64_t bytes_per_second) {
    byte_pace_set(&serving->pace, bytes_per_second, loop_now_ms(serving->options.loop));
    go_on(serving);
}

struct serving *serving_new(const struct serving_options *options) {
    struct serving *serving = memory_zeroed(1, sizeof *serving);
    serving->options = *options;
    serving->timer = loop_timer_open(options->loop, time_is_up, serving);
    byte_pace_set(&serving->pace, options->bytes_per_second, loop_now_ms(options->loop));
    return serving;
}
