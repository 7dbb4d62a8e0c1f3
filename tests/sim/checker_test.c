/* SPDX-License-Identifier: Apache-2.0 */
/* A checker that never speaks proves nothing: each is shown what it must not like. */
#include "lib/swarm.h"
#include "swarm/wire/frame.h"
#include "swarm/wire/gossip.h"
#include "swarm/wire/message.h"
#include "swarm/wire/pong.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void violated(struct world *world, int64_t within_ms, const char *word) {
    world_run_for(world, within_ms);
    assert_non_null(world_violation(world));
    print_message("%s\n", world_violation(world));
    assert_non_null(strstr(world_violation(world), word));
    int64_t stopped_ms = world_now_ms(world);
    world_run_for(world, 1000);
    assert_true(world_now_ms(world) == stopped_ms); /* the world stands still where it happened */
    world_free(world);
}

static void an_engine_that_spins_is_seen(void **state) {
    (void)state;
    struct world *world = swarm_begun(1, 2);
    world_run_for(world, 3000);
    for (int i = 0; i <= 10000; i++) host_feed(world_host(world, 0), &(struct input){.kind = INPUT_TICK});
    violated(world, 3000, "spins");
}

/* An engine that is told a lie about its link lets go of a connection that is still there. */
static void a_connection_without_a_link_is_seen(void **state) {
    (void)state;
    struct world *world = swarm_begun(2, 2);
    world_run_for(world, 3000);
    struct input input = {.kind = INPUT_LINK_DOWN};
    input.as.link.id = network_link_at(world_host(world, 0)->stage->network, 0, 0);
    input.as.link.reason = REASON_RESET;
    host_feed(world_host(world, 0), &input);
    violated(world, 3000, "does not know it");
}

/* Told that its tables are smaller than they are, a host seems to overflow them. */
static void a_table_over_its_bound_is_seen(void **state) {
    (void)state;
    struct world *world = swarm_begun(3, 4);
    world_run_for(world, 5000);
    world_host(world, 0)->options.book_rows = 1;
    violated(world, 3000, "rows in its book");
}

/* A host whose timers are all lost does not notice that its peer's machine died. */
static void a_link_held_in_silence_is_seen(void **state) {
    (void)state;
    struct world *world = swarm_begun(4, 2);
    world_run_for(world, 5000);
    world_crash(world, 1, NETWORK_MACHINE_DIES);
    world_host(world, 0)->epoch++;
    violated(world, 40000, "said nothing");
}

/* Two nodes that are linked by a connection over which nothing comes any more; the first cannot be dialled, so there
 * is no other. */
static struct world *severed(void) {
    struct world *world = NULL;
    for (uint64_t seed = 1; world == NULL; seed++) {
        world = world_new(&(struct world_options){.seed = seed, .node_count = 2, .closed_percent = 50});
        if (world_look(world, 0)->options.nat.kind == NAT_CLOSED && world_look(world, 1)->options.nat.kind == NAT_OPEN)
            break;
        world_free(world);
        world = NULL;
    }
    world_start_all(world);
    world_run_for(world, 5000);
    assert_true(world_is_linked(world, 0, 1));
    world_cut(world, &(struct world_cut){.count = 1, .severs = true});
    world_heal(world);
    return world;
}

/* A word out of nowhere, every second: the first node believes that its peer still speaks. */
static void haunted(struct world *world, const char *word) {
    uint8_t memory[64];
    struct buffer frame = buffer_over(memory, sizeof memory);
    struct pong pong = {.seq = 0xfffffff0};
    frame_write_header(&frame, MESSAGE_PONG, PONG_SIZE);
    pong_build(&frame, &pong);
    for (int second = 0; second < 60 && world_violation(world) == NULL; second++) {
        struct host *host = world_host(world, 0);
        assert_true(host->link_count > 0);
        host_bytes(host, host->links[0].id, buffer_span(&frame));
        world_run_for(world, 1000);
    }
    violated(world, 0, word);
}

static void a_link_that_only_one_end_knows_is_seen(void **state) {
    (void)state;
    haunted(severed(), "and not at node");
}

static void a_link_to_a_dead_node_is_seen(void **state) {
    (void)state;
    struct world *world = severed();
    world_crash(world, 1, NETWORK_MACHINE_DIES);
    haunted(world, "died");
}

static struct address somewhere(uint16_t port) {
    return (struct address){.family = ADDRESS_IPV4, .port = port, .ip = {198, 19, 255, 1}};
}

static void a_dial_too_soon_is_seen(void **state) {
    (void)state;
    struct world *world = swarm_begun(5, 2);
    struct address address = somewhere(1);
    world_run_for(world, 5000);
    dial_log_add(&world_host(world, 0)->dial_log, &address, NULL, world_now_ms(world));
    world_run_for(world, 9000);
    dial_log_add(&world_host(world, 0)->dial_log, &address, NULL, world_now_ms(world));
    violated(world, 3000, "twice");
}

static void too_many_dials_of_one_ip_are_seen(void **state) {
    (void)state;
    struct world *world = swarm_begun(6, 2);
    world_run_for(world, 5000);
    for (uint16_t port = 1; port <= 7; port++) {
        struct address address = somewhere(port);
        assert_null(world_violation(world));
        dial_log_add(&world_host(world, 0)->dial_log, &address, NULL, world_now_ms(world));
        world_run_for(world, 5000);
    }
    violated(world, 3000, "in a minute");
}

/* The engine was never told what the checker believes. */
static void a_dial_of_who_asked_us_away_is_seen(void **state) {
    (void)state;
    struct world *world = swarm_begun(7, 2);
    world_run_for(world, 15000);
    dial_log_hold(&world_host(world, 0)->dial_log, &world_look(world, 1)->node_id, world_now_ms(world) + 600000);
    world_crash(world, 1, NETWORK_PROCESS_DIES);
    violated(world, 60000, "asked it away");
}

