/* SPDX-License-Identifier: Apache-2.0 */
#include "swarm/content/download.h"

#include "base/deadline.h"
#include "swarm/content/source_choice.h"
#include "swarm/handlers.h"
#include "swarm/link/session.h"
#include "swarm/replica/possession.h"
#include "swarm/wire/cancel.h"
#include "swarm/wire/data.h"
#include "swarm/wire/miss.h"
#include "swarm/wire/want.h"

enum { LOOK_MS = 1000, LIST_BELOW = LIMIT_PARTS_QUEUED / 2 };

static struct download *download_of(const struct engine *engine, const struct ask *ask) {
    return &engine->content.downloads[ask->download];
}

static struct file_row *file_of(const struct engine *engine, const struct download *download) {
    return &engine->content.catalog.rows[download->file];
}

/* ---- A question's end ---- */

/* It counts no more against its link, which may be gone. */
static void release(struct engine *engine, const struct ask *ask, uint32_t bytes) {
    const struct link_row *link = link_table_find(&engine->links, ask->link);
    if (link == NULL) return;
    struct content_peer *peer = content_peer_of(engine, link);
    peer->asked_bytes -= bytes < peer->asked_bytes ? bytes : peer->asked_bytes;
}

/* Of what is not asked any more: what comes of it all the same is paid for as it comes. */
static void give_back_unsent(struct engine *engine, const struct ask *ask) {
    const uint32_t size = ask->total > 0 ? ask->total : source_size_of(&ask->part);
    byte_pace_give_back(&engine->content.pace, size - ask->received);
}

static void leave_link(struct engine *engine, struct ask *ask) {
    const struct link_row *link = link_table_find(&engine->links, ask->link);
    release(engine, ask, ask->charged);
    ask->charged = 0;
    if (link != NULL && content_peer_of(engine, link)->asks > 0) content_peer_of(engine, link)->asks--;
}

static void end_ask(struct engine *engine, struct ask *ask) {
    if (ask->state != ASK_GIVEN_UP && !ask->is_proof) {
        engine->content.asked_bytes -= source_size_of(&ask->part);
        download_of(engine, ask)->asked--;
    }
    ask_table_remove(&engine->content.asks, ask);
}

/* A part was missing that had no room: the host has to name it again. */
static void note_lost(struct download *download) {
    download->is_anew = true;
    download->knows_all = download->is_listed = false;
}

/* Where the queue is full its last part goes. */
static void put_back(struct download *download, const struct content_part *part) {
    if (download->queue_count == LIMIT_PARTS_QUEUED) note_lost(download);
    const uint32_t kept = download->queue_count < LIMIT_PARTS_QUEUED ? download->queue_count : LIMIT_PARTS_QUEUED - 1;
    memmove(&download->queue[1], &download->queue[0], kept * sizeof download->queue[0]);
    download->queue[0] = *part;
    download->queue_count = kept + 1;
}

static void forget_collected(struct engine *engine, const struct ask *ask) {
    if (ask->received > 0) actions_add(engine->actions, ACTION_DISCARD)->as.collect.req = ask->req;
}

/* The row stays until what is on its way has come, or nothing came for a while. */
static void give_up(struct engine *engine, struct ask *ask) {
    struct cancel cancel = {ask->req};
    struct buffer body = engine_body(engine);
    cancel_build(&body, &cancel);
    engine_send(engine, ask->link, MESSAGE_CANCEL, &body);
    give_back_unsent(engine, ask);
    forget_collected(engine, ask);
    leave_link(engine, ask);
    engine->content.asked_bytes -= source_size_of(&ask->part);
    download_of(engine, ask)->asked--;
    ask->state = ASK_GIVEN_UP;
}

/* A peer that answers nothing would keep its rows as long as its link. */
static bool forget_given_up(struct engine *engine, struct ask *ask, int64_t now_ms) {
    if (now_ms - ask->heard_ms < LIMIT_ASK_FORGET_MS) return false;
    const struct link_row *link = link_table_find(&engine->links, ask->link);
    if (link != NULL) content_peer_forgive(content_peer_of(engine, link), source_size_of(&ask->part) - ask->received);
    end_ask(engine, ask);
    return true;
}

