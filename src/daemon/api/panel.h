/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* The panels of the page, each one object of the snapshot: written whole, or sent again whole when it changed.
 * Owns: nothing.   Spec: docs/developers/api.md. */

#include "daemon/api/look.h"

struct panel {
    const char *name;                                              /* "mesh" */
    bool (*is_known)(const struct look *look);                     /* NULL: always; otherwise the panel is null */
    void (*write)(struct json_writer *w, const struct look *look); /* its members */
};
enum { PANEL_COUNT = 14 };
extern const struct panel panels[PANEL_COUNT];
/* The whole object with its asOf, or null; `name` as for json_open_object. Gives the text of what it says, which is all
 * but the asOf: time that passes is no change. Borrowed until the buffer changes. */
struct span panel_write(struct json_writer *w, const struct panel *panel, const char *name, const struct look *look);
const struct panel *panel_find(struct span name); /* NULL: there is none */
