/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* Links as the rest of the daemon sees them: dial, listen, send, close; what comes back is checked. Behind it stand
 * the transports (tls.c; others join here).
 * Owns: every socket, handshake and queue; frames given to link_set_send are copied.
 * Never: decides (the engine does), blocks, waits for a slow peer.
 * Full: 64 unfinished inbound handshakes, 8 of one address, LIMIT_LINKS_MAX links: an inbound one over that is closed
 * at once and told by `turned_away`; so is one of an address that connects too often, before any TLS, told once a
 * second. 4 MiB unsent for 15 s, anything unsent of which not a byte leaves for 15 s, or 16 MiB of bulk: `faulted` with
 * REASON_SLOW, and bulk over 16 MiB is dropped. Over 64 MiB of all links, or without memory: the link with the most, or
 * the one that needed it, loses what it has not sent and is `faulted` with REASON_RESOURCES.
 *
 * Spec: WIRE W7, W8. */

#include "base/address.h"
#include "crypto/sign.h"
#include "daemon/loop/loop.h"
#include "swarm/identity/node_id.h"
#include "swarm/link/link_route.h"
#include "swarm/reason.h"
#include "swarm/wire/message.h"

struct link_set;

enum link_direction { LINK_INBOUND, LINK_OUTBOUND };
enum { LINK_BULK_LOW = 524288 };

/* All are called from the loop, never from within a call of link_set_* . Link ids: outbound as given to
 * link_set_dial (even), inbound chosen here (odd). After `down` or `dial_failed` an id is not heard of again. */
struct link_callbacks {
    /* The handshake is done, the peer's key is proven. */
    void (*up)(void *context, uint32_t link, enum link_direction direction, const struct address *remote,
               const struct public_key *key, int64_t handshake_ms);
    void (*message)(void *context, uint32_t link, const struct checked_message *message);
    /* A frame that is not acceptable; nothing more is read from this link. The engine says goodbye and closes. */
    void (*frame_refused)(void *context, uint32_t link, uint8_t type, enum refusal refusal);
    void (*faulted)(void *context, uint32_t link, enum reason reason);
    void (*down)(void *context, uint32_t link, enum reason reason); /* NONE when we closed it ourselves */
    void (*dial_failed)(void *context, uint32_t link, enum reason reason, const char *detail);
    /* An inbound connection that never became a link: `self identity version tls-failed timeout resources
     * rate`. */
    void (*turned_away)(void *context, const struct address *remote, enum reason reason, const char *detail);
    /* Of the bulk that a link had to send less than LINK_BULK_LOW is left: there is room for more. May be NULL. */
    void (*drained)(void *context, uint32_t link);
};

struct link_options {
    struct loop *loop;             /* borrowed until link_set_free */
    const struct signing_key *key; /* borrowed until link_set_free */
    struct verifier verifier;
    bool has_loopback_rate; /* how fast an address may connect counts for loopback too */
    struct link_callbacks callbacks;
    void *context; /* borrowed */
};

MUST_USE enum err link_set_new(struct link_set **set, const struct link_options *options, struct err_detail *detail);
/* Dual stack when `at` is [::]. Port 0 takes a free one; `bound` says which. */
MUST_USE enum err link_set_listen(struct link_set *set, const struct address *at, struct address *bound,
                                  struct err_detail *detail);
/* `expected` NULL: whoever answers (an operator's address without an id). */
void link_set_dial(struct link_set *set, uint32_t link, const struct address *to, const struct node_id *expected);
/* Copied; control goes before bulk. */
void link_set_send(struct link_set *set, uint32_t link, uint8_t type, struct span body);
/* Bytes of bulk that wait to be sent; SIZE_MAX: there is no such link, or nothing can be sent on it any more. Who keeps
 * it near LINK_BULK_LOW keeps the link busy, and control never far behind. */
size_t link_set_bulk_unsent(const struct link_set *set, uint32_t link);
/* Graceful: sends what is queued, then close_notify, at most 2 s, then closes. Otherwise at once. `down` follows, for a
 * dial under way too. */
void link_set_close(struct link_set *set, uint32_t link, bool is_graceful);
void link_set_stop_listening(struct link_set *set);

/* Of a link of whichever transport, since it began. */
struct link_measure {
    uint64_t bytes_in; /* of frames, with their headers */
    uint64_t bytes_out;
    uint64_t unsent_bytes;
    uint32_t packets;        /* TCP_INFO: data segments sent; WebRTC: DTLS records that should have come */
    uint32_t packets_lost;   /* of these, retransmitted, or never seen */
    struct link_route route; /* by WebRTC */
};
bool link_set_measure(const struct link_set *set, uint32_t link, struct link_measure *measure);
uint64_t link_set_callers_over_rate(const struct link_set *set); /* closed unread, so far */
/* Links and handshakes, with those that linger over a last alert; 0 = link_set_free loses nothing. */
size_t link_set_count(const struct link_set *set);
/* Closes what is left at once, without callbacks, and frees. Accepts NULL. Not from within a callback. */
void link_set_free(struct link_set *set);
