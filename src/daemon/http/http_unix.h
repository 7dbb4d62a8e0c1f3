/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* The file of a listening Unix socket: made where nobody listens, and removed only while it is still ours.
 * A program that was killed leaves its file behind, so one that nobody answers is replaced; the folder is locked
 * meanwhile, so that of two programs that start at once the second finds the first.
 * Never: removes what is no socket, one that somebody listens on, or one that another has put in its place. */

#include "base/err.h"
#include "daemon/http/http_place.h"

struct http_unix {
    uint64_t device; /* of the file we made; 0 and 0: none */
    uint64_t inode;
    int64_t changed_ns; /* numbers of files are used again */
};

struct http_unix_options {
    int fd; /* of a socket that has no name yet; the caller's */
    int mode;
    int backlog;
};
/* Makes the file and listens. ERR_IN_USE, ERR_EXISTS, ERR_NOT_FOUND, ERR_PERMISSION, ERR_IO, with what to do. */
MUST_USE enum err http_unix_listen(struct http_unix *file, const struct http_place *place,
                                   const struct http_unix_options *options, struct err_detail *detail);
void http_unix_remove(const struct http_unix *file, const struct http_place *place);
