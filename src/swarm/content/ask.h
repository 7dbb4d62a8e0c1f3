/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* The questions that are open: which part was asked of which link, and how far the answer has come. A question that was
 * given up stays for a while, because what is on its way still comes.
 * Owns: its rows, allocated once; a row's place follows from its number, so finding one costs nothing.
 * Full: ask_table_add gives NULL; nothing more is asked until an answer has come. */

#include "swarm/content/part.h"
#include "swarm/limits.h"

enum ask_state { ASK_OPEN, ASK_CHECKING, ASK_GIVEN_UP }; /* CHECKING: all is here, the host looks at it */

struct ask {
    uint32_t req; /* 0: a free row */
    uint32_t link;
    bool is_proof;    /* of possession.h: no part of a download */
    uint8_t download; /* its place */
    enum ask_state state;
    struct content_part part;
    uint32_t total;    /* by the first slice; 0 = none came yet */
    uint32_t received; /* bytes */
    uint32_t charged;  /* what it still counts against the link's window */
    int64_t asked_ms, heard_ms;
    uint64_t heard_bytes; /* of the link's, when it was asked or a slice of it came */
};
struct ask_table {
    struct ask *rows;
    size_t capacity;
    size_t count;
    uint32_t last_req;
};

bool ask_table_init(struct ask_table *table, size_t capacity); /* false without memory */
void ask_table_deinit(struct ask_table *table);
struct ask *ask_table_add(struct ask_table *table);                      /* with its number; NULL: no room */
struct ask *ask_table_find(const struct ask_table *table, uint32_t req); /* NULL: nobody asked that */
void ask_table_remove(struct ask_table *table, struct ask *ask);
