/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* The active view: the open links that are the mesh. A link has a place in it unless its dialler wished for none (a
 * guest). Who gets a place, who gives one up, and how much of the view one network or one introducer may hold.
 * Owns: nothing; the view is what the link table says.
 * Never: holds more than LIMIT_VIEW_PER_PREFIX links of one prefix or half the view of one introducer, for the sake of
 * which it never falls below the minimum either; gives all its places to those who call us.
 * Full: join and high replace the link that is worth least; low is turned away.   Spec: WIRE W10; HyParView (Leitao,
 * Pereira, Rodrigues 2007). */

#include "swarm/engine_inside.h"

bool active_view_holds(const struct link_row *link); /* this link is open and part of the mesh */
size_t active_view_count(const struct engine *engine);
/* A place for this link, if its wish is for one; a full view gives up the link that is worth least to a peer that
 * needs it (join, high) or that the operator named. A twin that is going to end leaves its place. NONE: there is one.
 */
enum reason active_view_make_room(struct engine *engine, const struct link_row *link, enum mesh_wish wish,
                                  const struct link_row *twin, int64_t now_ms);
/* A view over its target gives up the link that is worth least, but not `kept`. */
void active_view_give_way(struct engine *engine, const struct link_row *kept, int64_t now_ms);
/* How much of the view each network and each introducer holds, those that we are dialling included: asked before a row
 * of the book is dialled. Empty below the minimum, when diversity must wait. */
enum { VIEW_SHARES_MAX = LIMIT_VIEW_MAX + LIMIT_DIALS_AT_ONCE };
struct view_share {
    uint64_t key; /* of diversity.h, under the seed of the book */
    size_t links;
};
struct view_shares {
    size_t prefix_count, introducer_count, introducer_max;
    struct view_share prefixes[VIEW_SHARES_MAX], introducers[VIEW_SHARES_MAX];
};
struct view_shares active_view_shares(const struct engine *engine);
/* Whether one more link of these would leave the view as diverse as it has to be. */
bool view_shares_admit(const struct view_shares *shares, uint64_t prefix_key, uint64_t introducer_key);
/* A link of the view by chance, neither `except` nor one with the node `subject`. NULL: there is none. */
struct link_row *active_view_pick(struct engine *engine, const struct link_row *except, const struct node_id *subject);
bool active_view_is_anchor(const struct engine *engine, const struct link_row *link, int64_t now_ms);
