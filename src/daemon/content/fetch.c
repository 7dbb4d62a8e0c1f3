/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/content/fetch.h"

#include <stdio.h>

#include "base/memory.h"
#include "base/must.h"

enum stage { LOOKING, MANIFEST, OPENING, LISTS, ROOT, CHUNKS, WHOLE, OVER };
enum { TROUBLE_MAX = ERR_DETAIL_TEXT_MAX };

struct waiting {
    struct incoming_part part;
    struct waiting *next;
};

struct fetch {
    struct fetch_options options;
    struct object_id id;
    enum file_role role;
    enum stage stage;
    bool is_list_due; /* the engine waits for a list */
    bool has_told_lack;
    bool is_named; /* the one part of this stage was named */
    bool is_manifest_synced;
    bool is_content_synced;
    bool is_stuck;    /* the disk said no at this stage: fetch_retry tries again */
    bool is_look_due; /* the store was busy: fetch_go_on looks for the manifest */
    struct tether tether;
    uint32_t cursor;
    uint32_t chunks_here;
    struct checked_manifest *manifest;
    uint8_t *record; /* its text, until it is synced */
    size_t record_size;
    bool is_record_under_way;
    struct content_file *file; /* NULL: a small one, or not open yet */
    struct chunk_tree tree;
    struct waiting *first, *last; /* parts for which the store had no room */
    struct taken *taken;          /* parts whose call is under way */
    char trouble[TROUBLE_MAX];
};

/* A chunk so small lies among the objects. */
static bool is_small(const struct fetch *fetch) {
    const struct file_shape *shape = &fetch->manifest->shape;
    return shape->list_count == 0 && file_chunk_sealed_size(shape, 0) <= CONTENT_OBJECT_SIZE_MAX;
}

/* A part whose call is under way: the context of that call. */
struct taken {
    struct fetch *fetch;
    struct incoming_part part;
    uint8_t *list; /* its bytes, when it is one: the store borrowed them for the call alone; else NULL */
    struct taken *previous, *next;
};

static struct taken *begin_taken(struct fetch *fetch, const struct incoming_part *part) {
    struct taken *taken = memory_zeroed(1, sizeof *taken);
    *taken = (struct taken){.fetch = fetch, .part = *part, .next = fetch->taken};
    if (taken->next != NULL) taken->next->previous = taken;
    fetch->taken = taken;
    return taken;
}

static struct incoming_part end_taken(struct taken *taken) {
    const struct incoming_part part = taken->part;
    if (taken->next != NULL) taken->next->previous = taken->previous;
    if (taken->previous != NULL) taken->previous->next = taken->next;
    if (taken->fetch->taken == taken) taken->fetch->taken = taken->next;
    memory_free(taken->list);
    memory_free(taken);
    return part;
}

/* ---- Life ---- */

static void free_fetch(void *subject) {
    struct fetch *fetch = subject;
    while (fetch->taken != NULL) (void)end_taken(fetch->taken);
    memory_free(fetch->manifest);
    memory_free(fetch->record);
    memory_free(fetch);
}

/* A call has come back. False: nobody is there any more. */
static bool come_back(struct fetch *fetch) {
    return tether_call_back(&fetch->tether);
}

static bool come_back_checked(struct fetch *fetch) {
    return tether_job_back(&fetch->tether);
}

void fetch_close(struct fetch *fetch) {
    if (fetch == NULL) return;
    content_file_close(fetch->file);
    fetch->file = NULL;
    while (fetch->first != NULL) {
        struct waiting *waiting = fetch->first;
        fetch->first = waiting->next;
        memory_free(waiting->part.bytes);
        memory_free(waiting);
    }
    tether_close(&fetch->tether);
}

const struct object_id *fetch_file(const struct fetch *fetch) {
    return &fetch->id;
}

enum file_role fetch_role(const struct fetch *fetch) {
    return fetch->role;
}

