/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* What is wrong with a node right now, in sentences for its caretaker: what, since when, why, and what still works.
 * Derived from what the engine can be asked; nothing is stored but the list itself, which the caller hands back so that
 * a finding keeps its beginning.
 * Owns: nothing; a list is one value without pointers.
 * Never: guesses; a source whose answer is awaited stays as it was found last.
 * Full: 16 sources and one word about peers fit. */

#include "swarm/engine_view.h"

enum finding_code { FINDING_NO_PEERS, FINDING_NO_SOURCE, FINDING_BEACON_SILENT, FINDING_ANNOUNCE_REFUSED };

enum {
    FINDING_SUBJECT_MAX = 24,
    FINDING_TITLE_MAX = 120,
    FINDING_CAUSE_MAX = 320,
    FINDINGS_MAX = LIMIT_SOURCES_MAX * 2 + 2,
    FINDING_SILENT_STREAK = 3, /* failures in a row that count as silence; one or two happen to everybody */
    FINDING_START_MS = 15000,  /* a node that just started may be without a link this long */
};

struct finding {
    enum finding_code code;
    enum event_level level;
    char subject[FINDING_SUBJECT_MAX]; /* "beacon-1", "node" */
    int64_t since_ms;                  /* wall clock */
    char title[FINDING_TITLE_MAX];
    char cause[FINDING_CAUSE_MAX];
};
struct finding_list {
    size_t count;
    struct finding items[FINDINGS_MAX]; /* worst first */
};

/* What a judgement is made of: three looks at one engine, at one time of the wall clock. */
struct finding_evidence {
    const struct node_view *node;
    const struct mesh_view *mesh;
    const struct rendezvous_view *rendezvous;
    int64_t wall_ms;
};

const char *finding_code_name(enum finding_code code); /* "no-peers" */
/* Replaces the list by what is wrong now; what was in it before keeps its since_ms. */
void finding_list_update(struct finding_list *list, const struct finding_evidence *evidence);

/* The node's state in one word. */
enum verdict { VERDICT_STARTING, VERDICT_WORKING, VERDICT_DEGRADED, VERDICT_CUT_OFF, VERDICT_STOPPING };
const char *verdict_name(enum verdict verdict); /* "cut-off" */
enum verdict verdict_of(const struct finding_evidence *evidence, const struct finding_list *findings);

/* "42 s", "6 min 12 s", "12 min", "3 h 5 min", "4 d 2 h": finer figures would only move without saying more. */
void finding_write_span(struct buffer *out, int64_t span_ms);
