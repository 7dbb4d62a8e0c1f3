/* SPDX-License-Identifier: Apache-2.0 */
/* The program with a view of another size: a node fills twelve places and takes 64 guests, however many ask. A test of
 * what 200 links cost needs the places, and nothing else that is different. Linked with --wrap=engine_new. */
#include "swarm/engine.h"
#include "swarm/limits.h"

struct engine *__real_engine_new(const struct engine_options *options, int64_t now_ms);
struct engine *__wrap_engine_new(const struct engine_options *options, int64_t now_ms);

struct engine *__wrap_engine_new(const struct engine_options *options, int64_t now_ms) {
    struct engine_options roomy = *options;
    roomy.view_max = LIMIT_LINKS_MAX;
    return __real_engine_new(&roomy, now_ms);
}