void fetch_raise_role(struct fetch *fetch, enum file_role role) {
    if (role > fetch->role) fetch->role = role;
}

static void end(struct fetch *fetch, const char *why) {
    if (fetch->stage == OVER) return;
    fetch->stage = OVER;
    fetch->options.callbacks.ended(fetch->options.context, fetch, why);
}

static void end_if_whole(struct fetch *fetch) {
    if (fetch->is_manifest_synced && fetch->is_content_synced) end(fetch, NULL);
}

static void note_trouble(struct fetch *fetch, const char *detail) {
    (void)snprintf(fetch->trouble, sizeof fetch->trouble, "%s", detail);
}

/* What the disk did not take this time is tried again. */
static void stick(struct fetch *fetch, const char *detail) {
    note_trouble(fetch, detail);
    fetch->is_stuck = true;
}

static bool may_have_room(struct fetch *fetch, uint64_t bytes) {
    return fetch->options.callbacks.make_room(fetch->options.context, fetch, bytes);
}

/* ---- Naming what is missing ---- */

static size_t name_lists(struct fetch *fetch, struct content_part *parts) {
    const struct checked_manifest *manifest = fetch->manifest;
    size_t count = 0;
    for (; fetch->cursor < manifest->shape.list_count && count < FETCH_PARTS_MAX; fetch->cursor++) {
        if (content_file_has_list(fetch->file, fetch->cursor)) continue;
        parts[count++] = (struct content_part){
            PART_LIST, fetch->cursor, file_list_size(&manifest->shape, fetch->cursor), manifest->lists[fetch->cursor]};
    }
    return count;
}

/* SIZE_MAX: an id is not in memory yet; the list is on its way. */
static size_t name_chunks(struct fetch *fetch, struct content_part *parts);

static size_t name_single(struct fetch *fetch, struct content_part *parts, enum part_kind kind, uint32_t size,
                          const struct object_id *id) {
    if (fetch->is_named) return 0;
    fetch->is_named = true;
    parts[0] = (struct content_part){kind, 0, size, *id};
    return 1;
}

static void answer_list(struct fetch *fetch) {
    struct content_part parts[FETCH_PARTS_MAX];
    size_t count = 0;
    bool is_all = false;
    if (!fetch->is_list_due) return;
    switch (fetch->stage) {
    case LOOKING:
    case OPENING:
    case ROOT: return;
    case MANIFEST: count = name_single(fetch, parts, PART_MANIFEST, 0, &fetch->id); break;
    case LISTS: count = name_lists(fetch, parts); break;
    case CHUNKS:
        count = name_chunks(fetch, parts);
        if (count == SIZE_MAX) return;
        is_all = count < FETCH_PARTS_MAX;
        break;
    case WHOLE:
    case OVER: is_all = true; break;
    }
    fetch->is_list_due = false;
    fetch->options.callbacks.missing(fetch->options.context, &fetch->id, parts, count, is_all);
}

static void enter(struct fetch *fetch, enum stage stage) {
    fetch->stage = stage;
    fetch->cursor = 0;
    fetch->is_named = false;
    fetch->is_stuck = false;
    fetch->trouble[0] = '\0';
    const bool needs = stage == MANIFEST || stage == LISTS || stage == CHUNKS;
    if (needs && !fetch->has_told_lack) fetch->options.callbacks.lacks(fetch->options.context, fetch);
    fetch->has_told_lack = fetch->has_told_lack || needs;
    answer_list(fetch);
}

static void list_loaded(void *context, const struct content_result *result) {
    struct fetch *fetch = context;
    if (!come_back(fetch)) return;
    if (result->answer == CONTENT_OK) {
        answer_list(fetch);
    } else {
        stick(fetch, result->detail);
    }
}

