/* SPDX-License-Identifier: Apache-2.0 */
#include "swarm/rendezvous/beacon_community.h"

#include <string.h>

#include "base/memory.h"
#include "base/must.h"

struct group {
    struct address address;
    uint16_t count; /* entries that came from it; 0 = nobody's */
};
/* What a store has of a place. */
struct row {
    bool is_stored; /* something */
    bool is_behind[BEACON_BEHIND_COUNT];
    int64_t received_at_ms; /* of what it has */
};
/* As many buckets as keep the chains short; an id's bucket is a part of its hash. */
enum { BUCKETS = 256 };

/* Envelopes stand apart from the entries, each in as much memory as it needs: most are a fifth of the largest. */
struct beacon_table {
    size_t capacity;
    struct beacon_entry *entries;
    struct row *rows;
    struct group *groups;
    uint16_t buckets[BUCKETS]; /* the first entry of each, by id */
    uint16_t newest;
    uint16_t oldest;
    uint16_t free;
    size_t groups_end; /* groups from here on were never used */
    uint64_t next_sequence;
    int64_t prune_at_ms;                       /* no entry is past its time before then */
    uint16_t behind_from[BEACON_BEHIND_COUNT]; /* the store is behind on no row before it */
};

/* ---- Rows ---- */

/* How far the store may be behind on when an entry was last announced, before a repeat makes it write. It costs its
 * sender nothing, so it must not cost us a write each time; a restart after a crash holds an id for this much less, and
 * for the half a minute until the next repeat, and for the moment that the host waits with such rows. */
enum { STORED_AGE_MS_MAX = 15000, REPEAT_MS = 30000 };
_Static_assert((int)STORED_AGE_MS_MAX + (int)REPEAT_MS < (int)LIMIT_BEACON_CLAIM_HOLD_MS, "an id stays held");

static void row_mark(struct beacon_table *table, uint16_t row, enum beacon_behind behind) {
    table->rows[row].is_behind[behind] = true;
    if (row < table->behind_from[behind]) table->behind_from[behind] = row;
}

static void row_is_even(struct row *row) {
    for (size_t i = 0; i < BEACON_BEHIND_COUNT; i++) row->is_behind[i] = false;
}

/* Nobody is there any more, which a store that had nobody there knows. */
static void row_vacate(struct beacon_table *table, uint16_t row) {
    row_is_even(&table->rows[row]);
    if (table->rows[row].is_stored) row_mark(table, row, BEACON_CHANGED);
}

bool beacon_community_take_row(struct beacon_community *community, enum beacon_behind behind, uint16_t *row,
                               const struct beacon_entry **entry) {
    struct beacon_table *table = community->table;
    if (table == NULL) return false;
    uint16_t at = table->behind_from[behind];
    while (at < table->capacity && !table->rows[at].is_behind[behind]) at++;
    table->behind_from[behind] = at < table->capacity ? at : (uint16_t)BEACON_NO_ENTRY;
    if (at >= table->capacity) return false;
    const bool is_there = table->entries[at].envelope != NULL;
    *row = at;
    *entry = is_there ? &table->entries[at] : NULL;
    row_is_even(&table->rows[at]);
    table->rows[at].is_stored = is_there;
    table->rows[at].received_at_ms = is_there ? table->entries[at].received_at_ms : 0;
    return true;
}

void beacon_community_note_row(struct beacon_community *community, uint16_t row) {
    struct beacon_table *table = community->table;
    must(row < table->capacity);
    table->rows[row].is_stored = true;
    row_mark(table, row, BEACON_CHANGED);
}

uint16_t beacon_community_row(const struct beacon_community *community, const struct beacon_entry *entry) {
    return (uint16_t)(entry - community->table->entries);
}

void beacon_community_note_stored(struct beacon_community *community, const struct beacon_entry *entry) {
    struct row *row = &community->table->rows[beacon_community_row(community, entry)];
    row_is_even(row);
    row->received_at_ms = entry->received_at_ms;
}

/* ---- The table ---- */

static void envelope_free(struct beacon_entry *entry) {
    memory_free(entry->envelope);
    entry->envelope = NULL;
}

static void table_free(struct beacon_table *table) {
    if (table == NULL) return;
    for (size_t i = 0; table->entries != NULL && i < table->capacity; i++) envelope_free(&table->entries[i]);
    memory_free(table->groups);
    memory_free(table->rows);
    memory_free(table->entries);
    memory_free(table);
}

