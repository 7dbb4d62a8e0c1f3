/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/store/content/work_lane.h"

#include <pthread.h>

#include "base/memory.h"
#include "base/must.h"

struct work_lane {
    struct loop *loop;
    unsigned width;
    unsigned under_way; /* given to the pool and not back; the last of them frees a closed lane */
    struct work_piece *first;
    struct work_piece **end;
    bool is_closed;
    pthread_mutex_t lock; /* over the next */
    pthread_cond_t idle;
    unsigned working; /* as under_way, until its `work` has ended */
};

static void lane_advance(struct work_lane *lane);

static void piece_work(void *context) {
    struct work_piece *piece = context;
    struct work_lane *lane = piece->lane;
    piece->work(piece);
    (void)pthread_mutex_lock(&lane->lock);
    if (--lane->working == 0) (void)pthread_cond_signal(&lane->idle);
    (void)pthread_mutex_unlock(&lane->lock);
}

static void lane_free(struct work_lane *lane) {
    (void)pthread_cond_destroy(&lane->idle);
    (void)pthread_mutex_destroy(&lane->lock);
    memory_free(lane);
}

static void piece_done(void *context) {
    struct work_piece *piece = context;
    struct work_lane *lane = piece->lane;
    if (!lane->is_closed) piece->done(piece);
    piece->drop(piece);
    lane->under_way--;
    if (!lane->is_closed)
        lane_advance(lane);
    else if (lane->under_way == 0)
        lane_free(lane);
}

static void lane_advance(struct work_lane *lane) {
    while (lane->first != NULL && lane->under_way < lane->width) {
        struct work_piece *piece = lane->first;
        lane->first = piece->next;
        if (lane->first == NULL) lane->end = &lane->first;
        lane->under_way++;
        (void)pthread_mutex_lock(&lane->lock);
        lane->working++;
        (void)pthread_mutex_unlock(&lane->lock);
        if (piece->begin != NULL) piece->begin(piece);
        loop_work(lane->loop, piece_work, piece_done, piece);
    }
}

struct work_lane *work_lane_new(struct loop *loop, unsigned width) {
    struct work_lane *lane = memory_zeroed(1, sizeof *lane);
    *lane = (struct work_lane){.loop = loop, .width = width};
    lane->end = &lane->first;
    must(pthread_mutex_init(&lane->lock, NULL) == 0);
    must(pthread_cond_init(&lane->idle, NULL) == 0);
    return lane;
}

void work_lane_put(struct work_lane *lane, struct work_piece *piece) {
    must(!lane->is_closed);
    piece->next = NULL;
    piece->lane = lane;
    *lane->end = piece;
    lane->end = &piece->next;
    lane_advance(lane);
}

void work_lane_close(struct work_lane *lane) {
    if (lane == NULL) return;
    lane->is_closed = true;
    for (struct work_piece *piece = lane->first, *next; piece != NULL; piece = next) {
        next = piece->next;
        piece->drop(piece);
    }
    (void)pthread_mutex_lock(&lane->lock);
    while (lane->working > 0) (void)pthread_cond_wait(&lane->idle, &lane->lock);
    (void)pthread_mutex_unlock(&lane->lock);
    if (lane->under_way == 0) lane_free(lane);
}
