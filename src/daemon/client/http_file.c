/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/client/http_file.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/must.h"
#include "daemon/client/http_transfer.h"

enum { STALL_MS = 30000, BUFFER_SIZE = 256 * 1024, LINE_SIZE = 256 };

/* One file on its way, in either direction. */
struct carriage {
    struct http_transfer transfer;
    int fd;
    uint64_t done;
    uint64_t total;  /* HTTP_SIZE_UNKNOWN: not known */
    uint64_t offset; /* of a download */
    struct http_progress progress;
    struct buffer *answer; /* what is no file */
    size_t answer_size_max;
    struct err_detail failure; /* of the file */
    bool has_failed;
    bool is_begun; /* the first of the file is about to be written */
    bool is_cancelled;
};

static bool fail(struct carriage *c, const char *what, const char *why) {
    (void)err_set(&c->failure, ERR_IO, "the file cannot be %s: %s", what, why);
    c->has_failed = true;
    return false;
}

/* ---- Up ---- */

static size_t take_from_file(char *into, size_t one, size_t capacity, void *context) {
    struct carriage *c = context;
    ssize_t size;
    (void)one;
    if (c->total != HTTP_SIZE_UNKNOWN && capacity > c->total - c->done) capacity = (size_t)(c->total - c->done);
    if (capacity == 0) return 0;
    do size = read(c->fd, into, capacity);
    while (size < 0 && errno == EINTR);
    if (size < 0) (void)fail(c, "read", strerror(errno));
    if (size == 0 && c->total != HTTP_SIZE_UNKNOWN) (void)fail(c, "read", "it has become shorter");
    if (c->has_failed) return CURL_READFUNC_ABORT;
    c->done += (uint64_t)size;
    return (size_t)size;
}

static bool set_upload(struct carriage *c, const struct http_upload *upload, const char *method) {
    CURL *easy = c->transfer.easy;
    char line[LINE_SIZE];
    const char *type = upload->content_type == NULL ? "application/octet-stream" : upload->content_type;
    const int size = snprintf(line, sizeof line, "Content-Type: %s", type);
    must(size > 0 && (size_t)size < sizeof line);
    return http_transfer_add_header(&c->transfer, line) &&
           http_transfer_add_header(&c->transfer, "Expect: 100-continue") &&
           curl_easy_setopt(easy, CURLOPT_UPLOAD, 1L) == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, method) == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L) == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_INFILESIZE_LARGE,
                            upload->size == HTTP_SIZE_UNKNOWN ? (curl_off_t)-1 : (curl_off_t)upload->size) ==
               CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_UPLOAD_BUFFERSIZE, (long)BUFFER_SIZE) == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_READFUNCTION, take_from_file) == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_READDATA, (void *)c) == CURLE_OK;
}

/* ---- Down ---- */

static bool is_file(int status) {
    return status == 200 || status == 206;
}

static bool begins_at_offset(const struct carriage *c) {
    char wanted[LINE_SIZE];
    struct curl_header *header;
    (void)snprintf(wanted, sizeof wanted, "bytes %" PRIu64 "-", c->offset);
    return curl_easy_header(c->transfer.easy, "Content-Range", 0, CURLH_HEADER, -1, &header) == CURLHE_OK &&
           strncmp(header->value, wanted, strlen(wanted)) == 0;
}

/* The head is there: is it the rest, or all of it anew? */
static bool begin_file(struct carriage *c, int status) {
    if (c->is_begun) return true;
    c->is_begun = true;
    if (status == 206)
        return begins_at_offset(c) || fail(c, "written", "the server sent another part than was asked for");
    if (c->offset == 0) return true;
    c->done = c->offset = 0;
    if (ftruncate(c->fd, 0) == 0 && lseek(c->fd, 0, SEEK_SET) == 0) return true;
    return fail(c, "begun anew, as the server sends all of it", strerror(errno));
}

static bool write_all(struct carriage *c, struct span bytes) {
    while (bytes.size > 0) {
        const ssize_t size = write(c->fd, bytes.at, bytes.size);
        if (size < 0 && errno == EINTR) continue;
        if (size < 0) return fail(c, "written", strerror(errno));
        bytes = (struct span){bytes.at + size, bytes.size - (size_t)size};
        c->done += (uint64_t)size;
    }
    return true;
}

static size_t put_into_answer(struct carriage *c, struct span bytes) {
    if (bytes.size > c->answer_size_max - c->answer->size) return CURL_WRITEFUNC_ERROR;
    buffer_put(c->answer, bytes);
    return bytes.size;
}

static size_t take_answer(char *bytes, size_t one, size_t size, void *context) {
    struct carriage *c = context;
    (void)one;
    return put_into_answer(c, (struct span){(const uint8_t *)bytes, size});
}

static size_t take_file(char *bytes, size_t one, size_t size, void *context) {
    struct carriage *c = context;
    const struct span piece = {(const uint8_t *)bytes, size};
    const int status = http_transfer_status(&c->transfer);
    (void)one;
    if (!is_file(status)) return put_into_answer(c, piece);
    return begin_file(c, status) && write_all(c, piece) ? size : CURL_WRITEFUNC_ERROR;
}

