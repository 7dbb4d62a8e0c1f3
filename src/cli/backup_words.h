/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* What the commands about backups share: which exit code an outcome has, and what is said of a backup.
 * Owns: nothing.   Never: prints a secret. */

#include "base/err.h"
#include "daemon/backup/backup_reader.h"

/* Prints why, and gives an enum exit_code: 4 for what is refused (another passphrase, damaged, no backup, newer). */
int backup_words_failed(const char *command, enum err err, const struct err_detail *detail);
/* `verb`: what was done with it, "holds", "restored". */
void backup_words_print(const char *verb, const struct account *account);
/* {"ok":true, `name`: `value`, ...}; `name` NULL: without that. */
void backup_words_print_json(const char *name, const char *value, const struct account *account);

/* Opens a backup, asks for its passphrase and unlocks it: an enum exit_code; other than EXIT_CODE_DONE it is closed
 * again, and a message has been printed. */
struct backup_file {
    int fd;
    struct backup_reader *reader;
};
int backup_file_open(struct backup_file *file, const char *command, const char *path, const char *passphrase_file);
void backup_file_close(struct backup_file *file);
/* Reads all of it, with a line of progress, and keeps nothing. */
int backup_file_verify(struct backup_file *file, const char *command, const char *path, bool is_json);
