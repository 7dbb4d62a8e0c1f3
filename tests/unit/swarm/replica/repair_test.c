/* SPDX-License-Identifier: Apache-2.0 */
/* Files that too few hold: who is offered them, when, and how much at once. */
#include "lib/replica_rig.h"
#include "swarm/replica/redundancy.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

enum { FILE_A = 1, SOON_MS = LIMIT_SWEEP_SOON_MS + LIMIT_SWEEP_GAP_MS };

static void hold(struct rig *rig, uint32_t file, uint8_t target) {
    replica_rig_file(rig, file, FILE_HELD, HOLDING_PUBLISHED, target);
}

static bool comes_before_us(const struct rig *rig, uint32_t peer, uint32_t file) {
    const struct object_id id = content_rig_id(file);
    const struct rig_peer other = rig_peer(peer);
    return rendezvous_weight(&id, &other.id) > rendezvous_weight(&id, &rig->id);
}

/* Of those from `from` on. */
static uint32_t peer_that(const struct rig *rig, uint32_t from, bool is_before, uint32_t file) {
    while (comes_before_us(rig, from, file) != is_before) from++;
    return from;
}

/* One of two neighbours is offered a file that lacks one copy: which of the two. */
static size_t offer_to_one_of(struct rig *rig, uint32_t links[2]) {
    for (uint32_t i = 0; i < 2; i++) links[i] = replica_rig_link(rig, 1 + i);
    rig_live(rig, LIMIT_REPAIR_SETTLE_MS);
    hold(rig, FILE_A, 2);
    rig_tick(rig, SOON_MS);
    return replica_rig_is_offered(rig, links[0], FILE_A) ? 0 : 1;
}

static void a_file_that_only_we_hold_is_offered_at_once_to_as_many_as_are_missing(void **state) {
    (void)state;
    struct rig *rig = replica_rig_settled();
    for (uint32_t peer = 2; peer <= 4; peer++) (void)replica_rig_link(rig, peer);
    hold(rig, FILE_A, 3);
    rig_tick(rig, SOON_MS);
    assert_int_equal(replica_rig_count_offers(rig, FILE_A), 2);
    rig_tick(rig, 5000); /* no answer yet: no others are asked */
    assert_int_equal(replica_rig_count_offers(rig, FILE_A), 0);
    rig_free(rig);
}

static void what_is_taken_is_coming_until_it_has_come(void **state) {
    (void)state;
    struct rig *rig = replica_rig();
    const uint32_t link = replica_rig_link(rig, 1);
    rig_live(rig, LIMIT_REPAIR_SETTLE_MS);
    hold(rig, FILE_A, 2);
    rig_tick(rig, SOON_MS);
    assert_true(replica_rig_is_offered(rig, link, FILE_A));
    replica_rig_answers(rig, link, FILE_A, true);
    assert_int_equal(replica_rig_view(rig, FILE_A).coming, 1);
    assert_int_equal(replica_rig_view(rig, FILE_A).seen, 1);
    content_rig_have(rig, link, FILE_A);
    assert_int_equal(replica_rig_view(rig, FILE_A).coming, 0);
    assert_int_equal(replica_rig_view(rig, FILE_A).seen, 2);
    rig_live(rig, 60000);
    assert_int_equal(replica_rig_count_offers(rig, FILE_A), 0);
    rig_free(rig);
}

static void what_does_not_come_is_offered_to_another(void **state) {
    (void)state;
    struct rig *rig = replica_rig();
    uint32_t links[2];
    const size_t first = offer_to_one_of(rig, links);
    replica_rig_answers(rig, links[first], FILE_A, true);
    rig_live(rig, LIMIT_COMING_MS - 20000);
    assert_int_equal(replica_rig_count_offers(rig, FILE_A), 0);
    rig_live(rig, 60000);
    assert_true(replica_rig_count_offers(rig, FILE_A) > 0);
    rig_free(rig);
}

static void who_refuses_is_not_asked_again_and_another_is(void **state) {
    (void)state;
    struct rig *rig = replica_rig();
    uint32_t links[2];
    const size_t first = offer_to_one_of(rig, links);
    replica_rig_answers(rig, links[first], FILE_A, false);
    rig_tick(rig, SOON_MS);
    assert_true(replica_rig_is_offered(rig, links[1 - first], FILE_A));
    replica_rig_answers(rig, links[1 - first], FILE_A, false);
    rig_live(rig, LIMIT_OFFER_AGAIN_MS - 60000);
    assert_int_equal(replica_rig_count_offers(rig, FILE_A), 0);
    rig_live(rig, 120000);
    assert_true(replica_rig_count_offers(rig, FILE_A) > 0);
    rig_free(rig);
}

