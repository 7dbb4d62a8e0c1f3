/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* The inside of an engine, shared by its concerns (mesh/, rendezvous/) and by engine_view; nobody else includes it.
 * A concern reads what it needs and changes only what it owns: the owner stands beside each member. */

#include "base/pace.h"
#include "swarm/content/content.h"
#include "swarm/control/approval_queue.h"
#include "swarm/control/operations.h"
#include "swarm/dial/dial_policy.h"
#include "swarm/engine.h"
#include "swarm/identity/clone_guard.h"
#include "swarm/identity/self.h"
#include "swarm/link/examination_table.h"
#include "swarm/link/link_table.h"
#include "swarm/mesh/broadcast.h"
#include "swarm/mesh/hearsay_table.h"
#include "swarm/observe/counter.h"
#include "swarm/peer/address_book.h"
#include "swarm/peer/passive_view.h"
#include "swarm/reach/reachability.h"
#include "swarm/rendezvous/fallback.h"
#include "swarm/rendezvous/harvest.h"
#include "swarm/replica/replica.h"
#include "swarm/sync/sync.h"

/* What the host says of where we can be dialled. */
struct advertised {
    bool may_grow; /* probes may change what our tickets say */
    uint8_t count;
    struct address addresses[LIMIT_TICKET_ADDRS_MAX];
};

/* What outage.h keeps. */
struct outage {
    bool is_on;
    uint32_t failures; /* dials in a row on which nothing came through */
    int64_t since_ms;  /* the first of them */
    int64_t next_dial_ms;
    int64_t next_ask_ms; /* the sources are not asked for it again before */
};

/* What hearsay.h keeps. */
struct hearsay {
    bool is_shared;       /* as the caretaker wants it */
    int64_t told_at_ms;   /* 0 = never yet */
    int64_t next_tell_ms; /* INT64_MAX = not any more */
    struct hearsay_table table;
};

struct operator_peer {
    struct engine_operator_peer named;
    struct backoff backoff;
    uint8_t next_addr;
    uint8_t addr_count;
    struct address addrs[LIMIT_TICKET_ADDRS_MAX];
};

/* What hand_call.h keeps of one call. */
struct hand_call {
    bool in_use;
    bool has_id;
    bool is_named; /* the caretaker wrote the address */
    bool is_approved;
    struct node_id id;
    uint8_t addr_count;
    uint8_t tried;     /* how many had their turn */
    bool has_signaled; /* after them: through signaling */
    struct address addrs[LIMIT_TICKET_ADDRS_MAX];
    uint32_t link;    /* the dial under way; 0 = none */
    int64_t next_ms;  /* the next address may not be called before */
    int64_t until_ms; /* then it is given up */
};

struct engine {
    char agent[LIMIT_AGENT_MAX + 1];
    struct entropy entropy;
    struct prng prng;
    int64_t wall_offset_ms; /* the wall clock is now_ms + this */
    int64_t started_at_ms;  /* 0 = not started */
    bool is_stopping;
    bool is_signaling;       /* peers can be called through a signaling server */
    uint16_t sub_us;         /* of the input at hand */
    struct actions *actions; /* of the feed at hand; NULL between feeds */
    uint32_t view_min, view_target, view_max;

    struct self self;                       /* owner: harvest (tickets), engine (addresses) */
    struct clone_guard clone;               /* owner: clone_guard */
    struct link_table links;                /* owner: session */
    struct address_book book;               /* owner: peers, dial */
    struct passive_view passive;            /* owner: peers */
    struct dial_policy policy;              /* owner: dial */
    struct harvest harvest;                 /* owner: harvest */
    struct reachability_watch reachability; /* owner: reachability; its port: advertise */
    struct advertised advertised;           /* owner: advertise */
    struct outage outage;                   /* owner: outage */
    struct fallback fallback;               /* owner: fallback */
    struct operations operations;           /* owner: control */
    uint64_t enforced;               /* owner: control; the revision of the operations the links were last judged by */
    struct approval_queue approvals; /* owner: control */
    struct hand_call hand_calls[LIMIT_HAND_CALLS]; /* owner: hand_call */
    struct hearsay hearsay;                        /* owner: hearsay */
    struct broadcast broadcast;                    /* owner: broadcast */
    struct sync sync;                              /* owner: sync */
    struct content content;                        /* owners: beside its members */
    struct replica replica;                        /* owners: beside its members */
    struct examination_table examinations;         /* owner: examination */

    struct counter_set counters; /* engine (frames), session (ends), dial, and whoever refuses */
    uint32_t next_link_id;       /* dial */
    int64_t next_dial_ms;        /* dial */
    struct pace dials;           /* dial */
    int64_t next_explore_ms;     /* explore */
    uint32_t explore_tries;      /* explore: strangers in a row who were not there */
    struct backoff low_backoff;  /* redial: before the next wish low, whoever it is for */
    int64_t next_skew_ms;        /* clock_skew: not told again before */
    int64_t next_pex_ms;         /* exchange */
    int64_t next_forget_ms;      /* peers */
    int64_t due_ms;              /* engine: when it wants to be fed next */
    size_t operator_peer_count;  /* operator_peer */
    struct operator_peer operator_peers[LIMIT_OPERATOR_PEERS_MAX];
};

static inline int64_t engine_wall_ms(const struct engine *engine, int64_t now_ms) {
    return now_ms + engine->wall_offset_ms;
}
static inline int64_t engine_now_us(const struct engine *engine, int64_t now_ms) {
    return now_ms * 1000 + engine->sub_us;
}

/* An event of now; the caller fills the fields. Borrowed until the next action. */
struct event *engine_emit(struct engine *engine, enum event_code code, int64_t now_ms);
struct event *engine_emit_peer(struct engine *engine, enum event_code code, const struct node_id *peer, int64_t now_ms);
/* With the link's peer, address and reason. */
struct event *engine_emit_link(struct engine *engine, enum event_code code, const struct link_row *link,
                               int64_t now_ms);
/* Builds a frame's body in place: write into *body, then engine_send. */
struct buffer engine_body(struct engine *engine);
void engine_send(struct engine *engine, uint32_t link, uint8_t type, const struct buffer *body);
/* The same body to several: it was kept by actions_keep_bytes. */
void engine_send_kept(struct engine *engine, uint32_t link, uint8_t type, struct span body);
