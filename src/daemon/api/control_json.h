/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* The caretaker's switches, operations, blocks and who waits for approval as JSON. Spec: CONTRACT 5. */

#include "daemon/api/look.h"

void control_write_switches(struct json_writer *w, const struct look *look);   /* members of the panel "controls" */
void control_write_operations(struct json_writer *w, const struct look *look); /* of the panel "operations" */
void control_write_blocks(struct json_writer *w, const struct look *look);     /* of the panel "blocks" */
void control_write_pending(struct json_writer *w, const struct look *look);    /* of the panel "pending" */
void control_write_operation(struct json_writer *w, const char *name, const struct operation_view *view);
