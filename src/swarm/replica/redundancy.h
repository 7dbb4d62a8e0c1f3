/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* How well a file is kept, by all that is known here: who holds it (a linked peer by what it said on the link, others
 * by their adverts, while those last and nobody says that they are gone), in which order they act, and in how many
 * networks they live.
 * Owns: nothing.   Never: counts a node twice, or ourselves among the others.   Full: LIMIT_HOLDERS_COUNTED are enough.
 * Spec: WIRE W21. */

#include "swarm/engine_inside.h"

struct holder {
    const struct node_id *node;
    const struct claim *claim;   /* NULL: it only said so on the link */
    const struct link_row *link; /* NULL: we have none with it */
};
struct holders {
    size_t count;
    struct holder rows[LIMIT_HOLDERS_COUNTED];
};
/* All but ourselves, and but neighbours that prove nothing when they are asked. */
void holders_of(const struct engine *engine, const struct file_row *row, struct holders *holders, int64_t now_ms);
/* With those. */
void holders_by_word(const struct engine *engine, const struct file_row *row, struct holders *holders, int64_t now_ms);
bool holder_is_doubted(const struct engine *engine, const struct link_row *link); /* NULL: no */
bool holders_include(const struct holders *holders, const struct node_id *node);
/* Neighbours said so before the file meant anything to us; their adverts say it still. */
void holders_note_links(const struct engine *engine, struct file_row *row);
size_t holders_count_proved(const struct holders *holders, int64_t now_ms);
/* Networks, with ours if we hold it. */
size_t holders_count_domains(const struct engine *engine, const struct file_row *row, const struct holders *holders);

/* Nobody answers there any more, as somebody said a while ago, and neither an advert, a ticket nor a link of later says
 * otherwise. */
bool provider_is_gone(const struct engine *engine, const struct provider *provider, int64_t now_ms);

/* The order in which nodes act for a file: the greatest first. The same on every node. */
uint64_t rendezvous_weight(const struct object_id *file, const struct node_id *node);
/* How many of the holders come before us, and how many after. */
size_t rendezvous_before(const struct engine *engine, const struct object_id *file, const struct holders *holders);
/* What fails together: the network a node lives in; on private ones its user, if he proved to be, or else itself. */
uint64_t failure_domain(const struct engine *engine, const struct node_id *node, const struct link_row *link);
uint64_t failure_domain_own(const struct engine *engine);
