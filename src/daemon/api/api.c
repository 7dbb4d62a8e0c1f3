/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/api/api.h"

#include "base/memory.h"
#include "base/must.h"
#include "daemon/api/session_token.h"
#include "daemon/api/state.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

/* ---- For the routes ---- */

int64_t api_now_ms(const struct api *api) {
    return loop_now_ms(api->options.loop);
}

int64_t api_wall_ms(const struct api *api) {
    return api_now_ms(api) + api->look.rendezvous.wall_offset_ms;
}

void api_look(struct api *api) {
    const struct api_options *options = &api->options;
    api->look.disk_trouble =
        options->disk_trouble == NULL ? NULL : options->disk_trouble(options->context, &api->look.disk_since_ms);
    api->look.signaling = options->look_signaling == NULL ? NULL : options->look_signaling(options->context);
    api->look.ice = options->look_ice == NULL ? NULL : options->look_ice(options->context);
    look_take(&api->look, options->engine, api_now_ms(api));
    api->look.has_beacon = options->count_beacon != NULL && options->count_beacon(options->context, &api->look.beacon);
}

void api_answer_json_as(struct api *api, struct http_exchange *exchange, int status,
                        void (*write)(struct buffer *out, void *context), void *context) {
    static const struct http_header_line headers[] = {{"Cache-Control", "no-store"}};
    struct span body;
    if (!draft_write(&api->draft, write, context, &body)) {
        api_refuse(api, exchange, PROBLEM_TOO_LARGE, NULL);
        return;
    }
    http_answer(
        exchange,
        &(struct http_reply){
            .status = status, .content_type = "application/json", .body = body, .headers = headers, .header_count = 1});
}

void api_answer_json(struct api *api, struct http_exchange *exchange, void (*write)(struct buffer *out, void *context),
                     void *context) {
    api_answer_json_as(api, exchange, 200, write, context);
}

bool api_query_is_good(struct api *api, struct http_exchange *exchange, const struct query *query) {
    uint8_t memory[256];
    struct buffer demand = buffer_over(memory, sizeof memory);
    if (query->wrong == PARAMETER_COUNT) return true;
    query_write_demand(&demand, query->wrong);
    must(!demand.overflowed);
    api_refuse(api, exchange, PROBLEM_QUERY, &(struct problem_note){.detail = buffer_span(&demand)});
    return false;
}

bool api_is_ready(const struct api *api, const char **failing) {
    const struct api_options *options = &api->options;
    const char *unasked;
    if (options->is_ready == NULL) return true;
    return options->is_ready(options->context, failing == NULL ? &unasked : failing);
}

/* ---- Refusals ---- */

/* Somebody without the right to be here, rather than a mistyped call. */
static bool is_suspicious(enum problem problem) {
    int status = problem_status(problem);
    return status == 401 || status == 403 || status == 421;
}

static void tell_of_refusal(struct api *api, const struct http_exchange *exchange, enum problem problem) {
    struct span path = http_path(exchange);
    char text[EVENT_TEXT_MAX + 1];
    struct event event = {.code = EVENT_API_REFUSED, .address = http_client(exchange)};
    event.has_address = event.address.family != ADDRESS_NONE;
    event.at_ms = api_wall_ms(api);
    event.figures[0] = problem_status(problem);
    int path_size = path.size < 60 ? (int)path.size : 60;
    if (api->refused_since == 0) {
        (void)snprintf(text, sizeof text, "%s at %.*s", problem_code(problem), path_size, (const char *)path.at);
    } else {
        (void)snprintf(text, sizeof text, "%s at %.*s, and %u more", problem_code(problem), path_size,
                       (const char *)path.at, (unsigned)api->refused_since);
    }
    event_set_text(&event, text);
    event_log_add(api->options.events, &event);
}

void api_refuse(struct api *api, struct http_exchange *exchange, enum problem problem,
                const struct problem_note *note) {
    int64_t now_ms = api_now_ms(api);
    api->refused[problem]++;
    if (is_suspicious(problem)) {
        bool is_due = now_ms - api->refused_at_ms >= API_REFUSED_EVERY_MS;
        if (is_due) tell_of_refusal(api, exchange, problem);
        if (is_due) api->refused_at_ms = now_ms;
        api->refused_since = is_due ? 0 : api->refused_since + 1;
    }
    problem_answer(exchange, problem, note);
}

/* ---- Dispatch ---- */

/* What says nothing of its type is taken as it is; what says that it is something else was meant for somebody else. */
static bool is_body_understood(const struct route *route, const struct http_exchange *exchange) {
    static const char json[] = "application/json";
    enum { JSON_SIZE = sizeof json - 1 };
    struct span type = http_header(exchange, "content-type");
    if (route->shape.body == NULL || type.size == 0) return true;
    if (type.size < JSON_SIZE || strncasecmp((const char *)type.at, json, JSON_SIZE) != 0) return false;
    return type.size == JSON_SIZE || type.at[JSON_SIZE] == ';' || type.at[JSON_SIZE] == ' ';
}

static void handle(void *context, struct http_exchange *exchange);

/* A body that may be of any size is taken as it comes; who may send it is judged by the head. */
static void begins(void *context, struct http_exchange *exchange) {
    char allow[ROUTE_ALLOW_SIZE];
    const struct route *route = route_find(http_path(exchange), http_method(exchange), allow);
    if (route != NULL && route->shape.is_upload) handle(context, exchange);
}

