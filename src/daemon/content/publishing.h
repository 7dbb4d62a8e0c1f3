/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* All that is published just now, with the keys of this node: paths, and files that came in piece by piece; and in
 * whose name it is signed. Owns: the runs and files under way, the certificate of this node by its user. Full:
 * PUBLISHING_AT_ONCE of each kind; one more is not taken. */

#include "daemon/content/publish_run.h"

struct publishing;

enum { PUBLISHING_AT_ONCE = 8 };

struct publishing_options {
    struct loop *loop; /* all borrowed */
    struct content_store *store;
    struct tether_list *tethers; /* of the store */
    const struct signing_key *node_key;
    const struct signing_key *user_key;
    const struct community_secret *community; /* NULL: there is none */
    int64_t (*at_ms)(void *context);          /* as publish.h has them */
    bool (*make_room)(void *context, uint64_t bytes);
    void (*published)(void *context, const struct published *published); /* of each, before whoever began it is told */
    void *context;
};
struct publishing *publishing_new(const struct publishing_options *options); /* owned by the caller */
void publishing_close(struct publishing *publishing);                        /* before the store; accepts NULL */
void publishing_free(struct publishing *publishing);                         /* after it; accepts NULL */

struct publish_run *publishing_run(struct publishing *publishing, const struct publish_run_order *order,
                                   void (*file)(void *context, const char *path, const struct published *published),
                                   void (*ended)(void *context, const struct publish_run_totals *totals),
                                   void *context);
void publishing_end_run(struct publishing *publishing, struct publish_run *run); /* accepts NULL */
struct publish *publishing_one(struct publishing *publishing, const struct publish_order *order,
                               void (*ended)(void *context, const struct published *published), void *context,
                               struct err_detail *detail);
void publishing_end_one(struct publishing *publishing, struct publish *publish);        /* accepts NULL */
void publishing_completed(struct publishing *publishing, const struct object_id *file); /* as the store says it */
bool publishing_runs(const struct publishing *publishing);                              /* a path is on its way */
/* Its certificate is in date for days. Borrowed. */
const struct record_signer *publishing_signer(struct publishing *publishing);
