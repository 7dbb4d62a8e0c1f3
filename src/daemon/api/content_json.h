/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* Files as the API tells of them.   Owns: nothing.   Spec: CONTRACT 5; defs/schemas.def (Content, File). */

#include "base/json_writer.h"
#include "daemon/content/content_host.h"

/* `sources`: engine_view_file_sources. */
void content_write_file(struct json_writer *w, const char *name, const struct content_host *content,
                        const struct library_entry *entry, int sources);
void content_put_id(struct json_writer *w, const char *name, const struct object_id *id);
