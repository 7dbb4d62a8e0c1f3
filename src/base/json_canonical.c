/* SPDX-License-Identifier: Apache-2.0 */
#include "base/json.h"
#include "base/json_key_order.h"
#include "base/json_writer.h"
#include "base/number.h"

/* What is being written, one copy for each level: the scratch is passed by value, so that leaving an object gives its
 * sorted list back. */
struct canonical {
    struct arena scratch;
    struct buffer *out;
    unsigned depth;
};

static enum json_fault write_value(struct canonical c, const struct json_value *value);

static enum json_fault write_array(struct canonical c, const struct json_value *array) {
    buffer_put_u8(c.out, '[');
    for (size_t i = 0; i < array->count; i++) {
        if (i > 0) buffer_put_u8(c.out, ',');
        const enum json_fault fault = write_value(c, &array->as.items[i]);
        if (fault != JSON_FAULT_NONE) return fault;
    }
    buffer_put_u8(c.out, ']');
    return JSON_FAULT_NONE;
}

/* One member needs no order, so its name may be anything. */
static bool is_order_decided(const struct json_value *object) {
    for (size_t i = 0; object->count > 1 && i < object->count; i++) {
        if (!json_key_is_decided(object->as.members[i].name)) return false;
    }
    return true;
}

static enum json_fault write_object(struct canonical c, const struct json_value *object) {
    if (!is_order_decided(object)) return JSON_FAULT_KEY_ORDER;
    const struct json_member **sorted =
        json_members_sorted(object->as.members, object->count, json_key_compare_collated, &c.scratch);
    if (sorted == NULL) return JSON_FAULT_TOO_LARGE;
    buffer_put_u8(c.out, '{');
    for (size_t i = 0; i < object->count; i++) {
        if (i > 0) buffer_put_u8(c.out, ',');
        json_write_string(c.out, sorted[i]->name);
        buffer_put_u8(c.out, ':');
        const enum json_fault fault = write_value(c, &sorted[i]->value);
        if (fault != JSON_FAULT_NONE) return fault;
    }
    buffer_put_u8(c.out, '}');
    return JSON_FAULT_NONE;
}

static enum json_fault write_value(struct canonical c, const struct json_value *value) {
    if (c.depth++ > JSON_CANON_DEPTH_MAX) return JSON_FAULT_DEPTH;
    switch (value->kind) {
    case JSON_NULL: buffer_put_text(c.out, "null"); break;
    case JSON_BOOLEAN: buffer_put_text(c.out, value->as.boolean ? "true" : "false"); break;
    case JSON_NUMBER: number_write_double(c.out, value->as.number); break;
    case JSON_STRING: json_write_string(c.out, value->as.string); break;
    case JSON_ARRAY: return write_array(c, value);
    case JSON_OBJECT: return write_object(c, value);
    }
    return JSON_FAULT_NONE;
}

enum json_fault json_write_canonical(const struct json_value *value, struct arena *scratch, struct buffer *out) {
    const struct canonical canonical = {.scratch = *scratch, .out = out};
    const enum json_fault fault = write_value(canonical, value);
    if (fault == JSON_FAULT_NONE && out->overflowed) return JSON_FAULT_TOO_LARGE;
    return fault;
}
