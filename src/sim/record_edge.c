/* SPDX-License-Identifier: Apache-2.0 */
#include "sim/record_edge.h"

#include "base/memory.h"
#include "base/must.h"
#include "sim/host.h"

/* What is put is synced after so long, together with what was put meanwhile; reading one takes less. */
enum { SYNC_MS = 5, READ_MS = 1 };
/* So many of those that lie there are told at a time when a process starts. */
enum { TOLD_AT_ONCE = 500 };

static int64_t now_of(const struct host *host) {
    return host->stage->timeline.now_ms;
}

static void later(struct host *host, int64_t after_ms, void (*happen)(void *, void *, uint64_t)) {
    timeline_add(&host->stage->timeline, now_of(host) + after_ms,
                 (struct moment){happen, host->stage, host, host->epoch});
}

/* False: the process is gone, or stands still and does it afterwards. */
static bool may_now(struct host *host, uint64_t epoch, void (*happen)(void *, void *, uint64_t)) {
    if (host->engine == NULL || host->epoch != epoch) return false;
    if (!host_is_stalled(host) || host->stalled_until_ms <= now_of(host)) return true;
    later(host, host->stalled_until_ms - now_of(host), happen);
    return false;
}

/* Of an advert the engine wants to know what it says. */
static const struct publication *look_at(struct host *host, const struct stored_record *row,
                                         struct publication *publication) {
    struct arena arena = arena_over(host->stage->lie_memory, LIMIT_CHECK_ARENA);
    if (!row->is_advert) return NULL;
    must(publication_check((struct span){row->text, row->size}, &host->stage->verifier, &arena, publication) ==
         REFUSAL_NONE);
    return publication;
}

/* Feeding may put more records and so move the rows. */
static void tell_kept(struct host *host, size_t place) {
    struct stored_record *row = &host->records.rows[place];
    row->is_told = true;
    const struct object_id id = row->id;
    struct publication publication;
    struct input input = {.kind = INPUT_RECORD_KEPT};
    input.as.kept.id = &id;
    input.as.kept.at_ms = row->at_ms;
    input.as.kept.is_own = row->is_own;
    input.as.kept.publication = look_at(host, row, &publication);
    host_feed(host, &input);
}

static void tell_more(void *context, void *subject, uint64_t epoch);

/* Those that are synced and not told yet, in their order. */
static void tell(struct host *host) {
    size_t told = 0;
    for (size_t i = 0; i < host->records.count && told < TOLD_AT_ONCE && host->engine != NULL; i++) {
        if (!host->records.rows[i].is_synced || host->records.rows[i].is_told) continue;
        tell_kept(host, i);
        told++;
    }
    if (told == TOLD_AT_ONCE) later(host, READ_MS, tell_more);
}

static void tell_more(void *context, void *subject, uint64_t epoch) {
    struct host *host = subject;
    (void)context;
    if (may_now(host, epoch, tell_more)) tell(host);
}

void record_edge_start(struct host *host) {
    tell(host);
}

static void synced(void *context, void *subject, uint64_t epoch) {
    struct host *host = subject;
    (void)context;
    if (!may_now(host, epoch, synced)) return;
    host->is_syncing_records = false;
    for (size_t i = 0; i < host->records.count; i++) host->records.rows[i].is_synced = true;
    tell(host);
}

void record_edge_keep(struct host *host, const struct action *action) {
    const enum publication_kind kind = action->as.record.publication->kind;
    const struct stored_record record = {.id = action->as.record.id,
                                         .at_ms = action->as.record.at_ms,
                                         .is_own = action->as.record.is_own,
                                         .is_advert = kind == PUBLICATION_ADVERT};
    if (kind == PUBLICATION_GONE || action->as.record.is_obsolete) return;
    if (!record_store_put(&host->records, &record, action->bytes) || host->is_syncing_records) return;
    host->is_syncing_records = true;
    later(host, SYNC_MS, synced);
}

void record_edge_keep_own(struct host *host, const struct checked_record *record) {
    const struct stored_record row = {.id = record->id, .at_ms = record->at_ms, .is_own = true, .is_synced = true};
    if (record_store_put(&host->records, &row, record->text)) tell_kept(host, host->records.count - 1);
}

void record_edge_end(struct host *host, bool is_orderly) {
    record_store_end(&host->records, is_orderly || prng_below(&host->entropy, 2) == 0);
    host->is_syncing_records = false;
    host->sending_count = 0;
}

void record_edge_forget(struct host *host, const struct object_id *id) {
    const struct stored_record *row = record_store_find(&host->records, id);
    if (row == NULL) return;
    struct input input = {.kind = INPUT_RECORD_GONE};
    input.as.kept.id = id;
    input.as.kept.at_ms = row->at_ms;
    record_store_remove(&host->records, id);
    if (host->engine != NULL) host_feed(host, &input);
}

static void let_go(void *context, void *subject, uint64_t epoch) {
    struct host *host = subject;
    (void)context;
    if (!may_now(host, epoch, let_go)) return;
    for (size_t i = 0; i < host->records.count && host->engine != NULL;) {
        const struct object_id id = host->records.rows[i].id;
        if (host->records.rows[i].is_let_go) {
            record_edge_forget(host, &id);
        } else {
            i++;
        }
    }
}

void record_edge_let_go(struct host *host, const struct object_id *id) {
    for (size_t i = 0; i < host->records.count; i++) {
        if (!object_id_equal(&host->records.rows[i].id, id)) continue;
        host->records.rows[i].is_let_go = true;
        later(host, READ_MS, let_go);
        return;
    }
}

/* ---- Sending ---- */

static bool has_link(const struct host *host, uint32_t id) {
    for (size_t i = 0; i < host->link_count; i++)
        if (host->links[i].id == id) return true;
    return false;
}

static void send_one(struct host *host, const struct record_sending *sending) {
    const struct stored_record *row = record_store_find(&host->records, &sending->id);
    struct input input = {.kind = INPUT_RECORD_SENT};
    input.as.sent.link = sending->link;
    input.as.sent.id = &sending->id;
    if (row != NULL && has_link(host, sending->link)) {
        host_say(host, sending->link, MESSAGE_RECORD_FRAME, (struct span){row->text, row->size});
        host->records_sent++;
        input.as.sent.bytes = (uint32_t)row->size;
    }
    host_feed(host, &input);
}

static void read_all(void *context, void *subject, uint64_t epoch) {
    struct host *host = subject;
    struct record_sending sendings[LIMIT_SENDING_RECORDS];
    (void)context;
    if (!may_now(host, epoch, read_all)) return;
    const size_t count = host->sending_count; /* what is asked for meanwhile is read next */
    memcpy(sendings, host->sendings, count * sizeof sendings[0]);
    host->sending_count = 0;
    for (size_t i = 0; i < count && host->engine != NULL && host->epoch == epoch; i++) send_one(host, &sendings[i]);
}

void record_edge_send(struct host *host, const struct action *action) {
    must_le(host->sending_count + 1, LIMIT_SENDING_RECORDS);
    host->sendings[host->sending_count++] = (struct record_sending){action->link, action->as.send.id};
    if (host->sending_count == 1) later(host, READ_MS, read_all);
}
