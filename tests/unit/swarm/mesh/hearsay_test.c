/* SPDX-License-Identifier: Apache-2.0 */
/* What we tell neighbours of our links and when, and what we make of what they tell. */
#include "swarm/mesh/hearsay.h"

#include "lib/engine_rig.h"
#include "lib/message_bench.h"

#include "swarm/wire/ping.h"
#include "swarm/wire/pong.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

enum { SETTLED_MS = 1500 };

static uint32_t link_with(struct rig *rig, uint32_t number, enum mesh_wish wish, bool takes_part) {
    const struct rig_peer peer = rig_peer(number);
    struct hello hello = rig_hello(&peer);
    hello.mesh = wish;
    if (!takes_part) hello.feature_count = 0;
    uint32_t link = rig_up_inbound(rig, &peer);
    rig_say(rig, link, MESSAGE_HELLO, &hello);
    assert_int_equal(rig_link(rig, link).state, LINK_STATE_OPEN);
    return link;
}

static uint32_t neighbour(struct rig *rig, uint32_t number) {
    return link_with(rig, number, MESH_WISH_LOW, true);
}

/* Of somebody who has a link with that peer, and with us. */
static struct view view_of(const struct rig *rig, uint32_t other) {
    return (struct view){.link_count = 2,
                         .links = {{rig_peer(other).id, LINK_PATH_DIRECT, 40}, {rig->id, LINK_PATH_LAN, -1}}};
}

static bool is_peer(const struct node_id *id, uint32_t number) {
    const struct rig_peer peer = rig_peer(number);
    return node_id_equal(id, &peer.id);
}

static void say_view(struct rig *rig, uint32_t link, uint32_t other) {
    const struct view view = view_of(rig, other);
    rig_say(rig, link, MESSAGE_VIEW, &view);
}

static size_t heard(const struct rig *rig, struct neighbour_view views[LIMIT_VIEW_MAX]) {
    return engine_view_neighbours(rig->engine, views, LIMIT_VIEW_MAX);
}

static size_t heard_count(const struct rig *rig) {
    struct neighbour_view views[LIMIT_VIEW_MAX];
    return heard(rig, views);
}

static uint64_t ignored_count(const struct rig *rig) {
    return engine_view_counters(rig->engine)->views_ignored;
}

/* What was told there in the last feed; NULL: nothing. Lives until the next one is read. */
static const struct view *told(const struct rig *rig, uint32_t link) {
    const struct action *sent = rig_sent(rig, link, MESSAGE_VIEW);
    const void *checked = NULL;
    if (sent == NULL) return NULL;
    assert_int_equal(message_bench_check(MESSAGE_VIEW, sent->bytes, &checked), REFUSAL_NONE);
    return checked;
}

/* How often a view is told there while time passes and every link is heard. */
static size_t count_told(struct rig *rig, uint32_t link, int64_t for_ms) {
    size_t count = 0;
    for (int64_t past_ms = 0; past_ms < for_ms; past_ms += 1000) {
        rig_live(rig, 1000);
        count += rig_sent(rig, link, MESSAGE_VIEW) != NULL;
    }
    return count;
}

static void answer_next_ping(struct rig *rig, uint32_t link, int64_t after_ms) {
    const void *checked = NULL;
    do {
        rig_tick(rig, engine_deadline_ms(rig->engine) - rig->now_ms);
    } while (rig_sent(rig, link, MESSAGE_PING) == NULL);
    assert_int_equal(message_bench_check(MESSAGE_PING, rig_sent(rig, link, MESSAGE_PING)->bytes, &checked),
                     REFUSAL_NONE);
    const struct pong pong = {.seq = ((const struct ping *)checked)->seq};
    rig->now_ms += after_ms;
    rig_say(rig, link, MESSAGE_PONG, &pong);
}

/* ---- Telling ---- */

