/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* Anchors: the few peers that we have long been linked with by our own choice. They stay in the book over restarts and
 * are called first, so that whoever fills our tables while we are away has not cut us off when we return.
 * Owns: is_anchor of each row of the book.
 * Never: more than LIMIT_ANCHORS, a peer that called us.
 * Full: one that we were not linked with for ten minutes gives its place to one that lasts.
 * Spec: DESIGN 4 (diversity against eclipse); the idea is that of Bitcoin's anchor connections. */

#include "swarm/engine_inside.h"

/* A row comes from our disk, which may name more than there may be. */
void anchor_loaded(struct engine *engine, struct book_entry *entry);
/* Looks who is one now; to be called once a minute. */
void anchor_review(struct engine *engine, int64_t now_ms);
