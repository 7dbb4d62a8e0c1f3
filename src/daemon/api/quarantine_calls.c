/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/api/quarantine_calls.h"

#include <string.h>

#include "base/memory.h"
#include "base/number.h"
#include "daemon/api/content_json.h"
#include "daemon/api/figure.h"
#include "daemon/api/state.h"

/* A removal under way. The store comes back with it, also when nobody waits any more. */
struct quarantine_call {
    struct quarantine_call *next;
    struct api *api;
    struct http_exchange *exchange; /* NULL: its client left */
    uint64_t number;
};

void quarantine_calls_gone(struct api *api, const struct http_exchange *exchange) {
    for (struct quarantine_call *call = api->quarantine_calls; call != NULL; call = call->next)
        if (call->exchange == exchange) call->exchange = NULL;
}

void quarantine_calls_forget_all(struct api *api) {
    while (api->quarantine_calls != NULL) {
        struct quarantine_call *call = api->quarantine_calls;
        api->quarantine_calls = call->next;
        memory_free(call);
    }
}

static void unlink_call(struct quarantine_call *call) {
    struct quarantine_call **place = &call->api->quarantine_calls;
    while (*place != call) place = &(*place)->next;
    *place = call->next;
}

/* ---- Looking ---- */

static void put_key(struct json_writer *w, const char *name, const struct public_key *key) {
    static const struct public_key none;
    if (memcmp(key, &none, sizeof none) == 0) {
        json_put_null(w, name);
    } else {
        json_put_base64(w, name, (struct span){key->bytes, sizeof key->bytes});
    }
}

static void put_id_or_null(struct json_writer *w, const char *name, const struct object_id *id) {
    static const struct object_id none;
    if (object_id_equal(id, &none)) {
        json_put_null(w, name);
    } else {
        content_put_id(w, name, id);
    }
}

static void write_entry(struct json_writer *w, const struct quarantine_entry *entry) {
    json_open_object(w, NULL);
    json_put_integer(w, "number", (int64_t)entry->number);
    content_put_id(w, "wanted", &entry->wanted);
    put_id_or_null(w, "actual", &entry->actual);
    figure_put_integer(w, "firstDifference", entry->first_difference);
    figure_put_node_id(w, "sender", &entry->sender);
    put_key(w, "signer", &entry->signer);
    put_key(w, "expectedKey", &entry->expected_key);
    json_put_text(w, "cause", entry->cause);
    json_put_integer(w, "at", entry->at_ms);
    json_put_integer(w, "size", (int64_t)entry->size);
    json_close_object(w);
}

static void write_quarantine(struct buffer *out, void *context) {
    const struct api *api = context;
    const struct shelf *shelf = content_host_shelf(api->options.content);
    struct json_writer w = json_writer_into(out);
    json_open_object(&w, NULL);
    json_put_integer(&w, "asOf", api_wall_ms(api));
    json_open_array(&w, "items");
    for (size_t i = 0; i < shelf_count(shelf); i++) write_entry(&w, shelf_at(shelf, i));
    json_close_array(&w);
    json_put_null(&w, "next"); /* there is a place for every entry */
    json_close_object(&w);
}

void route_quarantine(struct api *api, struct http_exchange *exchange) {
    if (api->options.content == NULL) {
        api_refuse(api, exchange, PROBLEM_NO_NODE, NULL);
    } else {
        api_answer_json(api, exchange, write_quarantine, api);
    }
}

/* ---- Removing ---- */

static void removed(void *context, const struct content_result *result) {
    static const struct http_header_line headers[] = {{"Cache-Control", "no-store"}};
    struct quarantine_call *call = context;
    struct api *api = call->api;
    struct http_exchange *exchange = call->exchange;
    const bool is_gone = result->answer == CONTENT_OK || result->answer == CONTENT_NONE;
    const struct problem_note note = {.detail = span_of_text(result->detail)};
    if (!is_gone) shelf_take_back(content_host_shelf(api->options.content), call->number);
    unlink_call(call);
    memory_free(call);
    if (exchange == NULL) return;
    http_set_user(exchange, NULL);
    if (is_gone) {
        http_answer(exchange, &(struct http_reply){.status = 204, .headers = headers, .header_count = 1});
    } else {
        api_refuse(api, exchange, PROBLEM_NOT_WRITTEN, &note);
    }
}

static bool number_of_path(const struct http_exchange *exchange, uint64_t *number) {
    static const char prefix[] = "/api/v1/quarantine/";
    const struct span path = http_path(exchange);
    uint32_t read = 0;
    const struct span digits = {path.at + sizeof prefix - 1, path.size - (sizeof prefix - 1)};
    if (!number_read_u32(digits, UINT32_MAX, &read)) return false;
    *number = read;
    return true;
}

static size_t count_calls(const struct api *api) {
    size_t count = 0;
    for (const struct quarantine_call *call = api->quarantine_calls; call != NULL; call = call->next) count++;
    return count;
}

void route_quarantine_remove(struct api *api, struct http_exchange *exchange) {
    uint64_t number = 0;
    if (api->options.content == NULL) {
        api_refuse(api, exchange, PROBLEM_NO_NODE, NULL);
        return;
    }
    if (count_calls(api) == QUARANTINE_CALLS_MAX) {
        api_refuse(api, exchange, PROBLEM_CONTENT_BUSY, NULL);
        return;
    }
    struct quarantine_call *call = memory_zeroed(1, sizeof *call);
    const bool is_number = number_of_path(exchange, &number);
    *call = (struct quarantine_call){api->quarantine_calls, api, exchange, number};
    if (is_number &&
        shelf_remove(content_host_shelf(api->options.content), number, (struct content_done){removed, call})) {
        api->quarantine_calls = call;
        http_set_user(exchange, call);
    } else {
        memory_free(call);
        api_refuse(api, exchange, PROBLEM_QUARANTINE_ABSENT, NULL);
    }
}
