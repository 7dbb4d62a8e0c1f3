/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* The row of one second, from what the engine's views said in it. What only grows (bytes, attempts) is told by how much
 * it grew since the look before; the first is measured from the start of the process, when all of it was 0.
 * Owns: nothing.   Never: makes a figure up. */

#include "daemon/history/history_row.h"
#include "swarm/observe/finding.h"

struct history_evidence {
    const struct link_view *links;
    size_t link_count;
    const struct mesh_view *mesh;
    const struct rendezvous_view *rendezvous;
    const struct finding_list *findings;
    uint64_t bytes_in, bytes_out; /* of all links there were */
    int64_t now_ms;               /* of the engine: what rates are over */
    int64_t wall_ms;              /* the same moment by the wall clock: where the row stands */
};
struct history_marks { /* at the start: the time, the rest 0 */
    int64_t now_ms;
    uint64_t bytes_in, bytes_out;
    uint64_t attempts, successes;
};
/* False: the clock says a time that no row can have; the marks are set for the next all the same. */
bool history_sample(struct history_marks *marks, const struct history_evidence *evidence, struct history_row *row);

enum history_level history_level_of(const struct finding_list *findings);
