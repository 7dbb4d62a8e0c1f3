/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/content/proof.h"

#include <string.h>

#include "base/memory.h"
#include "base/prng.h"
#include "swarm/limits.h"

struct proof {
    struct proof_options options;
    struct prng prng;
    struct tether tether;
    bool is_looking;        /* on the way from a file to bytes of it */
    bool is_another_wanted; /* meanwhile */
    struct object_id next;  /* that one */
    struct object_id file;
    struct content_part part; /* the chunk */
    uint32_t offset, length;  /* length 0: nothing is at hand */
    uint8_t bytes[LIMIT_PROOF_BYTES];
};

static void free_proof(void *subject) {
    memory_free(subject);
}

struct proof *proof_open(const struct proof_options *options) {
    struct proof *proof = memory_zeroed(1, sizeof *proof);
    proof->options = *options;
    proof->prng = prng_seeded(options->seed);
    tether_init(&proof->tether, options->tethers, free_proof, proof);
    return proof;
}

void proof_close(struct proof *proof) {
    if (proof != NULL) tether_close(&proof->tether);
}

static void begin(struct proof *proof, const struct object_id *file);

/* The way is at its end. */
static void tell(struct proof *proof) {
    proof->is_looking = false;
    if (proof->is_another_wanted) {
        proof->is_another_wanted = false;
        begin(proof, &proof->next);
    } else {
        input_queue_proof(proof->options.queue, &proof->file, &proof->part, proof->offset, proof->length);
    }
}

static void load(struct proof *proof, const struct object_id *id,
                 void (*done)(void *context, const struct content_loaded *loaded)) {
    tether_call(&proof->tether);
    if (content_store_load(proof->options.store, id, done, proof) == CONTENT_OK) return;
    tether_uncall(&proof->tether);
    tell(proof);
}

/* ---- The chunk ---- */

static void chunk_loaded(void *context, const struct content_loaded *loaded) {
    struct proof *proof = context;
    if (tether_call_back(&proof->tether)) {
        if (loaded->result.answer == CONTENT_OK) {
            const uint32_t size = (uint32_t)loaded->size;
            proof->length = size < LIMIT_PROOF_BYTES ? size : LIMIT_PROOF_BYTES;
            proof->part.size = size;
            proof->offset = prng_below(&proof->prng, size - proof->length + 1);
            memcpy(proof->bytes, loaded->bytes + proof->offset, proof->length);
        }
        tell(proof);
    }
    memory_free(loaded->bytes);
}

static void list_loaded(void *context, const struct content_loaded *loaded) {
    struct proof *proof = context;
    if (tether_call_back(&proof->tether)) {
        const size_t at = (size_t)(proof->part.number % FILE_LIST_CHUNKS) * OBJECT_ID_SIZE;
        if (loaded->result.answer == CONTENT_OK && at + OBJECT_ID_SIZE <= loaded->size) {
            memcpy(proof->part.id.bytes, loaded->bytes + at, OBJECT_ID_SIZE);
            load(proof, &proof->part.id, chunk_loaded);
        } else {
            tell(proof);
        }
    }
    memory_free(loaded->bytes);
}

/* ---- Which one ---- */

static void choose(struct proof *proof, const struct checked_manifest *manifest) {
    proof->part.number = prng_below(&proof->prng, manifest->shape.chunk_count);
    if (manifest->shape.list_count > 0) {
        load(proof, &manifest->lists[proof->part.number / FILE_LIST_CHUNKS], list_loaded);
    } else {
        proof->part.id = manifest->lists[0];
        load(proof, &proof->part.id, chunk_loaded);
    }
}

static void manifest_checked(void *context, struct manifest_verdict *verdict) {
    struct proof *proof = context;
    if (tether_job_back(&proof->tether)) {
        if (verdict->refusal == REFUSAL_NONE) {
            choose(proof, &verdict->manifest);
        } else {
            tell(proof);
        }
    }
    memory_free(verdict->bytes);
}

static void manifest_loaded(void *context, const struct content_loaded *loaded) {
    struct proof *proof = context;
    const bool is_open = tether_call_back(&proof->tether);
    if (is_open && loaded->result.answer == CONTENT_OK) {
        tether_job(&proof->tether);
        manifest_checks_begin(proof->options.checks, &proof->file, loaded->bytes, loaded->size, manifest_checked,
                              proof);
        return;
    }
    memory_free(loaded->bytes);
    if (is_open) tell(proof);
}

static void begin(struct proof *proof, const struct object_id *file) {
    proof->is_looking = true;
    proof->file = *file;
    proof->length = 0;
    proof->part = (struct content_part){.kind = PART_CHUNK};
    load(proof, &proof->file, manifest_loaded);
}

void proof_choose(struct proof *proof, const struct object_id *file) {
    if (proof->is_looking) {
        proof->is_another_wanted = true;
        proof->next = *file;
    } else {
        begin(proof, file);
    }
}

/* ---- What came ---- */

static enum part_verdict verdict_of(const struct proof *proof, const struct incoming_part *part) {
    const bool is_at_hand = part->bytes != NULL && proof->length > 0 && part->size == proof->length &&
                            object_id_equal(&part->file, &proof->file) &&
                            object_id_equal(&part->part.id, &proof->part.id);
    if (!is_at_hand) return PART_NOT_WRITTEN;
    return memcmp(part->bytes, proof->bytes, proof->length) == 0 ? PART_STORED : PART_WRONG;
}

void proof_take(struct proof *proof, struct incoming_part *part) {
    input_queue_checked(proof->options.queue, part->req, verdict_of(proof, part));
    memory_free(part->bytes);
    part->bytes = NULL;
    proof->length = 0;
}
