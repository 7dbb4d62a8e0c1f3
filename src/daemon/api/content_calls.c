/* SPDX-License-Identifier: Apache-2.0 */
/* GET /api/v1/content; POST /api/v1/files {path, name?, readers?, users?, target?}; GET /api/v1/files/{id} and
 * /api/v1/files/{id}/state. What takes long is answered line by line, or piece by piece. */
#include "daemon/api/content_calls.h"

#include <stdio.h>
#include <string.h>

#include "base/encoding.h"
#include "base/json.h"
#include "base/memory.h"
#include "daemon/api/content_json.h"
#include "daemon/api/figure.h"
#include "daemon/api/state.h"
#include "daemon/http/http_range.h"

enum { BODY_ARENA = 256 * 1024, LINE_MAX = 8192 };

struct content_call {
    struct content_call *next;
    struct api *api;
    struct http_exchange *exchange;
    struct publish_run *run; /* of one that publishes */
    struct reading *reading; /* of one that reads */
    struct object_id file;
    struct span range; /* of the request; borrowed until it is answered */
    bool is_open;      /* the head is out */
    char range_text[HTTP_CONTENT_RANGE_SIZE];
};

/* ---- Life of a call ---- */

static struct content_call *begin(struct api *api, struct http_exchange *exchange) {
    size_t count = 0;
    for (const struct content_call *call = api->content_calls; call != NULL; call = call->next) count++;
    if (count == CONTENT_CALLS_MAX) return NULL;
    struct content_call *call = memory_zeroed(1, sizeof *call);
    *call = (struct content_call){.next = api->content_calls, .api = api, .exchange = exchange};
    api->content_calls = call;
    http_set_user(exchange, call);
    return call;
}

static void end(struct content_call *call) {
    struct content_call **place = &call->api->content_calls;
    while (*place != call) place = &(*place)->next;
    *place = call->next;
    content_host_end_publish(call->api->options.content, call->run);
    reading_close(call->reading);
    memory_free(call);
}

void content_calls_gone(struct api *api, struct http_exchange *exchange) {
    for (struct content_call *call = api->content_calls; call != NULL; call = call->next) {
        if (call->exchange != exchange) continue;
        end(call);
        return;
    }
}

void content_calls_forget_all(struct api *api) {
    while (api->content_calls != NULL) end(api->content_calls);
}

static bool has_content(struct api *api, struct http_exchange *exchange) {
    if (api->options.content != NULL) return true;
    api_refuse(api, exchange, PROBLEM_NO_NODE, NULL);
    return false;
}

static void refuse_with(struct content_call *call, enum problem problem, const char *detail) {
    const struct problem_note note = {.detail = detail == NULL ? SPAN_NONE : span_of_text(detail)};
    struct api *api = call->api;
    struct http_exchange *exchange = call->exchange;
    http_set_user(exchange, NULL);
    end(call);
    api_refuse(api, exchange, problem, &note);
}

/* ---- Publishing ---- */

static void write_line(struct content_call *call, const struct buffer *line) {
    (void)http_stream_write(call->exchange, buffer_span(line));
}

static void file_published(void *context, const char *path, const struct published *published) {
    struct content_call *call = context;
    uint8_t memory[LINE_MAX];
    struct buffer line = buffer_over(memory, sizeof memory);
    struct json_writer w = json_writer_into(&line);
    json_open_object(&w, NULL);
    json_put_text(&w, "path", path);
    if (published->why == NULL) {
        content_put_id(&w, "id", &published->id);
        json_put_integer(&w, "size", (int64_t)published->manifest->shape.size);
    } else {
        json_put_text(&w, "why", published->why);
    }
    json_close_object(&w);
    buffer_put_text(&line, "\n");
    if (!line.overflowed) write_line(call, &line);
}

static void write_totals(struct content_call *call, const char *name, const struct publish_run_totals *totals) {
    uint8_t memory[256];
    struct buffer line = buffer_over(memory, sizeof memory);
    struct json_writer w = json_writer_into(&line);
    json_open_object(&w, NULL);
    json_open_object(&w, name);
    json_put_integer(&w, "files", (int64_t)totals->files);
    json_put_integer(&w, "failed", (int64_t)totals->failed);
    json_put_integer(&w, "bytes", (int64_t)totals->bytes);
    json_close_object(&w);
    json_close_object(&w);
    buffer_put_text(&line, "\n");
    write_line(call, &line);
}

