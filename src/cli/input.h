/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* A whole text from a file or from standard input ("-"), up to a size.
 * Owns: its bytes until input_close, which wipes them (they may be a key).
 * Never: keeps a part of what was too large.   Full: ERR_LIMIT. */

#include "base/bytes.h"
#include "base/err.h"

struct input {
    uint8_t *bytes;
    size_t capacity;
    size_t size;
};

/* ERR_NOT_FOUND, ERR_PERMISSION, ERR_IO, ERR_LIMIT (more than size_max bytes); the detail is a sentence for people. */
MUST_USE enum err input_open(struct input *input, const char *path, size_t size_max, struct err_detail *detail);
struct span input_span(const struct input *input); /* borrowed until input_close */
void input_close(struct input *input);             /* also after a failure */
