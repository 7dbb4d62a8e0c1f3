/* SPDX-License-Identifier: Apache-2.0 */
/* GET /healthz: the process answers. GET /readyz: it does its work, or the name of the check that fails. For service
 * managers and probes, which have no token: they learn nothing else. */
#include "daemon/api/state.h"

static void answer(struct http_exchange *exchange, int status, const char *word, const char *failing) {
    static const struct http_header_line headers[] = {{"Cache-Control", "no-store"}, {"Retry-After", "1"}};
    uint8_t memory[256];
    struct buffer body = buffer_over(memory, sizeof memory);
    struct json_writer w = json_writer_into(&body);
    json_open_object(&w, NULL);
    json_put_text(&w, "status", word);
    json_open_array(&w, "failing");
    if (failing != NULL) json_put_text(&w, NULL, failing);
    json_close_array(&w);
    json_close_object(&w);
    http_answer(exchange, &(struct http_reply){.status = status,
                                               .content_type = "application/json",
                                               .body = buffer_span(&body),
                                               .headers = headers,
                                               .header_count = status == 503 ? 2 : 1});
}

void route_healthz(struct api *api, struct http_exchange *exchange) {
    (void)api;
    answer(exchange, 200, "ok", NULL);
}

void route_readyz(struct api *api, struct http_exchange *exchange) {
    const char *failing = NULL;
    if (api_is_ready(api, &failing)) {
        answer(exchange, 200, "ready", NULL);
    } else {
        answer(exchange, 503, "not-ready", failing);
    }
}
