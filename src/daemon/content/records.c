/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/content/records.h"

#include <string.h>

#include "base/memory.h"
#include "base/must.h"

enum { SHED_AT_ONCE = CONTENT_PICK_MAX };

struct records {
    struct records_options options;
    struct post_threads posts;
    struct tether tether;
    struct keeping *keeping;                  /* on their way to the disk */
    struct removal *removals, **last_removal; /* on their way off it, which end in the order they began */
    void *memory;                             /* for one record at a time, while many come from the disk */
    bool is_loaded, is_shedding;
    int64_t manifest_floor_ms; /* manifests as old went, because there were too many */
    int64_t last_at_ms;        /* of ours */
    struct records_counts counts;
};

/* A record whose call is under way. */
struct keeping {
    struct records *records;
    struct keeping *previous, *next;
    struct content_done done; /* of one of ours */
    bool is_ours;             /* made here just now: it goes out when it is synced */
    size_t size;
    uint8_t text[];
};
struct removal {
    struct removal *next;
    struct object_id id;
    enum object_kind kind;
    int64_t at_ms;
};

/* ---- Texts ---- */

static bool was_verified(void *context, const struct public_key *key, struct span text,
                         const struct signature *signature) {
    (void)context, (void)key, (void)text, (void)signature;
    return true;
}

bool records_read(struct span text, void *memory, struct publication *publication) {
    const struct verifier verifier = {was_verified, NULL};
    struct arena arena = arena_over(memory, PUBLICATION_ARENA_SIZE);
    return publication_check(text, &verifier, &arena, publication) == REFUSAL_NONE;
}

/* ---- Life ---- */

static struct removal take_removal(struct records *records) {
    struct removal *first = records->removals;
    const struct removal removal = *first;
    records->removals = first->next;
    if (records->removals == NULL) records->last_removal = &records->removals;
    memory_free(first);
    return removal;
}

static void free_records(void *subject) {
    struct records *records = subject;
    while (records->removals != NULL) (void)take_removal(records);
    while (records->keeping != NULL) {
        struct keeping *keeping = records->keeping;
        records->keeping = keeping->next;
        memory_free(keeping);
    }
    memory_free(records->memory);
    post_threads_deinit(&records->posts);
    memory_free(records);
}

struct records *records_new(const struct records_options *options) {
    struct records *records = memory_zeroed(1, sizeof *records);
    records->options = *options;
    records->last_removal = &records->removals;
    must(post_threads_init(&records->posts, LIMIT_POSTS_KEPT, options->seed));
    tether_init(&records->tether, options->tethers, free_records, records);
    return records;
}

void records_close(struct records *records) {
    if (records != NULL) tether_close(&records->tether);
}

static bool is_own(const struct records *records, const struct record_author *author) {
    const struct record_author user = {records->options.user, true}, node = {records->options.node, false};
    return record_author_equal(author, &user) || record_author_equal(author, &node);
}

/* What is farther ahead than a record may be was made by a clock that was wrong: nobody took it, and nobody would take
 * what came after it. */
int64_t records_next_at(struct records *records) {
    const int64_t now_ms = loop_wall_ms(records->options.loop);
    const bool was_wrong = records->last_at_ms >= now_ms + LIMIT_RECORD_AHEAD_MS;
    records->last_at_ms = now_ms > records->last_at_ms || was_wrong ? now_ms : records->last_at_ms + 1;
    return records->last_at_ms;
}

/* ---- What goes ---- */

static void feed_gone(struct records *records, const struct object_id *id, int64_t at_ms) {
    struct input input = {.kind = INPUT_RECORD_GONE};
    input.as.kept.id = id;
    input.as.kept.at_ms = at_ms;
    records->options.feed(records->options.context, &input);
}

static void count_out(struct records *records, enum object_kind kind) {
    uint64_t *count = kind == OBJECT_MANIFEST ? &records->counts.manifests
                      : kind == OBJECT_ADVERT ? &records->counts.adverts
                                              : NULL;
    if (count != NULL && *count > 0) --*count;
}

