/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/link/webrtc/rtc_queue.h"

#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/must.h"

enum err rtc_queue_init(struct rtc_queue *queue) {
    memset(queue, 0, sizeof *queue);
    queue->event_fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    if (queue->event_fd < 0) return ERR_IO;
    must(pthread_mutex_init(&queue->mutex, NULL) == 0);
    return ERR_OK;
}

void rtc_queue_deinit(struct rtc_queue *queue) {
    rtc_note_free_all(queue->first);
    (void)close(queue->event_fd);
    must(pthread_mutex_destroy(&queue->mutex) == 0);
}

void rtc_queue_wake(struct rtc_queue *queue) {
    const uint64_t one = 1;
    /* It fails when the counter is full, and then the descriptor is readable anyway. */
    if (write(queue->event_fd, &one, sizeof one) < 0) return;
}

void rtc_queue_put(struct rtc_queue *queue, struct rtc_note *note) {
    note->next = NULL;
    must(pthread_mutex_lock(&queue->mutex) == 0);
    const bool was_empty = queue->first == NULL;
    if (was_empty)
        queue->first = note;
    else
        queue->last->next = note;
    queue->last = note;
    queue->count++;
    must(pthread_mutex_unlock(&queue->mutex) == 0);
    if (was_empty) rtc_queue_wake(queue);
}

struct rtc_note *rtc_queue_take_all(struct rtc_queue *queue) {
    uint64_t count;
    /* First the descriptor, then the list: a note that comes in between wakes us once for nothing, never too late. */
    if (read(queue->event_fd, &count, sizeof count) < 0) count = 0;
    must(pthread_mutex_lock(&queue->mutex) == 0);
    struct rtc_note *const first = queue->first;
    queue->first = queue->last = NULL;
    queue->count = 0;
    must(pthread_mutex_unlock(&queue->mutex) == 0);
    return first;
}

size_t rtc_queue_count(struct rtc_queue *queue) {
    must(pthread_mutex_lock(&queue->mutex) == 0);
    const size_t count = queue->count;
    must(pthread_mutex_unlock(&queue->mutex) == 0);
    return count;
}
