/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* While no source answers, peers come from what this node knows by itself: its book, and the peers of its peers.
 * Nothing is switched off by it; the sources are asked on, each by its own back-off, and the first answer ends it. It
 * is the name for that state, so that the caretaker is told once when it begins and once when it ends.
 * Owns: the engine's `fallback`.   Never: dials, closes, touches what the caretaker chose.
 * Spec: DESIGN 4, Rendezvous; reference 6.3, whose mesh is off for good after the same three failures (W24). */

#include <stdbool.h>
#include <stdint.h>

struct fallback {
    bool is_on;
    int64_t since_ms;
};
struct engine;

/* A source has just failed, or answered; its own streak says so already. */
void fallback_source_failed(struct engine *engine, int64_t now_ms);
void fallback_source_answered(struct engine *engine, int64_t now_ms);
