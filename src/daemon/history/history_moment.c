/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/history/history_moment.h"

#include <math.h>
#include <string.h>

#include "swarm/engine_view.h"

/* ---- Taking ---- */

static struct history_link link_of(const struct link_view *view) {
    return (struct history_link){
        .node_id = view->node_id,
        .strength = view->strength,
        .rtt_ms = view->rtt_ms,
        .loss_in = view->loss_in,
        .path = view->path,
        .is_inbound = view->is_inbound,
    };
}

static bool is_weaker(const struct history_link *a, const struct history_link *b) {
    return a->strength >= 0 && (b->strength < 0 || a->strength < b->strength);
}

/* Before those that are stronger; the last makes way when it is full. */
static void insert(struct history_moment *moment, const struct history_link *link) {
    size_t at = moment->count;
    while (at > 0 && is_weaker(link, &moment->links[at - 1])) at--;
    if (at == HISTORY_LINKS_MAX) return;
    if (moment->count < HISTORY_LINKS_MAX) moment->count++;
    memmove(&moment->links[at + 1], &moment->links[at], (moment->count - 1 - at) * sizeof *link);
    moment->links[at] = *link;
}

void history_moment_take(struct history_moment *moment, const struct link_view *views, size_t count, uint32_t at_s) {
    moment->at_s = at_s;
    moment->count = 0;
    for (size_t i = 0; i < count; i++) {
        if (views[i].state != LINK_STATE_OPEN || !views[i].has_peer) continue;
        const struct history_link link = link_of(&views[i]);
        insert(moment, &link);
    }
}

/* ---- On the disk: id (20), strength (1), path and direction (1), round trip in us (4), loss in millionths (4) ---- */

enum { LINK_SIZE = 30, NO_STRENGTH = 0xff, FULL_STRENGTH = 100, INBOUND = 0x80 };
static const uint32_t UNKNOWN = UINT32_MAX;
static const double MILLION = 1e6;

_Static_assert(LINK_SIZE *HISTORY_LINKS_MAX == HISTORY_MOMENT_SIZE_MAX, "all links fit");

static void put_figure(struct buffer *out, double value, double parts) {
    const double scaled = value * parts;
    if (!(value >= 0))
        buffer_put_u32(out, UNKNOWN);
    else
        buffer_put_u32(out, scaled < UNKNOWN - 1 ? (uint32_t)llround(scaled) : UNKNOWN - 1);
}

static double figure_of(const uint8_t *at, double parts) {
    const uint32_t scaled = bytes_read_u32(at);
    return scaled == UNKNOWN ? -1 : scaled / parts;
}

void history_moment_write(struct buffer *out, const struct history_moment *moment) {
    for (size_t i = 0; i < moment->count; i++) {
        const struct history_link *link = &moment->links[i];
        buffer_put(out, (struct span){link->node_id.bytes, sizeof link->node_id.bytes});
        buffer_put_u8(out, link->strength < 0 ? NO_STRENGTH : (uint8_t)link->strength);
        buffer_put_u8(out, (uint8_t)((unsigned)link->path | (link->is_inbound ? INBOUND : 0U)));
        put_figure(out, link->rtt_ms, MILLION / 1000);
        put_figure(out, link->loss_in, MILLION);
    }
}

static bool read_link(struct history_link *link, const uint8_t *at) {
    const unsigned path = at[21] & ~(unsigned)INBOUND;
    memcpy(link->node_id.bytes, at, sizeof link->node_id.bytes);
    link->strength = at[20] == NO_STRENGTH ? -1 : at[20];
    link->path = (enum link_path)path;
    link->is_inbound = (at[21] & INBOUND) != 0;
    link->rtt_ms = figure_of(at + 22, MILLION / 1000);
    link->loss_in = figure_of(at + 26, MILLION);
    return link->strength <= FULL_STRENGTH && path <= LINK_PATH_LAN && link->loss_in <= 1;
}

bool history_moment_read(struct history_moment *moment, struct span bytes) {
    bool is_good = bytes.size % LINK_SIZE == 0 && bytes.size <= HISTORY_MOMENT_SIZE_MAX;
    moment->count = is_good ? bytes.size / LINK_SIZE : 0;
    for (size_t i = 0; is_good && i < moment->count; i++)
        is_good = read_link(&moment->links[i], bytes.at + i * LINK_SIZE);
    return is_good;
}
