/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* What was asked of the other ends of our links, and what they answered.
 *
 *     waiting -> answered      findings came
 *        +-----> silent        nothing came in LIMIT_EXAMINE_ANSWER_MS
 *        +-----> cut           the link ended
 *
 * Owns: its rows, one for each peer asked.
 * Never: asks or answers (examination.h does).
 * Full: the one that ended longest ago goes; those that wait stay, and nobody else can be asked. */

#include "swarm/identity/node_id.h"
#include "swarm/wire/findings.h"

enum examination_state {
    EXAMINATION_NONE, /* a free place */
    EXAMINATION_WAITING,
    EXAMINATION_ANSWERED,
    EXAMINATION_SILENT,
    EXAMINATION_CUT
};
const char *examination_state_name(enum examination_state state);

struct examination {
    enum examination_state state;
    struct node_id peer;
    uint32_t link;
    int64_t asked_at_ms, ended_at_ms;
    struct findings findings; /* when ANSWERED */
};
struct examination_table {
    bool is_answering; /* as the caretaker wants it: peers that ask are told, and asked */
    struct examination rows[LIMIT_EXAMINATIONS];
};
/* Borrowed; NULL: that peer has no row. */
const struct examination *examination_table_find(const struct examination_table *table, const struct node_id *peer);
/* The one that waits for an answer over that link; NULL: none does. */
struct examination *examination_table_waiting(struct examination_table *table, uint32_t link);
/* A row for that peer, waiting since now; NULL: all others wait. */
struct examination *examination_table_put(struct examination_table *table, const struct node_id *peer, uint32_t link,
                                          int64_t now_ms);
