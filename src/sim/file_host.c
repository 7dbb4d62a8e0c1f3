/* SPDX-License-Identifier: Apache-2.0 */
#include "sim/file_host.h"

#include "base/memory.h"
#include "base/must.h"
#include "sim/host.h"

#include <string.h>

enum { PARTS_NAMED_MAX = LIMIT_PARTS_QUEUED / 2, JOB_MS = 1, DISK_BYTES_PER_MS = 200000, ROOM_MS = 5000 };

enum file_job_kind {
    JOB_LIST,  /* which parts are missing */
    JOB_CHECK, /* is this part what it should be? then it is written */
    JOB_SYNC,  /* all parts of a file are written */
    JOB_TELL,  /* the engine is told what we have to do with a file */
    JOB_BOAST, /* a liar says that it has it */
    JOB_ROOM,  /* how much is taken for others */
    JOB_PROVE, /* some bytes of a file, by chance */
};
struct file_slices {
    struct file_slices *next;
    uint32_t req;
    const struct made_file *file; /* NULL: nobody made it */
    struct content_part part;
    struct node_id sender;
    uint8_t *bytes;
    uint32_t size, received;
};
struct file_job {
    struct file_job *next;
    enum file_job_kind kind;
    const struct made_file *file;
    bool is_anew;               /* LIST */
    struct object_id id;        /* LIST: as the engine named it */
    struct file_slices *slices; /* CHECK: all of them */
};

static int64_t now_of(const struct host *host) {
    return host->stage->timeline.now_ms;
}

/* ---- Jobs ---- */

static void free_slices(struct file_slices *slices) {
    if (slices == NULL) return;
    memory_free(slices->bytes);
    memory_free(slices);
}

static void free_job(struct file_job *job) {
    free_slices(job->slices);
    memory_free(job);
}

static struct file_job *take_job(struct file_host *files) {
    struct file_job *job = files->first_job;
    files->first_job = job->next;
    if (files->first_job == NULL) files->last_job = NULL;
    return job;
}

static void job_is_done(void *context, void *subject, uint64_t epoch);

/* One moment for each job; whichever comes does the first of the row. */
static void add_job(struct host *host, const struct file_job *order) {
    struct file_host *files = &host->files;
    struct file_job *job = memory_zeroed(1, sizeof *job);
    *job = *order;
    if (files->last_job == NULL) files->first_job = job;
    if (files->last_job != NULL) files->last_job->next = job;
    files->last_job = job;
    const int64_t takes_ms = JOB_MS + (job->slices == NULL ? 0 : job->slices->size / DISK_BYTES_PER_MS);
    if (files->disk_free_at_ms < now_of(host)) files->disk_free_at_ms = now_of(host);
    files->disk_free_at_ms += takes_ms;
    timeline_add(&host->stage->timeline, files->disk_free_at_ms,
                 (struct moment){job_is_done, host->stage, host, host->epoch});
}

/* ---- Naming what is missing ---- */

/* The end of the stage that a file is in: its manifest alone, then its lists, then its chunks. */
static uint32_t stage_end(const struct stored_file *stored) {
    const uint32_t lists_end = 1 + stored->file->manifest.shape.list_count;
    if (!stored_file_has(stored, 0)) return 1;
    return stored_file_next_missing(stored, 1, lists_end) < lists_end ? lists_end : stored->file->part_count;
}

static size_t name_missing(struct stored_file *stored, bool is_anew, struct content_part *parts, bool *is_all) {
    const uint32_t end = stage_end(stored);
    size_t count = 0;
    if (is_anew || stored->named_end != end) stored->named = 0;
    stored->named_end = end;
    while (count < PARTS_NAMED_MAX) {
        const uint32_t place = stored_file_next_missing(stored, stored->named, end);
        if (place == end) break;
        parts[count] = made_file_part(stored->file, place);
        if (place == 0) parts[count].size = 0; /* it cannot be known */
        stored->named = place + 1;
        count++;
    }
    *is_all = end == stored->file->part_count && count < PARTS_NAMED_MAX;
    return count;
}

