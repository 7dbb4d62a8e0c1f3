/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* What a link loses on its way, as a share of what was sent in the last 60 s. One direction our own transport counts,
 * the other one the peer tells of, which counts that: over TLS the outgoing one (what had to be sent again), over
 * WebRTC the incoming one (gaps in the numbers of what came). With fewer than 200 packets in the window a share would
 * say more than is known, so there is none. Owns: one slot for each second of the window. Never: reads the clock;
 * trusts the peer's word for more than a figure on the page. Full: the oldest second goes.   Spec: WIRE W17. */

#include <stdbool.h>
#include <stdint.h>

enum { LOSS_WINDOW_S = 60, LOSS_PACKETS_MIN = 200 };

struct loss_slot {
    int64_t second; /* which one it holds; another = it is empty */
    uint32_t sent, lost;
};
struct link_loss {
    bool counts_incoming;            /* the transport does; the peer tells of the outgoing direction */
    uint32_t sent_total, lost_total; /* of the transport, at the last look */
    uint32_t told_ppm;               /* what the peer counts; PING_LOSS_UNKNOWN */
    int64_t told_at_ms;              /* 0 = never */
    struct loss_slot slots[LOSS_WINDOW_S];
};
/* The transport's totals since the link began. */
void link_loss_measured(struct link_loss *loss, uint32_t sent_total, uint32_t lost_total, int64_t now_ms);
/* What the peer says of both directions as it sees them. */
void link_loss_told(struct link_loss *loss, uint32_t its_in_ppm, uint32_t its_out_ppm, int64_t now_ms);
double link_loss_out(const struct link_loss *loss, int64_t now_ms); /* 0..1; negative = not known */
double link_loss_in(const struct link_loss *loss, int64_t now_ms);
uint32_t link_loss_ppm(double share); /* for a ping; PING_LOSS_UNKNOWN when negative */
