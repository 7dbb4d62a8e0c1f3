/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* What an operation does rather than sets: a link that is ended or called, a call to whom was approved, a harvest. It
 * is done once, when the operation takes effect, and its opposite when that is taken back.
 * Owns: nothing.   Never: does it again after a restart. */

#include "swarm/engine_inside.h"

/* OPERATION_ASKED; else why it would come to nothing now, so that it is refused rather than done to no effect. */
enum operation_answer errand_may_begin(const struct engine *engine, const struct operation_request *request);
/* By the state the operation has just entered. */
void errand_carry_out(struct engine *engine, const struct operation *operation, int64_t now_ms);
