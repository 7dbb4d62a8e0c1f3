/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* How a node is found and finds others: announcing its ticket, and asking its sources for the tickets of peers.
 * Announce every 60 s; harvest at 0 1 2 4 8 s after the start until there are 3 links, then every 60 s; each source
 * with its own health and back-off. A round asks all sources at once and is over when each has answered or used up its
 * tries; a source that fails is never given up.
 * Owns: the sources' state.
 * Never: believes a ticket (the check stage verified it, peers_learn judges it).
 * Spec: DESIGN 4, WIRE W16, reference 6.2 and 6.3. */

#include "swarm/rendezvous/source.h"

struct harvest_round {
    uint32_t attempts, successes, tickets;
};
struct harvest {
    size_t source_count;
    struct source sources[LIMIT_SOURCES_MAX];
    struct harvest_round round;
    int64_t next_announce_ms;
    int64_t announced_at_ms;
    int64_t next_harvest_ms;
    bool is_barred;          /* the controls want no announces, and nobody to be looked for */
    uint32_t early_round;    /* of 0 1 2 4 8 s */
    uint32_t empty_streak;   /* rounds in a row that brought nobody, although a source answered */
    int64_t last_harvest_ms; /* wall clock; 0 = never */
    int64_t first_peer_ms;   /* how long after the start; -1 = not yet */
};
struct engine;
struct input;

void harvest_init(struct harvest *harvest, const struct engine_source *sources, size_t count);
void harvest_start(struct engine *engine, int64_t now_ms);
void harvest_tick(struct engine *engine, int64_t now_ms);
void harvest_reply(struct engine *engine, const struct input *input, int64_t now_ms);
void harvest_allowed(struct engine *engine, int64_t now_ms);    /* the controls have changed */
bool harvest_may_ask(const struct engine *engine);              /* there is a source, and no control is in the way */
void harvest_refresh(struct engine *engine, int64_t now_ms);    /* the caretaker's "now" */
void harvest_ticket_due(struct engine *engine, int64_t now_ms); /* addresses changed: announce soon */
void harvest_peer_found(struct engine *engine, int64_t now_ms); /* a link opened */
uint32_t harvest_failure_streak(const struct harvest *harvest); /* of the source with the fewest; 0 = one answers */
int64_t harvest_deadline_ms(const struct harvest *harvest);
