/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* What can happen to an engine: the only way in. Everything from outside has been checked before it stands here.
 * Owns: nothing; pointers are borrowed during engine_feed. */

#include "swarm/content/catalog.h"
#include "swarm/content/part.h"
#include "swarm/content/publication.h"
#include "swarm/control/operations.h"
#include "swarm/identity/link_binding.h"
#include "swarm/link/link_path.h"
#include "swarm/link/link_route.h"
#include "swarm/peer/book_row.h"
#include "swarm/reason.h"
#include "swarm/rendezvous/answer.h"
#include "swarm/wire/miss.h"

enum input_kind {
    INPUT_START,         /* everything known from disk was fed: begin */
    INPUT_STOP,          /* say goodbye, close everything; engine_is_stopped tells when it is done */
    INPUT_TICK,          /* the deadline has come */
    INPUT_CLOCK,         /* the wall clock is `wall_ms` now */
    INPUT_BOOK_ROW,      /* from our disk, before START */
    INPUT_PIN,           /* from our disk, before START: operator peer `source` is `peer` */
    INPUT_OPERATION_ROW, /* from our disk, before START */
    INPUT_OPERATOR_PEER, /* operator peer `source` resolves to these addresses (perhaps none) */
    INPUT_ADVERTISED,    /* where peers may dial us, best first */
    INPUT_INTERFACES,    /* this machine's addresses */
    INPUT_WOKE,          /* the machine slept for `stood_ms`, of which the engine's time knows nothing */
    INPUT_LINK_UP,
    INPUT_LINK_DOWN,
    INPUT_LINK_FAULTED,
    INPUT_LINK_MEASURED,
    INPUT_DIAL_FAILED,
    INPUT_TURNED_AWAY, /* an inbound connection that never became a link */
    INPUT_FRAME,
    INPUT_FRAME_REFUSED,
    INPUT_BEACON_REPLY,
    INPUT_REFRESH,        /* somebody wants a harvest now */
    INPUT_PUBLISH_RECORD, /* from the host: a record of ours, for everybody */
    INPUT_SHARE_VIEW,     /* whether neighbours are told of our links (`is_on`) */
    INPUT_ANSWER_DOCTOR,  /* whether peers are told how we see the link with them (`is_on`) */
    INPUT_DOWNLOAD_RATE,  /* of content: `bytes_per_second` */
    INPUT_SIGNALING,      /* whether peers can be called through a signaling server (`is_on`) */
    INPUT_EXAMINE,        /* a peer is to say how it sees the link with us */
    INPUT_OPERATION,      /* the caretaker asks for, keeps or reverts something */
    INPUT_FILE,           /* from the host: it holds this file, wants it, or neither */
    INPUT_PARTS_MISSING,  /* an answer to ACTION_LIST_MISSING */
    INPUT_PART_CHECKED,   /* what came of a part that was collected */
    INPUT_SERVED,         /* what came of an ACTION_SERVE */
    INPUT_RECORD_KEPT,    /* from the host: a record lies on its disk, and others may have it */
    INPUT_RECORD_GONE,    /* from the host: it does not keep that record (any more): it went, or was not wanted */
    INPUT_RECORD_SENT,    /* what came of an ACTION_SEND_RECORD */
    INPUT_STORAGE,        /* from the host: how much it would hold for others; first when its disk was surveyed */
    INPUT_PROOF_CHOSEN,   /* an answer to ACTION_CHOOSE_PROOF */
    INPUT_REPAIR_RATE,    /* how fast others may be given copies, for the sake of redundancy */
    INPUT_JOURNALED,      /* an operation that had to be written first is on the disk, or is not */
};

/* What comes of wanting to ask the other end of a link. */
enum examine_answer {
    EXAMINE_ASKED,     /* examination_table.h will tell */
    EXAMINE_NO_LINK,   /* with that peer */
    EXAMINE_NOT_HERE,  /* our own hello did not list the feature: who does not answer does not ask */
    EXAMINE_NOT_THERE, /* the peer's did not */
    EXAMINE_TOO_SOON,  /* it was asked a moment ago */
    EXAMINE_NO_ROOM    /* LIMIT_EXAMINATIONS others have not answered yet */
};

enum operation_verb { OPERATION_ASK, OPERATION_KEEP, OPERATION_REVERT };
enum part_verdict { PART_STORED, PART_WRONG, PART_NOT_WRITTEN };
enum beacon_outcome { BEACON_OUTCOME_ANSWERED, BEACON_OUTCOME_TIMEOUT, BEACON_OUTCOME_ERROR, BEACON_OUTCOME_INVALID };