static bool set_download(struct carriage *c, const struct http_download *download) {
    CURL *easy = c->transfer.easy;
    char line[LINE_SIZE];
    if (curl_easy_setopt(easy, CURLOPT_BUFFERSIZE, (long)BUFFER_SIZE) != CURLE_OK) return false;
    if (download->offset == 0) return true;
    (void)snprintf(line, sizeof line, "Range: bytes=%" PRIu64 "-", download->offset);
    if (!http_transfer_add_header(&c->transfer, line)) return false;
    if (download->if_range == NULL) return true;
    const int size = snprintf(line, sizeof line, "If-Range: %s", download->if_range);
    return size > 0 && (size_t)size < sizeof line && http_transfer_add_header(&c->transfer, line);
}

/* ---- Both ---- */

static int tell_progress(void *context, curl_off_t down_total, curl_off_t down, curl_off_t up_total, curl_off_t up) {
    struct carriage *c = context;
    (void)down;
    (void)up_total;
    (void)up;
    const bool is_file_coming = c->is_begun && down_total > 0;
    const uint64_t total = is_file_coming ? c->offset + (uint64_t)down_total : c->total;
    c->is_cancelled = !c->progress.moved(c->progress.context, c->done, total);
    return c->is_cancelled ? 1 : 0;
}

static bool set_common(struct carriage *c, int64_t stall_ms_max,
                       size_t (*take)(char *bytes, size_t one, size_t size, void *context)) {
    CURL *easy = c->transfer.easy;
    const int64_t stall_ms = stall_ms_max > 0 ? stall_ms_max : STALL_MS;
    bool is_set = curl_easy_setopt(easy, CURLOPT_LOW_SPEED_LIMIT, 1L) == CURLE_OK &&
                  curl_easy_setopt(easy, CURLOPT_LOW_SPEED_TIME, (long)((stall_ms + 999) / 1000)) == CURLE_OK &&
                  curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, take) == CURLE_OK &&
                  curl_easy_setopt(easy, CURLOPT_WRITEDATA, (void *)c) == CURLE_OK;
    if (c->progress.moved == NULL) return is_set;
    return is_set && curl_easy_setopt(easy, CURLOPT_NOPROGRESS, 0L) == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_XFERINFOFUNCTION, tell_progress) == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_XFERINFODATA, (void *)c) == CURLE_OK;
}

static enum http_outcome outcome_of(struct carriage *c, CURLcode code, struct err_detail *detail) {
    const enum http_outcome outcome = http_transfer_outcome(code);
    if (c->is_cancelled) {
        (void)err_set(detail, ERR_UNREACHABLE, "it was cancelled");
        return HTTP_OUTCOME_CANCELLED;
    }
    if (c->has_failed) {
        if (detail != NULL) *detail = c->failure;
        return HTTP_OUTCOME_FILE;
    }
    if (outcome != HTTP_OUTCOME_ANSWERED)
        (void)err_set(detail, ERR_UNREACHABLE, "%s", http_transfer_detail(&c->transfer, code));
    return outcome;
}

/* `upload` or `download`, the other NULL. */
static CURLcode carry(struct carriage *c, const struct http_call *call, const struct http_upload *upload,
                      const struct http_download *download) {
    bool is_ready = http_transfer_init(&c->transfer, call, HTTP_TRANSFER_FILE);
    if (upload != NULL)
        is_ready = is_ready && set_common(c, upload->stall_ms_max, take_answer) && set_upload(c, upload, call->method);
    else
        is_ready = is_ready && set_common(c, download->stall_ms_max, take_file) && set_download(c, download);
    return is_ready ? curl_easy_perform(c->transfer.easy) : CURLE_FAILED_INIT;
}

static enum http_outcome carry_and_wait(struct carriage *c, const struct http_call *call,
                                        const struct http_upload *upload, const struct http_download *download,
                                        int *status, struct err_detail *detail) {
    must(c->answer->size < c->answer->capacity); /* the NUL */
    const size_t room = c->answer->capacity - c->answer->size - 1;
    c->answer_size_max = c->answer->size + (call->answer_bytes_max < room ? call->answer_bytes_max : room);
    *status = 0;
    if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) {
        (void)err_set(detail, ERR_MEMORY, "%s", err_sentence(ERR_MEMORY));
        return HTTP_OUTCOME_UNREACHABLE;
    }
    const CURLcode code = carry(c, call, upload, download);
    if (code == CURLE_OK) *status = http_transfer_status(&c->transfer);
    /* An answer without a byte is a file, too. */
    if (download != NULL && is_file(*status)) (void)begin_file(c, *status);
    const enum http_outcome outcome = outcome_of(c, code, detail);
    c->answer->at[c->answer->size] = '\0';
    http_transfer_deinit(&c->transfer);
    curl_global_cleanup();
    return outcome;
}

enum http_outcome http_upload_blocking(const struct http_call *call, const struct http_upload *upload, int *status,
                                       struct buffer *answer, struct err_detail *detail) {
    must(strcmp(call->method, "PUT") == 0 || strcmp(call->method, "POST") == 0);
    struct carriage c = {.fd = upload->fd, .total = upload->size, .progress = upload->progress, .answer = answer};
    return carry_and_wait(&c, call, upload, NULL, status, detail);
}

enum http_outcome http_download_blocking(const struct http_call *call, const struct http_download *download,
                                         int *status, struct buffer *answer, struct err_detail *detail) {
    must(strcmp(call->method, "GET") == 0);
    struct carriage c = {.fd = download->fd,
                         .done = download->offset,
                         .offset = download->offset,
                         .total = HTTP_SIZE_UNKNOWN,
                         .progress = download->progress,
                         .answer = answer};
    return carry_and_wait(&c, call, NULL, download, status, detail);
}
