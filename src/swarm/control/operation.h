/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* One thing the caretaker did: what it set, what was before, how long it holds, and whether it was kept.
 *
 *   pending --journaled--> applied ----------------------------> reverted | expired | superseded
 *      |                   awaiting-confirm --kept--> confirmed -^
 *      |                         +--not kept in time--> reverted
 *      +--not journaled--> failed
 *
 * Owns: nothing.   Spec: CONTRACT 5, decision 17. */

#include "swarm/control/control_target.h"
#include "swarm/control/switches.h"
#include "swarm/limits.h"

enum control {
#define CONTROL(NAME, name, KIND, WHICH, VALUE, done) CONTROL_##NAME,
#include "controls.def"
#undef CONTROL
    CONTROL_COUNT
};
const char *control_name(enum control control); /* "pause.inbound" */
const char *control_done(enum control control); /* a clause: what is so when it is done */
bool control_find(struct span name, enum control *control);

enum operation_state {
    OPERATION_PENDING,
    OPERATION_APPLIED,
    OPERATION_AWAITING,
    OPERATION_CONFIRMED,
    OPERATION_REVERTED,
    OPERATION_SUPERSEDED,
    OPERATION_FAILED,
    OPERATION_EXPIRED,
    OPERATION_STATE_COUNT
};
const char *operation_state_name(enum operation_state state); /* "awaiting-confirm" */
bool operation_state_find(struct span name, enum operation_state *state);
bool operation_state_is_in_force(enum operation_state state);

enum {
    OPERATION_SETTINGS_MAX = 3,
    OPERATION_AUTHOR_MAX = 31,
    OPERATION_REASON_MAX = 200, /* bytes */
    OPERATION_KEY_MAX = 63,
};

/* What it set: a switch, the block of its target, its standing, whether there is to be a link with it now, or that it
 * is the endpoint to be used (of several that hold the newest counts); some set nothing and are only done. What was
 * before is what would hold without any operation that is to end by itself: whoever comes after it must not go back to
 * a pause that was over long ago. */
enum subject { SUBJECT_SWITCH, SUBJECT_BLOCK, SUBJECT_STANDING, SUBJECT_LINK, SUBJECT_ENDPOINT };
/* What the caretaker thinks of a node; the strictest controls let approved ones through. */
enum standing { STANDING_NONE, STANDING_APPROVED, STANDING_REJECTED };
struct operation_setting {
    enum subject subject;
    enum control_switch which; /* SWITCH */
    uint8_t value;             /* on or off; the directions of a block, 0 = none; enum standing; linked or not */
    uint8_t before;
    bool is_lost; /* a later operation has set it since: nothing of ours to take back */
};

/* As it is kept. Times that are left are as they were when it was last written, at `noted_at_ms`. */
struct operation {
    uint64_t id; /* never 0 */
    uint64_t sequence;
    enum control control;
    enum operation_state state;
    uint8_t setting_count;
    struct operation_setting settings[OPERATION_SETTINGS_MAX];
    struct control_target target; /* of all that are not about a switch */
    uint8_t direction;            /* of block.add: BLOCK_INBOUND, BLOCK_OUTBOUND or both */
    int64_t asked_at_ms;          /* wall clock, like the next three */
    int64_t ended_at_ms;          /* 0 = it has not */
    int64_t noted_at_ms;
    int64_t for_ms;          /* as it was asked; 0 = without end */
    int64_t confirm_ms;      /* as it was asked */
    int64_t left_ms;         /* until it ends by itself; 0 = it does not */
    int64_t confirm_left_ms; /* until it is taken back unless it is kept; 0 = it is not asked for */
    char author[OPERATION_AUTHOR_MAX + 1];
    char reason[OPERATION_REASON_MAX + 1];
    char key[OPERATION_KEY_MAX + 1]; /* asked again by the same key it is the same operation; empty: none */
};

bool control_needs_target(enum control control); /* block.add needs a direction, too */
bool control_takes_target(enum control control, enum target_kind kind);
bool control_may_end(enum control control);  /* by itself after a while: what is done at once is no state */
bool control_may_wait(enum control control); /* to be kept: not what only sets free, nor what is over once it is done */
/* What it sets, by its control, target and direction; `before` is left to whoever knows. */
void operation_fill_settings(struct operation *operation);
bool operation_is_held(const struct operation *operation); /* something of it is not lost */