static size_t name_chunks(struct fetch *fetch, struct content_part *parts) {
    const struct checked_manifest *manifest = fetch->manifest;
    uint32_t indices[FETCH_PARTS_MAX];
    if (is_small(fetch))
        return name_single(fetch, parts, PART_CHUNK, file_chunk_sealed_size(&manifest->shape, 0), &manifest->lists[0]);
    const size_t count = content_file_next_missing(fetch->file, fetch->cursor, indices, FETCH_PARTS_MAX);
    for (size_t i = 0; i < count; i++) {
        parts[i] = (struct content_part){
            .kind = PART_CHUNK, .number = indices[i], .size = file_chunk_sealed_size(&manifest->shape, indices[i])};
        if (content_file_chunk_id(fetch->file, indices[i], &parts[i].id)) continue;
        tether_call(&fetch->tether);
        content_file_load_list(fetch->file, indices[i] / FILE_LIST_CHUNKS, (struct content_done){list_loaded, fetch});
        return SIZE_MAX;
    }
    if (count > 0) fetch->cursor = indices[count - 1] + 1;
    return count;
}

void fetch_list(struct fetch *fetch, bool is_anew) {
    fetch->is_list_due = true;
    if (is_anew) {
        fetch->cursor = 0;
        fetch->is_named = false;
    }
    answer_list(fetch);
}

/* ---- From the manifest to the chunks ---- */

static bool has_all_lists(const struct fetch *fetch);
static void check_root(struct fetch *fetch);

static void is_there(void *context, const struct content_place *place) {
    struct fetch *fetch = context;
    if (!come_back(fetch)) return;
    if (place->answer == CONTENT_OK) {
        fetch->is_content_synced = true;
        enter(fetch, WHOLE);
        end_if_whole(fetch);
    } else {
        enter(fetch, CHUNKS);
    }
}

/* Its chunks may all be there: of one whose lists were lost. */
static void enter_chunks(struct fetch *fetch) {
    const bool is_complete = content_file_row(fetch->file).is_complete;
    enter(fetch, is_complete ? WHOLE : CHUNKS);
    if (is_complete) fetch_completed(fetch);
}

static bool has_all_lists(const struct fetch *fetch) {
    const uint32_t count = fetch->manifest->shape.list_count;
    for (uint32_t list = 0; list < (count == 0 ? 1 : count); list++)
        if (!content_file_has_list(fetch->file, list)) return false;
    return true;
}

static void put_only_id(struct fetch *fetch);

static void opened(void *context, struct content_file *file, const struct content_result *result) {
    struct fetch *fetch = context;
    if (!come_back(fetch)) {
        content_file_close(file);
        return;
    }
    const bool is_full = result->answer == CONTENT_FULL;
    if (is_full && !may_have_room(fetch, file_sealed_size(&fetch->manifest->shape))) {
        end(fetch, result->detail);
    } else if (result->answer != CONTENT_OK) {
        stick(fetch, result->detail);
    } else {
        fetch->file = file;
        if (content_file_row(file).is_complete && has_all_lists(fetch)) {
            enter_chunks(fetch);
        } else if (fetch->manifest->shape.list_count == 0) {
            put_only_id(fetch);
        } else if (has_all_lists(fetch)) {
            check_root(fetch); /* not by way of LISTS: the engine would be told that no part is known to be missing */
        } else {
            enter(fetch, LISTS);
        }
    }
}

static void open_file(struct fetch *fetch) {
    const struct checked_manifest *manifest = fetch->manifest;
    enter(fetch, OPENING);
    tether_call(&fetch->tether);
    if (is_small(fetch)) {
        content_store_find(fetch->options.store, &manifest->lists[0], is_there, fetch);
    } else {
        content_store_open_file(fetch->options.store, &fetch->id, &manifest->shape, fetch->role, opened, fetch);
    }
}

static void only_id_put(void *context, const struct content_result *result) {
    struct fetch *fetch = context;
    if (!come_back(fetch)) return;
    if (result->answer == CONTENT_OK) {
        enter_chunks(fetch);
    } else {
        stick(fetch, result->detail);
    }
}

