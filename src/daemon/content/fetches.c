/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/content/fetches.h"

#include "base/map.h"
#include "base/memory.h"
#include "base/must.h"
#include "crypto/entropy.h"

enum { SURVEYS_AT_ONCE = 32 };

struct survey {
    struct object_id file;
    enum holding_role role;
    struct survey *next;
};
struct row {
    struct fetch *fetch;
    bool is_surveyed; /* and nothing was said of it yet */
};
struct fetches {
    struct fetches_options options;
    struct row rows[FETCHES_MAX];
    size_t count;
    struct map *by_file;
    struct fetch *over[FETCHES_MAX]; /* to be closed at the next turn */
    size_t over_count;
    bool has_room; /* the store may take what waits */
    struct survey *surveys;
    size_t surveying;
};

static struct row *find_row(const struct fetches *fetches, const struct object_id *file) {
    uint32_t place;
    return map_find(fetches->by_file, file, &place) ? (struct row *)&fetches->rows[place] : NULL;
}

struct fetch *fetches_find(const struct fetches *fetches, const struct object_id *file) {
    const struct row *row = find_row(fetches, file);
    return row == NULL ? NULL : row->fetch;
}

/* ---- What a fetch says ---- */

static void missing(void *context, const struct object_id *file, const struct content_part *parts, size_t count,
                    bool is_all) {
    struct fetches *fetches = context;
    input_queue_missing(fetches->options.queue, file, parts, count, is_all);
}

/* Whatever came of it, it holds no memory any more. */
static void checked(void *context, uint32_t req, enum part_verdict verdict) {
    struct fetches *fetches = context;
    fetches->has_room = true;
    input_queue_checked(fetches->options.queue, req, verdict);
}

static void store_has_room(void *context) {
    struct fetches *fetches = context;
    fetches->has_room = true;
    input_queue_turn(fetches->options.queue);
}

static void refused(void *context, const struct quarantine_entry *entry, struct span bytes) {
    struct fetches *fetches = context;
    fetches->options.refused(fetches->options.context, entry, bytes);
}

static void survey_next(struct fetches *fetches);

static void end_survey(struct fetches *fetches, const struct object_id *file) {
    struct row *row = find_row(fetches, file);
    if (!row->is_surveyed) return;
    row->is_surveyed = false;
    fetches->surveying--;
    survey_next(fetches);
}

static void tell(struct fetches *fetches, const struct fetch *fetch, enum file_state state) {
    const struct checked_manifest *manifest = fetch_look(fetch).manifest;
    const struct file_news news = {
        .state = state,
        .role = fetch_role(fetch),
        .target = manifest == NULL ? 0 : manifest->target,
        .bytes = manifest == NULL ? 0 : file_sealed_size(&manifest->shape),
    };
    input_queue_file(fetches->options.queue, fetch_file(fetch), &news);
}

static void named(void *context, const struct fetch *fetch) {
    struct fetches *fetches = context;
    fetches->options.named(fetches->options.context, fetch);
    if (!find_row(fetches, fetch_file(fetch))->is_surveyed) tell(fetches, fetch, FILE_WANTED);
}

static void kept(void *context, const struct fetch *fetch) {
    struct fetches *fetches = context;
    fetches->options.kept(fetches->options.context, fetch);
}

/* What is held for others does not push out what is held for others. */
static bool make_room(void *context, const struct fetch *fetch, uint64_t bytes) {
    struct fetches *fetches = context;
    return fetch_role(fetch) != HOLDING_REPLICA && fetches->options.make_room(fetches->options.context, bytes);
}

static bool may_hold(void *context, const struct fetch *fetch, uint64_t bytes) {
    struct fetches *fetches = context;
    return fetches->options.may_hold(fetches->options.context, fetch, bytes);
}

static void lacks(void *context, struct fetch *fetch) {
    struct fetches *fetches = context;
    fetches->options.lacks(fetches->options.context, fetch);
    tell(fetches, fetch, FILE_WANTED);
    end_survey(fetches, fetch_file(fetch));
}

static void take_out(struct fetches *fetches, const struct fetch *fetch) {
    uint32_t place;
    must(map_find(fetches->by_file, fetch_file(fetch), &place) && map_remove(fetches->by_file, fetch_file(fetch)));
    const struct row last = fetches->rows[--fetches->count];
    fetches->rows[place] = last;
    if (last.fetch != fetch) must(map_put(fetches->by_file, fetch_file(last.fetch), place));
}

static void forget(struct fetches *fetches, struct fetch *fetch) {
    take_out(fetches, fetch);
    fetches->over[fetches->over_count++] = fetch;
    input_queue_turn(fetches->options.queue);
}

static void ended(void *context, struct fetch *fetch, const char *why) {
    struct fetches *fetches = context;
    fetches->options.ended(fetches->options.context, fetch, why);
    tell(fetches, fetch, why == NULL ? FILE_HELD : FILE_KNOWN);
    end_survey(fetches, fetch_file(fetch));
    forget(fetches, fetch);
}

/* ---- Beginning and ending ---- */