/* The run is at work: the call ends at the next tick of its exchange. */
static void run_ended(void *context, const struct publish_run_totals *totals) {
    struct content_call *call = context;
    write_totals(call, "done", totals);
    struct http_exchange *exchange = call->exchange;
    end(call);
    http_stream_close(exchange);
}

void content_calls_tick(struct api *api) {
    for (struct content_call *call = api->content_calls; call != NULL; call = call->next) {
        if (call->run == NULL) continue;
        const struct publish_run_totals totals = publish_run_totals(call->run);
        write_totals(call, "progress", &totals);
    }
}

struct wish {
    char path[PUBLISH_RUN_PATH_MAX];
    char name[FILE_NAME_SIZE_MAX + 1];
    struct public_key users[READERS_USERS_MAX];
    struct publish_run_order order;
};

static bool take_readers(const struct json_value *object, struct wish *wish) {
    struct span word = SPAN_LITERAL("public");
    const struct json_value *value = json_member(object, "readers");
    if (value != NULL && !json_as_string(value, &word)) return false;
    for (int kind = READERS_PUBLIC; kind <= READERS_USERS; kind++) {
        if (!span_equal_text(word, readers_kind_name((enum readers_kind)kind))) continue;
        wish->order.readers = (enum readers_kind)kind;
        return true;
    }
    return false;
}

static bool take_users(const struct json_value *object, struct wish *wish) {
    const struct json_value *list = json_member(object, "users");
    wish->order.users = wish->users;
    if (list == NULL) return true;
    if (list->kind != JSON_ARRAY || list->count >= READERS_USERS_MAX) return false;
    for (size_t i = 0; i < list->count; i++) {
        struct span text;
        struct buffer key = buffer_over(wish->users[i].bytes, sizeof wish->users[i].bytes);
        if (!json_as_string(&list->as.items[i], &text) || !base64_read(text, &key)) return false;
        if (key.size != sizeof wish->users[i].bytes) return false;
    }
    wish->order.user_count = list->count;
    return true;
}

static bool take_wish(struct span body, struct arena *arena, struct wish *wish) {
    enum json_fault fault;
    struct span path, name;
    int64_t target = 0;
    const struct json_value *object = json_parse(body, JSON_WIRE, arena, &fault, NULL);
    if (object == NULL || object->kind != JSON_OBJECT) return false;
    if (!json_as_string(json_member(object, "path"), &path) || path.size == 0 || path.at[0] != '/') return false;
    if (!span_copy_text(path, wish->path, sizeof wish->path)) return false;
    wish->order.path = wish->path;
    const struct json_value *own = json_member(object, "name");
    if (own != NULL) {
        if (!json_as_string(own, &name) || !span_copy_text(name, wish->name, sizeof wish->name)) return false;
        wish->order.name = wish->name;
    }
    const struct json_value *wanted = json_member(object, "target");
    if (wanted != NULL && !json_as_integer(wanted, 1, MANIFEST_TARGET_MAX, &target)) return false;
    wish->order.target = (uint8_t)target;
    return take_readers(object, wish) && take_users(object, wish);
}

static void publish(struct api *api, struct http_exchange *exchange, const struct wish *wish) {
    static const struct http_header_line headers[] = {{"Cache-Control", "no-store"}};
    struct content_call *call = begin(api, exchange);
    if (call == NULL) {
        api_refuse(api, exchange, PROBLEM_CONTENT_BUSY, NULL);
        return;
    }
    call->run = content_host_publish(api->options.content, &wish->order, file_published, run_ended, call);
    if (call->run == NULL) {
        refuse_with(call, PROBLEM_CONTENT_BUSY, NULL);
        return;
    }
    http_stream_open(exchange, "application/x-ndjson", headers, 1);
}

void route_file_add(struct api *api, struct http_exchange *exchange) {
    if (!has_content(api, exchange)) return;
    struct wish *wish = memory_zeroed(1, sizeof *wish);
    void *memory = memory_zeroed(1, BODY_ARENA);
    struct arena arena = arena_over(memory, BODY_ARENA);
    if (take_wish(http_body(exchange), &arena, wish)) {
        publish(api, exchange, wish);
    } else {
        api_refuse(api, exchange, PROBLEM_FILE_MALFORMED, NULL);
    }
    memory_free(memory);
    memory_free(wish);
}

