/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* The head of an HTTP/1 request: read strictly, once, and trusted from then on.
 * Strict means what keeps two readers of the same bytes from disagreeing: CRLF alone ends a line, no folded lines, no
 * blank before a colon, one length in one form, one Host.
 * Owns: nothing; spans point into the bytes that were read, where names of headers are made lower case.
 * Never: allocates, decodes the target, answers.   Full: more lines than HTTP_HEAD_LINES_MAX is 431.
 * Spec: RFC 9112, 2 to 7. */

#include "base/bytes.h"

enum {
    HTTP_HEAD_LINES_MAX = 64, /* browsers send about 20 */
    HTTP_METHOD_SIZE_MAX = 32,
};

struct http_head_line {
    struct span name;  /* lower case */
    struct span value; /* without the blanks around it */
};
struct http_head {
    struct span method;
    struct span path;  /* as sent, without the query */
    struct span query; /* as sent, without its '?' */
    uint64_t content_length;
    bool is_http_1_0;
    bool is_chunked;       /* the body is; content_length is 0 then */
    bool expects_continue; /* waits for 100 before it sends its body */
    bool keeps_alive;
    size_t line_count;
    struct http_head_line lines[HTTP_HEAD_LINES_MAX];
};

/* The size of the head that `bytes` begins with, its empty line included; 0 = not all of it is there. */
size_t http_head_size(struct span bytes);
/* Reads a whole head. 0 = accepted; else the status that says why not. */
int http_head_read(uint8_t *bytes, size_t size, struct http_head *head);
/* NULL = absent; the first one when there are several. `name` in lower case. */
const struct http_head_line *http_head_find(const struct http_head *head, const char *name);
