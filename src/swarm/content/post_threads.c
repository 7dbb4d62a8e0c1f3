/* SPDX-License-Identifier: Apache-2.0 */
#include "swarm/content/post_threads.h"

#include "base/memory.h"
#include "base/must.h"

/* A thread's name: 128 bits of a hash under our own seed, so that nobody can make two of one name. */
struct thread_name {
    uint64_t words[2];
};

static struct thread_name name_of(const struct post_threads *threads, const struct record_author *author,
                                  const struct object_id *of) {
    uint8_t memory[sizeof author->key.bytes + 1 + sizeof of->bytes];
    struct buffer text = buffer_over(memory, sizeof memory);
    buffer_put(&text, (struct span){author->key.bytes, sizeof author->key.bytes});
    buffer_put_u8(&text, author->is_user);
    buffer_put(&text, (struct span){of->bytes, sizeof of->bytes});
    return (struct thread_name){
        {map_hash(buffer_span(&text), threads->seed, 1), map_hash(buffer_span(&text), threads->seed, 2)}};
}

bool post_threads_init(struct post_threads *threads, uint32_t capacity, uint64_t seed) {
    *threads = (struct post_threads){
        .rows = memory_try_zeroed(capacity, sizeof *threads->rows),
        .order = memory_try_zeroed(capacity, sizeof *threads->order),
        .by_id = map_new(capacity, sizeof(struct object_id), seed),
        .by_thread = map_new(capacity, sizeof(struct thread_name), seed),
        .capacity = capacity,
        .first_free = POST_THREADS_NONE,
        .seed = seed,
    };
    return threads->rows != NULL && threads->order != NULL && threads->by_id != NULL && threads->by_thread != NULL;
}

void post_threads_deinit(struct post_threads *threads) {
    memory_free(threads->rows);
    memory_free(threads->order);
    map_free(threads->by_id);
    map_free(threads->by_thread);
}

/* ---- The order of time ---- */

static int compare_time(int64_t a_ms, const struct object_id *a, int64_t b_ms, const struct object_id *b) {
    if (a_ms != b_ms) return a_ms < b_ms ? -1 : 1;
    return object_id_compare(a, b);
}

