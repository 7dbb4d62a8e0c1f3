/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* Sentences for the terminal: gathered piece by piece, then wrapped at the width it has, within 40 to 100 columns, and
 * indented by two.
 * Owns: its text.   Never: cleans foreign words; sheet_clean does, before they come here.
 * Full: the piece that goes over PARAGRAPH_MAX bytes is left out, and what comes after it. */

#include "base/bytes.h"

enum { PARAGRAPH_MAX = 1200 };
struct paragraph {
    char text[PARAGRAPH_MAX];
    struct buffer out;
};
void paragraph_init(struct paragraph *p);
void paragraph_say(struct paragraph *p, const char *format, ...) __attribute__((format(printf, 2, 3)));
void paragraph_write(const struct paragraph *p, struct buffer *out);
