/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/control_rig.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

uint64_t control_rig_new_id(void) {
    static uint64_t last;
    return ++last;
}

enum operation_answer control_rig_operate(struct rig *rig, enum operation_verb verb, uint64_t id,
                                          const struct operation_request *request) {
    enum operation_answer answer = OPERATION_ABSENT;
    struct input input = {.kind = INPUT_OPERATION};
    input.as.operation.verb = verb;
    input.as.operation.id = id;
    input.as.operation.request = request;
    input.as.operation.answer = &answer;
    rig_feed(rig, &input);
    return answer;
}

uint64_t control_rig_act(struct rig *rig, enum control control, const struct control_target *target,
                         uint8_t direction) {
    const struct operation_request request = {
        .control = control, .target = target, .direction = direction, .author = "", .reason = "", .key = ""};
    const uint64_t id = control_rig_new_id();
    assert_int_equal(control_rig_operate(rig, OPERATION_ASK, id, &request), OPERATION_ASKED);
    assert_true(rig_action(rig, ACTION_JOURNAL, 0)->waits);
    struct input input = {.kind = INPUT_JOURNALED};
    input.as.operation.id = id;
    input.as.operation.is_kept = true;
    rig_feed(rig, &input);
    return id;
}

void control_rig_take_back(struct rig *rig, uint64_t id) {
    assert_int_equal(control_rig_operate(rig, OPERATION_REVERT, id, NULL), OPERATION_DONE);
}
