/* SPDX-License-Identifier: Apache-2.0 */
/* GET /api/v1/quarantine, and DELETE of one entry: answered when it is gone from the disk. */
#include <string.h>

#include "base/memory.h"
#include "base/number.h"
#include "daemon/api/content_json.h"
#include "daemon/api/figure.h"
#include "daemon/api/state.h"

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
    struct disk_call *call = context;
    struct api *api = call->api;
    const bool is_gone = result->answer == CONTENT_OK || result->answer == CONTENT_NONE;
    const struct problem_note note = {.detail = span_of_text(result->detail)};
    if (!is_gone) shelf_take_back(content_host_shelf(api->options.content), call->as.number);
    struct http_exchange *exchange = disk_call_end(call);
    if (exchange == NULL) return;
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

/* PROBLEM_NONE: it has begun. */
static enum problem begin(struct api *api, struct http_exchange *exchange) {
    uint64_t number = 0;
    if (api->options.content == NULL) return PROBLEM_NO_NODE;
    struct disk_call *call = disk_call_begin(api, exchange, DISK_CALL_REMOVE_QUARANTINED);
    if (call == NULL) return PROBLEM_CONTENT_BUSY;
    struct shelf *shelf = content_host_shelf(api->options.content);
    const bool has_begun =
        number_of_path(exchange, &number) && shelf_remove(shelf, number, (struct content_done){removed, call});
    call->as.number = number;
    if (has_begun) return PROBLEM_NONE;
    (void)disk_call_end(call);
    return PROBLEM_QUARANTINE_ABSENT;
}

void route_quarantine_remove(struct api *api, struct http_exchange *exchange) {
    const enum problem problem = begin(api, exchange);
    if (problem != PROBLEM_NONE) api_refuse(api, exchange, problem, NULL);
}
