/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* The scrub of a content store: where it is, on the loop; a step at a time, on the disk's thread. */

#include "daemon/store/content/content_tables.h"

struct content_store;

struct scrub {
    struct scrub_position position;
    uint64_t bytes_per_second; /* 0: it is stopped */
    bool is_stepping;
    uint64_t unsaved_bytes;
    bool has_skipped;   /* something in this pass could not be judged */
    bool is_unverified; /* not all of the file it is in is as it was */
    struct loop_timer *timer;
    /* The disk thread's, between steps of one file: */
    int64_t list_file;
    uint32_t list_number;
    uint8_t *list; /* ids; NULL: none is held */
    size_t list_size;
};

void scrub_open(struct content_store *store);
void scrub_close(struct content_store *store); /* with the pool's work ended; before the threads are drained */
