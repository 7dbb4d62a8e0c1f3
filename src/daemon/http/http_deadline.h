/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* By when something must have happened on a connection. Each kind has one length of time for all, so the first in line
 * is always the next due: setting and clearing cost the same with one connection and with ten thousand.
 * Owns: one timer.   Never: allocates after it was opened, wakes the loop while nothing is due. */

#include "daemon/loop/loop.h"

enum http_deadline_kind {
    HTTP_DEADLINE_HANDSHAKE,
    HTTP_DEADLINE_REQUEST, /* head and body */
    HTTP_DEADLINE_IDLE,    /* the next request on a kept connection */
    HTTP_DEADLINE_FLUSH,   /* all of an answer; bytes that are taken one by one buy no more time */
    HTTP_DEADLINE_STALL,   /* the next byte of a body or an answer that is streamed */
    HTTP_DEADLINE_LINGER,  /* the client's own end, after ours */
    HTTP_DEADLINE_KINDS
};

struct http_deadline {
    struct http_deadline *next;
    struct http_deadline *previous;
    int64_t at_ms;
    enum http_deadline_kind kind;
    bool is_set;
};
struct http_deadlines {
    struct loop *loop; /* borrowed */
    struct loop_timer *timer;
    int64_t armed_ms; /* when the timer fires; 0 = it does not */
    void (*passed)(struct http_deadline *deadline, enum http_deadline_kind kind);
    struct http_deadline *first[HTTP_DEADLINE_KINDS];
    struct http_deadline *last[HTTP_DEADLINE_KINDS];
    int64_t length_ms[HTTP_DEADLINE_KINDS];
};

/* `passed` gets a deadline that is not set any more; it may set, clear and free any. */
void http_deadlines_open(struct http_deadlines *deadlines, struct loop *loop,
                         void (*passed)(struct http_deadline *deadline, enum http_deadline_kind kind));
void http_deadlines_close(struct http_deadlines *deadlines);
/* From now on; replaces what was set. */
void http_deadline_set(struct http_deadlines *deadlines, struct http_deadline *deadline, enum http_deadline_kind kind);
void http_deadline_clear(struct http_deadlines *deadlines, struct http_deadline *deadline);
