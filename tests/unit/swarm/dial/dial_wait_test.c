/* SPDX-License-Identifier: Apache-2.0 */
/* "Why not?": for each cause a peer that waits because of it. */
#include "lib/engine_rig.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* How long until the peer may be dialled; 0 = that cannot be said. */
static int64_t time_left_ms(const struct rig *rig, const struct peer_view *view) {
    return view->next_attempt_at_ms == 0 ? 0 : view->next_attempt_at_ms - rig_wall_ms(rig);
}

/* The peer waits for this cause, and it is over in so long. */
static void assert_waits(const struct rig *rig, const struct rig_peer *peer, enum dial_wait wait, int64_t left_ms) {
    struct peer_view view = rig_peer_view(rig, peer);
    assert_string_equal(dial_wait_name(view.wait), dial_wait_name(wait));
    assert_int_equal(time_left_ms(rig, &view), left_ms);
}

static void who_is_next_waits_for_nothing(void **state) {
    (void)state;
    struct rig *rig = RIG(.source_count = 1);
    struct ticket tickets[LIMIT_DIALS_AT_ONCE + 1];
    size_t waiting = 0;
    for (uint32_t i = 0; i <= LIMIT_DIALS_AT_ONCE; i++) tickets[i] = rig_peer(1 + i).ticket;
    rig_beacon_lists(rig, tickets, LIMIT_DIALS_AT_ONCE + 1);
    for (uint32_t i = 0; i <= LIMIT_DIALS_AT_ONCE; i++) {
        struct rig_peer peer = rig_peer(1 + i);
        if (rig_peer_view(rig, &peer).has_link) continue;
        waiting++;
        assert_waits(rig, &peer, DIAL_WAIT_NONE, 0);
    }
    assert_int_equal(waiting, 1);
    rig_free(rig);
}

static void who_is_dialled_or_linked_is_linked(void **state) {
    (void)state;
    struct rig *rig = RIG(.source_count = 1);
    struct rig_peer peer = rig_peer(1);
    rig_beacon_lists(rig, &peer.ticket, 1);
    assert_waits(rig, &peer, DIAL_WAIT_LINKED, 0);
    rig_link_outbound(rig, rig->dials[0].link, &peer);
    assert_waits(rig, &peer, DIAL_WAIT_LINKED, 0);
    rig_free(rig);
}

static void with_links_enough_nobody_is_needed(void **state) {
    (void)state;
    struct rig *rig = RIG(.source_count = 1);
    struct rig_peer peer = rig_peer(1);
    rig_fill_view(rig, LIMIT_VIEW_TARGET, MESH_WISH_LOW);
    rig_beacon_lists_now(rig, &peer.ticket, 1);
    assert_waits(rig, &peer, DIAL_WAIT_NOT_NEEDED, 0);
    rig_free(rig);
}

static void who_names_no_address_cannot_be_dialled(void **state) {
    (void)state;
    struct rig *rig = RIG(.source_count = 1);
    struct rig_peer peer = rig_peer(1);
    peer.ticket = rig_ticket(&peer, RIG_WALL_MS, NULL, 0, "rig", 1);
    rig_beacon_lists(rig, &peer.ticket, 1);
    assert_waits(rig, &peer, DIAL_WAIT_NO_ADDRESS, 0);
    rig_free(rig);
}

static void who_lives_on_another_private_network_may_not_be_dialled(void **state) {
    (void)state;
    struct rig *rig = RIG(.source_count = 1);
    struct rig_peer peer = rig_peer_at(1, "10.0.0.1:8782");
    rig_beacon_lists(rig, &peer.ticket, 1);
    assert_waits(rig, &peer, DIAL_WAIT_NOT_ALLOWED, 0);
    rig_free(rig);
}

static void who_was_refused_for_good_waits_for_a_change(void **state) {
    (void)state;
    struct rig *rig = RIG(.source_count = 1);
    struct rig_peer peer = rig_peer(1);
    rig_beacon_lists(rig, &peer.ticket, 1);
    rig_dial_failed(rig, rig->dials[0].link, REASON_VERSION);
    assert_waits(rig, &peer, DIAL_WAIT_CHANGE, 0);
    rig_free(rig);
}

static void who_failed_waits_for_its_back_off(void **state) {
    (void)state;
    struct rig *rig = RIG(.source_count = 1);
    struct rig_peer peer = rig_peer(1);
    rig_beacon_lists(rig, &peer.ticket, 1);
    rig_dial_failed(rig, rig->dials[0].link, REASON_REFUSED);
    struct peer_view view = rig_peer_view(rig, &peer);
    assert_string_equal(dial_wait_name(view.wait), "back-off");
    assert_in_range(time_left_ms(rig, &view), 1, LIMIT_BACKOFF_MS_MIN);
    rig_free(rig);
}

static void who_dropped_again_and_again_is_held_down(void **state) {
    (void)state;
    struct rig *rig = RIG();
    struct rig_peer peer = rig_peer(1);
    for (int i = 0; i < LIMIT_FLAP_DROPS; i++) rig_down(rig, rig_link_inbound(rig, &peer), REASON_RESET);
    assert_waits(rig, &peer, DIAL_WAIT_HELD_DOWN, LIMIT_FLAP_HOLD_MS);
    rig_free(rig);
}