static void list(struct host *host, const struct file_job *job) {
    struct content_part parts[PARTS_NAMED_MAX];
    struct stored_file *stored = job->file == NULL ? NULL : file_store_find(&host->files.store, job->file);
    struct input input = {.kind = INPUT_PARTS_MISSING};
    input.as.missing.file = &job->id;
    input.as.missing.parts = parts;
    if (stored != NULL) input.as.missing.count = name_missing(stored, job->is_anew, parts, &input.as.missing.is_all);
    host_feed(host, &input);
}

/* ---- Looking at a part ---- */

static bool manifest_holds(const struct host *host, struct span text, struct object_id *took) {
    struct arena arena = arena_over(host->stage->lie_memory, LIMIT_CHECK_ARENA);
    struct publication publication;
    if (publication_check(text, &host->stage->verifier, &arena, &publication) != REFUSAL_NONE) return false;
    *took = publication.record.id;
    return publication.kind == PUBLICATION_MANIFEST;
}

/* What the bytes really are, and whether that is what was asked for. */
static bool part_holds(const struct host *host, const struct file_slices *slices, struct object_id *took) {
    const struct span bytes = {slices->bytes, slices->size};
    if (slices->part.kind == PART_MANIFEST) {
        if (!manifest_holds(host, bytes, took)) return false;
    } else {
        *took = object_id_of_blob(bytes);
    }
    return object_id_equal(took, &slices->part.id);
}

static void blame(struct file_host *files, const struct node_id *sender) {
    if (files->blamed_count < FILE_HOST_BLAMED) files->blamed[files->blamed_count++] = *sender;
}

/* Against its own bytes of the same place. */
static enum part_verdict compare(struct file_host *files, const struct file_slices *slices) {
    uint8_t own[LIMIT_PROOF_BYTES];
    const uint32_t place = made_file_place(slices->file, PART_CHUNK, slices->part.number);
    for (size_t i = 0; i < FILE_HOST_PROOFS; i++) {
        const struct file_proof *proof = &files->proofs[(files->proof_count - 1 - i) % FILE_HOST_PROOFS];
        if (proof->file != slices->file || proof->place != place || proof->length != slices->size) continue;
        made_file_read(proof->file, place, proof->offset, own, proof->length);
        if (memcmp(own, slices->bytes, proof->length) == 0) return PART_STORED;
        blame(files, &slices->sender);
        return PART_WRONG;
    }
    return PART_NOT_WRITTEN;
}

static enum part_verdict look_at(struct host *host, const struct file_slices *slices) {
    struct file_host *files = &host->files;
    struct object_id took;
    struct stored_file *stored = slices->file == NULL ? NULL : file_store_find(&files->store, slices->file);
    if (stored == NULL) return PART_NOT_WRITTEN;
    if (slices->part.kind == PART_PROOF) return compare(files, slices);
    files->taken_bytes += slices->size;
    if (!part_holds(host, slices, &took)) {
        blame(files, &slices->sender);
        return PART_WRONG;
    }
    const uint32_t place = made_file_place(slices->file, slices->part.kind, slices->part.number);
    if (!stored_file_has(stored, place)) stored_file_write(stored, place, &took);
    return PART_STORED;
}

static void sync_when_written(struct host *host, const struct made_file *file) {
    const struct stored_file *stored = file_store_find(&host->files.store, file);
    if (stored == NULL || stored->is_whole) return;
    if (stored_file_next_missing(stored, 0, file->part_count) < file->part_count) return;
    add_job(host, &(struct file_job){.kind = JOB_SYNC, .file = file});
}

static void check(struct host *host, const struct file_job *job) {
    const uint64_t epoch = host->epoch;
    struct input input = {.kind = INPUT_PART_CHECKED};
    input.as.checked.req = job->slices->req;
    input.as.checked.verdict = look_at(host, job->slices);
    host_feed(host, &input);
    const bool goes_on = host->engine != NULL && host->epoch == epoch;
    if (goes_on && input.as.checked.verdict == PART_STORED) sync_when_written(host, job->file);
}

