/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* Of whom a part is asked: the link that will have answered soonest, by what it delivers and what was asked of it
 * already. Only those that say they hold the file; when nobody says so, everybody once.
 * Owns: nothing.   Never: asks. */

#include "swarm/engine_inside.h"

uint32_t source_size_of(const struct content_part *part); /* what asking for it costs, in bytes */
/* NULL: none has room just now, or (*has_any false) there is nobody to ask. */
const struct link_row *source_choose(const struct engine *engine, const struct download *download, uint32_t size,
                                     bool *has_any, int64_t now_ms);
/* Another would have answered in a fraction of what this one will still take. */
bool source_is_far_better(const struct engine *engine, const struct ask *ask, int64_t now_ms);
