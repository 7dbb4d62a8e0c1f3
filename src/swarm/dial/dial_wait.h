/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* Why a node of the book is not dialled at this moment, and when it may be: the answer to the caretaker's "why not?".
 * Derived from the entry, the dial policy and the state of the mesh; the dialling itself does not ask it.
 * Owns: nothing.   Never: changes anything.   Spec: WIRE W6, W16. */

#include "swarm/peer/address_book.h"

enum dial_wait {
    DIAL_WAIT_NONE,        /* it is dialled as soon as a dial is free */
    DIAL_WAIT_LINKED,      /* there is a link, or one is being made */
    DIAL_WAIT_NOT_NEEDED,  /* the view has its target */
    DIAL_WAIT_NO_ADDRESS,  /* its ticket names none */
    DIAL_WAIT_NOT_ALLOWED, /* the dial policy allows none of its addresses */
    DIAL_WAIT_CHANGE,      /* it was refused for good: not before a newer ticket */
    DIAL_WAIT_BACKOFF,     /* the last attempts failed */
    DIAL_WAIT_HELD_DOWN,   /* its links dropped again and again */
    DIAL_WAIT_ASKED,       /* it asked not to be called */
    DIAL_WAIT_BUDGET,      /* its addresses were dialled too lately */
    DIAL_WAIT_DIVERSITY,   /* its network, or who told of it, has its share of the view */
    DIAL_WAIT_OUTAGE,      /* our own network seems to be down */
    DIAL_WAIT_BLOCKED,     /* the caretaker blocked it */
    DIAL_WAIT_CONTROLS,    /* the caretaker wants no dials */
    DIAL_WAIT_CLONE,       /* another process may run with our keys: nobody is dialled */
    DIAL_WAIT_COUNT
};
const char *dial_wait_name(enum dial_wait wait);     /* "held-down" */
const char *dial_wait_sentence(enum dial_wait wait); /* for people, follows the peer's name */

struct engine;
/* *at_ms becomes the engine time when it is over; 0: that cannot be said, or nothing waits. */
enum dial_wait dial_wait_of(const struct engine *engine, const struct book_entry *entry, int64_t *at_ms,
                            int64_t now_ms);
