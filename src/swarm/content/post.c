/* SPDX-License-Identifier: Apache-2.0 */
#include "swarm/content/post.h"

#include "base/encoding.h"
#include "swarm/wire/member.h"

/* ---- The check ---- */

static void text_read(struct members *m, struct checked_post *post) {
    const struct json_value *text = json_member(m->object, "text");
    if (m->refusal != REFUSAL_NONE) return;
    if (text == NULL) members_refuse(m, REFUSAL_MEMBER_MISSING);
    if (!json_as_string(text, &post->text)) members_refuse(m, REFUSAL_MEMBER_MISTYPED);
    if (post->text.size > POST_TEXT_MAX) members_refuse(m, REFUSAL_MEMBER_TOO_LONG);
}

static void attachments_read(struct members *m, struct checked_post *post) {
    const struct json_value *ids = members_array(m, "attachments", POST_ATTACHMENTS_MAX);
    if (ids == NULL) return;
    if (!object_ids_read(ids, post->attachments)) members_refuse(m, REFUSAL_POST_ATTACHMENTS);
    post->attachment_count = (uint8_t)ids->count;
}

static void tags_read(struct members *m, struct checked_post *post) {
    const struct json_value *tags = members_array(m, "tags", POST_TAGS_MAX);
    for (size_t i = 0; i < json_array_count(tags); i++) {
        struct span *tag = &post->tags[post->tag_count++];
        if (!json_as_string(&tags->as.items[i], tag) || tag->size > POST_TAG_MAX) members_refuse(m, REFUSAL_POST_TAGS);
    }
}

/* The first version names no other; every later one names the first. */
static void version_read(struct members *m, struct checked_post *post) {
    post->version = (int32_t)members_integer(m, "version", 1, POST_VERSION_MAX);
    post->of = post->id;
    const bool has_of = json_member(m->object, "of") != NULL;
    if (has_of) members_hex(m, "of", post->of.bytes, sizeof post->of.bytes);
    if (has_of != (post->version > 1)) members_refuse(m, REFUSAL_POST_VERSION);
}

static void deletion_read(struct members *m, struct checked_post *post) {
    if (json_member(m->object, "deleted") == NULL) return;
    post->is_deleted = members_boolean(m, "deleted");
    const bool is_good = post->is_deleted && post->version > 1 && post->text.size == 0 && post->attachment_count == 0;
    if (!is_good) members_refuse(m, REFUSAL_POST_DELETION);
}

enum refusal post_check(const struct checked_record *record, struct checked_post *post) {
    struct members m = members_of(record->body);
    if (!span_equal_text(record->type, POST_TYPE)) return REFUSAL_RECORD_TYPE_OTHER;
    *post = (struct checked_post){.id = record->id, .author = record->author, .at_ms = record->at_ms};
    text_read(&m, post);
    attachments_read(&m, post);
    tags_read(&m, post);
    version_read(&m, post);
    deletion_read(&m, post);
    return m.refusal;
}

/* ---- Versions ---- */

enum refusal post_follows(const struct checked_post *later, const struct checked_post *first) {
    if (first->version != 1 || later->version == 1) return REFUSAL_POST_OF_ANOTHER;
    if (!object_id_equal(&later->of, &first->id)) return REFUSAL_POST_OF_ANOTHER;
    if (!record_author_equal(&later->author, &first->author)) return REFUSAL_POST_AUTHOR_OTHER;
    return REFUSAL_NONE;
}

int post_compare(const struct checked_post *a, const struct checked_post *b) {
    if (a->version != b->version) return a->version < b->version ? -1 : 1;
    if (a->at_ms != b->at_ms) return a->at_ms < b->at_ms ? -1 : 1;
    return object_id_compare(&a->id, &b->id);
}

/* ---- The way out ---- */

static bool are_tags_valid(const struct post_draft *draft) {
    if (draft->tag_count > POST_TAGS_MAX) return false;
    for (size_t i = 0; i < draft->tag_count; i++)
        if (draft->tags[i].size > POST_TAG_MAX || !utf8_is_valid(draft->tags[i])) return false;
    return true;
}

static bool is_draft_valid(const struct post_draft *draft) {
    return draft->version >= 0 && (!draft->is_deleted || draft->version > 1) &&
           draft->attachment_count <= POST_ATTACHMENTS_MAX && draft->text.size <= POST_TEXT_MAX &&
           utf8_is_valid(draft->text) && are_tags_valid(draft);
}

static void put_attachments(struct json_writer *w, const struct post_draft *draft) {
    json_open_array(w, "attachments");
    for (size_t i = 0; !draft->is_deleted && i < draft->attachment_count; i++)
        json_put_hex(w, NULL, (struct span){draft->attachments[i].bytes, sizeof draft->attachments[i].bytes});
    json_close_array(w);
}

static void put_tags(struct json_writer *w, const struct post_draft *draft) {
    json_open_array(w, "tags");
    for (size_t i = 0; !draft->is_deleted && i < draft->tag_count; i++) json_put_span(w, NULL, draft->tags[i]);
    json_close_array(w);
}

bool post_build(struct buffer *out, const struct post_draft *draft) {
    struct json_writer w = json_writer_into(out);
    if (!is_draft_valid(draft)) return false;
    json_open_object(&w, NULL);
    json_put_integer(&w, "at", draft->at_ms);
    put_attachments(&w, draft);
    if (draft->is_deleted) json_put_boolean(&w, "deleted", true);
    if (draft->version > 1) json_put_hex(&w, "of", (struct span){draft->of.bytes, sizeof draft->of.bytes});
    put_tags(&w, draft);
    json_put_span(&w, "text", draft->is_deleted ? SPAN_NONE : draft->text);
    json_put_text(&w, "type", POST_TYPE);
    json_put_integer(&w, "version", draft->version == 0 ? 1 : draft->version);
    json_close_object(&w);
    return !out->overflowed;
}
