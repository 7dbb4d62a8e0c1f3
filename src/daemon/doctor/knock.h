/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* One try whether somebody takes TCP connections at an address; what is opened is closed at once, unread and unwritten.
 *
 *     begun -> ended     taken (reason NONE), or why not; KNOCK_MS at most
 *
 * Owns: a socket, a watch and a timer while it lasts.
 * Never: calls back from within knock_begin, or after knock_end. */

#include "base/address.h"
#include "daemon/loop/loop.h"
#include "swarm/reason.h"

enum { KNOCK_MS = 3000 };

struct knock {
    struct loop *loop; /* borrowed */
    struct loop_watch *watch;
    struct loop_timer *timer;
    int fd;
    int64_t began_ms;
    void (*ended)(void *context); /* borrowed */
    void *context;

    bool is_over;
    enum reason reason; /* when over; NONE: somebody took the connection */
    int64_t elapsed_ms;
};
void knock_begin(struct knock *knock, struct loop *loop, const struct address *at, void (*ended)(void *context),
                 void *context);
void knock_end(struct knock *knock); /* lets go of what it has; a second time does nothing */
