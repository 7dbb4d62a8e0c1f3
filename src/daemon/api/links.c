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

void route_links(struct api *api, struct http_exchange *exchange) {
    struct query query = query_of(exchange);
    struct links_answer answer = {.look = &api->look};
    int state = 0;
    answer.choice.after_id = (uint32_t)query_whole(&query, PARAMETER_LINKS_CURSOR);
    answer.choice.count_max = query_whole(&query, PARAMETER_LINKS_LIMIT);
    answer.choice.has_state = query_word(&query, PARAMETER_LINKS_STATE, &state);
    answer.choice.state = (enum link_state)state;
    if (!api_query_is_good(api, exchange, &query)) return;
    api_look(api);
    api_answer_json(api, exchange, write_links, &answer);
}
