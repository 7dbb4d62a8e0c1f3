/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/content/content_host.h"

#include <stdio.h>

#include "base/memory.h"
#include "base/must.h"
#include "daemon/content/mending.h"
#include "daemon/content/proof.h"
#include "swarm/observe/event.h"

enum { RETRY_MS = 5000, IDLE_MS = 4000 };

struct content_host {
    struct content_host_options options;
    struct content_store *store;
    struct tether_list tethers;
    struct input_queue *queue;
    struct manifest_checks *checks;
    struct incoming *incoming;
    struct proof *proof;
    struct fetches *fetches;
    struct serving *serving;
    struct record_sending *record_sending;
    struct library *library;
    struct holding_list *holdings;
    struct records *records;
    struct posts *posts;
    struct replicas *replicas;
    bool are_holdings_listed, is_surveyed;
    struct content_figures figures;
    struct loop_timer *retry;
    struct publishing *publishing;
    bool is_moving; /* bulk passes, or did until just now */
    int64_t moved_at_ms;
    struct shelf *shelf;
    struct scrubber *scrubber;
    struct mending *mending;
    struct removals *removals;
    char trouble[ERR_DETAIL_TEXT_MAX]; /* what the disk said last; "" = all is well */
    int64_t trouble_since_ms;          /* wall clock */
};

/* ---- What happens to files ---- */

static void emit_file(void *context, enum event_code code, const struct object_id *file, const char *why) {
    const struct content_host *host = context;
    struct event event = {.code = (uint16_t)code, .at_ms = loop_wall_ms(host->options.loop)};
    char text[EVENT_TEXT_MAX + 1], name[17];
    for (size_t i = 0; i < 8; i++) (void)snprintf(name + 2 * i, 3, "%02x", file->bytes[i]);
    (void)snprintf(text, sizeof text, "%s: %s", name, why);
    event_set_text(&event, text);
    host->options.emit(host->options.context, &event);
}

static struct reader reader_of(const struct content_host *host) {
    return (struct reader){.user = host->options.user_key, .community = host->options.community};
}

static struct library_entry *enter(struct content_host *host, const struct object_id *file,
                                   const struct checked_manifest *manifest) {
    struct library_entry *entry = library_put(host->library, file);
    const struct reader reader = reader_of(host);
    struct file_about about;
    struct file_key key;
    if (entry == NULL || manifest == NULL || entry->is_named) return entry;
    const bool is_open = manifest_open(manifest, &reader, &key, &about) == REFUSAL_NONE;
    file_key_wipe(&key);
    library_name(entry, manifest, is_open ? &about : NULL);
    const struct record_author own = {sign_public_key(host->options.user_key), .is_user = true};
    entry->is_ours = record_author_equal(&manifest->author, &own);
    return entry;
}

static enum holding_role role_of(const struct content_host *host, const struct object_id *file) {
    const struct holding_row *row = holding_list_find(host->holdings, file);
    return row == NULL ? HOLDING_PINNED : row->role;
}

/* It is more than known from here on. */
static struct library_entry *enter_as(struct content_host *host, const struct fetch *fetch, enum library_state state) {
    struct library_entry *entry = enter(host, fetch_file(fetch), fetch_look(fetch).manifest);
    if (entry == NULL) return NULL;
    entry->state = state;
    entry->role = role_of(host, fetch_file(fetch));
    return entry;
}

/* Of one that is surveyed it is said when that is over: it may be whole. */
static void fetch_named(void *context, const struct fetch *fetch) {
    struct content_host *host = context;
    if (library_find(host->library, fetch_file(fetch)) != NULL)
        (void)enter(host, fetch_file(fetch), fetch_look(fetch).manifest);
}

static void fetch_kept(void *context, const struct fetch *fetch) {
    struct content_host *host = context;
    records_note(host->records, fetch_look(fetch).manifest);
}

static void fetch_lacks(void *context, const struct fetch *fetch) {
    (void)enter_as(context, fetch, LIBRARY_FETCHING);
}

static void fetch_waits(void *context, const struct object_id *file) {
    struct content_host *host = context;
    struct library_entry *entry = enter(host, file, NULL);
    if (entry == NULL) return;
    entry->state = LIBRARY_FETCHING;
    entry->role = role_of(host, file);
    const struct file_news news = library_news(entry, FILE_WANTED);
    input_queue_file(host->queue, file, &news);
}

