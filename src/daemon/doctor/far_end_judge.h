/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* What the other end of a link says of it (findings), held against what this end sees; or why it says nothing.
 * Owns: nothing.
 * Never: takes a claim for a fact (each sentence says whose word it is), guesses. */

#include "daemon/doctor/diagnosis.h"
#include "daemon/doctor/peer_facts.h"

void far_end_judge(const struct peer_facts *facts, struct diagnosis *diagnosis);
