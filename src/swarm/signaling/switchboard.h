/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* What a signaling server (PeerServer protocol) does with its clients: who has which id, and what one says to another.
 * Pure: it is told what comes in over a line, and says what goes out over which.
 *
 *   join --refused: why, and no more--> (the caller hangs up)
 *     '--> [here] --silence, a newer line of its id, a flood, a block, a line that takes no more--> hang_up
 *            |  '--gone (the caller's line ended)-->
 *            '--LEAVE to nobody--> [left: no id, kept until it ends]
 *
 * An id of the form of a nodeId is its node's alone: it takes a proof (signal_proof.h), good once, and a valid one
 * takes the place of an older line. Any other id is of whoever came first, and of him who shows the same token.
 *
 * Owns: its tables, from switchboard_new to switchboard_free. A line is the caller's; here it is only a name.
 * Never: reads the clock, allocates after switchboard_new, looks into a payload, gives a client's token to anybody.
 * Full: no more clients than `clients_max`: newcomers are refused. Of one address: client_group.h. For ids that are not
 * there: absent_queue.h; what is not kept comes back to its sender as EXPIRE at once. Proofs remembered: the oldest is
 * forgotten.   Spec: reference 7.2, WIRE W14, W2. */

#include "base/address.h"
#include "swarm/signaling/signal_proof.h"

struct switchboard;
struct switchboard_client;

/* Why somebody is not let in; or has to go. */
enum switchboard_verdict {
    SWITCHBOARD_FINE,
    SWITCHBOARD_INCOMPLETE, /* no id, token or key; or one over its size */
    SWITCHBOARD_WRONG_KEY,
    SWITCHBOARD_ID_TAKEN,
    SWITCHBOARD_UNPROVEN, /* a node's id, and no proof that holds */
    SWITCHBOARD_BLOCKED,
    SWITCHBOARD_FULL,
    SWITCHBOARD_TOO_MANY, /* of one address */
    SWITCHBOARD_TOO_FAST, /* one address comes, or one client talks */
    SWITCHBOARD_SILENT,   /* no heartbeat */
    SWITCHBOARD_REPLACED, /* by a newer line of the same id */
    SWITCHBOARD_SLOW,     /* its line takes no more */
    SWITCHBOARD_VERDICT_COUNT,
};
const char *switchboard_verdict_name(enum switchboard_verdict verdict); /* "id-taken", ... */

enum { SWITCHBOARD_TOKEN_SIZE_MAX = 256, SWITCHBOARD_KEY_SIZE_MAX = 64 };

struct switchboard_options {
    size_t clients_max;       /* 1..LIMIT_SIGNAL_CLIENTS_MAX */
    const char *key;          /* what every client has to name; copied */
    const char *const *hosts; /* ours, in lower case, for proofs; at most LIMIT_SIGNAL_HOSTS; copied */
    size_t host_count;
    struct verifier verifier;
    uint64_t seed;
    /* A text that goes out over a line; borrowed during the call. False: it takes no more. Nothing of the switchboard
     * may be called from within either. */
    bool (*send)(void *context, void *line, struct span text);
    /* The line is to end, once what was sent has left; the client is not known any more. */
    void (*hang_up)(void *context, void *line, enum switchboard_verdict why);
    bool (*is_blocked)(void *context, const struct node_id *id); /* may be NULL */
    void *context;                                               /* borrowed */
};
struct switchboard *switchboard_new(const struct switchboard_options *options); /* NULL without memory */
void switchboard_free(struct switchboard *board);                               /* accepts NULL; hangs up on nobody */

struct switchboard_hello {
    struct span key; /* as a stranger gives them: any bytes */
    struct span id;
    struct span token;
    struct address from; /* ADDRESS_NONE: not known, and not limited */
    void *line;          /* borrowed until hang_up was called for it, or until switchboard_gone */
    int64_t wall_ms;     /* proofs are of that clock */
};
/* Lets somebody in: OPEN and what waits for the id go out over the line. Refused: `why` is the text that says so
 * (borrowed until the next call), after which the caller ends the line; no client comes of it. */
enum switchboard_verdict switchboard_join(struct switchboard *board, const struct switchboard_hello *hello,
                                          struct switchboard_client **client, struct span *why, int64_t now_ms);
/* What a client says; any bytes. It may be hung up on meanwhile. */
void switchboard_take(struct switchboard *board, struct switchboard_client *client, struct span text, int64_t now_ms);
/* Its line has ended by itself. */
void switchboard_gone(struct switchboard *board, struct switchboard_client *client);

/* What time brings: silent clients, messages that waited for long enough. To be called by switchboard_next_ms. */
void switchboard_step(struct switchboard *board, int64_t now_ms);
int64_t switchboard_next_ms(const struct switchboard *board); /* INT64_MAX: nothing is due */
/* The caretaker's blocks have changed: hangs up on whom they name now. */
void switchboard_blocks_changed(struct switchboard *board);

/* The ids that are here, one after the other: `at` begins at 0. False: no more. */
bool switchboard_next_id(const struct switchboard *board, size_t *at, struct span *id);

struct switchboard_counts {
    size_t clients;
    size_t clients_peak;
    size_t waiting; /* messages for ids that are not there */
    uint64_t joined;
    uint64_t refused[SWITCHBOARD_VERDICT_COUNT]; /* newcomers */
    uint64_t ended[SWITCHBOARD_VERDICT_COUNT];   /* clients that were hung up on */
    uint64_t relayed;
    uint64_t expired;                       /* EXPIRE that we sent */
    uint64_t ignored;                       /* messages that were none, or over a client's pace */
    uint64_t proofs_refused[REFUSAL_COUNT]; /* why newcomers were SWITCHBOARD_UNPROVEN */
};
void switchboard_count(const struct switchboard *board, struct switchboard_counts *counts);
