/* SPDX-License-Identifier: Apache-2.0 */
#include "swarm/wire/view.h"

#include "base/json_writer.h"
#include "swarm/wire/member.h"

static bool read_id(const struct json_value *value, struct node_id *id) {
    struct span text;
    return json_as_string(value, &text) && node_id_read(text, id);
}

static bool read_path(const struct json_value *value, enum link_path *path) {
    struct span word;
    return json_as_string(value, &word) && link_path_read(word, path);
}

static bool read_rtt(const struct json_value *value, int32_t *rtt_ms) {
    int64_t whole = -1;
    bool is_good = value->kind == JSON_NULL || json_as_integer(value, 0, LIMIT_VIEW_RTT_MS_MAX, &whole);
    *rtt_ms = (int32_t)whole;
    return is_good;
}

static bool has_peer(const struct view *view, const struct node_id *peer) {
    for (size_t i = 0; i < view->link_count; i++)
        if (node_id_equal(&view->links[i].peer, peer)) return true;
    return false;
}

static enum refusal read_link(const struct json_value *item, struct view *view) {
    struct view_link link;
    if (item->kind != JSON_OBJECT) return REFUSAL_MEMBER_MISTYPED;
    const struct json_value *id = json_member(item, "peerId");
    const struct json_value *path = json_member(item, "path");
    const struct json_value *rtt = json_member(item, "rttMs");
    if (id == NULL || path == NULL || rtt == NULL) return REFUSAL_MEMBER_MISSING;
    bool is_good = read_id(id, &link.peer) && read_path(path, &link.path) && read_rtt(rtt, &link.rtt_ms);
    if (!is_good || has_peer(view, &link.peer)) return REFUSAL_MEMBER_MISTYPED;
    view->links[view->link_count++] = link;
    return REFUSAL_NONE;
}

enum refusal view_check(struct span body, const struct verifier *verifier, struct arena *arena, const void **checked) {
    (void)verifier;
    struct members m = members_read(body, arena);
    struct view *view = arena_take(arena, sizeof *view);
    if (view == NULL) return REFUSAL_NO_ROOM;
    const struct json_value *links = members_array(&m, "links", LIMIT_VIEW_LINKS_MAX);
    for (size_t i = 0; i < json_array_count(links) && m.refusal == REFUSAL_NONE; i++)
        members_refuse(&m, read_link(&links->as.items[i], view));
    *checked = view;
    return m.refusal;
}

static void put_rtt(struct json_writer *w, int32_t rtt_ms) {
    if (rtt_ms < 0) {
        json_put_null(w, "rttMs");
    } else {
        json_put_integer(w, "rttMs", rtt_ms);
    }
}

void view_build(struct buffer *out, const struct view *view) {
    char id[NODE_ID_TEXT_SIZE + 1];
    struct json_writer w = json_writer_into(out);
    json_open_object(&w, NULL);
    json_open_array(&w, "links");
    for (size_t i = 0; i < view->link_count; i++) {
        json_open_object(&w, NULL);
        json_put_text(&w, "peerId", node_id_text(&view->links[i].peer, id));
        json_put_text(&w, "path", link_path_name(view->links[i].path));
        put_rtt(&w, view->links[i].rtt_ms);
        json_close_object(&w);
    }
    json_close_array(&w);
    json_close_object(&w);
}
