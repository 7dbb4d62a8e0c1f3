/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* The signaling servers a node may be found through: one is in use, the others stand by. Pure: it is told what happened
 * and says what to do next.
 *
 *   STANDBY -> CONNECTING -> IN_USE          one at a time; the choice sticks while it works
 *      ^           |            |            a server that fails waits, longer each time, with jitter,
 *      '- WAITING <'------------'            and the next is tried at once
 *
 * Owns: nothing beyond itself.   Never: reads the clock, opens a socket, gives up.
 * Full: ENDPOINTS_MAX, by configuration.   Spec: reference 7.1 (W35 not repeated), DASHBOARD "Signaling endpoint". */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { ENDPOINTS_MAX = 16, ENDPOINT_URL_MAX = 256, ENDPOINT_WHY_MAX = 96 };

enum endpoint_state { ENDPOINT_STANDBY, ENDPOINT_CONNECTING, ENDPOINT_IN_USE, ENDPOINT_WAITING };

struct endpoint {
    char url[ENDPOINT_URL_MAX];
    enum endpoint_state state;
    int64_t since_ms;           /* in that state */
    uint32_t failures;          /* in a row */
    int64_t next_try_ms;        /* of one that waits */
    int64_t failed_ms;          /* last; 0: never */
    char why[ENDPOINT_WHY_MAX]; /* it failed, for people; "": it never did */
    int64_t latency_ms;         /* from asking to OPEN, or of a ping's answer; -1: not known */
    int64_t heard_ms;           /* last */
};
struct endpoint_set {
    struct endpoint rows[ENDPOINTS_MAX];
    size_t count;
    size_t chosen;      /* by the caretaker; SIZE_MAX: by itself */
    bool is_stopped;    /* by the caretaker, or by a control */
    uint32_t failovers; /* since the start */
};
