/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* One end of ICE, by libnice: finds the ways between two ends, keeps the best, and carries datagrams over it.
 * Owns: libnice's agent, which is let go after ice_agent_close when it has finished (a relay is given back).
 * Never: calls back after ice_agent_close; resolves a name; speaks TCP or UPnP.
 * Full: a datagram that the system does not take at once is lost, as on any network.   Spec: RFC 8445, 8838, 7675. */

#include "crypto/hash.h"
#include "daemon/link/webrtc/thread/rtc_shared.h"
#include "swarm/webrtc/session_description.h"

enum ice_state {
    ICE_CHECKING,
    ICE_CONNECTED, /* told again when a better pair is found */
    ICE_FAILED,    /* no pair, or no check of it is answered; it may yet recover */
};
struct ice_callbacks { /* from the thread's context; not from within a call, but for `found` */
    void (*found)(void *context_of, const struct ice_candidate *candidate); /* NULL: that was the last */
    void (*changed)(void *context_of, enum ice_state state);
    void (*received)(void *context_of, struct span datagram);
};
struct ice_options {
    struct rtc_shared *shared;              /* borrowed until ice_agent_close has finished */
    const struct rtc_peer_setting *setting; /* borrowed during the call */
    struct ice_callbacks callbacks;
    void *context_of;
};
struct ice_agent;
struct ice_agent *ice_agent_new(const struct ice_options *options); /* NULL: no memory, or the system has no sockets */
void ice_agent_close(struct ice_agent *agent);                      /* accepts NULL */
/* From here on another is told. */
void ice_agent_hand_over(struct ice_agent *agent, const struct ice_callbacks *callbacks, void *context_of);

/* Our ufrag and password, as they are now. */
bool ice_agent_describe(struct ice_agent *agent, struct session_description *description);
bool ice_agent_has_address(const struct ice_agent *agent); /* this machine has one now */
bool ice_agent_gather(struct ice_agent *agent);            /* `found` follows; false: no address to be reached at */
void ice_agent_take_description(struct ice_agent *agent, const struct session_description *remote);
void ice_agent_take_candidate(struct ice_agent *agent, const struct ice_candidate *candidate);
void ice_agent_take_last(struct ice_agent *agent); /* the other end has no more candidates */
void ice_agent_send(struct ice_agent *agent, struct span datagram);
bool ice_agent_look(struct ice_agent *agent, struct link_route *route); /* the pair in use; false: none yet */
void ice_agent_widen(struct ice_agent *agent); /* larger socket buffers; once a pair is in use */
