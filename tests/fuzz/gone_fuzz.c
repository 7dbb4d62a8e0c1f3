/* SPDX-License-Identifier: Apache-2.0 */
/* Bodies of `gone`: what was accepted is about another node and no later than it was said, and is built again, from
 * what was read of it, as the same. */
#include "content_record.h"
#include "fuzz_target.h"

#include "swarm/content/gone.h"

static _Alignas(16) uint8_t memory[2 * RECORD_ARENA_SIZE], again_memory[2 * RECORD_ARENA_SIZE];
static uint8_t body_memory[512];

static void check_built_again(const struct checked_record *from, const struct checked_gone *gone) {
    struct arena arena = arena_over(again_memory, sizeof again_memory);
    struct buffer body = buffer_over(body_memory, sizeof body_memory);
    struct checked_record record;
    struct checked_gone again;
    must(gone_build(&body, &(struct gone_draft){from->at_ms, gone->since_ms, gone->node}));
    must(content_record_of(buffer_span(&body), &arena, &record));
    must(gone_check(&record, &again) == REFUSAL_NONE);
    must(again.since_ms == gone->since_ms && node_id_equal(&again.node, &gone->node));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct arena arena = arena_over(memory, sizeof memory);
    struct checked_record record;
    struct checked_gone gone;
    if (!content_record_of((struct span){data, size}, &arena, &record)) return 0;
    if (gone_check(&record, &gone) != REFUSAL_NONE) return 0;
    must(gone.since_ms >= 0 && gone.since_ms <= record.at_ms);
    must(!node_id_equal(&gone.node, &gone.accuser));
    check_built_again(&record, &gone);
    return 0;
}
