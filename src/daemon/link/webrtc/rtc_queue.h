/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* Notes on their way from one thread to the other, in order, with a descriptor that becomes readable.
 * Owns: the notes that nobody has taken, and the descriptor.
 * Never: blocks longer than it takes to hang a list over.
 * Full: it counts; what may be put in is bounded by who puts: messages by the waiting bytes of a channel and by the
 * credit of a peer, what strangers make us say by rtc_queue_count.
 * Threads: one puts, one takes. */

#include <pthread.h>

#include "daemon/link/webrtc/rtc_note.h"

struct rtc_queue {
    pthread_mutex_t mutex;
    struct rtc_note *first, *last; /* owned; under the mutex, as the count */
    size_t count;
    int event_fd;
};
MUST_USE enum err rtc_queue_init(struct rtc_queue *queue);
void rtc_queue_deinit(struct rtc_queue *queue);

void rtc_queue_put(struct rtc_queue *queue, struct rtc_note *note); /* moved */
/* All of them, in order; owned by the caller. The descriptor is quiet again. */
struct rtc_note *rtc_queue_take_all(struct rtc_queue *queue);
size_t rtc_queue_count(struct rtc_queue *queue);
void rtc_queue_wake(struct rtc_queue *queue); /* the descriptor becomes readable, though there may be nothing new */
