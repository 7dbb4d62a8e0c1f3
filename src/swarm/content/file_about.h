/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* What a file is called and what kind it is: `{mime, name}`, in the clear for a public file, else sealed under its file
 * key, so that who only passes it on learns neither.
 * Owns: nothing; values without pointers.
 * Never: a name that could lead out of a folder or move a terminal's cursor.   Full: over its bounds is refused.
 * Spec: WIRE W12. */

#include "base/json.h"
#include "base/json_writer.h"
#include "swarm/content/file_key.h"
#include "swarm/refusal.h"

enum {
    FILE_NAME_SIZE_MAX = 255, /* as long as the usual file systems have them */
    FILE_MIME_SIZE_MAX = 127,
    FILE_ABOUT_TEXT_MAX = 21 + 2 * (FILE_MIME_SIZE_MAX + FILE_NAME_SIZE_MAX), /* every character escaped */
    FILE_ABOUT_SEALED_MAX = FILE_ABOUT_TEXT_MAX + SEAL_TAG_SIZE,
};

struct file_about {
    char name[FILE_NAME_SIZE_MAX + 1]; /* 1..255 bytes of UTF-8; no '/', no control character, not "." or ".." */
    char mime[FILE_MIME_SIZE_MAX + 1]; /* printable ASCII; empty = not known */
};
struct sealed_about {
    uint16_t size;
    uint8_t bytes[FILE_ABOUT_SEALED_MAX];
};
bool file_about_is_valid(const struct file_about *about);
bool file_about_read(const struct json_value *value, struct file_about *about);
void file_about_write(struct json_writer *w, const char *name, const struct file_about *about);

/* Once for each file key (file_key.h). `about` is valid. */
void file_about_seal(const struct file_about *about, const struct file_key *key, struct sealed_about *sealed);
enum refusal file_about_open(const struct sealed_about *sealed, const struct file_key *key, struct file_about *about);
