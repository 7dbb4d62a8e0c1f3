/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/store/database.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/must.h"
#include "daemon/store/folder_file.h"

/* A copy by another program may hold the file for a moment; longer than this is told, and tried again later. */
enum { BUSY_MS = 250 };

enum err database_failed(struct err_detail *detail, sqlite3 *handle, int result, const char *verb) {
    const char *path = sqlite3_db_filename(handle, NULL);
    const char *words = result == SQLITE_BUSY ? "another program holds it" : sqlite3_errmsg(handle);
    enum err err = ERR_IO;
    if ((result & 0xff) == SQLITE_CORRUPT || (result & 0xff) == SQLITE_NOTADB) err = ERR_DAMAGED;
    if ((result & 0xff) == SQLITE_NOMEM) err = ERR_MEMORY;
    if ((result & 0xff) == SQLITE_FULL) words = "the disk is full";
    return err_set(detail, err, "cannot %s %s: %s", verb, path == NULL ? "the database" : path, words);
}

enum err database_prepare(sqlite3 *handle, const char *sql, sqlite3_stmt **statement, struct err_detail *detail) {
    const int result = sqlite3_prepare_v3(handle, sql, -1, SQLITE_PREPARE_PERSISTENT, statement, NULL);
    return result == SQLITE_OK ? ERR_OK : database_failed(detail, handle, result, "use");
}

int database_end(sqlite3_stmt *statement, int result) {
    (void)sqlite3_reset(statement);
    (void)sqlite3_clear_bindings(statement);
    return result == SQLITE_ROW || result == SQLITE_DONE ? SQLITE_OK : result;
}

int database_execute(sqlite3_stmt *statement) {
    return database_end(statement, sqlite3_step(statement));
}

int database_each_row(sqlite3_stmt *statement, bool (*take)(void *context, sqlite3_stmt *row), void *context,
                      uint64_t *refused) {
    int result;
    while ((result = sqlite3_step(statement)) == SQLITE_ROW) {
        if (!take(context, statement)) ++*refused;
    }
    (void)sqlite3_reset(statement);
    return result == SQLITE_DONE ? SQLITE_OK : result;
}

void database_bind_number(sqlite3_stmt *statement, int column, int64_t number) {
    (void)sqlite3_bind_int64(statement, column + 1, number);
}

/* No text is none of SQLite's NULLs. */
void database_bind_text(sqlite3_stmt *statement, int column, struct span text) {
    (void)sqlite3_bind_text(statement, column + 1, text.size == 0 ? "" : (const char *)text.at, (int)text.size,
                            SQLITE_TRANSIENT);
}

void database_bind_bytes(sqlite3_stmt *statement, int column, struct span bytes) {
    (void)sqlite3_bind_blob(statement, column + 1, bytes.at, (int)bytes.size, SQLITE_TRANSIENT);
}

struct span database_column_bytes(sqlite3_stmt *statement, int column) {
    const void *bytes = sqlite3_column_blob(statement, column);
    const int size = sqlite3_column_bytes(statement, column);
    return bytes == NULL ? SPAN_NONE : (struct span){bytes, (size_t)size};
}

bool database_column_copy(sqlite3_stmt *statement, int column, uint8_t *bytes, size_t size) {
    const struct span got = database_column_bytes(statement, column);
    if (got.size != size || got.at == NULL) return false;
    memcpy(bytes, got.at, size);
    return true;
}

/* ---- Looking without touching ---- */

static int number_read(sqlite3 *handle, const char *sql, int64_t *number) {
    sqlite3_stmt *statement = NULL;
    int result = sqlite3_prepare_v2(handle, sql, -1, &statement, NULL);
    if (result == SQLITE_OK) result = sqlite3_step(statement);
    if (result == SQLITE_ROW) *number = sqlite3_column_int64(statement, 0);
    (void)sqlite3_finalize(statement);
    return result == SQLITE_ROW ? SQLITE_OK : result;
}

static enum err damaged(struct err_detail *detail, const char *path, const char *words) {
    return err_set(detail, ERR_DAMAGED,
                   "%s is damaged (%s); it was left as it is: restore it from a backup, or move it away to start with "
                   "an empty one (the node keeps its identity)",
                   path, words);
}

/* Only the first fault is asked for, and only faults that reading can meet (indexes are not compared with tables). */
static enum err integrity_check(sqlite3 *handle, const char *path, struct err_detail *detail) {
    sqlite3_stmt *statement = NULL;
    enum err err = ERR_OK;
    int result = sqlite3_prepare_v2(handle, "PRAGMA quick_check(1)", -1, &statement, NULL);
    if (result == SQLITE_OK) result = sqlite3_step(statement);
    if (result != SQLITE_ROW) {
        err = damaged(detail, path, sqlite3_errmsg(handle));
    } else if (!span_equal_text(database_column_bytes(statement, 0), "ok")) {
        const struct span words = database_column_bytes(statement, 0);
        char text[128];
        (void)snprintf(text, sizeof text, "%.*s", (int)(words.size > 100 ? 100 : words.size), (const char *)words.at);
        for (char *at = text; *at != '\0'; at++) *at = *at == '\n' ? ' ' : *at; /* SQLite says it in several lines */
        err = damaged(detail, path, text);
    }
    (void)sqlite3_finalize(statement);
    return err;
}

