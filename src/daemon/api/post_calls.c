/* SPDX-License-Identifier: Apache-2.0 */
/* GET /api/v1/posts, newest first; POST /api/v1/posts {text, tags?, attachments?, of?, deleted?}, answered when it is
 * synced. Texts lie on the disk: a page of them is read for each call. */
#include "daemon/api/post_calls.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "base/memory.h"
#include "base/number.h"
#include "daemon/api/content_json.h"
#include "daemon/api/figure.h"
#include "daemon/api/state.h"

enum {
    BODY_MAX = 160 * 1024, /* 16 KiB of text, each byte of which may be written as \u0001, and all the rest */
    BODY_ARENA = 2 * 1024 * 1024,
    TRIES_MAX = 10, /* a second each: the disk is read at the start, or room is made */
    PAGE_MAX = 100,
};

struct listed {
    struct object_id id;
    size_t size;
    uint8_t *text;
};
struct post_call {
    struct post_call *next;
    struct api *api;
    struct http_exchange *exchange; /* NULL: nobody waits any more, but the store still has the call */
    /* Of one that writes. */
    uint8_t *body;
    size_t size;
    bool is_too_large, waits;
    int tries;
    /* Of one that lists. */
    bool is_listing; /* the store has the call */
    size_t wanted_count, count;
    struct object_id wanted[PAGE_MAX];
    struct listed items[PAGE_MAX];
    bool has_more; /* behind what was wanted */
};

/* ---- Life of a call ---- */

static struct post_call *begin(struct api *api, struct http_exchange *exchange) {
    size_t count = 0;
    for (const struct post_call *call = api->post_calls; call != NULL; call = call->next) count++;
    if (count == POST_CALLS_MAX) return NULL;
    struct post_call *call = memory_zeroed(1, sizeof *call);
    call->next = api->post_calls;
    call->api = api;
    call->exchange = exchange;
    api->post_calls = call;
    http_set_user(exchange, call);
    return call;
}

static void end(struct post_call *call) {
    struct post_call **place = &call->api->post_calls;
    while (*place != call) place = &(*place)->next;
    *place = call->next;
    for (size_t i = 0; i < call->count; i++) memory_free(call->items[i].text);
    memory_free(call->body);
    memory_free(call);
}

/* Nobody is answered any more. What the store has comes back to it once more. */
static void leave(struct post_call *call) {
    posts_forget(content_host_posts(call->api->options.content), call);
    call->exchange = NULL;
    if (!call->is_listing) end(call);
}

void post_calls_gone(struct api *api, struct http_exchange *exchange) {
    for (struct post_call *call = api->post_calls; call != NULL; call = call->next) {
        if (call->exchange != exchange) continue;
        leave(call);
        return;
    }
}

/* Before the host of content is closed, after which nothing comes back. */
void post_calls_forget_all(struct api *api) {
    while (api->post_calls != NULL) {
        posts_forget(content_host_posts(api->options.content), api->post_calls);
        end(api->post_calls);
    }
}

static void refuse(struct post_call *call, enum problem problem, const char *why) {
    struct api *api = call->api;
    struct http_exchange *exchange = call->exchange;
    const struct problem_note note = {.detail = why == NULL || why[0] == '\0' ? SPAN_NONE : span_of_text(why)};
    http_set_user(exchange, NULL);
    end(call);
    api_refuse(api, exchange, problem, &note);
}

/* ---- Writing ---- */

/* What a body asks for; all of it borrows from the arena. */
struct wish {
    struct post_order order;
    struct object_id of;
    struct object_id attachments[POST_ATTACHMENTS_MAX];
    struct span tags[POST_TAGS_MAX];
};

static bool take_attachments(const struct json_value *object, struct wish *wish) {
    const struct json_value *list = json_member(object, "attachments");
    wish->order.attachments = wish->attachments;
    if (list == NULL) return true;
    if (list->kind != JSON_ARRAY || list->count > POST_ATTACHMENTS_MAX) return false;
    for (size_t i = 0; i < list->count; i++) {
        struct span text;
        if (!json_as_string(&list->as.items[i], &text) || !object_id_read(text, &wish->attachments[i])) return false;
    }
    wish->order.attachment_count = list->count;
    return true;
}

