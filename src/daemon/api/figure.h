/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* Figures as the API writes them: what is not known is null, never 0, and no finer than what is shown, so that a page
 * is not told of changes that nobody could see.
 * Owns: nothing.   Spec: docs/developers/api.md. */

#include "base/address.h"
#include "base/json_writer.h"
#include "swarm/identity/node_id.h"

void figure_put_time(struct json_writer *w, const char *name, int64_t at_ms); /* 0 = null */
/* Of an engine's time: 0 (never) and INT64_MAX (not planned) = null. */
void figure_put_engine_time(struct json_writer *w, const char *name, int64_t at_ms, int64_t wall_offset_ms);
void figure_put_integer(struct json_writer *w, const char *name, int64_t value); /* negative = null */
void figure_put_total(struct json_writer *w, const char *name, uint64_t value);
void figure_put_tenths(struct json_writer *w, const char *name, double value);   /* negative = null */
void figure_put_share(struct json_writer *w, const char *name, double value);    /* negative = null; 0.001 fine */
void figure_put_text(struct json_writer *w, const char *name, const char *text); /* empty = null */
void figure_put_address(struct json_writer *w, const char *name, const struct address *address);
void figure_put_node_id(struct json_writer *w, const char *name, const struct node_id *id);
/* "userId" and "userProof"; an empty one is not known. */
void figure_put_user(struct json_writer *w, const char *user_id, bool is_proven);
