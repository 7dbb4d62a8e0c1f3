/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* A database as it is at one moment, written into a file of its own, while whoever uses it goes on.
 * Owns: nothing.
 * Never: writes into the one it copies; copies one that is another program's, a newer version's, or damaged.
 * Full: what was written of a copy that failed is the caller's to remove. */

#include "daemon/store/database.h"

/* `to` must not be there; it is made with 0600. ERR_NOT_FOUND: there is none. */
MUST_USE enum err database_copy(const char *from, const char *to, const struct migrations *migrations,
                                struct err_detail *detail);