/* Of a file with one chunk: its id stands where the lists of others do. */
static void put_only_id(struct fetch *fetch) {
    struct err_detail detail;
    const struct span ids = {fetch->manifest->lists[0].bytes, sizeof fetch->manifest->lists[0].bytes};
    tether_call(&fetch->tether);
    if (content_file_put_list(fetch->file, 0, ids, NULL, (struct content_done){only_id_put, fetch}, &detail) ==
        CONTENT_OK)
        return;
    tether_uncall(&fetch->tether);
    note_trouble(fetch, detail.text);
    fetch->is_stuck = true;
}

static void root_list_loaded(void *context, const struct content_loaded *loaded);

static void load_next_list(struct fetch *fetch) {
    const struct object_id *list = &fetch->manifest->lists[fetch->cursor];
    tether_call(&fetch->tether);
    if (content_store_load(fetch->options.store, list, root_list_loaded, fetch) == CONTENT_OK) return;
    tether_uncall(&fetch->tether);
    fetch->is_stuck = true;
}

/* A contradiction of the author's: whoever sent the parts sent what was asked for. */
static void end_by_root(struct fetch *fetch) {
    end(fetch, "its manifest contradicts itself: the root is not that of its chunks; nobody can ever have this file");
}

static void root_list_loaded(void *context, const struct content_loaded *loaded) {
    struct fetch *fetch = context;
    const bool is_here = come_back(fetch);
    if (is_here && loaded->result.answer != CONTENT_OK) {
        note_trouble(fetch, loaded->result.detail);
        fetch->is_stuck = true;
    } else if (is_here) {
        chunk_tree_add_list(&fetch->tree, (struct span){loaded->bytes, loaded->size});
        if (++fetch->cursor < fetch->manifest->shape.list_count) {
            load_next_list(fetch);
        } else if (manifest_root_check(fetch->manifest, &fetch->tree) == REFUSAL_NONE) {
            enter_chunks(fetch);
        } else {
            end_by_root(fetch);
        }
    }
    memory_free(loaded->bytes);
}

static void check_root(struct fetch *fetch) {
    enter(fetch, ROOT);
    chunk_tree_init(&fetch->tree);
    load_next_list(fetch);
}

/* ---- What comes ---- */

static void tell_checked(struct fetch *fetch, uint32_t req, enum part_verdict verdict) {
    fetch->options.callbacks.checked(fetch->options.context, req, verdict);
}

static void refuse(struct fetch *fetch, const struct incoming_part *part, const struct object_id *actual,
                   const char *cause, const struct public_key *signer, struct span bytes) {
    struct quarantine_entry entry = {.wanted = part->part.id,
                                     .actual = *actual,
                                     .first_difference = -1,
                                     .sender = part->sender,
                                     .at_ms = loop_wall_ms(fetch->options.loop),
                                     .size = part->size};
    if (signer != NULL) entry.signer = *signer;
    if (fetch->manifest != NULL) entry.expected_key = fetch->manifest->author.key;
    (void)snprintf(entry.cause, sizeof entry.cause, "%s", cause);
    fetch->options.callbacks.refused(fetch->options.context, &entry, bytes);
    tell_checked(fetch, part->req, PART_WRONG);
}

static void manifest_put(void *context, const struct content_result *result) {
    struct fetch *fetch = context;
    if (!come_back(fetch)) return;
    fetch->is_record_under_way = false;
    fetch->options.callbacks.store_has_room(fetch->options.context);
    if (result->answer != CONTENT_OK) {
        note_trouble(fetch, result->detail);
        return;
    }
    memory_free(fetch->record);
    fetch->record = NULL;
    fetch->is_manifest_synced = true;
    fetch->options.callbacks.kept(fetch->options.context, fetch);
    end_if_whole(fetch);
}