/* What cannot be had is not held either. */
static void fetch_ended(void *context, const struct fetch *fetch, const char *why) {
    struct content_host *host = context;
    const struct object_id file = *fetch_file(fetch);
    struct library_entry *entry = enter_as(host, fetch, why == NULL ? LIBRARY_HELD : LIBRARY_KNOWN);
    if (why == NULL) {
        shelf_look_again(host->shelf);
        if (entry != NULL) mending_held(host->mending, entry);
        return;
    }
    replicas_forget(host->replicas, &file);
    library_remove(host->library, &file);
    emit_file(host, EVENT_FILE_FAILED, &file, why);
}

static bool make_room(void *context, uint64_t bytes) {
    struct content_host *host = context;
    return replicas_make_room(host->replicas, bytes);
}

/* What is held for others was offered as so many bytes, and its manifest is somebody else's word. */
static bool may_hold(void *context, const struct fetch *fetch, uint64_t bytes) {
    const struct content_host *host = context;
    const struct library_entry *entry = library_find(host->library, fetch_file(fetch));
    const bool is_replica = entry != NULL && role_of(host, fetch_file(fetch)) == HOLDING_REPLICA;
    return !is_replica || entry->promised == 0 || bytes <= entry->promised;
}

static void tell_when_surveyed(void *context) {
    struct content_host *host = context;
    const bool is_over =
        host->are_holdings_listed && records_are_loaded(host->records) && !fetches_is_surveying(host->fetches);
    if (!is_over || host->is_surveyed) return;
    host->is_surveyed = true;
    replicas_tell_room(host->replicas);
    scrubber_go_on(host->scrubber);
}

static void fetch_refused(void *context, const struct quarantine_entry *entry, struct span bytes) {
    struct content_host *host = context;
    shelf_put(host->shelf, entry, bytes);
}

struct shelf *content_host_shelf(const struct content_host *host) {
    return host->shelf;
}

bool content_host_want(struct content_host *host, const struct object_id *file) {
    struct library_entry *entry = library_put(host->library, file);
    struct fetch *fetch = fetches_find(host->fetches, file);
    const bool is_taken = entry != NULL && holding_list_put(host->holdings, file, HOLDING_PINNED);
    if (!is_taken) {
        if (entry != NULL && entry->state == LIBRARY_KNOWN && !entry->is_named) library_remove(host->library, file);
        return false;
    }
    if (fetch != NULL) fetch_raise_role(fetch, HOLDING_PINNED);
    entry->role = role_of(host, file);
    if (entry->state == LIBRARY_KNOWN) entry->state = LIBRARY_FETCHING; /* it begins when the engine lists it */
    const struct file_news news = library_news(entry, entry->state == LIBRARY_HELD ? FILE_HELD : FILE_WANTED);
    input_queue_file(host->queue, file, &news);
    return true;
}

enum content_removal content_host_remove(struct content_host *host, const struct object_id *file, bool is_forced,
                                         struct content_done done) {
    return host->are_holdings_listed ? removals_begin(host->removals, file, is_forced, done) : CONTENT_REMOVAL_LATER;
}

void content_host_when_synced(struct content_host *host, struct content_done done) {
    content_store_when_synced(host->store, done);
}

bool content_host_make_room(struct content_host *host, uint64_t bytes) {
    return replicas_make_room(host->replicas, bytes);
}

static bool redundancy(void *context, const struct object_id *file, struct redundancy_view *view) {
    return content_host_redundancy(context, file, view);
}

bool content_host_redundancy(const struct content_host *host, const struct object_id *file,
                             struct redundancy_view *view) {
    return host->options.redundancy(host->options.context, file, view);
}

struct content_figures content_host_figures(const struct content_host *host) {
    struct content_figures figures = host->figures;
    figures.files = holding_list_count(host->holdings);
    figures.replicas = holding_list_replicas(host->holdings);
    figures.disk_free = replicas_disk_free(host->replicas);
    return figures;
}

struct records *content_host_records(const struct content_host *host) {
    return host->records;
}

struct posts *content_host_posts(struct content_host *host) {
    return host->posts;
}

void content_host_pick(struct content_host *host, const struct object_id *ids, size_t count,
                       void (*take)(void *context, const struct content_object *object), struct content_done done) {
    content_store_pick(host->store, ids, count, take, done);
}

const struct library *content_host_library(const struct content_host *host) {
    return host->library;
}

void content_host_set_bytes_max(struct content_host *host, uint64_t bytes_max) {
    content_store_set_bytes_max(host->store, bytes_max);
}

