/* SPDX-License-Identifier: Apache-2.0 */
#include "swarm/wire/member.h"

#include "base/encoding.h"
#include "swarm/limits.h"

static enum refusal refusal_of_fault(enum json_fault fault) {
    switch (fault) {
    case JSON_FAULT_NONE: return REFUSAL_NONE;
    case JSON_FAULT_DUPLICATE: return REFUSAL_DUPLICATE_MEMBER;
    case JSON_FAULT_SURROGATE: return REFUSAL_LONE_SURROGATE;
    case JSON_FAULT_DEPTH: return REFUSAL_JSON_DEPTH;
    case JSON_FAULT_TOO_LARGE: return REFUSAL_NO_ROOM;
    case JSON_FAULT_SYNTAX:
    case JSON_FAULT_KEY_ORDER: return REFUSAL_JSON_SYNTAX;
    }
    return REFUSAL_JSON_SYNTAX;
}

struct members members_of(const struct json_value *object) {
    const bool is_object = object->kind == JSON_OBJECT;
    return (struct members){.object = object, .refusal = is_object ? REFUSAL_NONE : REFUSAL_MEMBER_MISTYPED};
}

struct members members_read(struct span body, struct arena *arena) {
    enum json_fault fault = JSON_FAULT_NONE;
    const struct json_value *object = json_parse(body, JSON_WIRE, arena, &fault, NULL);
    return object != NULL ? members_of(object) : (struct members){.refusal = refusal_of_fault(fault)};
}

void members_refuse(struct members *m, enum refusal refusal) {
    if (m->refusal == REFUSAL_NONE) m->refusal = refusal;
}

bool members_has(const struct members *m, const char *name) {
    if (m->refusal != REFUSAL_NONE) return false;
    const struct json_value *value = json_member(m->object, name);
    return value != NULL && value->kind != JSON_NULL;
}

/* NULL when the message is refused already, or is now. */
static const struct json_value *wanted(struct members *m, const char *name) {
    if (m->refusal != REFUSAL_NONE) return NULL;
    const struct json_value *value = json_member(m->object, name);
    if (value == NULL) members_refuse(m, REFUSAL_MEMBER_MISSING);
    return value;
}

int64_t members_integer(struct members *m, const char *name, int64_t min, int64_t max) {
    const struct json_value *value = wanted(m, name);
    int64_t integer = min;
    if (value != NULL && !json_as_integer(value, min, max, &integer)) members_refuse(m, REFUSAL_MEMBER_MISTYPED);
    return integer;
}

int64_t members_known_integer(struct members *m, const char *name, int64_t max) {
    const struct json_value *value = wanted(m, name);
    if (value == NULL || value->kind == JSON_NULL) return -1;
    return members_integer(m, name, 0, max);
}

enum reason members_reason(struct members *m, const char *name) {
    char word[LIMIT_FEATURE_MAX + 1];
    members_text(m, name, word, LIMIT_FEATURE_MAX);
    if (word[0] == '\0') return REASON_NONE;
    const enum reason reason = reason_read(span_of_text(word));
    return reason == REASON_NONE ? REASON_INTERNAL : reason;
}

void members_text(struct members *m, const char *name, char *text, size_t size_max) {
    const struct json_value *value = wanted(m, name);
    struct span string = SPAN_NONE;
    text[0] = '\0';
    if (value == NULL) return;
    if (!json_as_string(value, &string)) {
        members_refuse(m, REFUSAL_MEMBER_MISTYPED);
    } else if (string.size > size_max) {
        members_refuse(m, REFUSAL_MEMBER_TOO_LONG);
    } else if (!span_copy_text(string, text, size_max + 1)) {
        members_refuse(m, REFUSAL_MEMBER_MISTYPED);
    }
}

void members_hex(struct members *m, const char *name, uint8_t *bytes, size_t size) {
    const struct json_value *value = wanted(m, name);
    struct span string = SPAN_NONE;
    struct buffer out = buffer_over(bytes, size);
    if (value == NULL) return;
    if (!json_as_string(value, &string) || string.size != 2 * size || !hex_is_lower(string) ||
        !hex_read(string, &out)) {
        members_refuse(m, REFUSAL_MEMBER_MISTYPED);
    }
}

void members_base64(struct members *m, const char *name, uint8_t *bytes, size_t size) {
    const struct json_value *value = wanted(m, name);
    struct span string = SPAN_NONE;
    struct buffer out = buffer_over(bytes, size);
    if (value == NULL) return;
    if (!json_as_string(value, &string) || !base64_read(string, &out) || out.size != size)
        members_refuse(m, REFUSAL_MEMBER_MISTYPED);
}

bool members_boolean(struct members *m, const char *name) {
    const struct json_value *value = wanted(m, name);
    bool boolean = false;
    if (value != NULL && !json_as_boolean(value, &boolean)) members_refuse(m, REFUSAL_MEMBER_MISTYPED);
    return boolean;
}

const struct json_value *members_array(struct members *m, const char *name, size_t count_max) {
    const struct json_value *value = wanted(m, name);
    if (value == NULL) return NULL;
    if (value->kind != JSON_ARRAY) {
        members_refuse(m, REFUSAL_MEMBER_MISTYPED);
        return NULL;
    }
    if (value->count > count_max) {
        members_refuse(m, REFUSAL_MEMBER_TOO_LONG);
        return NULL;
    }
    return value;
}

const struct json_value *members_object(struct members *m, const char *name) {
    const struct json_value *value = wanted(m, name);
    if (value != NULL && value->kind != JSON_OBJECT) {
        members_refuse(m, REFUSAL_MEMBER_MISTYPED);
        return NULL;
    }
    return value;
}
