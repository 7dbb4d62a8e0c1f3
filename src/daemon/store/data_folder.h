/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* The data folder: where it is, its lock, and files in it that are written whole or not at all.
 * Never: leaves half a file (temporary file, fsync, rename, fsync of the folder), follows a symlink it is to replace,
 * makes a secret readable by others (0600). */

#include "base/bytes.h"
#include "base/err.h"
#include "crypto/sign.h"

/* --data, else $STATE_DIRECTORY, else $XDG_STATE_HOME/skep, else ~/.local/state/skep. */
MUST_USE enum err data_folder_path(const char *flag, char *path, size_t capacity, struct err_detail *detail);
MUST_USE enum err data_folder_make(const char *path, struct err_detail *detail); /* 0700, parents too */

MUST_USE enum err data_file_write(const char *folder, const char *name, struct span bytes, int mode,
                                  struct err_detail *detail);
/* ERR_NOT_FOUND without a message when it is not there; ERR_LIMIT when larger than the buffer. */
MUST_USE enum err data_file_read(const char *folder, const char *name, struct buffer *out, struct err_detail *detail);
void data_file_remove(const char *folder, const char *name);

/* identity/NAME.key: loads it, or makes one (PKCS8 PEM, 0600, atomic and synced). A file that is there but cannot be
 * read, is damaged, or may be read by others is never replaced: ERR_DAMAGED, ERR_PERMISSION with what to do. */
MUST_USE enum err key_file_load_or_make(const char *folder, const char *name, struct signing_key *key, bool *was_made,
                                        struct err_detail *detail);
/* api.token: 32 random bytes in hex and a newline, 0600; made when missing. `token` holds 65 bytes. */
MUST_USE enum err token_file_load_or_make(const char *folder, char token[65], struct err_detail *detail);
