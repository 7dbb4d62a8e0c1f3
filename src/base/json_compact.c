/* SPDX-License-Identifier: Apache-2.0 */
/* The text that a browser would send on: what JSON.stringify gives of a value that JSON.parse gave (ECMA-262), members
 * in the order they came. Part of base/json.h. */
#include "base/json.h"

#include "base/json_writer.h"
#include "base/number.h"

static void write_value(struct buffer *out, const struct json_value *value);

static void write_array(struct buffer *out, const struct json_value *array) {
    buffer_put_u8(out, '[');
    for (size_t i = 0; i < array->count; i++) {
        if (i > 0) buffer_put_u8(out, ',');
        write_value(out, &array->as.items[i]);
    }
    buffer_put_u8(out, ']');
}

static void write_object(struct buffer *out, const struct json_value *object) {
    buffer_put_u8(out, '{');
    for (size_t i = 0; i < object->count; i++) {
        if (i > 0) buffer_put_u8(out, ',');
        json_write_string(out, object->as.members[i].name);
        buffer_put_u8(out, ':');
        write_value(out, &object->as.members[i].value);
    }
    buffer_put_u8(out, '}');
}

/* Recurses no deeper than the parser let the text be nested (JSON_CANON_DEPTH_MAX). */
static void write_value(struct buffer *out, const struct json_value *value) {
    if (out->overflowed) return;
    switch (value->kind) {
    case JSON_NULL: buffer_put_text(out, "null"); break;
    case JSON_BOOLEAN: buffer_put_text(out, value->as.boolean ? "true" : "false"); break;
    case JSON_NUMBER: number_write_double(out, value->as.number); break;
    case JSON_STRING: json_write_string(out, value->as.string); break;
    case JSON_ARRAY: write_array(out, value); break;
    case JSON_OBJECT: write_object(out, value); break;
    }
}

bool json_write_compact(const struct json_value *value, struct buffer *out) {
    write_value(out, value);
    return !out->overflowed;
}
