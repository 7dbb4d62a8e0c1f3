/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* The configuration and what is wrong with it as JSON, for the API and for scripts.
 * Never: writes the contents of a file that a value names. */

#include "base/json_writer.h"
#include "daemon/config/config.h"

/* "file": null|PATH, "items": [{"name","values","origin","file","line","apply","pending"}], as members of the open
 * object. Of what waits for a restart the values are those of `started`, and `pending` those of `latest` where they
 * differ; the two may be the same. */
void config_json_write(struct json_writer *w, const struct config *started, const struct config *latest);
/* "mistakes": [{"origin","file","line","option","message"}] */
void config_json_write_mistakes(struct json_writer *w, const struct config *config);
