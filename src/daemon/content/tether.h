/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* What keeps a thing in memory after its owner has closed it: calls of the store and jobs of the pool that will come
 * back with it as their context. The last of them frees it. The calls of a store that was closed never come back; those
 * still tethered by them are abandoned then.
 * Owns: nothing; it is a member of the thing.   Never: frees a thing that its owner has not closed. */

#include <stdbool.h>
#include <stdint.h>

struct tether;
/* Everything that uses one store. Zeroed: none. */
struct tether_list {
    struct tether *first;
};
struct tether {
    struct tether_list *list;
    struct tether *previous, *next;
    void (*end)(void *subject);
    void *subject;
    bool is_closed;
    uint32_t calls, jobs;
};

void tether_init(struct tether *tether, struct tether_list *list, void (*end)(void *subject), void *subject);
void tether_close(struct tether *tether); /* frees the subject now, or when the last comes back */
/* Before a call or a job; and where the call was not taken after all. */
void tether_call(struct tether *tether);
void tether_uncall(struct tether *tether);
void tether_job(struct tether *tether);
/* It has come back. False: the subject was closed, and may be gone. */
bool tether_call_back(struct tether *tether);
bool tether_job_back(struct tether *tether);
void tether_list_abandon(struct tether_list *list); /* the store was closed */
