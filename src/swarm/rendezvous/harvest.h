/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* How a node is found and finds others: announcing its ticket, and asking its sources for the tickets of peers.
 * Announce every 60 s; harvest at 0 1 2 4 8 s after the start until there are 3 links, then every 60 s; each source
 * with its own health and back-off. A source that fails is never given up. Owns: the sources' state. Never: believes a
 * ticket (the check stage verified it, peers_learn judges it).   Spec: DESIGN 4, WIRE W16. */

#include "swarm/rendezvous/source.h"

struct harvest {
    size_t source_count;
    struct source sources[LIMIT_SOURCES_MAX];
    int64_t next_announce_ms;
    int64_t announced_at_ms;
    int64_t next_harvest_ms;
    uint32_t early_round; /* of 0 1 2 4 8 s */
    uint32_t round_asked, round_answered, round_succeeded, round_tickets;
    uint32_t empty_streak;   /* rounds in a row that brought nobody */
    int64_t last_harvest_ms; /* wall clock; 0 = never */
    int64_t first_peer_ms;   /* how long after the start; -1 = not yet */
};
struct engine;
struct input;

void harvest_init(struct harvest *harvest, const struct engine_source *sources, size_t count);
void harvest_start(struct engine *engine, int64_t now_ms);
void harvest_tick(struct engine *engine, int64_t now_ms);
void harvest_reply(struct engine *engine, const struct input *input, int64_t now_ms);
void harvest_refresh(struct engine *engine, int64_t now_ms);    /* the caretaker's "now" */
void harvest_ticket_due(struct engine *engine, int64_t now_ms); /* addresses changed: announce soon */
void harvest_peer_found(struct engine *engine, int64_t now_ms); /* a link opened */
int64_t harvest_deadline_ms(const struct harvest *harvest);
