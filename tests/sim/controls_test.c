/* SPDX-License-Identifier: Apache-2.0 */
/* Caretakers who switch, block, keep and take back all over a swarm that loses a third of what it says and whose
 * processes die, some of them while they write down what they were just asked. */
#include "lib/swarm.h"
#include "swarm/engine_view.h"

#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

enum {
    NODES = 20,
    SEEDS = 4,
    OPERATIONS = 250,      /* of one seed */
    CRASH_EVERY = 5,       /* operations, one is asked of a process that dies; half as often one dies in peace */
    BLOCK_TAKES_MS = 1000, /* from its effect to the end of the last link */
    STEP_MS = 100,         /* how often it is looked at */
    LOSS_PERMILLE = 300,
    CONFIRM_MS_MIN = 1000,
    CONFIRM_MS_MAX = 8000,
    LATE_MS = 50,  /* from a deadline until it is seen to */
    KEPT_MAX = 32, /* operations of a simulated node */
};

/* Switches that nothing but plain operations throw, so that before and after are two positions and no third. */
static const struct {
    enum control on, off;
    enum control_switch which;
} plain[] = {
    {CONTROL_AUTOCONNECT_ON, CONTROL_AUTOCONNECT_OFF, SWITCH_AUTOCONNECT},
    {CONTROL_SIGNALING_RESUME, CONTROL_SIGNALING_STOP, SWITCH_SIGNALING},
};
static const enum control timed[] = {CONTROL_PAUSE_INBOUND, CONTROL_PAUSE_OUTBOUND, CONTROL_PAUSE_ALL,
                                     CONTROL_ISOLATE_ON};

struct awaited {
    uint64_t id;
    bool was_kept;
};
struct caretaker {
    size_t awaited_count;
    struct awaited awaited[OPERATIONS];
    struct node_id blocked; /* the last one, NONE: nobody */
    int64_t blocked_at_ms;  /* when that was seen to hold */
};
struct play {
    struct world *world;
    struct prng prng;
    uint64_t seed;
    uint64_t next_id;
    size_t asked, crashes, as_before, as_asked, reverted, blocks;
    struct caretaker caretakers[NODES];
};

static struct engine *engine_of(const struct play *play, uint32_t node) {
    return world_look(play->world, node)->engine;
}

static enum operation_answer operate(struct play *play, uint32_t node, enum operation_verb verb, uint64_t id,
                                     const struct operation_request *request) {
    enum operation_answer answer = OPERATION_ABSENT;
    struct input input = {.kind = INPUT_OPERATION};
    input.as.operation.verb = verb;
    input.as.operation.id = id;
    input.as.operation.request = request;
    input.as.operation.answer = &answer;
    host_feed(world_host(play->world, node), &input);
    return answer;
}

static uint64_t ask(struct play *play, uint32_t node, struct operation_request request) {
    const uint64_t id = play->next_id++;
    request.author = request.reason = request.key = "";
    if (operate(play, node, OPERATION_ASK, id, &request) != OPERATION_ASKED) return 0;
    play->asked++;
    return id;
}

/* What must hold at any time. */

static int64_t wall_of(const struct play *play, uint32_t node) {
    struct rendezvous_view clock;
    engine_view_rendezvous(engine_of(play, node), &clock);
    return world_now_ms(play->world) + clock.wall_offset_ms;
}

static void check_awaiting(const struct play *play, uint32_t node) {
    struct operation_view views[KEPT_MAX];
    const struct engine *engine = engine_of(play, node);
    const size_t count = engine_view_operations(engine, views, KEPT_MAX);
    const int64_t wall_ms = wall_of(play, node);
    for (size_t i = 0; i < count; i++) {
        const bool is_late = views[i].operation.state == OPERATION_AWAITING && !views[i].is_keeping &&
                             views[i].reverts_at_ms + LATE_MS < wall_ms;
        if (is_late)
            fail_msg("seed %" PRIu64 ": node %" PRIu32 " did not take back what nobody kept", play->seed, node);
    }
}

static void check_blocked(struct play *play, uint32_t node) {
    struct caretaker *caretaker = &play->caretakers[node];
    struct link_view links[NODES * 2];
    const struct engine *engine = engine_of(play, node);
    const bool holds = engine_view_blocks(engine)->count > 0;
    if (node_id_is_none(&caretaker->blocked)) return;
    if (!holds) caretaker->blocked_at_ms = 0;
    if (holds && caretaker->blocked_at_ms == 0) caretaker->blocked_at_ms = world_now_ms(play->world);
    if (!holds || world_now_ms(play->world) - caretaker->blocked_at_ms < BLOCK_TAKES_MS) return;
    const size_t count = engine_view_links(engine, links, NODES * 2, world_now_ms(play->world));
    for (size_t i = 0; i < count; i++) {
        const bool is_blocked = links[i].has_peer && node_id_equal(&links[i].node_id, &caretaker->blocked);
        if (!is_blocked || links[i].state == LINK_STATE_CLOSED) continue;
        const bool is_turned_away = links[i].is_inbound && links[i].state != LINK_STATE_OPEN &&
                                    wall_of(play, node) - links[i].since_ms < BLOCK_TAKES_MS; /* it called just now */
        if (is_turned_away) continue;
        fail_msg("seed %" PRIu64 ": node %" PRIu32 " has a link with whom it blocked a second ago (%s)", play->seed,
                 node, link_state_name(links[i].state));
    }
}

