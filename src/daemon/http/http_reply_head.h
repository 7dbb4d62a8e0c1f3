/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* The head of an answer, written: status line, Date, what frames the body, what keeps browsers from guessing its type,
 * and the handler's own lines.
 * Never: names the program that answers; lets a line break of a value through (the line is refused whole).
 * Spec: RFC 9110, 6.6 and 8.6; RFC 9112, 4 and 6. */

#include "daemon/http/http.h"

/* Kept by the server: the date changes once a second, answers go out more often. */
struct http_date {
    int64_t second;
    char line[64]; /* with its name and CRLF */
};

enum http_body_form {
    HTTP_BODY_NONE, /* 204, 304: no body and no length */
    HTTP_BODY_SIZED,
    HTTP_BODY_CHUNKED,
    HTTP_BODY_TO_THE_END, /* ends with the connection */
};
struct http_reply_head {
    int status;
    const struct http_date *date; /* borrowed during the call */
    const char *content_type;     /* NULL: none */
    const struct http_header_line *headers;
    size_t header_count;
    enum http_body_form form;
    uint64_t body_size;
    bool closes;
    bool is_http_1_0; /* then keeping the connection is said, not understood */
};

/* False when a header of the handler cannot be sent, or `out` is full. */
bool http_reply_head_write(struct buffer *out, const struct http_reply_head *head);
const char *http_status_text(int status);
void http_date_set(struct http_date *date, int64_t wall_ms);
