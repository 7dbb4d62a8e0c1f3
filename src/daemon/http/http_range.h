/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* The part of a file that a GET asks for: one range of bytes, read strictly.
 * What is not exactly one range (several, another unit, blanks, a first byte after the last) is as if nobody had asked:
 * the whole file is always a right answer, and many ranges in one answer cost the server more than the client.
 * Never: allocates, gives a range of no bytes or one that ends outside of the file.
 * Full: cannot be: a number too large for us is as good as the largest.   Spec: RFC 9110, 14.1, 14.2, 14.4. */

#include "base/bytes.h"

struct http_range {
    uint64_t first; /* byte, from 0 */
    uint64_t size;
};
enum http_range_kind {
    HTTP_RANGE_WHOLE,       /* 200; the range is all of the file */
    HTTP_RANGE_PART,        /* 206, with a Content-Range */
    HTTP_RANGE_UNSATISFIED, /* 416, with a Content-Range: nothing of the file lies there; the range is of no bytes */
};
/* `header`: the value of Range; empty = absent. To be asked for GET alone: with other methods, and when an If-Range
 * does not name the file as it is, Range means nothing. */
enum http_range_kind http_range_read(struct span header, uint64_t length, struct http_range *range);

enum { HTTP_CONTENT_RANGE_SIZE = 72 }; /* three of the longest numbers, and the NUL */
/* The value of Content-Range for HTTP_RANGE_PART and, with a range of no bytes, for HTTP_RANGE_UNSATISFIED. Gives
 * `text`. */
const char *http_content_range(char text[HTTP_CONTENT_RANGE_SIZE], const struct http_range *range, uint64_t length);
