/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* Objects on their way from our disk to peers: read and verified by the store, sent in slices as fast as each link
 * takes them, never more ahead than keeps it busy, and no faster than the rate allows; slice by slice it is the turn of
 * the link that had none for longest. Owns: the bytes of what it sends, SERVING_BYTES_MAX at most. Never: decides which
 * object is next (the engine does), sends what did not verify. Full: over its bytes an object waits until another is
 * gone.   Spec: WIRE W12 (data). */

#include "daemon/store/content/content_store.h"
#include "swarm/wire/miss.h"

struct serving;

enum {
    SERVING_BYTES_MAX = 4 * FILE_BLOB_SIZE_MAX,
    SERVING_AHEAD = 1 << 20,
    SERVING_SLICES_A_SECOND = 8, /* so many at least, and so the smaller at a low rate: */
    SERVING_SLICE_MIN = 1024,    /* nobody who shares it takes us for silent, nor waits long behind one */
};

struct serving_options {
    struct loop *loop;
    struct content_store *store; /* borrowed until serving_free */
    uint64_t bytes_per_second;   /* to all links together; 0: as much as they take */
    void (*send)(void *context, uint32_t link, uint8_t type, struct span body);
    size_t (*unsent)(void *context, uint32_t link); /* as link_set_bulk_unsent */
    /* Over, never from within a call of serving_*. `miss` 0: what was asked for is on its way, and
     * `bytes` were read for it. */
    void (*served)(void *context, uint32_t link, uint32_t req, uint32_t bytes, enum miss_code miss);
    void *context; /* borrowed */
};

struct serving *serving_new(const struct serving_options *options); /* owned by the caller */
/* Accepts NULL. After the store is closed: nothing calls back any more. */
void serving_free(struct serving *serving);
/* `length` 0 = to the end. */
void serving_start(struct serving *serving, uint32_t link, uint32_t req, const struct object_id *id, uint32_t offset,
                   uint32_t length);
void serving_stop(struct serving *serving, uint32_t link, uint32_t req); /* `served` does not come */
void serving_set_rate(struct serving *serving, uint64_t bytes_per_second);
void serving_drained(struct serving *serving); /* a link takes more */
