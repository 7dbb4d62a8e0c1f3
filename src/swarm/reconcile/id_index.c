/* SPDX-License-Identifier: Apache-2.0 */
#include "swarm/reconcile/id_index.h"

#include "base/must.h"

enum { ID_SIZE = sizeof(struct object_id), WORD_BITS = 64 };

_Static_assert(LIMIT_RECONCILE_MESSAGE_MAX - 1 <= UINT16_MAX, "a place fits its number");

void id_index_init(struct id_index *index, struct span message) {
    must_le(message.size, LIMIT_RECONCILE_MESSAGE_MAX);
    index->message = message;
    index->count = 0;
    memset(index->marks, 0, sizeof index->marks);
}

static size_t place_of(const struct id_index *index, const uint8_t *id) {
    const size_t place = (size_t)(id - index->message.at);
    must_le(place + ID_SIZE, index->message.size);
    return place;
}

void id_index_add(struct id_index *index, const uint8_t *id) {
    must(index->count < ID_INDEX_MAX);
    index->places[index->count++] = (uint16_t)place_of(index, id);
}

static const uint8_t *id_at(const struct id_index *index, size_t rank) {
    return index->message.at + index->places[rank];
}

static int compare(const struct id_index *index, size_t a, size_t b) {
    return memcmp(id_at(index, a), id_at(index, b), ID_SIZE);
}

static void swap(struct id_index *index, size_t a, size_t b) {
    const uint16_t place = index->places[a];
    index->places[a] = index->places[b];
    index->places[b] = place;
}

/* Lets the id at `root` sink into the heap of the first `size`, the greatest on top. */
static void sift_down(struct id_index *index, size_t root, size_t size) {
    for (size_t child = 2 * root + 1; child < size; child = 2 * root + 1) {
        if (child + 1 < size && compare(index, child, child + 1) < 0) child++;
        if (compare(index, root, child) >= 0) return;
        swap(index, root, child);
        root = child;
    }
}

/* Heapsort: no order that a stranger sends makes it slow. */
bool id_index_sort(struct id_index *index) {
    for (size_t root = index->count / 2; root-- > 0;) sift_down(index, root, index->count);
    for (size_t size = index->count; size > 1; size--) {
        swap(index, 0, size - 1);
        sift_down(index, 0, size - 1);
    }
    for (size_t i = 1; i < index->count; i++)
        if (compare(index, i - 1, i) == 0) return false;
    return true;
}

static const uint8_t *find(const struct id_index *index, const struct object_id *id) {
    size_t low = 0, high = index->count;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        const int order = memcmp(id_at(index, middle), id->bytes, ID_SIZE);
        if (order == 0) return id_at(index, middle);
        if (order < 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return NULL;
}

bool id_index_mark(struct id_index *index, struct span list, const struct object_id *id) {
    const uint8_t *found = find(index, id);
    if (found == NULL || found < list.at || found >= list.at + list.size) return false;
    const size_t bit = place_of(index, found) / ID_SIZE;
    index->marks[bit / WORD_BITS] |= 1ULL << (bit % WORD_BITS);
    return true;
}

bool id_index_is_marked(const struct id_index *index, const uint8_t *id) {
    const size_t bit = place_of(index, id) / ID_SIZE;
    return (index->marks[bit / WORD_BITS] >> (bit % WORD_BITS) & 1) != 0;
}
