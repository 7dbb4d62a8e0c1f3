/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* A beacon's book: who announced in which community, and the rules of who may. The same code answers for the daemon's
 * HTTP service and in the simulator.
 * Owns: its communities, entries and rate buckets, from beacon_new to beacon_free.
 * Never: does I/O, reads the clock, lets one key overwrite another's entry, needs memory after beacon_new but for
 * a community's table and an entry's envelope (without it the announce counts as one over the rate) and for answers it
 * keeps (then it keeps none).
 * Full: a community (200) drops the oldest entry of the address group that holds most; 100 communities drop the
 * unconfigured one announced from fewest groups, then the oldest; rate buckets drop the one idle longest.
 * Spec: WIRE W13, reference section 4. */

#include "base/address.h"
#include "base/err.h"
#include "crypto/hash.h"
#include "crypto/sign.h"
#include "swarm/identity/ticket.h"

struct beacon;

/* What the operator may change while it runs. */
struct beacon_policy {
    const char *const *configured; /* communities that stay, at most communities_max; copied */
    size_t configured_count;
    const struct public_key *trusted; /* trusted ticket keys; copied */
    size_t trusted_count;             /* 0 = any key */
    bool has_loopback_rate;           /* beacon-rate-loopback: rates count for loopback too */
};
/* A maximum of 0 is the largest there is. */
struct beacon_options {
    size_t communities_max; /* at most LIMIT_BEACON_COMMUNITIES_MAX */
    size_t tickets_max;     /* per community, at most LIMIT_BEACON_TICKETS_MAX */
    size_t list_max;        /* peers in one answer, at most LIMIT_BEACON_LIST_MAX */
    size_t addresses_max;   /* rate buckets, at most LIMIT_BEACON_ADDRESSES_MAX */
    struct beacon_policy policy;
    struct verifier verifier;
    uint64_t seed;
};

/* What an announce came to. The HTTP status follows from it. */
enum beacon_verdict {
    BEACON_ACCEPTED,      /* 200 ok:true, peers */
    BEACON_REPEATED,      /* the same ticket again: 200 ok:true, peers; entry moved, its group stays */
    BEACON_OVER_RATE,     /* 200 ok:true, peers; no work done */
    BEACON_FLOODED,       /* 429, Retry-After */
    BEACON_NOT_JSON,      /* 400 Invalid payload */
    BEACON_REFUSED,       /* 200 ok:false with the reason; MALFORMED is a 400 */
    BEACON_BAD_COMMUNITY, /* 400 */
};
struct beacon_answer {
    enum beacon_verdict verdict;
    enum refusal refusal; /* for REFUSED */
    int status;           /* 200, 400 or 429 */
    int retry_after_s;    /* for 429 */
    struct span body;     /* JSON, always whole; borrowed until the beacon is called again */
};

struct beacon *beacon_new(const struct beacon_options *options, int64_t now_ms); /* NULL without memory */
void beacon_free(struct beacon *beacon);
/* From now on. Entries of keys that are not trusted any more go; a community that is configured newly takes the place
 * of one that is not, if need be. False without memory for it: all stays as it was. */
MUST_USE bool beacon_set_policy(struct beacon *beacon, const struct beacon_policy *policy);
/* One POST /announce: judges the body and answers it, with `peers` on every 200. `community` is empty when the query
 * named none (mainnet). */
struct beacon_answer beacon_announce(struct beacon *beacon, struct span community, struct span body,
                                     const struct address *from, int64_t now_ms);
/* One GET /peers. A name outside the pattern gives no peers. While nothing changes, the same bytes answer everybody. */
struct beacon_answer beacon_peers(struct beacon *beacon, struct span community, const struct address *from,
                                  int64_t now_ms);
/* The same in two steps, for a host that has another thread for signatures: what costs most, and needs nothing of the
 * beacon. One that waits holds no place: whatever happens meanwhile, it is judged again when it comes back. */
struct beacon_pending {
    struct public_key key; /* sign_verify of these three is what is asked */
    struct signature signature;
    size_t message_size;
    uint8_t message[LIMIT_TICKET_PAYLOAD_MAX];
    struct ticket ticket; /* the rest is the beacon's alone */
    char community[LIMIT_COMMUNITY_MAX + 1];
    struct address group;
    struct sha256 seen;
};
/* True: `answer` is the answer, no signature has to be checked. */
bool beacon_announce_begin(struct beacon *beacon, struct span community, struct span body, const struct address *from,
                           struct beacon_pending *pending, struct beacon_answer *answer, int64_t now_ms);
struct beacon_answer beacon_announce_finish(struct beacon *beacon, const struct beacon_pending *pending,
                                            bool is_verified, int64_t now_ms);
enum { BEACON_ANSWER_BYTES_MAX = (LIMIT_BEACON_LIST_MAX + 1) * (LIMIT_TICKET_ENVELOPE_MAX + 1) + 256 };

/* For the snapshot and the store. */
struct beacon_counts {
    size_t communities;
    size_t entries;
    uint64_t announces, accepted, repeated, over_rate, flooded, lists;
    uint64_t refused[REFUSAL_COUNT];
};
void beacon_count(const struct beacon *beacon, struct beacon_counts *counts);

/* Presence on its way to a store: rows at fixed places, so that one change costs one row, whoever else is there. A
 * block of rows belongs to one community at a time. */
enum {
    BEACON_BLOCK_ROWS = LIMIT_BEACON_TICKETS_MAX,
    BEACON_ROWS_MAX = LIMIT_BEACON_COMMUNITIES_MAX * BEACON_BLOCK_ROWS
};
struct beacon_row {
    uint16_t number; /* below BEACON_ROWS_MAX */
    char community[LIMIT_COMMUNITY_MAX + 1];
    int64_t received_at_ms;
    struct address group;
    bool is_attested;       /* when it comes back: it is known to be what we saved, whose signature held then */
    uint16_t envelope_size; /* 0: the row goes, and the rest does not matter */
    uint8_t envelope[LIMIT_TICKET_ENVELOPE_MAX];
};
/* Rows that changed since they were last taken: those of the next block, in order. How many; 0 when there is none. */
size_t beacon_take_changed(struct beacon *beacon, struct beacon_row rows[BEACON_BLOCK_ROWS]);
bool beacon_has_changed(const struct beacon *beacon);
/* The same for those whose entry was only announced again, when the store is 15 s behind on that: such a row
 * may wait. */
size_t beacon_take_repeated(struct beacon *beacon, struct beacon_row rows[BEACON_BLOCK_ROWS]);
bool beacon_has_repeated(const struct beacon *beacon);
/* A row comes back, before anybody announces. Judges its envelope again (our own disk is an outsider too), but for the
 * signature of an attested one: twenty thousand of them would take longer than a restart may. Of two rows of
 * one id the later counts. False when it does not hold or has expired; then it will be among the changed ones, to go.
 */
bool beacon_restore(struct beacon *beacon, const struct beacon_row *row, int64_t now_ms);