/* ---- Looking ---- */

struct page {
    struct api *api;
    size_t cursor, limit;
};

static void write_entry(struct json_writer *w, const struct api *api, const struct library_entry *entry) {
    const int sources = engine_view_file_sources(api->options.engine, &entry->id);
    content_write_file(w, NULL, api->options.content, entry, sources);
}

static void count_states(const struct library *library, uint64_t counts[LIBRARY_HELD + 1]) {
    for (size_t i = 0; i < library_count(library); i++) counts[library_at(library, i)->state]++;
}

static void write_content(struct buffer *out, void *context) {
    const struct page *page = context;
    const struct content_host *content = page->api->options.content;
    const struct library *library = content_host_library(content);
    const struct content_usage usage = content_host_usage(content);
    const size_t end =
        page->cursor + page->limit < library_count(library) ? page->cursor + page->limit : library_count(library);
    uint64_t counts[LIBRARY_HELD + 1] = {0};
    count_states(library, counts);
    struct json_writer w = json_writer_into(out);
    json_open_object(&w, NULL);
    json_put_integer(&w, "asOf", api_wall_ms(page->api));
    json_put_integer(&w, "held", (int64_t)counts[LIBRARY_HELD]);
    json_put_integer(&w, "fetching", (int64_t)counts[LIBRARY_FETCHING]);
    json_put_integer(&w, "known", (int64_t)counts[LIBRARY_KNOWN]);
    json_put_integer(&w, "bytesUsed", (int64_t)usage.bytes_used);
    figure_put_integer(&w, "bytesMax", usage.bytes_max == 0 ? -1 : (int64_t)usage.bytes_max);
    json_open_array(&w, "items");
    for (size_t i = page->cursor; i < end; i++) write_entry(&w, page->api, library_at(library, i));
    json_close_array(&w);
    figure_put_integer(&w, "next", end < library_count(library) ? (int64_t)end : -1);
    json_close_object(&w);
}

void route_content(struct api *api, struct http_exchange *exchange) {
    struct query query = query_of(exchange);
    struct page page = {.api = api};
    page.cursor = (size_t)query_whole(&query, PARAMETER_CONTENT_CURSOR);
    page.limit = (size_t)query_whole(&query, PARAMETER_CONTENT_LIMIT);
    if (!api_query_is_good(api, exchange, &query) || !has_content(api, exchange)) return;
    api_answer_json(api, exchange, write_content, &page);
}

/* The id between /api/v1/files/ and what follows. */
static bool id_of_path(const struct http_exchange *exchange, struct object_id *id) {
    static const char prefix[] = "/api/v1/files/";
    struct span path = http_path(exchange);
    if (path.size < sizeof prefix - 1 + 2 * sizeof id->bytes) return false;
    return object_id_read((struct span){path.at + sizeof prefix - 1, 2 * sizeof id->bytes}, id);
}

struct shown {
    const struct api *api;
    const struct library_entry *entry;
};

static void write_state(struct buffer *out, void *context) {
    const struct shown *shown = context;
    struct json_writer w = json_writer_into(out);
    write_entry(&w, shown->api, shown->entry);
}

void route_file_state(struct api *api, struct http_exchange *exchange) {
    struct object_id id;
    if (!has_content(api, exchange)) return;
    struct shown shown = {.api = api};
    if (id_of_path(exchange, &id)) shown.entry = library_find(content_host_library(api->options.content), &id);
    if (shown.entry == NULL) {
        api_refuse(api, exchange, PROBLEM_FILE_ABSENT, NULL);
    } else {
        api_answer_json(api, exchange, write_state, &shown);
    }
}

/* ---- Reading ---- */

static void drained(void *context, struct http_exchange *exchange) {
    struct content_call *call = context;
    (void)exchange;
    reading_go_on(call->reading);
}

