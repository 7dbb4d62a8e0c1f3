/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/content/content_host.h"

#include <stdio.h>

#include "base/memory.h"
#include "base/must.h"
#include "swarm/observe/event.h"

enum {
    FETCHES_MAX = 4096, /* LIMIT_DOWNLOADS_MAX of them ask; the others wait for their sync, or are looked at */
    SURVEYS_AT_ONCE = 32,
    RETRY_MS = 5000,
};

/* What the engine is told at the next turn of the loop. */
struct told {
    struct input input;
    struct object_id id;
    struct content_part parts[FETCH_PARTS_MAX];
    struct told *next;
};
/* A file that was on the disk when we started. */
struct survey {
    struct object_id id;
    struct survey *next;
};

struct held_fetch {
    struct fetch *fetch;
    bool is_surveyed; /* begun because it was on the disk, and nothing was said of it yet */
};

struct content_host {
    struct content_host_options options;
    struct content_store *store;
    struct serving *serving;
    struct incoming *incoming;
    struct held_fetch fetches[FETCHES_MAX];
    size_t fetch_count;
    bool has_room;      /* the store may take parts that wait */
    uint64_t unshelved; /* refused, and the quarantine took no more just then */
    struct map *by_id;
    struct told *first, **last;
    struct loop_timer *soon;
    struct loop_timer *retry;
    struct survey *surveys;
    size_t surveying;
    struct fetch *over[FETCHES_MAX]; /* to be closed at the next turn */
    size_t over_count;
};

/* ---- Telling the engine ---- */

static struct told *tell(struct content_host *host, enum input_kind kind, const struct object_id *id) {
    struct told *told = memory_zeroed(1, sizeof *told);
    told->input.kind = kind;
    if (id != NULL) told->id = *id;
    *host->last = told;
    host->last = &told->next;
    loop_timer_start(host->soon, 0);
    return told;
}

static void tell_file(struct content_host *host, const struct object_id *id, enum file_state state) {
    struct told *told = tell(host, INPUT_FILE, id);
    told->input.as.file.id = &told->id;
    told->input.as.file.state = state;
}

static void close_those_over(struct content_host *host);
static void go_on(struct content_host *host);

static void tell_now(void *context) {
    struct content_host *host = context;
    struct told *told = host->first;
    host->first = NULL;
    host->last = &host->first;
    while (told != NULL) {
        struct told *next = told->next;
        host->options.feed(host->options.context, &told->input);
        memory_free(told);
        told = next;
    }
    close_those_over(host);
    if (host->has_room) go_on(host);
}

/* ---- Fetches ---- */

static struct fetch *find_fetch(const struct content_host *host, const struct object_id *id) {
    uint32_t place;
    return map_find(host->by_id, id, &place) ? host->fetches[place].fetch : NULL;
}

static void fetch_missing(void *context, const struct object_id *file, const struct content_part *parts, size_t count,
                          bool is_all) {
    struct told *told = tell(context, INPUT_PARTS_MISSING, file);
    if (count > 0) memcpy(told->parts, parts, count * sizeof *parts);
    told->input.as.missing.file = &told->id;
    told->input.as.missing.parts = told->parts;
    told->input.as.missing.count = count;
    told->input.as.missing.is_all = is_all;
}

static void go_on(struct content_host *host) {
    host->has_room = false;
    for (size_t i = 0; i < host->fetch_count; i++) fetch_go_on(host->fetches[i].fetch);
}

static void retry_all(struct content_host *host) {
    go_on(host);
    for (size_t i = 0; i < host->fetch_count; i++) fetch_retry(host->fetches[i].fetch);
}

static void fetch_checked(void *context, uint32_t req, enum part_verdict verdict) {
    struct content_host *host = context;
    struct told *told = tell(host, INPUT_PART_CHECKED, NULL);
    host->has_room = true; /* whatever came of it, it holds no memory any more */
    told->input.as.checked.req = req;
    told->input.as.checked.verdict = verdict;
}

static void fetch_refused(void *context, const struct quarantine_entry *entry, struct span bytes) {
    struct content_host *host = context;
    const struct content_done nobody = {NULL, NULL};
    if (content_store_put_quarantine(host->store, entry, bytes, nobody) != CONTENT_OK) host->unshelved++;
}

static void write_id(struct event *event, const struct object_id *id, const char *why) {
    char text[EVENT_TEXT_MAX + 1], hex[17];
    for (size_t i = 0; i < 8; i++) (void)snprintf(hex + 2 * i, 3, "%02x", id->bytes[i]);
    (void)snprintf(text, sizeof text, "%s: %s", hex, why);
    event_set_text(event, text);
}

static void emit_file(struct content_host *host, enum event_code code, const struct object_id *id, const char *why) {
    struct event event = {.code = (uint16_t)code, .at_ms = loop_wall_ms(host->options.loop)};
    write_id(&event, id, why);
    host->options.emit(host->options.context, &event);
}

