/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/content/reading.h"

#include "base/memory.h"
#include "base/must.h"
#include "swarm/content/chunk_seal.h"

enum { AGAIN_MS = 10 };

struct reading {
    struct reading_options options;
    struct object_id id;
    struct checked_manifest *manifest;
    struct content_file *file;
    struct chunk_key key;
    bool is_over;
    bool is_paused;           /* who takes it has enough for now */
    bool is_busy;             /* a chunk is loaded, or opened */
    struct loop_timer *again; /* load_next, once the store may have room */
    struct tether tether;
    uint64_t at, end;
    uint32_t index;  /* of the chunk at hand */
    uint8_t *sealed; /* the chunk at hand, until it is open */
    size_t sealed_size;
    uint8_t *text;
    size_t text_size;
    bool is_damaged;
    bool is_refused_by_disk;
};

static void free_reading(void *subject) {
    struct reading *reading = subject;
    chunk_key_wipe(&reading->key);
    memory_free(reading->manifest);
    memory_free(reading->sealed);
    memory_free(reading->text);
    memory_free(reading);
}

void reading_close(struct reading *reading) {
    if (reading == NULL) return;
    content_file_close(reading->file);
    reading->file = NULL;
    loop_timer_close(reading->again);
    reading->again = NULL;
    tether_close(&reading->tether);
}

static bool come_back(struct reading *reading) {
    return tether_call_back(&reading->tether) && !reading->is_over;
}

static bool come_back_from_job(struct reading *reading) {
    return tether_job_back(&reading->tether) && !reading->is_over;
}

static void end(struct reading *reading, enum refusal refusal, const char *why) {
    if (reading->is_over) return;
    reading->is_over = true;
    reading->options.ended(reading->options.context, refusal, why);
}

static void end_by_disk(struct reading *reading, const char *detail) {
    reading->is_refused_by_disk = true;
    end(reading, REFUSAL_NONE, detail);
}

bool reading_is_refused_by_disk(const struct reading *reading) {
    return reading->is_refused_by_disk;
}

/* ---- Chunk by chunk ---- */

static void load_next(struct reading *reading);

static void open_chunk(void *context) {
    struct reading *reading = context;
    struct buffer out = buffer_over(reading->text, reading->text_size);
    const struct chunk_place place = {&reading->manifest->shape, reading->index};
    const struct span sealed = {reading->sealed, reading->sealed_size};
    reading->is_damaged = chunk_open(&reading->key, place, sealed, &out) != REFUSAL_NONE;
}

/* What is left of the chunk at hand. */
static void give(struct reading *reading) {
    const uint64_t before = (uint64_t)reading->index * reading->manifest->shape.chunk_size;
    const size_t skip = (size_t)(reading->at - before);
    const uint64_t left = reading->end - reading->at;
    const size_t size = reading->text_size - skip < left ? reading->text_size - skip : (size_t)left;
    const size_t taken = reading->options.piece(reading->options.context, (struct span){reading->text + skip, size});
    reading->at += taken;
    if (taken < size) {
        reading->is_paused = true;
        return;
    }
    memory_free(reading->text);
    reading->text = NULL;
}

static void looked_again(void *context, const struct content_loaded *loaded) {
    struct reading *reading = context;
    const bool is_here = come_back(reading);
    memory_free(loaded->bytes);
    if (!is_here) return;
    const bool is_as_signed = loaded->result.answer == CONTENT_OK;
    end(reading, REFUSAL_CHUNK_DAMAGED,
        is_as_signed ? "a chunk does not open, though it is what the manifest names: its author sealed something else"
                     : "a chunk rotted on this node's disk; it is fetched again");
}

/* The disk's fault, or the author's? The store looks at the hash, too, and lets a rotten chunk be fetched again. */
static void look_again(struct reading *reading) {
    struct object_id id;
    tether_call(&reading->tether);
    if (reading->file != NULL && content_file_chunk_id(reading->file, reading->index, &id) &&
        content_file_read_chunk(reading->file, reading->index, &id, looked_again, reading) == CONTENT_OK)
        return;
    tether_uncall(&reading->tether);
    end(reading, REFUSAL_CHUNK_DAMAGED, "a chunk does not open: it is damaged, or its author sealed something else");
}

static void chunk_opened(void *context) {
    struct reading *reading = context;
    if (!come_back_from_job(reading)) return;
    memory_free(reading->sealed);
    reading->sealed = NULL;
    reading->is_busy = false;
    if (reading->is_damaged) {
        look_again(reading);
        return;
    }
    load_next(reading);
}

static void chunk_loaded(void *context, const struct content_loaded *loaded) {
    struct reading *reading = context;
    if (!come_back(reading)) {
        memory_free(loaded->bytes);
        return;
    }
    if (loaded->result.answer != CONTENT_OK) {
        if (loaded->result.answer == CONTENT_FAILED)
            end_by_disk(reading, loaded->result.detail);
        else
            end(reading, REFUSAL_NONE, "a part of it is not here (any more); it is fetched again");
        return;
    }
    reading->sealed = loaded->bytes;
    reading->sealed_size = loaded->size;
    reading->text_size = loaded->size - FILE_SEAL_SIZE;
    reading->text = memory_room(reading->text_size);
    tether_job(&reading->tether);
    loop_work(reading->options.loop, open_chunk, chunk_opened, reading);
}

