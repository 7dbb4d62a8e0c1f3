/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/event_log.h"

#include "base/memory.h"
#include "base/must.h"

#include <inttypes.h>
#include <stdio.h>

enum { LISTENERS_MAX = 4 };

struct listener {
    void (*added)(void *context, const struct event_record *record); /* NULL = a free place */
    void *context;
};
struct event_log {
    uint64_t newest; /* 0 = none yet */
    struct event_counts counts;
    struct event_fold fold;
    struct listener listeners[LISTENERS_MAX];
    struct event_record records[EVENT_LOG_SIZE]; /* event n stands at n modulo the size */
};

struct event_log *event_log_new(void) {
    return memory_zeroed(1, sizeof(struct event_log));
}

void event_log_free(struct event_log *log) {
    memory_free(log);
}

static struct event_record *place_of(struct event_log *log, uint64_t seq) {
    return &log->records[seq % EVENT_LOG_SIZE];
}

static void log_keep(struct event_log *log, const struct event *event) {
    struct event_record *record = place_of(log, ++log->newest);
    *record = (struct event_record){.seq = log->newest, .event = *event};
    /* A listener may add an event of its own, or go; a copy keeps what the others are told. */
    struct event_record told = *record;
    for (size_t i = 0; i < LISTENERS_MAX; i++)
        if (log->listeners[i].added != NULL) log->listeners[i].added(log->listeners[i].context, &told);
}

void event_log_add(struct event_log *log, const struct event *event) {
    struct event summary;
    must(event->code < EVENT_COUNT);
    while (event_fold_take_ended(&log->fold, event->at_ms, &summary)) {
        log->counts.of[summary.code]++;
        log_keep(log, &summary);
    }
    log->counts.of[event->code]++;
    if (event_fold_keeps(&log->fold, event)) {
        log_keep(log, event);
    } else {
        log->counts.folded++;
    }
}

const struct event_counts *event_log_counts(const struct event_log *log) {
    return &log->counts;
}

uint64_t event_log_newest(const struct event_log *log) {
    return log->newest;
}

uint64_t event_log_oldest(const struct event_log *log) {
    if (log->newest == 0) return 0;
    return log->newest < EVENT_LOG_SIZE ? 1 : log->newest - EVENT_LOG_SIZE + 1;
}

const struct event_record *event_log_at(const struct event_log *log, uint64_t seq) {
    bool is_kept = seq != 0 && seq <= log->newest && seq >= event_log_oldest(log);
    return is_kept ? &log->records[seq % EVENT_LOG_SIZE] : NULL;
}

void event_log_listen(struct event_log *log, void (*added)(void *context, const struct event_record *record),
                      void *context) {
    size_t place = 0;
    while (place < LISTENERS_MAX && log->listeners[place].added != NULL) place++;
    must(place < LISTENERS_MAX);
    log->listeners[place] = (struct listener){added, context};
}

void event_log_unlisten(struct event_log *log, void *context) {
    for (size_t i = 0; i < LISTENERS_MAX; i++)
        if (log->listeners[i].added != NULL && log->listeners[i].context == context)
            log->listeners[i] = (struct listener){0};
}

void event_log_write_json(struct buffer *out, const struct event_record *record) {
    struct json_writer w = json_writer_into(out);
    char id[48];
    (void)snprintf(id, sizeof id, "%" PRId64 "-%" PRIu64, record->event.at_ms, record->seq);
    json_open_object(&w, NULL);
    json_put_text(&w, "id", id);
    json_put_integer(&w, "at", record->event.at_ms);
    event_write_members(&w, &record->event);
    json_close_object(&w);
}
