/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* The links of a node, one row each, from the first dial or accept until 30 s after the end (so that a caretaker can
 * still read why).
 *
 *     dialing -> handshaking -> open -> closing -> closed
 *         |            |          |        ^          ^
 *         +------------+----------+--------+----------+      (any may fail straight to closed)
 *
 * Owns: its rows, allocated once.
 * Never: changes a state but through session_enter.
 * Full: the row closed longest ago goes; when none is closed there is no room for another link. */

#include "base/pace.h"
#include "swarm/link/link_health.h"
#include "swarm/link/link_loss.h"
#include "swarm/link/link_path.h"
#include "swarm/link/link_route.h"
#include "swarm/link/strength.h"
#include "swarm/peer/book_row.h"
#include "swarm/wire/hello.h"

enum link_state { LINK_STATE_DIALING, LINK_STATE_HANDSHAKING, LINK_STATE_OPEN, LINK_STATE_CLOSING, LINK_STATE_CLOSED };
const char *link_state_name(enum link_state state);
bool link_state_may_follow(enum link_state from, enum link_state to);

enum { LINK_CLOSED_KEPT_MS = 30000 };

struct link_row {
    bool in_use;
    bool is_inbound;
    bool has_peer;  /* node_id is what we dialled, or proven */
    bool is_proven; /* the handshake proved the key, or its hello did */
    bool is_bound;  /* the `bind` of its hello holds */
    bool is_closed_by_peer;
    bool is_operators; /* dialled because the operator named it */
    bool is_by_hand;   /* dialled because the caretaker said so just then */
    bool is_probe;     /* dialled, or accepted, only to test an address: never part of anything */
    bool may_probe;    /* the peer answers probes, by its hello */
    bool is_asked_for; /* dialled because a neighbour told us to: not our own choice */
    bool is_exploring; /* dialled although the view had its target: the weakest goes for it */
    uint8_t operator_index;
    uint32_t id;
    enum link_state state;
    enum reason reason;  /* why it is closing or closed */
    enum mesh_wish wish; /* of the dialler */
    uint8_t boot[8];     /* which process of the peer, by its hello */
    enum link_transport transport;
    struct link_binding binding; /* of one by WebRTC that is up */
    struct link_route route;     /* the same, as was measured last */
    struct pace moves;           /* of it that are told */
    struct address address;      /* the remote end as we see it; NONE while it is called through signaling */
    struct public_key key;
    struct node_id node_id;
    struct ticket ticket; /* the peer's newest; valid once open */
    struct learned_from learned_from;
    int64_t since_ms;           /* of this state */
    int64_t began_at_ms;        /* the dial or accept */
    int64_t opened_at_ms;       /* 0 = never */
    int64_t handshake_ms;       /* of the transport: connecting and TLS */
    int64_t skew_ms;            /* the peer's clock less ours, by its hello */
    int64_t race_at_ms;         /* when its rival starts; 0 = never */
    bool is_trial;              /* a dial beside a link that there is: a better way, perhaps */
    int64_t better_at_ms;       /* of a link by WebRTC: when one is tried beside it; 0 = never */
    uint8_t better_tries;       /* at most how often that doubles */
    uint8_t ways_tried;         /* of a dial: by it and those before it in its race (enum dial_way) */
    struct pace forwards;       /* of the joins that we pass on to it */
    int64_t probe_asked_at_ms;  /* we asked it to probe us */
    int64_t probe_served_at_ms; /* we probed for it */
    uint32_t probe_for;         /* of a probe of ours: the link that asked for it */
    uint8_t probe_nonce[8];     /* of a probe of ours, or one that came in */
    bool has_probe_result;      /* the last one that we served has ended, */
    enum reason probe_result;   /* and how; NONE: it got through */
    struct address seen;        /* where the peer sees us */
    int64_t pex_asked_at_ms;    /* we asked; an answer counts for 5 s */
    int64_t pex_given_at_ms;    /* we answered */
    bool offered_views;         /* by our hello */
    bool wants_views;           /* by the peer's hello */
    bool moves_files;           /* by the peer's hello */
    bool hears_records;         /* by the peer's hello */
    bool reconciles;            /* by the peer's hello */
    bool takes_replicas;        /* by the peer's hello */
    bool is_for_content;        /* dialled by us for a file; ended when nothing is to be fetched from it */
    int64_t content_used_ms;    /* of such a one: when something was */
    int64_t view_heard_at_ms;   /* the last that we took; 0 = none */
    bool offered_doctor;        /* by our hello: we say how we see the link */
    bool answers_doctor;        /* by the peer's hello */
    int64_t examined_at_ms;     /* the last question that we answered; 0 = none */
    int64_t examine_asked_at_ms;
    uint8_t examine_open; /* questions of ours without an answer, all of one nonce */
    uint8_t examine_nonce[8];
    struct link_health health;
    struct link_loss loss;
    uint64_t bytes_in, bytes_out;
    uint64_t unsent_bytes;     /* that wait here for the way to be free; valid once measured */
    int64_t in_rate, out_rate; /* bytes per second, over the last measures; -1 = not known yet */
    int64_t measured_at_ms;
};
struct link_table {
    struct link_row *rows;
    size_t capacity;
    size_t count; /* rows not closed */
};
/* A dial of ours for the mesh that is under way; a probe is none. */
bool link_row_is_dial(const struct link_row *link);
bool link_row_is_alive(const struct link_row *link);             /* neither closed nor closing */
bool link_table_init(struct link_table *table, size_t capacity); /* false without memory */
void link_table_deinit(struct link_table *table);
struct link_row *link_table_add(struct link_table *table, uint32_t id); /* NULL: no room */
bool link_table_has_room(const struct link_table *table);
struct link_row *link_table_find(const struct link_table *table, uint32_t id); /* not closed ones only */
/* The link with that peer in the given state; NULL: none. */
struct link_row *link_table_find_peer(const struct link_table *table, const struct node_id *id, enum link_state state);
bool link_table_has_peer(const struct link_table *table, const struct node_id *id); /* in any state but closed */
enum link_path link_row_path(const struct link_row *link);
/* The link's strength by its figures of now. */
struct strength_inputs link_row_strength_inputs(const struct link_row *link, int64_t now_ms);
size_t link_table_count_state(const struct link_table *table, enum link_state state);