/* How many are older than that. */
static uint32_t count_older(const struct post_threads *threads, int64_t at_ms, const struct object_id *id) {
    uint32_t low = 0, high = threads->count;
    while (low < high) {
        const uint32_t middle = low + (high - low) / 2;
        const struct post_row *row = &threads->rows[threads->order[middle]];
        if (compare_time(row->at_ms, &row->id, at_ms, id) < 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

static void order_insert(struct post_threads *threads, uint32_t place) {
    const struct post_row *row = &threads->rows[place];
    const uint32_t at = count_older(threads, row->at_ms, &row->id);
    memmove(&threads->order[at + 1], &threads->order[at], (threads->count - at) * sizeof *threads->order);
    threads->order[at] = place;
    threads->count++;
}

static void order_remove(struct post_threads *threads, uint32_t place) {
    const struct post_row *row = &threads->rows[place];
    const uint32_t at = count_older(threads, row->at_ms, &row->id);
    must(threads->order[at] == place);
    threads->count--;
    memmove(&threads->order[at], &threads->order[at + 1], (threads->count - at) * sizeof *threads->order);
}

/* ---- Threads ---- */

/* By version, then as post_compare has it. */
static int compare_rows(const struct post_row *a, const struct post_row *b) {
    if (a->version != b->version) return a->version < b->version ? -1 : 1;
    return compare_time(a->at_ms, &a->id, b->at_ms, &b->id);
}

static uint32_t first_of(const struct post_threads *threads, const struct record_author *author,
                         const struct object_id *of) {
    const struct thread_name name = name_of(threads, author, of);
    uint32_t place;
    return map_find(threads->by_thread, &name, &place) ? place : POST_THREADS_NONE;
}

static void set_first(struct post_threads *threads, const struct post_row *row, uint32_t place) {
    const struct thread_name name = name_of(threads, &row->author, &row->of);
    if (place == POST_THREADS_NONE) {
        must(map_remove(threads->by_thread, &name));
        threads->threads--;
    } else {
        must(map_put(threads->by_thread, &name, place));
    }
}

static void thread_insert(struct post_threads *threads, uint32_t place) {
    struct post_row *row = &threads->rows[place];
    const uint32_t first = first_of(threads, &row->author, &row->of);
    uint32_t *from = NULL, next = first;
    while (next != POST_THREADS_NONE && compare_rows(row, &threads->rows[next]) < 0) {
        from = &threads->rows[next].next;
        next = *from;
    }
    row->next = next;
    threads->threads += first == POST_THREADS_NONE;
    if (from == NULL) {
        set_first(threads, row, place);
    } else {
        *from = place;
    }
}

static void thread_remove(struct post_threads *threads, uint32_t place) {
    const struct post_row *row = &threads->rows[place];
    const uint32_t first = first_of(threads, &row->author, &row->of);
    if (first == place) {
        set_first(threads, row, row->next);
        return;
    }
    uint32_t before = first;
    while (threads->rows[before].next != place) before = threads->rows[before].next;
    threads->rows[before].next = row->next;
}

/* ---- Rows ---- */

static void add(struct post_threads *threads, const struct checked_post *post, bool is_own) {
    uint32_t place = threads->first_free;
    if (place == POST_THREADS_NONE) {
        must(threads->used < threads->capacity);
        place = threads->used++;
    } else {
        threads->first_free = threads->rows[place].next;
    }
    threads->rows[place] = (struct post_row){.id = post->id,
                                             .of = post->of,
                                             .author = post->author,
                                             .at_ms = post->at_ms,
                                             .version = post->version,
                                             .is_own = is_own,
                                             .is_deleted = post->is_deleted};
    must(map_put(threads->by_id, &post->id, place));
    order_insert(threads, place);
    thread_insert(threads, place);
}

static void take_out(struct post_threads *threads, uint32_t place) {
    struct post_row *row = &threads->rows[place];
    thread_remove(threads, place);
    order_remove(threads, place);
    must(map_remove(threads->by_id, &row->id));
    row->next = threads->first_free;
    threads->first_free = place;
}

static uint32_t oldest_foreign(const struct post_threads *threads) {
    for (uint32_t i = 0; i < threads->count; i++)
        if (!threads->rows[threads->order[i]].is_own) return threads->order[i];
    return POST_THREADS_NONE;
}

/* ---- Judging ---- */

struct verdict {
    enum post_fate fate;
    bool ends_thread; /* all that are there go */
    uint32_t sheds;   /* this one goes; POST_THREADS_NONE: none */
};

/* As one of several with the same number. */
static struct verdict judge_equal(const struct post_threads *threads, const struct checked_post *post, uint32_t first) {
    const struct post_row row = {.id = post->id, .at_ms = post->at_ms, .version = post->version};
    uint32_t count = 1, last = first;
    for (; threads->rows[last].next != POST_THREADS_NONE; last = threads->rows[last].next) count++;
    if (count < LIMIT_POST_CONFLICTS) return (struct verdict){POST_STANDS, false, POST_THREADS_NONE};
    if (compare_rows(&row, &threads->rows[last]) < 0) return (struct verdict){POST_LOSES, false, POST_THREADS_NONE};
    return (struct verdict){POST_STANDS, false, last};
}

static struct verdict judge_room(const struct post_threads *threads, const struct checked_post *post, bool is_own) {
    const struct verdict no_room = {POST_NO_ROOM, false, POST_THREADS_NONE};
    const uint32_t oldest = oldest_foreign(threads);
    if (oldest == POST_THREADS_NONE) return no_room;
    const struct post_row *row = &threads->rows[oldest];
    if (!is_own && compare_time(post->at_ms, &post->id, row->at_ms, &row->id) < 0) return no_room;
    return (struct verdict){POST_STANDS, false, oldest};
}

static struct verdict judge(const struct post_threads *threads, const struct checked_post *post, bool is_own) {
    struct verdict verdict = {POST_STANDS, false, POST_THREADS_NONE};
    if (map_find(threads->by_id, &post->id, NULL)) return (struct verdict){POST_KNOWN, false, POST_THREADS_NONE};
    const uint32_t first = first_of(threads, &post->author, &post->of);
    if (first != POST_THREADS_NONE) {
        const int32_t version = threads->rows[first].version;
        if (post->version < version) verdict.fate = POST_LOSES;
        if (post->version == version) verdict = judge_equal(threads, post, first);
        verdict.ends_thread = post->version > version;
    }
    const bool makes_room = verdict.ends_thread || verdict.sheds != POST_THREADS_NONE;
    if (verdict.fate == POST_STANDS && !makes_room && threads->count == threads->capacity)
        return judge_room(threads, post, is_own);
    return verdict;
}

enum post_fate post_threads_judge(const struct post_threads *threads, const struct checked_post *post, bool is_own) {
    return judge(threads, post, is_own).fate;
}

static void shed(struct post_threads *threads, uint32_t place, void (*gone)(void *context, const struct post_row *row),
                 void *context) {
    const struct post_row row = threads->rows[place];
    take_out(threads, place);
    gone(context, &row);
}

enum post_fate post_threads_put(struct post_threads *threads, const struct checked_post *post, bool is_own,
                                void (*gone)(void *context, const struct post_row *row), void *context) {
    const struct verdict verdict = judge(threads, post, is_own);
    if (verdict.fate != POST_STANDS) return verdict.fate;
    if (verdict.sheds != POST_THREADS_NONE) shed(threads, verdict.sheds, gone, context);
    while (verdict.ends_thread) {
        const uint32_t first = first_of(threads, &post->author, &post->of);
        if (first == POST_THREADS_NONE) break;
        shed(threads, first, gone, context);
    }
    add(threads, post, is_own);
    return POST_STANDS;
}

void post_threads_remove(struct post_threads *threads, const struct object_id *id) {
    uint32_t place;
    if (map_find(threads->by_id, id, &place)) take_out(threads, place);
}

/* ---- Looking ---- */

const struct post_row *post_threads_find(const struct post_threads *threads, const struct object_id *id) {
    uint32_t place;
    return map_find(threads->by_id, id, &place) ? &threads->rows[place] : NULL;
}

const struct post_row *post_threads_of(const struct post_threads *threads, const struct record_author *author,
                                       const struct object_id *of) {
    const uint32_t first = first_of(threads, author, of);
    return first == POST_THREADS_NONE ? NULL : &threads->rows[first];
}

const struct post_row *post_threads_standing(const struct post_threads *threads, const struct post_row *row) {
    return post_threads_of(threads, &row->author, &row->of);
}

const struct post_row *post_threads_next(const struct post_threads *threads, const struct post_row *row) {
    return row->next == POST_THREADS_NONE ? NULL : &threads->rows[row->next];
}

const struct post_row *post_threads_older(const struct post_threads *threads, const struct post_row *before) {
    uint32_t at = before == NULL ? threads->count : count_older(threads, before->at_ms, &before->id);
    while (at > 0) {
        const uint32_t place = threads->order[--at];
        const struct post_row *row = &threads->rows[place];
        if (first_of(threads, &row->author, &row->of) == place) return row;
    }
    return NULL;
}
