/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* What did not verify, as a person is told of it: a copy of what the store says of its quarantine. Once a good copy of
 * the same thing is here, the two are compared: where they part, and whose key it had to be signed with.
 * Owns: its copy of the entries; two objects while it compares.
 * Never: the only place where an entry is (the store keeps them), compares more than one at a time.
 * Full: as the store's quarantine: the oldest go. What the store does not take just then is only counted. */

#include "daemon/content/manifest_checks.h"
#include "daemon/content/tether.h"
#include "daemon/store/content/content_store.h"

struct shelf;

struct shelf_options {
    struct content_store *store; /* borrowed, as all of them */
    struct manifest_checks *checks;
    struct tether_list *tethers; /* of the store */
};
struct shelf *shelf_new(const struct shelf_options *options); /* owned by the caller; reads what lies there */
void shelf_close(struct shelf *shelf);                        /* accepts NULL */

void shelf_put(struct shelf *shelf, const struct quarantine_entry *entry, struct span bytes);
/* Something may have come since: what lacks a comparison is looked at, when the store has written anything. */
void shelf_look_again(struct shelf *shelf);

size_t shelf_count(const struct shelf *shelf);
const struct quarantine_entry *shelf_at(const struct shelf *shelf, size_t index); /* newest first; borrowed */
uint64_t shelf_not_kept(const struct shelf *shelf); /* refused, and the store took no more just then */
/* False: it is not there. Else it is gone from here, and `done` comes as from the store; when that failed, it is to be
 * taken back. */
bool shelf_remove(struct shelf *shelf, uint64_t number, struct content_done done);
void shelf_take_back(struct shelf *shelf, uint64_t number);