/* What the disk does not let go of counts as kept until the next start. */
static void was_removed(void *context, const struct content_result *result) {
    struct records *records = context;
    const struct removal removal = take_removal(records);
    if (!tether_call_back(&records->tether) || result->answer != CONTENT_OK) return;
    count_out(records, removal.kind);
    feed_gone(records, &removal.id, removal.at_ms);
    if (removal.kind == OBJECT_MANIFEST) records->options.manifest_gone(records->options.context, &removal.id);
}

static void let_go(struct records *records, enum object_kind kind, const struct object_id *id, int64_t at_ms) {
    struct removal *removal = memory_zeroed(1, sizeof *removal);
    *removal = (struct removal){.id = *id, .kind = kind, .at_ms = at_ms};
    *records->last_removal = removal;
    records->last_removal = &removal->next;
    tether_call(&records->tether);
    content_store_remove_object(records->options.store, id, kind, (struct content_done){was_removed, records});
}

static void post_goes(void *context, const struct post_row *row) {
    let_go(context, OBJECT_POST, &row->id, row->at_ms);
}

void records_forget(struct records *records, const struct object_id *id, int64_t at_ms) {
    let_go(records, OBJECT_ADVERT, id, at_ms);
}

/* Else neighbours would be told that it is here, and ask for it again and again. */
void records_rotted(struct records *records, const struct content_fault *fault) {
    if (!fault->is_object || fault->kind == OBJECT_CHUNK || fault->kind == OBJECT_LIST) return;
    const struct post_row *post = post_threads_find(&records->posts, &fault->id);
    const int64_t at_ms = post == NULL ? fault->at_ms : post->at_ms; /* what rotted may be the time */
    post_threads_remove(&records->posts, &fault->id);
    count_out(records, fault->kind);
    input_queue_gone(records->options.queue, &fault->id, at_ms);
}

/* ---- Too many manifests ---- */

static void take_spare(void *context, const struct content_object *object) {
    struct records *records = context;
    if (records->options.is_held(records->options.context, &object->id)) return;
    if (object->at_ms > records->manifest_floor_ms) records->manifest_floor_ms = object->at_ms;
    let_go(records, OBJECT_MANIFEST, &object->id, object->at_ms);
}

static void shed(void *context, const struct content_result *result) {
    struct records *records = context;
    (void)result;
    if (tether_call_back(&records->tether)) records->is_shedding = false;
}

static void shed_manifests(struct records *records) {
    if (records->is_shedding || records->counts.manifests <= LIMIT_MANIFESTS_KEPT) return;
    const uint64_t over = records->counts.manifests - LIMIT_MANIFESTS_KEPT;
    records->is_shedding = true;
    tether_call(&records->tether);
    content_store_list_spare(records->options.store, over < SHED_AT_ONCE ? (size_t)over : SHED_AT_ONCE, take_spare,
                             (struct content_done){shed, records});
}

/* ---- What is on the disk ---- */

enum source { FROM_DISK, FROM_SWARM, FROM_US };

static void feed_kept(struct records *records, const struct publication *publication) {
    struct input input = {.kind = INPUT_RECORD_KEPT};
    input.as.kept.id = &publication->record.id;
    input.as.kept.at_ms = publication->record.at_ms;
    input.as.kept.is_own = is_own(records, &publication->record.author);
    input.as.kept.publication = publication;
    records->options.feed(records->options.context, &input);
}

static void note_own_time(struct records *records, const struct publication *publication) {
    const int64_t at_ms = publication->record.at_ms;
    if (is_own(records, &publication->record.author) && at_ms > records->last_at_ms) records->last_at_ms = at_ms;
}

static bool settle_post(struct records *records, const struct publication *publication) {
    const struct checked_post *post = publication->as.post;
    const enum post_fate fate =
        post_threads_put(&records->posts, post, is_own(records, &post->author), post_goes, records);
    if (fate == POST_STANDS) return true;
    if (fate == POST_KNOWN) return false;
    records->counts.lost++;
    let_go(records, OBJECT_POST, &post->id, post->at_ms);
    return false;
}

static bool settle_advert(struct records *records, const struct publication *publication, enum source source) {
    const struct checked_advert *advert = publication->as.advert;
    records->counts.adverts++;
    if (source != FROM_DISK || advert->until_ms > loop_wall_ms(records->options.loop)) return true;
    let_go(records, OBJECT_ADVERT, &advert->id, advert->at_ms);
    return false;
}

