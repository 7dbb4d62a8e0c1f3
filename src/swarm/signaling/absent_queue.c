/* SPDX-License-Identifier: Apache-2.0 */
#include "swarm/signaling/absent_queue.h"

#include "base/memory.h"
#include "base/must.h"
#include "swarm/limits.h"

/* The bytes of a message lie in blocks of one size that are chained, so that there are no holes, whatever comes and
 * goes.
 */
enum { BLOCK_SIZE = 512 };
#define NONE UINT32_MAX

struct block {
    uint32_t next;
    uint8_t bytes[BLOCK_SIZE - sizeof(uint32_t)];
};
struct message {
    uint32_t next; /* for the same id, or the next that is free */
    uint32_t block;
    uint32_t size;
    uint32_t group;
    struct signal_id src;
};
struct absent {
    struct signal_id id;
    struct signal_id_key key;
    int64_t since_ms;
    uint32_t first;
    uint32_t last;
    uint32_t count;
    uint32_t bytes;
    uint32_t newer; /* neighbours by `since_ms`; `newer` of one that was given back: the next that was */
    uint32_t older;
};
/* The rows of a table that are free: those that were used before, chained, and those that never were: nobody touches
 * their memory before they are needed. */
struct free_rows {
    uint32_t first; /* NONE: none of those used before */
    uint32_t fresh; /* from here on all are */
    uint32_t capacity;
};
struct absent_queue {
    struct absent_queue_options options;
    struct map *places;
    struct absent *ids;
    struct message *messages;
    struct block *blocks;
    struct free_rows free_ids, free_messages, free_blocks;
    size_t blocks_left;
    size_t count;
    uint32_t newest;
    uint32_t oldest;
};

static size_t or_else(size_t wanted, size_t by_default) {
    return wanted == 0 ? by_default : wanted;
}

static struct free_rows free_rows_of(size_t capacity) {
    return (struct free_rows){.first = NONE, .capacity = (uint32_t)capacity};
}

static bool free_rows_has(const struct free_rows *rows) {
    return rows->first != NONE || rows->fresh < rows->capacity;
}

/* Which row is claimed next. */
static uint32_t free_row(const struct free_rows *rows) {
    must(free_rows_has(rows));
    return rows->first != NONE ? rows->first : rows->fresh;
}

/* `next` is that row's own word for the one that is chained behind it. */
static uint32_t free_rows_claim(struct free_rows *rows, const uint32_t *next) {
    if (rows->first == NONE) return rows->fresh++;
    const uint32_t index = rows->first;
    rows->first = *next;
    return index;
}

static void free_rows_give(struct free_rows *rows, uint32_t index, uint32_t *next) {
    *next = rows->first;
    rows->first = index;
}

struct absent_queue *absent_queue_new(const struct absent_queue_options *options) {
    struct absent_queue *queue = memory_try_zeroed(1, sizeof *queue);
    if (queue == NULL) return NULL;
    const size_t block_count = or_else(options->bytes_max, LIMIT_SIGNAL_WAITING_BYTES) / BLOCK_SIZE;
    *queue = (struct absent_queue){.options = *options, .blocks_left = block_count, .newest = NONE, .oldest = NONE};
    queue->options.ids_max = or_else(options->ids_max, LIMIT_SIGNAL_ABSENT_MAX);
    queue->options.messages_max = or_else(options->messages_max, LIMIT_SIGNAL_WAITING_MAX);
    queue->free_ids = free_rows_of(queue->options.ids_max);
    queue->free_messages = free_rows_of(queue->options.messages_max);
    queue->free_blocks = free_rows_of(block_count);
    queue->places = map_new(queue->options.ids_max, SIGNAL_ID_KEY_SIZE, options->seed);
    queue->ids = memory_try_zeroed(queue->options.ids_max, sizeof *queue->ids);
    queue->messages = memory_try_zeroed(queue->options.messages_max, sizeof *queue->messages);
    queue->blocks = memory_try_zeroed(block_count, sizeof *queue->blocks);
    if (queue->places != NULL && queue->ids != NULL && queue->messages != NULL && queue->blocks != NULL) return queue;
    absent_queue_free(queue);
    return NULL;
}

