/* SPDX-License-Identifier: Apache-2.0 */
/* GET /api/v1/events?limit=&cursor=ID&code=&level=: what happened, newest first; `cursor` is the id of the last event
 * of the page before, `level` means that one and louder. */
#include "base/number.h"
#include "daemon/api/snapshot.h"
#include "daemon/api/state.h"

#include <string.h>

enum { LIMIT_DEFAULT = 50, LIMIT_MAX = 200 };

struct events_answer {
    int64_t as_of_ms;
    const struct event_log *events;
    struct event_choice choice;
};

static void write_events(struct buffer *out, void *context) {
    const struct events_answer *answer = context;
    struct json_writer w = json_writer_into(out);
    json_open_object(&w, NULL);
    json_put_integer(&w, "asOf", answer->as_of_ms);
    snapshot_write_events(&w, answer->events, &answer->choice);
    json_close_object(&w);
}

/* An event's id is "<time>-<number>". */
static bool id_read(struct span id, uint64_t *seq) {
    const uint8_t *dash = id.size == 0 ? NULL : memchr(id.at, '-', id.size);
    int64_t number;
    if (dash == NULL) return false;
    struct span digits = {dash + 1, id.size - (size_t)(dash + 1 - id.at)};
    if (!number_read_i64(digits, &number) || number <= 0) return false;
    *seq = (uint64_t)number;
    return true;
}

static bool code_read(struct span name, enum event_code *code) {
    for (int i = 0; i < EVENT_COUNT; i++) {
        if (!span_equal_text(name, event_name((enum event_code)i))) continue;
        *code = (enum event_code)i;
        return true;
    }
    return false;
}

static bool level_read(struct span name, enum event_level *level) {
    for (enum event_level l = EVENT_LEVEL_DEBUG; l <= EVENT_LEVEL_ERROR; l++) {
        if (!span_equal_text(name, event_level_name(l))) continue;
        *level = l;
        return true;
    }
    return false;
}

/* A filter that is not there is good; one that means nothing is not. */
static bool choice_read(const struct http_exchange *exchange, struct event_choice *choice) {
    uint8_t memory[3][64];
    struct buffer cursor = buffer_over(memory[0], sizeof memory[0]);
    struct buffer code = buffer_over(memory[1], sizeof memory[1]);
    struct buffer level = buffer_over(memory[2], sizeof memory[2]);
    uint64_t limit;
    *choice = (struct event_choice){.least = EVENT_LEVEL_DEBUG};
    if (!api_query_number(exchange, "limit", LIMIT_MAX, LIMIT_DEFAULT, &limit) || limit == 0) return false;
    choice->count_max = limit;
    if (http_query(exchange, "cursor", &cursor) && !id_read(buffer_span(&cursor), &choice->before_seq)) return false;
    choice->has_code = http_query(exchange, "code", &code);
    if (choice->has_code && !code_read(buffer_span(&code), &choice->code)) return false;
    return !http_query(exchange, "level", &level) || level_read(buffer_span(&level), &choice->least);
}

void route_events(struct api *api, struct http_exchange *exchange) {
    struct events_answer answer = {.events = api->options.events};
    if (!choice_read(exchange, &answer.choice)) {
        api_refuse(api, exchange, PROBLEM_QUERY, NULL);
        return;
    }
    api_look(api);
    answer.as_of_ms = api->look.wall_ms;
    api_answer_json(api, exchange, write_events, &answer);
}
