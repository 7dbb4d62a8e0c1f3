/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* The panel of the diagnoses: those under way and the last ones, each with the steps that there are so far.
 * Owns: nothing.   Spec: docs/developers/api.md. */

#include "daemon/api/look.h"

bool doctor_panel_is_known(const struct look *look);
void doctor_panel_write(struct json_writer *w, const struct look *look);
void doctor_panel_put_id(struct json_writer *w, uint64_t id); /* "id" */