void absent_queue_free(struct absent_queue *queue) {
    if (queue == NULL) return;
    map_free(queue->places);
    memory_free(queue->ids);
    memory_free(queue->messages);
    memory_free(queue->blocks);
    memory_free(queue);
}

size_t absent_queue_count(const struct absent_queue *queue) {
    return queue->count;
}

/* ---- Bytes ---- */

static size_t blocks_for(size_t size) {
    const size_t room = sizeof((struct block *)NULL)->bytes;
    return (size + room - 1) / room;
}

static uint32_t bytes_store(struct absent_queue *queue, struct span bytes) {
    uint32_t first = NONE, *link = &first;
    queue->blocks_left -= blocks_for(bytes.size);
    while (bytes.size > 0) {
        const uint32_t index = free_rows_claim(&queue->free_blocks, &queue->blocks[free_row(&queue->free_blocks)].next);
        struct block *block = &queue->blocks[index];
        const size_t size = bytes.size < sizeof block->bytes ? bytes.size : sizeof block->bytes;
        *link = index;
        link = &block->next;
        memcpy(block->bytes, bytes.at, size);
        bytes = (struct span){bytes.at + size, bytes.size - size};
    }
    *link = NONE;
    return first;
}

static void bytes_read(const struct absent_queue *queue, const struct message *message, struct buffer *out) {
    size_t left = message->size;
    for (uint32_t at = message->block; left > 0; at = queue->blocks[at].next) {
        const struct block *block = &queue->blocks[at];
        const size_t size = left < sizeof block->bytes ? left : sizeof block->bytes;
        buffer_put(out, (struct span){block->bytes, size});
        left -= size;
    }
}

static void bytes_drop(struct absent_queue *queue, const struct message *message) {
    queue->blocks_left += blocks_for(message->size);
    for (uint32_t at = message->block, next; at != NONE; at = next) {
        next = queue->blocks[at].next;
        free_rows_give(&queue->free_blocks, at, &queue->blocks[at].next);
    }
}

/* ---- Ids ---- */

static struct absent *absent_find(const struct absent_queue *queue, struct span dst) {
    const struct signal_id_key key = signal_id_key_of(dst, queue->options.seed);
    uint32_t index;
    return map_find(queue->places, &key, &index) ? &queue->ids[index] : NULL;
}

static struct absent *absent_claim(struct absent_queue *queue, struct span dst, int64_t now_ms) {
    const uint32_t index = free_rows_claim(&queue->free_ids, &queue->ids[free_row(&queue->free_ids)].newer);
    struct absent *absent = &queue->ids[index];
    *absent = (struct absent){.id = signal_id_of(dst),
                              .key = signal_id_key_of(dst, queue->options.seed),
                              .since_ms = now_ms,
                              .first = NONE,
                              .last = NONE,
                              .newer = NONE,
                              .older = queue->newest};
    *(absent->older == NONE ? &queue->oldest : &queue->ids[absent->older].newer) = index;
    queue->newest = index;
    must(map_put(queue->places, &absent->key, index));
    return absent;
}

static void absent_drop(struct absent_queue *queue, struct absent *absent) {
    must(absent->first == NONE && map_remove(queue->places, &absent->key));
    *(absent->newer == NONE ? &queue->newest : &queue->ids[absent->newer].older) = absent->older;
    *(absent->older == NONE ? &queue->oldest : &queue->ids[absent->older].newer) = absent->newer;
    free_rows_give(&queue->free_ids, (uint32_t)(absent - queue->ids), &absent->newer);
}

/* ---- Messages ---- */

