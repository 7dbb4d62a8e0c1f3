/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* What a link is to the moving of files: how much is asked of it and how fast it answers, what it asks of us, and how
 * far it was told what we hold. Zero: no party to it.
 * Never: reads the clock.   Spec: WIRE W12. */

#include <stdbool.h>
#include <stddef.h>

#include "swarm/limits.h"

struct content_peer {
    bool is_party; /* both said in their hellos that they move files */
    /* Asked of it. */
    uint32_t asks;
    uint32_t asked_bytes;
    uint64_t rate;            /* bytes a second, lately; 0 = not known yet */
    uint64_t counted;         /* bytes that came since: */
    int64_t counted_since_ms; /* moved on by the time in which nothing was asked */
    int64_t slow_until_ms;
    uint32_t forgiven;    /* bytes that may still come of questions that were given up and forgotten */
    int64_t heard_ms;     /* when bytes came from it last */
    uint64_t heard_bytes; /* since the link opened */
    /* Asked by it. */
    uint32_t wants, serving;
    uint64_t served; /* bytes, halved now and then: lately */
    /* Told to it. */
    bool is_swept;   /* it was told of everything there was; since then the log says the rest */
    size_t told;     /* rows of the catalog that it was told of */
    uint64_t log_at; /* how much of the log it was told */
    int64_t next_tell_ms;
};

/* How many bytes may be asked of it at once: a quarter of a second of what it delivers, beyond its round trip, so that
 * it never waits for us and what we change our mind about is little. */
uint32_t content_peer_window(const struct content_peer *peer, double rtt_ms);
/* Bytes came from it. */
void content_peer_heard(struct content_peer *peer, uint32_t bytes, int64_t now_ms);
/* A question was forgotten of which so many bytes may be on their way. */
void content_peer_forgive(struct content_peer *peer, uint32_t bytes);
/* So many come that nobody asks for any more. False: nobody ever did. */
bool content_peer_bears(struct content_peer *peer, uint32_t bytes);
/* It was asked for nothing: the time since it was last heard does not count. */
void content_peer_begin(struct content_peer *peer, int64_t now_ms);
