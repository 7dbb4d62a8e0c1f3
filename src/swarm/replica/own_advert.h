/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* What we say of ourselves: which files this node holds whole, in signed adverts. A file belongs to a page by the first
 * bits of its id, so that a change is one page of many, told in a moment together with what changes meanwhile; and each
 * page again before it is over.
 * Owns: the pages, and when each is due.
 * Never: says anything before the host has looked at its disk: that would say that we hold nothing; more than six
 * records a minute in the long run; the same date twice.
 * Full: of a page over ADVERT_HOLDS_MAX the rest is left out; 128 pages hold twice what a catalog does.
 * Spec: WIRE W21. */

#include "swarm/engine_inside.h"

void own_advert_begin(struct engine *engine, int64_t now_ms); /* the host's disk is known, or a link is there again */
void own_advert_changed(struct engine *engine, const struct object_id *file, int64_t now_ms);
/* Somebody says that we are gone since then (wall clock): a page of a later date says that we are not. */
void own_advert_refute(struct engine *engine, int64_t since_ms, int64_t now_ms);
/* One of ours, from the disk or from others. False: it is out of date. */
bool own_advert_known(struct engine *engine, const struct checked_advert *advert);
void own_advert_tick(struct engine *engine, int64_t now_ms);
int64_t own_advert_deadline_ms(const struct engine *engine);
