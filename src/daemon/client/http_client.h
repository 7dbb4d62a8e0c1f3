/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* Outgoing HTTP in our words: one request, one whole answer or one reason why not.
 * libcurl is included in this folder alone.
 * Owns: its transfers; request bodies are copied.
 * Never: follows a redirect unasked, nor to another scheme, takes more than `answer_bytes_max`, waits beyond
 * `total_ms_max`, sends credentials to another host. Threads: the loop's alone, but for http_call_blocking (the command
 * line's), which needs no loop. */

#include "base/address.h"
#include "base/err.h"
#include "daemon/loop/loop.h"

struct http_client;

enum http_outcome {
    HTTP_OUTCOME_ANSWERED, /* an answer of any status */
    HTTP_OUTCOME_TIMEOUT,
    HTTP_OUTCOME_UNREACHABLE, /* no route, refused, name not found, TLS failed */
    HTTP_OUTCOME_TOO_LARGE,
    HTTP_OUTCOME_CANCELLED, /* by the caller, and the next one too: of http_file.h alone */
    HTTP_OUTCOME_FILE,      /* our own file could not be read or written */
};
struct http_result {
    enum http_outcome outcome;
    int status;       /* 0 unless answered */
    struct span body; /* borrowed during the callback */
    int64_t elapsed_ms;
    const char *detail; /* for people, when not answered */
};
struct http_call {
    const char *method;    /* GET, POST or DELETE; of http_file.h: PUT, too */
    const char *url;       /* http or https */
    const char *unix_path; /* of the socket to connect to, whatever the URL names; NULL or empty: none */
    struct span body;      /* JSON; copied */
    const char *bearer;    /* token for Authorization, or NULL */
    int64_t total_ms_max;
    int64_t silence_ms_max; /* of http_follow_blocking, whole seconds: nothing comes for so long; 0: it may for ever */
    size_t answer_bytes_max;
    /* Up to three. False: a redirect is the answer. Where strangers answer it must be: one of them could send us to an
     * address that only we can reach. */
    bool follows_redirects;
    int64_t *date_ms; /* of http_call_blocking: what the answer's Date says, to the second; 0: none. NULL: not wanted */
    void (*dropped)(void *context); /* instead of `done`, when the client is freed first; NULL: nobody is told */
};

MUST_USE enum err http_client_new(struct http_client **client, struct loop *loop);
/* `done` is called exactly once, never from within this call; or, when the client is freed first, `dropped` is. */
void http_client_call(struct http_client *client, const struct http_call *call,
                      void (*done)(void *context, const struct http_result *result), void *context);
/* Drops what is under way: `dropped` is called from within, and must not use the client. Accepts NULL. */
void http_client_free(struct http_client *client);

/* One call, waited for. `answer` is written into memory of the caller; NUL-terminated. */
enum http_outcome http_call_blocking(const struct http_call *call, int *status, struct buffer *answer,
                                     struct err_detail *detail);
/* A GET whose answer goes on (events): `piece` is called with what arrives; false ends it. */
enum http_outcome http_follow_blocking(const struct http_call *call, int *status,
                                       bool (*piece)(void *context, struct span bytes), void *context,
                                       struct err_detail *detail);