static struct fetch *begin(struct fetches *fetches, const struct object_id *file, enum holding_role role,
                           bool is_surveyed) {
    const struct fetch_options options = {
        .loop = fetches->options.loop,
        .store = fetches->options.store,
        .checks = fetches->options.checks,
        .tethers = fetches->options.tethers,
        .callbacks = {missing, checked, refused, named, store_has_room, kept, make_room, may_hold, lacks, ended},
        .context = fetches};
    struct fetch *fetch = fetches_find(fetches, file);
    if (fetch != NULL || fetches->count + fetches->over_count == FETCHES_MAX) return fetch;
    fetch = fetch_new(&options, file, role);
    fetches->rows[fetches->count] = (struct row){fetch, is_surveyed};
    must(map_put(fetches->by_file, file, (uint32_t)fetches->count));
    fetches->count++;
    fetches->surveying += is_surveyed;
    return fetch;
}

struct fetch *fetches_begin(struct fetches *fetches, const struct object_id *file, enum holding_role role) {
    return begin(fetches, file, role, false);
}

static void survey_one(struct fetches *fetches, const struct survey *survey) {
    if (fetches_find(fetches, &survey->file) != NULL || begin(fetches, &survey->file, survey->role, true) != NULL)
        return;
    fetches->options.waits(fetches->options.context, &survey->file);
}

bool fetches_is_surveying(const struct fetches *fetches) {
    return fetches->surveys != NULL || fetches->surveying > 0;
}

bool fetches_begin_anew(struct fetches *fetches, const struct object_id *file, enum holding_role role) {
    struct fetch *fetch = fetches_find(fetches, file);
    const struct object_id id = *file; /* the next of a survey may move what it lies in */
    if (fetch != NULL) {
        end_survey(fetches, &id);
        take_out(fetches, fetch);
        fetch_close(fetch);
    }
    return begin(fetches, &id, role, false) != NULL;
}

static void survey_next(struct fetches *fetches) {
    while (fetches->surveys != NULL && fetches->surveying < SURVEYS_AT_ONCE) {
        struct survey *survey = fetches->surveys;
        fetches->surveys = survey->next;
        survey_one(fetches, survey);
        memory_free(survey);
    }
    if (!fetches_is_surveying(fetches)) fetches->options.surveyed(fetches->options.context);
}

void fetches_survey(struct fetches *fetches, const struct object_id *file, enum holding_role role) {
    struct survey *survey = memory_zeroed(1, sizeof *survey);
    *survey = (struct survey){*file, role, fetches->surveys};
    fetches->surveys = survey;
    survey_next(fetches);
}

/* One that waits to be surveyed does not begin any more. */
static void drop_survey(struct fetches *fetches, const struct object_id *file) {
    struct survey **place = &fetches->surveys;
    while (*place != NULL && !object_id_equal(&(*place)->file, file)) place = &(*place)->next;
    if (*place == NULL) return;
    struct survey *survey = *place;
    *place = survey->next;
    memory_free(survey);
    survey_next(fetches);
}

void fetches_end(struct fetches *fetches, const struct object_id *file) {
    struct fetch *fetch = fetches_find(fetches, file);
    drop_survey(fetches, file);
    if (fetch == NULL) return;
    fetch_give_up(fetch);
    end_survey(fetches, file);
    forget(fetches, fetch);
}

void fetches_take(struct fetches *fetches, struct incoming_part *part) {
    struct fetch *fetch = fetches_find(fetches, &part->file);
    if (fetch != NULL) {
        fetch_take(fetch, part);
        return;
    }
    memory_free(part->bytes);
    input_queue_checked(fetches->options.queue, part->req, PART_NOT_WRITTEN);
}

bool fetches_are_stuck(const struct fetches *fetches) {
    for (size_t i = 0; i < fetches->count; i++)
        if (fetch_is_stuck(fetches->rows[i].fetch)) return true;
    return false;
}

void fetches_retry(struct fetches *fetches) {
    fetches->has_room = true;
    input_queue_turn(fetches->options.queue);
    for (size_t i = 0; i < fetches->count; i++) fetch_retry(fetches->rows[i].fetch);
}

void fetches_turned(struct fetches *fetches) {
    while (fetches->over_count > 0) fetch_close(fetches->over[--fetches->over_count]);
    if (!fetches->has_room) return;
    fetches->has_room = false;
    for (size_t i = 0; i < fetches->count; i++) fetch_go_on(fetches->rows[i].fetch);
}

struct fetches *fetches_new(const struct fetches_options *options) {
    struct fetches *fetches = memory_zeroed(1, sizeof *fetches);
    const struct entropy entropy = entropy_of_system();
    uint64_t seed;
    entropy_fill(&entropy, (uint8_t *)&seed, sizeof seed);
    fetches->options = *options;
    fetches->by_file = map_new(FETCHES_MAX, sizeof(struct object_id), seed);
    must(fetches->by_file != NULL);
    return fetches;
}

void fetches_free(struct fetches *fetches) {
    if (fetches == NULL) return;
    for (size_t i = 0; i < fetches->count; i++) fetch_close(fetches->rows[i].fetch);
    while (fetches->over_count > 0) fetch_close(fetches->over[--fetches->over_count]);
    while (fetches->surveys != NULL) {
        struct survey *survey = fetches->surveys;
        fetches->surveys = survey->next;
        memory_free(survey);
    }
    map_free(fetches->by_file);
    memory_free(fetches);
}
