/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* The address book: every node we may dial one day, with where we heard of it and when to try again. It outlives
 * tickets and restarts (WIRE W3).
 * Owns: its rows and their index, allocated once.
 * Never: holds an id that does not follow from its key; forgets an operator's peer.
 * Full: the row that is least worth goes: never linked before linked, then the one seen longest ago. Rows that are
 * held (a link or an operator's) stay; when all are, the newcomer is not taken. */

#include "base/map.h"
#include "swarm/mesh/backoff.h"
#include "swarm/mesh/book_row.h"
#include "swarm/reason.h"

struct book_entry {
    bool in_use;
    bool is_held; /* a link exists, in any state but closed */
    bool is_operators;
    bool waits_for_change;   /* refused for good (REASON_REDIAL_CHANGED): not dialled until a newer ticket comes */
    uint8_t next_addr;       /* which address to try next */
    int64_t next_address_ms; /* before then the dial policy allows none of its addresses; 0 = not asked yet */
    enum reason last_reason;
    struct backoff backoff;
    struct book_row row;
};
struct address_book {
    struct book_entry *entries;
    size_t capacity;
    size_t count;
    struct map *index; /* node id -> entry */
};

bool address_book_init(struct address_book *book, size_t capacity, uint64_t seed); /* false without memory */
void address_book_deinit(struct address_book *book);
/* NULL: not there. Borrowed until the next put. */
struct book_entry *address_book_find(const struct address_book *book, const struct node_id *id);
/* Finds or makes the entry of an id. When one had to go, *evicted says whose (else NODE_ID_NONE). NULL: no room. */
struct book_entry *address_book_put(struct address_book *book, const struct node_id *id, struct node_id *evicted);
bool address_book_remove(struct address_book *book, const struct node_id *id);
