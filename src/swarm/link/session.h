/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* The life of a link from its first frame to its last: hello, admission, goodbye (WIRE W9), and the one door through
 * which a link changes its state.
 * Never: sends before the key is proven (over WebRTC: more than the hello that proves ours), admits anybody without the
 * order of refusals of W9. */

#include "swarm/engine_inside.h"
#include "swarm/wire/goodbye.h"

void session_enter(struct engine *engine, struct link_row *link, enum link_state state, enum reason reason,
                   int64_t now_ms);
void session_up(struct engine *engine, const struct input *input, int64_t now_ms);
void session_down(struct engine *engine, const struct input *input, int64_t now_ms);
void session_turned_away(struct engine *engine, const struct input *input, int64_t now_ms);
/* Whoever is at the other end has this key. */
void session_prove(struct link_row *link, const struct public_key *key);
/* Says goodbye for this reason and closes. */
void session_close(struct engine *engine, struct link_row *link, enum reason reason, const char *text, int64_t now_ms);
/* Asks for another path beneath a link by WebRTC. */
void session_renew(struct engine *engine, const struct link_row *link);
/* A link that is closing waits no longer. */
void session_cut(struct engine *engine, struct link_row *link, int64_t now_ms);
/* As session_close, for something the peer did that is not acceptable; tells the caretaker what. */
void session_refuse(struct engine *engine, struct link_row *link, enum reason reason, const char *detail, uint8_t type,
                    int64_t now_ms);
void session_stop(struct engine *engine, int64_t now_ms);
void session_tick(struct engine *engine, int64_t now_ms); /* hello deadlines; closed rows leave */
int64_t session_deadline_ms(const struct engine *engine);
