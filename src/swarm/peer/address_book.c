/* SPDX-License-Identifier: Apache-2.0 */
#include "swarm/peer/address_book.h"

#include "base/memory.h"
#include "base/must.h"

/* The share of one network, and of one introducer. */
enum { PREFIX_PART = 16, PREFIX_ROWS_MIN = 4, INTRODUCER_PART = 2, FAILING_COUNT = 3 };

static size_t prefix_share(size_t capacity) {
    size_t share = capacity / PREFIX_PART;
    return share < PREFIX_ROWS_MIN ? PREFIX_ROWS_MIN : share;
}

static size_t introducer_share(size_t capacity) {
    return (capacity + INTRODUCER_PART - 1) / INTRODUCER_PART;
}

static bool part_init(struct book_part *part, size_t capacity, size_t share, uint64_t seed) {
    bool counts = key_count_init(&part->counts, capacity, seed);
    part->keys = memory_try_zeroed(capacity, sizeof *part->keys);
    part->share = share;
    return counts && part->keys != NULL;
}

static void part_deinit(struct book_part *part) {
    memory_free(part->keys);
    key_count_deinit(&part->counts);
}

static void part_set(struct book_part *part, size_t at, uint64_t key) {
    key_count_remove(&part->counts, part->keys[at]);
    key_count_add(&part->counts, key);
    part->keys[at] = key;
}

/* A key of 0 is nobody's, and has no share. */
static bool part_has_room(const struct book_part *part, uint64_t key) {
    return key == 0 || key_count_of(&part->counts, key) < part->share;
}

bool address_book_init(struct address_book *book, size_t capacity, uint64_t seed) {
    *book = (struct address_book){
        .entries = memory_try_zeroed(capacity, sizeof(struct book_entry)),
        .capacity = capacity,
        .seed = seed,
        .index = map_new(capacity, NODE_ID_SIZE, seed),
    };
    bool has_parts = part_init(&book->parts[BOOK_BY_PREFIX], capacity, prefix_share(capacity), seed);
    has_parts = part_init(&book->parts[BOOK_BY_INTRODUCER], capacity, introducer_share(capacity), seed) && has_parts;
    return has_parts && book->entries != NULL && book->index != NULL;
}

void address_book_deinit(struct address_book *book) {
    memory_free(book->entries);
    for (size_t i = 0; i < BOOK_PARTS; i++) part_deinit(&book->parts[i]);
    map_free(book->index);
}

struct book_entry *address_book_find(const struct address_book *book, const struct node_id *id) {
    uint32_t at = 0;
    return map_find(book->index, id->bytes, &at) ? &book->entries[at] : NULL;
}

/* Which of two rows is worth less: ordered by facts alone, ids last, so that the choice is the same in every run. */
static bool is_worth_less(const struct book_entry *a, const struct book_entry *b) {
    bool a_linked = a->row.linked_at_ms > 0;
    bool b_linked = b->row.linked_at_ms > 0;
    bool a_fails = a->backoff.failure_count >= FAILING_COUNT;
    bool b_fails = b->backoff.failure_count >= FAILING_COUNT;
    if (a_linked != b_linked) return b_linked;
    if (a_fails != b_fails) return a_fails;
    if (a->row.last_seen_at_ms != b->row.last_seen_at_ms) return a->row.last_seen_at_ms < b->row.last_seen_at_ms;
    return node_id_compare(&a->row.node_id, &b->row.node_id) < 0;
}

static bool may_go(const struct book_entry *entry) {
    return entry->in_use && !entry->is_held && !entry->is_operators && !entry->row.is_anchor;
}

/* Of the rows with this key among `keys` (NULL: of all), the one that is least worth. NULL: none may go. */
static struct book_entry *least_worth(const struct address_book *book, const uint64_t *keys, uint64_t key) {
    struct book_entry *least = NULL;
    for (size_t i = 0; i < book->capacity; i++) {
        struct book_entry *entry = &book->entries[i];
        if ((keys != NULL && keys[i] != key) || !may_go(entry)) continue;
        if (least == NULL || is_worth_less(entry, least)) least = entry;
    }
    return least;
}

static struct book_entry *unused_entry(struct address_book *book) {
    size_t at = book->count; /* rows fill from the front; holes appear only after removals */
    for (size_t i = 0; i < book->capacity; i++, at = (at + 1) % book->capacity) {
        if (!book->entries[at].in_use) return &book->entries[at];
    }
    return NULL;
}

struct keys {
    uint64_t of[BOOK_PARTS];
};

/* Who has to go for a row with these keys. False: somebody would have to, and nobody may. */
static bool find_victim(const struct address_book *book, struct keys keys, struct book_entry **victim) {
    *victim = NULL;
    for (size_t i = 0; i < BOOK_PARTS; i++) {
        if (part_has_room(&book->parts[i], keys.of[i])) continue;
        *victim = least_worth(book, book->parts[i].keys, keys.of[i]);
        return *victim != NULL;
    }
    if (book->count < book->capacity) return true;
    *victim = least_worth(book, NULL, 0);
    return *victim != NULL;
}

