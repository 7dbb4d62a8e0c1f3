/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* How a node that joins at one place becomes known at others: its ticket walks through the mesh by chance, six steps
 * from each neighbour of the one that let it in. Half way it is kept as a candidate, at the end it is dialled; so its
 * links lead to all parts of the swarm, and not only to those it found first.
 *
 *     joins at A:   A --6--> B --5--> C --4--> D --3, kept--> E --2--> F --1--> G --0, dialled
 *
 * Owns: of each link, how far ahead of its rate what we pass on to it is.
 * Never: passes on what does not hold or is not known (W3), back to where it came from, or to the joiner itself; passes
 * on faster than half of what peers accept.
 * Full: a step over that rate is left out.   Spec: WIRE W9, W10; HyParView (Leitao, Pereira, Rodrigues 2007). */

#include "swarm/engine_inside.h"

/* The peer of this link has joined through us. */
void membership_joined(struct engine *engine, const struct link_row *link, int64_t now_ms);
