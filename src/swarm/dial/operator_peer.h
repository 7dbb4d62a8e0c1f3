/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* The peers that the operator named: dialled whatever the view holds, at whatever addresses the host resolved. One that
 * was named without an id is pinned to the first node that proves to live there.
 * Owns: the addresses, the pin and the back-off of each.
 * Never: resolves a name, changes a pin.
 * Full: names beyond LIMIT_OPERATOR_PEERS_MAX are left out by engine_new; of addresses the first
 * LIMIT_TICKET_ADDRS_MAX are kept.   Spec: WIRE W6, W10. */

#include "swarm/engine_inside.h"

/* Takes what a name resolved to, in place of what was known. */
void operator_peer_addresses(struct engine *engine, const struct input *input, int64_t now_ms);
/* The peer of this name is this node from now on; one that has an id keeps it. */
void operator_peer_pin(struct engine *engine, uint8_t index, const struct node_id *id);
/* Dials every one that is neither linked nor waiting, while dials are free. */
void operator_peer_dial_all(struct engine *engine, int64_t now_ms);
/* The peer of this link asks not to be called before `until_ms`. */
void operator_peer_hold(struct engine *engine, const struct link_row *link, int64_t until_ms);
/* A link has opened: who proved to live at a name's address is pinned. */
void operator_peer_link_opened(struct engine *engine, const struct link_row *link, int64_t now_ms);
/* A link has ended: the next address has its turn, and the back-off is charged. */
void operator_peer_link_ended(struct engine *engine, const struct link_row *link, int64_t now_ms);
/* A link with this node has held for a minute: what failed before is forgotten. */
void operator_peer_reward(struct engine *engine, const struct node_id *id);
/* Whether the operator named this node, by its id or by a name that was pinned to it. */
bool operator_peer_is_named(const struct engine *engine, const struct node_id *id);
