/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/content/content_host.h"

#include <stdio.h>

#include "base/memory.h"
#include "base/must.h"
#include "swarm/observe/event.h"

enum { RETRY_MS = 5000, IDLE_MS = 4000, RUNS_MAX = 8, CERT_SPARE_MS = 60000 };

struct run {
    struct publish_run *run; /* NULL: a free place */
    struct content_host *host;
    void (*file)(void *context, const char *path, const struct published *published);
    void (*ended)(void *context, const struct publish_run_totals *totals);
    void *context;
};
struct single {
    struct publish *publish; /* NULL: a free place */
    struct content_host *host;
    void (*ended)(void *context, const struct published *published);
    void *context;
};
struct content_host {
    struct content_host_options options;
    struct content_store *store;
    struct tether_list tethers;
    struct input_queue *queue;
    struct manifest_checks *checks;
    struct incoming *incoming;
    struct fetches *fetches;
    struct serving *serving;
    struct library *library;
    struct loop_timer *retry;
    struct run runs[RUNS_MAX];
    struct single singles[RUNS_MAX];
    struct user_cert cert; /* of this node by its user */
    struct publish_author author;
    bool is_moving; /* bulk passes, or did until just now */
    int64_t moved_at_ms;
    struct shelf *shelf;
    bool is_listed; /* every manifest on the disk is known */
    struct scrubber *scrubber;
    char trouble[ERR_DETAIL_TEXT_MAX]; /* what the disk said last; "" = all is well */
    int64_t trouble_since_ms;          /* wall clock */
};

/* ---- What happens to files ---- */

static void emit_file(struct content_host *host, enum event_code code, const struct object_id *file, const char *why) {
    struct event event = {.code = (uint16_t)code, .at_ms = loop_wall_ms(host->options.loop)};
    char text[EVENT_TEXT_MAX + 1], name[17];
    for (size_t i = 0; i < 8; i++) (void)snprintf(name + 2 * i, 3, "%02x", file->bytes[i]);
    (void)snprintf(text, sizeof text, "%s: %s", name, why);
    event_set_text(&event, text);
    host->options.emit(host->options.context, &event);
}

static const char *name_of(const struct library_entry *entry) {
    return entry->name != NULL ? entry->name : entry->is_named ? "(sealed for others)" : "(its manifest is not here)";
}

static struct reader reader_of(const struct content_host *host) {
    return (struct reader){.user = host->options.user_key, .community = host->author.community};
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
    const struct record_author own = {host->author.own, .is_user = true};
    entry->is_ours = record_author_equal(&manifest->author, &own);
    return entry;
}

/* Of one that is surveyed it is said when that is over: it may be whole. */
static void fetch_named(void *context, const struct fetch *fetch) {
    struct content_host *host = context;
    if (library_find(host->library, fetch_file(fetch)) != NULL)
        (void)enter(host, fetch_file(fetch), fetch_look(fetch).manifest);
}

static void fetch_lacks(void *context, const struct fetch *fetch) {
    (void)enter(context, fetch_file(fetch), fetch_look(fetch).manifest);
}

static void fetch_ended(void *context, const struct fetch *fetch, const char *why) {
    struct content_host *host = context;
    struct library_entry *entry = enter(host, fetch_file(fetch), fetch_look(fetch).manifest);
    if (why == NULL) {
        shelf_look_again(host->shelf);
        if (entry == NULL) return;
        entry->state = LIBRARY_HELD;
        const bool is_mended = entry->is_rotten;
        entry->is_rotten = entry->waits_for_disk = false;
        if (!is_mended) return;
        emit_file(host, EVENT_CONTENT_MENDED, fetch_file(fetch), name_of(entry));
        scrubber_mended(host->scrubber);
    } else {
        library_remove(host->library, fetch_file(fetch));
        emit_file(host, EVENT_FILE_FAILED, fetch_file(fetch), why);
    }
}

static void fetch_refused(void *context, const struct quarantine_entry *entry, struct span bytes) {
    struct content_host *host = context;
    shelf_put(host->shelf, entry, bytes);
}

struct shelf *content_host_shelf(const struct content_host *host) {
    return host->shelf;
}

bool content_host_want(struct content_host *host, const struct object_id *file) {
    const bool is_known = library_find(host->library, file) != NULL;
    if (library_put(host->library, file) == NULL) return false;
    if (!is_known) input_queue_file(host->queue, file, FILE_WANTED); /* its fetch begins when the engine lists it */
    return true;
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
    struct fetch *fetch = fetches_begin(host->fetches, &action->as.list.file);
    if (fetch != NULL) {
        fetch_list(fetch, action->as.list.is_anew);
    } else {
        input_queue_missing(host->queue, &action->as.list.file, NULL, 0, false);
    }
}

