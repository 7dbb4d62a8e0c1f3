/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* The readers of /api/v1/stream: a snapshot, then what changes, as server-sent events.
 *
 * The id of a message says how far its reader is: "<api>.<delta>.<event>", which run of the API, how many deltas, up to
 * which event. A reader that comes back with it gets what it missed; when deltas have passed it by, a fresh snapshot.
 * Owns: the streams' places; the exchanges are the server's.
 * Never: waits for a slow reader (it is closed), looks at the engine while nobody reads.
 * Full: 16 streams, then 503.   Spec: docs/developers/api.md. */

#include "daemon/api/change.h"
#include "daemon/http/http.h"

enum { STREAMS_MAX = 16 };

struct api;
struct stream_set {
    size_t count;
    struct http_exchange *exchanges[STREAMS_MAX];
    int64_t run;    /* tells this API's ids from those of the one before a restart */
    uint64_t delta; /* deltas made */
    size_t current; /* told[current] is what the readers know; the other is written next */
    struct change_state told[2];
};
void stream_set_init(struct api *api);
void stream_set_deinit(struct api *api); /* after the server has gone */
void stream_set_tick(struct api *api);   /* once a second */
/* The reader went away. */
void stream_gone(struct api *api, struct http_exchange *exchange);
