/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* What neighbours say of their own links as JSON: their claims, each with who made it and when.
 * Owns: nothing.   Never: adds what this node knows of it.   Spec: docs/developers/api.md. */

#include "daemon/api/look.h"

void neighbour_write_views(struct json_writer *w, const struct look *look); /* members of the panel "views" */
