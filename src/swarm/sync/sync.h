/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "swarm/input.h"
struct engine;
struct link_row;
void sync_record_kept(struct engine *engine, const struct input *input, int64_t now_ms);
void sync_record_gone(struct engine *engine, const struct input *input, int64_t now_ms);
void sync_record_sent(struct engine *engine, const struct input *input, int64_t now_ms);
