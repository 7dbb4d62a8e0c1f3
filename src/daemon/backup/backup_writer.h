/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* The way out of a backup: what is put in goes to the file sealed, in pieces of BACKUP_PIECE_SIZE.
 * Owns: one piece in memory, sealed and not; the key is wiped by backup_writer_free.
 * Never: writes anything but the head unsealed; closes the file.
 * Full: a disk that is full fails the call, with words. */

#include "base/err.h"
#include "daemon/backup/backup_entry.h"
#include "daemon/backup/backup_head.h"

enum { BACKUP_PIECE_SIZE = 65536, BACKUP_SEALED_SIZE = BACKUP_PIECE_SIZE + SEAL_STREAM_TAG_SIZE };

struct backup_writer;

/* `path` is for what is said about it; borrowed, as the fd is. Writes the head. */
MUST_USE enum err backup_writer_new(struct backup_writer **writer, int fd, const char *path,
                                    const struct stretch *stretch, const struct seal_key *key,
                                    struct err_detail *detail);
void backup_writer_free(struct backup_writer *writer); /* accepts NULL */
/* An entry begins; its bytes follow by backup_writer_put, as many as it says. */
MUST_USE enum err backup_writer_begin(struct backup_writer *writer, const struct backup_entry *entry,
                                      struct err_detail *detail);
MUST_USE enum err backup_writer_put(struct backup_writer *writer, struct span bytes, struct err_detail *detail);
/* The last piece, marked as that. Syncing the file is the caller's. */
MUST_USE enum err backup_writer_finish(struct backup_writer *writer, struct err_detail *detail);
uint64_t backup_writer_entries(const struct backup_writer *writer);
uint64_t backup_writer_bytes(const struct backup_writer *writer); /* in entries */
