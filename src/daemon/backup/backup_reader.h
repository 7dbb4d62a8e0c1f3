/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* The way into a backup: each piece is opened, and only what opened is looked at, entry by entry, to the last, which
 * must be the end of the file too.
 *
 *     open (the head) --> unlock (the key) --> read (everything, once)
 *
 * Owns: two pieces in memory; keys are wiped.
 * Never: gives out a byte that did not verify; takes entries in another order than they are written in; closes the
 * file. ERR_FOREIGN: no backup, or a newer version's. ERR_REFUSED: another passphrase. ERR_DAMAGED: it is not what was
 * written, or not all of it. */

#include "base/err.h"
#include "crypto/seal.h"
#include "daemon/backup/account.h"
#include "daemon/backup/backup_entry.h"

struct backup_reader;

/* Who wants the bytes; each may be NULL. An error of theirs ends the reading. */
struct backup_sink {
    enum err (*begin)(void *context, const struct backup_entry *entry, struct err_detail *detail);
    enum err (*put)(void *context, struct span bytes, struct err_detail *detail);
    enum err (*end)(void *context, struct err_detail *detail);
    bool (*moved)(void *context, uint64_t done, uint64_t total); /* bytes of the file; false: stop (ERR_TIMEOUT) */
    void *context;
};

/* `path` is for what is said about it; borrowed, as the fd is. */
MUST_USE enum err backup_reader_open(struct backup_reader **reader, int fd, const char *path,
                                     struct err_detail *detail);
void backup_reader_free(struct backup_reader *reader); /* accepts NULL */
MUST_USE enum err backup_reader_unlock(struct backup_reader *reader, struct span passphrase, struct err_detail *detail);
void backup_reader_unlock_with(struct backup_reader *reader, const struct seal_key *key); /* who has the key itself */
MUST_USE enum err backup_reader_read(struct backup_reader *reader, const struct backup_sink *sink,
                                     struct account *account, struct err_detail *detail);
