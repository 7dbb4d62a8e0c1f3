/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* The content of a data folder for a backup, whether a node uses it or not: first the database as it is at one moment,
 * in a file of its own; then, chunk by chunk, what that copy claims of the sealed files. What cannot be read as it was
 * written any more is not given out, and the copy stops claiming it: a copy never claims what is not in the backup.
 * Owns: the copy's connection, one chunk and one list of ids in memory.
 * Never: writes into the node's own database or files; gives out a chunk that is not what its id names.
 * Blocks: for a command, not for the loop. */

#include "daemon/store/content/content_store.h"

struct content_copy;

struct content_copy_options {
    const char *folder; /* the data folder; borrowed until content_copy_free */
    const char *to;     /* the copy of the database, which must not be there; borrowed too */
    bool leaves_files;  /* only sealed files that were published here; the others are claimed no more */
};
/* ERR_NOT_FOUND: this node keeps no content. */
MUST_USE enum err content_copy_open(struct content_copy **copy, const struct content_copy_options *options,
                                    struct err_detail *detail);
void content_copy_free(struct content_copy *copy); /* accepts NULL; the file stays */

struct content_copy_chunk {
    struct object_id manifest;
    uint64_t place;     /* of its bytes in the sealed file */
    uint64_t file_size; /* of that */
    struct span bytes;  /* borrowed until the next call; none: that was all */
};
MUST_USE enum err content_copy_next(struct content_copy *copy, struct content_copy_chunk *chunk,
                                    struct err_detail *detail);

struct content_copy_counts {
    uint64_t manifests, posts; /* records in the database */
    uint64_t files;            /* sealed ones of which something was given out */
    uint64_t files_left;       /* by leaves_files */
    uint64_t chunks_lost;      /* that were claimed and are not there as they were */
};
/* After the last chunk: the copy is whole, and closed. */
MUST_USE enum err content_copy_finish(struct content_copy *copy, struct content_copy_counts *counts,
                                      struct err_detail *detail);
