/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/store/content/content_tables.h"

#include "daemon/store/content/content_migrations.h"

static enum err statements_open(struct content_tables *tables, struct err_detail *detail) {
    static const char save[] = "UPDATE scrub SET is_at_files = ?1, number = ?2, chunk = ?3, bytes = ?4, faults = ?5,"
                               " passes = ?6, ended_at = ?7";
    static const char load[] = "SELECT is_at_files, number, chunk, bytes, faults, passes, ended_at FROM scrub";
    enum err err = object_table_init(&tables->objects, tables->handle, detail);
    if (err == ERR_OK) err = file_table_init(&tables->files, tables->handle, detail);
    if (err == ERR_OK) err = chunk_index_init(&tables->chunks, tables->handle, detail);
    if (err == ERR_OK) err = quarantine_table_init(&tables->quarantine, tables->handle, detail);
    if (err == ERR_OK) err = holding_table_init(&tables->holdings, tables->handle, detail);
    if (err == ERR_OK) err = database_prepare(tables->handle, save, &tables->scrub_save, detail);
    if (err == ERR_OK) err = database_prepare(tables->handle, load, &tables->scrub_load, detail);
    return err;
}

enum err content_tables_open(struct content_tables *tables, const char *path, bool is_reader,
                             struct err_detail *detail) {
    *tables = (struct content_tables){0};
    enum err err = is_reader ? database_open_to_read(&tables->handle, path, detail)
                             : database_open(&tables->handle, path, &content_migrations, detail);
    /* What is looked up is spread over the whole file. */
    if (err == ERR_OK) (void)sqlite3_exec(tables->handle, "PRAGMA cache_size = -2048", NULL, NULL, NULL);
    if (err == ERR_OK) err = statements_open(tables, detail);
    return err;
}

void content_tables_close(struct content_tables *tables) {
    (void)sqlite3_finalize(tables->scrub_load);
    (void)sqlite3_finalize(tables->scrub_save);
    holding_table_deinit(&tables->holdings);
    quarantine_table_deinit(&tables->quarantine);
    chunk_index_deinit(&tables->chunks);
    file_table_deinit(&tables->files);
    object_table_deinit(&tables->objects);
    database_close(tables->handle);
    *tables = (struct content_tables){0};
}

int content_tables_save_scrub(struct content_tables *tables, const struct scrub_position *position) {
    sqlite3_stmt *save = tables->scrub_save;
    database_bind_number(save, 0, position->is_at_files);
    database_bind_number(save, 1, position->number);
    database_bind_number(save, 2, position->chunk);
    database_bind_number(save, 3, (int64_t)position->bytes);
    database_bind_number(save, 4, (int64_t)position->faults);
    database_bind_number(save, 5, (int64_t)position->passes);
    database_bind_number(save, 6, position->ended_at_ms);
    return database_execute(save);
}

int content_tables_load_scrub(struct content_tables *tables, struct scrub_position *position) {
    sqlite3_stmt *load = tables->scrub_load;
    const int result = sqlite3_step(load);
    *position = (struct scrub_position){0};
    if (result == SQLITE_ROW)
        *position = (struct scrub_position){.is_at_files = sqlite3_column_int(load, 0) != 0,
                                            .number = sqlite3_column_int64(load, 1),
                                            .chunk = (uint32_t)sqlite3_column_int64(load, 2),
                                            .bytes = (uint64_t)sqlite3_column_int64(load, 3),
                                            .faults = (uint64_t)sqlite3_column_int64(load, 4),
                                            .passes = (uint64_t)sqlite3_column_int64(load, 5),
                                            .ended_at_ms = sqlite3_column_int64(load, 6)};
    return database_end(load, result);
}
