/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* WebRTC data channels in our words (RFC 8825 and its family): a peer is described, its candidates come, channels open,
 * messages go both ways. libnice (ICE), OpenSSL's DTLS, usrsctp and GLib are included in this folder alone; they run in
 * one thread with a GMainContext of its own, and are loaded by rtc_new, so that a node that never needs them does not
 * carry them.
 * Owns: the thread and everything in it. What callbacks are given is borrowed during the call.
 * Never: calls back but on the loop; blocks the loop; trusts the other end's DTLS certificate before it has the
 * fingerprint of the description; says who the other end is (a hello bound to both certificates does, WIRE W9 `bind`).
 * Full: RTC_PEERS_MAX peers, RTC_CHANNELS_MAX channels each; a message over the size we have announced ends its
 * channel; a channel of which too much waits refuses more and says when it has room; one whose reader does not keep up
 * is not read, so that SCTP's window closes (its sisters share that window). While 4096 commands wait, what comes
 * through signaling is dropped. Threads: every function here belongs to the loop's thread.   Spec: RFC 8445, 8831,
 * 8832, 8841; reference WEBRTC_PEERJS. */

#include "base/address.h"
#include "base/err.h"
#include "daemon/loop/loop.h"
#include "swarm/link/link_route.h"

struct rtc;

enum {
    RTC_PEERS_MAX = 256,
    RTC_CHANNELS_MAX = 64,
    RTC_MESSAGE_SIZE_MAX = 262144, /* what our descriptions announce */
    RTC_WAITING_MAX = 1048576,     /* of one channel, until the system takes it */
    RTC_WAITING_LOW = 262144,      /* `drained` is told when no more than this waits, and more did */
    RTC_OPEN_MS = 20000,           /* from the first word to an open channel */
    RTC_DOUBT_MS = 6000,           /* both ends are heard of each 3 s at most, while there is a path */
};
enum rtc_kind { RTC_TEXT, RTC_BINARY };
enum rtc_end {
    RTC_END_CLOSED,      /* we closed it */
    RTC_END_REMOTE,      /* it closed in order */
    RTC_END_NO_PATH,     /* ICE found none */
    RTC_END_LOST,        /* nothing comes from it any more: it is gone, or its network */
    RTC_END_FINGERPRINT, /* its certificate is not the one that was described */
    RTC_END_DTLS,        /* the handshake failed */
    RTC_END_PROTOCOL,    /* it broke SCTP, DCEP or a limit of ours */
    RTC_END_TIMEOUT,     /* no channel in RTC_OPEN_MS */
    RTC_END_DESCRIPTION, /* what it sent as a description is none that we can use */
    RTC_END_RESOURCES,
};

struct rtc_server {
    struct address address; /* numeric: names are resolved before */
    const char *user;       /* of TURN; NULL: a STUN server. Copied */
    const char *password;
};
struct rtc_peer_options {
    bool is_offering;
    bool is_relay_only;
    bool has_loopback;                /* offers 127.0.0.1 as well: same machine, tests */
    const struct rtc_server *servers; /* copied; 8 at most */
    size_t server_count;
    int64_t open_ms; /* 0: RTC_OPEN_MS; an offer that lies somewhere until it is answered may take longer */
};
struct rtc_channel_options {
    const char *label;    /* copied; 256 bytes at most */
    const char *protocol; /* copied; NULL: none */
    bool is_unordered;    /* reliable all the same */
};
struct rtc_callbacks {
    /* Ours, to be sent to the other end: for an offerer after rtc_open, for an answerer after rtc_describe; for both
     * once more with each restart, whoever began it. */
    void (*described)(void *context, uint32_t peer, bool is_offer, struct span sdp);
    void (*candidate)(void *context, uint32_t peer, struct span candidate); /* without "a="; empty: that was the last */
    void (*connected)(void *context, uint32_t peer); /* DTLS and SCTP are up; rtc_look says how */
    /* Nothing has come for RTC_DOUBT_MS, and again after each of them: its path may be no more. A restart, by both ends
     * or one of them, finds another if there is one. */
    void (*doubted)(void *context, uint32_t peer);
    void (*channel_opened)(void *context, uint32_t peer, uint32_t channel, const char *label, const char *protocol,
                           bool is_unordered);
    void (*message)(void *context, uint32_t peer, uint32_t channel, enum rtc_kind kind, struct span bytes);
    void (*drained)(void *context, uint32_t peer, uint32_t channel);
    void (*channel_closed)(void *context, uint32_t peer, uint32_t channel);
    void (*closed)(void *context, uint32_t peer, enum rtc_end end,
                   const char *detail); /* once; its channels went before */
};
struct rtc_options {
    struct loop *loop; /* borrowed until rtc_free */
    struct rtc_callbacks callbacks;
    void *context;
};

