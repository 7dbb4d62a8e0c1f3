/* SPDX-License-Identifier: Apache-2.0 */
/* The parts of a wanted file that come: each is verified before anything of it counts. */
#include "daemon/content/fetch_state.h"

#include <stdio.h>

#include "base/memory.h"
#include "base/must.h"

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

void fetch_drop_parts(struct fetch *fetch) {
    while (fetch->taken != NULL) (void)end_taken(fetch->taken);
}

void fetch_drop_waiting(struct fetch *fetch) {
    while (fetch->first != NULL) {
        struct waiting *waiting = fetch->first;
        fetch->first = waiting->next;
        memory_free(waiting->part.bytes);
        memory_free(waiting);
    }
}

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

/* ---- The manifest ---- */

static void manifest_put(void *context, const struct content_result *result) {
    struct fetch *fetch = context;
    if (!fetch_call_back(fetch)) return;
    fetch->is_record_under_way = false;
    fetch->options.callbacks.store_has_room(fetch->options.context);
    if (result->answer != CONTENT_OK) {
        fetch_note_trouble(fetch, result->detail);
        return;
    }
    memory_free(fetch->record);
    fetch->record = NULL;
    fetch->is_manifest_synced = true;
    fetch->options.callbacks.kept(fetch->options.context, fetch);
    fetch_end_if_whole(fetch);
}

/* Again and again until the store takes it: what is fetched meanwhile is of no use without it. */
enum content_answer fetch_keep_manifest(struct fetch *fetch) {
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
    fetch_note_trouble(fetch, detail.text);
    return answer;
}

void fetch_note_manifest(struct fetch *fetch, const struct manifest_verdict *verdict) {
    fetch->manifest = memory_zeroed(1, sizeof *fetch->manifest);
    *fetch->manifest = verdict->manifest;
    fetch->options.callbacks.named(fetch->options.context, fetch);
}

static void take_manifest(struct fetch *fetch, struct manifest_verdict *verdict) {
    fetch_note_manifest(fetch, verdict);
    fetch->record = verdict->bytes;
    fetch->record_size = verdict->size;
    verdict->bytes = NULL;
    if (fetch_keep_manifest(fetch) == CONTENT_FULL && !fetch_may_have_room(fetch, fetch->record_size)) {
        fetch_end(fetch, fetch->trouble);
    } else {
        fetch_open_file(fetch);
    }
}

static void manifest_checked(void *context, struct manifest_verdict *verdict) {
    struct fetch *fetch = ((struct taken *)context)->fetch;
    const struct incoming_part part = end_taken(context);
    if (fetch_job_back(fetch) && fetch->stage == MANIFEST) {
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

/* ---- Lists ---- */

static void list_refused(struct fetch *fetch, const struct incoming_part *part, struct span ids,
                         enum content_answer answer, const char *detail) {
    if (answer == CONTENT_WRONG) {
        const struct object_id actual = object_id_of_blob(ids);
        refuse(fetch, part, &actual, "list-other", NULL, ids);
    } else {
        fetch_note_trouble(fetch, detail);
        tell_checked(fetch, part->req, PART_NOT_WRITTEN);
    }
}

static void list_put(void *context, const struct content_result *result) {
    struct taken *taken = context;
    struct fetch *fetch = taken->fetch;
    uint8_t *bytes = taken->list;
    taken->list = NULL;
    const struct incoming_part part = end_taken(taken);
    if (fetch_call_back(fetch)) {
        if (result->answer == CONTENT_OK) {
            tell_checked(fetch, part.req, PART_STORED);
            if (fetch->stage == LISTS && fetch_has_all_lists(fetch)) fetch_check_root(fetch);
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

/* ---- Chunks ---- */

static void small_chunk_put(void *context, const struct content_result *result) {
    struct fetch *fetch = context;
    if (!fetch_call_back(fetch)) return;
    fetch->options.callbacks.store_has_room(fetch->options.context);
    if (result->answer != CONTENT_OK) {
        fetch_stick(fetch, result->detail);
        return;
    }
    fetch->is_content_synced = true;
    fetch_end_if_whole(fetch);
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
        fetch_enter(fetch, WHOLE);
        tell_checked(fetch, part->req, PART_STORED);
        return answer;
    }
    tether_uncall(&fetch->tether);
    if (answer != CONTENT_FULL) return answer;
    fetch_note_trouble(fetch, detail.text);
    if (fetch_may_have_room(fetch, part->size)) return CONTENT_BUSY;
    fetch_end(fetch, fetch->trouble);
    return CONTENT_OK;
}

static void chunk_written(void *context, const struct content_written *written) {
    struct fetch *fetch = ((struct taken *)context)->fetch;
    const struct incoming_part part = end_taken(context);
    if (!fetch_call_back(fetch)) return;
    switch (written->result.answer) {
    case CONTENT_OK: tell_checked(fetch, part.req, PART_STORED); break;
    case CONTENT_WRONG: refuse(fetch, &part, &written->actual, "chunk-other", NULL, written->bytes); break;
    default:
        fetch_note_trouble(fetch, written->result.detail);
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
    if (fetch_is_small(fetch)) {
        if (take_small_chunk(fetch, part) != CONTENT_OK) return false;
        memory_free(part->bytes);
        return true;
    }
    return write_chunk(fetch, part) == CONTENT_OK;
}

/* ---- Which part it is ---- */

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

void fetch_take_waiting(struct fetch *fetch) {
    while (fetch->first != NULL && fetch->stage == CHUNKS) {
        struct waiting *waiting = fetch->first;
        if (!take_chunk(fetch, &waiting->part)) return;
        fetch->first = waiting->next;
        memory_free(waiting);
    }
}