static void no_answer_is_a_refusal(void **state) {
    (void)state;
    struct rig *rig = replica_rig();
    uint32_t links[2];
    const size_t first = offer_to_one_of(rig, links);
    rig_live(rig, LIMIT_OFFER_MS + SOON_MS);
    assert_true(replica_rig_is_offered(rig, links[1 - first], FILE_A));
    rig_free(rig);
}

static void who_has_just_come_repairs_nothing(void **state) {
    (void)state;
    struct rig *rig = replica_rig();
    hold(rig, FILE_A, 3);
    (void)replica_rig_link(rig, 1);
    (void)replica_rig_link(rig, 2);
    rig_live(rig, LIMIT_REPAIR_SETTLE_MS - 1000);
    assert_int_equal(replica_rig_count_offers(rig, FILE_A), 0);
    rig_live(rig, 2000);
    assert_int_equal(replica_rig_count_offers(rig, FILE_A), 2);
    rig_free(rig);
}

/* After a cut nothing is known of the others: all is as after a start. */
static void who_lost_all_links_repairs_nothing_until_it_has_heard(void **state) {
    (void)state;
    struct rig *rig = replica_rig();
    const uint32_t link = replica_rig_link(rig, 1);
    rig_live(rig, LIMIT_REPAIR_SETTLE_MS);
    rig_down(rig, link, REASON_TIMEOUT);
    hold(rig, FILE_A, 3);
    rig_live(rig, 300000);
    (void)replica_rig_link(rig, 2);
    rig_live(rig, LIMIT_REPAIR_SETTLE_MS - 1000);
    assert_int_equal(replica_rig_count_offers(rig, FILE_A), 0);
    rig_live(rig, 2000);
    assert_int_equal(replica_rig_count_offers(rig, FILE_A), 1);
    rig_free(rig);
}

static void holders_act_one_after_another(void **state) {
    (void)state;
    struct rig *rig = replica_rig_settled();
    const uint32_t link = replica_rig_link(rig, 2);
    const uint32_t first = peer_that(rig, 20, true, FILE_A);
    hold(rig, FILE_A, 3);
    replica_rig_holds(rig, link, first, FILE_A); /* it comes before us */
    rig_live(rig, LIMIT_REPAIR_FIRST_MS + LIMIT_REPAIR_NEXT_MS - 1000);
    assert_int_equal(replica_rig_count_offers(rig, FILE_A), 0);
    rig_live(rig, 2 * SOON_MS);
    assert_int_equal(replica_rig_count_offers(rig, FILE_A), 1);
    const uint32_t second = peer_that(rig, 40, false, 2);
    hold(rig, 2, 3);
    replica_rig_holds(rig, link, second, 2); /* we come first */
    rig_live(rig, LIMIT_REPAIR_FIRST_MS + 2 * SOON_MS);
    assert_int_equal(replica_rig_count_offers(rig, 2), 1);
    rig_free(rig);
}

static void what_others_give_meanwhile_is_not_given_again(void **state) {
    (void)state;
    struct rig *rig = replica_rig_settled();
    const uint32_t link = replica_rig_link(rig, 2);
    const uint32_t other = replica_rig_link(rig, 3);
    hold(rig, FILE_A, 3);
    replica_rig_holds(rig, link, peer_that(rig, 20, true, FILE_A), FILE_A);
    replica_rig_answers(rig, other, FILE_A, true); /* to all: I fetch it */
    assert_int_equal(replica_rig_view(rig, FILE_A).coming, 1);
    rig_live(rig, 45000);
    assert_int_equal(replica_rig_count_offers(rig, FILE_A), 0);
    rig_live(rig, LIMIT_COMING_FIRST_MS); /* it never came */
    assert_true(replica_rig_count_offers(rig, FILE_A) > 0);
    rig_free(rig);
}

