/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* What the engine wants done: the only way out of it. A host owns a queue of actions, gives it to engine_feed, and
 * takes them one by one before the next feed.
 * Owns: the items and the bytes of frames, until actions_free; a span in an action is borrowed until the next feed.
 * Never: grows. One feed yields at most a few actions for each link, which the capacities cover. */

#include "swarm/content/part.h"
#include "swarm/content/publication.h"
#include "swarm/control/operation.h"
#include "swarm/observe/event.h"
#include "swarm/peer/book_row.h"

enum action_kind {
    ACTION_DIAL,       /* open link `link` to `address`, or by_signaling; `has_peer`: only if it is `peer` */
    ACTION_SEND,       /* a frame on `link` */
    ACTION_RENEW,      /* look for another path beneath `link`, which is by WebRTC; it stays meanwhile */
    ACTION_CLOSE,      /* end `link`: gracefully or at once */
    ACTION_ANNOUNCE,   /* POST `bytes` to source `source` */
    ACTION_FETCH,      /* GET the peers of source `source` */
    ACTION_STORE_ROW,  /* keep `row` */
    ACTION_REMOVE_ROW, /* forget `peer` */
    ACTION_PIN,        /* operator peer `source` is `peer` from now on */
    ACTION_JOURNAL,    /* keep `operation`, or (is_gone) forget it; waits: INPUT_JOURNALED once it is synced */
    ACTION_MARK,       /* keep that this node listens before it speaks, or (is_gone) forget it */
    ACTION_EMIT,       /* tell everybody `event` */
    ACTION_RECORD,     /* `bytes` is the text of a record that holds, new to this node; it came from `peer` */
    /* Content. Each COLLECT with is_last is answered by INPUT_PART_CHECKED, each SERVE by INPUT_SERVED. */
    ACTION_LIST_MISSING, /* say which parts of a file are missing: INPUT_PARTS_MISSING */
    ACTION_COLLECT,      /* `bytes` of a part that `peer` sends; with the last: verify and keep it */
    ACTION_DISCARD,      /* forget what was collected under that number */
    ACTION_SERVE,        /* send an object on `link`, or say that it is not here */
    ACTION_UNSERVE,      /* stop that; it is not answered any more */
    ACTION_SEND_RECORD,  /* a record's text on `link`, behind those before it: frame 80; then INPUT_RECORD_SENT */
    /* Replication. */
    ACTION_FORGET_RECORD, /* an advert that is out of date: it need not be kept any more */
    ACTION_HOLD,          /* hold a file for others: note it (role replica), then want it by INPUT_FILE */
    ACTION_RELEASE,       /* a replica that others hold too, or that cannot be had: let go of it, INPUT_FILE known */
    ACTION_CHOOSE_PROOF,  /* name some bytes of a file that is held, by chance: INPUT_PROOF_CHOSEN */
};

struct action {
    enum action_kind kind;
    uint32_t link;
    uint8_t type; /* SEND: the frame's */
    uint8_t source;
    bool has_peer;
    bool is_graceful;
    bool is_gone, waits; /* JOURNAL; is_gone of MARK, too */
    struct node_id peer;
    bool by_signaling; /* DIAL: through a signaling server, to `peer`; there is no address */
    struct address address;
    struct span bytes;
    union {
        struct book_row row;
        struct event event;
        struct operation operation;
        struct {                                   /* RECORD */
            const struct publication *publication; /* borrowed until the feed after this one */
            struct object_id id;
            struct record_author author;
            struct node_id node_id; /* that signed it */
            int64_t at_ms;
            struct span type;
            bool is_late;     /* it came by reconciliation, not as it was published: it may be old */
            uint8_t hops;     /* nodes that passed it on before it came here */
            bool is_own;      /* this node made it just now (no link, no peer), and has told its neighbours */
            bool is_obsolete; /* an advert that is out of date, or one too many: not to be kept */
        } record;
        struct { /* SEND_RECORD */
            struct object_id id;
        } send;
        struct { /* LIST_MISSING */
            struct object_id file;
            bool is_anew; /* from the first; else behind those that were named before */
        } list;
        struct { /* COLLECT, DISCARD */
            uint32_t req;
            struct object_id file;
            struct content_part part;
            uint32_t total, offset;
            bool is_last;
        } collect;
        struct { /* SERVE, UNSERVE */
            uint32_t req;
            struct object_id id;
            uint32_t offset, length; /* length 0 = to the end */
        } serve;
        struct { /* HOLD, RELEASE, CHOOSE_PROOF */
            struct object_id file;
            uint64_t bytes; /* HOLD: sealed, as who offers it says: one that is larger may be given up */
        } replica;
        struct { /* FORGET_RECORD */
            struct object_id id;
            int64_t at_ms;
        } forget;
    } as;
};

struct actions;

struct actions *actions_new(void); /* owned by the host; NULL without memory */
void actions_free(struct actions *actions);
bool actions_take(struct actions *actions, struct action *action); /* false: none left */
/* For the engine. */
void actions_reset(struct actions *actions);
struct action *actions_add(struct actions *actions, enum action_kind kind);
/* Room for a body: write into it, then actions_keep_bytes gives the span that lives until the next feed. */
struct buffer actions_bytes(struct actions *actions);
struct span actions_keep_bytes(struct actions *actions, const struct buffer *written);