static bool take_tags(const struct json_value *object, struct wish *wish) {
    const struct json_value *list = json_member(object, "tags");
    wish->order.tags = wish->tags;
    if (list == NULL) return true;
    if (list->kind != JSON_ARRAY || list->count > POST_TAGS_MAX) return false;
    for (size_t i = 0; i < list->count; i++)
        if (!json_as_string(&list->as.items[i], &wish->tags[i])) return false;
    wish->order.tag_count = list->count;
    return true;
}

static bool take_of(const struct json_value *object, struct wish *wish) {
    const struct json_value *of = json_member(object, "of");
    struct span text;
    if (of == NULL) return true;
    wish->order.of = &wish->of;
    return json_as_string(of, &text) && object_id_read(text, &wish->of);
}

static bool take_wish(struct span body, struct arena *arena, struct wish *wish) {
    enum json_fault fault;
    const struct json_value *object = json_parse(body, JSON_WIRE, arena, &fault, NULL);
    if (object == NULL || object->kind != JSON_OBJECT) return false;
    const struct json_value *text = json_member(object, "text"), *deleted = json_member(object, "deleted");
    if (deleted != NULL && !json_as_boolean(deleted, &wish->order.is_deleted)) return false;
    if (text == NULL && !wish->order.is_deleted) return false;
    if (text != NULL && !json_as_string(text, &wish->order.text)) return false;
    return take_attachments(object, wish) && take_tags(object, wish) && take_of(object, wish);
}

static void write_posted(struct buffer *out, void *context) {
    const struct posted *posted = context;
    struct json_writer w = json_writer_into(out);
    json_open_object(&w, NULL);
    content_put_id(&w, "id", &posted->id);
    content_put_id(&w, "of", &posted->of);
    json_put_integer(&w, "version", posted->version);
    json_put_integer(&w, "at", posted->at_ms);
    json_close_object(&w);
}

static void was_posted(void *context, const struct posted *posted) {
    struct post_call *call = context;
    struct api *api = call->api;
    struct http_exchange *exchange = call->exchange;
    struct posted copy = *posted;
    if (posted->outcome != POST_PUBLISHED) {
        refuse(call, PROBLEM_FILE_NOT_WRITTEN, posted->why);
        return;
    }
    end(call);
    api_answer_json_as(api, exchange, 201, write_posted, &copy);
}

static void answer_outcome(struct post_call *call, enum post_outcome outcome, const char *why) {
    switch (outcome) {
    case POST_PUBLISHED: return;
    case POST_MALFORMED:
    case POST_AT_END: refuse(call, PROBLEM_POST_MALFORMED, why); return;
    case POST_ABSENT: refuse(call, PROBLEM_POST_ABSENT, NULL); return;
    case POST_FOREIGN: refuse(call, PROBLEM_POST_FOREIGN, NULL); return;
    case POST_LATER: refuse(call, PROBLEM_CONTENT_BUSY, NULL); return;
    case POST_FULL: refuse(call, PROBLEM_STORAGE_FULL, why); return;
    case POST_FAILED: refuse(call, PROBLEM_FILE_NOT_WRITTEN, why); return;
    }
}

/* True: it may go better in a second. */
static bool may_try_again(struct post_call *call, enum post_outcome outcome) {
    if (call->tries++ == TRIES_MAX) return false;
    if (outcome == POST_FULL) return content_host_make_room(call->api->options.content, RECORD_SIZE_MAX);
    return outcome == POST_LATER;
}

static void try_to_write(struct post_call *call) {
    struct wish *wish = memory_zeroed(1, sizeof *wish);
    void *memory = memory_room(BODY_ARENA);
    struct arena arena = arena_over(memory, BODY_ARENA);
    struct err_detail detail = {.text = ""};
    enum post_outcome outcome = POST_MALFORMED;
    if (!call->is_too_large && take_wish((struct span){call->body, call->size}, &arena, wish))
        outcome = posts_write(content_host_posts(call->api->options.content), &wish->order, was_posted, call, &detail);
    memory_free(memory);
    memory_free(wish);
    call->waits = may_try_again(call, outcome);
    if (!call->waits) answer_outcome(call, outcome, detail.text);
}

