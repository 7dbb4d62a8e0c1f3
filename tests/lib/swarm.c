/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/swarm.h"

#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

enum { SETTLE_MS = 30000 };

struct world *swarm_begun(uint64_t seed, size_t nodes) {
    struct world *world = world_new(&(struct world_options){.seed = seed, .node_count = nodes});
    world_start_all(world);
    return world;
}

bool swarm_is_whole(const struct world *world) {
    return world_component_count(world) == 1;
}

bool swarm_is_one(const struct world *world) {
    for (uint32_t i = 0; i < world_node_count(world); i++) {
        if (!host_is_running(world_look(world, i))) return false;
    }
    return swarm_is_whole(world);
}

struct world *swarm_settled(uint64_t seed, size_t nodes) {
    struct world *world = swarm_begun(seed, nodes);
    if (world_run_while_not(world, swarm_is_one, SETTLE_MS) < 0) {
        swarm_tell(world, (uint32_t)nodes);
        fail_msg("seed %" PRIu64 ": %zu nodes are no swarm after 30 s", seed, nodes);
    }
    world_run_for(world, SETTLE_MS);
    return world;
}

void swarm_end(struct world *world) {
    const char *violation = world_violation(world);
    if (violation != NULL) {
        swarm_tell(world, (uint32_t)world_node_count(world));
        fail_msg("%s (at %" PRId64 " ms)", violation, world_now_ms(world));
    }
    world_free(world);
}

size_t swarm_seen_by(const struct world *world, uint32_t node) {
    size_t count = 0;
    for (uint32_t i = 0; i < world_node_count(world); i++) count += i != node && world_sees_open(world, i, node);
    return count;
}

uint64_t swarm_losses(const struct world *world) {
    const struct trace *trace = world_trace(world);
    return trace->closed[REASON_TIMEOUT] + trace->closed[REASON_RESET];
}

size_t swarm_least_links(const struct world *world) {
    size_t least = SIZE_MAX;
    for (uint32_t i = 0; i < world_node_count(world); i++) {
        if (!host_is_running(world_look(world, i))) continue;
        if (world_open_count(world, i) < least) least = world_open_count(world, i);
    }
    return least;
}

struct object_id swarm_publish(struct world *world, uint32_t node, uint32_t number) {
    char body[128];
    struct host *host = world_host(world, node);
    (void)snprintf(body, sizeof body, "{\"at\":%" PRId64 ",\"number\":%" PRIu32 ",\"type\":\"test\"}",
                   host_wall_ms(host), number);
    return host_publish(host, span_of_text(body));
}

static void tell_line(const struct trace_line *line) {
    uint8_t memory[512];
    struct buffer text = buffer_over(memory, sizeof memory);
    event_write_sentence(&text, &line->event);
    (void)fprintf(stderr, "%9" PRId64 " node %-3" PRIu32 " %-20s %-10s %.*s\n", line->at_ms, line->host,
                  event_name((enum event_code)line->event.code), reason_name((enum reason)line->event.reason),
                  (int)text.size, (const char *)text.at);
}

void swarm_tell(const struct world *world, uint32_t node) {
    enum { LINES_TOLD = 200 };
    const struct trace *trace = world_trace(world);
    size_t kept = trace_kept(trace);
    for (size_t i = kept > LINES_TOLD ? kept - LINES_TOLD : 0; i < kept; i++) {
        const struct trace_line *line = trace_line(trace, i);
        if (node >= world_node_count(world) || line->host == node) tell_line(line);
    }
}
