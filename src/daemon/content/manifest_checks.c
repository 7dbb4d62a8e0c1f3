/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/content/manifest_checks.h"

#include "base/memory.h"

enum { BATCH = 32, BATCHES_AT_ONCE = 2, CERTS_KNOWN = 8, CERT_TEXT_MAX = 72 };

struct check {
    struct check *next;
    struct object_id wanted;
    bool is_stored;
    struct manifest_verdict verdict;
    void (*done)(void *context, struct manifest_verdict *verdict);
    void *context;
};
/* A certificate that held: an author's is the same under all that he publishes. */
struct known_cert {
    struct public_key key;
    struct signature signature;
    uint8_t size; /* of the text; 0 = a free place */
    uint8_t text[CERT_TEXT_MAX];
};
struct known_certs {
    struct known_cert certs[CERTS_KNOWN];
    size_t next;
};
struct batch {
    struct manifest_checks *checks;
    struct check *first;
    struct known_certs known; /* a copy: no two threads share one */
};
struct manifest_checks {
    struct loop *loop;
    struct check *first, **last;
    size_t running;
    bool is_closed;
    struct known_certs known;
};

static bool knows(const struct known_certs *known, const struct public_key *key, struct span text,
                  const struct signature *signature) {
    for (size_t i = 0; i < CERTS_KNOWN; i++) {
        const struct known_cert *cert = &known->certs[i];
        const struct span same = {cert->text, cert->size};
        if (cert->size == 0 || memcmp(&cert->signature, signature, sizeof *signature) != 0) continue;
        if (memcmp(&cert->key, key, sizeof *key) == 0 && span_equal(same, text)) return true;
    }
    return false;
}

/* What a certificate signs is shorter than what any record does. */
static bool verify(void *context, const struct public_key *key, struct span text, const struct signature *signature) {
    struct known_certs *known = context;
    const struct verifier verifier = sign_verifier();
    if (text.size <= CERT_TEXT_MAX && knows(known, key, text, signature)) return true;
    if (!verifier.verify(verifier.context, key, text, signature)) return false;
    if (text.size > CERT_TEXT_MAX) return true;
    struct known_cert *cert = &known->certs[known->next++ % CERTS_KNOWN];
    *cert = (struct known_cert){.key = *key, .signature = *signature, .size = (uint8_t)text.size};
    memcpy(cert->text, text.at, text.size);
    return true;
}

static bool was_verified(void *context, const struct public_key *key, struct span text,
                         const struct signature *signature) {
    (void)context, (void)key, (void)text, (void)signature;
    return true;
}

static enum refusal check(struct batch *batch, struct check *check, struct arena *arena) {
    struct manifest_verdict *verdict = &check->verdict;
    struct checked_record record;
    const struct verifier verifier = {check->is_stored ? was_verified : verify, &batch->known};
    arena_reset(arena);
    enum refusal refusal = record_check((struct span){verdict->bytes, verdict->size}, &verifier, arena, &record);
    if (refusal != REFUSAL_NONE) return refusal;
    verdict->actual = record.id;
    verdict->signer = record.key;
    if (!object_id_equal(&record.id, &check->wanted)) return REFUSAL_OBJECT_OTHER;
    return manifest_check(&record, &verdict->manifest);
}

static void work(void *context) {
    struct batch *batch = context;
    void *memory = memory_try_room(RECORD_ARENA_SIZE);
    struct arena arena = arena_over(memory, memory == NULL ? 0 : RECORD_ARENA_SIZE);
    for (struct check *each = batch->first; each != NULL; each = each->next)
        each->verdict.refusal = memory == NULL ? REFUSAL_NO_ROOM : check(batch, each, &arena);
    memory_free(memory);
}

static void go_on(struct manifest_checks *checks);

static void worked(void *context) {
    struct batch *batch = context;
    struct manifest_checks *checks = batch->checks;
    struct check *next;
    for (struct check *each = batch->first; each != NULL; each = next) {
        next = each->next;
        each->done(each->context, &each->verdict);
        memory_free(each);
    }
    checks->known = batch->known;
    checks->running--;
    memory_free(batch);
    go_on(checks);
}

static void free_when_left(struct manifest_checks *checks) {
    if (checks->is_closed && checks->running == 0 && checks->first == NULL) memory_free(checks);
}

/* As many as wait, up to a batch. */
static struct check *take_some(struct manifest_checks *checks) {
    struct check *first = checks->first, *last = first;
    for (size_t count = 1; count < BATCH && last->next != NULL; count++) last = last->next;
    checks->first = last->next;
    last->next = NULL;
    if (checks->first == NULL) checks->last = &checks->first;
    return first;
}

static void go_on(struct manifest_checks *checks) {
    while (checks->first != NULL && checks->running < BATCHES_AT_ONCE) {
        struct batch *batch = memory_zeroed(1, sizeof *batch);
        *batch = (struct batch){checks, take_some(checks), checks->known};
        checks->running++;
        loop_work(checks->loop, work, worked, batch);
    }
    free_when_left(checks);
}

static void begin(struct manifest_checks *checks, const struct check *wanted) {
    struct check *each = memory_zeroed(1, sizeof *each);
    *each = *wanted;
    *checks->last = each;
    checks->last = &each->next;
    go_on(checks);
}

void manifest_checks_begin(struct manifest_checks *checks, const struct object_id *wanted, uint8_t *bytes, size_t size,
                           void (*done)(void *context, struct manifest_verdict *verdict), void *context) {
    begin(checks, &(struct check){
                      .wanted = *wanted, .verdict = {.bytes = bytes, .size = size}, .done = done, .context = context});
}

void manifest_checks_begin_stored(struct manifest_checks *checks, const struct object_id *wanted, uint8_t *bytes,
                                  size_t size, void (*done)(void *context, struct manifest_verdict *verdict),
                                  void *context) {
    begin(checks, &(struct check){.wanted = *wanted,
                                  .is_stored = true,
                                  .verdict = {.bytes = bytes, .size = size},
                                  .done = done,
                                  .context = context});
}

struct manifest_checks *manifest_checks_new(struct loop *loop) {
    struct manifest_checks *checks = memory_zeroed(1, sizeof *checks);
    checks->loop = loop;
    checks->last = &checks->first;
    return checks;
}

void manifest_checks_free(struct manifest_checks *checks) {
    if (checks == NULL) return;
    checks->is_closed = true;
    free_when_left(checks);
}
