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

struct holding_list;
struct holding_row {
    struct object_id file; /* its manifest's id */
    enum holding_role role;
    int64_t used_ms; /* when it was read or asked for here */
};

struct holding_list *holding_list_new(struct loop *loop, struct content_store *store,
                                      uint64_t seed); /* owned by the caller */
void holding_list_free(struct holding_list *list);    /* after the store was closed; accepts NULL */
/* What lies on the disk: `take` is told each, then `loaded` comes. Nothing else is called before that but the looks. */
void holding_list_load(struct holding_list *list, void (*take)(void *context, const struct holding_row *row),
                       void (*loaded)(void *context, const struct content_result *result), void *context);

/* Of one that is there, the role that says more stands; content_store_when_synced tells when it is on the disk. False:
 * it is full. */
bool holding_list_put(struct holding_list *list, const struct object_id *file, enum holding_role role);
/* The same in memory alone: whoever calls has put it on the disk with its manifest (content_store_put_held). */
bool holding_list_note(struct holding_list *list, const struct object_id *file, enum holding_role role);
void holding_list_use(struct holding_list *list,
                      const struct object_id *file); /* it is read here; kept to the minute */
/* It is let go of, with all of it that is here: `chunk` is the only one of a small file, NULL of others. */
void holding_list_drop(struct holding_list *list, const struct object_id *file, const struct object_id *chunk,
                       struct content_done done);

const struct holding_row *holding_list_find(const struct holding_list *list,
                                            const struct object_id *file); /* NULL: it is not in it */
size_t holding_list_count(const struct holding_list *list);
size_t holding_list_replicas(const struct holding_list *list);
const struct holding_row *holding_list_at(const struct holding_list *list, size_t index); /* in no order that lasts */
