/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* Calls that are answered when the disk has said what came of them.
 * Owns: the calls; the disk comes back with each, also when its client has left.
 * Full: DISK_CALLS_MAX of each kind, then 503. */

#include <stdint.h>

struct api;
struct http_exchange;

enum disk_call_kind { DISK_CALL_WANT, DISK_CALL_REMOVE_FILE, DISK_CALL_REMOVE_QUARANTINED };
enum { DISK_CALLS_MAX = 16 };

struct disk_call {
    struct disk_call *next;
    struct api *api;
    struct http_exchange *exchange; /* NULL: its client left */
    enum disk_call_kind kind;
    union {
        struct wanted {
            uint64_t held, fetching, refused;
        } wanted;
        uint64_t number; /* in the quarantine */
    } as;
};

/* NULL: there are too many of that kind. */
struct disk_call *disk_call_begin(struct api *api, struct http_exchange *exchange, enum disk_call_kind kind);
/* It is over, or was not begun after all: the memory goes. Gives the exchange to answer; NULL: nobody waits. */
struct http_exchange *disk_call_end(struct disk_call *call);

void disk_calls_gone(struct api *api, const struct http_exchange *exchange); /* its client left */
void disk_calls_forget_all(struct api *api);
