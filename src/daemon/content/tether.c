/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/content/tether.h"

#include <stddef.h>

#include "base/must.h"

void tether_init(struct tether *tether, struct tether_list *list, void (*end)(void *subject), void *subject) {
    *tether = (struct tether){.list = list, .next = list->first, .end = end, .subject = subject};
    if (tether->next != NULL) tether->next->previous = tether;
    list->first = tether;
}

static void unlink_from_list(struct tether *tether) {
    if (tether->list == NULL) return;
    if (tether->next != NULL) tether->next->previous = tether->previous;
    *(tether->previous != NULL ? &tether->previous->next : &tether->list->first) = tether->next;
    tether->list = NULL;
}

static void free_when_left(struct tether *tether) {
    if (!tether->is_closed || tether->calls + tether->jobs > 0) return;
    unlink_from_list(tether);
    tether->end(tether->subject);
}

void tether_close(struct tether *tether) {
    tether->is_closed = true;
    free_when_left(tether);
}

void tether_call(struct tether *tether) {
    tether->calls++;
}

void tether_uncall(struct tether *tether) {
    must(tether->calls > 0);
    tether->calls--;
}

void tether_job(struct tether *tether) {
    tether->jobs++;
}

bool tether_call_back(struct tether *tether) {
    tether_uncall(tether);
    const bool is_closed = tether->is_closed;
    free_when_left(tether);
    return !is_closed;
}

bool tether_job_back(struct tether *tether) {
    must(tether->jobs > 0);
    tether->jobs--;
    const bool is_closed = tether->is_closed;
    free_when_left(tether);
    return !is_closed;
}

/* Jobs of the pool still come back, when the list is gone. */
void tether_list_abandon(struct tether_list *list) {
    while (list->first != NULL) {
        struct tether *tether = list->first;
        unlink_from_list(tether);
        tether->calls = 0;
        free_when_left(tether);
    }
}