/* ---- Asking ---- */

static void ask_for(struct engine *engine, struct download *download, const struct link_row *link, int64_t now_ms) {
    struct ask *ask = ask_table_add(&engine->content.asks);
    struct content_peer *peer = content_peer_of(engine, link);
    ask->part = download->queue[0];
    ask->link = link->id;
    ask->download = (uint8_t)(download - engine->content.downloads);
    ask->asked_ms = ask->heard_ms = now_ms;
    ask->charged = source_size_of(&ask->part);
    if (peer->asks == 0) content_peer_begin(peer, now_ms);
    ask->heard_bytes = peer->heard_bytes;
    peer->asks++;
    peer->asked_bytes += ask->charged;
    engine->content.asked_bytes += ask->charged;
    byte_pace_pay(&engine->content.pace, ask->charged, now_ms);
    download->asked++;
    download->queue_count--;
    memmove(&download->queue[0], &download->queue[1], download->queue_count * sizeof download->queue[0]);
    const struct want want = {.req = ask->req, .id = ask->part.id};
    struct buffer body = engine_body(engine);
    want_build(&body, &want);
    engine_send(engine, link->id, MESSAGE_WANT, &body);
}

static void list_missing(struct engine *engine, struct download *download) {
    if (download->is_listing || download->knows_all || download->is_listed || download->queue_count >= LIST_BELOW)
        return;
    struct action *action = actions_add(engine->actions, ACTION_LIST_MISSING);
    action->as.list.file = file_of(engine, download)->id;
    action->as.list.is_anew = download->is_anew;
    download->is_anew = false;
    download->is_listing = true;
}

/* Nobody has it: everybody is asked once more after a while. */
static void wait_for_somebody(struct download *download, int64_t now_ms) {
    if (download->retry_ms == 0 && download->asked == 0) download->retry_ms = now_ms + LIMIT_ASK_AGAIN_MS;
}

static void go_on(struct engine *engine, struct download *download, int64_t now_ms) {
    struct content *content = &engine->content;
    while (download->queue_count > 0 && download->retry_ms == 0) {
        const uint32_t size = source_size_of(&download->queue[0]);
        if (content->asked_bytes + size > LIMIT_ASKED_BYTES || content->asks.count == content->asks.capacity) break;
        bool has_any = false;
        const struct link_row *link = source_choose(engine, download, size, &has_any, now_ms);
        if (link == NULL) {
            if (!has_any) wait_for_somebody(download, now_ms);
            break;
        }
        content->is_paced = !byte_pace_allows(&content->pace, now_ms);
        if (content->is_paced) break;
        ask_for(engine, download, link, now_ms);
    }
    if (download->retry_ms == 0) list_missing(engine, download);
}

static bool is_done(const struct download *download) {
    return download->knows_all && download->queue_count == 0 && download->asked == 0 && !download->is_listing;
}

static void finish(struct engine *engine, struct download *download) {
    file_of(engine, download)->is_fetched = false;
    *download = (struct download){0};
}

/* NULL: there is no place, or nothing waits for one. */
static struct download *begin_next(struct engine *engine) {
    struct content *content = &engine->content;
    size_t place = 0;
    while (place < LIMIT_DOWNLOADS_MAX && content->downloads[place].in_use) place++;
    if (place == LIMIT_DOWNLOADS_MAX) return NULL;
    struct file_row *row = catalog_take_rarest(&content->catalog);
    if (row == NULL) return NULL;
    row->is_fetched = true;
    content->downloads[place] =
        (struct download){.in_use = true, .file = (uint32_t)catalog_place(&content->catalog, row)};
    return &content->downloads[place];
}

