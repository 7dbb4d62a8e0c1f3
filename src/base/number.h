/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* Numbers as text and back: whole numbers strictly, doubles as ECMAScript prints them (ECMA-262, Number::toString:
 * the shortest decimal that reads back as the same double).
 * Never: depends on the locale, allocates. */

#include "base/bytes.h"

bool number_read_i64(struct span text, int64_t *value); /* optional '-', digits, no leading zeros, in range */
bool number_read_u32(struct span text, uint32_t max, uint32_t *value);
/* A JSON number (RFC 8259) to the nearest double; infinite on overflow. The text has been checked. */
double number_read_double(struct span text);
void number_write_double(struct buffer *out, double value); /* NaN and infinities print `null` */
