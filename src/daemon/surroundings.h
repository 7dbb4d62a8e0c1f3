/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* What this machine says of itself, looked at every other second and told to the engine: its addresses, where peers may
 * dial us by them, and whether it slept meanwhile.
 * Owns: its timer and what it saw last.
 * Never: decides what a change means (the engine does), names interfaces, counts one that has no carrier.
 * Spec: WIRE W9 (advertised). */

#include "daemon/engine_host.h"

struct surroundings;

struct surroundings_options {
    struct loop *loop;        /* borrowed until surroundings_free */
    struct engine_host *host; /* the same */
    struct address listen;    /* bound; port 0: we take no links */
    bool advertises_nothing;
    size_t advertise_count; /* what the caretaker fixed; 0 = found out */
    struct address advertise[LIMIT_TICKET_ADDRS_MAX];
};
/* Tells the engine what is, and goes on looking. */
struct surroundings *surroundings_new(const struct surroundings_options *options);
void surroundings_free(struct surroundings *surroundings); /* accepts NULL */