/* Everything that can go on does, another first each time, so that none waits behind a large one. */
static void pump(struct engine *engine, int64_t now_ms) {
    struct content *content = &engine->content;
    content->is_paced = false;
    content->first_download = (content->first_download + 1) % LIMIT_DOWNLOADS_MAX;
    for (size_t i = 0; i < LIMIT_DOWNLOADS_MAX; i++) {
        struct download *download = &content->downloads[(content->first_download + i) % LIMIT_DOWNLOADS_MAX];
        if (!download->in_use) continue;
        go_on(engine, download, now_ms);
        if (is_done(download)) finish(engine, download);
    }
    for (struct download *next = begin_next(engine); next != NULL; next = begin_next(engine))
        go_on(engine, next, now_ms);
}

/* ---- What the host says ---- */

static struct download *find_download(const struct engine *engine, const struct file_row *row) {
    const size_t file = catalog_place(&engine->content.catalog, row);
    for (size_t i = 0; i < LIMIT_DOWNLOADS_MAX; i++) {
        struct download *download = &engine->content.downloads[i];
        if (download->in_use && download->file == file) return download;
    }
    return NULL;
}

void download_set_rate(struct engine *engine, uint64_t bytes_per_second, int64_t now_ms) {
    byte_pace_set(&engine->content.pace, bytes_per_second, now_ms);
    if (engine->started_at_ms != 0) pump(engine, now_ms);
}

void download_want(struct engine *engine, struct file_row *row, int64_t now_ms) {
    if (row->is_fetched) return;
    catalog_wait(&engine->content.catalog, row);
    if (engine->started_at_ms != 0) pump(engine, now_ms);
}

void download_unwant(struct engine *engine, struct file_row *row, int64_t now_ms) {
    struct download *download = find_download(engine, row);
    if (download == NULL) {
        catalog_stop_waiting(&engine->content.catalog, row);
        return;
    }
    for (size_t i = 0; i < engine->content.asks.capacity; i++) {
        struct ask *ask = &engine->content.asks.rows[i];
        if (ask->req == 0 || ask->is_proof || ask->state == ASK_GIVEN_UP || download_of(engine, ask) != download)
            continue;
        if (ask->state == ASK_OPEN) {
            give_up(engine, ask);
        } else {
            forget_collected(engine, ask);
            end_ask(engine, ask);
        }
    }
    finish(engine, download);
    pump(engine, now_ms);
}

static bool is_same(const struct content_part *a, const struct content_part *b) {
    return a->kind == b->kind && a->number == b->number;
}

/* Queued or asked for already: where the host began anew it names those too. */
static bool has_part(const struct engine *engine, const struct download *download, const struct content_part *part) {
    for (size_t i = 0; i < download->queue_count; i++)
        if (is_same(&download->queue[i], part)) return true;
    for (size_t i = 0; i < engine->content.asks.capacity && download->asked > 0; i++) {
        const struct ask *ask = &engine->content.asks.rows[i];
        const bool is_under_way = ask->req != 0 && !ask->is_proof && ask->state != ASK_GIVEN_UP;
        if (is_under_way && download_of(engine, ask) == download && is_same(&ask->part, part)) return true;
    }
    return false;
}

/* Since it was asked for the queue may have filled with what was put back. */
static void take_listed(struct engine *engine, struct download *download, const struct content_part *part) {
    if (has_part(engine, download, part)) return;
    if (download->queue_count < LIMIT_PARTS_QUEUED)
        download->queue[download->queue_count++] = *part;
    else
        note_lost(download);
}

void download_missing(struct engine *engine, const struct input *input, int64_t now_ms) {
    const struct file_row *row = catalog_find(&engine->content.catalog, input->as.missing.file);
    struct download *download = row == NULL ? NULL : find_download(engine, row);
    if (download == NULL) return;
    download->is_listing = false;
    download->knows_all = input->as.missing.is_all;
    download->is_listed = input->as.missing.count < LIST_BELOW;
    if (download->is_anew) note_lost(download); /* since it was asked for: what it says was before that */
    for (size_t i = 0; i < input->as.missing.count; i++) take_listed(engine, download, &input->as.missing.parts[i]);
    pump(engine, now_ms);
}

