/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* Two ends of WebRTC in one program, over loopback, for tests. What a signaling server would do is done by hand, and
 * can be spoilt. Each callback becomes a line of a story, and a test waits for a line:
 *
 *   a connected host                b opened 2 label protocol unordered
 *   a closed remote: it closed      b channel_closed 2
 *
 * Messages are counted; a hook sees them. Both ends are peers of one rtc, because there is one in a process.
 * Owns: the loop, the rtc.   Never: lets an rtc_* call call back (the test fails). */

#include "daemon/link/webrtc/rtc.h"

struct rtc_pair;
struct rtc_pair_end {
    struct rtc_pair *pair;
    struct rtc_pair_end *other;
    char name; /* 'a' offers, 'b' answers */
    uint32_t peer;
    uint32_t channel; /* the last that opened */
    size_t opened_count, closed_count, drained_count;
    uint64_t message_count, message_bytes;
    bool is_deaf;                                   /* what the other says through signaling does not arrive */
    bool drops_candidates;                          /* of the other */
    char sdp[16384];                                /* its last description, as it said it */
    void (*on_described)(struct rtc_pair_end *end); /* may change its sdp before it is carried over */
    void (*on_message)(struct rtc_pair_end *end, uint32_t channel, enum rtc_kind kind, struct span bytes);
    void (*on_drained)(struct rtc_pair_end *end, uint32_t channel);
    void (*on_opened)(struct rtc_pair_end *end, uint32_t channel);
};
struct rtc_pair {
    struct loop *loop;
    struct loop_timer *guard;
    struct rtc *rtc;
    struct rtc_pair_end a, b;
    struct rtc_pair_end liar; /* a third, of rtc_pair_lie */
    void *context;            /* the test's own */
    char story[65536];
    size_t size;
    const char *awaited;
    bool (*is_done)(struct rtc_pair *pair);
    bool is_calling, is_late;
};

/* For cmocka's setup and teardown. */
int rtc_pair_open(void **state);
int rtc_pair_close(void **state);

/* Opens a peer at each end; NULL: with loopback, without servers. */
void rtc_pair_meet(struct rtc_pair *pair, const struct rtc_peer_options *options);
/* The same, and a channel of the offerer's, open at both ends. */
void rtc_pair_connect(struct rtc_pair *pair, bool is_unordered);
/* Somebody who holds the signaling offers b, in the name of a, a way of his own; what b answers comes to him. */
void rtc_pair_lie(struct rtc_pair *pair);
void rtc_pair_forget(struct rtc_pair *pair); /* both have closed: the next two begin with a fresh story */

void rtc_pair_await(struct rtc_pair *pair, const char *text); /* runs the loop; fails after a while */
void rtc_pair_await_that(struct rtc_pair *pair, bool (*is_done)(struct rtc_pair *pair)); /* asked after each callback */
void rtc_pair_run(struct rtc_pair *pair, int64_t for_ms);
void rtc_pair_assert_told(const struct rtc_pair *pair, const char *text);
void rtc_pair_assert_not_told(const struct rtc_pair *pair, const char *text);

uint32_t rtc_pair_channel(struct rtc_pair_end *end, const char *label, bool is_unordered);
bool rtc_pair_send(struct rtc_pair_end *end, uint32_t channel, const void *bytes, size_t size);
