/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* A running node: everything of the daemon, wired. It opens the data folder, the store, the listeners and the links,
 * hosts the engine, and takes it all down again.
 * Owns: all of it, from node_run's begin to its end.
 * Never: decides anything about the swarm (the engine does). */

#include "base/err.h"
#include "daemon/config/config.h"

struct node_options {
    const struct config_source *source; /* read again when a reload is asked for */
    const struct config *config;        /* what it said at the start, without mistakes */
};
/* Runs until SIGTERM, SIGINT, or a start that fails; SIGHUP reloads. Gives ERR_OK after an orderly end. What the
 * options point to is borrowed meanwhile. */
MUST_USE enum err node_run(const struct node_options *options, struct err_detail *detail);
