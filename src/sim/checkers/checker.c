/* SPDX-License-Identifier: Apache-2.0 */
#include "sim/checkers/checker.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

void checker_fail(struct checker_state *state, const char *format, ...) {
    va_list arguments;
    if (state->violation[0] != '\0') return;
    va_start(arguments, format);
    (void)vsnprintf(state->violation, sizeof state->violation, format, arguments);
    va_end(arguments);
}

void checker_bound(struct checker_state *state, uint32_t node, const char *what, size_t value, size_t max) {
    if (value > max) checker_fail(state, "node %" PRIu32 " has %zu %s, at most %zu may be", node, value, what, max);
}

void checkers_step(struct checker_state *state, const struct world *world) {
    check_pace(state, world);
}

void checkers_second(struct checker_state *state, const struct world *world) {
    check_views(state, world);
    check_capacities(state, world);
    check_links(state, world);
    check_symmetry(state, world);
    check_undead(state, world);
    check_dials(state, world);
    check_records(state, world);
    check_files(state, world);
    check_transport(state, world);
}