static void a_link_that_opens_is_told_soon_to_every_neighbour(void **state) {
    (void)state;
    struct rig *rig = RIG();
    uint32_t first = neighbour(rig, 1);
    rig_tick(rig, SETTLED_MS);
    assert_int_equal(told(rig, first)->link_count, 1);
    uint32_t second = neighbour(rig, 2);
    rig_tick(rig, SETTLED_MS);
    assert_null(told(rig, first)); /* not twice in ten seconds */
    rig_live(rig, LIMIT_HEARSAY_SOON_MS);
    const struct view *view = told(rig, first);
    assert_int_equal(view->link_count, 2);
    assert_true(is_peer(&view->links[1].peer, 2) || is_peer(&view->links[0].peer, 2));
    assert_int_equal(view->links[0].path, LINK_PATH_DIRECT);
    assert_non_null(told(rig, second));
    rig_free(rig);
}

static void links_that_open_together_are_told_at_once(void **state) {
    (void)state;
    struct rig *rig = RIG();
    uint32_t link = neighbour(rig, 1);
    for (uint32_t number = 2; number <= 5; number++) (void)neighbour(rig, number);
    rig_tick(rig, SETTLED_MS);
    assert_int_equal(told(rig, link)->link_count, 5);
    rig_free(rig);
}

static void a_round_trip_is_told_once_it_is_measured(void **state) {
    (void)state;
    struct rig *rig = RIG();
    uint32_t link = neighbour(rig, 1);
    rig_tick(rig, SETTLED_MS);
    assert_true(told(rig, link)->links[0].rtt_ms < 0);
    answer_next_ping(rig, link, 37);
    (void)neighbour(rig, 2);
    rig_live(rig, LIMIT_HEARSAY_SOON_MS);
    const struct view *view = told(rig, link);
    for (size_t i = 0; i < view->link_count; i++)
        assert_int_equal(view->links[i].rtt_ms, is_peer(&view->links[i].peer, 1) ? 37 : -1);
    rig_free(rig);
}

static void a_view_is_told_each_minute(void **state) {
    (void)state;
    struct rig *rig = RIG();
    uint32_t link = neighbour(rig, 1);
    rig_live(rig, SETTLED_MS);
    assert_in_range(count_told(rig, link, 600000), 8, 13);
    rig_free(rig);
}

static void a_link_that_ends_is_told_soon(void **state) {
    (void)state;
    struct rig *rig = RIG();
    uint32_t stays = neighbour(rig, 1), goes = neighbour(rig, 2);
    rig_live(rig, LIMIT_HEARSAY_SOON_MS + SETTLED_MS);
    rig_down(rig, goes, REASON_RESET);
    rig_tick(rig, SETTLED_MS);
    assert_int_equal(told(rig, stays)->link_count, 1);
    rig_free(rig);
}

static void who_does_not_listen_is_told_nothing(void **state) {
    (void)state;
    struct rig *rig = RIG();
    uint32_t deaf = link_with(rig, 1, MESH_WISH_LOW, false);
    uint32_t guest = link_with(rig, 2, MESH_WISH_NONE, true);
    uint32_t link = neighbour(rig, 3);
    rig_tick(rig, SETTLED_MS);
    assert_null(told(rig, deaf));
    assert_null(told(rig, guest));
    assert_int_equal(told(rig, link)->link_count, 2); /* the deaf one has a place in the mesh, the guest has none */
    rig_free(rig);
}

/* ---- Listening ---- */

static void a_view_is_kept_with_who_said_it_and_when(void **state) {
    (void)state;
    struct rig *rig = RIG();
    struct neighbour_view views[LIMIT_VIEW_MAX];
    uint32_t one = neighbour(rig, 1), two = neighbour(rig, 2);
    rig_tick(rig, 5000);
    say_view(rig, one, 9);
    say_view(rig, two, 1);
    assert_int_equal(heard(rig, views), 2);
    assert_true(node_id_compare(&views[0].node_id, &views[1].node_id) < 0);
    const struct neighbour_view *first = is_peer(&views[0].node_id, 1) ? &views[0] : &views[1];
    assert_true(is_peer(&first->node_id, 1));
    assert_true(first->at_ms == rig_wall_ms(rig));
    assert_int_equal(first->view.link_count, 2);
    assert_true(is_peer(&first->view.links[0].peer, 9));
    assert_int_equal(first->view.links[0].rtt_ms, 40);
    assert_true(node_id_equal(&first->view.links[1].peer, &rig->id)); /* its link with us is one of them */
    rig_free(rig);
}

