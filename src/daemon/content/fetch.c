/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/content/fetch_state.h"

#include <stdio.h>

#include "base/memory.h"

bool fetch_is_small(const struct fetch *fetch) {
    return content_is_single(&fetch->manifest->shape);
}

/* ---- Life ---- */

static void free_fetch(void *subject) {
    struct fetch *fetch = subject;
    fetch_drop_parts(fetch);
    memory_free(fetch->manifest);
    memory_free(fetch->record);
    memory_free(fetch);
}

bool fetch_call_back(struct fetch *fetch) {
    return tether_call_back(&fetch->tether) && !fetch->is_given_up;
}

bool fetch_job_back(struct fetch *fetch) {
    return tether_job_back(&fetch->tether) && !fetch->is_given_up;
}

void fetch_give_up(struct fetch *fetch) {
    fetch->is_given_up = true;
    fetch->stage = OVER;
}

void fetch_close(struct fetch *fetch) {
    if (fetch == NULL) return;
    content_file_close(fetch->file);
    fetch->file = NULL;
    fetch_drop_waiting(fetch);
    tether_close(&fetch->tether);
}

const struct object_id *fetch_file(const struct fetch *fetch) {
    return &fetch->id;
}

enum holding_role fetch_role(const struct fetch *fetch) {
    return fetch->role;
}

void fetch_raise_role(struct fetch *fetch, enum holding_role role) {
    if (role > fetch->role) fetch->role = role;
}

void fetch_end(struct fetch *fetch, const char *why) {
    if (fetch->stage == OVER) return;
    fetch->stage = OVER;
    fetch->options.callbacks.ended(fetch->options.context, fetch, why);
}

void fetch_end_if_whole(struct fetch *fetch) {
    if (fetch->is_manifest_synced && fetch->is_content_synced) fetch_end(fetch, NULL);
}

void fetch_note_trouble(struct fetch *fetch, const char *detail) {
    (void)snprintf(fetch->trouble, sizeof fetch->trouble, "%s", detail);
}

void fetch_stick(struct fetch *fetch, const char *detail) {
    fetch_note_trouble(fetch, detail);
    fetch->is_stuck = true;
}

bool fetch_may_have_room(struct fetch *fetch, uint64_t bytes) {
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

void fetch_enter(struct fetch *fetch, enum stage stage) {
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
    if (!fetch_call_back(fetch)) return;
    if (result->answer == CONTENT_OK) {
        answer_list(fetch);
    } else {
        fetch_stick(fetch, result->detail);
    }
}

static size_t name_chunks(struct fetch *fetch, struct content_part *parts) {
    const struct checked_manifest *manifest = fetch->manifest;
    uint32_t indices[FETCH_PARTS_MAX];
    if (fetch_is_small(fetch))
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

void fetch_completed(struct fetch *fetch) {
    fetch->is_content_synced = true;
    fetch_end_if_whole(fetch);
}

/* ---- Again ---- */

static void look(struct fetch *fetch);

void fetch_go_on(struct fetch *fetch) {
    if (fetch->is_look_due) look(fetch);
    (void)fetch_keep_manifest(fetch);
    fetch_take_waiting(fetch);
}

static void begin_again(struct fetch *fetch) {
    fetch->is_stuck = false;
    switch (fetch->stage) {
    case LOOKING: look(fetch); break;
    case OPENING:
        if (fetch->file == NULL) {
            fetch_open_file(fetch);
        } else {
            fetch_put_only_id(fetch);
        }
        break;
    case ROOT: fetch_check_root(fetch); break;
    case WHOLE: fetch_enter(fetch, CHUNKS); break; /* a small chunk that was not written: fetched once more */
    default: answer_list(fetch); break;
    }
}

bool fetch_is_stuck(const struct fetch *fetch) {
    return fetch->is_stuck || fetch->record != NULL;
}

void fetch_retry(struct fetch *fetch) {
    (void)fetch_keep_manifest(fetch);
    if (fetch->is_stuck) begin_again(fetch);
}

/* ---- Beginning ---- */

static void own_manifest_checked(void *context, struct manifest_verdict *verdict) {
    struct fetch *fetch = context;
    if (fetch_job_back(fetch)) {
        if (verdict->refusal == REFUSAL_NONE) {
            fetch->is_manifest_synced = true;
            fetch_note_manifest(fetch, verdict);
            fetch_open_file(fetch);
        } else {
            fetch_enter(fetch, MANIFEST);
        }
    }
    memory_free(verdict->bytes);
}

static void manifest_loaded(void *context, const struct content_loaded *loaded) {
    struct fetch *fetch = context;
    if (!fetch_call_back(fetch)) {
        memory_free(loaded->bytes);
        return;
    }
    fetch->options.callbacks.store_has_room(fetch->options.context);
    if (loaded->result.answer == CONTENT_OK) {
        tether_job(&fetch->tether);
        manifest_checks_begin_stored(fetch->options.checks, &fetch->id, loaded->bytes, loaded->size,
                                     own_manifest_checked, fetch);
    } else {
        fetch_enter(fetch, MANIFEST);
    }
}

static void look(struct fetch *fetch) {
    fetch->is_look_due = fetch->is_stuck = false;
    tether_call(&fetch->tether);
    if (content_store_load(fetch->options.store, &fetch->id, manifest_loaded, fetch) == CONTENT_OK) return;
    tether_uncall(&fetch->tether);
    fetch->is_look_due = fetch->is_stuck = true;
}

struct fetch *fetch_new(const struct fetch_options *options, const struct object_id *manifest, enum holding_role role) {
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
