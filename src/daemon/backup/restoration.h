/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* The way back: a backup is read, each byte of it verified, into a folder beside the one that is asked for, which gets
 * its name only when all of it is there, synced and found to be a node's. The node that starts in it listens before it
 * speaks (clone_mark.h).
 * Owns: nothing after it returns; while it works `.NAME.restoring` beside the folder.
 * Never: makes anything visible that did not verify; touches a folder that is not empty.
 * Blocks: for a command. */

#include "base/err.h"
#include "daemon/backup/backup_reader.h"

/* ERR_EXISTS: there is something in the folder. ERR_IN_USE: another restore is under way to it. */
MUST_USE enum err restoration_may_begin(const char *folder, struct err_detail *detail);
struct restoration_options {
    const char *folder;                                          /* the data folder that is to be */
    struct backup_reader *reader;                                /* unlocked; borrowed */
    int64_t now_ms;                                              /* wall clock */
    bool (*moved)(void *context, uint64_t done, uint64_t total); /* as in backup_reader.h; may be NULL */
    void *context;
};
MUST_USE enum err restoration_run(const struct restoration_options *options, struct account *account,
                                  struct err_detail *detail);