static void collect(struct content_host *host, const struct action *action) {
    struct incoming_part part;
    note_bulk(host);
    if (incoming_take(host->incoming, action, &part)) fetches_take(host->fetches, &part);
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
    case ACTION_UNSERVE: serving_stop(host->serving, action->link, action->as.serve.req); return;
    default: must(false);
    }
}

void content_host_drained(struct content_host *host) {
    serving_drained(host->serving);
}

static void served(void *context, uint32_t link, uint32_t req, uint32_t bytes, enum miss_code miss) {
    struct content_host *host = context;
    input_queue_served(host->queue, link, req, bytes, miss);
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
    for (size_t i = 0; i < RUNS_MAX; i++)
        if (host->runs[i].run != NULL) publish_run_completed(host->runs[i].run, file);
    for (size_t i = 0; i < RUNS_MAX; i++)
        if (host->singles[i].publish != NULL) publish_completed(host->singles[i].publish, file);
}

/* Whose part it was. NULL: no file's of ours. */
static struct library_entry *entry_of(const struct content_host *host, const struct content_fault *fault) {
    if (!fault->is_object || fault->kind == OBJECT_MANIFEST) return library_find(host->library, &fault->id);
    if (fault->kind == OBJECT_LIST) return library_find(host->library, &fault->file);
    return fault->kind == OBJECT_CHUNK ? library_find_by_chunk(host->library, &fault->id) : NULL;
}

/* The engine and the fetch, if one is under way, begin anew: both may count as done what is not there any more. */
static void mend(struct content_host *host, struct library_entry *entry) {
    entry->waits_for_disk = false;
    input_queue_file(host->queue, &entry->id, FILE_KNOWN);
    if (!fetches_begin_anew(host->fetches, &entry->id)) input_queue_file(host->queue, &entry->id, FILE_WANTED);
}

static void mend_those_due(struct content_host *host) {
    for (size_t i = 0; i < library_count(host->library); i++) {
        struct library_entry *entry = library_find(host->library, &library_at(host->library, i)->id);
        if (entry->waits_for_disk) mend(host, entry);
    }
}

