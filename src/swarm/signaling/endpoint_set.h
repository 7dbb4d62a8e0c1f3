/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* The signaling servers a node may be found through: one is in use, the others stand by. Pure: it is told what happened
 * and says what to do next.
 *
 *   STANDBY -> CONNECTING -> IN_USE          one at a time; the choice sticks while it works
 *      ^           |            |            a server that fails waits, longer each time, with jitter,
 *      '- WAITING <'------------'            and the next is tried at once
 *
 * Which one is next: the caretaker's choice when it may be tried; else that of the least cost, where a failure within
 * five minutes outweighs everything, a place in the order of the configuration is worth 200 ms of delay, and what
 * worked last needs no place. It goes back to an earlier one when the one in use fails or the caretaker says so, not
 * before: each change costs everybody who is about to call this node.
 *
 * Whether the one in use still lives: PeerServer never answers a HEARTBEAT, and the system goes on taking bytes for a
 * process that stands still. So it is asked by a WebSocket ping, which RFC 6455 makes every server answer: each second
 * while another stands by, and with each heartbeat where there is nowhere to go. Silent for 1.2 s (eight times its
 * usual delay where that is more, 5 s at most) it is lost; with 2.5 s at most for each attempt the next is in use
 * within 3 s.
 *
 * Owns: nothing beyond itself.   Never: reads the clock, opens a socket, gives up.
 * Full: ENDPOINTS_MAX, by configuration.   Spec: reference 7.1 (W35 not repeated), DASHBOARD "Signaling endpoint". */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/prng.h"

enum { ENDPOINTS_MAX = 16, ENDPOINT_URL_MAX = 256, ENDPOINT_WHY_MAX = 96 };
#define ENDPOINT_NONE SIZE_MAX

enum {
    ENDPOINT_PATIENCE_MS = 2500,      /* for an attempt, when another could be tried: four round trips of a slow line */
    ENDPOINT_PATIENCE_MS_MAX = 10000, /* when none could, or all were too slow for that: the reference's */
    ENDPOINT_BACKOFF_MS_MIN = 1000,
    ENDPOINT_BACKOFF_MS_MAX = 60000,
    ENDPOINT_JITTER_MS_MIN = 100,  /* of a back-off, so that none is no back-off at all */
    ENDPOINT_TAKEN_MS = 5000,      /* the id was taken there: the server forgets who has it in a minute or so */
    ENDPOINT_STEADY_MS = 60000,    /* in use for so long: its failures are over */
    ENDPOINT_LATELY_MS = 300000,   /* a failure counts against it for so long */
    ENDPOINT_BEAT_MS = 5000,       /* PeerServer forgets who says nothing for 60 s; peerjs says it as often */
    ENDPOINT_ASK_MS = 1000,        /* a sign of life, while another stands by */
    ENDPOINT_ANSWER_MS_MIN = 1200, /* and so long for it */
    ENDPOINT_ANSWER_MS_MAX = 5000,
    ENDPOINT_STOOD_MS = 1000, /* looked at so much later than asked for: this machine stood still, not the server */
};
_Static_assert(ENDPOINT_PATIENCE_MS < 3000, "the next one is in use within 3 s, also when one does not answer");
_Static_assert(ENDPOINT_ASK_MS + ENDPOINT_ANSWER_MS_MIN < 3000, "and when the one in use stands still");

enum endpoint_state { ENDPOINT_STANDBY, ENDPOINT_CONNECTING, ENDPOINT_IN_USE, ENDPOINT_WAITING };
const char *endpoint_state_name(enum endpoint_state state); /* "in-use" */

enum endpoint_fault {
    ENDPOINT_LOST,    /* not reached, or gone again */
    ENDPOINT_SILENT,  /* no answer in time */
    ENDPOINT_REFUSED, /* it answered, and will not have us */
    ENDPOINT_TAKEN,   /* somebody else has our id there: no fault of the endpoint, and not counted as one */
};

/* Why this one and no other. */
enum endpoint_reason {
    ENDPOINT_BY_ORDER,   /* the first of the configuration */
    ENDPOINT_BY_MEMORY,  /* it worked last */
    ENDPOINT_BY_HEALTH,  /* those before it failed lately, or wait */
    ENDPOINT_BY_LATENCY, /* those before it are slower */
    ENDPOINT_BY_HAND,    /* the caretaker */
};
const char *endpoint_reason_name(enum endpoint_reason reason); /* "order" */

