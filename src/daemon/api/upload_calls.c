/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/api/upload_calls.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/number.h"
#include "daemon/api/content_json.h"
#include "daemon/api/state.h"

struct upload_call {
    struct upload_call *next;
    struct api *api;
    struct http_exchange *exchange;
    struct spool *spool;
    struct publish *publish;
    struct publish_order order;
    bool has_all;
};

/* ---- Life ---- */

static void end(struct upload_call *call) {
    struct upload_call **place = &call->api->uploads;
    while (*place != call) place = &(*place)->next;
    *place = call->next;
    spool_close(call->spool);
    content_host_end_publish_one(call->api->options.content, call->publish);
    memory_free(call);
}

void upload_calls_gone(struct api *api, struct http_exchange *exchange) {
    for (struct upload_call *call = api->uploads; call != NULL; call = call->next) {
        if (call->exchange != exchange) continue;
        end(call);
        return;
    }
}

void upload_calls_forget_all(struct api *api) {
    while (api->uploads != NULL) end(api->uploads);
}

/* `why` may lie in what goes with the call. */
static void refuse(struct upload_call *call, enum problem problem, const char *why) {
    const struct problem_note note = {.detail = why == NULL ? SPAN_NONE : span_of_text(why)};
    api_refuse(call->api, call->exchange, problem, &note);
    end(call);
}

/* ---- Publishing what came ---- */

static void write_file(struct buffer *out, void *context) {
    const struct published *published = context;
    struct json_writer w = json_writer_into(out);
    json_open_object(&w, NULL);
    content_put_id(&w, "id", &published->id);
    json_put_integer(&w, "size", (int64_t)published->manifest->shape.size);
    json_close_object(&w);
}

static void published(void *context, const struct published *told) {
    struct upload_call *call = context;
    struct api *api = call->api;
    struct http_exchange *exchange = call->exchange;
    struct published copy = *told;
    if (told->why == NULL) {
        api_answer_json_as(api, exchange, 201, write_file, &copy);
        end(call);
    } else {
        refuse(call, told->answer == CONTENT_FULL ? PROBLEM_STORAGE_FULL : PROBLEM_FILE_NOT_WRITTEN, told->why);
    }
}

static void spooled(void *context, const char *why) {
    struct upload_call *call = context;
    struct err_detail detail = {.text = ""};
    if (why != NULL) {
        refuse(call, PROBLEM_FILE_NOT_WRITTEN, why);
        return;
    }
    call->order.size = spool_size(call->spool);
    call->order.source = spool_take(call->spool);
    call->publish = content_host_publish_one(call->api->options.content, &call->order, published, call, &detail);
    if (call->publish == NULL) refuse(call, PROBLEM_FILE_REFUSED, detail.text);
}

/* ---- What comes ---- */

static void drained(void *context) {
    struct upload_call *call = context;
    if (!call->has_all) http_body_resume(call->exchange);
}

static void piece(void *context, struct http_exchange *exchange, struct span bytes) {
    struct upload_call *call = context;
    if (!spool_put(call->spool, bytes)) http_body_pause(exchange);
}

static void all_here(void *context, struct http_exchange *exchange) {
    struct upload_call *call = context;
    (void)exchange;
    call->has_all = true;
    spool_end(call->spool);
}

/* ---- Beginning ---- */

static bool take_text(const struct http_exchange *exchange, const char *name, char *text, size_t capacity) {
    struct buffer out = buffer_over((uint8_t *)text, capacity - 1);
    if (!http_query(exchange, name, &out)) return false;
    text[out.size] = '\0';
    return true;
}

static bool take_readers(const struct http_exchange *exchange, enum readers_kind *readers) {
    char word[16] = "public";
    if (http_has_query(exchange, "readers") && !take_text(exchange, "readers", word, sizeof word)) return false;
    for (int kind = READERS_PUBLIC; kind <= READERS_USERS; kind++) {
        *readers = (enum readers_kind)kind;
        if (strcmp(word, readers_kind_name(*readers)) == 0) return true;
    }
    return false;
}

static bool take_order(const struct http_exchange *exchange, struct publish_order *order) {
    char number[8] = "";
    uint32_t target = 0;
    if (!take_text(exchange, "name", order->about.name, sizeof order->about.name)) return false;
    if (!file_about_is_valid(&order->about)) return false;
    if (http_has_query(exchange, "target") &&
        (!take_text(exchange, "target", number, sizeof number) ||
         !number_read_u32(span_of_text(number), MANIFEST_TARGET_MAX, &target) || target == 0))
        return false;
    order->target = (uint8_t)target;
    return take_readers(exchange, &order->readers);
}

static size_t count_uploads(const struct api *api) {
    size_t count = 0;
    for (const struct upload_call *call = api->uploads; call != NULL; call = call->next) count++;
    return count;
}

static void begin(struct api *api, struct http_exchange *exchange, const struct publish_order *order) {
    const struct http_body_sink sink = {piece, all_here, NULL};
    const struct spool_options options = {.drained = drained, .ended = spooled};
    struct err_detail detail;
    struct upload_call *call = memory_zeroed(1, sizeof *call);
    *call = (struct upload_call){.next = api->uploads, .api = api, .exchange = exchange, .order = *order};
    api->uploads = call;
    struct spool_options own = options;
    own.context = call;
    call->spool = content_host_spool(api->options.content, &own, &detail);
    if (call->spool == NULL) {
        refuse(call, PROBLEM_FILE_NOT_WRITTEN, detail.text);
        return;
    }
    struct http_body_sink taken = sink;
    taken.context = call;
    http_body_take(exchange, &taken);
}

/* Called when the head is here, before any of the body. */
void route_file_upload(struct api *api, struct http_exchange *exchange) {
    struct publish_order order = {.source = {.fd = -1}};
    if (api->options.content == NULL) {
        api_refuse(api, exchange, PROBLEM_NO_NODE, NULL);
    } else if (!take_order(exchange, &order)) {
        api_refuse(api, exchange, PROBLEM_UPLOAD_MALFORMED, NULL);
    } else if (count_uploads(api) == UPLOADS_MAX) {
        api_refuse(api, exchange, PROBLEM_CONTENT_BUSY, NULL);
    } else {
        begin(api, exchange, &order);
    }
}
