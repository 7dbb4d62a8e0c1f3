/* SPDX-License-Identifier: Apache-2.0 */
#include "swarm/content/record.h"

#include "base/encoding.h"
#include "base/json_writer.h"
#include "swarm/wire/member.h"

#define TAG SPAN_LITERAL("skep-record-v1\n")

enum { KEY_TEXT_SIZE = 44 };

bool record_author_equal(const struct record_author *a, const struct record_author *b) {
    return a->is_user == b->is_user && public_key_equal(&a->key, &b->key);
}

/* ---- Form ---- */

/* The canonical text of a value, in the arena. */
static enum refusal canonical_make(const struct json_value *value, size_t size_max, struct arena *arena,
                                   struct span *canonical) {
    uint8_t *memory = arena_take(arena, size_max);
    if (memory == NULL) return REFUSAL_NO_ROOM;
    struct buffer out = buffer_over(memory, size_max);
    const enum json_fault fault = json_write_canonical(value, arena, &out);
    if (fault == JSON_FAULT_TOO_LARGE && !out.overflowed) return REFUSAL_NO_ROOM;
    *canonical = buffer_span(&out);
    return fault == JSON_FAULT_NONE ? REFUSAL_NONE : REFUSAL_RECORD_NOT_CANONICAL;
}

/* One text for each record: what is written in another way is another record to nobody but a thief of its name. */
static enum refusal canonical_check(const struct json_value *tree, struct span text, struct arena *arena) {
    struct arena scratch = *arena;
    struct span canonical;
    const enum refusal refusal = canonical_make(tree, text.size, &scratch, &canonical);
    if (refusal != REFUSAL_NONE) return refusal;
    return span_equal(canonical, text) ? REFUSAL_NONE : REFUSAL_RECORD_NOT_CANONICAL;
}

/* Beside the body nothing is signed, so nothing may stand there that is not checked. */
static bool has_foreign_member(const struct json_value *tree) {
    static const char *const known[] = {"body", "cert", "key", "sig"};
    for (size_t i = 0; i < tree->count; i++) {
        bool is_known = false;
        for (size_t k = 0; k < sizeof known / sizeof known[0]; k++)
            is_known = is_known || span_equal_text(tree->as.members[i].name, known[k]);
        if (!is_known) return true;
    }
    return false;
}

static enum refusal body_read(const struct json_value *body, struct checked_record *record) {
    struct members m = members_of(body);
    record->at_ms = members_integer(&m, "at", 0, IDENTITY_TIME_MS_MAX);
    if (m.refusal != REFUSAL_NONE) return m.refusal;
    const struct json_value *type = json_member(body, "type");
    if (type == NULL) return REFUSAL_MEMBER_MISSING;
    if (!json_as_string(type, &record->type)) return REFUSAL_MEMBER_MISTYPED;
    record->body = body;
    return REFUSAL_NONE;
}

static enum refusal cert_read(const struct json_value *value, struct checked_record *record) {
    struct span text;
    if (value == NULL) return REFUSAL_NONE;
    record->has_cert = json_as_string(value, &text) && user_cert_read(text, &record->cert);
    return record->has_cert ? REFUSAL_NONE : REFUSAL_RECORD_CERT_INVALID;
}

static enum refusal envelope_read(struct members *m, struct checked_record *record, struct signature *signature) {
    const struct json_value *body = members_object(m, "body");
    members_base64(m, "key", record->key.bytes, sizeof record->key.bytes);
    members_base64(m, "sig", signature->bytes, sizeof signature->bytes);
    if (m->refusal != REFUSAL_NONE) return m->refusal;
    if (has_foreign_member(m->object)) return REFUSAL_RECORD_MEMBER_UNSIGNED;
    const enum refusal refusal = cert_read(json_member(m->object, "cert"), record);
    return refusal != REFUSAL_NONE ? refusal : body_read(body, record);
}

/* ---- Whose word it is ---- */

static enum refusal author_resolve(struct checked_record *record) {
    struct members m = members_of(record->body);
    struct public_key named;
    record->author = (struct record_author){.key = record->key};
    if (json_member(record->body, "by") == NULL) return REFUSAL_NONE;
    members_base64(&m, "by", named.bytes, sizeof named.bytes);
    if (m.refusal != REFUSAL_NONE) return m.refusal;
    if (record->has_cert) record->author = (struct record_author){.key = record->cert.user_key, .is_user = true};
    if (!public_key_equal(&named, &record->author.key)) return REFUSAL_RECORD_AUTHOR_UNPROVEN;
    if (record->has_cert && !user_cert_is_in_date(&record->cert, record->at_ms)) return REFUSAL_RECORD_CERT_OUT_OF_DATE;
    return REFUSAL_NONE;
}

/* What is signed, and hashed for the name: the body's own text, which is canonical as the whole is. */
static bool signed_text_make(struct span body, struct arena *arena, struct span *text) {
    const size_t size = TAG.size + body.size;
    uint8_t *memory = arena_take(arena, size);
    struct buffer out = buffer_over(memory, size);
    if (memory == NULL) return false;
    buffer_put(&out, TAG);
    buffer_put(&out, body);
    *text = buffer_span(&out);
    return true;
}