static struct beacon_table *table_new(size_t capacity) {
    must(capacity > 0 && capacity < BEACON_NO_ENTRY);
    struct beacon_table *table = memory_try_zeroed(1, sizeof *table);
    if (table == NULL) return NULL;
    table->capacity = capacity;
    table->entries = memory_try_zeroed(capacity, sizeof *table->entries);
    table->rows = memory_try_zeroed(capacity, sizeof *table->rows);
    table->groups = memory_try_zeroed(capacity, sizeof *table->groups);
    for (size_t i = 0; i < BEACON_BEHIND_COUNT; i++) table->behind_from[i] = BEACON_NO_ENTRY;
    if (table->entries != NULL && table->rows != NULL && table->groups != NULL) return table;
    table_free(table);
    return NULL;
}

static void table_clear(struct beacon_table *table) {
    memset(table->groups, 0, table->capacity * sizeof *table->groups);
    for (size_t i = 0; i < table->capacity; i++) {
        table->entries[i].older = (uint16_t)(i + 1 == table->capacity ? BEACON_NO_ENTRY : i + 1);
        envelope_free(&table->entries[i]);
        row_vacate(table, (uint16_t)i);
    }
    for (size_t i = 0; i < BUCKETS; i++) table->buckets[i] = BEACON_NO_ENTRY;
    table->free = 0;
    table->newest = table->oldest = BEACON_NO_ENTRY;
    table->groups_end = 0;
    table->prune_at_ms = INT64_MAX;
}

bool beacon_community_prepare(struct beacon_community *community, size_t entries_max) {
    if (community->table != NULL) return true;
    community->table = table_new(entries_max);
    if (community->table == NULL) return false;
    table_clear(community->table);
    return true;
}

void beacon_community_deinit(struct beacon_community *community) {
    table_free(community->table);
    beacon_community_forget_prepared(community);
    *community = (struct beacon_community){0};
}

void beacon_community_clear(struct beacon_community *community) {
    struct beacon_table *table = community->table;
    if (table != NULL) table_clear(table);
    beacon_community_forget_prepared(community);
    *community = (struct beacon_community){.table = table};
}

void beacon_community_forget_prepared(struct beacon_community *community) {
    memory_free(community->prepared.text);
    community->prepared = (struct beacon_prepared){0};
}

static uint16_t index_of(const struct beacon_table *table, const struct beacon_entry *entry) {
    return (uint16_t)(entry - table->entries);
}

static struct beacon_entry *entry_at(const struct beacon_table *table, uint16_t index) {
    return index == BEACON_NO_ENTRY ? NULL : &table->entries[index];
}

/* ---- Times ---- */

int64_t beacon_entry_listed_until_ms(const struct beacon_entry *entry) {
    const int64_t claim_until_ms = entry->received_at_ms + LIMIT_BEACON_CLAIM_LISTED_MS_MAX;
    return entry->is_native || entry->expires_at_ms < claim_until_ms ? entry->expires_at_ms : claim_until_ms;
}

static int64_t held_until_ms(const struct beacon_entry *entry) {
    return entry->received_at_ms + LIMIT_BEACON_CLAIM_HOLD_MS;
}

static int64_t kept_until_ms(const struct beacon_entry *entry) {
    const int64_t listed_ms = beacon_entry_listed_until_ms(entry), held_ms = held_until_ms(entry);
    return listed_ms > held_ms ? listed_ms : held_ms;
}

bool beacon_entry_is_listed(const struct beacon_entry *entry, int64_t now_ms) {
    return beacon_entry_listed_until_ms(entry) > now_ms;
}

bool beacon_entry_is_held(const struct beacon_entry *entry, int64_t now_ms) {
    return held_until_ms(entry) > now_ms;
}

/* ---- Groups ---- */

static uint16_t group_find(const struct beacon_table *table, const struct address *address) {
    for (size_t i = 0; i < table->groups_end; i++)
        if (table->groups[i].count > 0 && address_equal(&table->groups[i].address, address)) return (uint16_t)i;
    return BEACON_NO_ENTRY;
}

static uint16_t group_claim(struct beacon_table *table, const struct address *address) {
    size_t i = 0;
    while (i < table->groups_end && table->groups[i].count > 0) i++;
    must(i < table->capacity); /* there is an entry for each group, and one entry more is about to be */
    if (i == table->groups_end) table->groups_end++;
    table->groups[i] = (struct group){.address = *address};
    return (uint16_t)i;
}

static uint16_t group_join(struct beacon_community *community, const struct address *address) {
    uint16_t group = group_find(community->table, address);
    if (group == BEACON_NO_ENTRY) {
        group = group_claim(community->table, address);
        community->group_count++;
    }
    community->table->groups[group].count++;
    return group;
}

static void group_leave(struct beacon_community *community, uint16_t group) {
    must(community->table->groups[group].count > 0);
    if (--community->table->groups[group].count == 0) community->group_count--;
}

/* ---- The list, and the buckets ---- */