void post_calls_tick(struct api *api) {
    for (struct post_call *call = api->post_calls, *next; call != NULL; call = next) {
        next = call->next;
        if (!call->waits) continue;
        call->waits = false;
        try_to_write(call);
    }
}

static void piece(void *context, struct http_exchange *exchange, struct span bytes) {
    struct post_call *call = context;
    (void)exchange;
    call->is_too_large = call->is_too_large || bytes.size > BODY_MAX - call->size;
    if (call->is_too_large) return;
    memcpy(call->body + call->size, bytes.at, bytes.size);
    call->size += bytes.size;
}

static void all_here(void *context, struct http_exchange *exchange) {
    (void)exchange;
    try_to_write(context);
}

/* Called when the head is here, before any of the body, which may be larger than that of other calls. */
void route_post_write(struct api *api, struct http_exchange *exchange) {
    if (api->options.content == NULL) {
        api_refuse(api, exchange, PROBLEM_NO_NODE, NULL);
        return;
    }
    struct post_call *call = begin(api, exchange);
    if (call == NULL) {
        api_refuse(api, exchange, PROBLEM_CONTENT_BUSY, NULL);
        return;
    }
    call->body = memory_room(BODY_MAX);
    http_body_take(exchange, &(struct http_body_sink){piece, all_here, call});
}

/* ---- Listing ---- */

static void put_author(struct json_writer *w, const struct record_author *author) {
    char id[NODE_ID_TEXT_SIZE + 1];
    if (author->is_user) {
        const struct user_id user = user_id_of_key(&author->key);
        json_put_text(w, "author", user_id_text(&user, id));
        json_put_text(w, "userId", id);
    } else {
        const struct node_id node = node_id_of_key(&author->key);
        json_put_text(w, "author", node_id_text(&node, id));
        json_put_null(w, "userId");
    }
}

static void put_conflicts(struct json_writer *w, const struct post_threads *threads, const struct post_row *row) {
    json_open_array(w, "conflicts");
    while (row != NULL && (row = post_threads_next(threads, row)) != NULL) content_put_id(w, NULL, &row->id);
    json_close_array(w);
}

static void put_post(struct json_writer *w, const struct post_call *call, const struct checked_post *post) {
    const struct post_threads *threads = records_posts(content_host_records(call->api->options.content));
    const struct post_row *row = post_threads_find(threads, &post->id);
    json_open_object(w, NULL);
    content_put_id(w, "id", &post->id);
    content_put_id(w, "of", &post->of);
    put_author(w, &post->author);
    json_put_integer(w, "at", post->at_ms);
    json_put_integer(w, "version", post->version);
    json_put_boolean(w, "deleted", post->is_deleted);
    json_put_span(w, "text", post->text);
    json_open_array(w, "tags");
    for (size_t i = 0; i < post->tag_count; i++) json_put_span(w, NULL, post->tags[i]);
    json_close_array(w);
    json_open_array(w, "attachments");
    for (size_t i = 0; i < post->attachment_count; i++) content_put_id(w, NULL, &post->attachments[i]);
    json_close_array(w);
    json_put_boolean(w, "isOurs", row != NULL && row->is_own);
    put_conflicts(w, threads, row);
    json_put_text(w, "signature", "verified"); /* else it would not be kept */
    json_close_object(w);
}

/* Behind the last one that is shown; `at` and `id` of it. */
static void put_next(struct json_writer *w, const struct checked_post *last, bool has_more) {
    char text[32 + OBJECT_ID_TEXT_SIZE], id[OBJECT_ID_TEXT_SIZE + 1];
    if (!has_more) {
        json_put_null(w, "next");
        return;
    }
    for (size_t i = 0; i < sizeof last->id.bytes; i++) (void)snprintf(id + 2 * i, 3, "%02x", last->id.bytes[i]);
    (void)snprintf(text, sizeof text, "%" PRId64 "-%s", last->at_ms, id);
    json_put_text(w, "next", text);
}

