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
    struct object_id file;
    uint64_t round;           /* of this question; what comes back of another is not looked at */
    struct content_part part; /* the chunk */
    uint32_t offset, length;  /* length 0: nothing is at hand */
    uint8_t bytes[LIMIT_PROOF_BYTES];
};
/* A call under way. */
struct looking {
    struct proof *proof;
    uint64_t round;
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

static void tell(struct proof *proof) {
    input_queue_proof(proof->options.queue, &proof->file, &proof->part, proof->offset, proof->length);
}

static void give_up(struct proof *proof) {
    proof->length = 0;
    tell(proof);
}

static struct looking *look(struct proof *proof) {
    struct looking *looking = memory_zeroed(1, sizeof *looking);
    *looking = (struct looking){proof, proof->round};
    return looking;
}

static bool is_of_now(const struct looking *looking) {
    return looking->round == looking->proof->round;
}

static void load(struct proof *proof, const struct object_id *id,
                 void (*done)(void *context, const struct content_loaded *loaded)) {
    struct looking *looking = look(proof);
    tether_call(&proof->tether);
    if (content_store_load(proof->options.store, id, done, looking) == CONTENT_OK) return;
    tether_uncall(&proof->tether);
    memory_free(looking);
    give_up(proof);
}

/* ---- The chunk ---- */

static void chunk_loaded(void *context, const struct content_loaded *loaded) {
    struct looking *looking = context;
    struct proof *proof = looking->proof;
    const bool is_wanted = is_of_now(looking);
    const bool is_open = tether_call_back(&proof->tether);
    if (is_open && is_wanted && loaded->result.answer == CONTENT_OK) {
        const uint32_t size = (uint32_t)loaded->size;
        const uint32_t length = size < LIMIT_PROOF_BYTES ? size : LIMIT_PROOF_BYTES;
        proof->part.size = size;
        proof->offset = prng_below(&proof->prng, size - length + 1);
        proof->length = length;
        memcpy(proof->bytes, loaded->bytes + proof->offset, length);
        tell(proof);
    } else if (is_open && is_wanted) {
        give_up(proof);
    }
    memory_free(loaded->bytes);
    memory_free(looking);
}

static void list_loaded(void *context, const struct content_loaded *loaded) {
    struct looking *looking = context;
    struct proof *proof = looking->proof;
    const bool is_wanted = is_of_now(looking);
    const bool is_open = tether_call_back(&proof->tether);
    const size_t at = (size_t)(proof->part.number % FILE_LIST_CHUNKS) * OBJECT_ID_SIZE;
    if (is_open && is_wanted && loaded->result.answer == CONTENT_OK && at + OBJECT_ID_SIZE <= loaded->size) {
        memcpy(proof->part.id.bytes, loaded->bytes + at, OBJECT_ID_SIZE);
        load(proof, &proof->part.id, chunk_loaded);
    } else if (is_open && is_wanted) {
        give_up(proof);
    }
    memory_free(loaded->bytes);
    memory_free(looking);
}

/* ---- Which one ---- */

static void choose(struct proof *proof, const struct checked_manifest *manifest) {
    proof->part.kind = PART_CHUNK;
    proof->part.number = prng_below(&proof->prng, manifest->shape.chunk_count);
    if (manifest->shape.list_count > 0) {
        load(proof, &manifest->lists[proof->part.number / FILE_LIST_CHUNKS], list_loaded);
    } else {
        proof->part.id = manifest->lists[0];
        load(proof, &proof->part.id, chunk_loaded);
    }
}

static void manifest_checked(void *context, struct manifest_verdict *verdict) {
    struct looking *looking = context;
    struct proof *proof = looking->proof;
    const bool is_wanted = is_of_now(looking);
    if (tether_job_back(&proof->tether) && is_wanted) {
        if (verdict->refusal == REFUSAL_NONE) {
            choose(proof, &verdict->manifest);
        } else {
            give_up(proof);
        }
    }
    memory_free(verdict->bytes);
    memory_free(looking);
}

static void manifest_loaded(void *context, const struct content_loaded *loaded) {
    struct looking *looking = context;
    struct proof *proof = looking->proof;
    const bool is_wanted = is_of_now(looking);
    const bool is_open = tether_call_back(&proof->tether);
    memory_free(looking);
    if (is_open && is_wanted && loaded->result.answer == CONTENT_OK) {
        tether_job(&proof->tether);
        manifest_checks_begin(proof->options.checks, &proof->file, loaded->bytes, loaded->size, manifest_checked,
                              look(proof));
        return;
    }
    if (is_open && is_wanted) give_up(proof);
    memory_free(loaded->bytes);
}

void proof_choose(struct proof *proof, const struct object_id *file) {
    proof->round++;
    proof->file = *file;
    proof->length = 0;
    proof->part = (struct content_part){.kind = PART_CHUNK};
    load(proof, file, manifest_loaded);
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
