/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* One file that is wanted, from its manifest to its last byte on the disk:
 *
 *     LOOKING -> MANIFEST -> OPENING -> LISTS -> ROOT -> CHUNKS -> WHOLE
 *        |                                ^
 *        '-- (the manifest is here) ------'
 *
 * Names what is missing to the engine, takes what comes, and lets nothing in that is not what it should be. What is on
 * the disk from before a restart is not fetched again.
 * Owns: its manifest, its open file, parts that wait for room.
 * Never: asks a peer, believes a part before its hash was seen, says that a file is here before it is synced.
 * Full: a store over its budget ends it, unless room is made; a disk that says no is tried again. */

#include "daemon/content/incoming.h"
#include "daemon/content/manifest_checks.h"
#include "daemon/content/tether.h"
#include "daemon/store/content/content_store.h"
#include "swarm/input.h"

struct fetch;

enum { FETCH_PARTS_MAX = LIMIT_PARTS_QUEUED / 2 };

struct fetch_callbacks { /* may come from within fetch_list, fetch_take and fetch_retry */
    void (*missing)(void *context, const struct object_id *file, const struct content_part *parts, size_t count,
                    bool is_all);
    void (*checked)(void *context, uint32_t req, enum part_verdict verdict);
    /* What came from `sender` is not what it should be. `bytes` are borrowed. */
    void (*refused)(void *context, const struct quarantine_entry *entry, struct span bytes);
    void (*named)(void *context, const struct fetch *fetch); /* its manifest is here */
    void (*store_has_room)(void *context);                   /* it has done one thing: whoever waits may fetch_go_on */
    void (*kept)(void *context, const struct fetch *fetch);  /* its manifest came from a peer, and is synced */
    /* The store has no room for so many bytes of it. True: there will be some soon, so it is not the end of it. */
    bool (*make_room)(void *context, const struct fetch *fetch, uint64_t bytes);
    /* Before so many bytes are set aside for it. False: that is more than may be held of it. */
    bool (*may_hold)(void *context, const struct fetch *fetch, uint64_t bytes);
    /* Something has to be fetched: said once, when that is known. */
    void (*lacks)(void *context, struct fetch *fetch);
    void (*ended)(void *context, struct fetch *fetch, const char *why); /* why NULL: it is all here, and synced */
};
struct fetch_options {
    struct loop *loop; /* borrowed, like the store and the context */
    struct content_store *store;
    struct manifest_checks *checks;
    struct tether_list *tethers; /* of the store */
    struct fetch_callbacks callbacks;
    void *context;
};

struct fetch *fetch_new(const struct fetch_options *options, const struct object_id *manifest, enum holding_role role);
/* No callback comes after it, and it is closed later: it may be what led here. */
void fetch_give_up(struct fetch *fetch);
/* No callback comes after it. The memory goes when the last job has come back. Accepts NULL. */
void fetch_close(struct fetch *fetch);
const struct object_id *fetch_file(const struct fetch *fetch);
enum holding_role fetch_role(const struct fetch *fetch);
void fetch_raise_role(struct fetch *fetch, enum holding_role role); /* the one that says more stands */

void fetch_list(struct fetch *fetch, bool is_anew);               /* `missing` comes, perhaps much later */
void fetch_take(struct fetch *fetch, struct incoming_part *part); /* moved; `checked` comes */
void fetch_go_on(struct fetch *fetch);                            /* the store may have room for what waits */
bool fetch_is_stuck(const struct fetch *fetch);                   /* by the disk: fetch_retry tries again */
void fetch_retry(struct fetch *fetch);                            /* what the disk did not take */
void fetch_completed(struct fetch *fetch);                        /* by the store: every chunk is there, and synced */

struct fetch_progress {
    const struct checked_manifest *manifest; /* NULL: it is not here yet; borrowed */
    uint32_t chunks_here;
    const char *stage;   /* "manifest" "lists" "chunks" "whole" */
    const char *trouble; /* "" when there is none; borrowed */
};
struct fetch_progress fetch_look(const struct fetch *fetch);
