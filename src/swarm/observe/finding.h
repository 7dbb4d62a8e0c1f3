/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* What is wrong with a node right now, in sentences for its caretaker: what, since when, why, and what still works.
 * Derived from what the engine can be asked; the caller hands the list back, so that it remembers.
 *
 * What is bad only once comes and goes unseen: a trouble becomes a finding when it is still there FINDING_CONFIRM_MS
 * after it was seen first, and stays one, said to be over, until it was away for FINDING_CALM_MS.
 *
 *     (none) --bad--> suspected --still bad--> shown <--bad, calm--> over --30 s calm--> (none)
 *     suspected --calm--> (none)
 *
 * Owns: nothing; a list is one value without pointers.
 * Never: guesses; a source whose answer is awaited stays as it was found last.
 * Full: 16 sources and every word about the node itself fit. */

#include "swarm/engine_view.h"
#include "swarm/signaling/endpoint_set.h"

enum finding_code {
    FINDING_NO_PEERS,
    FINDING_NO_SOURCE,
    FINDING_BEACON_SILENT,
    FINDING_ANNOUNCE_REFUSED,
    FINDING_NO_NETWORK,
    FINDING_NOT_REACHABLE,    /* to be known, not a trouble: such a node works by the links that it dials itself */
    FINDING_APPROVAL_WAITING, /* the same: somebody waits for the caretaker */
    FINDING_CAPABILITY_MISSING,
    FINDING_CLONE, /* another process runs with this node's keys, or may */
    FINDING_DISK_REFUSES,
    FINDING_SIGNALING_AWAY, /* no signaling endpoint answers */
    FINDING_CODE_COUNT
};

enum {
    FINDING_SUBJECT_MAX = 24,
    FINDING_TITLE_MAX = 120,
    FINDING_CAUSE_MAX = 384,
    FINDINGS_MAX = LIMIT_SOURCES_MAX * 2 + 7,
    FINDING_CONFIRM_MS = 900, /* two evaluations, about a second apart, agree */
    FINDING_CALM_MS = 30000,
    FINDING_CUT_OFF_MS = 15000, /* without a link: cut off, and until then looking for one */
};

struct finding {
    enum finding_code code;
    enum event_level level;
    char subject[FINDING_SUBJECT_MAX]; /* "beacon-1", "node" */
    int64_t since_ms;                  /* wall clock */
    char title[FINDING_TITLE_MAX];
    char cause[FINDING_CAUSE_MAX];
};
/* A trouble between its first sight and its last; times are the engine's. */
struct finding_watch {
    struct finding finding;
    bool is_bad;   /* by the present evaluation */
    bool is_shown; /* was confirmed */
    int64_t bad_since_ms;
    int64_t calm_since_ms; /* only while it is not bad */
};
struct finding_list {
    size_t count;
    struct finding items[FINDINGS_MAX]; /* worst first; of equals, the one that was seen first */
    size_t watch_count;
    struct finding_watch watches[FINDINGS_MAX]; /* in the order they were seen in */
    bool is_alone;                              /* no link is open */
    int64_t alone_since_ms;                     /* engine time */
    bool is_cut_off;
};

/* What a judgement is made of: five looks at one engine, at one time of the wall clock. */
struct finding_evidence {
    const struct node_view *node;
    const struct mesh_view *mesh;
    const struct rendezvous_view *rendezvous;
    const struct reachability_view *reachability;
    const struct outage_view *outage;
    size_t waiting;                       /* for the caretaker's approval */
    int64_t waiting_since_ms;             /* the first of them; wall clock */
    const char *disk_trouble;             /* what the disk refuses, as its host says it; NULL: nothing */
    int64_t disk_since_ms;                /* wall clock */
    const struct endpoint_set *endpoints; /* of signaling; NULL: none is configured */
    int64_t wall_ms;
};

const char *finding_code_name(enum finding_code code); /* "no-peers" */
/* Brings the list up to what is wrong now. To be called about once a second; more often does no harm. */
void finding_list_update(struct finding_list *list, const struct finding_evidence *evidence, int64_t now_ms);
/* The list of a process that takes no part because it lacks something; nothing else is wrong with it. */
void finding_list_lacks(struct finding_list *list, const char *capability, int64_t since_ms);

/* The node's state in one word, by a list that was brought up to the same evidence. */
enum verdict {
    VERDICT_STARTING,
    VERDICT_WORKING,
    VERDICT_DEGRADED,
    VERDICT_CUT_OFF,
    VERDICT_NETWORK_OFF,
    VERDICT_STOPPING
};
const char *verdict_name(enum verdict verdict); /* "cut-off" */
enum verdict verdict_of(const struct finding_evidence *evidence, const struct finding_list *findings);

/* "42 s", "6 min 12 s", "12 min", "3 h 5 min", "4 d 2 h": finer figures would only move without saying more. */
void finding_write_span(struct buffer *out, int64_t span_ms);
