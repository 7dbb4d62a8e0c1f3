/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* A file that comes in piece by piece and has to be read twice before it has a name (publish.h): until then it lies on
 * the disk without one, sealed under a key that nobody else ever sees, so that what it says is never there to be read,
 * and nothing of it is left when the process ends.
 * Owns: the unnamed file, its key, two blocks in memory.
 * Never: blocks the loop.
 * Full: more than two blocks wait: spool_put says so, and `drained` when there is room; a disk that says no ends it. */

#include "base/err.h"
#include "crypto/seal.h"
#include "daemon/content/tether.h"
#include "daemon/loop/loop.h"

struct spool;

enum { SPOOL_BLOCK_SIZE = 262144, SPOOL_SEALED_SIZE = SPOOL_BLOCK_SIZE + SEAL_TAG_SIZE };

struct spool_options {
    struct loop *loop;
    struct tether_list *tethers;
    const char *folder;                            /* content/, on the disk where it will lie */
    void (*drained)(void *context);                /* there is room again */
    void (*ended)(void *context, const char *why); /* all is written; `why`: or it is not, and nothing more is taken */
    void *context;                                 /* all borrowed */
};
struct spool *spool_open(const struct spool_options *options, struct err_detail *detail); /* NULL: the disk said no */
bool spool_put(struct spool *spool, struct span bytes); /* copied; false: wait for `drained` before the next */
void spool_end(struct spool *spool);                    /* that was all: `ended` comes */
uint64_t spool_size(const struct spool *spool);
/* After `ended`: what reads it. The descriptor is moved. */
struct spool_source {
    int fd;
    bool is_sealed;
    struct seal_key key;
};
struct spool_source spool_take(struct spool *spool);
void spool_close(struct spool *spool); /* no callback comes after it; accepts NULL */

/* Reads `size` bytes from `at` on, of a sealed source where `at` is a block's beginning; on any thread. False: `why`
 * says what was in the way. */
enum { SPOOL_WHY_MAX = 300 };
bool spool_source_read(const struct spool_source *source, uint64_t at, uint8_t *bytes, size_t size,
                       char why[SPOOL_WHY_MAX]);
