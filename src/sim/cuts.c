/* SPDX-License-Identifier: Apache-2.0 */
#include "sim/cuts.h"

#include "base/memory.h"
#include "base/must.h"

void cuts_init(struct cuts *cuts, size_t host_count) {
    *cuts = (struct cuts){.host_count = host_count, .places = memory_zeroed(host_count, sizeof *cuts->places)};
}

void cuts_deinit(struct cuts *cuts) {
    memory_free(cuts->places);
    *cuts = (struct cuts){0};
}

static struct cut_place *place_of(const struct cuts *cuts, uint32_t host) {
    must_le(host + 1, cuts->host_count);
    return &cuts->places[host];
}

void cuts_move(struct cuts *cuts, uint32_t host, uint32_t side) {
    must_le(side + 1, CUTS_SIDES);
    place_of(cuts, host)->side = (uint8_t)side;
}

void cuts_let_pass(struct cuts *cuts, uint32_t from_side, uint32_t to_side, bool passes) {
    must(from_side < CUTS_SIDES && to_side < CUTS_SIDES);
    cuts->passes[from_side][to_side] = passes;
}

void cuts_plug(struct cuts *cuts, uint32_t host, bool is_plugged) {
    place_of(cuts, host)->is_unplugged = !is_plugged;
}

bool cuts_pass(const struct cuts *cuts, uint32_t from, uint32_t to) {
    const struct cut_place *a = place_of(cuts, from);
    const struct cut_place *b = place_of(cuts, to);
    if (from != to && (a->is_unplugged || b->is_unplugged)) return false;
    return a->side == b->side || cuts->passes[a->side][b->side];
}

bool cuts_reach_side(const struct cuts *cuts, uint32_t host, uint32_t side) {
    const struct cut_place *place = place_of(cuts, host);
    if (place->is_unplugged) return false;
    return place->side == side || (cuts->passes[place->side][side] && cuts->passes[side][place->side]);
}
