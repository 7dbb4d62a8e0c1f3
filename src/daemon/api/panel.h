/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* The panels of the page, each one object of the snapshot: written whole, or sent again whole when it changed.
 * Owns: nothing.   Spec: docs/developers/api.md. */

#include "daemon/api/look.h"

struct panel {
    const char *name; /* "mesh" */
    void (*write)(struct json_writer *w, const char *name, const struct look *look);
};
enum { PANEL_COUNT = 6 };
extern const struct panel panels[PANEL_COUNT];
const struct panel *panel_find(struct span name); /* NULL: there is none */
