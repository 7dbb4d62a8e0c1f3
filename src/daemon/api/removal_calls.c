/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/api/removal_calls.h"

#include "base/memory.h"
#include "daemon/api/query.h"
#include "daemon/api/state.h"
#include "daemon/content/content_host.h"

/* A removal under way. The host comes back with it, also when nobody waits any more. */
struct removal_call {
    struct removal_call *next;
    struct api *api;
    struct http_exchange *exchange; /* NULL: its client left */
};

void removal_calls_gone(struct api *api, const struct http_exchange *exchange) {
    for (struct removal_call *call = api->removal_calls; call != NULL; call = call->next)
        if (call->exchange == exchange) call->exchange = NULL;
}

void removal_calls_forget_all(struct api *api) {
    while (api->removal_calls != NULL) {
        struct removal_call *call = api->removal_calls;
        api->removal_calls = call->next;
        memory_free(call);
    }
}

static void end(struct removal_call *call) {
    struct removal_call **place = &call->api->removal_calls;
    while (*place != call) place = &(*place)->next;
    *place = call->next;
    memory_free(call);
}

static void removed(void *context, const struct content_result *result) {
    static const struct http_header_line headers[] = {{"Cache-Control", "no-store"}};
    struct removal_call *call = context;
    struct api *api = call->api;
    struct http_exchange *exchange = call->exchange;
    const struct problem_note note = {.detail = span_of_text(result->detail)};
    end(call);
    if (exchange == NULL) return;
    http_set_user(exchange, NULL);
    if (result->answer == CONTENT_FAILED) {
        api_refuse(api, exchange, PROBLEM_NOT_WRITTEN, &note);
    } else {
        http_answer(exchange, &(struct http_reply){.status = 204, .headers = headers, .header_count = 1});
    }
}

static bool id_of_path(const struct http_exchange *exchange, struct object_id *id) {
    static const char prefix[] = "/api/v1/files/";
    const struct span path = http_path(exchange);
    return object_id_read((struct span){path.at + sizeof prefix - 1, path.size - (sizeof prefix - 1)}, id);
}

static size_t count_calls(const struct api *api) {
    size_t count = 0;
    for (const struct removal_call *call = api->removal_calls; call != NULL; call = call->next) count++;
    return count;
}

/* PROBLEM_NONE: it has begun. */
static enum problem begin(struct api *api, struct http_exchange *exchange, const struct object_id *id, bool is_forced) {
    struct removal_call *call = memory_zeroed(1, sizeof *call);
    *call = (struct removal_call){api->removal_calls, api, exchange};
    const enum content_removal removal =
        content_host_remove(api->options.content, id, is_forced, (struct content_done){removed, call});
    if (removal == CONTENT_REMOVAL_BEGUN) {
        api->removal_calls = call;
        http_set_user(exchange, call);
        return PROBLEM_NONE;
    }
    memory_free(call);
    return removal == CONTENT_REMOVAL_ABSENT      ? PROBLEM_FILE_ABSENT
           : removal == CONTENT_REMOVAL_LAST_COPY ? PROBLEM_LAST_COPY
                                                  : PROBLEM_CONTENT_BUSY;
}

void route_file_remove(struct api *api, struct http_exchange *exchange) {
    struct query query = query_of(exchange);
    const bool is_forced = query_flag(&query, PARAMETER_FILE_REMOVE_FORCE);
    struct object_id id;
    if (!api_query_is_good(api, exchange, &query)) return;
    const enum problem problem = api->options.content == NULL            ? PROBLEM_NO_NODE
                                 : count_calls(api) == REMOVAL_CALLS_MAX ? PROBLEM_CONTENT_BUSY
                                 : !id_of_path(exchange, &id)            ? PROBLEM_FILE_ABSENT
                                                                         : begin(api, exchange, &id, is_forced);
    if (problem != PROBLEM_NONE) api_refuse(api, exchange, problem, NULL);
}
