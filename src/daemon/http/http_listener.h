/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* The socket that connections come in by.
 * Owns: the listening descriptor and its watch.   Never: reads from a connection, decides whether it is welcome.
 * Full: without descriptors left it takes one back from its reserve, to close what it cannot serve, and goes on. */

#include "base/address.h"
#include "base/err.h"
#include "daemon/loop/loop.h"

struct http_listener;

struct http_listener_options {
    struct loop *loop; /* borrowed until http_listener_close */
    struct address at;
    const char *option; /* what chose it, for messages; NULL: none; borrowed during the call */
    /* `fd` is moved: non-blocking, closed on exec. */
    void (*accepted)(void *context, int fd, const struct address *remote);
    void *context; /* borrowed */
};

/* `bound` may be NULL. */
MUST_USE enum err http_listener_open(struct http_listener **listener, const struct http_listener_options *options,
                                     struct address *bound, struct err_detail *detail);
void http_listener_close(struct http_listener *listener); /* the port is free at once; accepts NULL */
