/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* One outgoing request as libcurl takes it: what every request of ours asks for, and what its end means in our words.
 * For the files of this folder alone.
 * Owns: the easy handle and its header list. */

#include <curl/curl.h>

#include "daemon/client/http_client.h"

enum {
    HTTP_CONNECT_MS_MAX = 5000,
    HTTP_REDIRECTS_MAX = 3,
};

enum http_transfer_kind {
    HTTP_TRANSFER_WHOLE,   /* one body, one answer, a time for all of it */
    HTTP_TRANSFER_ENDLESS, /* an answer that goes on, without a time for the whole */
    HTTP_TRANSFER_FILE,    /* a body or an answer of any size: http_file.c adds what it is */
};
struct http_transfer {
    CURL *easy;
    struct curl_slist *headers;
    char detail[CURL_ERROR_SIZE];
};

/* False without memory; deinit it all the same. */
MUST_USE bool http_transfer_init(struct http_transfer *transfer, const struct http_call *call,
                                 enum http_transfer_kind kind);
/* One more line of the head; copied. */
MUST_USE bool http_transfer_add_header(struct http_transfer *transfer, const char *line);
void http_transfer_deinit(struct http_transfer *transfer);

enum http_outcome http_transfer_outcome(CURLcode code);
int http_transfer_status(const struct http_transfer *transfer);
/* One sentence for people. Borrowed from the transfer, or static. */
const char *http_transfer_detail(const struct http_transfer *transfer, CURLcode code);