static enum refusal signatures_check(struct checked_record *record, const struct signature *signature,
                                     const struct verifier *verifier, struct arena *arena) {
    struct arena scratch = *arena;
    struct span text;
    if (!signed_text_make(record->body->text, &scratch, &text)) return REFUSAL_NO_ROOM;
    if (!verifier->verify(verifier->context, &record->key, text, signature)) return REFUSAL_RECORD_SIGNATURE_INVALID;
    if (record->has_cert && !user_cert_verify(&record->cert, &record->key, verifier))
        return REFUSAL_RECORD_CERT_INVALID;
    record->id = object_id_of_blob(text);
    record->node_id = node_id_of_key(&record->key);
    return REFUSAL_NONE;
}

static enum refusal check(const struct verifier *verifier, struct arena *arena, struct checked_record *record) {
    struct signature signature;
    if (record->text.size > RECORD_SIZE_MAX) return REFUSAL_RECORD_SIZE;
    struct members m = members_read(record->text, arena);
    if (m.refusal != REFUSAL_NONE) return m.refusal;
    enum refusal refusal = canonical_check(m.object, record->text, arena);
    if (refusal == REFUSAL_NONE) refusal = envelope_read(&m, record, &signature);
    if (refusal == REFUSAL_NONE) refusal = author_resolve(record);
    if (refusal == REFUSAL_NONE) refusal = signatures_check(record, &signature, verifier, arena);
    return refusal;
}

enum refusal record_check(struct span text, const struct verifier *verifier, struct arena *arena,
                          struct checked_record *record) {
    struct checked_record candidate = {.text = text};
    const size_t used_before = arena->used;
    const enum refusal refusal = check(verifier, arena, &candidate);
    if (refusal == REFUSAL_NONE) {
        *record = candidate;
    } else {
        arena->used = used_before;
    }
    return refusal;
}

/* ---- The way out ---- */

static struct span key_text(const struct public_key *key, uint8_t memory[KEY_TEXT_SIZE]) {
    struct buffer out = buffer_over(memory, KEY_TEXT_SIZE);
    base64_write(&out, (struct span){key->bytes, sizeof key->bytes});
    return buffer_span(&out);
}

/* The body with one member more. */
static enum refusal body_with_author(const struct json_value *body, struct span author, struct arena *arena,
                                     struct json_value *whole) {
    struct json_member *members = arena_take(arena, (body->count + 1) * sizeof *members);
    if (members == NULL) return REFUSAL_NO_ROOM;
    if (json_member(body, "by") != NULL) return REFUSAL_DUPLICATE_MEMBER;
    for (size_t i = 0; i < body->count; i++) members[i] = body->as.members[i];
    members[body->count] =
        (struct json_member){.name = SPAN_LITERAL("by"), .value = {.kind = JSON_STRING, .as.string = author}};
    *whole = (struct json_value){.kind = JSON_OBJECT, .count = body->count + 1, .as.members = members};
    return REFUSAL_NONE;
}

static enum refusal body_make(struct span text, const struct public_key *author, struct arena *arena,
                              struct span *body) {
    uint8_t memory[KEY_TEXT_SIZE];
    struct json_value whole;
    struct members m = members_read(text, arena);
    if (m.refusal != REFUSAL_NONE) return m.refusal;
    const enum refusal refusal = body_with_author(m.object, key_text(author, memory), arena, &whole);
    return refusal != REFUSAL_NONE ? refusal : canonical_make(&whole, RECORD_SIZE_MAX, arena, body);
}

static void record_write(struct buffer *out, struct span body, const struct record_signer *signer,
                         const struct signature *signature) {
    const struct public_key key = sign_public_key(signer->node);
    uint8_t memory[USER_CERT_TEXT_SIZE];
    struct buffer cert = buffer_over(memory, sizeof memory);
    struct json_writer w = json_writer_into(out);
    json_open_object(&w, NULL);
    json_put_raw(&w, "body", body);
    if (signer->cert != NULL) {
        user_cert_write(&cert, signer->cert);
        json_put_span(&w, "cert", buffer_span(&cert));
    }
    json_put_base64(&w, "key", (struct span){key.bytes, sizeof key.bytes});
    json_put_base64(&w, "sig", (struct span){signature->bytes, sizeof signature->bytes});
    json_close_object(&w);
}

static enum refusal sign(struct span body_text, const struct record_signer *signer, struct arena *arena,
                         struct buffer *out) {
    const struct public_key node = sign_public_key(signer->node);
    struct arena scratch = *arena;
    struct span body, text;
    const enum refusal refusal =
        body_make(body_text, signer->cert != NULL ? &signer->cert->user_key : &node, &scratch, &body);
    if (refusal != REFUSAL_NONE) return refusal;
    if (!signed_text_make(body, &scratch, &text)) return REFUSAL_NO_ROOM;
    const struct signature signature = sign_message(signer->node, text);
    record_write(out, body, signer, &signature);
    return out->overflowed ? REFUSAL_NO_ROOM : REFUSAL_NONE;
}

/* Judged like a stranger's before it goes out: nothing of ours is what others would refuse. */
enum refusal record_sign(struct span body, const struct record_signer *signer, struct arena *arena, struct buffer *out,
                         struct checked_record *record) {
    const struct buffer before = *out;
    const struct verifier verifier = sign_verifier();
    enum refusal refusal = sign(body, signer, arena, out);
    if (refusal == REFUSAL_NONE) {
        const struct span text = {before.at + before.size, out->size - before.size};
        refusal = record_check(text, &verifier, arena, record);
    }
    if (refusal != REFUSAL_NONE) *out = before;
    return refusal;
}
