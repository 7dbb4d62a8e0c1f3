/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* Records that were missed come all the same: two neighbours compare which records each of them keeps, and give each
 * other what the other lacks (WIRE W20). Who had no link when something was published, who comes later, and who was cut
 * off with a part of the swarm has it within seconds of having a neighbour who has it.
 *
 *     begins       a link of the view opens: the smaller id after 1 to 3 s, the larger one if nothing came in 10 s
 *                  a record that came in this way is on our disk: with every neighbour within 1 to 2 s (a ripple)
 *                  a record of ours is on our disk: with somebody within 2 to 4 s, and again until somebody has it
 *                  every five minutes with somebody
 *     we begin     sync_initiator.h: compares, then gives what the other lacks and asks for what we lack
 *     they begin   sync_responder.h: answers
 *     sent         sync_sender.h: records, in order, as fast as the link and its rates let them
 *     come         sync_arrival.h: judged, and given to the host
 *
 * Owns: the set of records as the host says it keeps them, sessions, what waits to be sent, what was dropped.
 * Never: holds a record's text, believes a list (an id is asked for; what comes is checked as any record), passes on
 * what came in this way as if it were new.
 * Full: each table says so itself. */

#include "swarm/input.h"
#include "swarm/mesh/seen_table.h"
#include "swarm/sync/sync_peer.h"
#include "swarm/sync/sync_session.h"
#include "swarm/sync/waiting_table.h"
#include "swarm/wire/sync_frame.h"

struct engine;
struct link_row;

struct sync_sizes {
    size_t links;
    size_t kept, waiting, dropped;
};
struct sync {
    struct record_set kept;
    struct waiting_table waiting;
    struct seen_table dropped; /* came in this way, or went: not asked for; what is kept is in `kept`, too */
    struct seen_table given;   /* by us, by link and id: not given again over the same link */
    struct map *wanted;        /* halves of the ids that sessions ask for, or are about to: asked of one at a time */
    struct sync_session *sessions; /* LIMIT_SYNC_SESSIONS */
    struct sync_peer *peers;       /* by the link's place in its table */
    size_t peer_count;
    uint64_t begun;        /* sessions of ours, so far */
    size_t sending;        /* records that the host was asked to send, over all links */
    size_t next_sender;    /* whose turn it is */
    int64_t again_ms;      /* somebody waits for a rate; INT64_MAX: nobody */
    int64_t next_round_ms; /* with somebody; INT64_MAX: not started */
    int64_t next_own_ms;   /* is it asked who has ours; INT64_MAX: nothing waits */
    struct pace brought;   /* records by weight, over all links */
    bool is_silent;        /* a control forbids it */
    bool is_stirred;       /* something happened since what is due was last looked at */
    int64_t due_ms;
};

bool sync_init(struct sync *sync, const struct sync_sizes *sizes, uint64_t seed); /* false without memory */
void sync_deinit(struct sync *sync);

void sync_start(struct engine *engine, int64_t now_ms);
void sync_link_changed(struct engine *engine, const struct link_row *link, int64_t now_ms); /* open, or no more */
void sync_record_kept(struct engine *engine, const struct input *input, int64_t now_ms);
void sync_record_gone(struct engine *engine, const struct input *input, int64_t now_ms);
void sync_record_sent(struct engine *engine, const struct input *input, int64_t now_ms);
void sync_tick(struct engine *engine, int64_t now_ms);
int64_t sync_deadline_ms(const struct engine *engine);

/* For its parts. */
struct sync_peer *sync_peer_of(const struct engine *engine, const struct link_row *link);
struct sync_session *sync_session_of(const struct engine *engine, const struct link_row *link); /* NULL: none of ours */
/* We begin over that link at that time, or sooner if that was planned. */
void sync_plan(struct sync_peer *peer, int64_t at_ms);
void sync_say(struct engine *engine, const struct link_row *link, enum sync_role role, uint32_t name, uint64_t since);
