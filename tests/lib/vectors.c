/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/vectors.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/memory.h"

enum { ARENA_BYTES_PER_TEXT_BYTE = 40, ARENA_BYTES_MIN = 65536 };

static FILE *open_file(const char *name) {
    const char *folder = getenv("SKEP_VECTORS");
    char path[1024];
    (void)snprintf(path, sizeof path, "%s/%s.json", folder == NULL ? SKEP_SOURCE_DIR "/tests/vectors" : folder, name);
    FILE *file = fopen(path, "rb");
    if (file == NULL) fail_msg("cannot open the vectors %s", path);
    return file;
}

static struct span read_file(FILE *file) {
    size_t size = 0;
    size_t capacity = 65536;
    uint8_t *text = memory_zeroed(capacity, 1);
    for (size_t got; (got = fread(text + size, 1, capacity - size, file)) > 0;) {
        size += got;
        if (size == capacity) text = memory_resized(text, capacity *= 2);
    }
    return (struct span){text, size};
}

struct vectors vectors_open(const char *name) {
    FILE *file = open_file(name);
    const struct span text = read_file(file);
    (void)fclose(file);
    const size_t capacity = text.size * ARENA_BYTES_PER_TEXT_BYTE + ARENA_BYTES_MIN;
    struct vectors v = {.text = (void *)(uintptr_t)text.at, .arena_memory = memory_zeroed(capacity, 1)};
    struct arena arena = arena_over(v.arena_memory, capacity);
    enum json_fault fault;
    size_t fault_at;
    v.tree = json_parse(text, JSON_CANON, &arena, &fault, &fault_at);
    if (v.tree == NULL) fail_msg("the vectors %s: %s at byte %zu", name, json_fault_name(fault), fault_at);
    return v;
}

void vectors_close(struct vectors *v) {
    memory_free(v->arena_memory);
    memory_free(v->text);
    *v = (struct vectors){0};
}

const struct json_value *vectors_member(const struct json_value *object, const char *name) {
    const struct json_value *value = json_member(object, name);
    if (value == NULL) fail_msg("a vector has no member \"%s\"", name);
    return value;
}

const struct json_value *vectors_array(const struct json_value *object, const char *name) {
    const struct json_value *value = vectors_member(object, name);
    if (value->kind != JSON_ARRAY) fail_msg("the member \"%s\" of a vector is no array", name);
    return value;
}

struct span vectors_string(const struct json_value *object, const char *name) {
    struct span string = SPAN_NONE;
    if (!json_as_string(vectors_member(object, name), &string)) fail_msg("\"%s\" of a vector is no string", name);
    return string;
}

int64_t vectors_integer(const struct json_value *object, const char *name) {
    int64_t integer = 0;
    if (!json_as_integer(vectors_member(object, name), INT64_MIN, INT64_MAX, &integer)) {
        fail_msg("\"%s\" of a vector is no whole number", name);
    }
    return integer;
}

bool vectors_boolean(const struct json_value *object, const char *name) {
    bool boolean = false;
    if (!json_as_boolean(vectors_member(object, name), &boolean)) fail_msg("\"%s\" of a vector is no boolean", name);
    return boolean;
}
