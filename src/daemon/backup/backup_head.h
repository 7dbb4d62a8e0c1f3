/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* The first bytes of a backup, which anybody may read: what it is, and how a passphrase becomes its key.
 * They are told with every piece that is sealed behind them, so that none of them can be changed.
 *
 *     magic 16 | version u32 | passes u32 | memory u64 | salt 16 | header 24 | the first 16 bytes of SHA-256 of all
 * that
 *
 * Owns: nothing.   Spec: docs/decisions/0030-backup.md. */

#include "crypto/seal_stream.h"
#include "crypto/stretch.h"

enum { BACKUP_VERSION = 1, BACKUP_HEAD_SIZE = 88 };

struct backup_head {
    struct stretch stretch;
    uint8_t header[SEAL_STREAM_HEADER_SIZE];
};

enum backup_head_verdict {
    BACKUP_HEAD_GOOD = 0,
    BACKUP_HEAD_FOREIGN, /* no backup of ours */
    BACKUP_HEAD_NEWER,
    BACKUP_HEAD_CUT,
    BACKUP_HEAD_DAMAGED,
    BACKUP_HEAD_UNREASONABLE, /* it asks for less, or more, work than we ever do */
};
void backup_head_write(const struct backup_head *head, uint8_t bytes[BACKUP_HEAD_SIZE]);
/* Of what a file begins with, all BACKUP_HEAD_SIZE bytes of it unless the file ends before. */
enum backup_head_verdict backup_head_read(struct span bytes, struct backup_head *head);
