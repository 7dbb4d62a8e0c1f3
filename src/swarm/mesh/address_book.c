/* SPDX-License-Identifier: Apache-2.0 */
#include "swarm/mesh/address_book.h"

#include "base/memory.h"
#include "base/must.h"

bool address_book_init(struct address_book *book, size_t capacity, uint64_t seed) {
    *book = (struct address_book){
        .entries = memory_try_zeroed(capacity, sizeof(struct book_entry)),
        .capacity = capacity,
        .index = map_new(capacity, NODE_ID_SIZE, seed),
    };
    return book->entries != NULL && book->index != NULL;
}

void address_book_deinit(struct address_book *book) {
    memory_free(book->entries);
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
    if (a_linked != b_linked) return b_linked;
    if (a->row.last_seen_at_ms != b->row.last_seen_at_ms) return a->row.last_seen_at_ms < b->row.last_seen_at_ms;
    return node_id_compare(&a->row.node_id, &b->row.node_id) < 0;
}

static struct book_entry *least_worth(struct address_book *book) {
    struct book_entry *least = NULL;
    for (size_t i = 0; i < book->capacity; i++) {
        struct book_entry *entry = &book->entries[i];
        if (entry->is_held || entry->is_operators) continue;
        if (least == NULL || is_worth_less(entry, least)) least = entry;
    }
    return least;
}

static struct book_entry *free_entry(struct address_book *book, struct node_id *evicted) {
    if (book->count < book->capacity) {
        size_t at = book->count; /* rows fill from the front; holes appear only after removals */
        for (size_t i = 0; i < book->capacity; i++, at = (at + 1) % book->capacity) {
            if (!book->entries[at].in_use) return &book->entries[at];
        }
    }
    struct book_entry *least = least_worth(book);
    if (least == NULL) return NULL;
    *evicted = least->row.node_id;
    must(address_book_remove(book, evicted));
    return least;
}

struct book_entry *address_book_put(struct address_book *book, const struct node_id *id, struct node_id *evicted) {
    *evicted = NODE_ID_NONE;
    struct book_entry *entry = address_book_find(book, id);
    if (entry != NULL) return entry;
    entry = free_entry(book, evicted);
    if (entry == NULL) return NULL;
    *entry = (struct book_entry){.in_use = true, .row = {.node_id = *id}};
    must(map_put(book->index, id->bytes, (uint32_t)(entry - book->entries)));
    book->count++;
    return entry;
}

bool address_book_remove(struct address_book *book, const struct node_id *id) {
    struct book_entry *entry = address_book_find(book, id);
    if (entry == NULL) return false;
    map_remove(book->index, id->bytes);
    *entry = (struct book_entry){0};
    book->count--;
    return true;
}
