/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* A listening socket that hands over what connects.
 * Owns: its descriptor.
 * Never: keeps the loop to itself: a few connections, then the others' turn.
 * Full: without descriptors or memory it takes no connections for a moment; they wait in the kernel. */

#include "base/address.h"
#include "daemon/loop/loop.h"

struct listener;

/* `accepted` is given each descriptor (moved), from the loop. */
MUST_USE enum err listener_open(struct listener **listener, struct loop *loop, const struct address *at,
                                void (*accepted)(void *context, int fd, const struct address *remote), void *context,
                                struct address *bound, struct err_detail *detail);
void listener_close(struct listener *listener); /* accepts NULL */
