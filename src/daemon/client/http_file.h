/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* A file of any size on its way to a server, or from one, waited for: the command line's way.
 * Owns: nothing; descriptors stay the caller's.
 * Never: holds more than some buffers of the file; waits longer than `stall_ms_max` for the next byte, the first of the
 * answer included (there is no time for the whole; curl looks at the last five seconds, so it may take that much
 * more); writes an answer that is no file (a refusal) into the file. */

#include "daemon/client/http_client.h"

#define HTTP_SIZE_UNKNOWN UINT64_MAX

struct http_progress {
    /* Called often, some times a second at least while nothing moves. False ends it. NULL: nobody looks. */
    bool (*moved)(void *context, uint64_t done, uint64_t total); /* bytes; `total` may be HTTP_SIZE_UNKNOWN */
    void *context;
};

struct http_upload {
    int fd;        /* read from where it stands; a pipe will do */
    uint64_t size; /* so many; HTTP_SIZE_UNKNOWN: until its end, chunked. Fewer are there: HTTP_OUTCOME_FILE */
    const char *content_type; /* NULL: application/octet-stream */
    int64_t stall_ms_max;     /* 0 = 30 s; counted in whole seconds */
    struct http_progress progress;
};
/* PUT or POST; the call's own body, time and redirects mean nothing here. The server may refuse before it has seen any
 * of the file (it is asked with Expect: 100-continue), or in the middle: that is an answer as any other. `answer` as in
 * http_call_blocking. */
enum http_outcome http_upload_blocking(const struct http_call *call, const struct http_upload *upload, int *status,
                                       struct buffer *answer, struct err_detail *detail);

struct http_download {
    int fd;               /* written from where it stands: at `offset`, when that is a file */
    uint64_t offset;      /* how much is there already; the rest is asked for with Range */
    const char *if_range; /* the ETag of what is there, in its quotes; NULL: not known */
    int64_t stall_ms_max; /* 0 = 30 s; counted in whole seconds */
    struct http_progress progress;
};
/* GET. 200 and 206 go into the file, all other answers into `answer`. 200 although a rest was asked for: the file has
 * changed, or the server knows no ranges; what is there is cut off and the whole is written. 416: nothing comes after
 * `offset`. An answer that ends too soon is HTTP_OUTCOME_UNREACHABLE; what came is in the file, and the next call may
 * go on from there. */
enum http_outcome http_download_blocking(const struct http_call *call, const struct http_download *download,
                                         int *status, struct buffer *answer, struct err_detail *detail);
