/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/client/http_transfer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/must.h"

/* A token that holds a line break would write headers of its own. */
static bool is_header_text(const char *text) {
    for (; *text != '\0'; text++)
        if ((unsigned char)*text < ' ' || *text == 0x7f) return false;
    return true;
}

bool http_transfer_add_header(struct http_transfer *transfer, const char *line) {
    struct curl_slist *longer = curl_slist_append(transfer->headers, line);
    if (longer == NULL) return false;
    transfer->headers = longer;
    return curl_easy_setopt(transfer->easy, CURLOPT_HTTPHEADER, longer) == CURLE_OK;
}

static bool set_headers(struct http_transfer *transfer, bool has_json, enum http_transfer_kind kind) {
    static const char *const accepts[] = {
        [HTTP_TRANSFER_WHOLE] = "Accept: application/json",
        [HTTP_TRANSFER_ENDLESS] = "Accept: text/event-stream, application/json",
        [HTTP_TRANSFER_FILE] = "Accept: */*",
    };
    if (!http_transfer_add_header(transfer, accepts[kind])) return false;
    if (kind == HTTP_TRANSFER_FILE) return true;
    return (!has_json || http_transfer_add_header(transfer, "Content-Type: application/json")) &&
           http_transfer_add_header(transfer, "Expect:"); /* not curl's wait for a 100 before the body */
}

/* As curl reads the environment, and never a proxy for this machine: our own API is not a proxy's business. */
static bool set_proxy(CURL *easy) {
    static const char loopback[] = "localhost,127.0.0.0/8,127.0.0.1,::1";
    const char *own = getenv("no_proxy");
    if (own == NULL) own = getenv("NO_PROXY");
    if (own == NULL) return curl_easy_setopt(easy, CURLOPT_NOPROXY, loopback) == CURLE_OK;
    if (strcmp(own, "*") == 0) return curl_easy_setopt(easy, CURLOPT_NOPROXY, own) == CURLE_OK;
    size_t size = strlen(own) + sizeof loopback + 1;
    char *both = memory_zeroed(size, 1);
    (void)snprintf(both, size, "%s,%s", loopback, own);
    bool is_set = curl_easy_setopt(easy, CURLOPT_NOPROXY, both) == CURLE_OK;
    memory_free(both);
    return is_set;
}

/* Less than a byte a second is silence. */
static bool set_silence(CURL *easy, int64_t silence_ms_max) {
    return curl_easy_setopt(easy, CURLOPT_TCP_KEEPALIVE, 1L) == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_LOW_SPEED_LIMIT, silence_ms_max > 0 ? 1L : 0L) == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_LOW_SPEED_TIME, (long)(silence_ms_max / 1000)) == CURLE_OK;
}

static bool set_times(CURL *easy, const struct http_call *call, enum http_transfer_kind kind) {
    bool is_set = curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, (long)HTTP_CONNECT_MS_MAX) == CURLE_OK;
    if (kind != HTTP_TRANSFER_WHOLE) return is_set && set_silence(easy, call->silence_ms_max);
    long total_ms = call->total_ms_max > 0 ? (long)call->total_ms_max : 1; /* 0 would be for ever */
    return is_set && curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, total_ms) == CURLE_OK;
}

static bool set_unix_path(CURL *easy, const char *path) {
    return path == NULL || path[0] == '\0' || curl_easy_setopt(easy, CURLOPT_UNIX_SOCKET_PATH, path) == CURLE_OK;
}

static bool set_reach(CURL *easy, const struct http_call *call) {
    const char *same_scheme = strncasecmp(call->url, "https:", 6) == 0 ? "https" : "http";
    return set_unix_path(easy, call->unix_path) && curl_easy_setopt(easy, CURLOPT_URL, call->url) == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https") == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_DEFAULT_PROTOCOL, "http") == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, call->follows_redirects ? 1L : 0L) == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_MAXREDIRS, (long)HTTP_REDIRECTS_MAX) == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_REDIR_PROTOCOLS_STR, same_scheme) == CURLE_OK;
}

/* By curl's own means rather than as a header, so that a redirect to another host goes without it. */
static bool set_bearer(CURL *easy, const char *bearer) {
    if (bearer == NULL) return true;
    return is_header_text(bearer) && curl_easy_setopt(easy, CURLOPT_HTTPAUTH, (long)CURLAUTH_BEARER) == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_XOAUTH2_BEARER, bearer) == CURLE_OK;
}

static bool set_body(CURL *easy, const struct http_call *call) {
    return curl_easy_setopt(easy, CURLOPT_POST, 1L) == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)call->body.size) == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_COPYPOSTFIELDS, call->body.size > 0 ? (const char *)call->body.at : "") ==
               CURLE_OK;
}

bool http_transfer_init(struct http_transfer *transfer, const struct http_call *call, enum http_transfer_kind kind) {
    const bool has_json = kind != HTTP_TRANSFER_FILE && strcmp(call->method, "POST") == 0;
    const bool is_removal = strcmp(call->method, "DELETE") == 0;
    must(has_json || kind == HTTP_TRANSFER_FILE || is_removal || strcmp(call->method, "GET") == 0);
    *transfer = (struct http_transfer){.easy = curl_easy_init()};
    if (transfer->easy == NULL) return false;
    return curl_easy_setopt(transfer->easy, CURLOPT_ERRORBUFFER, transfer->detail) == CURLE_OK &&
           curl_easy_setopt(transfer->easy, CURLOPT_NOSIGNAL, 1L) == CURLE_OK &&
           curl_easy_setopt(transfer->easy, CURLOPT_USERAGENT, "skep/" SKEP_VERSION) == CURLE_OK &&
           set_reach(transfer->easy, call) && set_times(transfer->easy, call, kind) && set_proxy(transfer->easy) &&
           set_bearer(transfer->easy, call->bearer) && (!has_json || set_body(transfer->easy, call)) &&
           (!is_removal || curl_easy_setopt(transfer->easy, CURLOPT_CUSTOMREQUEST, call->method) == CURLE_OK) &&
           set_headers(transfer, has_json, kind);
}

void http_transfer_deinit(struct http_transfer *transfer) {
    curl_easy_cleanup(transfer->easy);
    curl_slist_free_all(transfer->headers);
    transfer->easy = NULL;
    transfer->headers = NULL;
}

enum http_outcome http_transfer_outcome(CURLcode code) {
    if (code == CURLE_OK) return HTTP_OUTCOME_ANSWERED;
    if (code == CURLE_OPERATION_TIMEDOUT) return HTTP_OUTCOME_TIMEOUT;
    if (code == CURLE_WRITE_ERROR || code == CURLE_FILESIZE_EXCEEDED) return HTTP_OUTCOME_TOO_LARGE;
    return HTTP_OUTCOME_UNREACHABLE;
}

int http_transfer_status(const struct http_transfer *transfer) {
    long status = 0;
    (void)curl_easy_getinfo(transfer->easy, CURLINFO_RESPONSE_CODE, &status);
    return (int)status;
}

const char *http_transfer_detail(const struct http_transfer *transfer, CURLcode code) {
    if (code == CURLE_WRITE_ERROR || code == CURLE_FILESIZE_EXCEEDED) return "the answer is larger than we take";
    return transfer->detail[0] != '\0' ? transfer->detail : curl_easy_strerror(code);
}
