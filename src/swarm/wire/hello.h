/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* hello (01): the first frame each way, once: who we are, which process, what we can.
 * The check reads the form and the ticket's signature; whether the hello is acceptable on its link, in W9's order, is
 * the session's to say, so a ticket that does not hold is noted, not refused.   Spec: WIRE W9. */

#include "swarm/identity/link_binding.h"
#include "swarm/identity/ticket.h"
#include "swarm/wire/message.h"

enum { HELLO_VERSION = 1 };

enum mesh_wish { MESH_WISH_NONE, MESH_WISH_LOW, MESH_WISH_HIGH, MESH_WISH_JOIN };
const char *mesh_wish_name(enum mesh_wish wish);

struct hello {
    int64_t version; /* when it is not HELLO_VERSION nothing else was read */
    char agent[LIMIT_AGENT_MAX + 1];
    char community[LIMIT_COMMUNITY_MAX + 1];
    uint8_t boot[8];
    int64_t now_ms;
    struct ticket ticket; /* valid when ticket_refusal is NONE */
    enum refusal ticket_refusal;
    enum mesh_wish mesh;
    bool has_seen;
    struct address seen; /* where the other side sees us */
    uint8_t feature_count;
    char features[LIMIT_FEATURES_MAX][LIMIT_FEATURE_MAX + 1];
    bool has_probe;
    uint8_t probe[8];
    bool has_bind; /* where the connection itself proves no key of ours (WebRTC) */
    struct signature bind;
};
/* The words this version knows. */
#define FEATURE_PROBE    "probe"    /* answers probes */
#define FEATURE_VIEW     "view"     /* tells its neighbours of its links, and listens to theirs */
#define FEATURE_DOCTOR   "doctor"   /* says how it sees the link when the other end asks, and asks */
#define FEATURE_CONTENT  "content"  /* moves files: have, want, data, miss, cancel */
#define FEATURE_RECORDS  "records"  /* takes part in the broadcast of records: gossip, ihave, graft, prune */
#define FEATURE_SYNC     "sync"     /* reconciles its records with those of neighbours: sync, lack, record */
#define FEATURE_REPLICAS "replicas" /* holds files for others: offer, offered */
bool hello_has_feature(const struct hello *hello, const char *word);
/* Whether it was said by who has the key of its ticket, to us, over this very connection. Costs a signature: for the
 * check stage. */
bool hello_is_bound(const struct hello *hello, const struct link_binding *binding, const struct node_id *self,
                    const struct verifier *verifier);
enum refusal hello_check(struct span body, const struct verifier *verifier, struct arena *arena, const void **checked);
void hello_build(struct buffer *out, const struct hello *hello);