static void survey_next(struct content_host *host);

static void end_survey(struct content_host *host, const struct fetch *fetch) {
    uint32_t place;
    must(map_find(host->by_id, fetch_file(fetch), &place));
    if (!host->fetches[place].is_surveyed) return;
    host->fetches[place].is_surveyed = false;
    host->surveying--;
}

/* It may be at work: it is closed at the next turn. */
static void forget(struct content_host *host, struct fetch *fetch) {
    uint32_t place;
    must(map_find(host->by_id, fetch_file(fetch), &place) && map_remove(host->by_id, fetch_file(fetch)));
    const struct held_fetch last = host->fetches[--host->fetch_count];
    host->fetches[place] = last;
    if (last.fetch != fetch) must(map_put(host->by_id, fetch_file(last.fetch), place));
    host->over[host->over_count++] = fetch;
    loop_timer_start(host->soon, 0);
}

static void close_those_over(struct content_host *host) {
    while (host->over_count > 0) fetch_close(host->over[--host->over_count]);
}

static void fetch_ended(void *context, struct fetch *fetch, const char *why) {
    struct content_host *host = context;
    const struct object_id *id = fetch_file(fetch);
    end_survey(host, fetch);
    if (why == NULL) {
        tell_file(host, id, FILE_HELD);
    } else {
        tell_file(host, id, FILE_KNOWN);
        emit_file(host, EVENT_FILE_FAILED, id, why);
    }
    forget(host, fetch);
    survey_next(host);
}

static void fetch_lacks(void *context, struct fetch *fetch) {
    struct content_host *host = context;
    end_survey(host, fetch);
    tell_file(host, fetch_file(fetch), FILE_WANTED);
    survey_next(host);
}

/* NULL: there are too many under way. */
static struct fetch *begin_fetch(struct content_host *host, const struct object_id *id, bool is_surveyed) {
    static const struct fetch_callbacks callbacks = {fetch_missing, fetch_checked, fetch_refused, fetch_lacks,
                                                     fetch_ended};
    struct fetch *fetch = find_fetch(host, id);
    if (fetch != NULL || host->fetch_count + host->over_count == FETCHES_MAX) return fetch;
    const struct fetch_options options = {host->options.loop, host->store, callbacks, host};
    fetch = fetch_new(&options, id, FILE_PINNED);
    host->fetches[host->fetch_count] = (struct held_fetch){fetch, is_surveyed};
    host->surveying += is_surveyed;
    must(map_put(host->by_id, id, (uint32_t)host->fetch_count));
    host->fetch_count++;
    return fetch;
}

void content_host_want(struct content_host *host, const struct object_id *file) {
    (void)begin_fetch(host, file, false);
}

/* ---- What the engine asks for ---- */

static void list_missing(struct content_host *host, const struct action *action) {
    struct fetch *fetch = begin_fetch(host, &action->as.list.file, false);
    if (fetch != NULL) {
        fetch_list(fetch, action->as.list.is_anew);
    } else {
        fetch_missing(host, &action->as.list.file, NULL, 0, false);
    }
}

static void collect(struct content_host *host, const struct action *action) {
    struct incoming_part part;
    if (!incoming_take(host->incoming, action, &part)) return;
    struct fetch *fetch = find_fetch(host, &part.file);
    if (fetch != NULL) {
        fetch_take(fetch, &part);
    } else {
        memory_free(part.bytes);
        fetch_checked(host, part.req, PART_NOT_WRITTEN);
    }
}

void content_host_perform(struct content_host *host, const struct action *action) {
    switch (action->kind) {
    case ACTION_LIST_MISSING: list_missing(host, action); return;
    case ACTION_COLLECT: collect(host, action); return;
    case ACTION_DISCARD: incoming_discard(host->incoming, action->as.collect.req); return;
    case ACTION_SERVE:
        serving_start(host->serving, action->link, action->as.serve.req, &action->as.serve.id, action->as.serve.offset,
                      action->as.serve.length);
        return;
    case ACTION_UNSERVE: serving_stop(host->serving, action->link, action->as.serve.req); return;
    default: must(false);
    }
}

void content_host_drained(struct content_host *host, uint32_t link) {
    serving_drained(host->serving, link);
}

static void served(void *context, uint32_t link, uint32_t req, uint32_t bytes, enum miss_code miss) {
    struct told *told = tell(context, INPUT_SERVED, NULL);
    told->input.as.served.link = link;
    told->input.as.served.req = req;
    told->input.as.served.bytes = bytes;
    told->input.as.served.miss = miss;
}

static void send(void *context, uint32_t link, uint8_t type, struct span body) {
    struct content_host *host = context;
    host->options.send(host->options.context, link, type, body);
}

