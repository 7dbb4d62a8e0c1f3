/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* A file of the store as its readers see it: opened with the key that the manifest wraps for us, chunk by chunk, in
 * order, as fast as somebody takes it. What does not open ends it: no byte leaves that was not verified.
 * Owns: the file's key, two chunks at most.
 * Never: blocks the loop, reads ahead of who takes it by more than a chunk. */

#include "daemon/content/manifest_checks.h"
#include "daemon/content/tether.h"
#include "daemon/store/content/content_store.h"

struct reading;

struct reading_options {
    struct loop *loop;
    struct content_store *store;
    struct manifest_checks *checks;
    struct tether_list *tethers; /* of the store */
    struct reader reader;        /* what it points to is borrowed until it is closed */
    /* It can be read: what it is. */
    void (*opened)(void *context, const struct checked_manifest *manifest, const struct file_about *about);
    /* The next bytes. How many of them were taken: when not all, no more come until reading_go_on. */
    size_t (*piece)(void *context, struct span text);
    /* Over; `why` NULL: that was all of it. Never before a call of reading_* has come back. */
    void (*ended)(void *context, enum refusal refusal, const char *why);
    void *context;
};
/* From `first` on, `length` bytes; UINT64_MAX = to the end. */
struct reading *reading_begin(const struct reading_options *options, const struct object_id *manifest, uint64_t first,
                              uint64_t length);
/* May be called in `opened`, when the size is known: which part it is to be. */
void reading_set_range(struct reading *reading, uint64_t first, uint64_t length);
void reading_go_on(struct reading *reading);
/* In `ended`: it may well be here, but the disk does not give it; `why` says what to do. */
bool reading_is_refused_by_disk(const struct reading *reading);
/* No callback comes after it; also after `ended`. Accepts NULL. */
void reading_close(struct reading *reading);