struct content_usage content_host_usage(const struct content_host *host) {
    return content_store_usage(host->store);
}

bool content_host_progress(const struct content_host *host, const struct object_id *file,
                           struct fetch_progress *progress) {
    const struct fetch *fetch = fetches_find(host->fetches, file);
    if (fetch == NULL) return false;
    *progress = fetch_look(fetch);
    return true;
}

/* ---- Bulk ---- */

static void note_bulk(struct content_host *host) {
    host->moved_at_ms = loop_now_ms(host->options.loop);
    if (host->is_moving) return;
    host->is_moving = true;
    memory_expect_bulk(true);
}

static void end_bulk_when_idle(struct content_host *host) {
    if (!host->is_moving || loop_now_ms(host->options.loop) - host->moved_at_ms < IDLE_MS) return;
    host->is_moving = false;
    memory_expect_bulk(false);
}

/* ---- What the engine asks for ---- */

static void list_missing(struct content_host *host, const struct action *action) {
    const struct object_id *file = &action->as.list.file;
    /* The engine may not have heard yet that it was removed. */
    const bool is_here = removals_is_here(host->removals, file);
    struct fetch *fetch = is_here ? fetches_begin(host->fetches, file, role_of(host, file)) : NULL;
    if (fetch != NULL) {
        fetch_list(fetch, action->as.list.is_anew);
    } else {
        input_queue_missing(host->queue, file, NULL, 0, false);
    }
}

static void collect(struct content_host *host, const struct action *action) {
    struct incoming_part part;
    note_bulk(host);
    if (!incoming_take(host->incoming, action, &part)) return;
    if (part.part.kind == PART_PROOF) {
        proof_take(host->proof, &part);
    } else {
        fetches_take(host->fetches, &part);
    }
}

void content_host_perform(struct content_host *host, const struct action *action) {
    switch (action->kind) {
    case ACTION_LIST_MISSING: list_missing(host, action); return;
    case ACTION_COLLECT: collect(host, action); return;
    case ACTION_DISCARD: incoming_discard(host->incoming, action->as.collect.req); return;
    case ACTION_SERVE:
        note_bulk(host);
        serving_start(host->serving, action->link, action->as.serve.req, &action->as.serve.id, action->as.serve.offset,
                      action->as.serve.length);
        return;
    case ACTION_RECORD: records_take(host->records, action); return;
    case ACTION_FORGET_RECORD: records_forget(host->records, &action->as.forget.id, action->as.forget.at_ms); return;
    case ACTION_HOLD: replicas_hold(host->replicas, &action->as.replica.file, action->as.replica.bytes); return;
    case ACTION_RELEASE: replicas_release(host->replicas, &action->as.replica.file); return;
    case ACTION_CHOOSE_PROOF: proof_choose(host->proof, &action->as.replica.file); return;
    case ACTION_UNSERVE: serving_stop(host->serving, action->link, action->as.serve.req); return;
    case ACTION_SEND_RECORD: record_sending_start(host->record_sending, action->link, &action->as.send.id); return;
    default: must(false);
    }
}

void content_host_drained(struct content_host *host, uint32_t link) {
    serving_drained(host->serving);
    record_sending_drained(host->record_sending, link);
}

static void served(void *context, uint32_t link, uint32_t req, uint32_t bytes, enum miss_code miss) {
    struct content_host *host = context;
    input_queue_served(host->queue, link, req, bytes, miss);
}

static void record_sent(void *context, uint32_t link, const struct object_id *id, uint32_t bytes) {
    struct content_host *host = context;
    input_queue_record_sent(host->queue, link, id, bytes);
}

static void send(void *context, uint32_t link, uint8_t type, struct span body) {
    struct content_host *host = context;
    host->options.send(host->options.context, link, type, body);
}

static size_t unsent(void *context, uint32_t link) {
    struct content_host *host = context;
    return host->options.unsent(host->options.context, link);
}

static void feed(void *context, const struct input *input) {
    struct content_host *host = context;
    host->options.feed(host->options.context, input);
}

static void turned(void *context) {
    struct content_host *host = context;
    fetches_turned(host->fetches);
    scrubber_go_on(host->scrubber);
}

/* ---- What the disk says ---- */

static void completed(void *context, const struct object_id *file) {
    struct content_host *host = context;
    struct fetch *fetch = fetches_find(host->fetches, file);
    if (fetch != NULL) fetch_completed(fetch);
    publishing_completed(host->publishing, file);
}