static void handle(void *context, struct http_exchange *exchange) {
    struct api *api = context;
    char allow[ROUTE_ALLOW_SIZE];
    struct guard_request request = guard_request_of(exchange);
    enum problem problem = guard_check_host(&api->guard, &request);
    const struct route *route = route_find(http_path(exchange), request.method, allow);
    if (problem == PROBLEM_NONE && route == NULL) problem = allow[0] == '\0' ? PROBLEM_NOT_FOUND : PROBLEM_METHOD;
    if (problem == PROBLEM_NONE) problem = guard_check(&api->guard, &request, route->access, api_wall_ms(api));
    if (problem == PROBLEM_NONE && !is_body_understood(route, exchange)) problem = PROBLEM_MEDIA_TYPE;
    if (problem == PROBLEM_NONE) {
        route->answer(api, exchange);
    } else {
        const struct problem_note note = {.allow = problem == PROBLEM_METHOD ? allow : NULL};
        api_refuse(api, exchange, problem, &note);
    }
}

static void gone(void *context, struct http_exchange *exchange) {
    stream_gone(context, exchange);
    operation_calls_gone(context, exchange);
    history_calls_gone(context, exchange);
    content_calls_gone(context, exchange);
    post_calls_gone(context, exchange);
    upload_calls_gone(context, exchange);
    disk_calls_gone(context, exchange);
}

/* ---- Life ---- */

/* In the middle of the next second of the wall clock, so that each has one look, however late the last one was. */
static void start_tick(struct api *api) {
    const int64_t into_ms = loop_wall_ms(api->options.loop) % API_TICK_MS;
    loop_timer_start(api->timer, API_TICK_MS + API_TICK_MS / 2 - into_ms);
}

static void ticked(void *context) {
    struct api *api = context;
    api->tick++;
    if (api->streams.count == 0) api_look(api); /* so that sums miss no link and findings know when they began */
    stream_set_tick(api);
    content_calls_tick(api);
    post_calls_tick(api);
    history_calls_take(api);
    start_tick(api);
}

static void free_hosts(struct api *api) {
    for (size_t i = 0; i < api->guard.host_count; i++) memory_free(api->hosts[i]);
    memory_free(api->hosts);
}

void api_set_hosts(struct api *api, const char *const *hosts, size_t count) {
    free_hosts(api);
    api->hosts = memory_zeroed(count, sizeof api->hosts[0]);
    for (size_t i = 0; i < count; i++) {
        const size_t size = strlen(hosts[i]) + 1;
        api->hosts[i] = memory_zeroed(1, size);
        memcpy(api->hosts[i], hosts[i], size);
    }
    api->guard.hosts = (const char *const *)api->hosts;
    api->guard.host_count = count;
}

void api_set_trust(struct api *api, const struct http_trust *trust) {
    http_server_set_trust(api->server, trust);
}

static void take_options(struct api *api, const struct api_options *options) {
    char node_id[NODE_ID_TEXT_SIZE + 1];
    must(strlen(options->token) < sizeof api->token && options->token[0] != '\0');
    api->options = *options;
    (void)snprintf(api->token, sizeof api->token, "%s", options->token);
    api_set_hosts(api, options->hosts, options->host_count);
    api->options.token = api->token;
    api->entropy = entropy_of_system();
    draft_init(&api->draft);
    credential_table_init(&api->credentials, CREDENTIAL_CODE_MS);
    api->look.facts = &api->options.facts;
    api->look.events = options->events;
    api->look.doctor = options->doctor;
    api->look.content = options->content;
    api_look(api);
    (void)snprintf(api->cookie_name, sizeof api->cookie_name, "skep-%.8s",
                   node_id_text(&api->look.node.node_id, node_id));
}

static enum err open_server(struct api *api, struct http_place *bound, struct err_detail *detail) {
    const struct http_options options = {
        .loop = api->options.loop,
        .at = api->options.at,
        .trust = api->options.trust,
        .option = "--api",
        .head_bytes_max = API_HEAD_BYTES_MAX,
        .body_bytes_max = API_BODY_BYTES_MAX,
        .request_ms_max = API_REQUEST_MS_MAX,
        .idle_ms_max = API_IDLE_MS_MAX,
        .connections_max = API_CONNECTIONS_MAX,
        .begins = begins,
        .handle = handle,
        .gone = gone,
        .context = api,
    };
    return http_server_new(&api->server, &options, bound, detail);
}

static void free_memory(struct api *api) {
    free_hosts(api);
    draft_deinit(&api->draft);
    memory_free(api);
}

enum err api_new(struct api **api, const struct api_options *options, struct http_place *bound,
                 struct err_detail *detail) {
    struct api *a = memory_zeroed(1, sizeof *a);
    take_options(a, options);
    enum err err = open_server(a, bound, detail);
    if (err != ERR_OK) {
        free_memory(a);
        return err;
    }
    a->look.api_place = *bound;
    a->guard.bound = bound->address;
    a->guard.token = a->token;
    a->guard.cookie_name = a->cookie_name;
    a->guard.sessions_key = session_token_key(span_of_text(a->token));
    stream_set_init(a);
    a->timer = loop_timer_open(options->loop, ticked, a);
    start_tick(a);
    *api = a;
    return ERR_OK;
}

void api_free(struct api *api) {
    if (api == NULL) return;
    stream_set_deinit(api);
    operation_calls_forget_all(api);
    history_calls_forget_all(api);
    content_calls_forget_all(api);
    post_calls_forget_all(api);
    upload_calls_forget_all(api);
    disk_calls_forget_all(api);
    loop_timer_close(api->timer);
    http_server_free(api->server); /* tells stream_gone of every reader */
    free_memory(api);
}
