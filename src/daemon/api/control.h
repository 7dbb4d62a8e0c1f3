/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* The caretaker's controls and operations as JSON, and the calls that make them.
 * Owns: the calls that wait until what they asked for is written down.
 * Never: decides; the engine does.   Full: connections bound it: each call holds one.   Spec: CONTRACT 5. */

#include "daemon/api/look.h"

void control_write_switches(struct json_writer *w, const struct look *look);   /* members of the panel "controls" */
void control_write_operations(struct json_writer *w, const struct look *look); /* of the panel "operations" */
void control_write_blocks(struct json_writer *w, const struct look *look);     /* of the panel "blocks" */
void control_write_operation(struct json_writer *w, const char *name, const struct operation_view *view);

struct api;
struct http_exchange;
void control_gone(struct api *api, struct http_exchange *exchange); /* whoever waited has left */
void control_forget_all(struct api *api);                           /* nobody is answered any more */
