/* SPDX-License-Identifier: Apache-2.0 */
#include "swarm/wire/offered.h"

#include "base/json_writer.h"
#include "swarm/wire/member.h"

static size_t read_ids(struct members *m, const char *name, struct object_id ids[LIMIT_OFFER_FILES]) {
    const struct json_value *items = members_array(m, name, LIMIT_OFFER_FILES);
    const size_t count = json_array_count(items);
    if (count > 0 && !object_ids_read(items, ids)) members_refuse(m, REFUSAL_MEMBER_MISTYPED);
    return m->refusal == REFUSAL_NONE ? count : 0;
}

static bool is_among(const struct object_id *ids, size_t count, const struct object_id *id) {
    for (size_t i = 0; i < count; i++)
        if (object_id_equal(&ids[i], id)) return true;
    return false;
}

static bool has_twice(const struct offered *offered) {
    for (size_t i = 0; i < offered->take_count; i++)
        if (is_among(offered->take, i, &offered->take[i])) return true;
    for (size_t i = 0; i < offered->refuse_count; i++)
        if (is_among(offered->refuse, i, &offered->refuse[i]) ||
            is_among(offered->take, offered->take_count, &offered->refuse[i]))
            return true;
    return false;
}

enum refusal offered_check(struct span body, const struct verifier *verifier, struct arena *arena,
                           const void **checked) {
    (void)verifier;
    struct members m = members_read(body, arena);
    struct offered *offered = arena_take(arena, sizeof *offered);
    if (offered == NULL) return REFUSAL_NO_ROOM;
    offered->take_count = read_ids(&m, "take", offered->take);
    offered->refuse_count = read_ids(&m, "refuse", offered->refuse);
    if (m.refusal == REFUSAL_NONE && has_twice(offered)) members_refuse(&m, REFUSAL_MEMBER_MISTYPED);
    *checked = offered;
    return m.refusal;
}

void offered_build(struct buffer *out, const struct offered *offered) {
    struct json_writer w = json_writer_into(out);
    json_open_object(&w, NULL);
    object_ids_put(&w, "refuse", offered->refuse, offered->refuse_count);
    object_ids_put(&w, "take", offered->take, offered->take_count);
    json_close_object(&w);
}
