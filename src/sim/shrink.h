/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* A run that fails, made smaller while it still fails: fewer kinds of faults, fewer nodes, a shorter time. What is left
 * is what a person looks at. A smaller swarm is another run, so each is tried with a few seeds.
 * Owns: nothing.   Never: takes a run that fails in another way (a violation is not a swarm that did not heal).
 * Full: after so many runs it keeps what it has. */

#include "sim/scenario.h"

enum { SHRINK_RUNS_MAX = 60 };

struct shrink_result {
    struct scenario_options options; /* the smallest that fails */
    struct scenario_report report;
    uint32_t runs;
};
/* Called after each run that was tried. */
struct shrink_listener {
    void (*tried)(void *context, const struct scenario_options *options, const struct scenario_report *report);
    void *context; /* borrowed */
};
/* False when the run does not fail at all. */
bool shrink(const struct scenario_options *failing, const struct shrink_listener *listener,
            struct shrink_result *result);