static enum content_answer load(struct reading *reading) {
    if (reading->file == NULL)
        return content_store_load(reading->options.store, &reading->manifest->lists[0], chunk_loaded, reading);
    return content_file_read_chunk(reading->file, reading->index, NULL, chunk_loaded, reading);
}

static void load_chunk(struct reading *reading) {
    reading->index = (uint32_t)(reading->at / reading->manifest->shape.chunk_size);
    reading->is_busy = true;
    tether_call(&reading->tether);
    if (load(reading) == CONTENT_OK) return;
    tether_uncall(&reading->tether);
    reading->is_busy = false;
    loop_timer_start(reading->again, AGAIN_MS); /* the store is busy */
}

static void load_next(struct reading *reading) {
    if (reading->is_over || reading->is_paused || reading->is_busy) return;
    if (reading->text != NULL) {
        tether_job(&reading->tether); /* `piece` may close us */
        give(reading);
        if (!come_back_from_job(reading) || reading->is_paused) return;
    }
    if (reading->at >= reading->end) {
        end(reading, REFUSAL_NONE, NULL);
    } else {
        load_chunk(reading);
    }
}

static void load_again(void *context) {
    load_next(context);
}

void reading_go_on(struct reading *reading) {
    reading->is_paused = false;
    if (reading->manifest != NULL) load_next(reading);
}

/* ---- Opening ---- */

void reading_set_range(struct reading *reading, uint64_t first, uint64_t length) {
    const uint64_t size = reading->manifest->shape.size;
    reading->at = first < size ? first : size;
    reading->end = length < size - reading->at ? reading->at + length : size;
}

static void begin(struct reading *reading, const struct file_about *about) {
    reading_set_range(reading, reading->at, reading->end);
    tether_job(&reading->tether);
    reading->options.opened(reading->options.context, reading->manifest, about);
    if (come_back_from_job(reading)) load_next(reading);
}

static void file_opened(void *context, struct content_file *file, const struct content_result *result) {
    struct reading *reading = context;
    struct file_key key;
    struct file_about about;
    if (!come_back(reading)) {
        content_file_close(file);
        return;
    }
    reading->file = file;
    if (result->answer == CONTENT_FAILED) {
        end_by_disk(reading, result->detail);
        return;
    }
    if (result->answer != CONTENT_OK || !content_file_row(file).is_complete) {
        end(reading, REFUSAL_NONE, "it is not here, or not all of it yet");
        return;
    }
    must(manifest_open(reading->manifest, &reading->options.reader, &key, &about) == REFUSAL_NONE);
    file_key_wipe(&key);
    begin(reading, &about);
}

static void open_file(struct reading *reading) {
    struct file_key key;
    struct file_about about;
    const struct checked_manifest *manifest = reading->manifest;
    const enum refusal refusal = manifest_open(manifest, &reading->options.reader, &key, &about);
    if (refusal != REFUSAL_NONE) {
        end(reading, refusal, "it is not for us");
        return;
    }
    chunk_key_of(&key, &reading->key);
    file_key_wipe(&key);
    if (manifest->shape.list_count == 0 && file_chunk_sealed_size(&manifest->shape, 0) <= CONTENT_OBJECT_SIZE_MAX) {
        begin(reading, &about);
        return;
    }
    tether_call(&reading->tether);
    content_store_open_file(reading->options.store, &reading->id, NULL, HOLDING_PINNED, file_opened, reading);
}

static void manifest_checked(void *context, struct manifest_verdict *verdict) {
    struct reading *reading = context;
    if (come_back_from_job(reading)) {
        if (verdict->refusal != REFUSAL_NONE) {
            end(reading, verdict->refusal, "its manifest does not verify");
        } else {
            reading->manifest = memory_zeroed(1, sizeof *reading->manifest);
            *reading->manifest = verdict->manifest;
            open_file(reading);
        }
    }
    memory_free(verdict->bytes);
}

static void manifest_loaded(void *context, const struct content_loaded *loaded) {
    struct reading *reading = context;
    if (!come_back(reading)) {
        memory_free(loaded->bytes);
    } else if (loaded->result.answer != CONTENT_OK) {
        end(reading, REFUSAL_NONE, "there is no such file here");
    } else {
        tether_job(&reading->tether);
        manifest_checks_begin(reading->options.checks, &reading->id, loaded->bytes, loaded->size, manifest_checked,
                              reading);
    }
}

struct reading *reading_begin(const struct reading_options *options, const struct object_id *manifest, uint64_t first,
                              uint64_t length) {
    struct reading *reading = memory_zeroed(1, sizeof *reading);
    reading->options = *options;
    reading->id = *manifest;
    reading->at = first;
    reading->end = length;
    reading->again = loop_timer_open(options->loop, load_again, reading);
    tether_init(&reading->tether, options->tethers, free_reading, reading);
    tether_call(&reading->tether);
    if (content_store_load(options->store, manifest, manifest_loaded, reading) == CONTENT_OK) return reading;
    tether_uncall(&reading->tether);
    reading_close(reading);
    return NULL;
}
