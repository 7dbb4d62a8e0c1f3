/* SPDX-License-Identifier: Apache-2.0 */
/* GET /api/v1/links?state=open: the links, closed ones for 30 s with their reason. */
#include "daemon/api/snapshot.h"
#include "daemon/api/state.h"

struct links_answer {
    const struct look *look;
    const enum link_state *state; /* NULL = any */
};

static void write_links(struct buffer *out, void *context) {
    const struct links_answer *answer = context;
    struct json_writer w = json_writer_into(out);
    snapshot_write_links_in(&w, NULL, answer->look, answer->state);
}

static bool state_read(struct span name, enum link_state *state) {
    for (enum link_state s = LINK_STATE_DIALING; s <= LINK_STATE_CLOSED; s++) {
        if (!span_equal_text(name, link_state_name(s))) continue;
        *state = s;
        return true;
    }
    return false;
}

void route_links(struct api *api, struct http_exchange *exchange) {
    uint8_t memory[32];
    struct buffer name = buffer_over(memory, sizeof memory);
    enum link_state state;
    bool is_filtered = http_query(exchange, "state", &name);
    if (is_filtered && !state_read(buffer_span(&name), &state)) {
        api_refuse(api, exchange, PROBLEM_QUERY, NULL);
        return;
    }
    api_look(api);
    struct links_answer answer = {&api->look, is_filtered ? &state : NULL};
    api_answer_json(api, exchange, write_links, &answer);
}
