/* SPDX-License-Identifier: Apache-2.0 */
/* What one node costs in a swarm of 100, 300 and 1,000: the memory of its engine, counted at the door of the heap, and
 * what it says in a second. Every size has the same capacities. Neither may grow faster than the logarithm of the
 * number of nodes: from 100 to 1,000 that is by half. */
#include "base/memory.h"
#include "sim/world.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum { SETTLE_MS = 60000, MEASURED_MS = 120000, SIZES = 3 };

static size_t counted_bytes; /* asked for so far */

void *__real_memory_try_zeroed(size_t count, size_t size);
void *__wrap_memory_try_zeroed(size_t count, size_t size);
void *__wrap_memory_try_zeroed(size_t count, size_t size) {
    counted_bytes += count * size;
    return __real_memory_try_zeroed(count, size);
}

struct cost {
    double engine_bytes;
    double frames_per_second, bytes_per_second;
};

/* A swarm never needs the heap for an engine but when it starts, so what starting one asks for is what it costs. */
static double engine_bytes_of(struct world *world) {
    size_t before = counted_bytes;
    world_start(world, 0);
    return (double)(counted_bytes - before);
}

static uint64_t said(const struct world *world, uint64_t *bytes) {
    uint64_t frames = 0;
    *bytes = 0;
    for (uint32_t i = 0; i < world_node_count(world); i++) {
        frames += world_look(world, i)->frames_out;
        *bytes += world_look(world, i)->bytes_out;
    }
    return frames;
}

static struct cost cost_of(size_t nodes) {
    struct world *world = world_new(&(struct world_options){.seed = 1, .node_count = nodes});
    struct cost cost = {.engine_bytes = engine_bytes_of(world)};
    uint64_t bytes_before;
    uint64_t bytes;
    for (uint32_t i = 1; i < nodes; i++) world_start(world, i);
    world_run_for(world, SETTLE_MS);
    uint64_t frames_before = said(world, &bytes_before);
    world_run_for(world, MEASURED_MS);
    uint64_t frames = said(world, &bytes);
    double node_seconds = (double)nodes * MEASURED_MS / 1000;
    cost.frames_per_second = (double)(frames - frames_before) / node_seconds;
    cost.bytes_per_second = (double)(bytes - bytes_before) / node_seconds;
    if (world_component_count(world) != 1 || world_violation(world) != NULL) exit(1);
    world_free(world);
    return cost;
}

static int judge(const char *what, double least, double most, double allowed) {
    bool is_good = most <= least * allowed;
    printf("%-28s grows by %.3f from 100 to 1,000 nodes; %.3f is allowed: %s\n", what, most / least, allowed,
           is_good ? "ok" : "TOO MUCH");
    return is_good ? 0 : 1;
}

int main(void) {
    static const size_t sizes[SIZES] = {100, 300, 1000};
    struct cost costs[SIZES];
    for (int i = 0; i < SIZES; i++) {
        costs[i] = cost_of(sizes[i]);
        printf("%5zu nodes: engine %.0f bytes, %.2f frames/s, %.0f bytes/s for each\n", sizes[i], costs[i].engine_bytes,
               costs[i].frames_per_second, costs[i].bytes_per_second);
    }
    double allowed = log(1000) / log(100);
    const struct cost *least = &costs[0];
    const struct cost *most = &costs[SIZES - 1];
    return judge("memory of an engine", least->engine_bytes, most->engine_bytes, allowed) +
           judge("frames of a node", least->frames_per_second, most->frames_per_second, allowed) +
           judge("bytes of a node", least->bytes_per_second, most->bytes_per_second, allowed);
}