static void pass(struct play *play, int64_t for_ms) {
    const int64_t until_ms = world_now_ms(play->world) + for_ms;
    while (world_now_ms(play->world) < until_ms) {
        const int64_t left_ms = until_ms - world_now_ms(play->world);
        world_run_for(play->world, left_ms < STEP_MS ? left_ms : STEP_MS);
        if (world_violation(play->world) != NULL) swarm_end(play->world); /* it stands still, and fails here */
        for (uint32_t node = 0; node < NODES; node++) {
            if (engine_of(play, node) == NULL) continue;
            check_awaiting(play, node);
            check_blocked(play, node);
        }
    }
}

/* What caretakers do. */

static bool switch_is_on(const struct play *play, uint32_t node, enum control_switch which) {
    struct control_view views[SWITCH_COUNT];
    engine_view_controls(engine_of(play, node), views);
    return views[which].is_on;
}

static void crash_and_return(struct play *play, uint32_t node) {
    const enum network_death death = prng_below(&play->prng, 2) == 0 ? NETWORK_PROCESS_DIES : NETWORK_MACHINE_DIES;
    world_crash(play->world, node, death);
    play->crashes++;
    pass(play, prng_between(&play->prng, 100, 3000));
    world_start(play->world, node);
}

/* Asked while its process dies: it stands where it stood, or where it was asked to; what was in force is there. */
static void switch_and_crash(struct play *play, uint32_t node) {
    const size_t at = prng_below(&play->prng, sizeof plain / sizeof plain[0]);
    const bool was_on = switch_is_on(play, node, plain[at].which), wanted = prng_below(&play->prng, 2) == 0;
    if (ask(play, node, (struct operation_request){.control = wanted ? plain[at].on : plain[at].off}) == 0) return;
    world_run_for(play->world, prng_between(&play->prng, 0, 3));
    const bool is_on = switch_is_on(play, node, plain[at].which), is_done = is_on == wanted;
    assert_true(is_on == was_on || is_done);
    crash_and_return(play, node);
    const bool comes_back_on = switch_is_on(play, node, plain[at].which);
    assert_true(comes_back_on == was_on || comes_back_on == wanted);
    if (is_done) assert_true(comes_back_on == wanted);
    if (was_on != wanted) *(comes_back_on == wanted ? &play->as_asked : &play->as_before) += 1;
}

static void switch_plainly(struct play *play, uint32_t node) {
    const size_t at = prng_below(&play->prng, sizeof plain / sizeof plain[0]);
    const bool wanted = prng_below(&play->prng, 2) == 0;
    if (ask(play, node, (struct operation_request){.control = wanted ? plain[at].on : plain[at].off}) == 0) return;
    pass(play, 10);
    assert_true(switch_is_on(play, node, plain[at].which) == wanted);
}

static void switch_unless_kept(struct play *play, uint32_t node) {
    struct caretaker *caretaker = &play->caretakers[node];
    const struct operation_request request = {
        .control = timed[prng_below(&play->prng, sizeof timed / sizeof timed[0])],
        .confirm_ms = prng_between(&play->prng, CONFIRM_MS_MIN, CONFIRM_MS_MAX),
    };
    const uint64_t id = ask(play, node, request);
    if (id == 0) return;
    struct awaited *awaited = &caretaker->awaited[caretaker->awaited_count++];
    *awaited = (struct awaited){.id = id};
    pass(play, prng_between(&play->prng, 10, 500));
    if (prng_below(&play->prng, 3) == 0)
        awaited->was_kept = operate(play, node, OPERATION_KEEP, id, NULL) == OPERATION_DONE;
}

static void switch_for_a_time(struct play *play, uint32_t node) {
    const struct operation_request request = {
        .control = timed[prng_below(&play->prng, sizeof timed / sizeof timed[0])],
        .for_ms = prng_between(&play->prng, 100, 5000),
    };
    (void)ask(play, node, request);
}

