/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/store/content/disk_trouble.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "daemon/store/content/disk_remedy.h"
#include "daemon/store/database.h"
#include "daemon/store/folder_file.h"

static void remedy_add(struct err_detail *detail, int number) {
    if (detail == NULL) return;
    const size_t size = strlen(detail->text);
    (void)snprintf(detail->text + size, sizeof detail->text - size, "%s", disk_remedy(number));
}

enum err disk_trouble(struct err_detail *detail, int number, const char *verb, const char *path) {
    errno = number;
    const enum err err = folder_failed(detail, verb, path);
    remedy_add(detail, number);
    return err;
}

static int number_of(sqlite3 *handle, int result) {
    switch (result & 0xff) {
    case SQLITE_FULL: return ENOSPC;
    case SQLITE_READONLY: return EROFS;
    case SQLITE_PERM: return EACCES;
    case SQLITE_CANTOPEN:
    case SQLITE_IOERR: {
        const int number = sqlite3_system_errno(handle);
        return number == 0 ? EIO : number;
    }
    default: return 0;
    }
}

enum err database_trouble(struct err_detail *detail, sqlite3 *handle, int result, const char *verb) {
    const int number = number_of(handle, result);
    const enum err err = database_failed(detail, handle, result, verb);
    remedy_add(detail, number);
    return err;
}
