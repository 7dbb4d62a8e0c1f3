/* SPDX-License-Identifier: Apache-2.0 */
#include "swarm/content/manifest.h"

#include "base/encoding.h"
#include "base/must.h"
#include "swarm/wire/member.h"

static uint32_t id_count(const struct file_shape *shape) {
    return shape->list_count == 0 ? 1 : shape->list_count;
}

/* ---- The check ---- */

/* The size says how a file is cut; what is said besides must agree. */
static void shape_read(struct members *m, struct file_shape *shape) {
    const int64_t size = members_integer(m, "size", 0, (int64_t)FILE_SIZE_MAX);
    const int64_t chunk_size = members_integer(m, "chunkSize", 1, INT32_MAX);
    const int64_t chunks = members_integer(m, "chunks", 1, INT32_MAX);
    if (m->refusal != REFUSAL_NONE) return;
    must(file_shape_of((uint64_t)size, shape));
    if (chunk_size != shape->chunk_size || chunks != shape->chunk_count) members_refuse(m, REFUSAL_MANIFEST_SHAPE);
}

static void lists_read(struct members *m, struct checked_manifest *manifest) {
    const struct json_value *lists = members_array(m, "lists", FILE_LISTS_MAX);
    if (lists == NULL) return;
    if (lists->count != id_count(&manifest->shape) || !object_ids_read(lists, manifest->lists))
        members_refuse(m, REFUSAL_MANIFEST_LISTS);
}

static void readers_member_read(struct members *m, struct readers *readers) {
    const struct json_value *value = members_object(m, "readers");
    if (value != NULL && !readers_read(value, readers)) members_refuse(m, REFUSAL_MANIFEST_READERS);
}

static bool sealed_about_read(const struct json_value *value, struct sealed_about *sealed) {
    struct span text;
    struct buffer out = buffer_over(sealed->bytes, sizeof sealed->bytes);
    if (!json_as_string(value, &text) || !base64_read(text, &out) || out.size < SEAL_TAG_SIZE) return false;
    sealed->size = (uint16_t)out.size;
    return true;
}

static void about_read(struct members *m, struct checked_manifest *manifest) {
    const struct json_value *about = json_member(m->object, "about");
    if (m->refusal != REFUSAL_NONE) return;
    if (about == NULL) {
        members_refuse(m, REFUSAL_MEMBER_MISSING);
        return;
    }
    const bool is_good = manifest->readers.kind == READERS_PUBLIC ? file_about_read(about, &manifest->about)
                                                                  : sealed_about_read(about, &manifest->sealed_about);
    if (!is_good) members_refuse(m, REFUSAL_MANIFEST_ABOUT);
}

/* Of one chunk, there is no list to wait for. */
static void only_chunk_check(struct members *m, const struct checked_manifest *manifest) {
    struct chunk_tree tree;
    if (m->refusal != REFUSAL_NONE || manifest->shape.list_count > 0) return;
    chunk_tree_init(&tree);
    chunk_tree_add(&tree, &manifest->lists[0]);
    members_refuse(m, manifest_root_check(manifest, &tree));
}

enum refusal manifest_check(const struct checked_record *record, struct checked_manifest *manifest) {
    struct members m = members_of(record->body);
    if (!span_equal_text(record->type, MANIFEST_TYPE)) return REFUSAL_RECORD_TYPE_OTHER;
    *manifest = (struct checked_manifest){.id = record->id, .author = record->author, .at_ms = record->at_ms};
    shape_read(&m, &manifest->shape);
    lists_read(&m, manifest);
    members_hex(&m, "root", manifest->root.bytes, sizeof manifest->root.bytes);
    manifest->target = (uint8_t)members_integer(&m, "target", 1, MANIFEST_TARGET_MAX);
    readers_member_read(&m, &manifest->readers);
    about_read(&m, manifest);
    only_chunk_check(&m, manifest);
    return m.refusal;
}

/* ---- What it says of others ---- */

enum refusal manifest_list_check(const struct checked_manifest *manifest, uint32_t list, struct span blob) {
    if (blob.size != file_list_size(&manifest->shape, list)) return REFUSAL_CHUNK_LIST_SIZE;
    const struct object_id id = object_id_of_blob(blob);
    return object_id_equal(&id, &manifest->lists[list]) ? REFUSAL_NONE : REFUSAL_CHUNK_LIST_ID;
}

enum refusal manifest_root_check(const struct checked_manifest *manifest, const struct chunk_tree *tree) {
    must(tree->leaf_count == manifest->shape.chunk_count);
    const struct sha256 root = chunk_tree_root(tree);
    const bool is_equal = memcmp(root.bytes, manifest->root.bytes, sizeof root.bytes) == 0;
    return is_equal ? REFUSAL_NONE : REFUSAL_MANIFEST_ROOT;
}

enum refusal manifest_open(const struct checked_manifest *manifest, const struct reader *reader, struct file_key *key,
                           struct file_about *about) {
    enum refusal refusal = readers_open(&manifest->readers, &manifest->root, reader, key);
    if (refusal != REFUSAL_NONE) return refusal;
    if (manifest->readers.kind == READERS_PUBLIC) {
        *about = manifest->about;
        return REFUSAL_NONE;
    }
    refusal = file_about_open(&manifest->sealed_about, key, about);
    if (refusal != REFUSAL_NONE) file_key_wipe(key);
    return refusal;
}

/* ---- The way out ---- */

static bool is_draft_valid(const struct manifest_draft *draft) {
    struct file_shape shape;
    return file_shape_of(draft->shape.size, &shape) && draft->shape.chunk_size == shape.chunk_size &&
           draft->shape.chunk_count == shape.chunk_count && draft->shape.list_count == shape.list_count &&
           draft->target <= MANIFEST_TARGET_MAX && file_about_is_valid(draft->about);
}

static void put_about(struct json_writer *w, const struct manifest_draft *draft) {
    struct sealed_about sealed;
    if (draft->readers->kind == READERS_PUBLIC) {
        file_about_write(w, "about", draft->about);
        return;
    }
    file_about_seal(draft->about, draft->key, &sealed);
    json_put_base64(w, "about", (struct span){sealed.bytes, sealed.size});
}

static void put_lists(struct json_writer *w, const struct manifest_draft *draft) {
    json_open_array(w, "lists");
    for (uint32_t i = 0; i < id_count(&draft->shape); i++)
        json_put_hex(w, NULL, (struct span){draft->lists[i].bytes, sizeof draft->lists[i].bytes});
    json_close_array(w);
}

bool manifest_build(struct buffer *out, const struct manifest_draft *draft) {
    struct json_writer w = json_writer_into(out);
    if (!is_draft_valid(draft)) return false;
    json_open_object(&w, NULL);
    put_about(&w, draft);
    json_put_integer(&w, "at", draft->at_ms);
    json_put_integer(&w, "chunks", draft->shape.chunk_count);
    json_put_integer(&w, "chunkSize", draft->shape.chunk_size);
    put_lists(&w, draft);
    readers_write(&w, "readers", draft->readers);
    json_put_hex(&w, "root", (struct span){draft->root.bytes, sizeof draft->root.bytes});
    json_put_integer(&w, "size", (int64_t)draft->shape.size);
    json_put_integer(&w, "target", draft->target == 0 ? MANIFEST_TARGET_DEFAULT : draft->target);
    json_put_text(&w, "type", MANIFEST_TYPE);
    json_close_object(&w);
    return !out->overflowed;
}
