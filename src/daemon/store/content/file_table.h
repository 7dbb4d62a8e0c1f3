/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* Sealed files in the database: a row for each, and which of its chunks are synced.
 * Owns: its statements, from init to deinit; on the connection that writes or on one that cannot.
 * Never: gives out a row that does not hold. */

#include "daemon/store/content/content_store.h"
#include "daemon/store/database.h"

enum { PAGE_BYTES = 1024, PAGE_CHUNKS = 8 * PAGE_BYTES };

struct file_table {
    sqlite3_stmt *find;
    sqlite3_stmt *next;
    sqlite3_stmt *add;
    sqlite3_stmt *remove;
    sqlite3_stmt *remove_pages;
    sqlite3_stmt *set_role;
    sqlite3_stmt *set_used;
    sqlite3_stmt *set_verified;
    sqlite3_stmt *page;
    sqlite3_stmt *put_page;
    sqlite3_stmt *add_here;
    sqlite3_stmt *list_all;
    sqlite3_stmt *list_to_evict;
    sqlite3_stmt *sizes;
};
MUST_USE enum err file_table_init(struct file_table *table, sqlite3 *handle, struct err_detail *detail);
void file_table_deinit(struct file_table *table);

struct file_record {
    int64_t number; /* 0: there is none */
    struct content_file_row row;
};
/* SQLite result codes. */
int file_table_find(struct file_table *table, const struct object_id *manifest, struct file_record *record);
int file_table_next(struct file_table *table, int64_t after, struct file_record *record); /* by number */
int file_table_add(struct file_table *table, const struct content_file_row *row, int64_t *number);
int file_table_remove(struct file_table *table, const struct object_id *manifest, struct file_record *was);
int file_table_set_role(struct file_table *table, const struct object_id *manifest, enum holding_role role,
                        bool *was_there);
int file_table_set_used(struct file_table *table, int64_t number, int64_t at_ms);
int file_table_set_verified(struct file_table *table, int64_t number, int64_t at_ms);

/* Bits of a page; zeros when it has no row. Chunk i is in page i / PAGE_CHUNKS. */
int file_table_page(struct file_table *table, int64_t number, uint32_t page, uint8_t bits[PAGE_BYTES]);
static inline bool page_has(const uint8_t bits[PAGE_BYTES], uint32_t index) {
    return (bits[index % PAGE_CHUNKS / 8] >> (index % 8) & 1) != 0;
}
/* Ascending. *became_complete: with these, all are there. *is_there false: no such file. */
struct chunk_claim {
    int64_t number;
    const uint32_t *indices;
    size_t count;
    bool is_there;
    bool became_complete;
};
int file_table_claim(struct file_table *table, struct chunk_claim *claim);
/* `count` chunks from `from` on; how many of them had been claimed. */
int file_table_unclaim(struct file_table *table, int64_t number, uint32_t from, uint32_t count, uint32_t *unclaimed);

int file_table_list(struct file_table *table, enum content_files which, size_t max,
                    void (*take)(void *context, const struct file_record *record), void *context);
/* How many, and what they have a right to on the disk. */
int file_table_total(struct file_table *table, uint64_t *files, uint64_t *bytes);
