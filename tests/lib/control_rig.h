/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* The caretaker of an engine on its bench (engine_rig.h), who is its disk too. */

#include "lib/engine_rig.h"

uint64_t control_rig_new_id(void); /* of an operation; no other has it */
enum operation_answer control_rig_operate(struct rig *rig, enum operation_verb verb, uint64_t id,
                                          const struct operation_request *request);
/* Asks for a control, and is the disk. What came of its taking effect is the last feed. `target` may be NULL. */
uint64_t control_rig_act(struct rig *rig, enum control control, const struct control_target *target, uint8_t direction);
void control_rig_take_back(struct rig *rig, uint64_t id);
