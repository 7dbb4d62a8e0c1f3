/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* A node that speaks the protocol and lies. Its engine is as honest as any; what leaves the host is not: the edge asks
 * the liar about each frame.
 *
 *     forger     passes on tickets whose signatures do not hold
 *     replayer   shows its first ticket, and the first it heard of others, for ever
 *     flooder    knows of nodes by the dozen, all at one victim's address, and says it has links with nodes that nobody
 *                is
 *     sybil      knows of nodes by the dozen, all in one prefix where nobody lives, and says the same of its links
 *     mute       never answers a ping or a question for peers
 *     miser      answers, but passes nothing on: no ticket but its own, no news of others
 *     garbler    sends slices of files with a bit turned over
 *     phantom    says that it holds every file it hears of, and never answers who asks for one (sim/file_host)
 *     dawdler    begins to send what it is asked for, and stops (sim/file_serving)
 *
 * Owns: what it remembers.   Never: breaks the form of a frame; tests/lib/hostile_link is for that.
 * Full: cannot be. */

#include "base/prng.h"
#include "crypto/sign.h"
#include "swarm/wire/pex.h"

enum liar_kind {
    LIAR_NONE,
    LIAR_FORGER,
    LIAR_REPLAYER,
    LIAR_FLOODER,
    LIAR_SYBIL,
    LIAR_MUTE,
    LIAR_MISER,
    LIAR_GARBLER,
    LIAR_PHANTOM,
    LIAR_DAWDLER,
    LIAR_KIND_COUNT,
};
const char *liar_kind_name(enum liar_kind kind);

struct liar {
    enum liar_kind kind;
    struct prng prng;
    struct address victim; /* of a flooder, and any address of a sybil's prefix */
    bool has_own;
    struct ticket own; /* a replayer's first */
    size_t heard_count;
    struct ticket heard[LIMIT_PEX_TICKETS_MAX];
    uint64_t lie_count;
};
struct liar_scene {
    const struct verifier *verifier;
    void *arena_memory; /* LIMIT_CHECK_ARENA bytes, used during the call */
    const char *community;
    int64_t wall_ms;
};

/* Ids of nodes that are nobody, and stand in nothing but views: one can be told from every other id. */
struct node_id liar_made_up_id(uint64_t number);
bool liar_made_up(const struct node_id *id);

struct liar *liar_new(enum liar_kind kind, uint64_t seed); /* owned by the caller */
void liar_free(struct liar *liar);                         /* accepts NULL */
/* What is said in place of this frame: *body stays, or points into `out`. False: nothing is said. */
bool liar_speaks(struct liar *liar, const struct liar_scene *scene, uint8_t type, struct span *body,
                 struct buffer *out);
