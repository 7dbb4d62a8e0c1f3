/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/content/tether.h"

#include <stddef.h>

#include "base/must.h"

void tether_init(struct tether *tether, struct tether_list *list, void (*free)(void *subject), void *subject) {
    *tether = (struct tether){.list = list, .next = list->first, .free = free, .subject = subject};
    if (tether->next != NULL) tether->next->previous = tether;
    list->first = tether;
}

/* False: something will still come back, or its owner has it. */
static bool free_when_left(struct tether *tether) {
    if (!tether->is_closed || tether->calls + tether->jobs > 0) return false;
    if (tether->next != NULL) tether->next->previous = tether->previous;
    *(tether->previous != NULL ? &tether->previous->next : &tether->list->first) = tether->next;
    tether->free(tether->subject);
    return true;
}

void tether_close(struct tether *tether) {
    tether->is_closed = true;
    (void)free_when_left(tether);
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
    (void)free_when_left(tether);
    return !is_closed;
}

bool tether_job_back(struct tether *tether) {
    must(tether->jobs > 0);
    tether->jobs--;
    const bool is_closed = tether->is_closed;
    (void)free_when_left(tether);
    return !is_closed;
}

void tether_list_abandon(struct tether_list *list) {
    for (struct tether *tether = list->first, *next; tether != NULL; tether = next) {
        next = tether->next;
        tether->calls = 0;
        (void)free_when_left(tether);
    }
}
