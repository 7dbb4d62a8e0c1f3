/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* How full the tables of an engine are: the one place where a test looks inside, for what no view tells.
 * Never: changes anything. */

#include "swarm/engine.h"

struct engine_tables {
    size_t book, book_max;
    size_t passive, passive_max;
    size_t links, links_max;   /* not closed */
    size_t handshaking, tests; /* of those: not open yet; dialled only to test an address */
    size_t claims, claims_max; /* of neighbours, of their links */
    size_t ledger;
    size_t witnesses_max; /* of the family that has most */
    size_t operator_peers;
    size_t seen, seen_max, refused, refused_max; /* records */
    size_t authors, authors_max;
    size_t missing, missing_max, missing_of_one; /* records; those that the busiest link began */
    size_t texts, texts_max, text_bytes, text_bytes_max;
    size_t kept, kept_max, waiting, waiting_max;   /* records that are reconciled; ours that nobody has */
    size_t dropped, dropped_max, given, given_max; /* records not asked for, or not given, again */
    size_t wanted, sessions, sending, sending_of_one, queued_of_one; /* of the link that has most */
};
struct engine_tables engine_tables_of(const struct engine *engine);
/* Fails the test unless every table is within its capacity. */
void engine_tables_check(const struct engine *engine);
/* Rows of the book, tickets of the passive view, whose best address is in the network of this one. */
size_t engine_tables_book_in(const struct engine *engine, const struct address *network);
size_t engine_tables_passive_in(const struct engine *engine, const struct address *network);
bool engine_tables_passive_holds(const struct engine *engine, const struct node_id *id);
