/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* One try to reach the other end: an agent of ICE with its own credentials, and what came for it too early. A peer has
 * one; after a restart two, until the new one stands. A new agent, because ours would not look for new addresses again.
 * Owns: the agent and what waits.
 * Never: decides which way is used; the peer does.
 * Full: SESSION_CANDIDATES_MAX candidates in all, later ones are dropped; RTC_EARLY_MAX datagrams wait for the pair,
 * later ones are lost, as on any network.   Spec: RFC 8445, 8838. */

#include "daemon/link/webrtc/thread/ice_agent.h"

enum { RTC_EARLY_MAX = 32 };

struct rtc_peer;

struct rtc_way {
    struct rtc_peer *peer;   /* borrowed: whose way it is */
    struct ice_agent *agent; /* owned */
    bool has_remote;         /* the other end's credentials are known */
    bool is_connected;       /* a pair stands */
    bool is_proven;          /* a record of the session's own came over it */
    bool has_usable;         /* at least one candidate of the other end can be tried */
    bool has_last;           /* the other end has said that there are no more */
    int64_t failed_at_ms;    /* ICE failed then and has not recovered; 0: it has not */
    size_t remote_count;     /* candidates of the other end, in all */
    size_t waiting_count;    /* of them, before has_remote */
    struct ice_candidate waiting[SESSION_CANDIDATES_MAX];
    size_t early_count;
    struct rtc_note *early_first, *early_last; /* owned: datagrams, before the pair stands */
};
/* NULL: no memory, or the system has no sockets. The callbacks' context is the way. */
struct rtc_way *rtc_way_new(struct rtc_peer *peer, struct rtc_shared *shared, const struct rtc_peer_setting *setting,
                            const struct ice_callbacks *callbacks);
void rtc_way_free(struct rtc_way *way);                    /* accepts NULL */
struct ice_agent *rtc_way_take_agent(struct rtc_way *way); /* the caller's from here on; only rtc_way_free is left */
void rtc_way_take_description(struct rtc_way *way, const struct session_description *remote);
/* What a stranger sent; empty: that was its last. */
void rtc_way_take_candidate(struct rtc_way *way, struct span text);
void rtc_way_keep_early(struct rtc_way *way, struct span datagram);
struct rtc_note *rtc_way_take_early(struct rtc_way *way); /* a list, in order; owned by the caller */
