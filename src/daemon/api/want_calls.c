/* SPDX-License-Identifier: Apache-2.0 */
/* POST /api/v1/files/fetch: files are wanted here. Answered when that is on the disk. */
#include "base/json.h"
#include "base/memory.h"
#include "daemon/api/state.h"
#include "daemon/content/content_host.h"

enum { IDS_MAX = 100, BODY_ARENA = 256 * 1024 };

/* False: one of them is no id. */
static bool want_all(struct api *api, const struct json_value *ids, struct wanted *wanted) {
    if (ids == NULL || ids->kind != JSON_ARRAY || ids->count == 0 || ids->count > IDS_MAX) return false;
    for (size_t i = 0; i < ids->count; i++) {
        struct object_id id;
        struct span text;
        if (!json_as_string(&ids->as.items[i], &text) || !object_id_read(text, &id)) return false;
        if (!content_host_want(api->options.content, &id)) {
            wanted->refused++;
            continue;
        }
        const struct library_entry *entry = library_find(content_host_library(api->options.content), &id);
        *(entry->state == LIBRARY_HELD ? &wanted->held : &wanted->fetching) += 1;
    }
    return true;
}

static void write_wanted(struct buffer *out, void *context) {
    const struct wanted *wanted = context;
    struct json_writer w = json_writer_into(out);
    json_open_object(&w, NULL);
    json_put_integer(&w, "held", (int64_t)wanted->held);
    json_put_integer(&w, "fetching", (int64_t)wanted->fetching);
    json_put_integer(&w, "refused", (int64_t)wanted->refused);
    json_close_object(&w);
}

static void written(void *context, const struct content_result *result) {
    struct disk_call *call = context;
    struct api *api = call->api;
    struct wanted wanted = call->as.wanted;
    const struct problem_note note = {.detail = span_of_text(result->detail)};
    struct http_exchange *exchange = disk_call_end(call);
    if (exchange == NULL) return;
    if (result->answer == CONTENT_OK) {
        api_answer_json(api, exchange, write_wanted, &wanted);
    } else {
        api_refuse(api, exchange, PROBLEM_NOT_WRITTEN, &note);
    }
}

/* PROBLEM_NONE: it has begun. */
static enum problem begin(struct api *api, struct http_exchange *exchange, struct arena *arena) {
    enum json_fault fault;
    const struct json_value *object = json_parse(http_body(exchange), JSON_WIRE, arena, &fault, NULL);
    struct disk_call *call = disk_call_begin(api, exchange, DISK_CALL_WANT);
    if (call == NULL) return PROBLEM_CONTENT_BUSY;
    const bool is_good =
        object != NULL && object->kind == JSON_OBJECT && want_all(api, json_member(object, "ids"), &call->as.wanted);
    if (is_good) {
        content_host_when_synced(api->options.content, (struct content_done){written, call});
        return PROBLEM_NONE;
    }
    (void)disk_call_end(call);
    return PROBLEM_FILE_MALFORMED;
}

void route_file_fetch(struct api *api, struct http_exchange *exchange) {
    void *memory = memory_zeroed(1, BODY_ARENA);
    struct arena arena = arena_over(memory, BODY_ARENA);
    const enum problem problem = api->options.content == NULL ? PROBLEM_NO_NODE : begin(api, exchange, &arena);
    memory_free(memory);
    if (problem != PROBLEM_NONE) api_refuse(api, exchange, problem, NULL);
}
