/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* The configuration and what is wrong with it as JSON, for the API and for scripts.
 * Never: writes the contents of a file that a value names. */

#include "base/json_writer.h"
#include "daemon/config/config.h"

/* "file": null|PATH, "items": [{"name","values","origin","file","line","apply","pending"}], as members of the open
 * object. The values are those in force; `pending` are those of `latest`, where they differ. `file` may be empty. */
void config_json_write(struct json_writer *w, const char *file, const struct values *in_force,
                       const struct values *latest);
/* "mistakes": [{"origin","file","line","option","message"}], "more": how many are not among them */
void config_json_write_mistakes(struct json_writer *w, const struct config *config);
