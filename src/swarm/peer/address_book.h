/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* The address book: every node we may dial one day, with where we heard of it and when to try again. It outlives
 * tickets and restarts (WIRE W3).
 * Owns: its rows and their index, allocated once.
 * Never: holds an id that does not follow from its key; forgets an operator's peer or an anchor; lets one network hold
 * more than a sixteenth of it, or one introducer more than half.
 * Full: the row that is least worth goes: never linked before linked, failing before not, then the one seen longest
 * ago. A network or an introducer that has its share loses one of its own rows that way. Rows that are held (a link, an
 * operator's, an anchor) stay; when there are no others, the newcomer is not taken. */

#include "base/map.h"
#include "swarm/peer/backoff.h"
#include "swarm/peer/diversity.h"
#include "swarm/peer/key_count.h"
#include "swarm/reason.h"

struct book_entry {
    bool in_use;
    bool is_held; /* a link exists, in any state but closed */
    bool is_operators;
    bool is_from_disk;          /* known from before this start */
    bool waits_for_change;      /* refused for good (REASON_REDIAL_CHANGED): not dialled until a newer ticket comes */
    uint8_t next_addr;          /* which address to try next */
    int64_t next_address_ms;    /* before then the dial policy allows none of its addresses; 0 = not asked yet */
    int64_t signaled_at_ms;     /* it was called through signaling last; 0 = never */
    enum reason last_reason;    /* how the last link or dial ended; NONE while there is a link */
    enum reason earlier_reason; /* the same, from before the link there is */
    struct backoff backoff;
    struct book_row row;
};
/* Of what nobody may hold too much: by the network in which a node lives, or was reached, and by who told of it. */
enum { BOOK_BY_PREFIX, BOOK_BY_INTRODUCER, BOOK_PARTS };
struct book_part {
    uint64_t *keys; /* of each entry: diversity_prefix_key, diversity_introducer_key */
    struct key_count counts;
    size_t share; /* so many entries may have one key */
};
struct address_book {
    struct book_entry *entries;
    struct book_part parts[BOOK_PARTS];
    size_t capacity;
    size_t count;
    uint64_t seed;
    struct map *index; /* node id -> entry */
};

/* Where a row belongs. */
struct book_home {
    const struct address *address;   /* its best one; NULL: it has none */
    const struct learned_from *from; /* NULL: nobody told of it */
};

bool address_book_init(struct address_book *book, size_t capacity, uint64_t seed); /* false without memory */
void address_book_deinit(struct address_book *book);
/* NULL: not there. Borrowed until the next put. */
struct book_entry *address_book_find(const struct address_book *book, const struct node_id *id);
/* Finds or makes the entry of an id; one that is there moves to `home`. When one had to go for it, *evicted says whose
 * (else NODE_ID_NONE). NULL: no room for a new one. */
struct book_entry *address_book_put(struct address_book *book, const struct node_id *id, const struct book_home *home,
                                    struct node_id *evicted);
/* How many rows a teller brought, and how many it may have at most. */
uint32_t address_book_count_of(const struct address_book *book, const struct learned_from *from);
size_t address_book_share(const struct address_book *book);
/* Whether a new row of that home would find a place without anybody's going. */
bool address_book_has_room(const struct address_book *book, const struct book_home *home);
bool address_book_remove(struct address_book *book, const struct node_id *id);

/* A dial of ours to it has become a link, or has come to nothing. */
void book_entry_succeeded(struct book_entry *entry);
void book_entry_failed(struct book_entry *entry);
/* How likely it is that a dial succeeds, 0..1000: seven tenths how often it did before (one success and one failure are
 * taken for granted, so that nobody starts at either end), three tenths how lately we were linked, falling to nothing
 * in a week. Merely hearing of a node counts half. */
int book_entry_score(const struct book_entry *entry, int64_t wall_ms);
