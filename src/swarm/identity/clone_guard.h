/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* Two processes with one node's keys: a folder that was copied, or restored while its node still runs. Each would take
 * the other's links and its place at the beacons, for ever. So one of them goes quiet: it neither announces, nor dials,
 * nor accepts, and only asks its sources, until the other has been gone for longer than a ticket lives.
 *
 * The other is known by its tickets: they hold, are of our key, fresh, and name another boot. The one that started
 * later goes quiet: both see it by their certificates, which a process issues when it starts (and again after half a
 * week); of two from the same moment, or without a user, the one whose boot is smaller. A marked node (its host says
 * that the folder was restored, or that it went quiet before) listens before it says anything at all.
 *
 *     NORMAL --(yields)--> QUIET --(the other is gone)--> PROBATION --(alone for a ticket's life)--> NORMAL
 *     LISTENING (a marked one starts) --(every source has answered)--> PROBATION
 *        `--(the other is seen)--> QUIET <--(yields)-- PROBATION
 *
 * A ticket that was issued before our start proves nothing to who does not listen: it is what its own last process, or
 * whoever repeats that one's words, left at the beacons.
 *
 * Owns: what it remembers of the other.
 * Never: believes anything that our key did not sign.
 * Full: of several others the last one seen is remembered.   Spec: docs/decisions/0030-backup.md. */

#include "base/address.h"
#include "swarm/identity/ticket.h"

enum { CLONE_SOURCE_MAX = 23 };

enum clone_stand {
    CLONE_NORMAL,
    CLONE_LISTENING,
    CLONE_QUIET,
    CLONE_PROBATION, /* marked, and on the network */
};
const char *clone_stand_name(enum clone_stand stand); /* "quiet" */
bool clone_stand_is_quiet(enum clone_stand stand);    /* nothing may be announced, dialled or accepted */

struct clone_guard {
    enum clone_stand stand;
    bool is_marked;     /* as the host was told */
    int64_t entered_ms; /* the stand; engine time */
    uint32_t answered;  /* sources that have since, a bit for each */
    int64_t heard_ms;   /* anything of the network since; 0: nothing; engine time */
    bool must_yield;    /* with the next tick */
    bool has_other;
    uint8_t boot[8]; /* of the other, as everything below */
    bool has_address;
    struct address address;
    char source[CLONE_SOURCE_MAX + 1]; /* who told of it: "beacon-1", "a peer", "it itself" */
    int64_t since_ms;                  /* it has run since then, or longer; wall clock, as the next two */
    int64_t issued_at_ms;              /* its newest ticket */
    int64_t until_ms;                  /* that one is good until then */
    int64_t told_ms;                   /* by an event; engine time; 0: not yet */
};

struct engine;
struct learned_from;
struct link_row;

void clone_guard_mark(struct engine *engine); /* the host's word, before the start */
void clone_guard_start(struct engine *engine, int64_t now_ms);
/* A verified ticket of our own key came, from a source or a peer, or from whoever holds it (`link`). */
void clone_guard_ticket(struct engine *engine, const struct ticket *ticket, const struct learned_from *from,
                        int64_t now_ms);
void clone_guard_linked(struct engine *engine, const struct link_row *link, const struct ticket *ticket,
                        int64_t now_ms);
void clone_guard_answered(struct engine *engine, size_t source, int64_t now_ms); /* with a list of peers */
bool clone_guard_is_quiet(const struct engine *engine);                          /* its stand is */
void clone_guard_tick(struct engine *engine, int64_t now_ms);
int64_t clone_guard_deadline_ms(const struct engine *engine);