static void a_dial_of_who_is_only_claimed_is_seen(void **state) {
    (void)state;
    struct world *world = swarm_begun(9, 2);
    struct address address = somewhere(1);
    const struct node_id claimed = liar_made_up_id(7);
    world_run_for(world, 5000);
    dial_log_add(&world_host(world, 0)->dial_log, &address, &claimed, world_now_ms(world));
    violated(world, 3000, "only a view names");
}

static void a_disk_that_grows_is_seen(void **state) {
    (void)state;
    struct world *world = swarm_begun(8, 2);
    world_run_for(world, 5000);
    for (uint8_t i = 0; i < 200; i++) {
        struct book_row row = {.node_id.bytes = {i}};
        disk_store_row(&world_host(world, 0)->disk, &row);
    }
    violated(world, 3000, "rows on its disk");
}

static void a_record_that_comes_twice_is_seen(void **state) {
    (void)state;
    struct world *world = swarm_begun(10, 2);
    world_run_for(world, 5000);
    const struct object_id id = swarm_publish(world, 1, 1);
    record_log_add(&world_host(world, 0)->record_log,
                   &(struct record_note){.id = id}); /* once in the host's mind alone */
    violated(world, 3000, "twice");
}

/* The engine believes what it is told to be checked. */
static void a_record_that_does_not_hold_is_seen(void **state) {
    (void)state;
    struct world *world = swarm_begun(11, 2);
    world_run_for(world, 5000);
    struct host *host = world_host(world, 0);
    const struct gossip gossip = {
        .publication = {
            .record = {.text = SPAN_LITERAL("{}"), .at_ms = host_wall_ms(host), .type = SPAN_LITERAL("test")}}};
    const struct checked_message message = {.type = MESSAGE_GOSSIP, .body = &gossip};
    struct input input = {.kind = INPUT_FRAME};
    input.as.frame.link = host->links[0].id;
    input.as.frame.type = MESSAGE_GOSSIP;
    input.as.frame.message = &message;
    host_feed(host, &input);
    violated(world, 3000, "does not hold");
}

/* The engine was not told how late it is. */
static void a_record_at_the_wrong_time_is_seen(void **state) {
    (void)state;
    struct world *world = swarm_begun(12, 2);
    world_run_for(world, 5000);
    world_host(world, 0)->options.clock_skew_ms += 2 * LIMIT_RECORD_OLD_MS;
    (void)swarm_publish(world, 1, 1);
    violated(world, 3000, "at the wrong time");
}

/* Two nodes, the first with a file of two chunks. */
static struct world *with_a_file(uint64_t seed, struct object_id *id) {
    struct world *world = swarm_begun(seed, 2);
    world_run_for(world, 5000);
    *id = file_host_publish(world_host(world, 0), 300000, 0);
    world_run_for(world, 1000);
    return world;
}

static void a_part_that_is_wrong_is_seen(void **state) {
    (void)state;
    struct object_id id;
    struct world *world = with_a_file(12, &id);
    const struct made_file *file = file_book_find(&world_look(world, 0)->stage->files, &id, NULL);
    struct stored_file *stored = file_store_put(&world_host(world, 1)->files.store, file);
    stored_file_write(stored, made_file_place(file, PART_CHUNK, 1), &id);
    violated(world, 3000, "wrong bytes");
}

static void a_file_that_is_not_whole_any_more_is_seen(void **state) {
    (void)state;
    struct object_id id;
    struct world *world = with_a_file(13, &id);
    world_host(world, 0)->files.store.rows[0].parts[1].state = PART_ABSENT;
    violated(world, 3000, "lost part 1");
}

static void a_file_that_nobody_has_is_seen(void **state) {
    (void)state;
    struct object_id id;
    struct world *world = with_a_file(14, &id);
    const struct made_file *file = file_book_find(&world_look(world, 0)->stage->files, &id, NULL);
    file_store_remove(&world_host(world, 0)->files.store, file);
    violated(world, 3000, "on no disk");
}

static void an_honest_node_that_is_blamed_is_seen(void **state) {
    (void)state;
    struct object_id id;
    struct world *world = with_a_file(15, &id);
    struct file_host *files = &world_host(world, 1)->files;
    files->blamed[files->blamed_count++] = world_look(world, 0)->node_id;
    violated(world, 3000, "that one is honest");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_engine_that_spins_is_seen),
        cmocka_unit_test(a_connection_without_a_link_is_seen),
        cmocka_unit_test(a_table_over_its_bound_is_seen),
        cmocka_unit_test(a_link_held_in_silence_is_seen),
        cmocka_unit_test(a_link_that_only_one_end_knows_is_seen),
        cmocka_unit_test(a_link_to_a_dead_node_is_seen),
        cmocka_unit_test(a_dial_too_soon_is_seen),
        cmocka_unit_test(too_many_dials_of_one_ip_are_seen),
        cmocka_unit_test(a_dial_of_who_asked_us_away_is_seen),
        cmocka_unit_test(a_dial_of_who_is_only_claimed_is_seen),
        cmocka_unit_test(a_disk_that_grows_is_seen),
        cmocka_unit_test(a_record_that_comes_twice_is_seen),
        cmocka_unit_test(a_record_that_does_not_hold_is_seen),
        cmocka_unit_test(a_part_that_is_wrong_is_seen),
        cmocka_unit_test(a_file_that_is_not_whole_any_more_is_seen),
        cmocka_unit_test(a_file_that_nobody_has_is_seen),
        cmocka_unit_test(an_honest_node_that_is_blamed_is_seen),
        cmocka_unit_test(a_record_at_the_wrong_time_is_seen),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
