/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* Where a simulated host meets the records on its disk: what its engine takes is written and told to it once it is
 * synced, and what a neighbour lacks is read and sent. It keeps every record, whatever its type, but adverts that are
 * out of date, and who is gone.
 * Owns: nothing; struct host does.   Never: answers the engine from within an action of it. */

#include "swarm/action.h"

struct host;

/* What was read and is to be sent: in order. */
struct record_sending {
    uint32_t link;
    struct object_id id;
};
void record_edge_start(struct host *host); /* all that is there is told to the engine */
void record_edge_keep(struct host *host, const struct action *action);
void record_edge_let_go(struct host *host, const struct object_id *id); /* the engine says that it need not be kept */
void record_edge_keep_own(struct host *host, const struct checked_record *record); /* is there at once */
void record_edge_send(struct host *host, const struct action *action);
/* The process ends: `is_orderly` finishes what is being written; else it is on the disk, or it is not. */
void record_edge_end(struct host *host, bool is_orderly);
void record_edge_forget(struct host *host, const struct object_id *id); /* for scripts: the record is kept no more */
