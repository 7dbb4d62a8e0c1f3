/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* One entry of a backup's sealed text: a piece of a file of the data folder, whose bytes follow it. The last entry is
 * the account (account.h).
 *
 *     mark u8 | name size u8 | mode u16 | offset u64 | size u64 | whole u64 | name
 *
 * Owns: nothing; the name is copied.
 * Never: has a name but those of the table below; a piece that does not lie within its file.
 * Spec: docs/decisions/0030-backup.md. */

#include "base/bytes.h"

enum { BACKUP_ENTRY_NAME_MAX = 96, BACKUP_ENTRY_SIZE_MAX = 28 + BACKUP_ENTRY_NAME_MAX };
#define BACKUP_ENTRY_FILE_MAX (1ULL << 50) /* bytes; the largest file that can be published has 16 TiB */

enum backup_entry_kind {
    BACKUP_ENTRY_NODE_KEY,  /* identity/node.key */
    BACKUP_ENTRY_USER_KEY,  /* identity/user.key */
    BACKUP_ENTRY_COMMUNITY, /* community.secret */
    BACKUP_ENTRY_STORE,     /* skep.db */
    BACKUP_ENTRY_SEALED,    /* content/files/ab/MANIFEST, piece by piece, ascending */
    BACKUP_ENTRY_CONTENT,   /* content/content.db */
    BACKUP_ENTRY_ACCOUNT,   /* account.json, the last */
    BACKUP_ENTRY_KINDS
};
/* As it is in the data folder; NULL of SEALED, which has many. */
const char *backup_entry_kind_name(enum backup_entry_kind kind);

struct backup_entry {
    enum backup_entry_kind kind;
    char name[BACKUP_ENTRY_NAME_MAX + 1];
    uint64_t offset; /* in its file; 0 but of SEALED */
    uint64_t size;   /* bytes of it that follow */
    uint64_t whole;  /* of the file; == size but of SEALED */
};
enum backup_entry_verdict { BACKUP_ENTRY_READ, BACKUP_ENTRY_SHORT, BACKUP_ENTRY_WRONG };

void backup_entry_write(struct buffer *out, const struct backup_entry *entry);
/* *used: how many bytes it took. SHORT: more are needed to tell. */
enum backup_entry_verdict backup_entry_read(struct span bytes, struct backup_entry *entry, size_t *used);
