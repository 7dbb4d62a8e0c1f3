/* SPDX-License-Identifier: Apache-2.0 */
/* DELETE /api/v1/files/{id}: this node lets go of a file. Answered when it is gone from the disk. */
#include "daemon/api/query.h"
#include "daemon/api/state.h"
#include "daemon/content/content_host.h"

static void removed(void *context, const struct content_result *result) {
    static const struct http_header_line headers[] = {{"Cache-Control", "no-store"}};
    struct disk_call *call = context;
    struct api *api = call->api;
    const struct problem_note note = {.detail = span_of_text(result->detail)};
    struct http_exchange *exchange = disk_call_end(call);
    if (exchange == NULL) return;
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

/* PROBLEM_NONE: it has begun. */
static enum problem begin(struct api *api, struct http_exchange *exchange, const struct object_id *id, bool is_forced) {
    struct disk_call *call = disk_call_begin(api, exchange, DISK_CALL_REMOVE_FILE);
    if (call == NULL) return PROBLEM_CONTENT_BUSY;
    const enum content_removal removal =
        content_host_remove(api->options.content, id, is_forced, (struct content_done){removed, call});
    if (removal == CONTENT_REMOVAL_BEGUN) return PROBLEM_NONE;
    (void)disk_call_end(call);
    return removal == CONTENT_REMOVAL_ABSENT      ? PROBLEM_FILE_ABSENT
           : removal == CONTENT_REMOVAL_LAST_COPY ? PROBLEM_LAST_COPY
                                                  : PROBLEM_CONTENT_BUSY;
}

void route_file_remove(struct api *api, struct http_exchange *exchange) {
    struct query query = query_of(exchange);
    const bool is_forced = query_flag(&query, PARAMETER_FILE_REMOVE_FORCE);
    struct object_id id;
    if (!api_query_is_good(api, exchange, &query)) return;
    const enum problem problem = api->options.content == NULL ? PROBLEM_NO_NODE
                                 : !id_of_path(exchange, &id) ? PROBLEM_FILE_ABSENT
                                                              : begin(api, exchange, &id, is_forced);
    if (problem != PROBLEM_NONE) api_refuse(api, exchange, problem, NULL);
}
