/* SPDX-License-Identifier: Apache-2.0 */
#include "base/encoding.h"
#include "base/json.h"

static bool members_fit(const struct json_value *object, size_t depth_max) {
    for (size_t i = 0; i < object->count; i++) {
        if (!utf8_is_valid(object->as.members[i].name)) return false;
        if (!json_fits_wire(&object->as.members[i].value, depth_max)) return false;
    }
    return true;
}

static bool items_fit(const struct json_value *array, size_t depth_max) {
    for (size_t i = 0; i < array->count; i++) {
        if (!json_fits_wire(&array->as.items[i], depth_max)) return false;
    }
    return true;
}

/* The tree is at most JSON_CANON_DEPTH_MAX deep, and so is this. */
bool json_fits_wire(const struct json_value *value, size_t depth_max) {
    switch (value->kind) {
    case JSON_NULL:
    case JSON_BOOLEAN:
    case JSON_NUMBER: return true;
    case JSON_STRING: return utf8_is_valid(value->as.string);
    case JSON_ARRAY: return depth_max > 0 && items_fit(value, depth_max - 1);
    case JSON_OBJECT: return depth_max > 0 && members_fit(value, depth_max - 1);
    }
    return false;
}
