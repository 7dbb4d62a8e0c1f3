/* SPDX-License-Identifier: Apache-2.0 */
#include "swarm/wire/offer.h"

#include "base/json_writer.h"
#include "swarm/wire/member.h"

static void read_file(struct members *m, const struct json_value *item, struct offered_file *file) {
    struct members of_file = members_of(item);
    members_hex(&of_file, "id", file->id.bytes, sizeof file->id.bytes);
    file->bytes = (uint64_t)members_integer(&of_file, "bytes", 1, OFFER_BYTES_MAX);
    members_refuse(m, of_file.refusal);
}

static bool has_twice(const struct offer *offer) {
    for (size_t i = 1; i < offer->count; i++)
        for (size_t k = 0; k < i; k++)
            if (object_id_equal(&offer->files[i].id, &offer->files[k].id)) return true;
    return false;
}

enum refusal offer_check(struct span body, const struct verifier *verifier, struct arena *arena, const void **checked) {
    (void)verifier;
    struct members m = members_read(body, arena);
    struct offer *offer = arena_take(arena, sizeof *offer);
    if (offer == NULL) return REFUSAL_NO_ROOM;
    const struct json_value *files = members_array(&m, "files", LIMIT_OFFER_FILES);
    offer->count = json_array_count(files);
    for (size_t i = 0; i < offer->count && m.refusal == REFUSAL_NONE; i++)
        read_file(&m, &files->as.items[i], &offer->files[i]);
    if (m.refusal == REFUSAL_NONE && (offer->count == 0 || has_twice(offer)))
        members_refuse(&m, REFUSAL_MEMBER_MISTYPED);
    *checked = offer;
    return m.refusal;
}

void offer_build(struct buffer *out, const struct offer *offer) {
    struct json_writer w = json_writer_into(out);
    json_open_object(&w, NULL);
    json_open_array(&w, "files");
    for (size_t i = 0; i < offer->count; i++) {
        json_open_object(&w, NULL);
        json_put_integer(&w, "bytes", (int64_t)offer->files[i].bytes);
        json_put_hex(&w, "id", (struct span){offer->files[i].id.bytes, sizeof offer->files[i].id.bytes});
        json_close_object(&w);
    }
    json_close_array(&w);
    json_close_object(&w);
}
