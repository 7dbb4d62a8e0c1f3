/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* One place that knows peers (a beacon now; capsules join here): how it has been answering, and when to ask again.
 *
 * What fails is tried LIMIT_HARVEST_TRIES times in one round, then once in each; the waits between double all along.
 *
 * Owns: the last answers, for the caretaker.
 * Never: asks twice at once; gives a source up.   Full: the oldest answer goes.   Spec: reference 6.2, WIRE W16. */

#include "base/prng.h"
#include "swarm/engine.h"

enum { SOURCE_RECENT = 32, SOURCE_OUTCOMES = BEACON_OUTCOME_INVALID + 1 };

struct source_answer {
    int64_t at_ms; /* wall clock */
    int32_t latency_ms;
    bool is_ok;
};
struct source {
    struct engine_source place;
    struct node_id mark;            /* the hash of its URL: by it the book knows who told of a row */
    bool is_asked;                  /* an answer is awaited */
    bool is_in_round;               /* the round waits for it: it has neither answered nor used up its tries */
    bool has_announced;             /* the beacon lists our newest ticket */
    bool is_behind;                 /* it answered, but our ticket is newer than what it was told: ask again at once */
    int64_t announced_issued_at_ms; /* of the ticket in the last announce */
    int64_t refused_issued_at_ms;   /* of the last ticket that it did not take; until the next one it is only asked */
    uint32_t attempts, successes, failure_streak;
    uint32_t failures[SOURCE_OUTCOMES]; /* attempts that failed; ANSWERED: with another status than 200 */
    uint32_t announces_taken, announces_refused;
    int64_t latency_sum_ms;  /* of the successes */
    int64_t next_at_ms;      /* when it may be asked again */
    int64_t last_attempt_ms; /* wall clock; 0 = never */
    int64_t last_success_ms; /* wall clock; 0 = never */
    int32_t latency_ms;      /* of the last answer; -1 = none */
    uint32_t tickets;        /* in the last answer */
    char reason[48];         /* why the last attempt failed; empty = it did not */
    uint32_t recent_count;   /* all time */
    struct source_answer recent[SOURCE_RECENT];
};
void source_succeeded(struct source *source, uint32_t tickets, int64_t latency_ms, int64_t now_ms, int64_t wall_ms);
/* Backs off: 1 s doubling to a minute, jittered, so that a beacon that returns is found within a minute. */
void source_failed(struct source *source, const char *reason, int64_t latency_ms, struct prng *prng, int64_t now_ms,
                   int64_t wall_ms);
bool source_has_tries_left(const struct source *source);        /* in the round */
int64_t source_average_latency_ms(const struct source *source); /* of the successes; -1 = none */
