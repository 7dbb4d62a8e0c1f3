/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* Records on their way from our disk to neighbours who lack them: read and verified by the store a few at once, sent as
 * frames 80 as fast as each link takes them, over one link in the order in which they were asked for.
 * Owns: the bytes of what it sends, until the link has taken them.
 * Never: decides what is sent (the engine does); sends what is no record, or did not verify.
 * Full: the engine asks for at most LIMIT_SENDING_RECORDS that are not answered, over all links that live.
 * Spec: WIRE W20. */

#include "daemon/store/content/content_store.h"

struct record_sending;

struct record_sending_options {
    struct loop *loop; /* all borrowed until record_sending_free */
    struct content_store *store;
    void (*send)(void *context, uint32_t link, uint8_t type, struct span body);
    size_t (*unsent)(void *context, uint32_t link); /* as link_set_bulk_unsent */
    /* It is on its way; 0 bytes: it is not here, or the link is not. */
    void (*sent)(void *context, uint32_t link, const struct object_id *id, uint32_t bytes);
    void *context;
};
struct record_sending *record_sending_new(const struct record_sending_options *options); /* owned by the caller */
/* Accepts NULL. After the store is closed: nothing calls back any more. */
void record_sending_free(struct record_sending *sending);
void record_sending_start(struct record_sending *sending, uint32_t link, const struct object_id *id);
void record_sending_drained(struct record_sending *sending, uint32_t link); /* the link takes more */
