/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* The secret that a community shares: 32 bytes as 64 hex digits in a file of the operator's. Whoever has it reads what
 * was published for the community.
 * Never: logs it, takes a file that others on the machine may read or change. */

#include "base/err.h"
#include "swarm/content/readers.h"

/* ERR_NOT_FOUND, ERR_DAMAGED (it holds something else), ERR_FOREIGN (others may read it). Wiped by the caller. */
MUST_USE enum err community_file_read(const char *path, struct community_secret *secret, struct err_detail *detail);
