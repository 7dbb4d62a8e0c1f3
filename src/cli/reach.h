/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* Whether this node can be reached, and whether it has a network at all: one line each, made from what the API says.
 * Owns: nothing; writes into the caller's buffer.   Never: lets foreign text act on the terminal. */

#include "base/json.h"

/* "public, at 203.0.113.5:8782; confirmed by q7fk…m2xa 4 min ago" */
void reach_write_family(struct buffer *out, const struct json_value *family, int64_t now_ms);
void reach_write_outage(struct buffer *out, const struct json_value *outage, int64_t now_ms);