static void fault(void *context, const struct content_fault *fault) {
    struct content_host *host = context;
    mending_fault(host->mending, fault);
}

static void failed(void *context, enum err err, const char *detail) {
    struct content_host *host = context;
    struct event event = {.code = EVENT_STORE_FAILED, .at_ms = loop_wall_ms(host->options.loop)};
    (void)err;
    if (host->trouble[0] == '\0') host->trouble_since_ms = event.at_ms;
    (void)snprintf(host->trouble, sizeof host->trouble, "%s", detail);
    event_set_trouble(&event, detail);
    host->options.emit(host->options.context, &event);
}

const char *content_host_trouble(const struct content_host *host, int64_t *since_ms) {
    *since_ms = host->trouble_since_ms;
    return host->trouble;
}

/* ---- Reading everything again ---- */

static bool may_scrub(void *context) {
    const struct content_host *host = context;
    return host->is_surveyed && !fetches_is_surveying(host->fetches);
}

static void scrubbed(void *context) {
    struct content_host *host = context;
    struct event event = {.code = EVENT_CONTENT_SCRUBBED, .at_ms = loop_wall_ms(host->options.loop)};
    const struct content_scrub scrub = content_host_scrub(host);
    scrubber_pass_ended(host->scrubber);
    event.figures[0] = (int64_t)scrub.faults;
    if (scrub.bytes > 0) host->options.emit(host->options.context, &event);
}

void content_host_set_scrub_rate(struct content_host *host, uint64_t bytes_per_second) {
    scrubber_set_rate(host->scrubber, bytes_per_second);
}

struct content_scrub content_host_scrub(const struct content_host *host) {
    return scrubber_view(host->scrubber);
}

void content_host_set_upload_rate(struct content_host *host, uint64_t bytes_per_second) {
    serving_set_rate(host->serving, bytes_per_second);
}

/* ---- Now and then ---- */

/* Of what is held here; for a large library that is some milliseconds, so it is not done at each look. */
static void judge_redundancy(struct content_host *host) {
    struct content_figures sums = {0};
    for (size_t i = 0; i < library_count(host->library); i++) {
        const struct library_entry *entry = library_at(host->library, i);
        struct redundancy_view view;
        if (entry->state != LIBRARY_HELD) continue;
        const bool is_known = content_host_redundancy(host, &entry->id, &view) && view.target > 0;
        *(!is_known                  ? &sums.unknown
          : view.seen < view.target  ? &sums.under
          : view.seen == view.target ? &sums.ok
                                     : &sums.over) += 1;
    }
    host->figures = sums;
}

static void recovered(void *context) {
    struct content_host *host = context;
    host->trouble[0] = '\0';
    fetches_retry(host->fetches);
}

static void retry(void *context) {
    struct content_host *host = context;
    loop_timer_start(host->retry, RETRY_MS);
    if (publishing_runs(host->publishing)) note_bulk(host);
    end_bulk_when_idle(host);
    mending_retry(host->mending);
    shelf_look_again(host->shelf);
    if (!fetches_are_stuck(host->fetches)) content_store_probe(host->store); /* else they try it */
    fetches_retry(host->fetches);
    judge_redundancy(host);
    if (host->is_surveyed) replicas_tell_room(host->replicas);
}

static void take_holding(void *context, const struct holding_row *row) {
    struct content_host *host = context;
    fetches_survey(host->fetches, &row->file, row->role);
}

/* What is only known is told from what is held, so that comes first. */
static void holdings_listed(void *context, const struct content_result *result) {
    struct content_host *host = context;
    if (result->answer != CONTENT_OK) failed(context, result->err, result->detail);
    host->are_holdings_listed = true;
    records_load(host->records);
}

void content_host_start(struct content_host *host) {
    holding_list_load(host->holdings, take_holding, holdings_listed, host);
    loop_timer_start(host->retry, RETRY_MS);
}

/* ---- What others say ---- */

/* Of a file that is held or wanted here its fetch says more, when it comes to it. */
static void manifest_came(void *context, const struct checked_manifest *manifest) {
    struct content_host *host = context;
    struct library_entry *entry = library_find(host->library, &manifest->id);
    if (entry == NULL && holding_list_find(host->holdings, &manifest->id) != NULL) return; /* it is surveyed */
    entry = enter(host, &manifest->id, manifest);
    if (entry == NULL || entry->state == LIBRARY_HELD) return;
    const struct file_news news = library_news(entry, entry->state == LIBRARY_KNOWN ? FILE_KNOWN : FILE_WANTED);
    input_queue_file(host->queue, &manifest->id, &news);
}

