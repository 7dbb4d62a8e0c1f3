/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* The controls that are on or off, and the one place that says what they forbid: asked before a dial, an accept, an
 * announce, peer exchange and content, and of each link there is when one of them is thrown.
 * Owns: nothing but its positions.   Never: does anything about it.
 * Spec: CONTRACT 5; defs/switches.def is the table. */

#include "swarm/reason.h"

enum control_switch {
#define SWITCH(NAME, name, RESTING, REASON, keep, dial, by_hand, accept, announce, signal, exchange, content)          \
    SWITCH_##NAME,
#include "switches.def"
#undef SWITCH
    SWITCH_COUNT
};

enum deed {
    DEED_KEEP,
    DEED_DIAL,
    DEED_DIAL_BY_HAND,
    DEED_ACCEPT,
    DEED_ANNOUNCE,
    DEED_SIGNAL,
    DEED_EXCHANGE,
    DEED_CONTENT,
    DEED_COUNT
};

/* From the mildest to the strictest. */
enum leave {
    LEAVE_GIVEN,
    LEAVE_DIRECT,    /* without the help of a signaling endpoint */
    LEAVE_HEARTBEAT, /* nothing but staying known there */
    LEAVE_QUEUED,    /* when the caretaker has approved it */
    LEAVE_DENIED
};

struct switches {
    bool is_on[SWITCH_COUNT];
};
/* Whether it may be done, and which switch says otherwise. */
struct ruling {
    enum leave leave;
    enum control_switch by; /* SWITCH_COUNT: none, it is given */
    enum reason reason;     /* what a peer is told */
};

struct switches switches_resting(void);
const char *switch_name(enum control_switch which); /* "pause-inbound" */
bool switch_find(struct span name, enum control_switch *which);
bool switch_resting(enum control_switch which); /* the position in which it holds nobody back */
/* `is_approved`: the peer it is about was approved by the caretaker. */
struct ruling switches_judge(const struct switches *switches, enum deed deed, bool is_approved);