/* ---- Telling ---- */

static void feed_file(struct host *host, const struct made_file *file, enum file_state state, bool has_manifest) {
    const struct stored_file *stored = file_store_find(&host->files.store, file);
    struct input input = {.kind = INPUT_FILE};
    input.as.file.id = &file->id;
    input.as.file.state = state;
    if (stored != NULL) input.as.file.role = stored->role;
    if (has_manifest) input.as.file.target = file->manifest.target;
    if (has_manifest) input.as.file.bytes = made_file_sealed_size(file);
    host_feed(host, &input);
}

static void tell(struct host *host, const struct made_file *file) {
    const struct stored_file *stored = file_store_find(&host->files.store, file);
    const enum file_state state = stored == NULL ? FILE_KNOWN : stored->is_whole ? FILE_HELD : FILE_WANTED;
    const bool has_manifest = stored != NULL && stored_file_has(stored, 0);
    feed_file(host, file, state, has_manifest || file_store_knows(&host->files.store, file));
}

static void add_tell(struct host *host, const struct made_file *file) {
    add_job(host, &(struct file_job){.kind = JOB_TELL, .file = file});
}

/* ---- What is held for others ---- */

static void tell_room(struct host *host) {
    const uint64_t used = file_store_bytes(&host->files.store);
    const uint64_t room = (uint64_t)host->options.room_bytes;
    struct input input = {.kind = INPUT_STORAGE};
    input.as.storage.room_bytes = used < room ? room - used : 0;
    host_feed(host, &input);
}

static void room_is_due(void *context, void *subject, uint64_t epoch) {
    struct host *host = subject;
    (void)context;
    if (host->engine == NULL || host->epoch != epoch) return;
    host->files.is_room_due = false;
    add_job(host, &(struct file_job){.kind = JOB_ROOM});
}

static void room_changed(struct host *host) {
    if (host->options.room_bytes == 0 || host->files.is_room_due) return;
    host->files.is_room_due = true;
    timeline_add(&host->stage->timeline, now_of(host) + ROOM_MS,
                 (struct moment){room_is_due, host->stage, host, host->epoch});
}

static void hold(struct host *host, const struct action *action) {
    const struct made_file *file = file_book_find(&host->stage->files, &action->as.replica.file, NULL);
    struct file_store *store = &host->files.store;
    if (file == NULL || file_store_find(store, file) != NULL) return;
    if (made_file_sealed_size(file) <= action->as.replica.bytes) {
        file_store_put(store, file)->role = HOLDING_REPLICA;
        room_changed(host);
    }
    add_tell(host, file);
}

static void release(struct host *host, const struct action *action) {
    const struct made_file *file = file_book_find(&host->stage->files, &action->as.replica.file, NULL);
    struct file_store *store = &host->files.store;
    const struct stored_file *stored = file == NULL ? NULL : file_store_find(store, file);
    if (stored == NULL) return;
    if (stored->role != HOLDING_REPLICA) {
        host->files.has_released_own = true;
        return;
    }
    if (stored_file_has(stored, 0)) file_store_know(store, file);
    file_store_remove(store, file);
    room_changed(host);
    add_tell(host, file);
}

static uint32_t any_chunk(struct host *host, const struct stored_file *stored) {
    const uint32_t first = made_file_place(stored->file, PART_CHUNK, 0);
    return first + prng_below(&host->entropy, stored->file->part_count - first);
}

static void prove(struct host *host, const struct made_file *file) {
    struct file_host *files = &host->files;
    struct input input = {.kind = INPUT_PROOF_CHOSEN};
    const struct stored_file *stored = file_store_find(&files->store, file);
    const uint32_t place = stored == NULL ? 0 : any_chunk(host, stored);
    input.as.proof.file = &file->id;
    if (stored != NULL && stored_file_has(stored, place)) {
        struct file_proof *proof = &files->proofs[files->proof_count++ % FILE_HOST_PROOFS];
        input.as.proof.part = made_file_part(file, place);
        const uint32_t size = input.as.proof.part.size;
        const uint32_t length = size < LIMIT_PROOF_BYTES ? size : LIMIT_PROOF_BYTES;
        *proof = (struct file_proof){file, place, prng_below(&host->entropy, size - length + 1), length};
        input.as.proof.offset = proof->offset;
        input.as.proof.length = length;
    }
    host_feed(host, &input);
}

