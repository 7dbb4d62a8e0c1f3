/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* A beacon from within: its communities and what its files share. Included by beacon*.c alone. */

#include "base/json_writer.h"
#include "swarm/rendezvous/beacon.h"
#include "swarm/rendezvous/beacon_community.h"
#include "swarm/rendezvous/beacon_rate.h"

/* The tree of the richest body that fits (each value takes at least two bytes of text), as much again for the names of
 * its members and for sorting. */
enum { BEACON_ARENA_SIZE = 512 * 1024 };

struct beacon {
    size_t communities_max;
    size_t tickets_max;
    size_t list_max;
    struct public_key *trusted; /* owned */
    size_t trusted_count;
    bool has_loopback_rate;
    struct verifier verifier;
    struct beacon_community *communities; /* communities_max of them */
    struct beacon_rate *rate;
    void *arena_memory;     /* BEACON_ARENA_SIZE; what is parsed from one body */
    uint8_t *answer_memory; /* BEACON_ANSWER_BYTES_MAX; what is said to one call */
    int64_t sweep_at_ms;
    size_t sweep_index;
    bool is_behind[BEACON_BEHIND_COUNT]; /* the store, on some row */
    struct beacon_counts counts;         /* communities and entries are counted when asked */
};

/* The community of that name; NULL when nobody is in it. */
struct beacon_community *beacon_find_community(const struct beacon *beacon, struct span name);
/* The same, or a free place, or (may_evict) the place of another; NULL when there is none. Its table is there. */
struct beacon_community *beacon_open_community(struct beacon *beacon, struct span name, bool may_evict);
/* The same for one that was there before: at the place it had, if nobody is there; nobody has to leave for it. */
struct beacon_community *beacon_reopen_community(struct beacon *beacon, struct span name,
                                                 struct beacon_community *place);
/* Makes the community stay whoever else comes, if that is a name and there is a place that is not kept yet. */
void beacon_reserve_community(struct beacon *beacon, struct span name);
/* Drops what is past its time in `community` (may be NULL) and, once a second, in one other. */
void beacon_sweep(struct beacon *beacon, struct beacon_community *community, int64_t now_ms);

/* A whole answer that lists a community (NULL: nobody), newest first, without the announcer (NULL: with everybody), and
 * with a share for each address group. Gives until when it is true if nothing changes. */
int64_t beacon_list_write(const struct beacon *beacon, const struct beacon_community *community,
                          const struct sha256 *announcer, struct buffer *out, int64_t now_ms);
/* The same with everybody, kept with the community until it is not true any more. Borrowed until the beacon is called
 * again. */
struct span beacon_list_prepared(struct beacon *beacon, struct beacon_community *community, int64_t now_ms);

/* Answers, in the memory for them. The list is that of a community (NULL: of one where nobody is), without the
 * announcer (NULL: with everybody). */
struct beacon_answer beacon_answer_error(const struct beacon *beacon, enum beacon_verdict verdict, int status,
                                         const char *error);
struct beacon_answer beacon_answer_flooded(struct beacon *beacon);
struct beacon_answer beacon_answer_refused(struct beacon *beacon, enum refusal refusal);
struct beacon_answer beacon_answer_list(const struct beacon *beacon, const struct beacon_community *community,
                                        const struct sha256 *announcer, enum beacon_verdict verdict, int64_t now_ms);

bool beacon_trusts(const struct beacon *beacon, const struct public_key *key);
/* The community that is meant: mainnet when none is named. */
struct span beacon_name_of(struct span community);
/* Who comes from nowhere we could name shares one group and has no rate. */
enum beacon_pace beacon_pace_of(struct beacon *beacon, const struct address *from, const struct address *group,
                                int64_t now_ms);
/* The announce group of an address; that of nobody we could name is one of its own. */
struct address beacon_group_of(const struct address *from);
struct sha256 beacon_id_of(struct span peer_id);
/* Checks an envelope by every rule that does not depend on the other entries. */
enum refusal beacon_judge(const struct beacon *beacon, const struct json_value *envelope, const char *community,
                          const struct verifier *verifier, struct arena *scratch, int64_t now_ms,
                          struct ticket *ticket);
/* True, and `hash` of the compact text, when the envelope is not larger than an envelope may be. */
bool beacon_envelope_hash(const struct json_value *envelope, struct sha256 *hash);
/* `id` is beacon_id_of the ticket's peerId. */
struct beacon_presence {
    const struct ticket *ticket;
    struct sha256 id;
    struct sha256 seen;
    uint16_t row; /* where it stood before a restart; BEACON_NO_ENTRY */
    struct address group;
    int64_t received_at_ms;
};
/* False without memory. */
MUST_USE bool beacon_put(struct beacon *beacon, struct beacon_community *community,
                         const struct beacon_presence *presence);
