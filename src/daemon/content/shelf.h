/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* Which files this node holds or is to hold, and why: in memory as on the disk, also of those whose manifest has not
 * come yet.
 * Owns: its rows, grown as there are more.
 * Never: knows how much of a file is here (fetches, library).
 * Full: LIMIT_FILES_MAX rows, as the engine; one more is not taken.
 * Spec: docs/decisions/0029-what-is-kept-of-records.md. */

#include "daemon/loop/loop.h"
#include "daemon/store/content/content_store.h"
#include "swarm/content/catalog.h"

struct shelf;
struct shelf_row {
    struct object_id file; /* its manifest's id */
    enum holding_role role;
    int64_t used_ms; /* when it was read or asked for here */
};

struct shelf *shelf_new(struct loop *loop, struct content_store *store, uint64_t seed); /* owned by the caller */
void shelf_free(struct shelf *shelf); /* after the store was closed; accepts NULL */
/* What lies on the disk: `take` is told each, then `loaded` comes. Nothing else is called before that but the looks. */
void shelf_load(struct shelf *shelf, void (*take)(void *context, const struct shelf_row *row),
                void (*loaded)(void *context, const struct content_result *result), void *context);

/* Of one that is there, the role that says more stands. False: it is full, and `done` is not called. */
bool shelf_put(struct shelf *shelf, const struct object_id *file, enum holding_role role, struct content_done done);
/* The same in memory alone: whoever calls has put it on the disk with its manifest (content_store_put_held). */
bool shelf_note(struct shelf *shelf, const struct object_id *file, enum holding_role role);
void shelf_use(struct shelf *shelf, const struct object_id *file); /* it is read here; kept to the minute */
/* It is let go of, with all of it that is here: `chunk` is the only one of a small file, NULL of others. */
void shelf_drop(struct shelf *shelf, const struct object_id *file, const struct object_id *chunk,
                struct content_done done);

const struct shelf_row *shelf_find(const struct shelf *shelf, const struct object_id *file); /* NULL: not on it */
size_t shelf_count(const struct shelf *shelf);
size_t shelf_replicas(const struct shelf *shelf);
const struct shelf_row *shelf_at(const struct shelf *shelf, size_t index); /* in no order that lasts */
