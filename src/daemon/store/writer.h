/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* Puts writes on the disk from a thread of its own: they are collected for a moment and committed together, and of
 * several under one key only the last is written (joined with those before it, where that is not all there is to say).
 *
 *   put --> [queue, by key] --250 ms or a flush--> [batch] --commit--> done
 *                ^                                    |
 *                +---------- after 1 s, failed -------+   (what was put again since stays the newer one)
 *
 * Owns: its thread, its queues and the data of each write until it is committed.
 * Never: blocks who puts; reorders writes of one key; gives up a write because the disk failed.
 * Full: a write under a new key is dropped and told as ERR_LIMIT. */

#include "base/bytes.h"
#include "base/err.h"

enum { WRITE_KEY_SIZE = 32 };

struct write {
    uint8_t kind;
    uint8_t key[WRITE_KEY_SIZE]; /* with `kind`, what a later write replaces */
    size_t size;
    void *data; /* may be NULL */
};

struct writer;
struct writer_options {
    size_t capacity; /* writes that may wait */
    uint64_t seed;
    /* Adds to the newer write of a key what the older one says and it does not; NULL: nothing. Under the writer's lock.
     */
    void (*join)(const struct write *older, struct write *newer);
    /* On the writer's thread: takes all of the writes or none. */
    enum err (*commit)(void *context, const struct write *writes, size_t count, struct err_detail *detail);
    /* On the writer's thread, or (for a write that was dropped) on that of who put it. */
    void (*failed)(void *context, enum err err, const struct err_detail *detail);
    /* On the writer's thread: all that was asked for up to this number was committed, or failed to be, or something was
     * dropped meanwhile. */
    void (*served)(void *context, uint64_t number, enum err err);
    void *context; /* borrowed */
};

MUST_USE enum err writer_new(struct writer **writer, const struct writer_options *options, struct err_detail *detail);
/* Commits what waits (one attempt), ends the thread. Accepts NULL. */
void writer_free(struct writer *writer);
void writer_put(struct writer *writer, const struct write *write); /* `data` is moved */
/* Waits until all that was put before was committed or failed to be. */
void writer_flush(struct writer *writer);
/* The same without waiting: `served` will be called with at least this number. */
uint64_t writer_ask(struct writer *writer);

struct writer_counts {
    size_t waiting;
    uint64_t committed; /* writes */
    uint64_t commits;
    uint64_t failures; /* attempts */
    uint64_t dropped;
};
struct writer_counts writer_count(struct writer *writer);
