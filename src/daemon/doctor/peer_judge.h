/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* What the facts of a peer mean: each function adds its steps to a diagnosis, in plain sentences with what to do.
 * far_end_judge.h does the same of what the peer itself says.
 * Owns: nothing.
 * Never: looks for itself, guesses: what was not found out is said to be, or left out. */

#include "daemon/doctor/diagnosis.h"
#include "daemon/doctor/peer_facts.h"

void peer_judge_here(const struct peer_facts *facts, struct diagnosis *diagnosis);  /* blocks, controls, the book */
void peer_judge_calls(const struct peer_facts *facts, struct diagnosis *diagnosis); /* its addresses */
void peer_judge_link(const struct peer_facts *facts, struct diagnosis *diagnosis);  /* and what it tells of its links */
void peer_judge_rest(const struct peer_facts *facts, struct diagnosis *diagnosis);  /* what happened, what it is not */
