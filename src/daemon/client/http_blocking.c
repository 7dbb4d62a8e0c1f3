/* SPDX-License-Identifier: Apache-2.0 */
/* One request, waited for: the command line's way. */
#include <string.h>

#include "base/must.h"
#include "daemon/client/http_transfer.h"

struct blocking_answer {
    struct http_transfer *transfer;
    struct buffer *into; /* or, for an answer that goes on: */
    bool (*piece)(void *context, struct span bytes);
    void *context;
    int *status;
    size_t size_max;
    bool is_ended; /* by `piece` */
};

static size_t answer_take(char *bytes, size_t one, size_t size, void *context) {
    struct blocking_answer *answer = context;
    struct span piece = {(const uint8_t *)bytes, size};
    (void)one;
    if (answer->piece != NULL) {
        *answer->status = http_transfer_status(answer->transfer);
        answer->is_ended = !answer->piece(answer->context, piece);
        return answer->is_ended ? CURL_WRITEFUNC_ERROR : size;
    }
    if (size > answer->size_max - answer->into->size) return CURL_WRITEFUNC_ERROR;
    buffer_put(answer->into, piece);
    return size;
}

static int64_t date_of(const struct http_transfer *transfer) {
    struct curl_header *header;
    if (curl_easy_header(transfer->easy, "Date", 0, CURLH_HEADER, -1, &header) != CURLHE_OK) return 0;
    time_t seconds = curl_getdate(header->value, NULL);
    return seconds > 0 ? (int64_t)seconds * 1000 : 0;
}

static enum http_outcome perform(struct http_transfer *transfer, const struct http_call *call,
                                 struct blocking_answer *answer, struct err_detail *detail) {
    bool is_ready =
        http_transfer_init(transfer, call, answer->piece != NULL ? HTTP_TRANSFER_ENDLESS : HTTP_TRANSFER_WHOLE) &&
        curl_easy_setopt(transfer->easy, CURLOPT_WRITEFUNCTION, answer_take) == CURLE_OK &&
        curl_easy_setopt(transfer->easy, CURLOPT_WRITEDATA, (void *)answer) == CURLE_OK;
    CURLcode code = is_ready ? curl_easy_perform(transfer->easy) : CURLE_FAILED_INIT;
    if (answer->is_ended) code = CURLE_OK;
    enum http_outcome outcome = http_transfer_outcome(code);
    if (call->date_ms != NULL) *call->date_ms = outcome == HTTP_OUTCOME_ANSWERED ? date_of(transfer) : 0;
    if (outcome == HTTP_OUTCOME_ANSWERED)
        *answer->status = http_transfer_status(transfer);
    else
        (void)err_set(detail, ERR_UNREACHABLE, "%s", http_transfer_detail(transfer, code));
    return outcome;
}

static enum http_outcome call_and_wait(const struct http_call *call, struct blocking_answer *answer,
                                       struct err_detail *detail) {
    struct http_transfer transfer = {0};
    *answer->status = 0;
    if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) {
        (void)err_set(detail, ERR_MEMORY, "%s", err_sentence(ERR_MEMORY));
        return HTTP_OUTCOME_UNREACHABLE;
    }
    answer->transfer = &transfer;
    enum http_outcome outcome = perform(&transfer, call, answer, detail);
    http_transfer_deinit(&transfer);
    curl_global_cleanup();
    return outcome;
}

enum http_outcome http_call_blocking(const struct http_call *call, int *status, struct buffer *answer,
                                     struct err_detail *detail) {
    must(answer->size < answer->capacity); /* the NUL */
    size_t room = answer->capacity - answer->size - 1;
    struct blocking_answer taking = {.into = answer, .status = status};
    taking.size_max = answer->size + (call->answer_bytes_max < room ? call->answer_bytes_max : room);
    enum http_outcome outcome = call_and_wait(call, &taking, detail);
    answer->at[answer->size] = '\0';
    return outcome;
}

enum http_outcome http_follow_blocking(const struct http_call *call, int *status,
                                       bool (*piece)(void *context, struct span bytes), void *context,
                                       struct err_detail *detail) {
    struct blocking_answer taking = {.piece = piece, .context = context, .status = status};
    return call_and_wait(call, &taking, detail);
}