static void a_claim_changes_nothing_but_what_is_shown(void **state) {
    (void)state;
    struct rig *rig = RIG();
    struct mesh_view before, after;
    uint32_t link = neighbour(rig, 1);
    engine_view_mesh(rig->engine, &before);
    say_view(rig, link, 9);
    assert_int_equal(rig_count(rig, ACTION_STORE_ROW), 0);
    rig_live(rig, 120000);
    engine_view_mesh(rig->engine, &after);
    assert_int_equal(after.known, before.known);
    assert_int_equal(after.passive, before.passive);
    assert_int_equal(rig->dial_count, 0);
    rig_free(rig);
}

static void of_many_views_one_in_eight_seconds_is_taken(void **state) {
    (void)state;
    struct rig *rig = RIG();
    struct neighbour_view views[LIMIT_VIEW_MAX];
    uint32_t link = neighbour(rig, 1);
    for (uint32_t other = 10; other < 60; other++) say_view(rig, link, other);
    assert_int_equal(heard(rig, views), 1);
    assert_true(is_peer(&views[0].view.links[0].peer, 10));
    assert_int_equal(ignored_count(rig), 49);
    rig_tick(rig, LIMIT_HEARSAY_SAME_PEER_MS);
    say_view(rig, link, 60);
    assert_int_equal(heard(rig, views), 1);
    assert_true(is_peer(&views[0].view.links[0].peer, 60));
    assert_int_equal(ignored_count(rig), 49);
    assert_int_equal(rig_link(rig, link).state, LINK_STATE_OPEN);
    rig_free(rig);
}

static void a_view_goes_after_three_minutes_and_with_its_link(void **state) {
    (void)state;
    struct rig *rig = RIG();
    uint32_t one = neighbour(rig, 1), two = neighbour(rig, 2);
    say_view(rig, one, 9);
    rig_live(rig, 60000);
    say_view(rig, two, 9);
    rig_live(rig, LIMIT_HEARSAY_KEPT_MS - 60000 - 1000);
    assert_int_equal(heard_count(rig), 2);
    rig_live(rig, 2000);
    assert_int_equal(heard_count(rig), 1);
    rig_down(rig, two, REASON_RESET);
    assert_int_equal(heard_count(rig), 0);
    rig_free(rig);
}

static void every_place_of_the_view_has_room_for_what_is_said_there(void **state) {
    (void)state;
    struct rig *rig = RIG();
    rig_fill_view(rig, LIMIT_VIEW_MAX, MESH_WISH_HIGH);
    for (uint32_t link = 1; link <= 2 * LIMIT_VIEW_MAX; link += 2) say_view(rig, link, 9);
    assert_int_equal(heard_count(rig), LIMIT_VIEW_MAX);
    const struct rig_peer late = rig_peer(77);
    struct hello hello = rig_hello(&late);
    hello.mesh = MESH_WISH_HIGH;
    uint32_t link = rig_up_inbound(rig, &late);
    rig_say(rig, link, MESSAGE_HELLO, &hello); /* takes somebody's place, and what that one said goes with it */
    assert_int_equal(heard_count(rig), LIMIT_VIEW_MAX - 1);
    say_view(rig, link, 9);
    assert_int_equal(heard_count(rig), LIMIT_VIEW_MAX);
    rig_free(rig);
}

static void a_link_with_itself_ends_the_link(void **state) {
    (void)state;
    struct rig *rig = RIG();
    uint32_t link = neighbour(rig, 1);
    say_view(rig, link, 1);
    assert_int_equal(rig_goodbye(rig, link), REASON_PROTOCOL);
    assert_int_equal(heard_count(rig), 0);
    rig_free(rig);
}

static void who_takes_no_part_is_not_listened_to_and_not_punished(void **state) {
    (void)state;
    struct rig *rig = RIG();
    uint32_t deaf = link_with(rig, 1, MESH_WISH_LOW, false);
    uint32_t guest = link_with(rig, 2, MESH_WISH_NONE, true);
    say_view(rig, deaf, 9);
    say_view(rig, guest, 9);
    assert_int_equal(heard_count(rig), 0);
    assert_int_equal(ignored_count(rig), 2);
    assert_int_equal(rig_link(rig, deaf).state, LINK_STATE_OPEN);
    assert_int_equal(rig_link(rig, guest).state, LINK_STATE_OPEN);
    rig_free(rig);
}

