/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* One scenario with many seeds, a line for each, and what failed made small: how machines use the simulator.
 *
 *     storm seed 7: ok; one after 1.4 s, again after 27.8 s, filled 0.1 s on; 869 links, ...
 *     storm seed 8: FAILED; ...
 *       smallest: skep sim storm --nodes 25 --seed 9 --for 75s --without cuts
 *
 * Owns: nothing.   Never: does I/O; who prints is the caller.   Full: cannot be. */

#include "sim/scenario.h"

struct seed_range {
    uint64_t first, last;
    bool shrinks;
    void (*print)(void *context, struct span text); /* as soon as there is something to tell */
    void *context;                                  /* borrowed */
};
bool seed_range_read(struct seed_range *range, const char *text); /* "1..20", or "7" */
/* Runs them in order; gives how many failed. The options' own seed is not used. */
size_t seed_range_run(const struct seed_range *range, const struct scenario_options *options);
/* Makes this run small, telling of each try, and ends with the command that replays the smallest; false: it is good. */
bool seed_range_shrink(const struct seed_range *range, const struct scenario_options *failing);