static void who_asked_not_to_be_called_is_not_before_then(void **state) {
    (void)state;
    struct rig *rig = RIG();
    struct rig_peer peer = rig_peer(1);
    struct goodbye goodbye = {.reason = REASON_PAUSED, .for_ms = 120000};
    uint32_t link = rig_link_inbound(rig, &peer);
    rig_say(rig, link, MESSAGE_GOODBYE, &goodbye);
    rig_down(rig, link, REASON_NONE);
    assert_waits(rig, &peer, DIAL_WAIT_ASKED, 120000);
    rig_free(rig);
}

static void who_shares_an_address_waits_for_its_budget(void **state) {
    (void)state;
    struct rig *rig = RIG(.source_count = 1);
    struct rig_peer peers[2] = {rig_peer_at(1, "203.0.113.5:8782"), rig_peer_at(2, "203.0.113.5:8782")};
    rig_beacon_lists(rig, (struct ticket[]){peers[0].ticket, peers[1].ticket}, 2);
    bool is_first_dialled = rig_peer_view(rig, &peers[0]).has_link;
    assert_waits(rig, &peers[!is_first_dialled], DIAL_WAIT_LINKED, 0);
    assert_waits(rig, &peers[is_first_dialled], DIAL_WAIT_BUDGET, LIMIT_DIAL_SAME_ADDRESS_MS);
    rig_free(rig);
}

static void every_cause_has_a_name_and_a_sentence_of_its_own(void **state) {
    (void)state;
    for (int a = 0; a < DIAL_WAIT_COUNT; a++) {
        const char *name = dial_wait_name((enum dial_wait)a), *sentence = dial_wait_sentence((enum dial_wait)a);
        assert_true(name != NULL && name[0] != '\0' && strpbrk(name, " _") == NULL);
        assert_true(sentence != NULL && sentence[0] != '\0');
        for (int b = 0; b < a; b++) {
            assert_string_not_equal(name, dial_wait_name((enum dial_wait)b));
            assert_string_not_equal(sentence, dial_wait_sentence((enum dial_wait)b));
        }
    }
}

/* Its back-off is not heeded then, so it is not what it waits for. */
static void in_an_outage_all_wait_for_our_own_network(void **state) {
    (void)state;
    struct rig *rig = RIG(0);
    struct outage_view outage;
    struct rig_peer peers[3];
    for (uint32_t i = 0; i < 3; i++) {
        peers[i] = rig_peer(1 + i);
        struct book_row row = rig_row(&peers[i]);
        rig_load_row(rig, &row);
    }
    rig_tick(rig, 5000);
    for (size_t i = 0; i < 3; i++) rig_dial_failed(rig, rig->dials[i].link, REASON_TIMEOUT);
    engine_view_outage(rig->engine, &outage);
    assert_true(outage.is_out);
    for (size_t i = 0; i < 3; i++) {
        struct peer_view view = rig_peer_view(rig, &peers[i]);
        if (!view.has_link) assert_string_equal(dial_wait_name(view.wait), "outage");
    }
    rig_free(rig);
}

/* A peer of a network that has its share of the view is passed over, however many dials are free. */
static void whom_diversity_passes_over_is_not_said_to_be_next(void **state) {
    (void)state;
    static const char *const linked[] = {"203.0.113.1:1", "203.0.113.2:1", "203.0.113.3:1"};
    struct rig *rig = RIG(.source_count = 1);
    for (uint32_t i = 0; i < LIMIT_VIEW_PER_PREFIX; i++) {
        struct rig_peer neighbour = rig_peer_at(10 + i, linked[i]);
        rig_link_inbound(rig, &neighbour);
    }
    struct rig_peer peer = rig_peer_at(1, "203.0.113.99:8782");
    rig_beacon_lists_now(rig, &peer.ticket, 1);
    rig_live(rig, 60000);
    assert_int_equal(rig->dial_count, 0);
    assert_string_not_equal(dial_wait_name(rig_peer_view(rig, &peer).wait), "none");
    rig_free(rig);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(who_is_next_waits_for_nothing),
        cmocka_unit_test(who_is_dialled_or_linked_is_linked),
        cmocka_unit_test(with_links_enough_nobody_is_needed),
        cmocka_unit_test(who_names_no_address_cannot_be_dialled),
        cmocka_unit_test(who_lives_on_another_private_network_may_not_be_dialled),
        cmocka_unit_test(who_was_refused_for_good_waits_for_a_change),
        cmocka_unit_test(who_failed_waits_for_its_back_off),
        cmocka_unit_test(who_dropped_again_and_again_is_held_down),
        cmocka_unit_test(who_asked_not_to_be_called_is_not_before_then),
        cmocka_unit_test(who_shares_an_address_waits_for_its_budget),
        cmocka_unit_test(every_cause_has_a_name_and_a_sentence_of_its_own),
        cmocka_unit_test(in_an_outage_all_wait_for_our_own_network),
        cmocka_unit_test(whom_diversity_passes_over_is_not_said_to_be_next),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