/* ---- The caretaker's wish ---- */

static void share(struct rig *rig, bool is_on) {
    rig_feed(rig, &(struct input){.kind = INPUT_SHARE_VIEW, .as.is_on = is_on});
}

static bool offers_views(const struct rig *rig, uint32_t link) {
    const void *checked = NULL;
    const struct action *hello = rig_sent(rig, link, MESSAGE_HELLO);
    assert_int_equal(message_bench_check(MESSAGE_HELLO, hello->bytes, &checked), REFUSAL_NONE);
    return hello_has_feature(checked, FEATURE_VIEW);
}

static void a_node_that_hides_its_view_neither_tells_nor_listens(void **state) {
    (void)state;
    struct rig *rig = RIG(.hides_view = true);
    uint32_t link = neighbour(rig, 1);
    assert_false(offers_views(rig, link));
    assert_int_equal(count_told(rig, link, 180000), 0);
    say_view(rig, link, 9);
    assert_int_equal(heard_count(rig), 0);
    assert_int_equal(ignored_count(rig), 1);
    rig_free(rig);
}

static void hidden_later_it_is_taken_back_once_and_all_is_forgotten(void **state) {
    (void)state;
    struct rig *rig = RIG();
    uint32_t link = neighbour(rig, 1);
    assert_true(offers_views(rig, link));
    rig_tick(rig, SETTLED_MS);
    say_view(rig, link, 9);
    share(rig, false);
    assert_int_equal(heard_count(rig), 0);
    rig_tick(rig, SETTLED_MS);
    assert_null(told(rig, link)); /* the neighbour would not listen yet */
    rig_live(rig, LIMIT_HEARSAY_SOON_MS);
    assert_int_equal(told(rig, link)->link_count, 0);
    uint32_t later = neighbour(rig, 2);
    assert_false(offers_views(rig, later));
    assert_int_equal(count_told(rig, link, 180000), 0);
    rig_free(rig);
}

static void shared_again_it_is_told_where_the_hello_offered_it(void **state) {
    (void)state;
    struct rig *rig = RIG();
    uint32_t offered = neighbour(rig, 1);
    rig_tick(rig, SETTLED_MS);
    share(rig, false);
    uint32_t not_offered = neighbour(rig, 2);
    rig_live(rig, LIMIT_HEARSAY_SOON_MS);
    share(rig, true);
    rig_live(rig, LIMIT_HEARSAY_SOON_MS + SETTLED_MS);
    assert_int_equal(told(rig, offered)->link_count, 2);
    assert_null(told(rig, not_offered));
    say_view(rig, not_offered, 9);
    assert_int_equal(heard_count(rig), 0);
    rig_free(rig);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_link_that_opens_is_told_soon_to_every_neighbour),
        cmocka_unit_test(links_that_open_together_are_told_at_once),
        cmocka_unit_test(a_round_trip_is_told_once_it_is_measured),
        cmocka_unit_test(a_view_is_told_each_minute),
        cmocka_unit_test(a_link_that_ends_is_told_soon),
        cmocka_unit_test(who_does_not_listen_is_told_nothing),
        cmocka_unit_test(a_view_is_kept_with_who_said_it_and_when),
        cmocka_unit_test(a_claim_changes_nothing_but_what_is_shown),
        cmocka_unit_test(of_many_views_one_in_eight_seconds_is_taken),
        cmocka_unit_test(a_view_goes_after_three_minutes_and_with_its_link),
        cmocka_unit_test(every_place_of_the_view_has_room_for_what_is_said_there),
        cmocka_unit_test(a_link_with_itself_ends_the_link),
        cmocka_unit_test(who_takes_no_part_is_not_listened_to_and_not_punished),
        cmocka_unit_test(a_node_that_hides_its_view_neither_tells_nor_listens),
        cmocka_unit_test(hidden_later_it_is_taken_back_once_and_all_is_forgotten),
        cmocka_unit_test(shared_again_it_is_told_where_the_hello_offered_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
