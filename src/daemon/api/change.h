/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* What changed since the streams were told last. A panel or a row is what its JSON text says; of the text a hash is
 * kept (of a panel's without its asOf), and a delta holds those whose hash is another.
 * What a link does is told at once. Its figures move all the time, and it is told for them alone when it has its turn:
 * each time with up to CHANGE_MOVED_LINKS links, with more of them every second, third, ... time. So a reader of 76
 * busy links costs as much as one of 16.
 *
 * Owns: nothing; a state is one value without pointers.
 * Never: misses a change (64 bits of SipHash; two texts with one hash would show an old figure until the next change).
 * Full: a place for each link and each peer of the snapshot's page. */

#include "daemon/api/look.h"
#include "daemon/api/panel.h"

enum { CHANGE_MOVED_LINKS = 16, CHANGE_TURN_MS = 1000 };

struct change_row {
    struct node_id key; /* of a peer; of a link: its id in the first bytes */
    uint64_t hash;      /* of what was told */
    uint64_t doing;     /* of the part that is told at once; of a peer: 0, all of it is */
};
struct change_rows {
    size_t count;
    struct change_row items[LIMIT_LINKS_MAX];
};
struct change_state {
    uint64_t panels[PANEL_COUNT];
    struct change_rows links;
    struct change_rows peers;
};
_Static_assert((int)LOOK_PEERS_MAX <= (int)LIMIT_LINKS_MAX, "a page of peers fits");

/* Writes {asOf, panels?, links?, peers?}: what `look` has that `before` had not, and that has its turn. Fills `after`
 * with what is told then. False: nothing changed (and what was written means nothing). */
bool change_write(struct buffer *out, const struct look *look, const struct change_state *before,
                  struct change_state *after);
