/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* What facts mean: each function adds its steps to a diagnosis, in plain sentences with what to do.
 * Owns: nothing.
 * Never: looks for itself, guesses: what was not found out is said to be, or left out. */

#include "cli/doctor/facts.h"
#include "daemon/doctor/diagnosis.h"

void judge_config(const struct facts *facts, struct diagnosis *diagnosis);
void judge_folder(const struct facts *facts, struct diagnosis *diagnosis);
void judge_process(const struct facts *facts,
                   struct diagnosis *diagnosis); /* is a node there, does it answer, its size */
void judge_database(const struct facts *facts, struct diagnosis *diagnosis);
void judge_ports(const struct facts *facts, struct diagnosis *diagnosis);

void judge_beacons(const struct facts *facts, struct diagnosis *diagnosis);
void judge_signaling(const struct facts *facts, struct diagnosis *diagnosis);
void judge_nat(const struct facts *facts, struct diagnosis *diagnosis);
void judge_clock(const struct facts *facts, struct diagnosis *diagnosis);

void judge_reachability(const struct facts *facts, struct diagnosis *diagnosis);
void judge_links(const struct facts *facts, struct diagnosis *diagnosis);
void judge_findings(const struct facts *facts, struct diagnosis *diagnosis); /* what the node itself complains of */
void judge_events(const struct facts *facts, struct diagnosis *diagnosis);