static void write_posts(struct buffer *out, void *context) {
    const struct post_call *call = context;
    void *memory = memory_room(PUBLICATION_ARENA_SIZE);
    struct checked_post last = {.at_ms = 0};
    struct json_writer w = json_writer_into(out);
    json_open_object(&w, NULL);
    json_put_integer(&w, "asOf", api_wall_ms(call->api));
    json_open_array(&w, "items");
    for (size_t i = 0; i < call->count; i++) {
        struct publication publication;
        const struct span text = {call->items[i].text, call->items[i].size};
        if (!records_read(text, memory, &publication) || publication.kind != PUBLICATION_POST) continue;
        put_post(&w, call, publication.as.post);
        last = *publication.as.post;
    }
    json_close_array(&w);
    const bool is_cut =
        call->count > 0 && !object_id_equal(&call->items[call->count - 1].id, &call->wanted[call->wanted_count - 1]);
    put_next(&w, &last, last.at_ms != 0 && (call->has_more || is_cut));
    json_close_object(&w);
    memory_free(memory);
}

static void take_text(void *context, const struct content_object *object) {
    struct post_call *call = context;
    struct listed *item = &call->items[call->count++];
    item->id = object->id;
    item->size = object->bytes.size;
    item->text = memory_room(object->bytes.size);
    memcpy(item->text, object->bytes.at, object->bytes.size);
}

static void texts_here(void *context, const struct content_result *result) {
    struct post_call *call = context;
    struct api *api = call->api;
    struct http_exchange *exchange = call->exchange;
    call->is_listing = false;
    if (exchange == NULL) {
        end(call);
    } else if (result->answer != CONTENT_OK) {
        refuse(call, PROBLEM_CONTENT_BUSY, result->detail);
    } else {
        http_set_user(exchange, NULL);
        api_answer_json(api, exchange, write_posts, call);
        end(call);
    }
}

/* "TIME-ID", of the last post of the page before; false: it is something else. */
static bool read_cursor(const struct http_exchange *exchange, struct post_row *before) {
    uint8_t memory[32 + OBJECT_ID_TEXT_SIZE];
    struct buffer text = buffer_over(memory, sizeof memory);
    size_t digits = 0;
    if (!http_query(exchange, "cursor", &text)) return false;
    while (digits < text.size && memory[digits] != '-') digits++;
    if (!number_read_i64((struct span){memory, digits}, &before->at_ms) || digits == text.size) return false;
    return object_id_read((struct span){memory + digits + 1, text.size - digits - 1}, &before->id);
}

static void choose(struct post_call *call, const struct post_row *before, size_t limit) {
    const struct post_threads *threads = records_posts(content_host_records(call->api->options.content));
    const struct post_row *row = post_threads_older(threads, before);
    for (; row != NULL && call->wanted_count < limit; row = post_threads_older(threads, row))
        call->wanted[call->wanted_count++] = row->id;
    call->has_more = row != NULL;
}

void route_posts(struct api *api, struct http_exchange *exchange) {
    struct query query = query_of(exchange);
    struct post_row before = {.at_ms = 0};
    const size_t limit = (size_t)query_whole(&query, PARAMETER_POSTS_LIMIT);
    const bool has_cursor = http_has_query(exchange, "cursor");
    if (has_cursor && !read_cursor(exchange, &before) && query.wrong == PARAMETER_COUNT)
        query.wrong = PARAMETER_POSTS_CURSOR;
    if (!api_query_is_good(api, exchange, &query)) return;
    if (api->options.content == NULL) {
        api_refuse(api, exchange, PROBLEM_NO_NODE, NULL);
        return;
    }
    struct post_call *call = begin(api, exchange);
    if (call == NULL) {
        api_refuse(api, exchange, PROBLEM_CONTENT_BUSY, NULL);
        return;
    }
    choose(call, has_cursor ? &before : NULL, limit);
    call->is_listing = true;
    content_host_pick(api->options.content, call->wanted, call->wanted_count, take_text,
                      (struct content_done){texts_here, call});
}
