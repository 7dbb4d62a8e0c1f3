/* SPDX-License-Identifier: Apache-2.0 */
/* GET /api/v1/outbox: records of ours that nobody is known to have, files that too few hold, and wanted files that
 * nobody has. */
#include "daemon/api/content_json.h"
#include "daemon/api/figure.h"
#include "daemon/api/state.h"

enum { SHOWN_MAX = 100 };

struct outbox {
    struct api *api;
    struct content_host *content;
    struct outbox_view view;
    struct object_id ids[SHOWN_MAX];
};

static void open_item(struct json_writer *w, const char *kind, const struct object_id *id) {
    json_open_object(w, NULL);
    json_put_text(w, "kind", kind);
    content_put_id(w, "id", id);
}

static void close_item(struct json_writer *w, const char *name, int64_t at_ms, const char *waits_for) {
    json_put_text(w, "name", name);
    figure_put_time(w, "at", at_ms);
    json_put_text(w, "waitsFor", waits_for);
    json_close_object(w);
}

static void put_record(struct json_writer *w, const struct outbox *outbox, const struct object_id *id) {
    const struct post_row *post = post_threads_find(records_posts(content_host_records(outbox->content)), id);
    const struct library_entry *file = library_find(content_host_library(outbox->content), id);
    open_item(w, post != NULL ? "post" : file != NULL ? "manifest" : "advert", id);
    close_item(w, file == NULL ? NULL : file->name,
               post != NULL   ? post->at_ms
               : file != NULL ? file->at_ms
                              : 0,
               "a-neighbour");
}

/* Wanted, and nobody has it; or ours, and too few do. False: it waits for nothing. */
static bool put_file(struct json_writer *w, const struct outbox *outbox, const struct library_entry *entry) {
    struct redundancy_view view = {.target = 0};
    (void)content_host_redundancy(outbox->content, &entry->id, &view);
    const bool is_wanted = entry->state == LIBRARY_FETCHING && entry->role != HOLDING_REPLICA;
    const bool is_under = entry->state == LIBRARY_HELD && entry->is_ours && view.seen < view.target;
    const int sources = engine_view_file_sources(outbox->api->options.engine, &entry->id);
    if (!is_under && (!is_wanted || view.others > 0 || sources > 0)) return false;
    open_item(w, "file", &entry->id);
    if (is_under) {
        json_put_integer(w, "seen", (int64_t)view.seen);
        json_put_integer(w, "target", view.target);
    }
    close_item(w, entry->name, entry->at_ms, is_under ? "holders" : "a-provider");
    return true;
}

static void write_outbox(struct buffer *out, void *context) {
    const struct outbox *outbox = context;
    const struct library *library = content_host_library(outbox->content);
    struct json_writer w = json_writer_into(out);
    json_open_object(&w, NULL);
    json_put_integer(&w, "asOf", api_wall_ms(outbox->api));
    json_open_object(&w, "records");
    json_put_integer(&w, "waiting", (int64_t)outbox->view.count);
    figure_put_time(&w, "oldestAt", outbox->view.oldest_at_ms);
    json_close_object(&w);
    json_open_array(&w, "items");
    for (size_t i = 0; i < outbox->view.count && i < SHOWN_MAX; i++) put_record(&w, outbox, &outbox->ids[i]);
    for (size_t i = 0, shown = 0; i < library_count(library) && shown < SHOWN_MAX; i++)
        shown += put_file(&w, outbox, library_at(library, i));
    json_close_array(&w);
    json_put_null(&w, "next");
    json_close_object(&w);
}

void route_outbox(struct api *api, struct http_exchange *exchange) {
    struct outbox outbox = {.api = api, .content = api->options.content};
    if (outbox.content == NULL) {
        api_refuse(api, exchange, PROBLEM_NO_NODE, NULL);
        return;
    }
    engine_view_outbox(api->options.engine, &outbox.view, outbox.ids, SHOWN_MAX);
    api_answer_json(api, exchange, write_outbox, &outbox);
}
