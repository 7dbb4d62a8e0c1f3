/* SPDX-License-Identifier: Apache-2.0 */
/* GET /api/v1/links?state=open&cursor=ID&limit=: the links, closed ones for 30 s with their reason; `cursor` is the id
 * of the last link of the page before. */
#include "daemon/api/snapshot.h"
#include "daemon/api/state.h"

struct links_answer {
    const struct look *look;
    struct link_choice choice;
};

static void write_links(struct buffer *out, void *context) {
    const struct links_answer *answer = context;
    struct json_writer w = json_writer_into(out);
    snapshot_write_links(&w, NULL, answer->look, &answer->choice);
}

static bool state_read(struct span name, enum link_state *state) {
    for (enum link_state s = LINK_STATE_DIALING; s <= LINK_STATE_CLOSED; s++) {
        if (!span_equal_text(name, link_state_name(s))) continue;
        *state = s;
        return true;
    }
    return false;
}

static bool choice_read(const struct http_exchange *exchange, struct link_choice *choice) {
    uint8_t memory[32];
    struct buffer name = buffer_over(memory, sizeof memory);
    uint64_t cursor, limit;
    bool is_good = api_query_number(exchange, "cursor", UINT32_MAX, 0, &cursor) &&
                   api_query_number(exchange, "limit", LIMIT_LINKS_MAX, LIMIT_LINKS_MAX, &limit) && limit > 0;
    if (!is_good) return false;
    *choice = (struct link_choice){.after_id = (uint32_t)cursor, .count_max = limit};
    choice->has_state = http_query(exchange, "state", &name);
    return !choice->has_state || state_read(buffer_span(&name), &choice->state);
}

void route_links(struct api *api, struct http_exchange *exchange) {
    struct links_answer answer = {.look = &api->look};
    if (!choice_read(exchange, &answer.choice)) {
        api_refuse(api, exchange, PROBLEM_QUERY, NULL);
        return;
    }
    api_look(api);
    api_answer_json(api, exchange, write_links, &answer);
}
