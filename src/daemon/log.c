/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/log.h"

#include "base/encoding.h"
#include "base/json.h"
#include "base/map.h"
#include "base/memory.h"

#include <inttypes.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum {
    REPEATS_MAX = 10, /* of one line in REPEAT_WINDOW_MS */
    REPEAT_WINDOW_MS = 10000,
    REPEAT_ROWS = 64,     /* lines that are counted; the one begun first gives way */
    LINE_MAX_SIZE = 1024, /* within PIPE_BUF, so that a line is written whole or not at all */
    CONTEXT_ARENA = 8192,
};

/* How often one line was said in its window; repeat_hash says which lines are the same. */
struct repeat {
    uint64_t hash; /* 0 = a free row */
    int64_t begins_at_ms;
    uint32_t count;
    struct event_record last;
};
struct log {
    struct log_options options;
    bool is_journald;
    uint64_t dropped;      /* lines that nobody was ready to read, since that was told last */
    uint64_t dropped_ever; /* all of them */
    struct repeat repeats[REPEAT_ROWS];
};

/* systemd says which device and inode it gave us; a stderr that was redirected since is not its any more. */
static bool stderr_is_journald(void) {
    const char *stream = getenv("JOURNAL_STREAM");
    struct stat status;
    char own[64];
    if (stream == NULL || fstat(STDERR_FILENO, &status) != 0) return false;
    (void)snprintf(own, sizeof own, "%ju:%ju", (uintmax_t)status.st_dev, (uintmax_t)status.st_ino);
    return strcmp(stream, own) == 0;
}

struct log *log_new(const struct log_options *options) {
    struct log *log = memory_zeroed(1, sizeof *log);
    log->options = *options;
    log->is_journald = stderr_is_journald();
    return log;
}

void log_set(struct log *log, const struct log_options *options) {
    log->options = *options;
}

static bool is_told(const struct log *log, enum event_code code) {
    return event_level(code) >= log_topics_least(&log->options.topics, code, log->options.least);
}

static void put_head(const struct log *log, struct buffer *out, const struct event *event) {
    static const char *const journald_prefixes[] = {"<7>", "<6>", "<4>", "<3>"};
    enum event_level level = event_level((enum event_code)event->code);
    char time_text[32];
    struct tm parts;
    time_t seconds = (time_t)(event->at_ms / 1000);
    if (log->is_journald) {
        buffer_put_text(out, journald_prefixes[level]);
    } else if (gmtime_r(&seconds, &parts) != NULL) {
        size_t size = strftime(time_text, sizeof time_text, "%Y-%m-%dT%H:%M:%S", &parts);
        (void)snprintf(time_text + size, sizeof time_text - size, ".%03dZ ", (int)(event->at_ms % 1000));
        buffer_put_text(out, time_text);
    }
    buffer_put_text(out, event_level_name(level));
    buffer_put_text(out, " ");
    buffer_put_text(out, event_name((enum event_code)event->code));
}

static void put_subject(struct buffer *out, const struct event *event) {
    char text[16];
    buffer_put_text(out, " ");
    buffer_put_text(out, event->has_peer ? node_id_short(&event->peer, text) : "-");
    buffer_put_text(out, " ");
}

/* A terminal acts on control characters, and on C1 ones that come as valid UTF-8 (C2 80 to C2 9F). */
static bool is_plain(struct span character) {
    if (character.size == 0 || character.at[0] < 0x20 || character.at[0] == 0x7f) return false;
    return !(character.at[0] == 0xc2 && character.at[1] < 0xa0);
}

/* Foreign bytes so that they are one line and nothing else: what is not plain, or is `mark`, stands as \xNN. */
static void put_escaped(struct buffer *out, struct span text, char mark) {
    while (text.size > 0) {
        struct span character = {text.at, utf8_first_size(text)};
        if (is_plain(character) && character.at[0] != '\\' && character.at[0] != mark) {
            buffer_put(out, character);
        } else {
            character.size = 1;
            buffer_put_text(out, "\\x");
            hex_write(out, character);
        }
        text = (struct span){text.at + character.size, text.size - character.size};
    }
}

static void put_value(struct buffer *out, const struct json_value *value) {
    struct span string;
    if (!json_as_string(value, &string)) {
        buffer_put(out, value->text);
        return;
    }
    bool needs_quotes = string.size == 0;
    for (size_t i = 0; i < string.size; i++) needs_quotes = needs_quotes || strchr(" \"=", string.at[i]) != NULL;
    buffer_put_text(out, needs_quotes ? "\"" : "");
    put_escaped(out, string, '"');
    buffer_put_text(out, needs_quotes ? "\"" : "");
}

/* The fields and their names are what the page shows as the event's context; there is one list of them. */
static void put_context(struct buffer *out, const struct event *event) {
    uint8_t json_memory[4096];
    max_align_t arena_memory[CONTEXT_ARENA / sizeof(max_align_t)];
    struct buffer json = buffer_over(json_memory, sizeof json_memory);
    struct arena arena = arena_over(arena_memory, sizeof arena_memory);
    struct json_writer w = json_writer_into(&json);
    enum json_fault fault;
    json_open_object(&w, NULL);
    event_write_members(&w, event);
    json_close_object(&w);
    const struct json_value *context =
        json_member(json_parse(buffer_span(&json), JSON_WIRE, &arena, &fault, NULL), "context");
    if (context == NULL || context->kind != JSON_OBJECT) return;
    for (size_t i = 0; i < context->count; i++) {
        buffer_put_text(out, " ");
        buffer_put(out, context->as.members[i].name);
        buffer_put_text(out, "=");
        put_value(out, &context->as.members[i].value);
    }
}

