/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* Where the peers that the caretaker named live now: a name may resolve later, or elsewhere, so each is looked up again
 * a minute after its last answer.
 * Owns: the look-ups under way; after peer_resolver_free none of them is heard of again.
 * Never: looks a name up twice at once, keeps an answer.
 * Full: cannot be (one look-up for each name). */

#include "daemon/loop/loop.h"
#include "daemon/peer_name.h"

struct peer_resolver;

struct peer_resolver_options {
    struct loop *loop;             /* borrowed until peer_resolver_free */
    const struct peer_name *names; /* likewise */
    size_t count;
    /* The name at `index` lives there; borrowed for the call. Not called for a name that has no address now. */
    void (*resolved)(void *context, size_t index, const struct address *addresses, size_t count);
    void *context;
};
/* Makes one that has not looked anything up yet. */
struct peer_resolver *peer_resolver_new(const struct peer_resolver_options *options);
/* Looks up every name whose time has come. */
void peer_resolver_tick(struct peer_resolver *resolver, int64_t now_ms);
/* Forgets the look-ups under way. Accepts NULL. */
void peer_resolver_free(struct peer_resolver *resolver);
