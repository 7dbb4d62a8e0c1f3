/* SPDX-License-Identifier: Apache-2.0 */
#include "swarm/content/object_id.h"

#include "base/encoding.h"
#include "base/json_writer.h"

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

void object_ids_put(struct json_writer *w, const char *name, const struct object_id *ids, size_t count) {
    json_open_array(w, name);
    for (size_t i = 0; i < count; i++) json_put_hex(w, NULL, (struct span){ids[i].bytes, sizeof ids[i].bytes});
    json_close_array(w);
}

static void sift(struct object_id *ids, size_t from, size_t count) {
    for (size_t child = 2 * from + 1; child < count; child = 2 * from + 1) {
        if (child + 1 < count && object_id_compare(&ids[child], &ids[child + 1]) < 0) child++;
        if (object_id_compare(&ids[from], &ids[child]) >= 0) return;
        const struct object_id lesser = ids[from];
        ids[from] = ids[child];
        ids[child] = lesser;
        from = child;
    }
}

/* By a heap: the C library's sort may ask for memory. */
void object_ids_sort(struct object_id *ids, size_t count) {
    for (size_t i = count / 2; i > 0; i--) sift(ids, i - 1, count);
    for (size_t last = count; last > 1; last--) {
        const struct object_id greatest = ids[0];
        ids[0] = ids[last - 1];
        ids[last - 1] = greatest;
        sift(ids, 0, last - 1);
    }
}