static enum err ownership_check(sqlite3 *handle, const char *path, const struct migrations *migrations, bool *is_ours,
                                struct err_detail *detail) {
    int64_t application = 0, version = 0, objects = 0;
    int result = number_read(handle, "PRAGMA application_id", &application);
    if (result == SQLITE_OK) result = number_read(handle, "PRAGMA user_version", &version);
    if (result == SQLITE_OK) result = number_read(handle, "SELECT count(*) FROM sqlite_schema", &objects);
    if (result == SQLITE_NOTADB) return damaged(detail, path, "it is not a database");
    if (result == SQLITE_CORRUPT) return damaged(detail, path, sqlite3_errmsg(handle));
    if (result != SQLITE_OK) return database_failed(detail, handle, result, "read");
    *is_ours = application == migrations->application_id;
    if (!*is_ours && (application != 0 || version != 0 || objects != 0))
        return err_set(detail, ERR_FOREIGN,
                       "%s belongs to another program; it was left as it is: use another data folder", path);
    if (version > migrations->count)
        return err_set(detail, ERR_FOREIGN,
                       "%s was written by a newer skep (its version is %lld, this one knows %d); update skep, or use "
                       "another data folder",
                       path, (long long)version, migrations->count);
    return ERR_OK;
}

enum err database_open_to_read(sqlite3 **handle, const char *path, struct err_detail *detail) {
    const int result = sqlite3_open_v2(path, handle, SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX, NULL);
    if (result != SQLITE_OK) {
        (void)sqlite3_close(*handle);
        *handle = NULL;
        return err_set(detail, ERR_IO, "cannot open %s: %s", path, sqlite3_errstr(result));
    }
    (void)sqlite3_busy_timeout(*handle, BUSY_MS);
    (void)sqlite3_db_config(*handle, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
    (void)sqlite3_exec(*handle, "PRAGMA cache_size = -64", NULL, NULL, NULL); /* each page is needed once */
    return ERR_OK;
}

static bool is_to_be_checked(const char *path, const struct migrations *migrations) {
    struct stat status;
    return stat(path, &status) == 0 && status.st_size <= migrations->checked_size;
}

enum err database_look(const char *path, const struct migrations *migrations, struct err_detail *detail) {
    sqlite3 *handle = NULL;
    bool is_ours = false;
    enum err err = database_open_to_read(&handle, path, detail);
    if (err == ERR_OK) err = ownership_check(handle, path, migrations, &is_ours, detail);
    if (err == ERR_OK && is_ours && is_to_be_checked(path, migrations)) err = integrity_check(handle, path, detail);
    (void)sqlite3_close(handle);
    return err;
}

/* ---- Opening ---- */

/* SQLite gives its own files the mode of the database, so this one call makes all of them ours alone. */
static enum err file_make(const char *path, bool *is_empty, struct err_detail *detail) {
    struct stat status;
    const int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, S_IRUSR | S_IWUSR);
    if (fd < 0) return folder_failed(detail, "open", path);
    enum err err = fstat(fd, &status) == 0 ? ERR_OK : folder_failed(detail, "look at", path);
    *is_empty = err == ERR_OK && status.st_size == 0;
    (void)close(fd);
    return err;
}

/* FULL: a commit is on the disk when it is said to be. DEFENSIVE and an untrusted schema: a file that was prepared by
 * somebody else cannot make us run what it holds. */
static int settings_apply(sqlite3 *handle) {
    static const char settings[] = "PRAGMA journal_mode = WAL;"
                                   "PRAGMA synchronous = FULL;"
                                   "PRAGMA trusted_schema = OFF;"
                                   "PRAGMA cell_size_check = ON;"
                                   "PRAGMA temp_store = MEMORY;"
                                   "PRAGMA cache_size = -1024;"
                                   "PRAGMA journal_size_limit = 4194304;";
    (void)sqlite3_busy_timeout(handle, BUSY_MS);
    (void)sqlite3_db_config(handle, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    return sqlite3_exec(handle, settings, NULL, NULL, NULL);
}

enum err database_open(sqlite3 **handle, const char *path, const struct migrations *migrations,
                       struct err_detail *detail) {
    bool is_empty = false;
    *handle = NULL;
    enum err err = file_make(path, &is_empty, detail);
    if (err == ERR_OK && !is_empty) err = database_look(path, migrations, detail);
    if (err != ERR_OK) return err;
    int result = sqlite3_open_v2(path, handle, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL);
    if (result == SQLITE_OK) result = settings_apply(*handle);
    if (result == SQLITE_OK) result = migrations_run(migrations, *handle, migrations->count);
    if (result == SQLITE_OK) return ERR_OK;
    err = database_failed(detail, *handle, result, "open");
    database_close(*handle);
    *handle = NULL;
    return err;
}

void database_close(sqlite3 *handle) {
    if (handle != NULL) must(sqlite3_close(handle) == SQLITE_OK); /* every statement was finalized */
}