static void ban(struct engine *engine, const struct node_id *peer, int64_t now_ms) {
    struct content_ban *place = &engine->content.bans[0];
    for (size_t i = 0; i < LIMIT_CONTENT_BANS; i++) {
        struct content_ban *at = &engine->content.bans[i];
        if (at->until_ms != 0 && node_id_equal(&at->peer, peer)) place = at;
        if (place->until_ms != 0 && node_id_equal(&place->peer, peer)) break;
        if (at->until_ms < place->until_ms) place = at;
    }
    *place = (struct content_ban){*peer, now_ms + LIMIT_CONTENT_BAN_MS};
}

/* Everything asked of the link is asked of others. */
static void take_back_from(struct engine *engine, const struct link_row *link, bool is_gone) {
    for (size_t i = 0; i < engine->content.asks.capacity; i++) {
        struct ask *ask = &engine->content.asks.rows[i];
        if (ask->req == 0 || ask->link != link->id) continue;
        if (ask->is_proof || ask->state == ASK_GIVEN_UP) {
            if (ask->is_proof && is_gone && ask->state == ASK_OPEN) forget_collected(engine, ask);
            if (is_gone) end_ask(engine, ask);
        } else if (ask->state == ASK_OPEN) {
            put_back(download_of(engine, ask), &ask->part);
            if (!is_gone) {
                give_up(engine, ask);
                continue;
            }
            give_back_unsent(engine, ask);
            forget_collected(engine, ask);
            end_ask(engine, ask);
        }
    }
}

static void take_wrong(struct engine *engine, const struct ask *ask, int64_t now_ms) {
    const struct link_row *link = link_table_find(&engine->links, ask->link);
    engine->counters.parts_wrong++;
    if (link == NULL) return;
    struct event *event = engine_emit_link(engine, EVENT_CONTENT_INVALID, link, now_ms);
    event->reason = REASON_CONTENT_INVALID;
    event->figures[0] = ask->part.number;
    ban(engine, &link->node_id, now_ms);
    take_back_from(engine, link, false);
}

void download_checked(struct engine *engine, const struct input *input, int64_t now_ms) {
    struct ask *ask = ask_table_find(&engine->content.asks, input->as.checked.req);
    if (ask == NULL || ask->state != ASK_CHECKING) return;
    if (ask->is_proof) {
        possession_checked(engine, ask, input->as.checked.verdict, now_ms);
        return;
    }
    const struct ask was = *ask;
    struct download *download = download_of(engine, ask);
    end_ask(engine, ask);
    switch (input->as.checked.verdict) {
    case PART_STORED:
        engine->counters.parts_stored++;
        download->is_listed = false;
        break;
    case PART_WRONG:
        put_back(download, &was.part);
        take_wrong(engine, &was, now_ms);
        break;
    case PART_NOT_WRITTEN:
        put_back(download, &was.part);
        download->has_failed = true;
        download->retry_ms = now_ms + LIMIT_ASK_AGAIN_MS;
        break;
    }
    pump(engine, now_ms);
}

/* ---- What peers say ---- */

static bool is_next_slice(const struct ask *ask, const struct data *data) {
    const uint32_t most = ask->part.size == 0 ? LIMIT_FILE_RECORD_MAX : ask->part.size;
    if (data->offset != ask->received || data->total > most) return false;
    if (ask->part.size != 0 && data->total != ask->part.size) return false;
    return ask->received == 0 || data->total == ask->total;
}

static void collect(struct engine *engine, struct ask *ask, const struct data *data, bool is_last) {
    struct action *action = actions_add(engine->actions, ACTION_COLLECT);
    const struct link_row *link = link_table_find(&engine->links, ask->link);
    action->peer = link->node_id;
    action->bytes = data->bytes;
    action->as.collect.req = ask->req;
    action->as.collect.file = file_of(engine, download_of(engine, ask))->id;
    action->as.collect.part = ask->part;
    action->as.collect.total = data->total;
    action->as.collect.offset = data->offset;
    action->as.collect.is_last = is_last;
}

/* A part was paid for when it was asked for, as large as it may be; one that was given up is paid for slice by slice.
 */
