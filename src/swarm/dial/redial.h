/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* What the end of a dial or of a link means for the next one to the same peer: back-off, hold-down, refusal for good,
 * or nothing, when it was our own network's fault or a rival of the same dial goes on.
 * Owns: the back-off of each row of the book, and how its dials went.
 * Never: dials.   Spec: WIRE W15 (no redial until something changes), W16. */

#include "swarm/engine_inside.h"

/* The host could not connect: the link's row ends. */
void redial_dial_failed(struct engine *engine, const struct input *input, int64_t now_ms);
/* What failed so far did so for reasons that are gone (a sleep, another network): everybody may be dialled again. */
void redial_forgive(struct engine *engine, int64_t now_ms);
/* The peer of this link asks not to be called before `until_ms`. */
void redial_hold(struct engine *engine, const struct link_row *link, int64_t until_ms);
/* The peer of this link has proved its key: its row in the book is held, its other dials are given up. */
void redial_link_up(struct engine *engine, const struct link_row *link, int64_t now_ms);
/* This link is open, or has ended (called by the session): looks again, and clears or charges the back-offs. */
void redial_link_opened(struct engine *engine, struct link_row *link, int64_t now_ms);
void redial_link_ended(struct engine *engine, struct link_row *link, int64_t now_ms);
/* Links that have held for a minute end the count of what failed before. To be called now and then. */
void redial_reward(struct engine *engine, int64_t now_ms);
/* Notes in a target's back-off how this link to it ended. */
void redial_charge(struct engine *engine, const struct link_row *link, struct backoff *backoff, int64_t now_ms);
