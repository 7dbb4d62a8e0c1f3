/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* How a record reaches everybody: epidemic broadcast trees over the active view (Plumtree). Each link of the view is
 * eager or lazy. A record that is new goes over the eager ones as it is; over the lazy ones goes only its name. Where
 * it comes twice the second link becomes lazy at both ends (prune), so that the eager links wear down to a tree, in the
 * order in which records really came. A name whose record does not come in time shows that the tree is broken: whoever
 * said the name is asked for the record (graft), and that link is eager from then on.
 *
 *       gossip, new     deliver; on over the eager links, named over the lazy ones; the link it came on is eager, or
 *                       (somebody named it before it came) that of who named it first, and it is lazy
 *       gossip, seen    prune back; that link is lazy
 *       ihave           not seen: after a second ask the first who said so, after half a second more the next
 *       graft           that link is eager; the record goes there if it is still at hand
 *       prune           that link is lazy
 *       link opens      eager
 *       link goes       was it eager, a lazy one takes its place; whoever was asked over it is not waited for
 *
 * Taken is only what every one of these admits: in time by our clock, its author not blocked, within his budget, and
 * within the link's budget of authors nobody had heard of. What is not taken is counted, neither delivered nor passed
 * on, and not judged again.
 *
 * Owns: its tables, allocated once.
 * Never: takes part with guests, with links of which an end did not say so, or while a control forbids peer exchange;
 * sends faster over a link than its other end takes (what is over that is named, and comes when it is asked for).
 * Full: each table says so itself.   Spec: WIRE W11; Leitao, Pereira, Rodrigues, "Epidemic Broadcast Trees" (2007). */

#include "swarm/mesh/author_table.h"
#include "swarm/mesh/broadcast_peer.h"
#include "swarm/mesh/missing_table.h"
#include "swarm/mesh/payload_cache.h"
#include "swarm/mesh/seen_table.h"

struct engine;
struct link_row;

struct broadcast_sizes {
    size_t links;
    size_t seen, authors, cached_bytes;
};
struct broadcast {
    struct seen_table seen;    /* taken */
    struct seen_table refused; /* judged, and not taken */
    struct author_table authors;
    struct missing_table missing;
    struct payload_cache cache;
    struct broadcast_peer *peers; /* by the link's place in its table */
    size_t peer_count;
    int64_t next_ihave_ms; /* INT64_MAX: nothing waits to be announced */
};

bool broadcast_init(struct broadcast *broadcast, const struct broadcast_sizes *sizes, uint64_t seed);
void broadcast_deinit(struct broadcast *broadcast);

void broadcast_link_changed(struct engine *engine, const struct link_row *link, int64_t now_ms); /* open, or no more */
/* A record of our own: it goes out, and is seen from then on. What nobody would take is not sent. */
void broadcast_publish(struct engine *engine, const struct checked_record *record, int64_t now_ms);
/* A record that came another way: it is neither taken nor asked for here any more. */
void broadcast_heard(struct engine *engine, const struct checked_record *record, int64_t now_ms);
void broadcast_tick(struct engine *engine, int64_t now_ms);
int64_t broadcast_deadline_ms(const struct engine *engine);
