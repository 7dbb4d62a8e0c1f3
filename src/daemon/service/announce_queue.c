/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/service/announce_queue.h"

#include "base/memory.h"

/* So many at once that waking a thread costs little for each, and so few that none waits long for the others. */
enum { GROUP_MAX = 32 };

struct announce {
    struct announce_queue *queue; /* NULL: it does not wait any more, its group has it */
    struct announce *next;        /* neighbours while it waits */
    struct announce *previous;
    struct http_exchange *exchange; /* NULL: its asker has gone */
    struct beacon_pending pending;
    bool is_verified;
};
/* What is with the pool: nothing of it is touched by the loop but `queue` and the exchanges, which the thread does not
 * look at. */
struct group {
    struct announce_queue *queue; /* NULL: it was freed meanwhile */
    struct verifier verifier;
    size_t count;
    struct announce *announces[GROUP_MAX];
};
struct announce_queue {
    struct announce_queue_options options;
    struct announce *first;
    struct announce *last;
    struct group *group; /* NULL: none is being checked */
};

struct announce_queue *announce_queue_new(const struct announce_queue_options *options) {
    struct announce_queue *queue = memory_zeroed(1, sizeof *queue);
    queue->options = *options;
    return queue;
}

void announce_queue_free(struct announce_queue *queue) {
    if (queue == NULL) return;
    for (struct announce *announce = queue->first, *next; announce != NULL; announce = next) {
        next = announce->next;
        memory_free(announce);
    }
    if (queue->group != NULL) queue->group->queue = NULL;
    memory_free(queue);
}

/* ---- Waiting ---- */

static void wait_begin(struct announce_queue *queue, struct announce *announce) {
    announce->queue = queue;
    announce->previous = queue->last;
    *(queue->last == NULL ? &queue->first : &queue->last->next) = announce;
    queue->last = announce;
}

static void wait_end(struct announce *announce) {
    struct announce_queue *queue = announce->queue;
    *(announce->previous == NULL ? &queue->first : &announce->previous->next) = announce->next;
    *(announce->next == NULL ? &queue->last : &announce->next->previous) = announce->previous;
    announce->queue = NULL;
}

/* ---- On a pool thread ---- */

static void check(void *context) {
    struct group *group = context;
    for (size_t i = 0; i < group->count; i++) {
        struct announce *announce = group->announces[i];
        const struct beacon_pending *pending = &announce->pending;
        const struct span message = {pending->message, pending->message_size};
        announce->is_verified =
            group->verifier.verify(group->verifier.context, &pending->key, message, &pending->signature);
    }
}

/* ---- On the loop ---- */

static void begin_group(struct announce_queue *queue);

static void finish(const struct group *group, struct announce *announce) {
    const struct announce_queue *queue = group->queue;
    if (queue != NULL && announce->exchange != NULL) {
        http_set_user(announce->exchange, NULL);
        queue->options.finished(queue->options.context, announce->exchange, &announce->pending, announce->is_verified);
    }
    memory_free(announce);
}

static void checked(void *context) {
    struct group *group = context;
    struct announce_queue *queue = group->queue;
    if (queue != NULL) {
        queue->group = NULL;
        begin_group(queue); /* first, so that the thread works while we answer */
    }
    for (size_t i = 0; i < group->count; i++) finish(group, group->announces[i]);
    memory_free(group);
}

static void begin_group(struct announce_queue *queue) {
    if (queue->group != NULL || queue->first == NULL) return;
    struct group *group = memory_zeroed(1, sizeof *group);
    group->queue = queue;
    group->verifier = queue->options.verifier;
    while (queue->first != NULL && group->count < GROUP_MAX) {
        group->announces[group->count++] = queue->first;
        wait_end(queue->first);
    }
    queue->group = group;
    loop_work(queue->options.loop, check, checked, group);
}

bool announce_queue_add(struct announce_queue *queue, struct http_exchange *exchange,
                        const struct beacon_pending *pending) {
    struct announce *announce = memory_try_zeroed(1, sizeof *announce);
    if (announce == NULL) return false;
    announce->exchange = exchange;
    announce->pending = *pending;
    http_set_user(exchange, announce);
    wait_begin(queue, announce);
    begin_group(queue);
    return true;
}

void announce_queue_gone(struct http_exchange *exchange) {
    struct announce *announce = http_user(exchange);
    if (announce == NULL) return;
    announce->exchange = NULL;
    if (announce->queue == NULL) return;
    wait_end(announce);
    memory_free(announce);
}
