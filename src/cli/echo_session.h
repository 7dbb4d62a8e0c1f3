/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* The work of `skep echo`: a PeerJS peer that sends every message back in the serialization it came in, and says in
 * lines on stdout what happens.
 * Owns: the loop and everything on it, while it runs.
 * Never: keeps a message; leaves a page in the dark: SIGINT and SIGTERM close every connection in order.
 * Full: a connection whose echoes do not leave is not read until they have (ECHO_WAITING_MAX).   Spec: CONTRACT 3. */

#include "cli/echo_report.h"
#include "daemon/peerjs/peerjs_peer.h"

enum { ECHO_WAITING_MAX = 1048576, ECHO_LEAVE_MS = 5000, ECHO_SIGNALING_MS = 20000 };

struct echo_order {
    const char *const *urls; /* of signaling servers */
    size_t url_count;
    const char *id;
    const char *dial;  /* NULL: it waits to be dialled */
    const char *label; /* of what it dials; NULL: one of its own */
    enum peerjs_serialization serialization;
    bool is_unordered;
    struct echo_report report;
};
int echo_session_run(const struct echo_order *order); /* an enum exit_code */
