/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* Which files lie on the disk of one host, why, and how much of each: of every part, which bytes were written, by their
 * hash.
 *
 *     a part:  ABSENT -> WRITTEN -> SYNCED          a dying machine may take what is WRITTEN with it
 *     a file:  wanted -> whole (all parts are SYNCED; from then on it may be told)
 *
 * Owns: its rows.   Never: a byte of a file: what has the right hash follows from the file (made_file.h).
 * Full: ends the process without memory. */

#include "base/prng.h"
#include "sim/made_file.h"
#include "swarm/content/catalog.h"

#include <stdbool.h>

enum part_state { PART_ABSENT, PART_WRITTEN, PART_SYNCED };
struct stored_part {
    enum part_state state;
    struct object_id took; /* the hash of what was written */
};
struct stored_file {
    const struct made_file *file; /* borrowed for as long as the world lives */
    enum holding_role role;
    bool is_whole;
    struct stored_part *parts; /* by place */
    uint32_t named_end, named; /* of this process: which parts were named to the engine as missing */
};
struct file_store { /* all zero: empty */
    struct stored_file *rows;
    size_t count;
    uint64_t became_whole, removed_whole; /* so far */
    const struct made_file **known;       /* whose manifests lie on the disk, too */
    size_t known_count;
};

void file_store_deinit(struct file_store *store); /* also: the disk is wiped */
struct stored_file *file_store_find(const struct file_store *store, const struct made_file *file); /* NULL: not here */
struct stored_file *file_store_put(struct file_store *store, const struct made_file *file); /* found, or made empty */
void file_store_remove(struct file_store *store, const struct made_file *file);
uint64_t file_store_bytes(const struct file_store *store); /* of what it holds, or is to hold, sealed */
bool file_store_knows(const struct file_store *store, const struct made_file *file);
void file_store_know(struct file_store *store, const struct made_file *file); /* its manifest is here */
void file_store_lose_unsynced(struct file_store *store, struct prng *prng);   /* the machine died: some of it */

bool stored_file_has(const struct stored_file *stored, uint32_t place);
/* The first place from `from` up to `end` that is not there; `end`: none. */
uint32_t stored_file_next_missing(const struct stored_file *stored, uint32_t from, uint32_t end);
void stored_file_write(struct stored_file *stored, uint32_t place, const struct object_id *took);
void stored_file_write_all(struct stored_file *stored); /* its author has it */
void file_store_sync(struct file_store *store,
                     struct stored_file *stored); /* what is written; whole when that is all */