/* Again and again until the store takes it: what is fetched meanwhile is of no use without it. */
static enum content_answer keep_manifest(struct fetch *fetch) {
    struct err_detail detail;
    if (fetch->record == NULL || fetch->is_record_under_way) return CONTENT_OK;
    const struct content_object object = {.id = fetch->id,
                                          .kind = OBJECT_MANIFEST,
                                          .at_ms = fetch->manifest->at_ms,
                                          .bytes = {fetch->record, fetch->record_size}};
    tether_call(&fetch->tether);
    const enum content_answer answer =
        content_store_put_object(fetch->options.store, &object, (struct content_done){manifest_put, fetch}, &detail);
    fetch->is_record_under_way = answer == CONTENT_OK;
    if (answer == CONTENT_OK) return answer;
    tether_uncall(&fetch->tether);
    note_trouble(fetch, detail.text);
    return answer;
}

static void note_manifest(struct fetch *fetch, const struct manifest_verdict *verdict) {
    fetch->manifest = memory_zeroed(1, sizeof *fetch->manifest);
    *fetch->manifest = verdict->manifest;
    fetch->options.callbacks.named(fetch->options.context, fetch);
}

static void take_manifest(struct fetch *fetch, struct manifest_verdict *verdict) {
    note_manifest(fetch, verdict);
    fetch->record = verdict->bytes;
    fetch->record_size = verdict->size;
    verdict->bytes = NULL;
    if (keep_manifest(fetch) == CONTENT_FULL && !may_have_room(fetch, fetch->record_size)) {
        end(fetch, fetch->trouble);
    } else {
        open_file(fetch);
    }
}

static void manifest_checked(void *context, struct manifest_verdict *verdict) {
    struct fetch *fetch = ((struct taken *)context)->fetch;
    const struct incoming_part part = end_taken(context);
    if (come_back_checked(fetch) && fetch->stage == MANIFEST) {
        if (verdict->refusal != REFUSAL_NONE) {
            refuse(fetch, &part, &verdict->actual, refusal_name(verdict->refusal), &verdict->signer,
                   (struct span){verdict->bytes, verdict->size});
        } else {
            take_manifest(fetch, verdict);
            tell_checked(fetch, part.req, PART_STORED);
        }
    }
    memory_free(verdict->bytes);
}

static void list_refused(struct fetch *fetch, const struct incoming_part *part, struct span ids,
                         enum content_answer answer, const char *detail) {
    if (answer == CONTENT_WRONG) {
        const struct object_id actual = object_id_of_blob(ids);
        refuse(fetch, part, &actual, "list-other", NULL, ids);
    } else {
        note_trouble(fetch, detail);
        tell_checked(fetch, part->req, PART_NOT_WRITTEN);
    }
}

static void list_put(void *context, const struct content_result *result) {
    struct taken *taken = context;
    struct fetch *fetch = taken->fetch;
    uint8_t *bytes = taken->list;
    taken->list = NULL;
    const struct incoming_part part = end_taken(taken);
    if (come_back(fetch)) {
        if (result->answer == CONTENT_OK) {
            tell_checked(fetch, part.req, PART_STORED);
            if (fetch->stage == LISTS && has_all_lists(fetch)) check_root(fetch);
        } else {
            list_refused(fetch, &part, (struct span){bytes, part.size}, result->answer, result->detail);
        }
    }
    memory_free(bytes);
}

static void take_list(struct fetch *fetch, const struct incoming_part *part) {
    struct err_detail detail;
    const struct span ids = {part->bytes, part->size};
    struct taken *taken = begin_taken(fetch, part);
    taken->list = part->bytes;
    tether_call(&fetch->tether);
    const enum content_answer answer = content_file_put_list(fetch->file, part->part.number, ids, &part->part.id,
                                                             (struct content_done){list_put, taken}, &detail);
    if (answer == CONTENT_OK) return;
    tether_uncall(&fetch->tether);
    list_refused(fetch, part, ids, answer, detail.text);
    (void)end_taken(taken);
}

