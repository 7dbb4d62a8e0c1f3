/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* Links to nodes that no TCP connection reaches: called through a signaling server, carried by WebRTC. Beside link_set,
 * with its words; a link is in the one or in the other.
 * Owns: what it knows of each link; the data connections are the PeerJS peer's, which it borrows.
 * Never: decides (the engine does); says who is at the other end (a bound hello does, WIRE W9); loads WebRTC before
 * somebody is called or calls.
 * Full: SIGNALED_LINKS_MAX; a call over that is passed over, and one of ours fails at once with REASON_RESOURCES.
 * Threads: the loop's alone.   Spec: WIRE W8, W9; decision 32. */

#include "daemon/link/link.h"
#include "daemon/peerjs/peerjs_peer.h"
#include "swarm/identity/link_binding.h"

struct signaled_link_set;

enum { SIGNALED_LINKS_MAX = 64 };
#define SIGNALED_LABEL "skep/1"

/* As those of link.h, but that a link that is up is bound to two certificates instead of a key. Ids of calls that come
 * in are 3 modulo 4, so that none is one of link_set's. */
struct signaled_callbacks {
    void (*up)(void *context, uint32_t link, enum link_direction direction, const struct address *remote,
               const struct link_binding *binding, int64_t handshake_ms);
    void (*message)(void *context, uint32_t link, const struct checked_message *message);
    void (*frame_refused)(void *context, uint32_t link, uint8_t type, enum refusal refusal);
    void (*faulted)(void *context, uint32_t link, enum reason reason);
    void (*down)(void *context, uint32_t link, enum reason reason);
    void (*dial_failed)(void *context, uint32_t link, enum reason reason, const char *detail);
    void (*drained)(void *context, uint32_t link);
};
struct signaled_options {
    struct loop *loop; /* all borrowed until signaled_link_set_free */
    struct peerjs_peer *peer;
    struct node_id self;
    struct verifier verifier;
    struct signaled_callbacks callbacks;
    void *context;
};
struct signaled_link_set *signaled_link_set_new(const struct signaled_options *options); /* owned by the caller */
/* Without callbacks; the peer closes its connections. Accepts NULL. */
void signaled_link_set_free(struct signaled_link_set *set);

bool signaled_link_set_has(const struct signaled_link_set *set, uint32_t link);
void signaled_link_set_dial(struct signaled_link_set *set, uint32_t link, const struct node_id *peer);
void signaled_link_set_send(struct signaled_link_set *set, uint32_t link, uint8_t type, struct span body);
void signaled_link_set_close(struct signaled_link_set *set, uint32_t link, bool is_graceful);
/* Another path is looked for; the link stays meanwhile. */
void signaled_link_set_renew(struct signaled_link_set *set, uint32_t link);
size_t signaled_link_set_bulk_unsent(const struct signaled_link_set *set, uint32_t link);

bool signaled_link_set_measure(const struct signaled_link_set *set, uint32_t link, struct link_measure *measure);

/* What the PeerJS peer says of a connection; those that are no links are somebody else's: false. */
bool signaled_link_set_offered(struct signaled_link_set *set, struct data_connection *connection);
bool signaled_link_set_opened(struct signaled_link_set *set, struct data_connection *connection);
bool signaled_link_set_arrived(struct signaled_link_set *set, struct data_connection *connection,
                               const struct data_message *message);
bool signaled_link_set_doubted(struct signaled_link_set *set, struct data_connection *connection);
bool signaled_link_set_drained(struct signaled_link_set *set, struct data_connection *connection);
bool signaled_link_set_closed(struct signaled_link_set *set, struct data_connection *connection, enum data_end end,
                              const char *detail);
