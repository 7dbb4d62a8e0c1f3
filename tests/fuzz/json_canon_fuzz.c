/* SPDX-License-Identifier: Apache-2.0 */
/* Canonical JSON: what was written once is read again, in any mode that allows it, and written the same. */
#include "fuzz_target.h"

#include "base/json.h"
#include "base/must.h"

enum { ROOM = 1 << 20 };

_Alignas(16) static uint8_t memory[ROOM];
static uint8_t first_text[ROOM], second_text[ROOM], compact_text[ROOM];

static enum json_fault rewrite(struct span text, struct buffer *out, struct buffer *compact) {
    struct arena arena = arena_over(memory, ROOM);
    enum json_fault fault;
    const struct json_value *value = json_parse(text, JSON_CANON, &arena, &fault, NULL);
    if (value == NULL) return fault;
    if (compact != NULL) must(json_write_compact(value, compact));
    return json_write_canonical(value, &arena, out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct buffer first = buffer_over(first_text, ROOM);
    struct buffer second = buffer_over(second_text, ROOM);
    struct buffer compact = buffer_over(compact_text, ROOM);
    if (size > ROOM / 128) return 0;
    if (rewrite((struct span){data, size}, &first, &compact) != JSON_FAULT_NONE) return 0;
    must(rewrite(buffer_span(&first), &second, NULL) == JSON_FAULT_NONE);
    must(span_equal(buffer_span(&first), buffer_span(&second)));
    /* The other writer differs only in the order of the members. */
    second.size = 0;
    must_le(compact.size, first.size);
    must_le(first.size, compact.size);
    must(rewrite(buffer_span(&compact), &second, NULL) == JSON_FAULT_NONE);
    must(span_equal(buffer_span(&first), buffer_span(&second)));
    return 0;
}
