/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/content/record_sending.h"

#include "base/memory.h"
#include "base/must.h"
#include "daemon/link/link.h"
#include "swarm/limits.h"

/* The store reads two at once; others want to read, too. */
enum { LOADS_MAX = 4, BUSY_MS = 50 };

enum sending_state { SENDING_FREE, SENDING_WAITING, SENDING_LOADING, SENDING_LOADED };

struct sending_row {
    struct record_sending *sending;
    enum sending_state state;
    uint32_t link;
    struct object_id id;
    uint64_t order;
    uint8_t *bytes; /* LOADED; NULL: it is not here */
    size_t size;
};
struct record_sending {
    struct record_sending_options options;
    struct sending_row rows[LIMIT_SENDING_RECORDS + LOADS_MAX]; /* those that load for a link that is gone, too */
    size_t loads;
    uint64_t next_order;
    struct loop_timer *again; /* the store was busy */
};
enum { SENDING_ROWS = sizeof(((struct record_sending *)0)->rows) / sizeof(struct sending_row) };

static size_t unsent(const struct record_sending *sending, uint32_t link) {
    return sending->options.unsent(sending->options.context, link);
}

static void end(struct sending_row *row, size_t bytes) {
    struct record_sending *sending = row->sending;
    const struct sending_row was = *row;
    memory_free(row->bytes);
    *row = (struct sending_row){.state = SENDING_FREE};
    sending->options.sent(sending->options.context, was.link, &was.id, (uint32_t)bytes);
}

/* The first that was asked for, of those not before `order`; `state` FREE: in any state. */
static struct sending_row *first_from(struct record_sending *sending, enum sending_state state, uint64_t order) {
    struct sending_row *found = NULL;
    for (size_t i = 0; i < SENDING_ROWS; i++) {
        struct sending_row *row = &sending->rows[i];
        const bool fits = state == SENDING_FREE ? row->state != SENDING_FREE : row->state == state;
        if (fits && row->order >= order && (found == NULL || row->order < found->order)) found = row;
    }
    return found;
}

static struct sending_row *first_of_link(struct record_sending *sending, uint32_t link) {
    struct sending_row *row = first_from(sending, SENDING_FREE, 0);
    while (row != NULL && row->link != link) row = first_from(sending, SENDING_FREE, row->order + 1);
    return row;
}

static void load_those_that_wait(struct record_sending *sending);

/* In order: one that is still being read holds up those behind it on the same link. */
static void send_on(struct record_sending *sending, uint32_t link) {
    for (;;) {
        struct sending_row *row = first_of_link(sending, link);
        if (row == NULL || row->state != SENDING_LOADED) return;
        const size_t waiting = unsent(sending, link);
        if (waiting != SIZE_MAX && waiting >= LINK_BULK_LOW) return;
        const bool is_sent = waiting != SIZE_MAX && row->bytes != NULL;
        if (is_sent)
            sending->options.send(sending->options.context, link, MESSAGE_RECORD_FRAME,
                                  (struct span){row->bytes, row->size});
        end(row, is_sent ? row->size : 0);
    }
}

static bool is_record(const struct content_loaded *loaded) {
    return loaded->result.answer == CONTENT_OK && loaded->kind >= OBJECT_MANIFEST && loaded->kind <= OBJECT_OTHER;
}

static void loaded(void *context, const struct content_loaded *loaded) {
    struct sending_row *row = context;
    struct record_sending *sending = row->sending;
    sending->loads--;
    row->state = SENDING_LOADED;
    if (is_record(loaded)) {
        row->bytes = loaded->bytes;
        row->size = loaded->size;
    } else {
        memory_free(loaded->bytes);
    }
    send_on(sending, row->link);
    load_those_that_wait(sending);
}

static void load_those_that_wait(struct record_sending *sending) {
    while (sending->loads < LOADS_MAX) {
        struct sending_row *row = first_from(sending, SENDING_WAITING, 0);
        if (row == NULL) return;
        if (content_store_load(sending->options.store, &row->id, loaded, row) != CONTENT_OK) {
            loop_timer_start(sending->again, BUSY_MS);
            return;
        }
        row->state = SENDING_LOADING;
        sending->loads++;
    }
}

static void again(void *context) {
    load_those_that_wait(context);
}

/* A link that ended drains no more; the engine does not count with it, so neither may its rows. */
static void forget_ended_links(struct record_sending *sending) {
    for (size_t i = 0; i < SENDING_ROWS; i++) {
        struct sending_row *row = &sending->rows[i];
        const bool is_held = row->state == SENDING_WAITING || row->state == SENDING_LOADED;
        if (is_held && unsent(sending, row->link) == SIZE_MAX) end(row, 0);
    }
}

void record_sending_start(struct record_sending *sending, uint32_t link, const struct object_id *id) {
    size_t place = 0;
    forget_ended_links(sending);
    while (sending->rows[place].state != SENDING_FREE) must_le(++place, SENDING_ROWS - 1);
    sending->rows[place] = (struct sending_row){
        .sending = sending, .state = SENDING_WAITING, .link = link, .id = *id, .order = ++sending->next_order};
    load_those_that_wait(sending);
}

void record_sending_drained(struct record_sending *sending, uint32_t link) {
    send_on(sending, link);
}

struct record_sending *record_sending_new(const struct record_sending_options *options) {
    struct record_sending *sending = memory_zeroed(1, sizeof *sending);
    sending->options = *options;
    sending->again = loop_timer_open(options->loop, again, sending);
    return sending;
}

void record_sending_free(struct record_sending *sending) {
    if (sending == NULL) return;
    for (size_t i = 0; i < SENDING_ROWS; i++) memory_free(sending->rows[i].bytes);
    loop_timer_close(sending->again);
    memory_free(sending);
}
