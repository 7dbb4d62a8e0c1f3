/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/api/content_json.h"

#include "base/encoding.h"
#include "daemon/api/figure.h"

void content_put_id(struct json_writer *w, const char *name, const struct object_id *id) {
    json_put_hex(w, name, (struct span){id->bytes, sizeof id->bytes});
}

static void put_count(struct json_writer *w, const char *name, bool is_known, uint64_t count) {
    if (is_known) {
        json_put_integer(w, name, (int64_t)count);
    } else {
        json_put_null(w, name);
    }
}

static void put_author(struct json_writer *w, const char *name, const struct library_entry *entry) {
    char id[NODE_ID_TEXT_SIZE + 1];
    const struct record_author *author = &entry->author;
    if (!entry->is_named) {
        json_put_null(w, name);
    } else if (author->is_user) {
        const struct user_id user = user_id_of_key(&author->key);
        json_put_text(w, name, user_id_text(&user, id));
    } else {
        const struct node_id node = node_id_of_key(&author->key);
        json_put_text(w, name, node_id_text(&node, id));
    }
}

static void put_redundancy(struct json_writer *w, const struct content_host *content, const struct object_id *id) {
    struct redundancy_view view;
    if (!content_host_redundancy(content, id, &view) || view.target == 0) {
        json_put_null(w, "redundancy");
        return;
    }
    json_open_object(w, "redundancy");
    json_put_integer(w, "target", view.target);
    json_put_integer(w, "seen", (int64_t)view.seen);
    json_put_integer(w, "verified", (int64_t)view.verified);
    json_put_integer(w, "domains", (int64_t)view.domains);
    json_put_integer(w, "coming", (int64_t)view.coming);
    json_put_text(w, "state", view.seen < view.target ? "under" : view.seen > view.target ? "over" : "ok");
    json_close_object(w);
}

void content_write_file(struct json_writer *w, const char *name, const struct content_host *content,
                        const struct library_entry *entry, int sources) {
    struct fetch_progress progress = {.stage = "manifest", .trouble = ""};
    const bool is_under_way = content_host_progress(content, &entry->id, &progress);
    const bool is_held = entry->state == LIBRARY_HELD;
    json_open_object(w, name);
    content_put_id(w, "id", &entry->id);
    json_put_text(w, "state", library_state_name(entry->state));
    json_put_text(w, "role", library_role_name(entry));
    json_put_text(w, "name", entry->name);
    json_put_text(w, "mime", entry->mime);
    put_count(w, "size", entry->is_named, entry->size);
    put_author(w, "author", entry);
    json_put_boolean(w, "isOurs", entry->is_ours);
    figure_put_time(w, "at", entry->at_ms);
    json_put_text(w, "readers", entry->is_named ? readers_kind_name(entry->readers) : NULL);
    put_count(w, "target", entry->is_named, entry->target);
    put_redundancy(w, content, &entry->id);
    put_count(w, "chunks", entry->is_named, entry->chunk_count);
    put_count(w, "chunksHere", entry->is_named, is_held ? entry->chunk_count : progress.chunks_here);
    json_put_text(w, "stage", is_held ? "whole" : progress.stage);
    figure_put_integer(w, "sources", is_held ? -1 : sources);
    json_put_text(w, "trouble", is_under_way && progress.trouble[0] != '\0' ? progress.trouble : NULL);
    json_close_object(w);
}
