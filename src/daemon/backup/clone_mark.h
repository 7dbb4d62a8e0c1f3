/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* The file that tells a node to listen before it speaks, because another one may be running with its keys:
 * `listen-first` in its data folder. A restored folder has it, and one whose node stepped back; it goes once the node
 * has been alone on the network for long enough (swarm/identity/clone_guard.h). Never: holds anything secret. */

#include "base/err.h"
#include "daemon/loop/loop.h"

#include <stdbool.h>
#include <stdint.h>

/* `why`: "restored" or "clone", for people. */
MUST_USE enum err clone_mark_put(const char *folder, const char *why, int64_t now_ms, struct err_detail *detail);
bool clone_mark_is_there(const char *folder); /* also when it cannot be read */
/* For a running node: puts it, or removes it, on the pool of the loop. When the disk says no, the node does not listen
 * first after its next start; it goes quiet all the same once it hears of the other. */
void clone_mark_change(struct loop *loop, const char *folder, bool is_there); /* the path is copied */
