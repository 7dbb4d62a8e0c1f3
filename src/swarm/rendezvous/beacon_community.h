/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* One community of a beacon: who is in it, newest announce first, and from which address groups they came.
 *
 * An entry is listed until its ticket ends (a claimed one at most 600 s after its last announce), and kept unlisted
 * until 60 s after its last announce: as long as that, its id belongs to its key and no older ticket may take its
 * place.
 *
 * Owns: its table, allocated when the community is first announced in and kept for the next one (so are its rows: that
 * nobody is there any more is a change of each).
 * Never: judges a ticket, reads the clock, looks beyond its own entries.
 * Full: the oldest entry of the group that holds most goes, the newcomer counted with its group.
 * Spec: WIRE W13, reference 4.5. */

#include "base/address.h"
#include "base/err.h"
#include "crypto/hash.h"
#include "crypto/sign.h"
#include "swarm/limits.h"

enum { BEACON_NO_ENTRY = UINT16_MAX };

struct beacon_entry {
    struct sha256 id;   /* of the peerId */
    struct sha256 seen; /* of the envelope as it came, compact: how a repeat is known */
    struct public_key key;
    struct signature signature;
    int64_t issued_at_ms;
    int64_t expires_at_ms;
    int64_t received_at_ms;
    uint64_t sequence;    /* when the id came in; orders entries received in the same millisecond */
    uint16_t newer;       /* neighbours in the order of the list; BEACON_NO_ENTRY at its ends */
    uint16_t older;       /* also chains the free ones */
    uint16_t same_bucket; /* the next one of the same bucket, by id */
    uint16_t group;
    bool is_native;
    uint16_t envelope_size;
    uint8_t *envelope; /* owned by the table; NULL: nobody is here */
};
/* What an announce puts in. */
struct beacon_arrival {
    struct beacon_entry entry; /* without its place */
    uint16_t row;              /* where a new entry should stand if nobody does; BEACON_NO_ENTRY: anywhere */
    struct address group;
    struct span envelope; /* copied */
};

/* The answer to "who is there", as it was last given; text NULL: none. */
struct beacon_prepared {
    uint8_t *text; /* owned */
    size_t size;
    int64_t from_ms;
    int64_t good_until_ms; /* then the first of those it lists has ended */
};

struct beacon_table;
struct beacon_community {
    char name[LIMIT_COMMUNITY_MAX + 1]; /* empty = this place is free */
    bool is_configured;
    size_t entry_count;
    size_t group_count;
    struct beacon_table *table; /* NULL until first used */
    struct beacon_prepared prepared;
};

/* Makes sure of a table for `entries_max` entries; false without memory. */
bool beacon_community_prepare(struct beacon_community *community, size_t entries_max);
void beacon_community_deinit(struct beacon_community *community);
void beacon_community_clear(struct beacon_community *community); /* forgets entries and name, keeps the table */

const struct beacon_entry *beacon_community_find(const struct beacon_community *community, const struct sha256 *id);
/* Puts an entry in: over the one with its id (whose place among equals it keeps), else as a new one, for which another
 * may have to go. False without memory for its envelope: nothing has changed. */
MUST_USE bool beacon_community_put(struct beacon_community *community, const struct beacon_arrival *arrival);
/* The same ticket again: received now, in an envelope of this hash, everything else as it was. True when the store is
 * behind on that by so much that it should have it. */
bool beacon_community_touch(struct beacon_community *community, const struct beacon_entry *entry,
                            const struct sha256 *seen, int64_t now_ms);
/* Drops the entries that are neither listed nor held any more. An entry from the future (the clock was set back) is one
 * from now: it would hold its place for as long as the clock went back. True when anything changed. */
bool beacon_community_prune(struct beacon_community *community, int64_t now_ms);

/* Drops the entries that `goes` names; true when there were any. */
bool beacon_community_drop(struct beacon_community *community,
                           bool (*goes)(const void *context, const struct beacon_entry *entry), const void *context);

/* Walking the list: newest first, equals in the order they came. */
const struct beacon_entry *beacon_community_first(const struct beacon_community *community);
const struct beacon_entry *beacon_community_next(const struct beacon_community *community,
                                                 const struct beacon_entry *entry);
struct span beacon_entry_envelope(const struct beacon_entry *entry);
const struct address *beacon_community_group(const struct beacon_community *community,
                                             const struct beacon_entry *entry);
void beacon_community_forget_prepared(struct beacon_community *community);
bool beacon_entry_is_listed(const struct beacon_entry *entry, int64_t now_ms);
int64_t beacon_entry_listed_until_ms(const struct beacon_entry *entry);
bool beacon_entry_is_held(const struct beacon_entry *entry, int64_t now_ms); /* its id belongs to its key */

/* Rows: each place of the table is one of a store's, so that what changes costs one row and nothing else. */
enum beacon_behind {
    BEACON_CHANGED,       /* somebody came, went, or has another ticket */
    BEACON_REPEATED_LONG, /* the store is behind on when somebody was last announced, on nothing else */
    BEACON_BEHIND_COUNT
};
/* The next row that the store is behind on; from then on it is not. `entry`: who is there now, NULL for nobody. False
 * when there is none. */
bool beacon_community_take_row(struct beacon_community *community, enum beacon_behind behind, uint16_t *row,
                               const struct beacon_entry **entry);
/* The store has a row there that is not what is here. The table is there. */
void beacon_community_note_row(struct beacon_community *community, uint16_t row);
uint16_t beacon_community_row(const struct beacon_community *community, const struct beacon_entry *entry);
/* The row of the entry is what the store has. */
void beacon_community_note_stored(struct beacon_community *community, const struct beacon_entry *entry);