struct endpoint {
    char url[ENDPOINT_URL_MAX];
    enum endpoint_state state;
    int64_t since_ms;           /* in that state */
    uint32_t failures;          /* in a row, until it was in use for ENDPOINT_STEADY_MS */
    uint32_t silences;          /* of them at the end: attempts without an answer in time */
    uint32_t takes;             /* in a row: times that our id was taken there */
    int64_t next_try_ms;        /* of one that waits */
    int64_t failed_ms;          /* last; 0: never */
    char why[ENDPOINT_WHY_MAX]; /* it failed, for people; "": it never did */
    int64_t latency_ms;         /* from asking to OPEN, then of pings, smoothed; -1: not known */
    int64_t heard_ms;           /* last; 0: never */
    bool has_connection;        /* of the caller's, from CONNECT to DROP or endpoint_set_failed */
};
struct endpoint_set {
    struct endpoint rows[ENDPOINTS_MAX];
    size_t count;
    size_t chosen;               /* by the caretaker; ENDPOINT_NONE: by itself */
    size_t remembered;           /* it worked last, and has not failed since */
    bool is_stopped;             /* by the caretaker, or by a control */
    uint32_t failovers;          /* since the start: times that another took over from one that failed */
    enum endpoint_reason reason; /* for the one that is connecting or in use */
    bool is_doubted; /* the network changed, and it has not answered since: what is said to it may be lost */

    /* Its own. */
    size_t last_used;        /* the one that was in use last */
    bool has_lost;           /* and failed: what is in use next took over from it */
    int64_t connect_from_ms; /* from when on patience counts */
    int64_t beat_ms;         /* the next heartbeat */
    int64_t asked_ms;        /* the sign of life that is awaited; 0: none */
    int64_t last_ask_ms;     /* when one was asked for last */
    int64_t promised_ms;     /* when it asked to be looked at next; 0: never yet */
    uint32_t hours[24];      /* failovers of the last day, by the hour */
    int64_t hour;            /* of the newest of them */
};

enum endpoint_verb {
    ENDPOINT_REST,    /* nothing before endpoint_set_deadline_ms */
    ENDPOINT_CONNECT, /* one connection; endpoint_set_opened or endpoint_set_failed follows */
    ENDPOINT_DROP,    /* its connection, at once; nothing is reported */
    ENDPOINT_BEAT,    /* HEARTBEAT */
    ENDPOINT_ASK,     /* ping; endpoint_set_answered follows */
};
struct endpoint_step {
    enum endpoint_verb verb;
    size_t endpoint;
};

/* `remembered`: the one that worked last, before the restart, or ENDPOINT_NONE. False: none, too many, or a URL does
 * not fit. */
bool endpoint_set_init(struct endpoint_set *set, const char *const *urls, size_t count, size_t remembered,
                       int64_t now_ms);

/* What to do now. To be asked again until it is REST, after each call below and at the deadline. */
struct endpoint_step endpoint_set_next(struct endpoint_set *set, struct prng *prng, int64_t now_ms);
int64_t endpoint_set_deadline_ms(const struct endpoint_set *set); /* INT64_MAX: nothing is due; it may have passed */

/* What happened. Of one that is neither connecting nor in use any more it means nothing. */
void endpoint_set_opened(struct endpoint_set *set, size_t endpoint, int64_t now_ms);
void endpoint_set_failed(struct endpoint_set *set, size_t endpoint, enum endpoint_fault fault, const char *why,
                         struct prng *prng, int64_t now_ms);
void endpoint_set_heard(struct endpoint_set *set, size_t endpoint, int64_t now_ms);    /* anything at all */
void endpoint_set_answered(struct endpoint_set *set, size_t endpoint, int64_t now_ms); /* a ping */

/* What the caretaker wants. */
void endpoint_set_stop(struct endpoint_set *set, int64_t now_ms);
void endpoint_set_resume(struct endpoint_set *set, int64_t now_ms); /* whoever waits may be tried at once */
/* That one, now, and first from now on; ENDPOINT_NONE: what order and health say, now. False: there is no such one. */
bool endpoint_set_choose(struct endpoint_set *set, size_t endpoint, int64_t now_ms);
/* The network changed or came back: nobody waits any longer, and the one in use is asked for a sign of life at once.
 * When that does not come, it is no failure of the server: it is connected to anew at once. */
void endpoint_set_retry(struct endpoint_set *set, int64_t now_ms);

size_t endpoint_set_active(const struct endpoint_set *set); /* in use, or connecting; ENDPOINT_NONE: none */
size_t endpoint_set_in_use(const struct endpoint_set *set); /* ENDPOINT_NONE: none */
uint32_t endpoint_set_failovers_today(const struct endpoint_set *set, int64_t now_ms); /* of the last 24 hours */
