/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* Where those whom the caretaker named live now: a name may resolve later, or elsewhere, so each is looked up again a
 * minute after its last answer, or five seconds after there was none.
 * Owns: the look-ups under way; after name_resolver_free none of them is heard of again.
 * Never: looks a name up twice at once, keeps an answer.
 * Full: cannot be (one look-up for each name). */

#include "daemon/loop/loop.h"
#include "daemon/place_name.h"

struct name_resolver;

struct name_resolver_options {
    struct loop *loop;              /* borrowed until name_resolver_free */
    const struct place_name *names; /* copied */
    size_t count;
    /* The name at `index` lives there; borrowed for the call. Not called for a name that has no address now. */
    void (*resolved)(void *context, size_t index, const struct address *addresses, size_t count);
    void *context;
};
/* Makes one that has not looked anything up yet. */
struct name_resolver *name_resolver_new(const struct name_resolver_options *options);
/* Looks up every name whose time has come. */
void name_resolver_tick(struct name_resolver *resolver, int64_t now_ms);
void name_resolver_again(struct name_resolver *resolver); /* the time of each has come */
/* Forgets the look-ups under way. Accepts NULL. */
void name_resolver_free(struct name_resolver *resolver);
