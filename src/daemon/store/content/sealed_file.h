/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* One sealed file on the disk: ROOT/files/ab/MANIFEST, chunk i at i * (chunk size + 16).
 * Blocks: for the store's own threads and the pool.
 * Never: follows a symlink; deletes what is not named like one of ours.   Spec: WIRE W12. */

#include "daemon/store/content/content_store.h"

struct sealed_opening {
    int fd;              /* the caller's to close; -1: none */
    bool was_missing;    /* there was no file */
    uint32_t chunks_fit; /* of a file that was there: chunks from the first that lie within it */
};
/* Opens it, or makes it: with a place on the disk for each byte, where the file system can do that, and its name
 * synced. One that is whole by the database is opened for reading alone where it cannot be written. */
MUST_USE enum err sealed_file_make(const char *root, const struct object_id *manifest, const struct file_shape *shape,
                                   bool is_whole, struct sealed_opening *opening, struct err_detail *detail);
/* ERR_NOT_FOUND only when the folder of all files is there, and this one is not. */
MUST_USE enum err sealed_file_open_to_read(const char *root, const struct object_id *manifest, int *fd,
                                           struct err_detail *detail);
/* The path is for what is said about it. */
struct sealed_path {
    char text[4096];
};
struct sealed_path sealed_path(const char *root, const struct object_id *manifest);

MUST_USE enum err sealed_file_write(int fd, uint64_t place, struct span bytes, const struct sealed_path *path,
                                    struct err_detail *detail);
/* A whole chunk, from the file that is open or one that is found by its name, compared with its id. */
struct sealed_chunk_read {
    const char *root;
    struct object_id manifest;
    struct file_shape shape;
    uint32_t index;
    const struct object_id *expected; /* NULL: not compared */
    int fd;                           /* -1: it is opened, and closed again */
    uint8_t *bytes;                   /* the caller's room, or NULL; its to free afterwards; NULL with a fault */
    bool has_fault;                   /* it is not there as it was written: */
    struct content_fault fault;
};
/* ERR_OK with a fault, too. An error is of the disk: nothing is known about the chunk then. */
MUST_USE enum err sealed_chunk_read(struct sealed_chunk_read *read, struct err_detail *detail);
/* The data. *is_unlinked: nobody would find them any more. */
MUST_USE enum err sealed_file_sync(int fd, bool *is_unlinked, const struct sealed_path *path,
                                   struct err_detail *detail);
MUST_USE enum err sealed_file_remove(const char *root, const struct object_id *manifest, struct err_detail *detail);
/* Removes the files that `is_known` does not know. */
MUST_USE enum err sealed_files_sweep(const char *root,
                                     bool (*is_known)(void *context, const struct object_id *manifest), void *context,
                                     struct err_detail *detail);