struct input {
    enum input_kind kind;
    uint16_t sub_us; /* microseconds past now_ms, 0..999: round trips on a LAN are shorter than a millisecond */
    union {
        int64_t wall_ms;                     /* CLOCK */
        const struct book_row *row;          /* BOOK_ROW */
        int64_t stood_ms;                    /* WOKE */
        bool is_on;                          /* SHARE_VIEW, ANSWER_DOCTOR, SIGNALING */
        uint64_t bytes_per_second;           /* DOWNLOAD_RATE, REPAIR_RATE; 0: no limit */
        const struct checked_record *record; /* PUBLISH_RECORD: as record_sign gave it */
        struct {                             /* PIN, OPERATOR_PEER, ADVERTISED, INTERFACES */
            uint8_t source;
            struct node_id peer;
            const struct address *addresses;
            size_t count;
            uint16_t listen_port; /* ADVERTISED: where links come in; 0 = nowhere */
            bool may_grow;        /* ADVERTISED: probes may add to it and take from it */
        } place;
        struct { /* LINK_*, DIAL_FAILED, TURNED_AWAY */
            uint32_t id;
            bool is_inbound;
            struct address remote;
            enum link_transport transport;
            struct public_key key;              /* UP: proven by TLS */
            const struct link_binding *binding; /* UP by WebRTC, which proves none: its hello has to, over these */
            int64_t handshake_ms;
            enum reason reason;
            const char *detail; /* for people; may be NULL */
            uint64_t bytes_in, bytes_out, unsent_bytes;
            uint32_t packets,
                packets_lost;        /* MEASURED: by TLS what was sent, and again; by WebRTC what should have come */
            struct link_route route; /* MEASURED: by WebRTC, the pair in use */
        } link;
        struct { /* FRAME, FRAME_REFUSED */
            uint32_t link;
            uint8_t type;
            enum refusal refusal;
            const struct checked_message *message;
        } frame;
        struct { /* EXAMINE */
            const struct node_id *peer;
            enum examine_answer *answer; /* where the answer goes */
        } examine;
        const struct operation *operation_row; /* OPERATION_ROW */
        struct {                               /* OPERATION, JOURNALED */
            enum operation_verb verb;
            uint64_t id;                             /* of a new one: random, never 0 */
            const struct operation_request *request; /* ASK */
            enum operation_answer *answer;           /* where the answer goes */
            bool is_kept;                            /* JOURNALED */
        } operation;
        struct { /* FILE */
            const struct object_id *id;
            enum file_state state;  /* KNOWN: neither held nor wanted */
            enum holding_role role; /* of one that is held or wanted */
            uint8_t target;         /* by its manifest; 0: that is not here (yet): as it was */
            uint64_t bytes;         /* sealed; 0: not known (yet): as it was */
            bool is_declined;       /* of a KNOWN one: nobody may make us hold it, until it is wanted or held here */
        } file;
        struct { /* PARTS_MISSING */
            const struct object_id *file;
            const struct content_part *parts; /* behind those that were named before; at most LIMIT_PARTS_QUEUED / 2 */
            size_t count;
            bool is_all; /* there is no other, also not one that only shows once these are there */
        } missing;
        struct { /* STORAGE */
            uint64_t room_bytes;
        } storage;
        struct { /* PROOF_CHOSEN: some bytes of a chunk of the file that is here */
            const struct object_id *file;
            struct content_part part; /* the chunk as it is */
            uint32_t offset, length;  /* within it, at most LIMIT_PROOF_BYTES; length 0: there is none */
        } proof;
        struct { /* PART_CHECKED */
            uint32_t req;
            enum part_verdict verdict;
        } checked;
        struct { /* SERVED */
            uint32_t link, req;
            uint32_t bytes;      /* read for it, however few of them were asked for */
            enum miss_code miss; /* 0: it was sent */
        } served;
        struct { /* RECORD_KEPT, RECORD_GONE */
            const struct object_id *id;
            int64_t at_ms;                         /* as the record says */
            bool is_own;                           /* KEPT: a node or the user of this node signed it */
            const struct publication *publication; /* KEPT: of an advert; of others it may be NULL */
        } kept;
        struct { /* RECORD_SENT */
            uint32_t link;
            const struct object_id *id;
            uint32_t bytes; /* of its text; 0: it was not sent, as it is not here or the link is not */
        } sent;
        struct { /* BEACON_REPLY */
            uint8_t source;
            bool was_announce;
            enum beacon_outcome outcome;
            enum refusal refusal; /* INVALID: of the answer as a whole */
            int status;
            int64_t elapsed_ms;
            const struct beacon_reply *reply; /* NULL unless ANSWERED */
        } beacon;
    } as;
};
