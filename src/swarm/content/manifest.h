/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* A file as a record: how it is cut, what its parts are named, who may read it and what it is called.
 *
 * What is proven when. The record names each list of chunk ids by the list's own id, so that a list that was checked
 * (manifest_list_check) is as good as the record: its chunks can be asked for before the other lists are there. A list
 * or chunk that is not what its id says is the fault of whoever sent it. The root covers all chunk ids at once; when
 * every list is there and does not give it (manifest_root_check), the author contradicts himself: the manifest is no
 * good and none of its senders is to blame. A file of one chunk has no list: the chunk's id stands in its place, and
 * manifest_check looks at the root itself.
 *
 * Owns: nothing; a checked manifest is one value without pointers (8 KiB). That of a public file holds its key.
 * Never: exists unless everything in it holds; opens what is sealed (readers_open, file_about_open).
 * Full: over its bounds is refused.   Spec: WIRE W12. */

#include "swarm/content/chunk_tree.h"
#include "swarm/content/file_about.h"
#include "swarm/content/readers.h"
#include "swarm/content/record.h"

#define MANIFEST_TYPE "manifest"
enum { MANIFEST_TARGET_MAX = 16, MANIFEST_TARGET_DEFAULT = 3 };

struct checked_manifest {
    struct object_id id; /* of the record */
    struct record_author author;
    int64_t at_ms;
    struct file_shape shape;
    struct sha256 root;
    struct object_id lists[FILE_LISTS_MAX]; /* shape.list_count of them; when that is 0, [0] is the only chunk */
    uint8_t target;                         /* how many nodes should hold it, 1..16 */
    struct readers readers;
    struct file_about about;          /* of a public file */
    struct sealed_about sealed_about; /* of all others */
};
/* Checks what a record says; RECORD_TYPE_OTHER when it is about something else. */
enum refusal manifest_check(const struct checked_record *record, struct checked_manifest *manifest);
enum refusal manifest_list_check(const struct checked_manifest *manifest, uint32_t list, struct span blob);
/* `tree` has been given every list, in order. */
enum refusal manifest_root_check(const struct checked_manifest *manifest, const struct chunk_tree *tree);
/* The file key and what the file is called, for who may know; the key is wiped by the caller. */
enum refusal manifest_open(const struct checked_manifest *manifest, const struct reader *reader, struct file_key *key,
                           struct file_about *about);

struct manifest_draft {
    int64_t at_ms;
    struct file_shape shape;
    struct sha256 root;
    const struct object_id *lists; /* as in a checked manifest */
    uint8_t target;                /* 0 = MANIFEST_TARGET_DEFAULT */
    const struct readers *readers;
    const struct file_about *about;
    const struct file_key *key; /* seals `about` unless the file is public */
};
/* Appends the body for record_sign. False: the draft is out of bounds, or `out` is full (nothing usable written). */
bool manifest_build(struct buffer *out, const struct manifest_draft *draft);
