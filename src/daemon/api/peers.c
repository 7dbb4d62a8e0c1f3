/* SPDX-License-Identifier: Apache-2.0 */
/* GET /api/v1/peers?cursor=&limit=: the nodes we know, page by page. */
#include "daemon/api/snapshot.h"
#include "daemon/api/state.h"

static void write_peers(struct buffer *out, void *context) {
    struct json_writer w = json_writer_into(out);
    snapshot_write_peers(&w, NULL, context);
}

void route_peers(struct api *api, struct http_exchange *exchange) {
    struct query query = query_of(exchange);
    uint64_t cursor = query_whole(&query, PARAMETER_PEERS_CURSOR);
    uint64_t limit = query_whole(&query, PARAMETER_PEERS_LIMIT);
    if (!api_query_is_good(api, exchange, &query)) return;
    api_look(api);
    look_take_peers(&api->look, api->options.engine, cursor, limit);
    api_answer_json(api, exchange, write_peers, &api->look);
}
