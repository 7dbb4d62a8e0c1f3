/* SPDX-License-Identifier: Apache-2.0 */
#include "swarm/control/switches.h"

/* What a switch says when it does not rest. */
enum answer { ANSWER_YES, ANSWER_DIRECT, ANSWER_HEARTBEAT, ANSWER_QUEUE, ANSWER_APPROVED, ANSWER_NO };
enum { POSITION_OFF = false, POSITION_ON = true };

static const struct about {
    const char *name;
    bool resting;
    enum reason reason;
    enum answer answers[DEED_COUNT];
} abouts[] = {
#define SWITCH(NAME, name, RESTING, REASON, keep, dial, by_hand, accept, announce, signal, exchange, content)          \
    {                                                                                                                  \
        name, POSITION_##RESTING, REASON_##REASON                                                                      \
        , {                                                                                                            \
            ANSWER_##keep, ANSWER_##dial, ANSWER_##by_hand, ANSWER_##accept, ANSWER_##announce, ANSWER_##signal,       \
                ANSWER_##exchange, ANSWER_##content                                                                    \
        }                                                                                                              \
    }                                                                                                                  \
    ,
#include "switches.def"
#undef SWITCH
};

struct switches switches_resting(void) {
    struct switches switches;
    for (size_t i = 0; i < SWITCH_COUNT; i++) switches.is_on[i] = abouts[i].resting;
    return switches;
}

const char *switch_name(enum control_switch which) {
    return abouts[which].name;
}

bool switch_find(struct span name, enum control_switch *which) {
    for (size_t i = 0; i < SWITCH_COUNT; i++) {
        if (!span_equal_text(name, abouts[i].name)) continue;
        *which = (enum control_switch)i;
        return true;
    }
    return false;
}

bool switch_resting(enum control_switch which) {
    return abouts[which].resting;
}

static enum leave leave_of(enum answer answer, bool is_approved) {
    switch (answer) {
    case ANSWER_YES: return LEAVE_GIVEN;
    case ANSWER_DIRECT: return LEAVE_DIRECT;
    case ANSWER_HEARTBEAT: return LEAVE_HEARTBEAT;
    case ANSWER_QUEUE: return is_approved ? LEAVE_GIVEN : LEAVE_QUEUED;
    case ANSWER_APPROVED: return is_approved ? LEAVE_GIVEN : LEAVE_DENIED;
    case ANSWER_NO: break;
    }
    return LEAVE_DENIED;
}

struct ruling switches_judge(const struct switches *switches, enum deed deed, bool is_approved) {
    struct ruling ruling = {LEAVE_GIVEN, SWITCH_COUNT, REASON_NONE};
    for (size_t i = 0; i < SWITCH_COUNT; i++) {
        if (switches->is_on[i] == abouts[i].resting) continue;
        const enum leave leave = leave_of(abouts[i].answers[deed], is_approved);
        if (leave > ruling.leave) ruling = (struct ruling){leave, (enum control_switch)i, abouts[i].reason};
    }
    return ruling;
}