static struct buffer sentence_of(const struct event *event, uint8_t *memory, size_t capacity) {
    struct buffer sentence = buffer_over(memory, capacity);
    event_write_sentence(&sentence, event);
    return sentence;
}

/* Whoever reads the log may have stopped reading; the node goes on. A pipe that is writable takes a whole PIPE_BUF. */
static bool may_write(void) {
    struct pollfd ready = {.fd = STDERR_FILENO, .events = POLLOUT};
    return poll(&ready, 1, 0) == 1 && (ready.revents & POLLOUT) != 0;
}

static void write_whole(struct buffer line) {
    ssize_t written = write(STDERR_FILENO, line.at, line.size);
    (void)written; /* there is nowhere else to say that the log is gone */
}

static void say_dropped(struct log *log) {
    char text[96];
    int size = snprintf(text, sizeof text, "%s%" PRIu64 " lines were not written: nobody read them\n",
                        log->is_journald ? "<4>" : "", log->dropped);
    write_whole((struct buffer){.at = (uint8_t *)text, .size = (size_t)size});
    log->dropped = 0;
}

static void write_out(struct log *log, struct buffer *line) {
    if (!may_write()) {
        log->dropped++;
        log->dropped_ever++;
        return;
    }
    if (log->dropped > 0) say_dropped(log);
    line->overflowed = false; /* a line that was cut is still a line */
    if (line->size == line->capacity) line->size--;
    buffer_put_text(line, "\n");
    if (may_write()) write_whole(*line);
}

uint64_t log_dropped(const struct log *log) {
    return log->dropped_ever;
}

static void write_line(struct log *log, const struct event_record *record, uint32_t more) {
    uint8_t line_memory[LINE_MAX_SIZE], sentence_memory[512];
    struct buffer line = buffer_over(line_memory, sizeof line_memory);
    struct buffer sentence = sentence_of(&record->event, sentence_memory, sizeof sentence_memory);
    put_head(log, &line, &record->event);
    put_subject(&line, &record->event);
    put_escaped(&line, buffer_span(&sentence), '\\');
    if (more == 0) {
        put_context(&line, &record->event);
    } else {
        buffer_put_text(&line, " (and ");
        buffer_put_decimal(&line, more);
        buffer_put_text(&line, record->event.has_address ? " more like it)" : " times more)");
    }
    write_out(log, &line);
}

/* Says what a window held back, and frees the row. */
static void repeat_end(struct log *log, struct repeat *repeat) {
    if (repeat->count > REPEATS_MAX) write_line(log, &repeat->last, repeat->count - REPEATS_MAX);
    *repeat = (struct repeat){0};
}

static void end_old_repeats(struct log *log, int64_t now_ms) {
    for (size_t i = 0; i < REPEAT_ROWS; i++) {
        struct repeat *repeat = &log->repeats[i];
        int64_t age_ms = now_ms - repeat->begins_at_ms;
        bool is_over = age_ms < 0 || age_ms >= REPEAT_WINDOW_MS; /* under 0: the clock was set back */
        if (repeat->hash != 0 && is_over) repeat_end(log, repeat);
    }
}

static struct repeat *repeat_of(struct log *log, uint64_t hash, int64_t now_ms) {
    struct repeat *oldest = &log->repeats[0];
    for (size_t i = 0; i < REPEAT_ROWS; i++) {
        struct repeat *repeat = &log->repeats[i];
        if (repeat->hash == hash) return repeat;
        if (oldest->hash != 0 && (repeat->hash == 0 || repeat->begins_at_ms < oldest->begins_at_ms)) oldest = repeat;
    }
    repeat_end(log, oldest);
    *oldest = (struct repeat){.hash = hash, .begins_at_ms = now_ms};
    return oldest;
}

/* Two lines about one IP are the same when code and reason are: a stranger chooses its port, its key and what went
 * wrong anew for each connection, and must not buy a line with that. Other lines are the same when their sentences are.
 */
static uint64_t repeat_hash(const struct event *event) {
    uint8_t memory[512];
    struct buffer about = buffer_over(memory, sizeof memory);
    if (event->has_address) {
        buffer_put_u8(&about, event->reason);
        address_write_ip(&about, &event->address);
    } else {
        event_write_sentence(&about, event);
    }
    return map_hash(buffer_span(&about), event->code, 1) | 1;
}

void log_write(struct log *log, const struct event_record *record) {
    const struct event *event = &record->event;
    end_old_repeats(log, event->at_ms);
    if (!is_told(log, (enum event_code)event->code)) return;
    struct repeat *repeat = repeat_of(log, repeat_hash(event), event->at_ms);
    repeat->last = *record;
    if (++repeat->count <= REPEATS_MAX) write_line(log, record, 0);
}

void log_free(struct log *log) {
    if (log == NULL) return;
    for (size_t i = 0; i < REPEAT_ROWS; i++) repeat_end(log, &log->repeats[i]);
    memory_free(log);
}
