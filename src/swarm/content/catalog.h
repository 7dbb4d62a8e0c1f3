/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* The files a node knows by name: those it holds, those it wants, and those that others offer; and which of the links
 * hold each.
 * Owns: its rows and their index, allocated once.
 * Never: knows what is in a file, or where it lies.
 * Full: what is only known goes first, the oldest before the others; what is held or wanted never does, then there is
 * no room for another. */

#include "base/map.h"
#include "swarm/content/holding_role.h"
#include "swarm/content/object_id.h"
#include "swarm/limits.h"

enum file_state { FILE_KNOWN, FILE_WANTED, FILE_HELD };
enum { CATALOG_NONE = UINT32_MAX, CATALOG_HOLDER_WORDS = LIMIT_LINKS_MAX / 64 };

struct file_row {
    bool in_use;
    bool is_fetched;  /* a download is under way */
    bool is_waiting;  /* for one */
    bool is_declined; /* of one that is only known: it is not taken when it is offered */
    enum file_state state;
    enum holding_role role; /* of one that is held or wanted */
    uint8_t target;         /* how many nodes should hold it; 0 = its manifest is not here */
    uint64_t bytes;         /* sealed; 0 = not known */
    struct object_id id;    /* of its manifest */
    uint64_t order;         /* when it came in */
    uint32_t next;          /* among those that wait for a download; CATALOG_NONE = the last */
    /* Owner: replica. Times of the engine; 0 = not. */
    int64_t under_ms;                       /* since when too few hold it */
    int64_t over_ms;                        /* since when more hold it than have to */
    int64_t release_ms;                     /* then it may be let go of, if that is still so */
    uint64_t holders[CATALOG_HOLDER_WORDS]; /* by the link's place in its table */
};
struct catalog {
    struct file_row *rows;
    struct map *index;
    size_t capacity;
    size_t count;
    size_t first_free; /* no free row is before it */
    size_t end;        /* no row behind it was ever in use */
    uint64_t next_order;
    uint32_t wanted_first, wanted_last; /* those that wait, in the order they were wanted */
};

bool catalog_init(struct catalog *catalog, size_t capacity, uint64_t seed); /* false without memory */
void catalog_deinit(struct catalog *catalog);
struct file_row *catalog_find(const struct catalog *catalog, const struct object_id *id); /* NULL: not known */
struct file_row *catalog_put(struct catalog *catalog, const struct object_id *id); /* found or made; NULL: no room */
void catalog_remove(struct catalog *catalog, struct file_row *row);                /* not while it waits */
size_t catalog_place(const struct catalog *catalog, const struct file_row *row);

/* Those that wait for a download. */
void catalog_wait(struct catalog *catalog, struct file_row *row);
/* Out of the first few that wait, the one that the fewest hold; it waits no longer. NULL: none waits. */
struct file_row *catalog_take_rarest(struct catalog *catalog);
void catalog_stop_waiting(struct catalog *catalog, struct file_row *row);

void file_row_set_holder(struct file_row *row, size_t link_place, bool holds);
bool file_row_is_held_by(const struct file_row *row, size_t link_place);
size_t file_row_count_holders(const struct file_row *row);
void catalog_forget_link(struct catalog *catalog, size_t link_place); /* it holds nothing any more */