static void small_chunk_put(void *context, const struct content_result *result) {
    struct fetch *fetch = context;
    if (!come_back(fetch)) return;
    fetch->options.callbacks.store_has_room(fetch->options.context);
    if (result->answer != CONTENT_OK) {
        stick(fetch, result->detail);
        return;
    }
    fetch->is_content_synced = true;
    end_if_whole(fetch);
}

/* Verified at once, so that the engine can go on; that it is here is said when it is synced. */
static enum content_answer take_small_chunk(struct fetch *fetch, const struct incoming_part *part) {
    struct err_detail detail;
    const struct content_object object = {
        .id = part->part.id, .kind = OBJECT_CHUNK, .bytes = {part->bytes, part->size}};
    const struct object_id actual = object_id_of_blob(object.bytes);
    if (!object_id_equal(&actual, &part->part.id)) {
        refuse(fetch, part, &actual, "chunk-other", NULL, object.bytes);
        return CONTENT_OK;
    }
    tether_call(&fetch->tether);
    const enum content_answer answer =
        content_store_put_object(fetch->options.store, &object, (struct content_done){small_chunk_put, fetch}, &detail);
    if (answer == CONTENT_OK) {
        enter(fetch, WHOLE);
        tell_checked(fetch, part->req, PART_STORED);
        return answer;
    }
    tether_uncall(&fetch->tether);
    if (answer != CONTENT_FULL) return answer;
    note_trouble(fetch, detail.text);
    if (may_have_room(fetch, part->size)) return CONTENT_BUSY;
    end(fetch, fetch->trouble);
    return CONTENT_OK;
}

static void chunk_written(void *context, const struct content_written *written) {
    struct fetch *fetch = ((struct taken *)context)->fetch;
    const struct incoming_part part = end_taken(context);
    if (!come_back(fetch)) return;
    switch (written->result.answer) {
    case CONTENT_OK: tell_checked(fetch, part.req, PART_STORED); break;
    case CONTENT_WRONG: refuse(fetch, &part, &written->actual, "chunk-other", NULL, written->bytes); break;
    default:
        note_trouble(fetch, written->result.detail);
        tell_checked(fetch, part.req, PART_NOT_WRITTEN);
        break;
    }
}

static enum content_answer write_chunk(struct fetch *fetch, const struct incoming_part *part) {
    struct taken *taken = begin_taken(fetch, part);
    tether_call(&fetch->tether);
    const enum content_answer answer = content_file_write_chunk(fetch->file, part->part.number, part->bytes, part->size,
                                                                &part->part.id, chunk_written, taken);
    if (answer == CONTENT_OK) return answer;
    tether_uncall(&fetch->tether);
    (void)end_taken(taken);
    return answer;
}

/* False: the store has no room just now, and the part stays the caller's. */
static bool take_chunk(struct fetch *fetch, const struct incoming_part *part) {
    if (is_small(fetch)) {
        if (take_small_chunk(fetch, part) != CONTENT_OK) return false;
        memory_free(part->bytes);
        return true;
    }
    return write_chunk(fetch, part) == CONTENT_OK;
}

static void let_wait(struct fetch *fetch, const struct incoming_part *part) {
    struct waiting *waiting = memory_zeroed(1, sizeof *waiting);
    waiting->part = *part;
    if (fetch->last == NULL || fetch->first == NULL) {
        fetch->first = waiting;
    } else {
        fetch->last->next = waiting;
    }
    fetch->last = waiting;
}

void fetch_take(struct fetch *fetch, struct incoming_part *part) {
    if (part->bytes == NULL) {
        tell_checked(fetch, part->req, PART_NOT_WRITTEN);
        return;
    }
    switch (part->part.kind) {
    case PART_MANIFEST: {
        struct taken *taken = begin_taken(fetch, part);
        tether_job(&fetch->tether);
        manifest_checks_begin(fetch->options.checks, &fetch->id, part->bytes, part->size, manifest_checked, taken);
        break;
    }
    case PART_LIST: take_list(fetch, part); break;
    case PART_CHUNK:
        if (!take_chunk(fetch, part)) let_wait(fetch, part);
        break;
    case PART_PROOF: must(false); /* no part of a fetch: it is compared, and kept by nobody */
    }
}