static bool is_held(void *context, const struct object_id *file) {
    const struct content_host *host = context;
    return holding_list_find(host->holdings, file) != NULL;
}

static void manifest_gone(void *context, const struct object_id *file) {
    struct content_host *host = context;
    const struct library_entry *entry = library_find(host->library, file);
    if (entry != NULL && entry->state == LIBRARY_KNOWN) library_remove(host->library, file);
}

/* ---- Publishing and reading ---- */

static void take_published(void *context, const struct published *published) {
    struct content_host *host = context;
    if (published->why != NULL) return;
    struct library_entry *entry = enter(host, &published->id, published->manifest);
    (void)holding_list_note(host->holdings, &published->id, HOLDING_PUBLISHED);
    records_published(host->records, published->record);
    if (entry == NULL) return;
    entry->state = LIBRARY_HELD;
    entry->role = HOLDING_PUBLISHED;
    const struct file_news news = library_news(entry, FILE_HELD);
    input_queue_file(host->queue, &published->id, &news);
}

static int64_t next_at(void *context) {
    const struct content_host *host = context;
    return records_next_at(host->records);
}

static const struct record_signer *signer(void *context) {
    const struct content_host *host = context;
    return publishing_signer(host->publishing);
}

struct publish_run *
content_host_publish(struct content_host *host, const struct publish_run_order *order,
                     void (*file)(void *context, const char *path, const struct published *published),
                     void (*ended)(void *context, const struct publish_run_totals *totals), void *context) {
    note_bulk(host);
    return publishing_run(host->publishing, order, file, ended, context);
}

void content_host_end_publish(struct content_host *host, struct publish_run *run) {
    publishing_end_run(host->publishing, run);
}

struct spool *content_host_spool(struct content_host *host, const struct spool_options *options,
                                 struct err_detail *detail) {
    char folder[PUBLISH_RUN_PATH_MAX];
    struct spool_options own = *options;
    (void)snprintf(folder, sizeof folder, "%s/content", host->options.folder);
    own.loop = host->options.loop;
    own.tethers = &host->tethers;
    own.folder = folder;
    note_bulk(host);
    return spool_open(&own, detail);
}

struct publish *content_host_publish_one(struct content_host *host, const struct publish_order *order,
                                         void (*ended)(void *context, const struct published *published), void *context,
                                         struct err_detail *detail) {
    note_bulk(host);
    return publishing_one(host->publishing, order, ended, context, detail);
}

void content_host_end_publish_one(struct content_host *host, struct publish *publish) {
    publishing_end_one(host->publishing, publish);
}

struct reading *content_host_read(struct content_host *host, const struct reading_options *options,
                                  const struct object_id *file, uint64_t first, uint64_t length) {
    struct reading_options own = *options;
    own.loop = host->options.loop;
    own.store = host->store;
    own.checks = host->checks;
    own.tethers = &host->tethers;
    own.reader = reader_of(host);
    holding_list_use(host->holdings, file);
    return reading_begin(&own, file, first, length);
}

/* ---- Life ---- */

static enum err open_store(struct content_host *host, struct err_detail *detail) {
    const struct content_store_options options = {
        .loop = host->options.loop,
        .folder = host->options.folder,
        .bytes_max = host->options.bytes_max,
        .fault = fault,
        .completed = completed,
        .failed = failed,
        .recovered = recovered,
        .scrubbed = scrubbed,
        .context = host,
    };
    return content_store_open(&host->store, &options, detail);
}

