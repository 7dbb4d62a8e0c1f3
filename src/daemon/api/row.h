/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* One link and one peer as the API shows them, the same in lists, snapshot and stream.
 * Owns: nothing.   Spec: docs/developers/api.md. */

#include "base/json_writer.h"
#include "swarm/engine_view.h"

/* `sources` names what learnedFrom counts. */
void row_write_link(struct json_writer *w, const struct link_view *link, const struct rendezvous_view *sources);
void row_write_peer(struct json_writer *w, const struct peer_view *peer, const struct rendezvous_view *sources);
