/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* A whole node in one sealed file, made from its data folder whether the node runs or not: its keys, what it remembers,
 * its records, and the sealed files that it holds. Left out is what a start makes anew (api.token, run.json, lock),
 * what did not verify (the quarantine), and the configuration, which lies elsewhere.
 *
 *     keys --> skep.db (copy) --> content.db (copy, not yet written) --> what it claims of the sealed files
 *                                        `--> settled: claims nothing else --> content.db --> account --> synced,
 * renamed
 *
 * Owns: nothing after it returns. While it works: `.backup/` in the data folder with the copies of the databases (one
 * backup at a time), and a file of its own beside the one that is asked for.
 * Never: writes anything readable outside of the data folder; replaces a file that is no backup; leaves half of one
 * under the name that was asked for.
 * Blocks: for a command.   Spec: docs/decisions/0030-backup.md. */

#include "base/err.h"
#include "daemon/backup/account.h"
#include "swarm/content/readers.h"

struct backup_options {
    const char *folder; /* the data folder */
    const char *path;   /* of the file */
    struct span passphrase;
    const struct community_secret *community;     /* NULL: there is none */
    bool leaves_files;                            /* those that are only held or fetched */
    int64_t now_ms;                               /* wall clock */
    bool (*moved)(void *context, uint64_t bytes); /* in it so far; false: stop (ERR_TIMEOUT); may be NULL */
    void *context;
};
/* ERR_NOT_FOUND: there is no node in that folder. ERR_EXISTS: a file of that name is no backup. ERR_IN_USE: another
 * backup is being made. ERR_DAMAGED, ERR_FOREIGN: a database of the node is. */
MUST_USE enum err backup_make(const struct backup_options *options, struct account *account, struct err_detail *detail);