static void make_parts(struct content_host *host) {
    struct loop *loop = host->options.loop;
    const struct entropy entropy = entropy_of_system();
    uint64_t seed;
    entropy_fill(&entropy, (uint8_t *)&seed, sizeof seed);
    host->queue = input_queue_new(&(struct input_queue_options){loop, feed, turned, host});
    host->checks = manifest_checks_new(loop);
    host->fetches = fetches_new(&(struct fetches_options){.loop = loop,
                                                          .store = host->store,
                                                          .checks = host->checks,
                                                          .tethers = &host->tethers,
                                                          .queue = host->queue,
                                                          .refused = fetch_refused,
                                                          .named = fetch_named,
                                                          .kept = fetch_kept,
                                                          .make_room = make_room,
                                                          .may_hold = may_hold,
                                                          .waits = fetch_waits,
                                                          .surveyed = tell_when_surveyed,
                                                          .lacks = fetch_lacks,
                                                          .ended = fetch_ended,
                                                          .context = host});
    host->incoming = incoming_new();
    host->proof = proof_open(&(struct proof_options){host->store, host->checks, &host->tethers, host->queue, seed});
    host->record_sending =
        record_sending_new(&(struct record_sending_options){loop, host->store, send, unsent, record_sent, host});
    host->serving = serving_new(&(struct serving_options){.loop = loop,
                                                          .store = host->store,
                                                          .bytes_per_second = host->options.upload_bytes_per_second,
                                                          .send = send,
                                                          .unsent = unsent,
                                                          .served = served,
                                                          .context = host});
    host->shelf = shelf_new(&(struct shelf_options){host->store, host->checks, &host->tethers});
    host->scrubber = scrubber_new(&(struct scrubber_options){.loop = loop,
                                                             .store = host->store,
                                                             .bytes_per_second = host->options.scrub_bytes_per_second,
                                                             .may_begin = may_scrub,
                                                             .context = host});
    host->library = library_new(seed);
    host->holdings = holding_list_new(loop, host->store, seed);
    host->records = records_new(&(struct records_options){.loop = loop,
                                                          .store = host->store,
                                                          .tethers = &host->tethers,
                                                          .queue = host->queue,
                                                          .node = sign_public_key(host->options.node_key),
                                                          .user = sign_public_key(host->options.user_key),
                                                          .seed = seed,
                                                          .feed = feed,
                                                          .manifest = manifest_came,
                                                          .is_held = is_held,
                                                          .manifest_gone = manifest_gone,
                                                          .loaded = tell_when_surveyed,
                                                          .context = host});
    host->mending = mending_new(&(struct mending_options){host->library, host->fetches, host->queue, host->records,
                                                          host->scrubber, emit_file, host});
    host->posts =
        posts_new(&(struct posts_options){host->records, sign_public_key(host->options.user_key), signer, host});
    host->replicas = replicas_new(&(struct replicas_options){.loop = loop,
                                                             .store = host->store,
                                                             .tethers = &host->tethers,
                                                             .holdings = host->holdings,
                                                             .library = host->library,
                                                             .fetches = host->fetches,
                                                             .queue = host->queue,
                                                             .folder = host->options.folder,
                                                             .redundancy = host->options.redundancy,
                                                             .context = host->options.context});
    host->removals = removals_new(&(struct removals_options){.library = host->library,
                                                             .holdings = host->holdings,
                                                             .replicas = host->replicas,
                                                             .queue = host->queue,
                                                             .redundancy = redundancy,
                                                             .emit = emit_file,
                                                             .context = host});
    host->publishing = publishing_new(&(struct publishing_options){.loop = loop,
                                                                   .store = host->store,
                                                                   .tethers = &host->tethers,
                                                                   .node_key = host->options.node_key,
                                                                   .user_key = host->options.user_key,
                                                                   .community = host->options.community,
                                                                   .at_ms = next_at,
                                                                   .make_room = make_room,
                                                                   .published = take_published,
                                                                   .context = host});
    host->retry = loop_timer_open(loop, retry, host);
}

enum err content_host_open(struct content_host **out, const struct content_host_options *options,
                           struct err_detail *detail) {
    struct content_host *host = memory_zeroed(1, sizeof *host);
    host->options = *options;
    const enum err err = open_store(host, detail);
    if (err != ERR_OK) {
        memory_free(host);
        return err;
    }
    content_store_remove_strays(host->store);
    make_parts(host);
    *out = host;
    return ERR_OK;
}

void content_host_close(struct content_host *host) {
    if (host == NULL) return;
    publishing_close(host->publishing);
    fetches_free(host->fetches);
    records_close(host->records);
    replicas_close(host->replicas);
    proof_close(host->proof);
    shelf_close(host->shelf);
    scrubber_free(host->scrubber);
    mending_free(host->mending);
    content_store_close(host->store);
    tether_list_abandon(&host->tethers);
    posts_free(host->posts);
    publishing_free(host->publishing);
    manifest_checks_free(host->checks);
    serving_free(host->serving);
    record_sending_free(host->record_sending);
    incoming_free(host->incoming);
    input_queue_free(host->queue);
    library_free(host->library);
    holding_list_free(host->holdings);
    removals_free(host->removals);
    loop_timer_close(host->retry);
    memory_free(host);
}
