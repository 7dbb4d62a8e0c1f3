/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* The figures of the daemon's own parts for a sheet of metrics: process, store, log, listeners. Those of the engine,
 * the beacon and the API itself are the API's to fill in. Owns: nothing.   Never: keeps a figure; each is asked for
 * when a sheet is filled. */

#include "daemon/api/metric.h"
#include "daemon/engine_host.h"
#include "daemon/log.h"
#include "daemon/service/services.h"
#include "daemon/signaling/signal_host.h"

struct measure_parts {
    int64_t started_at_ms;          /* wall clock */
    const struct engine_host *host; /* NULL: no links come in here */
    const struct log *log;          /* borrowed, as all of them */
    struct store *store;
    const struct signal_host *signaling; /* NULL: no endpoint is configured */
    const struct services *services;     /* NULL: the listener is closed */
};
void measure_fill(struct metric_sheet *sheet, const struct measure_parts *parts);
