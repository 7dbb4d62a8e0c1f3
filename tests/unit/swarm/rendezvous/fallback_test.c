/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "lib/engine_rig.h"

enum { SOURCES = 2, STEP_MS = 250 };

/* What each source does when it is asked. */
enum mood { ANSWERS, FAILS, IS_SILENT };

struct world {
    struct rig *rig;
    enum mood moods[SOURCES];
    size_t began, ended; /* events seen */
    size_t announces[SOURCES];
    int64_t asked_at_ms[SOURCES];
    int64_t longest_pause_ms;
};

static void look(struct world *world) {
    world->began += rig_event(world->rig, EVENT_FALLBACK_BEGAN) != NULL;
    world->ended += rig_event(world->rig, EVENT_FALLBACK_ENDED) != NULL;
    for (size_t n = 0; rig_action(world->rig, ACTION_ANNOUNCE, n) != NULL; n++)
        world->announces[rig_action(world->rig, ACTION_ANNOUNCE, n)->source]++;
}

static bool is_asked(const struct world *world, size_t source) {
    struct rendezvous_view view;
    engine_view_rendezvous(world->rig->engine, &view);
    return view.sources[source].is_asked;
}

static void answer(struct world *world, size_t source) {
    static const struct beacon_reply reply = {.is_ok = true};
    struct input input = {.kind = INPUT_BEACON_REPLY};
    const bool is_good = world->moods[source] == ANSWERS;
    const int64_t pause_ms = world->rig->now_ms - world->asked_at_ms[source];
    if (world->asked_at_ms[source] != 0 && pause_ms > world->longest_pause_ms) world->longest_pause_ms = pause_ms;
    world->asked_at_ms[source] = world->rig->now_ms;
    input.as.beacon.source = (uint8_t)source;
    input.as.beacon.was_announce = true;
    input.as.beacon.outcome = is_good ? BEACON_OUTCOME_ANSWERED : BEACON_OUTCOME_TIMEOUT;
    input.as.beacon.status = is_good ? 200 : 0;
    input.as.beacon.reply = is_good ? &reply : NULL;
    rig_feed(world->rig, &input);
    look(world);
}

static void live(struct world *world, int64_t for_ms) {
    for (int64_t passed_ms = 0; passed_ms < for_ms; passed_ms += STEP_MS) {
        for (size_t i = 0; i < SOURCES; i++)
            if (world->moods[i] != IS_SILENT && is_asked(world, i)) answer(world, i);
        rig_tick(world->rig, STEP_MS);
        look(world);
    }
}

static struct world world_make(enum mood first, enum mood second) {
    return (struct world){.rig = RIG(.source_count = SOURCES), .moods = {first, second}};
}

static struct rendezvous_view view_of(const struct world *world) {
    struct rendezvous_view view;
    engine_view_rendezvous(world->rig->engine, &view);
    return view;
}

static void three_failures_of_every_source_are_the_beginning(void **state) {
    (void)state;
    struct world world = world_make(FAILS, FAILS);
    live(&world, 120000);
    assert_int_equal(world.began, 1);
    assert_int_equal(world.ended, 0);
    assert_true(view_of(&world).is_on_fallback);
    assert_true(view_of(&world).sources[0].failure_streak >= 3);
    assert_true(view_of(&world).fallback_since_ms > RIG_WALL_MS);
    assert_true(view_of(&world).fallback_since_ms < RIG_WALL_MS + 30000);
    rig_free(world.rig);
}

static void it_is_not_for_fewer_than_three(void **state) {
    (void)state;
    struct world world = world_make(FAILS, FAILS);
    while (view_of(&world).sources[0].failure_streak < 2) live(&world, STEP_MS);
    world.moods[0] = ANSWERS;
    live(&world, 300000);
    assert_int_equal(world.began, 0);
    rig_free(world.rig);
}

static void one_source_that_answers_keeps_it_away(void **state) {
    (void)state;
    struct world world = world_make(ANSWERS, FAILS);
    live(&world, 600000);
    assert_int_equal(world.began, 0);
    assert_false(view_of(&world).is_on_fallback);
    rig_free(world.rig);
}

static void the_first_answer_ends_it_and_our_ticket_is_listed_again(void **state) {
    (void)state;
    struct world world = world_make(FAILS, FAILS);
    live(&world, 120000);
    world.moods[1] = ANSWERS;
    world.announces[1] = 0;
    live(&world, 61000); /* the longest back-off of a source */
    assert_int_equal(world.ended, 1);
    assert_false(view_of(&world).is_on_fallback);
    assert_true(world.announces[1] > 0);
    assert_true(view_of(&world).sources[1].has_announced);
    assert_false(view_of(&world).sources[0].has_announced);
    world.moods[1] = FAILS;
    live(&world, 300000);
    assert_int_equal(world.began, 2);
    rig_free(world.rig);
}

static void sources_are_asked_on_at_least_once_a_minute(void **state) {
    (void)state;
    struct world world = world_make(FAILS, FAILS);
    live(&world, 1800000);
    assert_true(view_of(&world).is_on_fallback);
    assert_true(world.longest_pause_ms > 20000); /* it does wait */
    assert_true(world.longest_pause_ms <= 66000 + 2 * STEP_MS);
    rig_free(world.rig);
}

static void links_stay_and_peers_of_the_book_are_dialled_meanwhile(void **state) {
    (void)state;
    struct world world = world_make(FAILS, FAILS);
    const struct rig_peer friend = rig_peer(1);
    const uint32_t link = rig_link_inbound(world.rig, &friend);
    for (int i = 0; i < 600; i++) { /* ten minutes in which the friend is heard */
        live(&world, STEP_MS);
        rig_live(world.rig, 750);
        look(&world);
    }
    assert_true(view_of(&world).is_on_fallback);
    assert_int_equal(rig_link(world.rig, link).state, LINK_STATE_OPEN);
    const size_t dials_before = world.rig->dial_count;
    const struct rig_peer other = rig_peer(2);
    const struct book_row row = rig_row(&other);
    rig_load_row(world.rig, &row);
    live(&world, 10000);
    assert_true(world.rig->dial_count > dials_before);
    rig_free(world.rig);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(three_failures_of_every_source_are_the_beginning),
        cmocka_unit_test(it_is_not_for_fewer_than_three),
        cmocka_unit_test(one_source_that_answers_keeps_it_away),
        cmocka_unit_test(the_first_answer_ends_it_and_our_ticket_is_listed_again),
        cmocka_unit_test(sources_are_asked_on_at_least_once_a_minute),
        cmocka_unit_test(links_stay_and_peers_of_the_book_are_dialled_meanwhile),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
