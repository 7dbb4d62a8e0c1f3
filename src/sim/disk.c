/* SPDX-License-Identifier: Apache-2.0 */
#include "sim/disk.h"

#include "base/memory.h"
#include "base/must.h"

enum { ROWS_FIRST = 16 };

void disk_deinit(struct disk *disk) {
    memory_free(disk->rows);
    memory_free(disk->operations);
    *disk = (struct disk){0};
}

static struct book_row *find(const struct disk *disk, const struct node_id *id) {
    for (size_t i = 0; i < disk->row_count; i++) {
        if (node_id_equal(&disk->rows[i].node_id, id)) return &disk->rows[i];
    }
    return NULL;
}

static void grow(struct disk *disk) {
    disk->row_capacity = disk->row_capacity == 0 ? ROWS_FIRST : 2 * disk->row_capacity;
    disk->rows = memory_resized(disk->rows, disk->row_capacity * sizeof *disk->rows);
}

void disk_store_row(struct disk *disk, const struct book_row *row) {
    struct book_row *place = find(disk, &row->node_id);
    if (place == NULL) {
        if (disk->row_count == disk->row_capacity) grow(disk);
        place = &disk->rows[disk->row_count++];
    }
    *place = *row;
}

void disk_remove_row(struct disk *disk, const struct node_id *id) {
    struct book_row *row = find(disk, id);
    if (row != NULL) *row = disk->rows[--disk->row_count];
}

void disk_pin(struct disk *disk, uint8_t operator_peer, const struct node_id *id) {
    must_le(operator_peer + 1, LIMIT_OPERATOR_PEERS_MAX);
    disk->pins[operator_peer] = (struct disk_pin){true, *id};
}

static size_t find_operation(const struct disk *disk, uint64_t id) {
    size_t at = 0;
    while (at < disk->operation_count && disk->operations[at].id != id) at++;
    return at;
}

void disk_put_operation(struct disk *disk, const struct operation *operation) {
    const size_t at = find_operation(disk, operation->id);
    if (at == disk->operation_count)
        disk->operations = memory_resized(disk->operations, ++disk->operation_count * sizeof *disk->operations);
    disk->operations[at] = *operation;
}

void disk_remove_operation(struct disk *disk, uint64_t id) {
    const size_t at = find_operation(disk, id);
    if (at < disk->operation_count) disk->operations[at] = disk->operations[--disk->operation_count];
}

void disk_wipe(struct disk *disk) {
    disk_deinit(disk);
}
