/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/link/check_pool.h"

#include "base/memory.h"
#include "base/must.h"
#include "swarm/limits.h"

struct check {
    struct check_pool *pool;
    struct check *next; /* waiting */
    struct frame frame;
    bool has_binding;
    struct check_binding binding;
    void (*done)(void *context, enum refusal refusal, const struct checked_message *message); /* NULL: abandoned */
    void *context;
    uint8_t *block; /* once abandoned */
    size_t arena_index;
    bool is_running;
    struct arena arena;
    enum refusal refusal;
    struct checked_message message;
};

struct check_arena {
    void *memory;
    bool is_used;
};

struct check_pool {
    struct loop *loop;
    struct verifier verifier;
    struct check *first_waiting;
    struct check_arena own;
    struct check_arena arenas[CHECKS_AT_ONCE];
    size_t running_count;
    bool is_ending;
};

struct check_pool *check_pool_new(struct loop *loop, const struct verifier *verifier) {
    struct check_pool *pool = memory_zeroed(1, sizeof *pool);
    pool->loop = loop;
    pool->verifier = *verifier;
    return pool;
}

static void pool_end(struct check_pool *pool) {
    for (size_t i = 0; i < CHECKS_AT_ONCE; i++) memory_free(pool->arenas[i].memory);
    memory_free(pool->own.memory);
    memory_free(pool);
}

void check_pool_free(struct check_pool *pool) {
    if (!pool) return;
    must(!pool->first_waiting);
    pool->is_ending = true;
    if (pool->running_count == 0) pool_end(pool);
}

static struct arena arena_over_check(struct check_arena *check_arena) {
    if (!check_arena->memory) check_arena->memory = memory_zeroed(1, LIMIT_CHECK_ARENA);
    return arena_over(check_arena->memory, LIMIT_CHECK_ARENA);
}

enum refusal check_pool_now(struct check_pool *pool, const struct frame *frame, struct checked_message *message) {
    struct arena arena = arena_over_check(&pool->own);
    return message_check(frame, &pool->verifier, &arena, message);
}

/* On a pool thread. It touches the check alone, and of the pool only the verifier, which never changes. */
static void check_work(void *context) {
    struct check *check = context;
    const struct verifier *verifier = &check->pool->verifier;
    check->refusal = message_check(&check->frame, verifier, &check->arena, &check->message);
    if (check->refusal != REFUSAL_NONE || !check->has_binding || check->message.type != MESSAGE_HELLO) return;
    check->message.is_bound =
        hello_is_bound(check->message.body, &check->binding.binding, &check->binding.self, verifier);
}

static void check_free(struct check *check) {
    memory_free(check->block);
    memory_free(check);
}

static void check_ended(void *context);

static void pool_start_waiting(struct check_pool *pool) {
    while (pool->first_waiting && pool->running_count < CHECKS_AT_ONCE) {
        struct check *check = pool->first_waiting;
        pool->first_waiting = check->next;
        size_t index = 0;
        while (pool->arenas[index].is_used) index++;
        must(index < CHECKS_AT_ONCE);
        pool->arenas[index].is_used = true;
        pool->running_count++;
        check->arena_index = index;
        check->arena = arena_over_check(&pool->arenas[index]);
        check->is_running = true;
        loop_work(pool->loop, check_work, check_ended, check);
    }
}

static void check_ended(void *context) {
    struct check *check = context;
    struct check_pool *pool = check->pool;
    if (check->done) check->done(check->context, check->refusal, &check->message);
    pool->arenas[check->arena_index].is_used = false;
    pool->running_count--;
    check_free(check);
    if (!pool->is_ending)
        pool_start_waiting(pool);
    else if (pool->running_count == 0)
        pool_end(pool);
}

struct check *check_pool_begin(struct check_pool *pool, const struct frame *frame, const struct check_binding *binding,
                               void (*done)(void *context, enum refusal refusal, const struct checked_message *message),
                               void *context) {
    struct check *check = memory_zeroed(1, sizeof *check);
    *check = (struct check){.pool = pool, .frame = *frame, .done = done, .context = context};
    check->has_binding = binding != NULL;
    if (binding != NULL) check->binding = *binding;
    struct check **last = &pool->first_waiting;
    while (*last) last = &(*last)->next;
    *last = check;
    pool_start_waiting(pool);
    return check;
}

void check_abandon(struct check *check, uint8_t *block) {
    must(!check->block);
    check->done = NULL;
    check->block = block;
    if (check->is_running) return;
    struct check **at = &check->pool->first_waiting;
    while (*at != check) at = &(*at)->next;
    *at = check->next;
    check_free(check);
}
