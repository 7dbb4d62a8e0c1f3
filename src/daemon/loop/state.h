/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* The inside of a loop, for the files of this folder alone: one struct behind every timer, watch, turn and signal, in
 * one list, so that loop_free finds what was left open. Owns: the memory of each handle from its opening until libuv
 * has closed it. */

#include <uv.h>

#include "daemon/loop/loop.h"

struct loop_handle {
    union {
        uv_handle_t any;
        uv_timer_t timer;
        uv_poll_t poll;
        uv_signal_t signal;
        uv_prepare_t prepare;
    } uv; /* its `data` is this struct */
    struct loop *loop;
    struct loop_handle *next;
    struct loop_handle **link_to_this; /* NULL once closing */
    void *context;                     /* the caller's, borrowed */
};

struct loop {
    uv_loop_t uv;
    uv_async_t anchor;           /* keeps loop_run waiting while nothing else is open */
    struct loop_handle *handles; /* open ones */
    int64_t monotonic_at_start_us;
    int64_t wall_at_start_ms;
    bool is_stopped;
    bool is_firing; /* a timer's callback runs */
    bool is_ending; /* loop_free has begun: nobody is called but for `done` of a job, which frees its context */
};

/* Puts a handle that libuv has accepted on the list. */
void loop_handle_opened(struct loop *loop, struct loop_handle *handle, void *context);
/* Off the list at once; the memory goes when libuv says so. Accepts NULL. */
void loop_handle_close(struct loop_handle *handle);
