/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* The one event loop of the daemon, in our words: readiness of descriptors, timers, signals, work for the pool.
 * libuv is included in this folder alone.
 * Owns: its watches, timers, look-ups and jobs until they are closed; closing takes effect at once for the caller (no
 * callback after it), the memory goes when libuv has let go.
 * Never: blocks; calls back from within the call that registered.
 * Threads: everything here belongs to the thread that runs the loop, but for the `work` function of a job. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

struct loop;
struct loop_timer;
struct loop_watch;
struct loop_turn;

MUST_USE enum err loop_new(struct loop **loop); /* owned by the caller */
void loop_run(struct loop *loop);               /* until loop_stop */
void loop_stop(struct loop *loop);
void loop_free(struct loop *loop); /* after everything was closed; accepts NULL */

/* Milliseconds that never jump: the wall clock at start plus the monotonic time since. */
int64_t loop_now_ms(const struct loop *loop);
int64_t loop_now_us(const struct loop *loop); /* the same clock, finer: round trips on a LAN are under a millisecond */
/* What the wall clock says now; differs from loop_now_ms after a jump or a suspend. */
int64_t loop_wall_ms(const struct loop *loop);

/* How long the machine has slept since it booted; loop_now_ms knows nothing of that. */
int64_t loop_slept_ms(const struct loop *loop);

struct loop_timer *loop_timer_open(struct loop *loop, void (*fire)(void *context), void *context);
void loop_timer_start(struct loop_timer *timer, int64_t delay_ms); /* once; starting again moves it */
void loop_timer_stop(struct loop_timer *timer);
void loop_timer_close(struct loop_timer *timer); /* accepts NULL */

enum loop_ready { LOOP_READABLE = 1, LOOP_WRITABLE = 2 };
/* `fd` stays the caller's; close the watch before the descriptor. NULL: the system has no room to watch it. */
struct loop_watch *loop_watch_open(struct loop *loop, int fd, void (*ready)(void *context, unsigned events),
                                   void *context);
void loop_watch_want(struct loop_watch *watch, unsigned events); /* 0 = nothing for now; cheap when unchanged */
void loop_watch_close(struct loop_watch *watch);                 /* accepts NULL */

/* Once, at the end of the turn of the loop in which it was wanted, before the loop waits again: what many callbacks of
 * a turn gather leaves together. Wanted from within, it comes again in the same turn. */
struct loop_turn *loop_turn_open(struct loop *loop, void (*ends)(void *context), void *context);
void loop_turn_want(struct loop_turn *turn);  /* cheap, and more so when it is wanted already */
void loop_turn_close(struct loop_turn *turn); /* accepts NULL */

/* Runs `work` on a pool thread, then `done` on the loop. The context is the caller's and must live until `done`. */
void loop_work(struct loop *loop, void (*work)(void *context), void (*done)(void *context), void *context);

void loop_on_signal(struct loop *loop, int number, void (*arrived)(void *context, int number), void *context);

/* Resolves a name to addresses (getaddrinfo on the pool). `count` 0 = it has none, or the system does not answer. The
 * look-up is gone once it has called back. */
struct address;
struct loop_look_up;
struct loop_look_up *loop_resolve(struct loop *loop, const char *host, uint16_t port,
                                  void (*resolved)(void *context, const struct address *addresses, size_t count),
                                  void *context);
void loop_look_up_close(struct loop_look_up *look_up); /* it does not call back; accepts NULL */
