/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/message_bench.h"

#include "base/memory.h"
#include "swarm/limits.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { TEXT_MAX = 1 << 17 };

enum refusal message_bench_check(uint8_t type, struct span body, const void **checked) {
    static _Alignas(16) uint8_t memory[LIMIT_CHECK_ARENA];
    struct arena arena = arena_over(memory, sizeof memory);
    struct verifier verifier = sign_verifier();
    struct checked_message message;
    uint8_t *exact = memory_zeroed(1, body.size);
    if (body.size > 0) memcpy(exact, body.at, body.size);
    const struct frame frame = {type, {exact, body.size}};
    enum refusal refusal = message_check(&frame, &verifier, &arena, &message);
    assert_int_equal(message.type, type);
    assert_int_equal(message.frame_size, LIMIT_FRAME_HEADER_SIZE + body.size);
    if (checked != NULL) *checked = message.body;
    memory_free(exact);
    return refusal;
}

enum refusal message_bench_text(uint8_t type, const char *text) {
    return message_bench_check(type, span_of_text(text), NULL);
}

const void *message_bench_read(uint8_t type, const char *text) {
    const void *checked = NULL;
    assert_int_equal(message_bench_check(type, span_of_text(text), &checked), REFUSAL_NONE);
    return checked;
}

void message_bench_faults(uint8_t type, const char *good, const struct message_fault *faults, size_t count) {
    for (size_t i = 0; i < count; i++) {
        enum refusal refusal = message_bench_text(type, message_bench_with(good, faults[i].from, faults[i].to));
        if (refusal != faults[i].refusal) print_message("%s -> %s\n", faults[i].from, faults[i].to);
        assert_string_equal(refusal_name(refusal), refusal_name(faults[i].refusal));
    }
}

void message_bench_cut_everywhere(uint8_t type, struct span body) {
    assert_int_equal(message_bench_check(type, body, NULL), REFUSAL_NONE);
    for (size_t size = 0; size < body.size; size++) {
        assert_true(message_bench_check(type, (struct span){body.at, size}, NULL) != REFUSAL_NONE);
    }
}

const char *message_bench_with(const char *text, const char *from, const char *to) {
    static char changed[TEXT_MAX];
    const char *place = strstr(text, from);
    assert_non_null(place);
    int size = snprintf(changed, sizeof changed, "%.*s%s%s", (int)(place - text), text, to, place + strlen(from));
    assert_in_range(size, 0, sizeof changed - 1);
    return changed;
}
