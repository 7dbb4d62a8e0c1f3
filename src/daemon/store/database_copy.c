/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/store/database_copy.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "daemon/store/folder_file.h"

/* SQLite takes an empty file for none, and would make one with the umask's mode. */
static enum err place_make(const char *to, struct err_detail *detail) {
    const int fd = open(to, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, S_IRUSR | S_IWUSR);
    if (fd < 0) return folder_failed(detail, "write", to);
    (void)close(fd);
    return ERR_OK;
}

/* VACUUM INTO rather than the pages as they are: what was deleted stays behind, and it costs one read transaction, as
 * the pages would. */
static enum err copy(sqlite3 *handle, const char *to, struct err_detail *detail) {
    sqlite3_stmt *statement = NULL;
    int result = sqlite3_prepare_v2(handle, "VACUUM INTO ?1", -1, &statement, NULL);
    if (result == SQLITE_OK) {
        database_bind_text(statement, 0, span_of_text(to));
        result = sqlite3_step(statement);
    }
    const enum err err = result == SQLITE_DONE ? ERR_OK : database_failed(detail, handle, result, "copy");
    (void)sqlite3_finalize(statement);
    return err;
}

enum err database_copy(const char *from, const char *to, const struct migrations *migrations,
                       struct err_detail *detail) {
    sqlite3 *handle = NULL;
    if (access(from, F_OK) != 0) return folder_failed(detail, "open", from);
    enum err err = database_look(from, migrations, detail);
    if (err == ERR_OK) err = database_open_to_read(&handle, from, detail);
    if (err == ERR_OK) err = place_make(to, detail);
    if (err == ERR_OK) err = copy(handle, to, detail);
    database_close(handle);
    return err;
}