static bool comes_before(const struct beacon_entry *a, const struct beacon_entry *b) {
    if (a->received_at_ms != b->received_at_ms) return a->received_at_ms > b->received_at_ms;
    return a->sequence < b->sequence;
}

static void list_remove(struct beacon_table *table, const struct beacon_entry *entry) {
    struct beacon_entry *newer = entry_at(table, entry->newer), *older = entry_at(table, entry->older);
    *(newer == NULL ? &table->newest : &newer->older) = entry->older;
    *(older == NULL ? &table->oldest : &older->newer) = entry->newer;
}

/* Walks from the newest: an announce lands at the front, but for those of the same millisecond. */
static void list_insert(struct beacon_table *table, struct beacon_entry *entry) {
    struct beacon_entry *newer = NULL, *older = entry_at(table, table->newest);
    while (older != NULL && comes_before(older, entry)) {
        newer = older;
        older = entry_at(table, older->older);
    }
    entry->newer = newer == NULL ? (uint16_t)BEACON_NO_ENTRY : index_of(table, newer);
    entry->older = older == NULL ? (uint16_t)BEACON_NO_ENTRY : index_of(table, older);
    *(newer == NULL ? &table->newest : &newer->older) = index_of(table, entry);
    *(older == NULL ? &table->oldest : &older->newer) = index_of(table, entry);
    if (kept_until_ms(entry) < table->prune_at_ms) table->prune_at_ms = kept_until_ms(entry);
}

const struct beacon_entry *beacon_community_first(const struct beacon_community *community) {
    return community->table == NULL ? NULL : entry_at(community->table, community->table->newest);
}

const struct beacon_entry *beacon_community_next(const struct beacon_community *community,
                                                 const struct beacon_entry *entry) {
    return entry_at(community->table, entry->older);
}

const struct beacon_entry *beacon_community_find(const struct beacon_community *community, const struct sha256 *id) {
    const struct beacon_table *table = community->table;
    if (table == NULL) return NULL;
    const struct beacon_entry *entry = entry_at(table, table->buckets[id->bytes[0]]);
    while (entry != NULL && memcmp(&entry->id, id, sizeof *id) != 0) entry = entry_at(table, entry->same_bucket);
    return entry;
}

static void bucket_join(struct beacon_table *table, struct beacon_entry *entry) {
    uint16_t *first = &table->buckets[entry->id.bytes[0]];
    entry->same_bucket = *first;
    *first = index_of(table, entry);
}

static void bucket_leave(struct beacon_table *table, const struct beacon_entry *entry) {
    uint16_t *place = &table->buckets[entry->id.bytes[0]];
    while (*place != index_of(table, entry)) {
        must(*place != BEACON_NO_ENTRY);
        place = &table->entries[*place].same_bucket;
    }
    *place = entry->same_bucket;
}

struct span beacon_entry_envelope(const struct beacon_entry *entry) {
    return (struct span){entry->envelope, entry->envelope_size};
}

const struct address *beacon_community_group(const struct beacon_community *community,
                                             const struct beacon_entry *entry) {
    return &community->table->groups[entry->group].address;
}

/* ---- Coming and going ---- */

static void entry_drop(struct beacon_community *community, struct beacon_entry *entry) {
    struct beacon_table *table = community->table;
    beacon_community_forget_prepared(community);
    list_remove(table, entry);
    bucket_leave(table, entry);
    group_leave(community, entry->group);
    row_vacate(table, index_of(table, entry));
    envelope_free(entry);
    entry->older = table->free;
    table->free = index_of(table, entry);
    community->entry_count--;
}

/* How many the group would hold with the newcomer. */
static size_t weight(const struct beacon_table *table, uint16_t group, uint16_t newcomer_group) {
    return (size_t)table->groups[group].count + (group == newcomer_group);
}

/* Whoever fills a community from few addresses pushes out their own entries; only when every group holds as much as
 * any other does age decide. */
static void evict_one(struct beacon_community *community, const struct address *newcomer) {
    struct beacon_table *table = community->table;
    const uint16_t newcomer_group = group_find(table, newcomer);
    size_t heaviest = 0;
    for (size_t i = 0; i < table->groups_end; i++) {
        const size_t w = table->groups[i].count == 0 ? 0 : weight(table, (uint16_t)i, newcomer_group);
        if (w > heaviest) heaviest = w;
    }
    struct beacon_entry *entry = entry_at(table, table->oldest);
    while (entry != NULL && weight(table, entry->group, newcomer_group) < heaviest)
        entry = entry_at(table, entry->newer);
    must(entry != NULL);
    entry_drop(community, entry);
}

