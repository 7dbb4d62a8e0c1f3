/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* Bytes as text: base64, base32 and hex (RFC 4648), and UTF-8 (RFC 3629).
 * Never: allocates; accepts more than it says.   Full: false, nothing usable written. */

#include "base/bytes.h"

/* Writes padded base64, standard alphabet. */
void base64_write(struct buffer *out, struct span bytes);
/* Strict: padded, no white space, no foreign character, unused bits zero. */
bool base64_read(struct span text, struct buffer *out);
/* With - and _ instead of + and /, and without padding (RFC 4648 section 5): a word of a URL. Read as strictly. */
void base64url_write(struct buffer *out, struct span bytes);
bool base64url_read(struct span text, struct buffer *out);
/* As browsers' atob: ASCII white space is skipped, padding may be missing (or must be right), unused bits may be
 * anything; a length of 1 modulo 4 or another foreign character is refused. */
bool base64_read_forgiving(struct span text, struct buffer *out);

/* Lower-case base32 (a-z2-7) without padding. */
void base32_write(struct buffer *out, struct span bytes);
bool base32_read(struct span text, struct buffer *out); /* strict: lower case, unused bits zero */

void hex_write(struct buffer *out, struct span bytes); /* lower case */
bool hex_read(struct span text, struct buffer *out);   /* either case */
bool hex_is_lower(struct span text);                   /* only 0-9a-f */

bool utf8_is_valid(struct span text);     /* no surrogates, no overlong forms, at most U+10FFFF */
size_t utf8_first_size(struct span text); /* bytes of the first character; 0 when there is no valid one */
size_t utf8_count(struct span text);      /* characters of a valid text */
