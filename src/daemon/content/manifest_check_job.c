/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/content/manifest_check_job.h"

#include "base/memory.h"

struct job {
    struct object_id wanted;
    struct manifest_verdict verdict;
    void (*done)(void *context, struct manifest_verdict *verdict);
    void *context;
};

static enum refusal check(struct job *job, struct arena *arena) {
    struct manifest_verdict *verdict = &job->verdict;
    struct checked_record record;
    const struct verifier verifier = sign_verifier();
    enum refusal refusal = record_check((struct span){verdict->bytes, verdict->size}, &verifier, arena, &record);
    if (refusal != REFUSAL_NONE) return refusal;
    verdict->actual = record.id;
    verdict->signer = record.key;
    if (!object_id_equal(&record.id, &job->wanted)) return REFUSAL_OBJECT_OTHER;
    return manifest_check(&record, &verdict->manifest);
}

static void work(void *context) {
    struct job *job = context;
    void *memory = memory_try_room(RECORD_ARENA_SIZE);
    struct arena arena = arena_over(memory, memory == NULL ? 0 : RECORD_ARENA_SIZE);
    job->verdict.refusal = memory == NULL ? REFUSAL_NO_ROOM : check(job, &arena);
    memory_free(memory);
}

static void worked(void *context) {
    struct job *job = context;
    job->done(job->context, &job->verdict);
    memory_free(job);
}

void manifest_check_begin(struct loop *loop, const struct object_id *wanted, uint8_t *bytes, size_t size,
                          void (*done)(void *context, struct manifest_verdict *verdict), void *context) {
    struct job *job = memory_zeroed(1, sizeof *job);
    job->wanted = *wanted;
    job->verdict.bytes = bytes;
    job->verdict.size = size;
    job->done = done;
    job->context = context;
    loop_work(loop, work, worked, job);
}
