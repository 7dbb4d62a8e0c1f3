/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* The files that this node holds, fetches or has heard of, as a person sees them: what they are called, how large they
 * are, who may read them, how much of each is here.
 * Owns: its entries and their texts.
 * Never: reads the disk; each entry is told by whoever knows.
 * Full: LIMIT_FILES_MAX entries, as the engine; one that was only heard of makes room, then one more is not taken. */

#include "base/map.h"
#include "daemon/content/input_queue.h"
#include "swarm/content/catalog.h"
#include "swarm/content/manifest.h"
#include "swarm/limits.h"

enum library_state { LIBRARY_KNOWN, LIBRARY_FETCHING, LIBRARY_HELD };
const char *library_state_name(enum library_state state);

struct library_entry {
    struct object_id id;
    enum library_state state;
    enum holding_role role; /* of one that is not only known */
    bool is_ours;           /* by this node's user */
    bool is_rotten;         /* part of what was here is not any more */
    uint64_t promised;      /* of one that was offered since the start: no more is held of it; 0: no such word */
    bool waits_for_disk;    /* which did not keep it: it is fetched again a little later */
    bool is_named;          /* what follows is known: its manifest is here */
    bool is_single;         /* it is one small chunk, which lies among the objects: */
    struct object_id only_chunk;
    uint64_t size;
    uint64_t sealed_size; /* of all its chunks */
    int64_t at_ms;
    uint32_t chunk_count;
    uint8_t target;
    enum readers_kind readers;
    struct record_author author;
    char *name; /* NULL: it is not for us to read, or not known yet */
    char *mime; /* the same; "" = its author did not say */
};
struct library;

struct library *library_new(uint64_t seed);
void library_free(struct library *library);                       /* accepts NULL */
const char *library_role_name(const struct library_entry *entry); /* "known", "wanted", or what it is held for */
/* Found or made; NULL: it is full. A new one is only known, and has no name. */
struct library_entry *library_put(struct library *library, const struct object_id *id);
struct library_entry *library_find(const struct library *library, const struct object_id *id);
/* One whose only chunk this is, and which has more to do with it than that it is known; NULL: there is none. */
struct library_entry *library_find_by_chunk(const struct library *library, const struct object_id *chunk);
/* What the engine is told of it. */
struct file_news library_news(const struct library_entry *entry, enum file_state state);
void library_remove(struct library *library, const struct object_id *id);
size_t library_count(const struct library *library);
const struct library_entry *library_at(const struct library *library, size_t index); /* in no order that lasts */
/* `about` NULL: it is sealed, and not for us. */
void library_name(struct library_entry *entry, const struct checked_manifest *manifest, const struct file_about *about);