static void choose_proof(struct host *host, const struct action *action) {
    const struct made_file *file = file_book_find(&host->stage->files, &action->as.replica.file, NULL);
    if (file != NULL) add_job(host, &(struct file_job){.kind = JOB_PROVE, .file = file});
}

static void sync_file(struct host *host, const struct made_file *file) {
    struct stored_file *stored = file_store_find(&host->files.store, file);
    if (stored == NULL) return;
    file_store_sync(&host->files.store, stored);
    tell(host, file);
}

static void do_job(struct host *host, const struct file_job *job) {
    switch (job->kind) {
    case JOB_LIST: list(host, job); return;
    case JOB_CHECK: check(host, job); return;
    case JOB_SYNC: sync_file(host, job->file); return;
    case JOB_TELL: tell(host, job->file); return;
    case JOB_BOAST: feed_file(host, job->file, FILE_HELD, true); return;
    case JOB_ROOM: tell_room(host); return;
    case JOB_PROVE: prove(host, job->file); return;
    }
}

static void job_is_done(void *context, void *subject, uint64_t epoch) {
    struct host *host = subject;
    if (host->engine == NULL || host->epoch != epoch) return;
    if (host_is_stalled(host) && host->stalled_until_ms > now_of(host)) {
        timeline_add(&host->stage->timeline, host->stalled_until_ms,
                     (struct moment){job_is_done, context, host, epoch});
        return;
    }
    struct file_job *job = take_job(&host->files);
    do_job(host, job);
    free_job(job);
}

/* ---- What the engine asks for ---- */

static struct file_slices **find_slices(struct file_host *files, uint32_t req) {
    struct file_slices **at = &files->slices;
    while (*at != NULL && (*at)->req != req) at = &(*at)->next;
    return at;
}

static struct file_slices *begin_slices(struct host *host, const struct action *action) {
    struct file_slices *slices = memory_zeroed(1, sizeof *slices);
    *slices = (struct file_slices){
        .next = host->files.slices,
        .req = action->as.collect.req,
        .file = file_book_find(&host->stage->files, &action->as.collect.file, NULL),
        .part = action->as.collect.part,
        .sender = action->peer,
        .bytes = memory_room(action->as.collect.total),
        .size = action->as.collect.total,
    };
    host->files.slices = slices;
    return slices;
}

static void collect(struct host *host, const struct action *action) {
    struct file_slices **at = find_slices(&host->files, action->as.collect.req);
    struct file_slices *slices = *at;
    const uint32_t offset = action->as.collect.offset;
    must((offset == 0) == (slices == NULL));
    if (slices == NULL) {
        slices = begin_slices(host, action);
        at = &host->files.slices;
    }
    must(offset == slices->received && offset + action->bytes.size <= slices->size);
    memcpy(slices->bytes + offset, action->bytes.at, action->bytes.size);
    slices->received += (uint32_t)action->bytes.size;
    if (!action->as.collect.is_last) return;
    must(slices->received == slices->size);
    *at = slices->next;
    add_job(host, &(struct file_job){.kind = JOB_CHECK, .file = slices->file, .slices = slices});
}

static void discard(struct host *host, const struct action *action) {
    struct file_slices **at = find_slices(&host->files, action->as.collect.req);
    struct file_slices *slices = *at;
    if (slices == NULL) return;
    *at = slices->next;
    free_slices(slices);
}

static void list_missing(struct host *host, const struct action *action) {
    struct file_job job = {.kind = JOB_LIST, .id = action->as.list.file, .is_anew = action->as.list.is_anew};
    job.file = file_book_find(&host->stage->files, &job.id, NULL);
    add_job(host, &job);
}