static bool settle_as(struct records *records, const struct publication *publication, enum source source) {
    if (publication->kind == PUBLICATION_ADVERT) return settle_advert(records, publication, source);
    note_own_time(records, publication);
    if (publication->kind == PUBLICATION_POST) return settle_post(records, publication);
    if (publication->kind != PUBLICATION_MANIFEST) return false;
    records->counts.manifests++;
    records->options.manifest(records->options.context, publication->as.manifest);
    return true;
}

/* False: it does not hold. */
static bool settle(struct records *records, struct span text, enum source source) {
    void *memory = records->memory != NULL ? records->memory : memory_room(PUBLICATION_ARENA_SIZE);
    struct publication publication;
    const bool holds = records_read(text, memory, &publication);
    if (holds && settle_as(records, &publication, source)) {
        feed_kept(records, &publication);
        if (source == FROM_US) {
            struct input input = {.kind = INPUT_PUBLISH_RECORD};
            input.as.record = &publication.record;
            records->options.feed(records->options.context, &input);
        }
        shed_manifests(records);
    }
    if (memory != records->memory) memory_free(memory);
    return holds;
}

/* ---- At the start ---- */

static void take_from_disk(void *context, const struct content_object *object) {
    struct records *records = context;
    if (!settle(records, object->bytes, FROM_DISK)) let_go(records, object->kind, &object->id, object->at_ms);
}

static void load_next(struct records *records, enum object_kind kind);

static void kind_loaded(struct records *records, enum object_kind kind) {
    if (!tether_call_back(&records->tether)) return;
    if (kind != OBJECT_ADVERT) {
        load_next(records, kind == OBJECT_MANIFEST ? OBJECT_POST : OBJECT_ADVERT);
        return;
    }
    memory_free(records->memory);
    records->memory = NULL;
    records->is_loaded = true;
    records->options.loaded(records->options.context);
}

static void manifests_loaded(void *context, const struct content_result *result) {
    (void)result; /* the store has told what was in the way */
    kind_loaded(context, OBJECT_MANIFEST);
}

static void posts_loaded(void *context, const struct content_result *result) {
    (void)result;
    kind_loaded(context, OBJECT_POST);
}

static void adverts_loaded(void *context, const struct content_result *result) {
    (void)result;
    kind_loaded(context, OBJECT_ADVERT);
}

static void load_next(struct records *records, enum object_kind kind) {
    const struct content_done done = {kind == OBJECT_MANIFEST ? manifests_loaded
                                      : kind == OBJECT_POST   ? posts_loaded
                                                              : adverts_loaded,
                                      records};
    tether_call(&records->tether);
    content_store_each(records->options.store, kind, take_from_disk, done);
}

void records_load(struct records *records) {
    records->memory = memory_room(PUBLICATION_ARENA_SIZE);
    load_next(records, OBJECT_MANIFEST);
}

/* ---- What comes ---- */

static struct keeping *begin_keeping(struct records *records, struct span text) {
    struct keeping *keeping = memory_zeroed(1, sizeof *keeping + text.size);
    keeping->records = records;
    keeping->size = text.size;
    memcpy(keeping->text, text.at, text.size);
    keeping->next = records->keeping;
    if (keeping->next != NULL) keeping->next->previous = keeping;
    records->keeping = keeping;
    return keeping;
}

static void end_keeping(struct keeping *keeping) {
    if (keeping->next != NULL) keeping->next->previous = keeping->previous;
    if (keeping->previous != NULL) keeping->previous->next = keeping->next;
    if (keeping->records->keeping == keeping) keeping->records->keeping = keeping->next;
    memory_free(keeping);
}

static void was_kept(void *context, const struct content_result *result) {
    struct keeping *keeping = context;
    struct records *records = keeping->records;
    const struct content_done done = keeping->done;
    const struct span text = {keeping->text, keeping->size};
    const bool is_here = tether_call_back(&records->tether);
    if (is_here && result->answer == CONTENT_OK) (void)settle(records, text, keeping->is_ours ? FROM_US : FROM_SWARM);
    if (is_here && result->answer != CONTENT_OK) records->counts.without_room++;
    if (is_here) end_keeping(keeping);
    if (is_here && done.call != NULL) done.call(done.context, result);
}