static void a_link_that_ends_takes_what_was_coming_with_it(void **state) {
    (void)state;
    struct rig *rig = replica_rig_settled();
    const uint32_t other = replica_rig_link(rig, 3);
    hold(rig, FILE_A, 2);
    replica_rig_answers(rig, other, FILE_A, true);
    assert_int_equal(replica_rig_view(rig, FILE_A).coming, 1);
    rig_down(rig, other, REASON_RESET);
    assert_int_equal(replica_rig_view(rig, FILE_A).coming, 0);
    rig_free(rig);
}

static void another_network_comes_before_a_near_one(void **state) {
    (void)state;
    for (uint32_t file = 1; file <= 8; file++) {
        struct rig *rig = replica_rig();
        struct rig_peer near = rig_peer_at(1, "198.51.100.77:8782"); /* as we */
        struct rig_peer far = rig_peer_at(2, "203.0.113.5:8782");
        uint32_t links[2];
        struct rig_peer *peers[] = {&near, &far};
        for (size_t i = 0; i < 2; i++) {
            struct hello hello = rig_hello(peers[i]);
            hello.mesh = MESH_WISH_HIGH;
            hello.feature_count = 2;
            (void)strcpy(hello.features[0], FEATURE_CONTENT);
            (void)strcpy(hello.features[1], FEATURE_REPLICAS);
            links[i] = rig_up_inbound(rig, peers[i]);
            rig_say(rig, links[i], MESSAGE_HELLO, &hello);
        }
        rig_live(rig, LIMIT_REPAIR_SETTLE_MS);
        hold(rig, file, 2);
        rig_tick(rig, SOON_MS);
        assert_true(replica_rig_is_offered(rig, links[1], file));
        assert_false(replica_rig_is_offered(rig, links[0], file));
        rig_free(rig);
    }
}

static void one_link_has_its_share_of_open_offers(void **state) {
    (void)state;
    struct rig *rig = replica_rig();
    const uint32_t link = replica_rig_link(rig, 1);
    rig_live(rig, LIMIT_REPAIR_SETTLE_MS);
    for (uint32_t file = 1; file <= 40; file++) hold(rig, file, 2);
    rig_tick(rig, SOON_MS);
    size_t offered = 0;
    for (uint32_t file = 1; file <= 40; file++) offered += replica_rig_is_offered(rig, link, file);
    assert_int_equal(offered, LIMIT_OFFERS_PER_LINK);
    for (uint32_t file = 1; file <= 40; file++) replica_rig_answers(rig, link, file, true);
    rig_tick(rig, SOON_MS);
    offered = 0;
    for (uint32_t file = 1; file <= 40; file++) offered += replica_rig_view(rig, file).coming;
    assert_int_equal(offered, 40); /* it said so, whatever it was offered */
    rig_free(rig);
}

static void all_links_together_have_theirs(void **state) {
    (void)state;
    struct rig *rig = replica_rig();
    uint32_t links[8];
    for (uint32_t i = 0; i < 8; i++) links[i] = replica_rig_link(rig, 1 + i);
    rig_live(rig, LIMIT_REPAIR_SETTLE_MS);
    for (uint32_t file = 1; file <= 60; file++) hold(rig, file, 4);
    rig_tick(rig, SOON_MS);
    size_t offered = 0;
    for (uint32_t file = 1; file <= 60; file++)
        for (size_t i = 0; i < 8; i++) offered += replica_rig_is_offered(rig, links[i], file);
    assert_int_equal(offered, LIMIT_OFFERS_MAX);
    rig_free(rig);
}

static void it_is_not_repaired_faster_than_the_caretaker_wants(void **state) {
    (void)state;
    struct rig *rig = replica_rig();
    const uint32_t link = replica_rig_link(rig, 1);
    rig_live(rig, LIMIT_REPAIR_SETTLE_MS);
    rig_feed(rig, &(struct input){.kind = INPUT_REPAIR_RATE, .as.bytes_per_second = REPLICA_RIG_BYTES / 2});
    for (uint32_t file = 1; file <= 30; file++) hold(rig, file, 2);
    size_t offered = 0;
    for (size_t second = 0; second < 20; second++) {
        rig_live(rig, 1000);
        for (uint32_t file = 1; file <= 30; file++) {
            if (!replica_rig_is_offered(rig, link, file)) continue;
            offered++;
            replica_rig_answers(rig, link, file, true);
            content_rig_have(rig, link, file);
        }
    }
    assert_in_range(offered, 8, 11); /* one in two seconds */
    rig_free(rig);
}