void fetch_completed(struct fetch *fetch) {
    fetch->is_content_synced = true;
    end_if_whole(fetch);
}

/* ---- Again ---- */

static void look(struct fetch *fetch);

void fetch_go_on(struct fetch *fetch) {
    if (fetch->is_look_due) look(fetch);
    (void)keep_manifest(fetch);
    while (fetch->first != NULL && fetch->stage == CHUNKS) {
        struct waiting *waiting = fetch->first;
        if (!take_chunk(fetch, &waiting->part)) return;
        fetch->first = waiting->next;
        memory_free(waiting);
    }
}

static void begin_again(struct fetch *fetch) {
    fetch->is_stuck = false;
    switch (fetch->stage) {
    case LOOKING: look(fetch); break;
    case OPENING:
        if (fetch->file == NULL) {
            open_file(fetch);
        } else {
            put_only_id(fetch);
        }
        break;
    case ROOT: check_root(fetch); break;
    case WHOLE: enter(fetch, CHUNKS); break; /* a small chunk that was not written: fetched once more */
    default: answer_list(fetch); break;
    }
}

bool fetch_is_stuck(const struct fetch *fetch) {
    return fetch->is_stuck || fetch->record != NULL;
}

void fetch_retry(struct fetch *fetch) {
    (void)keep_manifest(fetch);
    if (fetch->is_stuck) begin_again(fetch);
}

/* ---- Beginning ---- */

static void own_manifest_checked(void *context, struct manifest_verdict *verdict) {
    struct fetch *fetch = context;
    if (come_back_checked(fetch)) {
        if (verdict->refusal == REFUSAL_NONE) {
            fetch->is_manifest_synced = true;
            note_manifest(fetch, verdict);
            open_file(fetch);
        } else {
            enter(fetch, MANIFEST);
        }
    }
    memory_free(verdict->bytes);
}

static void manifest_loaded(void *context, const struct content_loaded *loaded) {
    struct fetch *fetch = context;
    if (!come_back(fetch)) {
        memory_free(loaded->bytes);
        return;
    }
    fetch->options.callbacks.store_has_room(fetch->options.context);
    if (loaded->result.answer == CONTENT_OK) {
        tether_job(&fetch->tether);
        manifest_checks_begin_stored(fetch->options.checks, &fetch->id, loaded->bytes, loaded->size,
                                     own_manifest_checked, fetch);
    } else {
        enter(fetch, MANIFEST);
    }
}

static void look(struct fetch *fetch) {
    fetch->is_look_due = fetch->is_stuck = false;
    tether_call(&fetch->tether);
    if (content_store_load(fetch->options.store, &fetch->id, manifest_loaded, fetch) == CONTENT_OK) return;
    tether_uncall(&fetch->tether);
    fetch->is_look_due = fetch->is_stuck = true;
}

struct fetch *fetch_new(const struct fetch_options *options, const struct object_id *manifest, enum file_role role) {
    struct fetch *fetch = memory_zeroed(1, sizeof *fetch);
    fetch->options = *options;
    fetch->id = *manifest;
    fetch->role = role;
    tether_init(&fetch->tether, options->tethers, free_fetch, fetch);
    look(fetch);
    return fetch;
}

static const char *stage_name(enum stage stage) {
    static const char *const names[] = {"manifest", "manifest", "lists", "lists", "lists", "chunks", "whole", "whole"};
    return names[stage];
}

struct fetch_progress fetch_look(const struct fetch *fetch) {
    struct fetch_progress progress = {
        .manifest = fetch->manifest, .stage = stage_name(fetch->stage), .trouble = fetch->trouble};
    if (fetch->file != NULL) progress.chunks_here = content_file_row(fetch->file).chunks_here;
    return progress;
}