static enum content_answer keep(struct keeping *keeping, const struct publication *publication,
                                struct err_detail *detail) {
    struct records *records = keeping->records;
    const struct content_object object = {
        .id = publication->record.id,
        .kind = publication->kind == PUBLICATION_MANIFEST ? OBJECT_MANIFEST
                : publication->kind == PUBLICATION_POST   ? OBJECT_POST
                                                          : OBJECT_ADVERT,
        .at_ms = publication->record.at_ms,
        .bytes = {keeping->text, keeping->size},
    };
    tether_call(&records->tether);
    const enum content_answer answer =
        content_store_put_object(records->options.store, &object, (struct content_done){was_kept, keeping}, detail);
    if (answer == CONTENT_OK) return answer;
    tether_uncall(&records->tether);
    end_keeping(keeping);
    return answer;
}

static bool is_kept_kind(const struct publication *publication) {
    return publication->kind == PUBLICATION_MANIFEST || publication->kind == PUBLICATION_POST ||
           publication->kind == PUBLICATION_ADVERT;
}

/* Whether it would be kept, by the rules that every node has. */
static bool is_welcome(const struct records *records, const struct publication *publication) {
    if (publication->kind == PUBLICATION_MANIFEST)
        return records->counts.manifests < LIMIT_MANIFESTS_KEPT ||
               publication->record.at_ms > records->manifest_floor_ms;
    if (publication->kind != PUBLICATION_POST) return true;
    const bool is_ours = is_own(records, &publication->record.author);
    const enum post_fate fate = post_threads_judge(&records->posts, publication->as.post, is_ours);
    return fate == POST_STANDS || fate == POST_KNOWN;
}

void records_take(struct records *records, const struct action *action) {
    const struct publication *publication = action->as.record.publication;
    if (publication == NULL || !is_kept_kind(publication)) return;
    if (action->as.record.is_obsolete || !is_welcome(records, publication)) {
        records->counts.lost++;
        input_queue_gone(records->options.queue, &publication->record.id, publication->record.at_ms);
        return;
    }
    records->counts.taken += !action->as.record.is_own;
    if (keep(begin_keeping(records, action->bytes), publication, NULL) != CONTENT_OK) records->counts.without_room++;
}

/* ---- What we say ---- */

static enum content_answer publish(struct records *records, const struct publication *publication,
                                   struct content_done done, struct err_detail *detail) {
    if (!is_kept_kind(publication)) return CONTENT_WRONG;
    if (!is_welcome(records, publication)) {
        (void)err_set(detail, ERR_LIMIT, "as many posts are kept as can be, and all of them are ours");
        return CONTENT_FULL;
    }
    struct keeping *keeping = begin_keeping(records, publication->record.text);
    keeping->is_ours = true;
    keeping->done = done;
    return keep(keeping, publication, detail);
}

enum content_answer records_publish(struct records *records, struct span text, struct content_done done,
                                    struct err_detail *detail) {
    void *memory = memory_room(PUBLICATION_ARENA_SIZE);
    struct publication publication;
    const enum content_answer answer =
        records_read(text, memory, &publication) ? publish(records, &publication, done, detail) : CONTENT_WRONG;
    memory_free(memory);
    return answer;
}

void records_published(struct records *records, struct span text) {
    (void)settle(records, text, FROM_US);
}

void records_note(struct records *records, const struct checked_manifest *manifest) {
    struct input input = {.kind = INPUT_RECORD_KEPT};
    input.as.kept.id = &manifest->id;
    input.as.kept.at_ms = manifest->at_ms;
    input.as.kept.is_own = is_own(records, &manifest->author);
    records->counts.manifests++;
    records->options.feed(records->options.context, &input);
    shed_manifests(records);
}

/* ---- Looking ---- */

bool records_are_loaded(const struct records *records) {
    return records->is_loaded;
}

const struct post_threads *records_posts(const struct records *records) {
    return &records->posts;
}

struct records_counts records_count(const struct records *records) {
    struct records_counts counts = records->counts;
    counts.posts = records->posts.count;
    return counts;
}