void file_host_perform(struct host *host, const struct action *action) {
    switch (action->kind) {
    case ACTION_LIST_MISSING: list_missing(host, action); return;
    case ACTION_COLLECT: collect(host, action); return;
    case ACTION_DISCARD: discard(host, action); return;
    case ACTION_SERVE: file_serving_start(host, action); return;
    case ACTION_UNSERVE: file_serving_stop(host, action); return;
    case ACTION_HOLD: hold(host, action); return;
    case ACTION_RELEASE: release(host, action); return;
    case ACTION_CHOOSE_PROOF: choose_proof(host, action); return;
    default: must(false);
    }
}

/* A phantom claims to hold whatever it hears of. */
void file_host_heard(struct host *host, const struct checked_manifest *manifest) {
    const struct made_file *file = file_book_find(&host->stage->files, &manifest->id, NULL);
    if (file == NULL) return;
    const bool boasts = host_is_liar(host, LIAR_PHANTOM);
    file_store_know(&host->files.store, file);
    add_job(host, &(struct file_job){.kind = boasts ? JOB_BOAST : JOB_TELL, .file = file});
}

/* ---- Starting and ending ---- */

void file_host_start(struct host *host) {
    struct file_store *store = &host->files.store;
    for (size_t i = 0; i < store->count; i++) {
        struct stored_file *stored = &store->rows[i];
        stored->named = stored->named_end = 0;
        add_tell(host, stored->file);
        sync_when_written(host, stored->file);
    }
    for (size_t i = 0; i < store->known_count; i++) add_tell(host, store->known[i]);
    if (host->options.room_bytes > 0) add_job(host, &(struct file_job){.kind = JOB_ROOM});
}

void file_host_end(struct host *host) {
    struct file_host *files = &host->files;
    while (files->first_job != NULL) free_job(take_job(files));
    while (files->slices != NULL) {
        struct file_slices *slices = files->slices;
        files->slices = slices->next;
        free_slices(slices);
    }
    files->serving = (struct file_serving){0};
    files->disk_free_at_ms = 0;
    files->is_room_due = false;
    files->proof_count = 0;
}

void file_host_died(struct host *host) {
    file_host_end(host);
    file_store_lose_unsynced(&host->files.store, &host->entropy);
}

void file_host_wipe(struct host *host) {
    must(host->engine == NULL);
    file_store_deinit(&host->files.store);
    host->stage->disks_wiped++;
}

void file_host_deinit(struct host *host) {
    file_host_end(host);
    file_store_deinit(&host->files.store);
}

/* ---- For scripts ---- */

struct object_id file_host_publish(struct host *host, uint64_t size, uint8_t target) {
    must(host->engine != NULL);
    const struct made_file_options options = {
        .seed = prng_next(&host->entropy),
        .size = size,
        .target = target,
        .at_ms = host_wall_ms(host),
        .author = host->index,
        .node_key = &host->node_key,
        .arena_memory = host->stage->lie_memory,
    };
    struct made_file *file = made_file_new(&options);
    const struct object_id id = file->id;
    file_book_add(&host->stage->files, file);
    struct stored_file *stored = file_store_put(&host->files.store, file);
    stored->role = HOLDING_PUBLISHED;
    stored_file_write_all(stored);
    file_store_sync(&host->files.store, stored);
    room_changed(host);
    tell(host, file);
    host_publish_text(host, (struct span){file->record, file->record_size});
    return id;
}

void file_host_want(struct host *host, const struct object_id *id) {
    const struct made_file *file = file_book_find(&host->stage->files, id, NULL);
    must(file != NULL);
    struct stored_file *stored = file_store_put(&host->files.store, file);
    if (stored->role == HOLDING_REPLICA) stored->role = HOLDING_PINNED;
    if (host->engine != NULL) add_tell(host, file);
}

bool file_host_holds(const struct file_host *files, const struct object_id *id) {
    for (size_t i = 0; i < files->store.count; i++) {
        const struct stored_file *stored = &files->store.rows[i];
        if (stored->is_whole && object_id_equal(&stored->file->id, id)) return true;
    }
    return false;
}
