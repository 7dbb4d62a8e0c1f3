/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* Which part of which file is asked of whom, and what comes of it. The host names the parts that are missing, in the
 * order in which they are wanted; each goes to the link that will have answered soonest by what it has delivered so
 * far. What comes is handed to the host slice by slice; whether it is what it should be the host finds out.
 * Never: looks into a slice, keeps one, or asks anything of who sent something wrong within the hour.
 * Full: LIMIT_DOWNLOADS_MAX files at a time, LIMIT_ASKED_BYTES in all; the rest waits.   Spec: WIRE W12. */

#include "swarm/engine_inside.h"

/* Bytes a second to be asked for of all peers together; 0: as many as they give. */
void download_set_rate(struct engine *engine, uint64_t bytes_per_second, int64_t now_ms);
void download_want(struct engine *engine, struct file_row *row, int64_t now_ms);
void download_unwant(struct engine *engine, struct file_row *row, int64_t now_ms);
void download_missing(struct engine *engine, const struct input *input, int64_t now_ms); /* the host's list */
void download_checked(struct engine *engine, const struct input *input, int64_t now_ms); /* the host's verdict */
void download_news(struct engine *engine, int64_t now_ms); /* somebody new may have what is wanted */
void download_link_gone(struct engine *engine, const struct link_row *link, int64_t now_ms);
void download_tick(struct engine *engine, int64_t now_ms);
int64_t download_deadline_ms(const struct engine *engine);
