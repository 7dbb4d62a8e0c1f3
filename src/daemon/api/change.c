/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/api/change.h"

#include "base/map.h"
#include "base/must.h"
#include "daemon/api/row.h"

#include <string.h>

/* Something is written first and taken back when it turns out not to be news. */
struct mark {
    size_t size;
    bool needs_comma;
};

static struct mark mark_of(const struct json_writer *w) {
    return (struct mark){w->out->size, w->needs_comma};
}

static void take_back(struct json_writer *w, struct mark mark) {
    w->out->size = mark.size;
    w->needs_comma = mark.needs_comma;
}

static uint64_t hash_of(struct span text) {
    return map_hash(text, 0x736b6570, 0x6368616e6765);
}

/* Of what was written since, without the comma before it. */
static uint64_t hash_since(const struct json_writer *w, struct mark mark) {
    size_t skip = mark.size + (mark.needs_comma ? 1 : 0);
    if (w->out->size < skip) return 0; /* the buffer is full; all is written again with more room */
    return hash_of((struct span){w->out->at + skip, w->out->size - skip});
}

/* ---- Panels ---- */

static bool write_panels(struct json_writer *w, const struct look *look, const struct change_state *before,
                         struct change_state *after) {
    struct mark start = mark_of(w);
    bool has_changed = false;
    json_open_object(w, "panels");
    for (size_t i = 0; i < PANEL_COUNT; i++) {
        struct mark mark = mark_of(w);
        after->panels[i] = hash_of(panel_write(w, &panels[i], panels[i].name, look));
        if (after->panels[i] == before->panels[i]) {
            take_back(w, mark);
        } else {
            has_changed = true;
        }
    }
    json_close_object(w);
    if (!has_changed) take_back(w, start);
    return has_changed;
}

/* ---- Rows ---- */

/* A table of rows, whichever it is. */
struct rows {
    const char *name;
    size_t count;
    struct node_id (*key)(const struct look *look, size_t index);
    void (*write)(struct json_writer *w, const struct look *look, size_t index);
    void (*write_key)(struct json_writer *w, const struct node_id *key);
    uint64_t (*doing)(const struct look *look, size_t index);
    size_t turns; /* a row has its turn every so many times for figures that moved; 1: always */
};

static struct node_id link_key(const struct look *look, size_t index) {
    struct node_id key = {{0}};
    memcpy(key.bytes, &look->links[index].id, sizeof look->links[index].id);
    return key;
}

static void write_link(struct json_writer *w, const struct look *look, size_t index) {
    row_write_link(w, &look->links[index], &look->rendezvous);
}

static void write_link_key(struct json_writer *w, const struct node_id *key) {
    uint8_t memory[16];
    struct buffer text = buffer_over(memory, sizeof memory);
    uint32_t id;
    memcpy(&id, key->bytes, sizeof id);
    buffer_put_decimal(&text, id);
    json_put_span(w, NULL, buffer_span(&text));
}

/* Since when its state holds says that it is another. */
static uint64_t link_doing(const struct look *look, size_t index) {
    const struct link_view *link = &look->links[index];
    uint8_t memory[64];
    struct buffer out = buffer_over(memory, sizeof memory);
    buffer_put_u64(&out, (uint64_t)link->since_ms);
    buffer_put_u32(&out, link->state);
    buffer_put_u32(&out, link->reason);
    buffer_put_u32(&out, link->wish);
    const bool flags[] = {link->has_peer, link->is_user_proven, link->is_operators, link->is_anchor};
    for (size_t i = 0; i < sizeof flags / sizeof flags[0]; i++) buffer_put_u8(&out, flags[i]);
    return hash_of(buffer_span(&out));
}

static struct node_id peer_key(const struct look *look, size_t index) {
    return look->peers[index].node_id;
}

static void write_peer(struct json_writer *w, const struct look *look, size_t index) {
    row_write_peer(w, &look->peers[index], &look->rendezvous);
}

static uint64_t peer_doing(const struct look *look, size_t index) {
    (void)look, (void)index;
    return 0;
}

static void write_peer_key(struct json_writer *w, const struct node_id *key) {
    char text[NODE_ID_TEXT_SIZE + 1];
    json_put_text(w, NULL, node_id_text(key, text));
}

static const struct change_row *find(const struct change_rows *rows, const struct node_id *key) {
    for (size_t i = 0; i < rows->count; i++)
        if (memcmp(&rows->items[i].key, key, sizeof *key) == 0) return &rows->items[i];
    return NULL;
}

static bool has_turn(const struct look *look, const struct rows *rows, size_t index) {
    return (index + (uint64_t)look->now_ms / CHANGE_TURN_MS) % rows->turns == 0;
}

static bool is_news(const struct change_row *row, const struct change_row *earlier, bool has_turn) {
    if (earlier == NULL || earlier->doing != row->doing) return true;
    return earlier->hash != row->hash && has_turn;
}

static bool write_upserts(struct json_writer *w, const struct look *look, const struct rows *rows,
                          const struct change_rows *before, struct change_rows *after) {
    bool has_changed = false;
    must_le(rows->count, LIMIT_LINKS_MAX);
    after->count = rows->count;
    json_open_array(w, "upsert");
    for (size_t i = 0; i < rows->count; i++) {
        struct mark mark = mark_of(w);
        rows->write(w, look, i);
        struct change_row *row = &after->items[i];
        *row = (struct change_row){rows->key(look, i), hash_since(w, mark), rows->doing(look, i)};
        const struct change_row *earlier = find(before, &row->key);
        if (is_news(row, earlier, has_turn(look, rows, i))) {
            has_changed = true;
            continue;
        }
        row->hash = earlier->hash;
        take_back(w, mark);
    }
    json_close_array(w);
    return has_changed;
}

static bool write_removals(struct json_writer *w, const struct rows *rows, const struct change_rows *before,
                           const struct change_rows *after) {
    bool has_changed = false;
    json_open_array(w, "remove");
    for (size_t i = 0; i < before->count; i++) {
        if (find(after, &before->items[i].key) != NULL) continue;
        rows->write_key(w, &before->items[i].key);
        has_changed = true;
    }
    json_close_array(w);
    return has_changed;
}

static bool write_rows(struct json_writer *w, const struct look *look, const struct rows *rows,
                       const struct change_rows *before, struct change_rows *after) {
    struct mark start = mark_of(w);
    json_open_object(w, rows->name);
    bool has_upserts = write_upserts(w, look, rows, before, after);
    bool has_removals = write_removals(w, rows, before, after);
    json_close_object(w);
    if (!has_upserts && !has_removals) take_back(w, start);
    return has_upserts || has_removals;
}

bool change_write(struct buffer *out, const struct look *look, const struct change_state *before,
                  struct change_state *after) {
    const size_t turns = (look->link_count + CHANGE_MOVED_LINKS - 1) / CHANGE_MOVED_LINKS;
    const struct rows links = {"links",    look->link_count,     link_key, write_link, write_link_key,
                               link_doing, turns > 0 ? turns : 1};
    const struct rows peers = {"peers", look->peer_count, peer_key, write_peer, write_peer_key, peer_doing, 1};
    struct json_writer w = json_writer_into(out);
    json_open_object(&w, NULL);
    json_put_integer(&w, "asOf", look->wall_ms);
    bool has_panels = write_panels(&w, look, before, after);
    bool has_links = write_rows(&w, look, &links, &before->links, &after->links);
    bool has_peers = write_rows(&w, look, &peers, &before->peers, &after->peers);
    json_close_object(&w);
    return has_panels || has_links || has_peers;
}
