/* SPDX-License-Identifier: Apache-2.0 */
/* GET /api/v1/peers?cursor=&limit=: the nodes we know, page by page. */
#include "daemon/api/snapshot.h"
#include "daemon/api/state.h"

static void write_peers(struct buffer *out, void *context) {
    struct json_writer w = json_writer_into(out);
    snapshot_write_peers(&w, NULL, context);
}

void route_peers(struct api *api, struct http_exchange *exchange) {
    uint64_t cursor, limit;
    bool is_good = api_query_number(exchange, "cursor", LIMIT_BOOK_ROWS_MAX, 0, &cursor) &&
                   api_query_number(exchange, "limit", LOOK_PEERS_MAX, LOOK_PEERS_MAX, &limit) && limit > 0;
    if (!is_good) {
        api_refuse(api, exchange, PROBLEM_QUERY, NULL);
        return;
    }
    api_look(api);
    look_take_peers(&api->look, api->options.engine, cursor, limit);
    api_answer_json(api, exchange, write_peers, &api->look);
}
