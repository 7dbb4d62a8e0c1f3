/* SPDX-License-Identifier: Apache-2.0 */
/* JSON as nodes say it: what is accepted is a tree that lies within its text, CANON accepts it too and both agree on
 * the canonical form, and a smaller arena changes nothing but to refuse. */
#include "fuzz_target.h"

#include "base/encoding.h"
#include "base/json.h"
#include "base/must.h"

enum { ROOM = 1 << 20, SMALL_ROOM = 2000 };

struct reading {
    const struct json_value *value;
    enum json_fault fault;
    _Alignas(16) uint8_t memory[ROOM];
};

static struct reading wire, canon;
static uint8_t wire_text[ROOM], canon_text[ROOM], scratch_memory[ROOM];

static void read_text(struct reading *r, struct span text, enum json_mode mode, size_t room) {
    struct arena arena = arena_over(r->memory, room);
    size_t fault_at = 0;
    r->value = json_parse(text, mode, &arena, &r->fault, &fault_at);
    must((r->value == NULL) == (r->fault != JSON_FAULT_NONE));
    must_le(fault_at, text.size);
    if (r->value == NULL) must_le(arena.used, 0);
}

static void check_within(struct span inner, struct span outer) {
    must(inner.at >= outer.at && inner.size <= outer.size && inner.at + inner.size <= outer.at + outer.size);
}

static void check_value(const struct json_value *value, struct span outer) {
    check_within(value->text, outer);
    if (value->kind == JSON_STRING) must(utf8_is_valid(value->as.string));
    for (size_t i = 0; value->kind == JSON_ARRAY && i < value->count; i++) {
        check_value(&value->as.items[i], value->text);
    }
    for (size_t i = 0; value->kind == JSON_OBJECT && i < value->count; i++) {
        must(utf8_is_valid(value->as.members[i].name));
        check_value(&value->as.members[i].value, value->text);
    }
}

static struct span write_canonical(const struct json_value *value, uint8_t *memory, enum json_fault *fault) {
    struct arena scratch = arena_over(scratch_memory, ROOM);
    struct buffer out = buffer_over(memory, ROOM);
    *fault = json_write_canonical(value, &scratch, &out);
    return buffer_span(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    const struct span text = {data, size};
    if (size > ROOM / 64) return 0;
    read_text(&canon, text, JSON_CANON, ROOM);
    read_text(&wire, text, JSON_WIRE, SMALL_ROOM);
    const enum json_fault small_fault = wire.fault;
    read_text(&wire, text, JSON_WIRE, ROOM);
    must(small_fault == wire.fault || small_fault == JSON_FAULT_TOO_LARGE);
    if (wire.value == NULL) return 0;
    must(canon.value != NULL);
    check_value(wire.value, text);
    enum json_fault wire_fault;
    enum json_fault canon_fault;
    const struct span a = write_canonical(wire.value, wire_text, &wire_fault);
    const struct span b = write_canonical(canon.value, canon_text, &canon_fault);
    must(wire_fault == canon_fault && (wire_fault != JSON_FAULT_NONE || span_equal(a, b)));
    return 0;
}
