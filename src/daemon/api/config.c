/* SPDX-License-Identifier: Apache-2.0 */
/* The configuration in force, and reading it again. */
#include "daemon/api/state.h"

/* An object whose members somebody else writes. */
struct told {
    const struct api *api;
    void (*write)(void *context, struct json_writer *w);
};

static void write_told(struct buffer *out, void *context) {
    const struct told *told = context;
    struct json_writer w = json_writer_into(out);
    json_open_object(&w, NULL);
    json_put_integer(&w, "asOf", told->api->look.wall_ms);
    told->write(told->api->options.context, &w);
    json_close_object(&w);
}

static void answer(struct api *api, struct http_exchange *exchange,
                   void (*write)(void *context, struct json_writer *w)) {
    struct told told = {api, write};
    if (write == NULL) {
        api_refuse(api, exchange, PROBLEM_NOT_FOUND, NULL);
        return;
    }
    api_look(api);
    api_answer_json(api, exchange, write_told, &told);
}

void route_config(struct api *api, struct http_exchange *exchange) {
    answer(api, exchange, api->options.write_config);
}

void route_config_reload(struct api *api, struct http_exchange *exchange) {
    if (api->options.reload != NULL) api->options.reload(api->options.context);
    answer(api, exchange, api->options.write_reload);
}