static void who_breaks_his_word_is_neither_believed_nor_asked(void **state) {
    (void)state;
    struct rig *rig = replica_rig();
    const uint32_t link = replica_rig_link(rig, 1);
    rig_live(rig, LIMIT_REPAIR_SETTLE_MS);
    for (uint32_t file = 1; file <= LIMIT_COMING_BROKEN; file++) {
        hold(rig, file, 2);
        replica_rig_answers(rig, link, file, true);
    }
    rig_live(rig, LIMIT_COMING_FIRST_MS + 10000);
    hold(rig, 50, 2);
    rig_tick(rig, SOON_MS);
    assert_false(replica_rig_is_offered(rig, link, 50));
    replica_rig_answers(rig, link, 50, true);
    assert_int_equal(replica_rig_view(rig, 50).coming, 0);
    rig_free(rig);
}

static void who_takes_nothing_is_left_alone(void **state) {
    (void)state;
    struct rig *rig = replica_rig();
    const uint32_t link = replica_rig_link(rig, 1);
    rig_live(rig, LIMIT_REPAIR_SETTLE_MS);
    hold(rig, 1, 2);
    rig_tick(rig, SOON_MS);
    replica_rig_answers(rig, link, 1, false);
    hold(rig, 2, 2);
    rig_live(rig, LIMIT_OFFER_QUIET_MS - 2 * SOON_MS);
    assert_false(replica_rig_is_offered(rig, link, 2));
    rig_live(rig, LIMIT_SWEEP_MS + 4 * SOON_MS);
    assert_true(replica_rig_is_offered(rig, link, 2));
    rig_free(rig);
}

static void a_guest_and_who_does_not_hold_for_others_are_offered_nothing(void **state) {
    (void)state;
    struct rig *rig = RIG();
    replica_rig_room(rig, 0);
    const uint32_t plain = content_rig_link(rig, 1); /* a guest without the feature */
    rig_live(rig, LIMIT_REPAIR_SETTLE_MS + 10000);
    hold(rig, FILE_A, 2);
    rig_live(rig, 60000);
    assert_int_equal(replica_rig_count_offers(rig, FILE_A), 0);
    replica_rig_answers(rig, plain, FILE_A, true); /* nobody listens */
    assert_int_equal(replica_rig_view(rig, FILE_A).coming, 0);
    rig_free(rig);
}

static void more_copies_on_their_way_than_one_link_may_have_are_not_noted(void **state) {
    (void)state;
    struct rig *rig = RIG(.files = 128);
    const uint32_t link = replica_rig_link(rig, 1);
    size_t coming = 0;
    for (uint32_t file = 1; file <= LIMIT_COMINGS_PER_LINK + 10; file++) {
        hold(rig, file, 3);
        replica_rig_answers(rig, link, file, true);
    }
    for (uint32_t file = 1; file <= LIMIT_COMINGS_PER_LINK + 10; file++) coming += replica_rig_view(rig, file).coming;
    assert_int_equal(coming, LIMIT_COMINGS_PER_LINK);
    rig_free(rig);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_file_that_only_we_hold_is_offered_at_once_to_as_many_as_are_missing),
        cmocka_unit_test(what_is_taken_is_coming_until_it_has_come),
        cmocka_unit_test(what_does_not_come_is_offered_to_another),
        cmocka_unit_test(who_refuses_is_not_asked_again_and_another_is),
        cmocka_unit_test(no_answer_is_a_refusal),
        cmocka_unit_test(who_has_just_come_repairs_nothing),
        cmocka_unit_test(who_lost_all_links_repairs_nothing_until_it_has_heard),
        cmocka_unit_test(holders_act_one_after_another),
        cmocka_unit_test(what_others_give_meanwhile_is_not_given_again),
        cmocka_unit_test(a_link_that_ends_takes_what_was_coming_with_it),
        cmocka_unit_test(another_network_comes_before_a_near_one),
        cmocka_unit_test(one_link_has_its_share_of_open_offers),
        cmocka_unit_test(all_links_together_have_theirs),
        cmocka_unit_test(it_is_not_repaired_faster_than_the_caretaker_wants),
        cmocka_unit_test(who_breaks_his_word_is_neither_believed_nor_asked),
        cmocka_unit_test(who_takes_nothing_is_left_alone),
        cmocka_unit_test(a_guest_and_who_does_not_hold_for_others_are_offered_nothing),
        cmocka_unit_test(more_copies_on_their_way_than_one_link_may_have_are_not_noted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
