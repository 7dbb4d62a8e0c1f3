/* SPDX-License-Identifier: Apache-2.0 */
#include "swarm/control/operation.h"

enum kind { KIND_SWITCH, KIND_RESUME, KIND_BLOCK, KIND_STANDING, KIND_LINK, KIND_HARVEST, KIND_ENDPOINT };
enum { POSITION_OFF = false, POSITION_ON = true };

static const struct about {
    const char *name;
    enum kind kind;
    enum control_switch which;
    bool value;
    const char *done;
} abouts[] = {
#define CONTROL(NAME, name, KIND, WHICH, VALUE, done) {name, KIND_##KIND, SWITCH_##WHICH, POSITION_##VALUE, done},
#include "controls.def"
#undef CONTROL
};

const char *control_name(enum control control) {
    return abouts[control].name;
}

const char *control_done(enum control control) {
    return abouts[control].done;
}

bool control_find(struct span name, enum control *control) {
    for (size_t i = 0; i < CONTROL_COUNT; i++) {
        if (!span_equal_text(name, abouts[i].name)) continue;
        *control = (enum control)i;
        return true;
    }
    return false;
}

static const char *const state_names[] = {
    [OPERATION_PENDING] = "pending",     [OPERATION_APPLIED] = "applied",   [OPERATION_AWAITING] = "awaiting-confirm",
    [OPERATION_CONFIRMED] = "confirmed", [OPERATION_REVERTED] = "reverted", [OPERATION_SUPERSEDED] = "superseded",
    [OPERATION_FAILED] = "failed",       [OPERATION_EXPIRED] = "expired",
};

const char *operation_state_name(enum operation_state state) {
    return state_names[state];
}

bool operation_state_find(struct span name, enum operation_state *state) {
    for (size_t i = 0; i < OPERATION_STATE_COUNT; i++) {
        if (!span_equal_text(name, state_names[i])) continue;
        *state = (enum operation_state)i;
        return true;
    }
    return false;
}

bool operation_state_is_in_force(enum operation_state state) {
    return state == OPERATION_APPLIED || state == OPERATION_AWAITING || state == OPERATION_CONFIRMED;
}

static void setting_add(struct operation *operation, enum control_switch which, bool is_on) {
    operation->settings[operation->setting_count++] =
        (struct operation_setting){.subject = SUBJECT_SWITCH, .which = which, .value = is_on};
}

bool control_needs_target(enum control control) {
    const enum kind kind = abouts[control].kind;
    return kind == KIND_BLOCK || kind == KIND_STANDING || kind == KIND_LINK || kind == KIND_ENDPOINT;
}

bool control_takes_target(enum control control, enum target_kind kind) {
    if (kind == TARGET_ENDPOINT || abouts[control].kind == KIND_ENDPOINT)
        return kind == TARGET_ENDPOINT && abouts[control].kind == KIND_ENDPOINT;
    if (kind == TARGET_ADDRESS) return control == CONTROL_LINK_CONNECT;
    return kind == TARGET_NODE || abouts[control].kind == KIND_BLOCK;
}

/* What is over once it is done is no state to go back from. */
static bool is_done_at_once(enum control control) {
    return abouts[control].kind == KIND_LINK || abouts[control].kind == KIND_HARVEST;
}

bool control_may_end(enum control control) {
    return !is_done_at_once(control);
}

bool control_may_wait(enum control control) {
    return !is_done_at_once(control) && abouts[control].kind != KIND_RESUME;
}

static struct operation_setting setting_of_target(const struct operation *operation) {
    const struct about *about = &abouts[operation->control];
    switch (about->kind) {
    case KIND_BLOCK:
        return (struct operation_setting){.subject = SUBJECT_BLOCK, .value = about->value ? operation->direction : 0};
    case KIND_STANDING:
        return (struct operation_setting){.subject = SUBJECT_STANDING,
                                          .value = about->value ? STANDING_APPROVED : STANDING_REJECTED};
    case KIND_ENDPOINT: return (struct operation_setting){.subject = SUBJECT_ENDPOINT, .value = about->value};
    default: return (struct operation_setting){.subject = SUBJECT_LINK, .value = about->value};
    }
}

void operation_fill_settings(struct operation *operation) {
    const struct about *about = &abouts[operation->control];
    operation->setting_count = 0;
    if (about->kind == KIND_HARVEST) return;
    if (about->kind == KIND_SWITCH) {
        setting_add(operation, about->which, about->value);
        return;
    }
    if (control_needs_target(operation->control)) {
        operation->settings[operation->setting_count++] = setting_of_target(operation);
        return;
    }
    setting_add(operation, SWITCH_PAUSE_ALL, false);
    setting_add(operation, SWITCH_PAUSE_INBOUND, false);
    setting_add(operation, SWITCH_PAUSE_OUTBOUND, false);
}

bool operation_is_held(const struct operation *operation) {
    for (size_t i = 0; i < operation->setting_count; i++)
        if (!operation->settings[i].is_lost) return true;
    return false;
}
