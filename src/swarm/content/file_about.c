/* SPDX-License-Identifier: Apache-2.0 */
#include "swarm/content/file_about.h"

#include "base/encoding.h"
#include "base/must.h"
#include "crypto/wipe.h"
#include "swarm/wire/member.h"

#include <string.h>

#define PURPOSE "skep-about-v1"

enum { TREE_ROOM = 4096 }; /* of an object with these two members, and a few that we do not know */

/* The key of this purpose seals one text, ever. */
static const uint8_t ONLY_NONCE[SEAL_NONCE_SIZE] = {0};

/* ---- What may be said ---- */

/* U+0000 to U+001F, U+007F to U+009F; the upper half is C2 80 to C2 9F in UTF-8. */
static bool has_control(struct span text) {
    for (size_t i = 0; i < text.size; i++) {
        const uint8_t byte = text.at[i];
        if (byte < 0x20 || byte == 0x7f) return true;
        if (byte == 0xc2 && i + 1 < text.size && text.at[i + 1] < 0xa0) return true;
    }
    return false;
}

static bool is_name(struct span name) {
    return name.size > 0 && name.size <= FILE_NAME_SIZE_MAX && utf8_is_valid(name) && !has_control(name) &&
           memchr(name.at, '/', name.size) == NULL && !span_equal_text(name, ".") && !span_equal_text(name, "..");
}

static bool is_mime(struct span mime) {
    for (size_t i = 0; i < mime.size; i++)
        if (mime.at[i] < 0x20 || mime.at[i] > 0x7e) return false;
    return mime.size <= FILE_MIME_SIZE_MAX;
}

bool file_about_is_valid(const struct file_about *about) {
    return is_name(span_of_text(about->name)) && is_mime(span_of_text(about->mime));
}

/* ---- As JSON ---- */

bool file_about_read(const struct json_value *value, struct file_about *about) {
    struct members m = members_of(value);
    members_text(&m, "name", about->name, FILE_NAME_SIZE_MAX);
    members_text(&m, "mime", about->mime, FILE_MIME_SIZE_MAX);
    return m.refusal == REFUSAL_NONE && file_about_is_valid(about);
}

void file_about_write(struct json_writer *w, const char *name, const struct file_about *about) {
    json_open_object(w, name);
    json_put_text(w, "mime", about->mime);
    json_put_text(w, "name", about->name);
    json_close_object(w);
}

/* ---- Sealed ---- */

void file_about_seal(const struct file_about *about, const struct file_key *key, struct sealed_about *sealed) {
    uint8_t memory[FILE_ABOUT_TEXT_MAX];
    struct buffer text = buffer_over(memory, sizeof memory), out = buffer_over(sealed->bytes, sizeof sealed->bytes);
    struct json_writer w = json_writer_into(&text);
    struct seal_key own;
    must(file_about_is_valid(about));
    file_about_write(&w, NULL, about);
    must(!text.overflowed);
    file_key_derive(key, PURPOSE, &own);
    must(seal_close(&own, ONLY_NONCE, SPAN_NONE, buffer_span(&text), &out));
    sealed->size = (uint16_t)out.size;
    wipe_bytes(&own, sizeof own);
    wipe_bytes(memory, sizeof memory);
}

static bool text_read(struct span text, struct file_about *about) {
    uint8_t memory[TREE_ROOM];
    struct arena arena = arena_over(memory, sizeof memory);
    const struct members m = members_read(text, &arena);
    const bool is_good = m.refusal == REFUSAL_NONE && file_about_read(m.object, about);
    wipe_bytes(memory, sizeof memory);
    return is_good;
}

enum refusal file_about_open(const struct sealed_about *sealed, const struct file_key *key, struct file_about *about) {
    uint8_t memory[FILE_ABOUT_TEXT_MAX];
    struct buffer text = buffer_over(memory, sizeof memory);
    struct seal_key own;
    file_key_derive(key, PURPOSE, &own);
    const bool is_open = seal_open(&own, ONLY_NONCE, SPAN_NONE, (struct span){sealed->bytes, sealed->size}, &text);
    wipe_bytes(&own, sizeof own);
    if (!is_open) return REFUSAL_ABOUT_DAMAGED;
    const bool is_good = text_read(buffer_span(&text), about);
    wipe_bytes(memory, sizeof memory);
    return is_good ? REFUSAL_NONE : REFUSAL_MANIFEST_ABOUT;
}