static size_t unsent(void *context, uint32_t link) {
    struct content_host *host = context;
    return host->options.unsent(host->options.context, link);
}

/* ---- What the disk says ---- */

static void completed(void *context, const struct object_id *manifest) {
    struct fetch *fetch = find_fetch(context, manifest);
    if (fetch != NULL) fetch_completed(fetch);
}

/* What rotted or went is fetched again. */
static void fault(void *context, const struct content_fault *fault) {
    struct content_host *host = context;
    emit_file(host, EVENT_CONTENT_ROTTEN, &fault->id, content_fault_name(fault->cause));
    if (fault->is_object) return;
    tell_file(host, &fault->id, FILE_KNOWN);
    if (find_fetch(host, &fault->id) == NULL) content_host_want(host, &fault->id);
}

static void failed(void *context, enum err err, const char *detail) {
    struct content_host *host = context;
    struct event event = {.code = EVENT_STORE_FAILED, .at_ms = loop_wall_ms(host->options.loop)};
    (void)err;
    event_set_text(&event, detail);
    host->options.emit(host->options.context, &event);
}

static void recovered(void *context) {
    retry_all(context);
}

static void retry(void *context) {
    struct content_host *host = context;
    loop_timer_start(host->retry, RETRY_MS);
    retry_all(host);
}

/* ---- What was here before ---- */

static void survey_next(struct content_host *host) {
    while (host->surveys != NULL && host->surveying < SURVEYS_AT_ONCE) {
        struct survey *survey = host->surveys;
        host->surveys = survey->next;
        if (find_fetch(host, &survey->id) == NULL) (void)begin_fetch(host, &survey->id, true);
        memory_free(survey);
    }
}

static void take_manifest(void *context, const struct content_object *object) {
    struct content_host *host = context;
    struct survey *survey = memory_zeroed(1, sizeof *survey);
    survey->id = object->id;
    survey->next = host->surveys;
    host->surveys = survey;
}

static void manifests_listed(void *context, const struct content_result *result) {
    struct content_host *host = context;
    if (result->answer != CONTENT_OK) failed(host, result->err, result->detail);
    survey_next(host);
}

void content_host_start(struct content_host *host) {
    content_store_each(host->store, OBJECT_MANIFEST, take_manifest, (struct content_done){manifests_listed, host});
    loop_timer_start(host->retry, RETRY_MS);
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
        .context = host,
    };
    return content_store_open(&host->store, &options, detail);
}

enum err content_host_open(struct content_host **out, const struct content_host_options *options,
                           struct err_detail *detail) {
    struct content_host *host = memory_zeroed(1, sizeof *host);
    host->options = *options;
    host->last = &host->first;
    const enum err err = open_store(host, detail);
    if (err != ERR_OK) {
        memory_free(host);
        return err;
    }
    struct entropy entropy = entropy_of_system();
    uint64_t seed;
    entropy_fill(&entropy, (uint8_t *)&seed, sizeof seed);
    host->by_id = map_new(FETCHES_MAX, sizeof(struct object_id), seed);
    must(host->by_id != NULL);
    host->incoming = incoming_new();
    host->serving = serving_new(&(struct serving_options){host->store, send, unsent, served, host});
    host->soon = loop_timer_open(options->loop, tell_now, host);
    host->retry = loop_timer_open(options->loop, retry, host);
    *out = host;
    return ERR_OK;
}

void content_host_close(struct content_host *host) {
    if (host == NULL) return;
    for (size_t i = 0; i < host->fetch_count; i++) host->over[host->over_count++] = host->fetches[i].fetch;
    for (size_t i = 0; i < host->over_count; i++) fetch_close(host->over[i]);
    content_store_close(host->store);
    for (size_t i = 0; i < host->over_count; i++) fetch_abandon(host->over[i]);
    serving_free(host->serving);
    incoming_free(host->incoming);
    loop_timer_close(host->soon);
    loop_timer_close(host->retry);
    map_free(host->by_id);
    while (host->first != NULL) {
        struct told *told = host->first;
        host->first = told->next;
        memory_free(told);
    }
    while (host->surveys != NULL) {
        struct survey *survey = host->surveys;
        host->surveys = survey->next;
        memory_free(survey);
    }
    memory_free(host);
}

struct content_store *content_host_store(const struct content_host *host) {
    return host->store;
}

void content_host_each_fetch(const struct content_host *host,
                             void (*take)(void *context, const struct object_id *file,
                                          const struct fetch_progress *progress),
                             void *context) {
    for (size_t i = 0; i < host->fetch_count; i++) {
        const struct fetch *fetch = host->fetches[i].fetch;
        const struct fetch_progress progress = fetch_look(fetch);
        take(context, fetch_file(fetch), &progress);
    }
}