static void pay_as_it_comes(struct engine *engine, const struct ask *ask, const struct data *data, int64_t now_ms) {
    struct byte_pace *pace = &engine->content.pace;
    if (ask->state == ASK_GIVEN_UP) {
        byte_pace_pay(pace, data->bytes.size, now_ms);
    } else if (ask->total == 0) {
        byte_pace_give_back(pace, source_size_of(&ask->part) - data->total);
    }
}

void download_on_data(struct engine *engine, struct link_row *link, const struct data *data, int64_t now_ms) {
    struct ask *ask = ask_table_find(&engine->content.asks, data->req);
    const bool is_asked = ask != NULL && ask->link == link->id && ask->state != ASK_CHECKING;
    if (ask == NULL && content_peer_bears(content_peer_of(engine, link), (uint32_t)data->bytes.size)) return;
    if (is_asked && ask->is_proof) {
        possession_data(engine, link, ask, data, now_ms);
        return;
    }
    if (!is_asked || !is_next_slice(ask, data)) {
        session_refuse(engine, link, REASON_PROTOCOL, "a slice that nobody asked for", MESSAGE_DATA, now_ms);
        return;
    }
    const uint32_t size = (uint32_t)data->bytes.size;
    const bool is_last = data->offset + size == data->total;
    content_peer_heard(content_peer_of(engine, link), size, now_ms);
    ask->heard_ms = now_ms;
    ask->heard_bytes = content_peer_of(engine, link)->heard_bytes;
    pay_as_it_comes(engine, ask, data, now_ms);
    ask->total = data->total;
    if (ask->state == ASK_OPEN) collect(engine, ask, data, is_last);
    ask->received += size;
    const uint32_t settled = size < ask->charged ? size : ask->charged;
    ask->charged -= settled;
    release(engine, ask, settled);
    if (!is_last) return;
    if (ask->state == ASK_GIVEN_UP) {
        end_ask(engine, ask);
        return;
    }
    leave_link(engine, ask);
    ask->state = ASK_CHECKING;
    pump(engine, now_ms);
}

static void take_miss(struct engine *engine, struct ask *ask, const struct link_row *link, enum miss_code code,
                      int64_t now_ms) {
    const size_t place = (size_t)(link - engine->links.rows);
    struct download *download = download_of(engine, ask);
    put_back(download, &ask->part);
    give_back_unsent(engine, ask);
    if (code == MISS_BUSY) {
        content_peer_of(engine, link)->slow_until_ms = now_ms + LIMIT_ASK_AGAIN_MS;
    } else {
        download->missed[place / 64] |= 1ULL << place % 64;
        file_row_set_holder(file_of(engine, download), place, false);
    }
    forget_collected(engine, ask);
    leave_link(engine, ask);
    end_ask(engine, ask);
    pump(engine, now_ms);
}

void download_on_miss(struct engine *engine, struct link_row *link, const struct miss *miss, int64_t now_ms) {
    struct ask *ask = ask_table_find(&engine->content.asks, miss->req);
    if (ask == NULL && content_peer_bears(content_peer_of(engine, link), 1)) return;
    if (ask == NULL || ask->link != link->id || ask->state == ASK_CHECKING) {
        session_refuse(engine, link, REASON_PROTOCOL, "an answer that nobody asked for", MESSAGE_MISS, now_ms);
    } else if (ask->is_proof) {
        possession_miss(engine, link, ask, miss->code != MISS_NOT_HELD, now_ms);
    } else if (ask->state == ASK_GIVEN_UP) {
        end_ask(engine, ask);
    } else {
        take_miss(engine, ask, link, miss->code, now_ms);
    }
}

void download_news(struct engine *engine, int64_t now_ms) {
    for (size_t i = 0; i < LIMIT_DOWNLOADS_MAX; i++) {
        struct download *download = &engine->content.downloads[i];
        if (download->in_use && !download->has_failed) download->retry_ms = 0;
    }
    if (engine->started_at_ms != 0) pump(engine, now_ms);
}

