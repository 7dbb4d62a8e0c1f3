/* SPDX-License-Identifier: Apache-2.0 */
#include "swarm/content/content.h"

#include "base/deadline.h"
#include "base/memory.h"
#include "swarm/content/download.h"
#include "swarm/content/holdings.h"
#include "swarm/content/upload.h"
#include "swarm/control/gate.h"
#include "swarm/replica/redundancy.h"

bool content_init(struct content *content, size_t files, size_t links, uint64_t seed) {
    const bool has_catalog = catalog_init(&content->catalog, files, seed);
    const bool has_asks = ask_table_init(&content->asks, LIMIT_ASKS_MAX);
    content->downloads = memory_try_zeroed(LIMIT_DOWNLOADS_MAX, sizeof *content->downloads);
    content->wants = memory_try_zeroed(LIMIT_WANTS_MAX, sizeof *content->wants);
    content->log = memory_try_zeroed(LIMIT_HAVE_LOG, sizeof *content->log);
    content->peers = memory_try_zeroed(links, sizeof *content->peers);
    content->peer_count = links;
    return has_catalog && has_asks && content->downloads != NULL && content->wants != NULL && content->log != NULL &&
           content->peers != NULL;
}

void content_deinit(struct content *content) {
    catalog_deinit(&content->catalog);
    ask_table_deinit(&content->asks);
    memory_free(content->downloads);
    memory_free(content->wants);
    memory_free(content->log);
    memory_free(content->peers);
}

struct content_peer *content_peer_of(const struct engine *engine, const struct link_row *link) {
    return &engine->content.peers[link - engine->links.rows];
}

bool content_may(const struct engine *engine, const struct link_row *link) {
    if (link->state != LINK_STATE_OPEN || !content_peer_of(engine, link)->is_party) return false;
    const struct ruling ruling = gate_judge_link(engine, DEED_CONTENT, link);
    return gate_allows(&ruling);
}

void content_link_changed(struct engine *engine, struct link_row *link, int64_t now_ms) {
    struct content_peer *peer = content_peer_of(engine, link);
    if (link->state == LINK_STATE_OPEN) {
        *peer = (struct content_peer){.is_party = link->moves_files, .log_at = engine->content.log_count};
        download_news(engine, now_ms);
    } else if (peer->is_party) {
        download_link_gone(engine, link, now_ms);
        upload_link_gone(engine, link, now_ms);
        catalog_forget_link(&engine->content.catalog, (size_t)(link - engine->links.rows));
        *peer = (struct content_peer){0};
    }
}

static void take_facts(struct file_row *row, const struct input *input) {
    row->role = input->as.file.role;
    if (input->as.file.target != 0) row->target = input->as.file.target;
    if (input->as.file.bytes != 0) row->bytes = input->as.file.bytes;
    row->is_declined = input->as.file.state == FILE_KNOWN && (row->is_declined || input->as.file.is_declined);
}

/* What is only known is worth a row when there is something to be known of it. */
static bool is_worth_a_row(const struct input *input) {
    return input->as.file.state != FILE_KNOWN || input->as.file.target != 0 || input->as.file.is_declined;
}

/* What the host says of a file: it holds it, wants it, or has nothing to do with it any more. */
void content_file(struct engine *engine, const struct input *input, int64_t now_ms) {
    struct catalog *catalog = &engine->content.catalog;
    const enum file_state state = input->as.file.state;
    struct file_row *row =
        is_worth_a_row(input) ? catalog_put(catalog, input->as.file.id) : catalog_find(catalog, input->as.file.id);
    if (row == NULL) return;
    take_facts(row, input);
    const enum file_state was = row->state;
    row->state = state;
    replica_file_changed(engine, row, was, now_ms);
    if (was == state) return;
    if (was == FILE_WANTED) download_unwant(engine, row, now_ms);
    if (was == FILE_HELD || state == FILE_HELD) holdings_changed(engine, &row->id, state == FILE_HELD);
    if (state == FILE_WANTED) holders_note_links(engine, row);
    if (state == FILE_WANTED) download_want(engine, row, now_ms);
}

void content_tick(struct engine *engine, int64_t now_ms) {
    if (engine->is_stopping || engine->started_at_ms == 0) return;
    download_tick(engine, now_ms);
    upload_tick(engine, now_ms);
    holdings_tick(engine, now_ms);
}

int64_t content_deadline_ms(const struct engine *engine) {
    return deadline_earlier(download_deadline_ms(engine), holdings_deadline_ms(engine));
}
