/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* What a simulated node finds again after a restart: its address book, the keys of its operator's peers,
 * and what its caretaker did.
 * Owns: its rows.   Never: loses what was stored, but by disk_wipe.   Full: ends the process without memory. */

#include "swarm/control/operation.h"
#include "swarm/peer/book_row.h"

#include <stdbool.h>
#include <stddef.h>

struct disk_pin {
    bool is_set;
    struct node_id peer;
};
struct disk {
    struct book_row *rows;
    size_t row_count;
    size_t row_capacity;
    struct operation *operations;
    size_t operation_count;
    struct disk_pin pins[LIMIT_OPERATOR_PEERS_MAX];
};

void disk_deinit(struct disk *disk); /* an empty disk is all zero */
void disk_store_row(struct disk *disk, const struct book_row *row);
void disk_remove_row(struct disk *disk, const struct node_id *id);
void disk_pin(struct disk *disk, uint8_t operator_peer, const struct node_id *id);
void disk_put_operation(struct disk *disk, const struct operation *operation);
void disk_remove_operation(struct disk *disk, uint64_t id);
void disk_wipe(struct disk *disk);
