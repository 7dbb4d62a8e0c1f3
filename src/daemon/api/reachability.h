/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* Whether strangers can dial this node, for each family of addresses, and by whose word: the part of the panel `node`
 * that is a story of its own.
 * Owns: nothing.   Spec: docs/developers/api.md. */

#include "base/json_writer.h"
#include "daemon/api/look.h"

/* The member "reachability"; null of a process that takes no part in the mesh. */
void reachability_write(struct json_writer *w, const struct look *look);
