/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* view (08): with whom the sender has links, for the drawing of the topology. An empty list takes back what it said.
 * Only to a peer that listed the feature in its hello: others take the type for a fault.
 * A node listed twice, another word for a path or a round trip out of bounds is refused; whether a node may be in this
 * sender's list at all is for the handler to say.   Spec: WIRE W18. */

#include "swarm/identity/node_id.h"
#include "swarm/limits.h"
#include "swarm/link/link_path.h"
#include "swarm/wire/message.h"

struct view_link {
    struct node_id peer;
    enum link_path path;
    int32_t rtt_ms; /* whole; negative = not known (null on the wire) */
};
struct view {
    size_t link_count;
    struct view_link links[LIMIT_VIEW_LINKS_MAX];
};
enum refusal view_check(struct span body, const struct verifier *verifier, struct arena *arena, const void **checked);
void view_build(struct buffer *out, const struct view *view);
