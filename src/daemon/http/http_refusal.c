/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/http/http_refusal.h"

#include <stdio.h>

#include "base/json_writer.h"
#include "base/must.h"
#include "daemon/http/http_head.h"
#include "daemon/http/http_reply_head.h"

enum { DETAIL_SIZE = 128 };

static const struct {
    int status;
    const char *code;
    const char *detail; /* NULL: it tells of a limit */
} kinds[] = {
    {400, "request-malformed", "The request is not HTTP/1.1 as RFC 9112 has it."},
    {408, "request-too-slow", NULL},
    {413, "body-too-large", NULL},
    {417, "expectation-unknown", "Expect may say 100-continue and nothing else."},
    {431, "head-too-large", NULL},
    {501, "coding-unknown", "The one transfer coding that is taken is chunked."},
    {503, "memory-short", "There is no memory for this request now; try again."},
    {505, "version-unknown", "HTTP/1.1 and HTTP/1.0 are spoken here."},
};

static void write_limit(char text[DETAIL_SIZE], const struct http_options *options, int status) {
    if (status == 408) {
        (void)snprintf(text, DETAIL_SIZE,
                       "The request was not here within %lld ms; or, if it is a file, none of it within %lld ms.",
                       (long long)options->request_ms_max, (long long)options->stall_ms_max);
    } else if (status == 413) {
        (void)snprintf(text, DETAIL_SIZE, "The body is over %zu bytes.", options->body_bytes_max);
    } else {
        (void)snprintf(text, DETAIL_SIZE, "The head is over %zu bytes or %d lines.", options->head_bytes_max,
                       (int)HTTP_HEAD_LINES_MAX);
    }
}

void http_refusal_write(struct buffer *out, const struct http_options *options, int status) {
    struct json_writer w = json_writer_into(out);
    char limit[DETAIL_SIZE];
    size_t i = 0;
    while (i + 1 < sizeof kinds / sizeof kinds[0] && kinds[i].status != status) i++;
    must(kinds[i].status == status);
    write_limit(limit, options, status);
    json_open_object(&w, NULL);
    json_put_text(&w, "type", "about:blank");
    json_put_text(&w, "title", http_status_text(status));
    json_put_integer(&w, "status", status);
    json_put_text(&w, "detail", kinds[i].detail == NULL ? limit : kinds[i].detail);
    json_put_text(&w, "code", kinds[i].code);
    json_close_object(&w);
}
