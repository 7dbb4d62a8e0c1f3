/* SPDX-License-Identifier: Apache-2.0 */
/* GET /api/v1/events?limit=&cursor=ID&code=&level=: what happened, newest first; `cursor` is the id of the last event
 * of the page before, `level` means that one and louder. */
#include "daemon/api/snapshot.h"
#include "daemon/api/state.h"

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

void route_events(struct api *api, struct http_exchange *exchange) {
    struct query query = query_of(exchange);
    struct events_answer answer = {.events = api->options.events};
    int code = 0, level = EVENT_LEVEL_DEBUG;
    answer.choice.count_max = query_whole(&query, PARAMETER_EVENTS_LIMIT);
    answer.choice.before_seq = query_event(&query, PARAMETER_EVENTS_CURSOR);
    answer.choice.has_code = query_word(&query, PARAMETER_EVENTS_CODE, &code);
    answer.choice.code = (enum event_code)code;
    if (query_word(&query, PARAMETER_EVENTS_LEVEL, &level)) answer.choice.least = (enum event_level)level;
    if (!api_query_is_good(api, exchange, &query)) return;
    api_look(api);
    answer.as_of_ms = api->look.wall_ms;
    api_answer_json(api, exchange, write_events, &answer);
}
