/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* That a file outlives the nodes which hold it: who says that he holds what, who is gone, and copies made and let go of
 * until as many nodes hold each file as its manifest asks for. This is where the engine comes in; each part has its own
 * file (README.md).
 * Owns: its tables, allocated once.
 * Never: sees a byte of a file, or keeps a record: the host does, and fetches what it is told to hold.
 * Full: each table says so itself.   Spec: WIRE W21. */

#include "base/pace.h"
#include "swarm/content/publication.h"
#include "swarm/replica/coming_table.h"
#include "swarm/replica/offer_table.h"
#include "swarm/replica/provider_table.h"

struct engine;
struct file_row;
struct input;
struct link_row;

/* One page of our own adverts. */
struct own_page {
    bool is_changed;
    int64_t at_ms; /* of the newest that was made; 0 = none yet */
    struct object_id id;
    int64_t refresh_ms;
};
/* What own_advert.h keeps. */
struct own_adverts {
    uint8_t pages; /* a power of two */
    struct own_page rows[ADVERT_PAGES_MAX];
    int64_t newest_at_ms; /* wall clock; the next is later */
    int64_t next_ms;      /* INT64_MAX: there is nothing to say */
    struct pace said, refuted;
    struct object_id ids[ADVERT_HOLDS_MAX]; /* of the page at hand */
};
/* Somebody whose link was lost; told in a moment, unless it comes back. */
struct gone_wait {
    bool in_use;
    struct node_id node;
    int64_t since_ms; /* wall clock */
    int64_t due_ms;
};
/* Who said of others that they were gone, who were not. */
struct accuser {
    struct node_id node;
    uint32_t wrong;
    int64_t first_ms; /* 0: a free row */
};
/* What liveness.h keeps. */
struct liveness {
    struct gone_wait waits[LIMIT_GONE_WAITS];
    struct accuser accusers[LIMIT_ACCUSERS];
    struct pace said;
};
/* A file that we said we would hold. */
struct take {
    bool in_use;
    bool is_known; /* its manifest was here when it was offered */
    uint32_t link; /* who offered it */
    struct object_id file;
    uint64_t bytes; /* as it was offered */
    int64_t until_ms;
};
/* What all neighbours are to be told of a file that is taken, or not any more. */
struct take_news {
    struct object_id file;
    uint32_t except; /* a link that was told; 0: none */
    bool is_taken;
};
/* What taking.h keeps. */
struct taking {
    struct take rows[LIMIT_TAKES_MAX];
    struct take_news news[LIMIT_OFFER_FILES];
    size_t news_count;
    int64_t news_ms; /* when they are told, if there are any */
    struct pace told;
};
/* What possession.h keeps: one question at a time. */
struct possession {
    bool is_choosing; /* the host was asked for a range */
    uint32_t req;     /* 0: nothing is asked */
    uint32_t link;
    struct object_id file;
    uint32_t offset;     /* of the range, in its chunk */
    uint32_t chunk_size; /* of which it is a part */
    int64_t until_ms;    /* then nothing comes of it */
    int64_t next_ms;     /* the next one */
};
/* What a link is to replication. Zero: no party to it. */
struct replica_peer {
    bool is_party;    /* both said in their hellos that they hold files for others */
    uint8_t broken;   /* files that it said it would fetch, and does not hold */
    uint8_t unserved; /* files in a row that it offered, we took, and nobody gave */
    uint8_t refusals; /* of all that was offered, in a row */
    uint8_t unproved; /* proofs in a row that came to nothing: after LIMIT_PROOF_UNPROVED it holds nothing, to us */
    int64_t quiet_until_ms; /* nothing is offered to it before */
};
struct replica {
    struct provider_table providers;
    struct offer_table offers;   /* owner: repair */
    struct coming_table comings; /* owner: repair */
    struct own_adverts own;
    struct liveness liveness;
    struct taking taking;
    struct possession possession;
    struct replica_peer *peers; /* by the link's place in its table */
    size_t peer_count;
    bool has_storage;    /* the host has said what it would hold */
    uint64_t room_bytes; /* for others */
    /* repair */
    uint64_t bytes_per_second; /* 0: no limit */
    int64_t paid_until_ms;     /* what was given so far is paid for until then */
    int64_t settled_ms;        /* before then too little is known to repair anything; INT64_MAX: no link */
    size_t sweep_at;           /* the next row of the catalog */
    int64_t sweep_ms;          /* when it goes on */
    int64_t sweep_floor_ms;    /* not before then */
    int64_t sweep_again_ms;    /* when it begins anew after this one */
    int64_t next_call_ms;      /* owner: provider_call */
    /* own_record */
    bool has_signed; /* in this feed: there is one place for what was made */
    uint8_t *signing;
    struct publication publication;
};

bool replica_init(struct replica *replica, const struct provider_sizes *sizes, size_t links, uint64_t seed);
void replica_deinit(struct replica *replica);
struct replica_peer *replica_peer_of(const struct engine *engine, const struct link_row *link);

void replica_link_changed(struct engine *engine, struct link_row *link, int64_t now_ms); /* open, or not any more */
/* A record that is new here, whatever carried it. False: an advert that is out of date, or one too many. */
bool replica_hear(struct engine *engine, const struct publication *publication, int64_t now_ms);
void replica_kept(struct engine *engine, const struct input *input, int64_t now_ms); /* from our disk */
void replica_room(struct engine *engine, uint64_t room_bytes, int64_t now_ms);
/* The host said something of a file of the catalog; it `was` in that state before. */
void replica_file_changed(struct engine *engine, struct file_row *row, enum file_state was, int64_t now_ms);
/* A linked peer says that it holds this file from now on, or no more. */
void replica_have(struct engine *engine, const struct link_row *link, struct file_row *row, bool holds, int64_t now_ms);
void replica_woke(struct engine *engine, int64_t stood_ms, int64_t now_ms);
void replica_tick(struct engine *engine, int64_t now_ms);
int64_t replica_deadline_ms(const struct engine *engine);
