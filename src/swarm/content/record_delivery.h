/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* A record that is new here, on its way to the host, whatever carried it; what it says of others is heard first.
 * Owns: nothing.   Spec: WIRE W11, W20. */

#include "swarm/action.h"

struct engine;
struct link_row;

/* Adds ACTION_RECORD; all of it is borrowed by the action. */
struct action *record_hand_over(struct engine *engine, const struct publication *publication, struct span text,
                                struct span type);
/* The same for one that came over a link, of which the caller fills what its way knows: hops, whether it is late.
 * `text` was kept by actions_keep_bytes; the publication is borrowed by the action. */
struct action *record_deliver(struct engine *engine, const struct link_row *from, const struct publication *publication,
                              struct span text, int64_t now_ms);
