/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* Testing an address for a peer that asks for it (probe): we dial it afresh, see whether the peer itself answers there,
 * and tell it how that went. The other half, asking for tests of our own address, is reachability's.
 * Owns: the links that are such tests.
 * Never: dials any address but the asking peer's own, past the dial policy, for a link more than once a minute, or more
 * than two at a time.
 * Full: the peer is told that we have no room, which says nothing about its address.   Spec: WIRE W9. */

#include "swarm/engine_inside.h"
#include "swarm/wire/probe.h"

/* A test has ended, well (NONE) or not: the peer that asked is told. */
void prober_ended(struct engine *engine, struct link_row *test, enum reason reason);