/* What a browser would run is only ever offered for saving. */
static void open_stream(struct content_call *call, const struct checked_manifest *manifest,
                        const struct file_about *about, const struct http_range *range, enum http_range_kind kind) {
    char disposition[3 * FILE_NAME_SIZE_MAX + 64];
    size_t size = (size_t)snprintf(disposition, sizeof disposition, "attachment; filename*=UTF-8''");
    for (const char *at = about->name; *at != '\0'; at++) {
        const bool is_plain = (*at >= 'a' && *at <= 'z') || (*at >= 'A' && *at <= 'Z') || (*at >= '0' && *at <= '9') ||
                              *at == '.' || *at == '-' || *at == '_';
        size += (size_t)snprintf(disposition + size, sizeof disposition - size, is_plain ? "%c" : "%%%02X",
                                 (unsigned char)*at);
    }
    const struct http_header_line headers[] = {
        {"Content-Disposition", disposition},
        {"Accept-Ranges", "bytes"},
        {"Cache-Control", "no-store"},
        {"Content-Range", http_content_range(call->range_text, range, manifest->shape.size)},
    };
    const struct http_sized_stream sized = {.status = kind == HTTP_RANGE_PART ? 206 : 200,
                                            .content_type = "application/octet-stream",
                                            .length = range->size,
                                            .headers = headers,
                                            .header_count = kind == HTTP_RANGE_PART ? 4 : 3};
    call->is_open = http_stream_open_sized(call->exchange, &sized);
    if (call->is_open) http_stream_when_drained(call->exchange, drained, call);
}

static void file_opened(void *context, const struct checked_manifest *manifest, const struct file_about *about) {
    struct content_call *call = context;
    struct http_range range;
    const enum http_range_kind kind = http_range_read(call->range, manifest->shape.size, &range);
    if (kind == HTTP_RANGE_UNSATISFIED) {
        refuse_with(call, PROBLEM_FILE_RANGE, NULL);
        return;
    }
    reading_set_range(call->reading, range.first, range.size);
    open_stream(call, manifest, about, &range, kind);
}

static size_t piece(void *context, struct span text) {
    enum { STEP = 128 * 1024 };
    struct content_call *call = context;
    size_t taken = 0;
    while (taken < text.size && call->is_open) {
        const size_t size = text.size - taken < STEP ? text.size - taken : STEP;
        if (!http_stream_write(call->exchange, (struct span){text.at + taken, size})) break;
        taken += size;
    }
    return taken;
}

static void reading_ended(void *context, enum refusal refusal, const char *why) {
    struct content_call *call = context;
    struct http_exchange *exchange = call->exchange;
    if (call->is_open) {
        end(call);
        http_stream_close(exchange);
    } else {
        const bool is_by_disk = reading_is_refused_by_disk(call->reading);
        const bool is_not_ours = refusal == REFUSAL_FILE_KEY_NOT_A_READER ||
                                 refusal == REFUSAL_FILE_KEY_NO_COMMUNITY_SECRET || refusal == REFUSAL_FILE_KEY_DAMAGED;
        refuse_with(call,
                    is_by_disk                ? PROBLEM_FILE_NOT_READ
                    : is_not_ours             ? PROBLEM_FILE_NOT_FOR_US
                    : refusal != REFUSAL_NONE ? PROBLEM_FILE_DAMAGED
                                              : PROBLEM_FILE_ABSENT,
                    is_not_ours ? NULL : why);
    }
}

void route_file_read(struct api *api, struct http_exchange *exchange) {
    const struct reading_options options = {.opened = file_opened, .piece = piece, .ended = reading_ended};
    struct object_id id;
    if (!has_content(api, exchange)) return;
    if (!id_of_path(exchange, &id)) {
        api_refuse(api, exchange, PROBLEM_FILE_ABSENT, NULL);
        return;
    }
    const struct library_entry *entry = library_find(content_host_library(api->options.content), &id);
    if (entry != NULL && entry->state == LIBRARY_KNOWN) {
        api_refuse(api, exchange, PROBLEM_FILE_ABSENT, NULL);
        return;
    }
    struct content_call *call = begin(api, exchange);
    if (call == NULL) {
        api_refuse(api, exchange, PROBLEM_CONTENT_BUSY, NULL);
        return;
    }
    struct reading_options own = options;
    own.context = call;
    call->range = span_equal_text(http_method(exchange), "GET") ? http_header(exchange, "range") : SPAN_NONE;
    call->reading = content_host_read(api->options.content, &own, &id, 0, UINT64_MAX);
    if (call->reading == NULL) refuse_with(call, PROBLEM_CONTENT_BUSY, NULL);
}
