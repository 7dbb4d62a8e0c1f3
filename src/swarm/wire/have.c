/* SPDX-License-Identifier: Apache-2.0 */
#include "swarm/wire/have.h"

#include "base/json_writer.h"
#include "swarm/wire/member.h"

static size_t read_ids(struct members *m, const char *name, struct object_id ids[LIMIT_HAVE_IDS_MAX]) {
    const struct json_value *items = members_array(m, name, LIMIT_HAVE_IDS_MAX);
    const size_t count = json_array_count(items);
    if (count > 0 && !object_ids_read(items, ids)) members_refuse(m, REFUSAL_MEMBER_MISTYPED);
    return m->refusal == REFUSAL_NONE ? count : 0;
}

/* The order in which they are named says nothing. */
static bool has_twice(const struct have *have, struct arena *arena) {
    const size_t count = have->add_count + have->drop_count;
    struct object_id *all = arena_take(arena, (count + 1) * sizeof *all);
    if (all == NULL) return true;
    memcpy(all, have->add, have->add_count * sizeof *all);
    memcpy(all + have->add_count, have->drop, have->drop_count * sizeof *all);
    object_ids_sort(all, count);
    for (size_t i = 1; i < count; i++)
        if (object_id_equal(&all[i - 1], &all[i])) return true;
    return false;
}

enum refusal have_check(struct span body, const struct verifier *verifier, struct arena *arena, const void **checked) {
    (void)verifier;
    struct members m = members_read(body, arena);
    struct have *have = arena_take(arena, sizeof *have);
    if (have == NULL) return REFUSAL_NO_ROOM;
    have->add_count = read_ids(&m, "add", have->add);
    have->drop_count = read_ids(&m, "drop", have->drop);
    if (m.refusal == REFUSAL_NONE && has_twice(have, arena)) members_refuse(&m, REFUSAL_MEMBER_MISTYPED);
    *checked = have;
    return m.refusal;
}

void have_build(struct buffer *out, const struct have *have) {
    struct json_writer w = json_writer_into(out);
    json_open_object(&w, NULL);
    object_ids_put(&w, "add", have->add, have->add_count);
    object_ids_put(&w, "drop", have->drop, have->drop_count);
    json_close_object(&w);
}