/* What rotted or went is fetched again; what could not be synced after a while, as the disk may go on like that. */
static void fault(void *context, const struct content_fault *fault) {
    struct content_host *host = context;
    struct library_entry *entry = entry_of(host, fault);
    const bool is_unlisted = entry == NULL && fault->is_object && fault->kind == OBJECT_MANIFEST;
    char text[2 * EVENT_TEXT_MAX]; /* the event cuts it, at a whole character */
    (void)snprintf(text, sizeof text, "%s%s%s", content_fault_name(fault->cause), entry == NULL ? "" : ": ",
                   entry == NULL ? "" : name_of(entry));
    emit_file(host, EVENT_CONTENT_ROTTEN, entry == NULL ? &fault->id : &entry->id, text);
    /* Rotten before anything was made of it, at the start: all that can be said is that its file was here. */
    if (is_unlisted && content_host_want(host, &fault->id)) entry = library_find(host->library, &fault->id);
    if (entry == NULL) return;
    entry->state = LIBRARY_FETCHING;
    entry->is_rotten = true;
    if (is_unlisted) return; /* it begins when the engine lists it */
    if (fault->cause != CONTENT_FAULT_UNSYNCED) {
        mend(host, entry);
        return;
    }
    entry->waits_for_disk = true;
    input_queue_file(host->queue, &entry->id, FILE_KNOWN);
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
    return host->is_listed && !fetches_is_surveying(host->fetches);
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

static void recovered(void *context) {
    struct content_host *host = context;
    host->trouble[0] = '\0';
    fetches_retry(host->fetches);
}

static void retry(void *context) {
    struct content_host *host = context;
    loop_timer_start(host->retry, RETRY_MS);
    for (size_t i = 0; i < RUNS_MAX; i++)
        if (host->runs[i].run != NULL) note_bulk(host);
    end_bulk_when_idle(host);
    mend_those_due(host);
    shelf_look_again(host->shelf);
    if (!fetches_are_stuck(host->fetches)) content_store_probe(host->store); /* else they try it */
    fetches_retry(host->fetches);
}

static void take_manifest(void *context, const struct content_object *object) {
    struct content_host *host = context;
    fetches_survey(host->fetches, &object->id);
}

static void manifests_listed(void *context, const struct content_result *result) {
    struct content_host *host = context;
    host->is_listed = true;
    scrubber_go_on(host->scrubber);
    if (result->answer != CONTENT_OK) failed(context, result->err, result->detail);
}

void content_host_start(struct content_host *host) {
    content_store_each(host->store, OBJECT_MANIFEST, take_manifest, (struct content_done){manifests_listed, host});
    loop_timer_start(host->retry, RETRY_MS);
}

/* ---- Publishing and reading ---- */

static void take_published(struct content_host *host, const struct published *published) {
    if (published->why != NULL) return;
    struct library_entry *entry = enter(host, &published->id, published->manifest);
    if (entry != NULL) entry->state = LIBRARY_HELD;
    input_queue_file(host->queue, &published->id, FILE_HELD);
}

static void file_published(void *context, const char *path, const struct published *published) {
    struct run *run = context;
    take_published(run->host, published);
    run->file(run->context, path, published);
}

static void single_ended(void *context, struct publish *publish, const struct published *published) {
    struct single *single = context;
    (void)publish;
    take_published(single->host, published);
    single->ended(single->context, published);
}

static void run_ended(void *context, const struct publish_run_totals *totals) {
    struct run *run = context;
    run->ended(run->context, totals);
}

/* A certificate of ours is good for a week; what we sign must be in date when it is signed. */
static void renew_cert(struct content_host *host) {
    const int64_t now_ms = loop_wall_ms(host->options.loop);
    const struct public_key node = sign_public_key(host->options.node_key);
    const bool is_good =
        host->cert.not_before_ms <= now_ms && now_ms < host->cert.not_after_ms - USER_CERT_LIFE_MS_DEFAULT / 2;
    if (is_good) return;
    user_cert_issue(&host->cert, host->options.user_key, &node, now_ms - CERT_SPARE_MS,
                    now_ms - CERT_SPARE_MS + USER_CERT_LIFE_MS_DEFAULT);
}

struct publish_run *
content_host_publish(struct content_host *host, const struct publish_run_order *order,
                     void (*file)(void *context, const char *path, const struct published *published),
                     void (*ended)(void *context, const struct publish_run_totals *totals), void *context) {
    size_t place = 0;
    while (place < RUNS_MAX && host->runs[place].run != NULL) place++;
    if (place == RUNS_MAX) return NULL;
    struct run *run = &host->runs[place];
    note_bulk(host);
    renew_cert(host);
    *run = (struct run){.host = host, .file = file, .ended = ended, .context = context};
    const struct publish_run_options options = {.loop = host->options.loop,
                                                .store = host->store,
                                                .tethers = &host->tethers,
                                                .author = &host->author,
                                                .file = file_published,
                                                .ended = run_ended,
                                                .context = run};
    run->run = publish_run_begin(&options, order);
    return run->run;
}

void content_host_end_publish(struct content_host *host, struct publish_run *run) {
    if (run == NULL) return;
    size_t place = 0;
    while (host->runs[place].run != run) must(++place < RUNS_MAX);
    host->runs[place] = (struct run){0};
    publish_run_close(run);
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
    size_t place = 0;
    while (place < RUNS_MAX && host->singles[place].publish != NULL) place++;
    if (place == RUNS_MAX) {
        (void)err_set(detail, ERR_LIMIT, "eight files are published just now; try again in a moment");
        return NULL;
    }
    struct single *single = &host->singles[place];
    note_bulk(host);
    renew_cert(host);
    *single = (struct single){.host = host, .ended = ended, .context = context};
    const struct publish_options options = {.loop = host->options.loop,
                                            .store = host->store,
                                            .tethers = &host->tethers,
                                            .author = host->author,
                                            .ended = single_ended,
                                            .context = single};
    single->publish = publish_begin(&options, order, detail);
    return single->publish;
}

void content_host_end_publish_one(struct content_host *host, struct publish *publish) {
    if (publish == NULL) return;
    size_t place = 0;
    while (host->singles[place].publish != publish) must(++place < RUNS_MAX);
    host->singles[place] = (struct single){0};
    publish_close(publish);
}

struct reading *content_host_read(struct content_host *host, const struct reading_options *options,
                                  const struct object_id *file, uint64_t first, uint64_t length) {
    struct reading_options own = *options;
    own.loop = host->options.loop;
    own.store = host->store;
    own.checks = host->checks;
    own.tethers = &host->tethers;
    own.reader = reader_of(host);
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
                                                          .lacks = fetch_lacks,
                                                          .ended = fetch_ended,
                                                          .context = host});
    host->incoming = incoming_new();
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
    host->retry = loop_timer_open(loop, retry, host);
    host->author.signer = (struct record_signer){host->options.node_key, &host->cert};
    host->author.community = host->options.community;
    host->author.own = sign_public_key(host->options.user_key);
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
    make_parts(host);
    *out = host;
    return ERR_OK;
}

void content_host_close(struct content_host *host) {
    if (host == NULL) return;
    for (size_t i = 0; i < RUNS_MAX; i++) {
        publish_run_close(host->runs[i].run);
        publish_close(host->singles[i].publish);
    }
    fetches_free(host->fetches);
    shelf_close(host->shelf);
    scrubber_free(host->scrubber);
    content_store_close(host->store);
    tether_list_abandon(&host->tethers);
    manifest_checks_free(host->checks);
    serving_free(host->serving);
    incoming_free(host->incoming);
    input_queue_free(host->queue);
    library_free(host->library);
    loop_timer_close(host->retry);
    memory_free(host);
}