static struct keys keys_of(const struct address_book *book, const struct book_home *home) {
    struct keys keys = {{0}};
    if (home->address != NULL) keys.of[BOOK_BY_PREFIX] = diversity_prefix_key(home->address, book->seed);
    if (home->from != NULL) keys.of[BOOK_BY_INTRODUCER] = diversity_introducer_key(home->from, book->seed);
    return keys;
}

static void set_keys(struct address_book *book, const struct book_entry *entry, struct keys keys) {
    for (size_t i = 0; i < BOOK_PARTS; i++) part_set(&book->parts[i], (size_t)(entry - book->entries), keys.of[i]);
}

bool address_book_has_room(const struct address_book *book, const struct book_home *home) {
    struct book_entry *victim;
    return find_victim(book, keys_of(book, home), &victim) && victim == NULL;
}

static void evict(struct address_book *book, const struct book_entry *victim, struct node_id *evicted) {
    *evicted = victim->row.node_id;
    must(address_book_remove(book, evicted));
}

/* A row that says it lives elsewhere now takes no more of the new network than that network's share. Who told of it
 * first stays its introducer. */
static struct book_entry *move(struct address_book *book, struct book_entry *entry, const struct book_home *home,
                               struct node_id *evicted) {
    size_t at = (size_t)(entry - book->entries);
    struct book_part *part = &book->parts[BOOK_BY_PREFIX];
    uint64_t key = keys_of(book, home).of[BOOK_BY_PREFIX];
    if (home->address == NULL || key == part->keys[at]) return entry;
    if (!part_has_room(part, key)) {
        struct book_entry *victim = least_worth(book, part->keys, key);
        if (victim != NULL) evict(book, victim, evicted);
    }
    part_set(part, at, key);
    return entry;
}

struct book_entry *address_book_put(struct address_book *book, const struct node_id *id, const struct book_home *home,
                                    struct node_id *evicted) {
    *evicted = NODE_ID_NONE;
    struct book_entry *entry = address_book_find(book, id);
    struct book_entry *victim;
    struct keys keys = keys_of(book, home);
    if (entry != NULL) return move(book, entry, home, evicted);
    if (!find_victim(book, keys, &victim)) return NULL;
    if (victim != NULL) evict(book, victim, evicted);
    entry = unused_entry(book);
    must(entry != NULL);
    *entry = (struct book_entry){.in_use = true, .row = {.node_id = *id}};
    set_keys(book, entry, keys);
    must(map_put(book->index, id->bytes, (uint32_t)(entry - book->entries)));
    book->count++;
    return entry;
}

uint32_t address_book_count_of(const struct address_book *book, const struct learned_from *from) {
    return key_count_of(&book->parts[BOOK_BY_INTRODUCER].counts, diversity_introducer_key(from, book->seed));
}

size_t address_book_share(const struct address_book *book) {
    return book->parts[BOOK_BY_INTRODUCER].share;
}

bool address_book_remove(struct address_book *book, const struct node_id *id) {
    struct book_entry *entry = address_book_find(book, id);
    if (entry == NULL) return false;
    map_remove(book->index, id->bytes);
    set_keys(book, entry, (struct keys){{0}});
    *entry = (struct book_entry){0};
    book->count--;
    return true;
}

/* Counts of long ago lose half their weight each time that one is full. */
static void count_dial(struct book_row *row, uint8_t *count) {
    if (*count == UINT8_MAX) {
        row->successes /= 2;
        row->failures /= 2;
    }
    (*count)++;
}

void book_entry_succeeded(struct book_entry *entry) {
    count_dial(&entry->row, &entry->row.successes);
}

void book_entry_failed(struct book_entry *entry) {
    count_dial(&entry->row, &entry->row.failures);
}

#define WEEK_MS (7LL * 86400 * 1000)

/* 1000 now, 0 a week ago and before. */
static int freshness(int64_t at_ms, int64_t wall_ms) {
    int64_t age_ms = wall_ms > at_ms ? wall_ms - at_ms : 0;
    return age_ms >= WEEK_MS ? 0 : (int)(1000 - age_ms * 1000 / WEEK_MS);
}

int book_entry_score(const struct book_entry *entry, int64_t wall_ms) {
    const struct book_row *row = &entry->row;
    int reliability = 1000 * (row->successes + 1) / (row->successes + row->failures + 2);
    int recency =
        row->linked_at_ms > 0 ? freshness(row->linked_at_ms, wall_ms) : freshness(row->last_seen_at_ms, wall_ms) / 2;
    return (7 * reliability + 3 * recency) / 10;
}
