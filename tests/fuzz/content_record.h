/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* A body as a record that was checked, so that a fuzzer, which can neither sign nor keep to the canonical form, reaches
 * the check of its type.
 * Owns: nothing; what it makes lies in the target's arena. */

#include "believer.h"

#include "base/json_writer.h"
#include "swarm/content/record.h"

/* False when the bytes are no body of a record. */
static inline bool content_record_of(struct span body, struct arena *arena, struct checked_record *record) {
    static const char envelope[] = "{\"body\":%,\"key\":\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\",\"sig\":\""
                                   "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
                                   "AAAAAAAA==\"}";
    const struct verifier believer = believer_verifier_of_records();
    uint8_t *memory = arena_take(arena, 2 * RECORD_SIZE_MAX);
    struct buffer text = buffer_over(memory, memory == NULL ? 0 : 2 * RECORD_SIZE_MAX);
    struct span end = SPAN_LITERAL(envelope);
    enum json_fault fault;
    struct arena scratch = *arena;
    const struct json_value *value = json_parse(body, JSON_WIRE, &scratch, &fault, NULL);
    if (value == NULL) return false;
    buffer_put(&text, span_take_until(&end, '%'));
    if (json_write_canonical(value, &scratch, &text) != JSON_FAULT_NONE) return false;
    buffer_put(&text, end);
    return record_check(buffer_span(&text), &believer, arena, record) == REFUSAL_NONE;
}
