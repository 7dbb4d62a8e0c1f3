/* SPDX-License-Identifier: Apache-2.0 */
#include "swarm/content/object_id.h"

#include "base/encoding.h"

bool object_id_read(struct span text, struct object_id *id) {
    struct buffer out = buffer_over(id->bytes, sizeof id->bytes);
    return text.size == OBJECT_ID_TEXT_SIZE && hex_is_lower(text) && hex_read(text, &out);
}

bool object_ids_read(const struct json_value *array, struct object_id *ids) {
    for (size_t i = 0; i < array->count; i++) {
        struct span text;
        if (!json_as_string(&array->as.items[i], &text) || !object_id_read(text, &ids[i])) return false;
    }
    return true;
}