/* A neighbour, when it has one. */
static struct node_id somebody(struct play *play, uint32_t node) {
    struct link_outline links[NODES * 2];
    const size_t count = engine_view_outlines(engine_of(play, node), links, NODES * 2);
    for (size_t i = 0; i < count; i++)
        if (links[i].state == LINK_STATE_OPEN && links[i].has_peer) return links[i].node_id;
    return world_look(play->world, (node + 1) % NODES)->node_id;
}

/* One at a time: whom it blocks is the last. */
static void block(struct play *play, uint32_t node) {
    struct caretaker *caretaker = &play->caretakers[node];
    if (!node_id_is_none(&caretaker->blocked)) {
        const struct control_target old = {.kind = TARGET_NODE, .node_id = caretaker->blocked};
        if (ask(play, node, (struct operation_request){.control = CONTROL_BLOCK_REMOVE, .target = &old}) == 0) return;
        pass(play, 10);
        assert_int_equal(engine_view_blocks(engine_of(play, node))->count, 0);
    }
    const struct control_target target = {.kind = TARGET_NODE, .node_id = somebody(play, node)};
    caretaker->blocked = target.node_id;
    caretaker->blocked_at_ms = 0;
    const struct operation_request request = {.control = CONTROL_BLOCK_ADD, .target = &target, .direction = BLOCK_ALL};
    if (ask(play, node, request) == 0) return;
    if (prng_below(&play->prng, 4) == 0) {
        world_run_for(play->world, prng_between(&play->prng, 0, 3));
        crash_and_return(play, node);
    }
    pass(play, prng_between(&play->prng, 10, 500));
    play->blocks++;
}

static void end_a_link(struct play *play, uint32_t node) {
    const struct control_target target = {.kind = TARGET_NODE, .node_id = somebody(play, node)};
    (void)ask(play, node, (struct operation_request){.control = CONTROL_LINK_DISCONNECT, .target = &target});
}

static uint32_t running_node(struct play *play) {
    uint32_t node = (uint32_t)prng_below(&play->prng, NODES);
    while (engine_of(play, node) == NULL) node = (node + 1) % NODES;
    return node;
}

static void act_once(struct play *play) {
    static void (*const acts[])(struct play * play, uint32_t node) = {
        switch_plainly, switch_unless_kept, switch_for_a_time, block, end_a_link,
    };
    const uint32_t node = running_node(play);
    acts[prng_below(&play->prng, sizeof acts / sizeof acts[0])](play, node);
    if (prng_below(&play->prng, CRASH_EVERY) == 0) switch_and_crash(play, running_node(play));
    if (prng_below(&play->prng, 2 * CRASH_EVERY) == 0) crash_and_return(play, running_node(play));
    pass(play, prng_between(&play->prng, 0, 200));
}

/* In the end nothing awaits, and what nobody kept is not what holds. */
static void judge_awaited(struct play *play) {
    for (uint32_t node = 0; node < NODES; node++) {
        for (size_t i = 0; i < play->caretakers[node].awaited_count; i++) {
            struct operation_view view;
            const struct awaited *awaited = &play->caretakers[node].awaited[i];
            if (!engine_view_operation(engine_of(play, node), awaited->id, &view)) continue; /* never written, or old */
            assert_int_not_equal(view.operation.state, OPERATION_AWAITING);
            if (awaited->was_kept) continue;
            assert_int_not_equal(view.operation.state, OPERATION_CONFIRMED);
            assert_false(operation_state_is_in_force(view.operation.state));
            play->reverted += view.operation.state == OPERATION_REVERTED;
        }
    }
}

static void caretakers_are_obeyed_in_a_storm(void **state) {
    (void)state;
    size_t asked = 0;
    for (uint64_t seed = 1; seed <= SEEDS; seed++) {
        struct play *play = calloc(1, sizeof *play);
        *play =
            (struct play){.seed = seed, .prng = prng_seeded(seed), .next_id = 1, .world = swarm_settled(seed, NODES)};
        world_weather(play->world, &(struct weather){.lossy_percent = 100, .loss_permille = LOSS_PERMILLE});
        while (play->asked < OPERATIONS) act_once(play);
        pass(play, CONFIRM_MS_MAX + 1000);
        judge_awaited(play);
        print_message("seed %" PRIu64
                      ": %zu operations, %zu blocks, %zu crashes (after those while asked %zu as before, "
                      "%zu as asked), %zu taken back that nobody kept\n",
                      seed, play->asked, play->blocks, play->crashes, play->as_before, play->as_asked, play->reverted);
        assert_true(play->as_before > 0 && play->as_asked > 0 && play->reverted > 0 && play->blocks > 0);
        asked += play->asked;
        swarm_end(play->world);
        free(play);
    }
    assert_true(asked >= SEEDS * OPERATIONS);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(caretakers_are_obeyed_in_a_storm)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
