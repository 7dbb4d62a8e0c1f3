/* SPDX-License-Identifier: Apache-2.0 */
#include "swarm/content/content_peer.h"

enum { COUNT_MS = 100, AHEAD_MS = 250, RTT_MS_MAX = 10000 };

uint32_t content_peer_window(const struct content_peer *peer, double rtt_ms) {
    if (peer->rate == 0) return LIMIT_ASKED_BYTES_FIRST;
    const int64_t trip_ms = rtt_ms > 0 && rtt_ms < RTT_MS_MAX ? (int64_t)rtt_ms : 0;
    const uint64_t bytes = peer->rate * (uint64_t)(trip_ms + AHEAD_MS) / 1000;
    if (bytes < LIMIT_ASKED_BYTES_FIRST) return LIMIT_ASKED_BYTES_FIRST;
    return bytes < LIMIT_ASKED_BYTES_PER_LINK ? (uint32_t)bytes : LIMIT_ASKED_BYTES_PER_LINK;
}

static int64_t later(int64_t a, int64_t b) {
    return a > b ? a : b;
}

/* A link that has answered before we ask again is counted over several questions: each takes too little time alone. */
void content_peer_begin(struct content_peer *peer, int64_t now_ms) {
    peer->counted_since_ms += now_ms - later(peer->heard_ms, peer->counted_since_ms);
}

void content_peer_forgive(struct content_peer *peer, uint32_t bytes) {
    const uint32_t room = LIMIT_ASKED_BYTES_PER_LINK - peer->forgiven;
    peer->forgiven += bytes < room ? bytes : room;
}

bool content_peer_bears(struct content_peer *peer, uint32_t bytes) {
    if (bytes > peer->forgiven) return false;
    peer->forgiven -= bytes;
    return true;
}

/* Faster is believed at once, slower by and by. */
void content_peer_heard(struct content_peer *peer, uint32_t bytes, int64_t now_ms) {
    peer->counted += bytes;
    peer->heard_ms = now_ms;
    peer->heard_bytes += bytes;
    const int64_t took_ms = now_ms - peer->counted_since_ms;
    if (took_ms < COUNT_MS) return;
    const uint64_t rate = peer->counted * 1000 / (uint64_t)took_ms + 1;
    peer->rate = rate > peer->rate ? rate : (peer->rate * 3 + rate) / 4;
    peer->counted = 0;
    peer->counted_since_ms = now_ms;
}
