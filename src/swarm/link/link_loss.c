/* SPDX-License-Identifier: Apache-2.0 */
#include "swarm/link/link_loss.h"

#include "swarm/wire/ping.h"

static const int64_t MILLION = 1000000;

static struct loss_slot *slot_of(struct link_loss *loss, int64_t now_ms) {
    int64_t second = now_ms / 1000;
    struct loss_slot *slot = &loss->slots[second % LOSS_WINDOW_S];
    if (slot->second != second) *slot = (struct loss_slot){.second = second};
    return slot;
}

void link_loss_measured(struct link_loss *loss, uint32_t sent_total, uint32_t lost_total, int64_t now_ms) {
    struct loss_slot *slot = slot_of(loss, now_ms);
    slot->sent += sent_total - loss->sent_total; /* totals wrap around; their differences do not mind */
    slot->lost += lost_total - loss->lost_total;
    loss->sent_total = sent_total;
    loss->lost_total = lost_total;
}

void link_loss_told(struct link_loss *loss, uint32_t its_in_ppm, uint32_t its_out_ppm, int64_t now_ms) {
    loss->told_ppm = loss->counts_incoming ? its_in_ppm : its_out_ppm;
    loss->told_at_ms = now_ms;
}

static double counted_share(const struct link_loss *loss, int64_t now_ms) {
    uint64_t sent = 0;
    uint64_t lost = 0;
    for (int i = 0; i < LOSS_WINDOW_S; i++) {
        const struct loss_slot *slot = &loss->slots[i];
        if (slot->second <= now_ms / 1000 - LOSS_WINDOW_S) continue;
        sent += slot->sent;
        lost += slot->lost;
    }
    if (sent < LOSS_PACKETS_MIN) return -1;
    return lost < sent ? (double)lost / (double)sent : 1;
}

static double told_share(const struct link_loss *loss, int64_t now_ms) {
    if (loss->told_at_ms == 0 || now_ms - loss->told_at_ms > LOSS_WINDOW_S * 1000) return -1;
    return loss->told_ppm > MILLION ? -1 : (double)loss->told_ppm / (double)MILLION;
}

double link_loss_out(const struct link_loss *loss, int64_t now_ms) {
    return loss->counts_incoming ? told_share(loss, now_ms) : counted_share(loss, now_ms);
}

double link_loss_in(const struct link_loss *loss, int64_t now_ms) {
    return loss->counts_incoming ? counted_share(loss, now_ms) : told_share(loss, now_ms);
}

uint32_t link_loss_ppm(double share) {
    return share < 0 ? PING_LOSS_UNKNOWN : (uint32_t)(share * (double)MILLION + 0.5);
}
