/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* Which network a node lives in and who told us of it: no view and no table may be filled by one of either, however
 * many keys somebody makes. Keys of networks and introducers are hashes under the owner's seed, so that a table of them
 * can be counted quickly and nobody can aim at another's.
 * Owns: nothing.
 * Spec: WIRE W10; "Eclipse Attacks on Bitcoin's Peer-to-Peer Network" (Heilman and others 2015). */

#include "swarm/peer/book_row.h"

/* Loopback and private networks hold many honest nodes at one address. */
bool diversity_is_exempt(const struct address *address);
bool diversity_same_prefix(const struct address *a, const struct address *b);
/* One beacon, capsule or peer told of both; who calls us is introduced by the network it calls from. Whom the caretaker
 * named has no introducer. */
bool diversity_same_introducer(const struct learned_from *a, const struct learned_from *b);
/* What stands for that network in learned_from; none for an exempt one. */
struct node_id diversity_caller_mark(const struct address *remote);
/* 0: exempt, or no address. */
uint64_t diversity_prefix_key(const struct address *address, uint64_t seed);
/* 0: nobody in particular. */
uint64_t diversity_introducer_key(const struct learned_from *from, uint64_t seed);