/* Loads the libraries and starts the thread; the first time takes some 20 ms. One in a process at a time (ERR_IN_USE),
 * and not before a fork that is to have it. ERR_NOT_FOUND: this system has the libraries not; the detail says which
 * package is missing. */
MUST_USE enum err rtc_new(struct rtc **rtc, const struct rtc_options *options, struct err_detail *detail);
/* Calls back now what has been reported, a batch at most, as the loop does in time: before something is judged that
 * came another way. Not for callbacks. */
void rtc_hear(struct rtc *rtc);
/* Ends all in order, 2 s at most, without callbacks; not for callbacks; accepts NULL. */
void rtc_free(struct rtc *rtc);

/* Peer and channel numbers are given here, never 0, and never used twice. 0: RTC_PEERS_MAX are under way. */
uint32_t rtc_open(struct rtc *rtc, const struct rtc_peer_options *options);
/* What came through signaling: any bytes. Candidates may come before the description. */
void rtc_describe(struct rtc *rtc, uint32_t peer, struct span sdp);
void rtc_candidate(struct rtc *rtc, uint32_t peer, struct span candidate);
/* Another path is looked for beside the one in use, which stays until something of the other end's own has come over
 * the other: `described` follows, unless this machine has no address now. */
void rtc_restart(struct rtc *rtc, uint32_t peer);
/* For the restarts of all peers from here on. Copied; false: too many, or a text of one is too long. */
bool rtc_use_servers(struct rtc *rtc, const struct rtc_server *servers, size_t count);
void rtc_close(struct rtc *rtc, uint32_t peer); /* in order: what was sent has 3 s to arrive; `closed` follows */
void rtc_cut(struct rtc *rtc, uint32_t peer);   /* without that, also when it closes already; `closed` follows */

/* May be called at once; it opens when the peer is connected. 0: it has RTC_CHANNELS_MAX. */
uint32_t rtc_channel_open(struct rtc *rtc, uint32_t peer, const struct rtc_channel_options *options);
/* Copied. False: too much waits (`drained` follows), it is larger than the other end takes, or the channel is gone. */
bool rtc_send(struct rtc *rtc, uint32_t peer, uint32_t channel, enum rtc_kind kind, struct span bytes);
size_t rtc_waiting(const struct rtc *rtc, uint32_t peer, uint32_t channel); /* bytes */
/* No more messages of it are told until it is resumed: what comes waits with the other end. */
void rtc_pause(struct rtc *rtc, uint32_t peer, uint32_t channel);
void rtc_resume(struct rtc *rtc, uint32_t peer, uint32_t channel);
void rtc_channel_close(struct rtc *rtc, uint32_t peer, uint32_t channel);

struct rtc_look {
    bool is_connected;
    struct link_route route;                             /* the pair in use */
    uint8_t own_certificate[32], remote_certificate[32]; /* SHA-256, as the session had them: for `bind` */
    uint32_t message_size_max;                           /* what the other end takes */
    uint32_t rtt_us;                                     /* SCTP's estimate; 0 = none */
    uint64_t bytes_in, bytes_out;
    uint64_t packets_in, packets_missed; /* DTLS records that came, and gaps in their numbers (WIRE W17) */
    uint64_t packets_out;
};
bool rtc_look(const struct rtc *rtc, uint32_t peer,
              struct rtc_look *look); /* as last told by the thread; 200 ms old at most */
