/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* The program that started this one and waits to hear how it is (systemd's sd_notify protocol): ready, reloading,
 * stopping, one line of status, and a sign of life from the loop. Without NOTIFY_SOCKET nothing is said.
 * Owns: its socket and timers. The environment's words for it are taken away, so that no child speaks in our name.
 * Never: blocks; says its status more than once a second, or twice the same.
 * Full: when the other side does not take a message, the newest that matters is tried again until it does.
 * Spec: sd_notify(3), sd_watchdog_enabled(3). */

#include "base/bytes.h"
#include "daemon/loop/loop.h"

struct supervisor;

enum { SUPERVISOR_STATUS_MAX = 200 };
struct supervisor_options {
    struct loop *loop;                                      /* borrowed until supervisor_free */
    void (*describe)(void *context, struct buffer *status); /* one line, how the node is now */
    void *context;
};
struct supervisor *
supervisor_new(const struct supervisor_options *options); /* owned by the caller; reads the environment */
void supervisor_tell_ready(
    struct supervisor *supervisor); /* the start, or a reload, is done; from here on signs of life */
void supervisor_tell_reloading(struct supervisor *supervisor); /* supervisor_tell_ready must follow */
void supervisor_tell_stopping(struct supervisor *supervisor);
void supervisor_note_change(struct supervisor *supervisor); /* the status may be another; cheap, accepts NULL */
void supervisor_free(struct supervisor *supervisor);        /* accepts NULL */
