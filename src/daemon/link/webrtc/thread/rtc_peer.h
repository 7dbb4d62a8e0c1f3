/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* One peer, from its description to its end.
 *
 *     SIGNALING --both are described--> CHECKING --a pair stands--> HANDSHAKE --DTLS--> ASSOCIATING --SCTP--> OPEN
 *     OPEN --we close: what waits goes out, streams are reset--> CLOSING --done, or time is over--> DEAD
 *     any --the other end closes, fails or breaks a rule; no channel in time--> DEAD
 *
 * It is told of its end when it becomes DEAD and freed by the thread afterwards, never from within a callback of a
 * library. A restart (new addresses) keeps the state: a second way is tried beside the first (rtc_peer_renewal.c).
 *
 * Owns: its ways, the DTLS session, the association, the channels.
 * Never: begins SCTP before the certificate has been checked.
 * Full: see its parts.   Spec: RFC 8829, 8445, 8831; WIRE W17 for what is counted. */

#include "base/pace.h"
#include "daemon/link/webrtc/thread/channel_table.h"
#include "daemon/link/webrtc/thread/dtls_session.h"
#include "daemon/link/webrtc/thread/rtc_farewell.h"
#include "daemon/link/webrtc/thread/rtc_way.h"

enum rtc_peer_state {
    RTC_PEER_SIGNALING,
    RTC_PEER_CHECKING,
    RTC_PEER_HANDSHAKE,
    RTC_PEER_ASSOCIATING,
    RTC_PEER_OPEN,
    RTC_PEER_CLOSING,
    RTC_PEER_DEAD,
};
enum {
    RTC_LOOK_MS = 200,
    RTC_FAILED_MS = 5000,       /* ICE may recover from a failure by a candidate that comes late */
    RTC_FLUSH_MS = 3000,        /* what waits has that long to arrive when we close */
    RTC_RESET_MS = 200,         /* then the other end that long to answer our resets */
    RTC_SILENCE_MS = 20000,     /* no genuine record for so long, with SCTP's heartbeats all the while: it is gone */
    RTC_SILENCE_MS_MAX = 30000, /* the same while another path is looked for */
};

struct rtc_peer {
    uint32_t number;
    enum rtc_peer_state state;
    struct rtc_shared *shared; /* borrowed until rtc_peer_free */
    struct rtc_peer_setting setting;
    struct rtc_way *way;  /* owned: the one in use */
    struct rtc_way *next; /* owned: the one that a restart tries; NULL: none does */
    struct session_description own, remote;
    uint64_t session_id, version;
    bool has_remote;
    bool is_client;                       /* of DTLS */
    bool is_offer_out;                    /* a restart of ours waits for its answer */
    bool is_woken;                        /* the association has something */
    bool is_remote_gone;                  /* it closed: what came may be read without credit, there is no more of it */
    bool is_ended_here;                   /* so that the other end has to be told */
    struct dtls_session *dtls;            /* owned; NULL before HANDSHAKE */
    struct rtc_farewell *farewell;        /* owned; NULL before rtc_peer_free: what goes out then is its last words */
    struct sctp_association *association; /* owned; NULL before ASSOCIATING */
    struct channel_table channels;
    int64_t deadline_ms; /* for the first open channel; in CLOSING for the end */
    int64_t next_by_ms;  /* when `next` is given up */
    int64_t look_at_ms;
    int64_t heard_at_ms; /* when the count of genuine records was last seen to grow */
    uint64_t heard_count;
    int64_t doubt_ms;       /* when it has been silent for so long, doubt is told */
    struct pace restarts;   /* that the other end asked for */
    int64_t probe_at_ms;    /* when `next` is asked for a sign of the other end */
    struct rtc_way *probed; /* borrowed: where what goes out goes, during rtc_peer_probe alone */
    struct rtc_look look, told;
};

struct rtc_peer *rtc_peer_new(struct rtc_shared *shared, uint32_t number, const struct rtc_peer_setting *setting);
/* Not from within a callback of a library. Its last words, for the caller to own and to tick; NULL: it has none. */
struct rtc_farewell *rtc_peer_free(struct rtc_peer *peer);

void rtc_peer_describe(struct rtc_peer *peer, struct span text);
void rtc_peer_candidate(struct rtc_peer *peer, struct span text);
void rtc_peer_restart(struct rtc_peer *peer);
void rtc_peer_use_servers(struct rtc_peer *peer, const struct rtc_server_list *servers); /* of restarts */
void rtc_peer_close(struct rtc_peer *peer);
void rtc_peer_cut(struct rtc_peer *peer);
void rtc_peer_credit(struct rtc_peer *peer, size_t cost);
/* After every turn: begins what a callback could not, reads and sends. */
void rtc_peer_serve(struct rtc_peer *peer);
void rtc_peer_tick(struct rtc_peer *peer);
bool rtc_peer_is_dead(const struct rtc_peer *peer);
/* Over at once, without an end in order; `detail` is copied. */
void rtc_peer_end(struct rtc_peer *peer, enum rtc_end end, const char *detail);

/* Between the files of a peer alone. */
void rtc_peer_enter(struct rtc_peer *peer, enum rtc_peer_state state);
bool rtc_peer_begin(struct rtc_peer *peer); /* its first way, and our offer */
struct rtc_way *rtc_peer_make_way(struct rtc_peer *peer);
enum session_setup rtc_peer_own_setup(const struct rtc_peer *peer); /* of an answer */
/* Says who we are by this way, and looks for candidates. False: this machine has no address. */
bool rtc_peer_describe_own(struct rtc_peer *peer, struct rtc_way *way, enum session_setup setup, const char *mid);
void rtc_peer_describe_again(struct rtc_peer *peer, const struct session_description *remote);
void rtc_peer_take_next(struct rtc_peer *peer);                  /* the way of a restart, when it is proven */
void rtc_peer_tick_next(struct rtc_peer *peer);                  /* asks for the proof; gives it up */
void rtc_peer_probe(struct rtc_peer *peer, struct rtc_way *way); /* one heartbeat, over that way */
void rtc_peer_begin_handshake(struct rtc_peer *peer);
bool rtc_peer_take_datagram(struct rtc_peer *peer, struct span datagram); /* true: it was the other end's own */
void rtc_peer_read(struct rtc_peer *peer);
void rtc_peer_tell_look(struct rtc_peer *peer);
