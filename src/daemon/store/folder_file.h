/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* What the files of this folder share when they touch the file system. */

#include <stddef.h>

#include "daemon/store/data_folder.h"

enum { FOLDER_PATH_MAX = 4096 };
#define STORE_FILE_NAME "skep.db"

/* FOLDER/NAME; ERR_LIMIT when it is too long for a path. */
MUST_USE enum err folder_join(char path[FOLDER_PATH_MAX], const char *folder, const char *name,
                              struct err_detail *detail);
/* What `errno` says after "cannot VERB PATH". */
enum err folder_failed(struct err_detail *detail, const char *verb, const char *path);
/* Makes one folder (0700) and its entry in the parent durable; one that is there already is fine. */
MUST_USE enum err folder_make_one(const char *path, struct err_detail *detail);
MUST_USE enum err folder_sync(const char *path, struct err_detail *detail);

/* As data_file_read, but ERR_PERMISSION, with the command that helps, when others may read it. */
MUST_USE enum err secret_file_read(const char *folder, const char *name, struct buffer *out, struct err_detail *detail);
/* As data_file_write with 0600, but ERR_EXISTS when there is something under that name. */
MUST_USE enum err secret_file_make(const char *folder, const char *name, struct span bytes, struct err_detail *detail);