static bool has_share(const struct absent *absent, size_t size) {
    return absent == NULL ||
           (absent->count < LIMIT_SIGNAL_WAITING_PER_ID && absent->bytes + size <= LIMIT_SIGNAL_WAITING_BYTES_PER_ID);
}

static bool has_room(const struct absent_queue *queue, const struct absent *absent, size_t size) {
    return (absent != NULL || free_rows_has(&queue->free_ids)) && free_rows_has(&queue->free_messages) &&
           blocks_for(size) <= queue->blocks_left;
}

static void message_append(struct absent_queue *queue, struct absent *absent, const struct absent_message *given) {
    const uint32_t index =
        free_rows_claim(&queue->free_messages, &queue->messages[free_row(&queue->free_messages)].next);
    struct message *message = &queue->messages[index];
    *message = (struct message){.next = NONE,
                                .block = bytes_store(queue, given->bytes),
                                .size = (uint32_t)given->bytes.size,
                                .group = given->group,
                                .src = signal_id_of(given->src)};
    *(absent->last == NONE ? &absent->first : &queue->messages[absent->last].next) = index;
    absent->last = index;
    absent->count++;
    absent->bytes += message->size;
    queue->count++;
}

enum absent_verdict absent_queue_add(struct absent_queue *queue, const struct absent_message *message, int64_t now_ms) {
    const size_t size = message->bytes.size;
    must_le(size, SIGNAL_RELAYED_SIZE_MAX);
    struct absent *absent = absent_find(queue, message->dst);
    if (!has_share(absent, size)) return ABSENT_NO_SHARE;
    if (!has_room(queue, absent, size)) return ABSENT_FULL;
    if (!client_groups_keep(queue->options.groups, message->group, size)) return ABSENT_NO_SHARE;
    if (absent == NULL) absent = absent_claim(queue, message->dst, now_ms);
    message_append(queue, absent, message);
    return ABSENT_KEPT;
}

/* The first message goes; the id with its last. */
static void message_drop_first(struct absent_queue *queue, struct absent *absent) {
    const uint32_t index = absent->first;
    struct message *message = &queue->messages[index];
    absent->first = message->next;
    if (absent->first == NONE) absent->last = NONE;
    absent->count--;
    absent->bytes -= message->size;
    queue->count--;
    bytes_drop(queue, message);
    client_groups_release(queue->options.groups, message->group, message->size);
    free_rows_give(&queue->free_messages, index, &message->next);
    if (absent->first == NONE) absent_drop(queue, absent);
}

bool absent_queue_take(struct absent_queue *queue, struct span dst, struct buffer *bytes) {
    struct absent *absent = absent_find(queue, dst);
    if (absent == NULL) return false;
    bytes_read(queue, &queue->messages[absent->first], bytes);
    message_drop_first(queue, absent);
    return true;
}

/* ---- Waited for long enough ---- */

int64_t absent_queue_due_ms(const struct absent_queue *queue) {
    return queue->oldest == NONE ? INT64_MAX : queue->ids[queue->oldest].since_ms + LIMIT_SIGNAL_WAIT_MS;
}

/* Whether its sender has a later one for the same id. */
static bool is_followed(const struct absent_queue *queue, const struct message *message) {
    for (uint32_t at = message->next; at != NONE; at = queue->messages[at].next)
        if (span_equal(signal_id_span(&queue->messages[at].src), signal_id_span(&message->src))) return true;
    return false;
}

bool absent_queue_expire(struct absent_queue *queue, struct signal_id *dst, struct signal_id *src) {
    if (queue->oldest == NONE) return false;
    struct absent *absent = &queue->ids[queue->oldest];
    *dst = absent->id;
    for (bool is_last = false; !is_last;) {
        const struct message *message = &queue->messages[absent->first];
        is_last = !is_followed(queue, message);
        *src = message->src;
        message_drop_first(queue, absent);
    }
    return true;
}