void download_link_gone(struct engine *engine, const struct link_row *link, int64_t now_ms) {
    const size_t place = (size_t)(link - engine->links.rows);
    take_back_from(engine, link, true);
    for (size_t i = 0; i < LIMIT_DOWNLOADS_MAX; i++)
        engine->content.downloads[i].missed[place / 64] &= ~(1ULL << place % 64);
    if (!engine->is_stopping) pump(engine, now_ms);
}

/* ---- Time ---- */

static bool retry_those_due(struct engine *engine, int64_t now_ms) {
    bool is_any = false;
    for (size_t i = 0; i < LIMIT_DOWNLOADS_MAX; i++) {
        struct download *download = &engine->content.downloads[i];
        if (!download->in_use || download->retry_ms == 0 || now_ms < download->retry_ms) continue;
        download->retry_ms = 0;
        download->has_failed = false;
        memset(download->missed, 0, sizeof download->missed);
        is_any = true;
    }
    return is_any;
}

/* Nothing comes of it. What only waits its turn behind other answers of the same link is not silent; but no more may
 * be ahead of it than is ever asked of a link, twice, as they need not come in order. */
static bool is_silent(const struct engine *engine, const struct ask *ask, const struct link_row *link, int64_t now_ms) {
    if (now_ms - ask->heard_ms < LIMIT_ASK_SILENT_MS) return false;
    if (link == NULL) return true;
    const struct content_peer *peer = content_peer_of(engine, link);
    const bool is_passed_over = peer->heard_bytes - ask->heard_bytes > 2 * (uint64_t)LIMIT_ASKED_BYTES_PER_LINK;
    return is_passed_over || now_ms - peer->heard_ms >= LIMIT_ASK_SILENT_MS;
}

/* Who lets a question run out is asked last for a while. Who would take far longer than another is not waited for. */
static bool give_up_the_slow(struct engine *engine, int64_t now_ms) {
    bool is_any = false;
    for (size_t i = 0; i < engine->content.asks.capacity; i++) {
        struct ask *ask = &engine->content.asks.rows[i];
        if (ask->req == 0 || ask->state == ASK_CHECKING) continue;
        if (ask->state == ASK_GIVEN_UP) {
            is_any = forget_given_up(engine, ask, now_ms) || is_any;
            continue;
        }
        if (ask->is_proof) continue;
        const struct link_row *link = link_table_find(&engine->links, ask->link);
        const bool has_run_out = is_silent(engine, ask, link, now_ms);
        if (!has_run_out && !source_is_far_better(engine, ask, now_ms)) continue;
        if (link != NULL && has_run_out) content_peer_of(engine, link)->slow_until_ms = now_ms + LIMIT_SLOW_MS;
        put_back(download_of(engine, ask), &ask->part);
        give_up(engine, ask);
        is_any = true;
    }
    return is_any;
}

static bool is_pace_due(const struct content *content, int64_t now_ms) {
    return content->is_paced && byte_pace_allows(&content->pace, now_ms);
}

void download_tick(struct engine *engine, int64_t now_ms) {
    bool is_news = retry_those_due(engine, now_ms) || is_pace_due(&engine->content, now_ms);
    if (now_ms >= engine->content.next_look_ms) {
        engine->content.next_look_ms = now_ms + LOOK_MS;
        if (engine->content.asks.count > 0) is_news = give_up_the_slow(engine, now_ms) || is_news;
    }
    if (is_news) pump(engine, now_ms);
}

int64_t download_deadline_ms(const struct engine *engine) {
    int64_t deadline_ms = engine->content.asks.count > 0 ? engine->content.next_look_ms : INT64_MAX;
    if (engine->content.is_paced) deadline_ms = deadline_earlier(deadline_ms, byte_pace_due_ms(&engine->content.pace));
    for (size_t i = 0; i < LIMIT_DOWNLOADS_MAX; i++) {
        const struct download *download = &engine->content.downloads[i];
        if (download->in_use && download->retry_ms != 0)
            deadline_ms = deadline_earlier(deadline_ms, download->retry_ms);
    }
    return deadline_ms;
}