/* The wanted place if nobody is there, else any that is free. */
static struct beacon_entry *free_take(struct beacon_table *table, uint16_t wanted) {
    uint16_t *place = &table->free;
    if (wanted < table->capacity && table->entries[wanted].envelope == NULL)
        while (*place != wanted) place = &table->entries[*place].older;
    struct beacon_entry *entry = entry_at(table, *place);
    *place = entry->older;
    return entry;
}

static struct beacon_entry *entry_claim(struct beacon_community *community, const struct beacon_arrival *arrival) {
    struct beacon_table *table = community->table;
    if (table->free == BEACON_NO_ENTRY) evict_one(community, &arrival->group);
    community->entry_count++;
    return free_take(table, arrival->row);
}

bool beacon_community_put(struct beacon_community *community, const struct beacon_arrival *arrival) {
    struct beacon_table *table = community->table;
    must(arrival->envelope.size > 0 && arrival->envelope.size <= LIMIT_TICKET_ENVELOPE_MAX);
    uint8_t *envelope = memory_try_zeroed(arrival->envelope.size, 1);
    if (envelope == NULL) return false;
    memcpy(envelope, arrival->envelope.at, arrival->envelope.size);
    const struct beacon_entry *known = beacon_community_find(community, &arrival->entry.id);
    struct beacon_entry *entry = known == NULL ? NULL : &table->entries[index_of(table, known)];
    const uint64_t sequence = known == NULL ? table->next_sequence++ : known->sequence;
    if (entry == NULL) {
        entry = entry_claim(community, arrival);
    } else {
        list_remove(table, entry);
        bucket_leave(table, entry);
        group_leave(community, entry->group);
        envelope_free(entry);
    }
    beacon_community_forget_prepared(community);
    *entry = arrival->entry;
    entry->sequence = sequence;
    entry->group = group_join(community, &arrival->group);
    entry->envelope_size = (uint16_t)arrival->envelope.size;
    entry->envelope = envelope;
    bucket_join(table, entry);
    list_insert(table, entry);
    row_mark(table, index_of(table, entry), BEACON_CHANGED);
    return true;
}

static void receive_again(struct beacon_community *community, struct beacon_entry *entry, int64_t now_ms) {
    beacon_community_forget_prepared(community);
    list_remove(community->table, entry);
    entry->received_at_ms = now_ms;
    list_insert(community->table, entry);
}

bool beacon_community_touch(struct beacon_community *community, const struct beacon_entry *known,
                            const struct sha256 *seen, int64_t now_ms) {
    struct beacon_table *table = community->table;
    const uint16_t row = index_of(table, known);
    table->entries[row].seen = *seen;
    receive_again(community, &table->entries[row], now_ms);
    if (now_ms - table->rows[row].received_at_ms <= STORED_AGE_MS_MAX) return false;
    row_mark(table, row, BEACON_REPEATED_LONG);
    return true;
}

/* The list begins with the latest, so it is at its front that the future stands. */
static bool bring_back_future(struct beacon_community *community, int64_t now_ms) {
    struct beacon_table *table = community->table;
    struct beacon_entry *entry = entry_at(table, table->newest);
    const bool is_ahead = entry != NULL && entry->received_at_ms > now_ms;
    for (; entry != NULL && entry->received_at_ms > now_ms; entry = entry_at(table, table->newest)) {
        receive_again(community, entry, now_ms);
        row_mark(table, index_of(table, entry), BEACON_CHANGED);
    }
    return is_ahead;
}

bool beacon_community_drop(struct beacon_community *community,
                           bool (*goes)(const void *context, const struct beacon_entry *entry), const void *context) {
    struct beacon_table *table = community->table;
    const size_t count_before = community->entry_count;
    if (table == NULL) return false;
    for (struct beacon_entry *entry = entry_at(table, table->newest), *older; entry != NULL; entry = older) {
        older = entry_at(table, entry->older);
        if (goes(context, entry)) entry_drop(community, entry);
    }
    return community->entry_count != count_before;
}

static bool drop_past(struct beacon_community *community, int64_t now_ms) {
    struct beacon_table *table = community->table;
    if (now_ms < table->prune_at_ms) return false;
    const size_t count_before = community->entry_count;
    table->prune_at_ms = INT64_MAX;
    for (struct beacon_entry *entry = entry_at(table, table->newest), *older; entry != NULL; entry = older) {
        older = entry_at(table, entry->older);
        const int64_t until_ms = kept_until_ms(entry);
        if (until_ms <= now_ms) {
            entry_drop(community, entry);
        } else if (until_ms < table->prune_at_ms) {
            table->prune_at_ms = until_ms;
        }
    }
    return community->entry_count != count_before;
}

bool beacon_community_prune(struct beacon_community *community, int64_t now_ms) {
    if (community->table == NULL) return false;
    const bool is_brought_back = bring_back_future(community, now_ms);
    return drop_past(community, now_ms) || is_brought_back;
}
