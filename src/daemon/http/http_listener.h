/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* The socket that connections come in by.
 * Owns: the listening descriptor and its watch; a Unix socket's file, which goes with it.
 * Never: reads from a connection, decides whether it is welcome; removes what is no socket, or one that somebody
 * answers. Full: without descriptors left it takes one back from its reserve, to close what it cannot serve, and goes
 * on. */

#include "base/err.h"
#include "daemon/http/http_place.h"
#include "daemon/loop/loop.h"

struct http_listener;

struct http_listener_options {
    struct loop *loop; /* borrowed until http_listener_close */
    struct http_place at;
    int unix_mode;      /* 0 = 0660 */
    const char *option; /* what chose it, for messages; NULL: none; borrowed during the call */
    /* `fd` is moved: non-blocking, closed on exec. */
    void (*accepted)(void *context, int fd, const struct address *remote); /* ADDRESS_NONE: by a Unix socket */
    void (*shed)(void *context); /* somebody was closed for want of descriptors */
    void *context;               /* borrowed */
};

/* `bound` may be NULL. */
MUST_USE enum err http_listener_open(struct http_listener **listener, const struct http_listener_options *options,
                                     struct http_place *bound, struct err_detail *detail);
void http_listener_close(struct http_listener *listener); /* the place is free at once; accepts NULL */
