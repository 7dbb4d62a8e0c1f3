/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* Where the network does not let anything through: hosts stand on sides, nothing passes from one side to another unless
 * that direction is let through, and a host whose cable is pulled reaches nobody.
 *
 *     cuts_let_pass(&cuts, 0, 1, true)      side 0 --->--- side 1      a cut of one direction only
 *                                           side 0 ---X<-- side 1
 *
 * Owns: a place for each host.   Never: looks at connections; the network asks before each crossing.
 * Full: cannot be. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { CUTS_SIDES = 4 };

struct cut_place {
    uint8_t side;
    bool is_unplugged;
};
struct cuts {
    size_t host_count;
    struct cut_place *places;
    bool passes[CUTS_SIDES][CUTS_SIDES]; /* from, to; a side always reaches itself */
};

void cuts_init(struct cuts *cuts, size_t host_count); /* all on side 0 */
void cuts_deinit(struct cuts *cuts);
void cuts_move(struct cuts *cuts, uint32_t host, uint32_t side);
void cuts_let_pass(struct cuts *cuts, uint32_t from_side, uint32_t to_side, bool passes);
void cuts_plug(struct cuts *cuts, uint32_t host, bool is_plugged);
bool cuts_pass(const struct cuts *cuts, uint32_t from, uint32_t to);
bool cuts_reach_side(const struct cuts *cuts, uint32_t host, uint32_t side); /* there and back */
