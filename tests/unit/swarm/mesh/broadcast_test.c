/* SPDX-License-Identifier: Apache-2.0 */
/* What becomes of a record: delivered once, sent on over eager links, announced over lazy ones, asked for when it does
 * not come; and what is neither delivered nor passed on. */
#include "swarm/mesh/broadcast.h"

#include "lib/broadcast_rig.h"
#include "lib/control_rig.h"
#include "lib/message_bench.h"
#include "swarm/wire/gossip.h"
#include "swarm/wire/graft.h"
#include "swarm/wire/hello.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

/* ---- Passing on ---- */

static void a_new_record_is_delivered_and_goes_on_over_every_other_link(void **state) {
    (void)state;
    struct rig *rig = RIG();
    const struct rig_peer peer = rig_peer(1);
    const uint32_t from = broadcast_rig_link(rig, 1), one = broadcast_rig_link(rig, 2),
                   two = broadcast_rig_link(rig, 3);
    const struct checked_record record = broadcast_rig_record(rig, 7, 70);
    broadcast_rig_gossip(rig, from, &record, 3);
    const struct action *action = rig_action(rig, ACTION_RECORD, 0);
    assert_int_equal(rig_count(rig, ACTION_RECORD), 1);
    assert_true(object_id_equal(&action->as.record.id, &record.id));
    assert_true(record_author_equal(&action->as.record.author, &record.author));
    assert_true(node_id_equal(&action->as.record.node_id, &record.node_id));
    assert_true(span_equal(action->bytes, record.text));
    assert_true(action->as.record.at_ms == record.at_ms);
    assert_int_equal(action->as.record.hops, 3);
    assert_true(action->link == from && node_id_equal(&action->peer, &peer.id));
    assert_true(broadcast_rig_sends(rig, one, 7) && broadcast_rig_sends(rig, two, 7));
    assert_int_equal(rig_sent(rig, one, MESSAGE_GOSSIP)->bytes.at[0], 4);
    assert_int_equal(broadcast_rig_sent(rig, from, MESSAGE_GOSSIP), 0);
    assert_int_equal(broadcast_rig_count(rig, RECORD_TAKEN), 1);
    rig_free(rig);
}

static void what_comes_again_is_answered_with_prune_and_goes_nowhere(void **state) {
    (void)state;
    struct rig *rig = RIG();
    const uint32_t one = broadcast_rig_link(rig, 1), two = broadcast_rig_link(rig, 2),
                   three = broadcast_rig_link(rig, 3);
    broadcast_rig_say(rig, one, 7);
    broadcast_rig_say(rig, two, 7);
    assert_int_equal(rig_count(rig, ACTION_RECORD), 0);
    assert_int_equal(broadcast_rig_sent(rig, two, MESSAGE_PRUNE), 1);
    assert_int_equal(broadcast_rig_sent(rig, three, MESSAGE_GOSSIP), 0);
    assert_int_equal(broadcast_rig_count(rig, RECORD_REPEATED), 1);
    broadcast_rig_say(rig, one, 8);
    assert_true(broadcast_rig_sends(rig, three, 8));
    assert_false(broadcast_rig_sends(rig, two, 8)); /* it is lazy now, at our end too */
    rig_free(rig);
}

static void over_a_lazy_link_a_record_is_announced_after_a_tenth_of_a_second(void **state) {
    (void)state;
    struct rig *rig = RIG();
    const uint32_t from = broadcast_rig_link(rig, 1), lazy = broadcast_rig_link(rig, 2);
    broadcast_rig_prune(rig, lazy);
    for (uint32_t number = 10; number < 13; number++) {
        broadcast_rig_say(rig, from, number);
        assert_int_equal(broadcast_rig_sent(rig, lazy, MESSAGE_GOSSIP) + broadcast_rig_sent(rig, lazy, MESSAGE_IHAVE),
                         0);
    }
    rig_tick(rig, LIMIT_IHAVE_MS - 1);
    assert_int_equal(broadcast_rig_sent(rig, lazy, MESSAGE_IHAVE), 0);
    rig_tick(rig, 1);
    assert_int_equal(broadcast_rig_sent(rig, lazy, MESSAGE_IHAVE), 1); /* all of them together */
    for (uint32_t number = 10; number < 13; number++) assert_true(broadcast_rig_announces(rig, lazy, number));
    assert_int_equal(broadcast_rig_sent(rig, from, MESSAGE_IHAVE), 0);
    rig_live(rig, 10000);
    assert_int_equal(broadcast_rig_sent(rig, lazy, MESSAGE_IHAVE), 0); /* said once */
    rig_free(rig);
}

static void a_full_announcement_does_not_wait(void **state) {
    (void)state;
    struct rig *rig = RIG();
    const uint32_t lazy = broadcast_rig_link(rig, 2);
    broadcast_rig_prune(rig, lazy);
    for (uint32_t number = 0; number <= LIMIT_IHAVE_IDS; number++) {
        const struct checked_record record = broadcast_rig_record(rig, number, 1);
        broadcast_rig_publish(rig, &record);
        assert_int_equal(broadcast_rig_sent(rig, lazy, MESSAGE_IHAVE), number == LIMIT_IHAVE_IDS);
    }
    rig_tick(rig, LIMIT_IHAVE_MS);
    assert_int_equal(rig_sent(rig, lazy, MESSAGE_IHAVE)->bytes.size, OBJECT_HALF_SIZE);
    rig_free(rig);
}

static void who_sends_what_is_new_is_sent_what_is_new(void **state) {
    (void)state;
    struct rig *rig = RIG();
    const uint32_t one = broadcast_rig_link(rig, 1), two = broadcast_rig_link(rig, 2);
    broadcast_rig_prune(rig, one);
    broadcast_rig_say(rig, one, 7);
    broadcast_rig_say(rig, two, 8);
    assert_true(broadcast_rig_sends(rig, one, 8));
    rig_free(rig);
}

static void who_announced_it_is_neither_sent_it_nor_told_of_it(void **state) {
    (void)state;
    struct rig *rig = RIG();
    const uint32_t from = broadcast_rig_link(rig, 1), has = broadcast_rig_link(rig, 2);
    broadcast_rig_ihave(rig, has, 7, 1);
    broadcast_rig_say(rig, from, 7);
    assert_int_equal(broadcast_rig_sent(rig, has, MESSAGE_GOSSIP), 0);
    rig_tick(rig, LIMIT_IHAVE_MS);
    assert_int_equal(broadcast_rig_sent(rig, has, MESSAGE_IHAVE), 0);
    rig_free(rig);
}

static void after_sixteen_hops_a_record_goes_no_farther_unasked(void **state) {
    (void)state;
    struct rig *rig = RIG();
    const uint32_t from = broadcast_rig_link(rig, 1), other = broadcast_rig_link(rig, 2);
    const struct checked_record near = broadcast_rig_record(rig, 7, 1), far = broadcast_rig_record(rig, 8, 1);
    broadcast_rig_gossip(rig, from, &near, GOSSIP_HOPS_MAX - 1);
    assert_int_equal(rig_sent(rig, other, MESSAGE_GOSSIP)->bytes.at[0], GOSSIP_HOPS_MAX);
    broadcast_rig_gossip(rig, from, &far, GOSSIP_HOPS_MAX);
    assert_true(broadcast_rig_delivered(rig, 8));
    assert_int_equal(broadcast_rig_sent(rig, other, MESSAGE_GOSSIP), 0);
    rig_tick(rig, LIMIT_IHAVE_MS);
    assert_true(broadcast_rig_announces(rig, other, 8)); /* or those behind it would never hear of it */
    broadcast_rig_graft(rig, other, 8);
    assert_true(broadcast_rig_sends(rig, other, 8));
    assert_int_equal(rig_sent(rig, other, MESSAGE_GOSSIP)->bytes.at[0], GOSSIP_HOPS_MAX);
    rig_free(rig);
}

/* ---- Our own ---- */

static void our_own_goes_to_every_link_and_is_not_given_back_to_us(void **state) {
    (void)state;
    struct rig *rig = RIG();
    const uint32_t one = broadcast_rig_link(rig, 1), two = broadcast_rig_link(rig, 2);
    const struct checked_record record = broadcast_rig_record(rig, 7, 1);
    broadcast_rig_publish(rig, &record);
    assert_int_equal(rig_count(rig, ACTION_RECORD), 0);
    assert_true(broadcast_rig_sends(rig, one, 7) && broadcast_rig_sends(rig, two, 7));
    assert_int_equal(rig_sent(rig, one, MESSAGE_GOSSIP)->bytes.at[0], 0);
    broadcast_rig_gossip(rig, two, &record, 4);
    assert_int_equal(rig_count(rig, ACTION_RECORD), 0);
    assert_int_equal(broadcast_rig_sent(rig, two, MESSAGE_PRUNE), 1);
    broadcast_rig_publish(rig, &record); /* once more changes nothing */
    assert_int_equal(rig_count(rig, ACTION_SEND), 0);
    assert_int_equal(broadcast_rig_count(rig, RECORD_PUBLISHED), 1);
    rig_free(rig);
}

static void without_a_link_nothing_is_sent(void **state) {
    (void)state;
    struct rig *rig = RIG();
    const struct checked_record record = broadcast_rig_record(rig, 7, 1);
    broadcast_rig_publish(rig, &record);
    assert_int_equal(rig_count(rig, ACTION_SEND), 0);
    const uint32_t late = broadcast_rig_link(rig, 1);
    rig_live(rig, 5000);
    assert_int_equal(broadcast_rig_sent(rig, late, MESSAGE_GOSSIP) + broadcast_rig_sent(rig, late, MESSAGE_IHAVE), 0);
    broadcast_rig_graft(rig, late, 7); /* but who asks for it gets it */
    assert_true(broadcast_rig_sends(rig, late, 7));
    rig_free(rig);
}

static void what_nobody_would_take_is_not_published(void **state) {
    (void)state;
    struct rig *rig = RIG();
    (void)broadcast_rig_link(rig, 1);
    struct checked_record record = broadcast_rig_record(rig, 7, 1);
    record.at_ms -= LIMIT_RECORD_OLD_MS + 1;
    broadcast_rig_publish(rig, &record);
    assert_int_equal(rig_count(rig, ACTION_SEND), 0);
    assert_int_equal(broadcast_rig_count(rig, RECORD_PUBLISHED), 0);
    rig_free(rig);
}

/* ---- Asking ---- */

static void a_record_that_does_not_come_is_asked_for_in_order(void **state) {
    (void)state;
    struct rig *rig = RIG();
    const uint32_t one = broadcast_rig_link(rig, 1), two = broadcast_rig_link(rig, 2),
                   other = broadcast_rig_link(rig, 3);
    broadcast_rig_ihave(rig, one, 7, 1);
    rig_tick(rig, 10);
    broadcast_rig_ihave(rig, two, 7, 1);
    rig_tick(rig, LIMIT_GRAFT_FIRST_MS - 11);
    assert_int_equal(broadcast_rig_sent(rig, one, MESSAGE_GRAFT), 0);
    rig_tick(rig, 1);
    assert_true(broadcast_rig_asks(rig, one, 7));
    assert_int_equal(broadcast_rig_sent(rig, two, MESSAGE_GRAFT), 0);
    rig_tick(rig, LIMIT_GRAFT_NEXT_MS - 1);
    assert_int_equal(broadcast_rig_sent(rig, two, MESSAGE_GRAFT), 0);
    rig_tick(rig, 1);
    assert_true(broadcast_rig_asks(rig, two, 7));
    broadcast_rig_say(rig, two, 7);
    assert_true(broadcast_rig_delivered(rig, 7));
    assert_true(broadcast_rig_sends(rig, other, 7));
    rig_tick(rig, 5000);
    assert_int_equal(broadcast_rig_sent(rig, one, MESSAGE_GRAFT), 0);
    rig_free(rig);
}

static void one_that_comes_in_time_is_not_asked_for(void **state) {
    (void)state;
    struct rig *rig = RIG();
    const uint32_t one = broadcast_rig_link(rig, 1), two = broadcast_rig_link(rig, 2);
    broadcast_rig_say(rig, one, 7);
    broadcast_rig_ihave(rig, two, 7, 1); /* later: nothing is missing */
    rig_tick(rig, 5000);
    assert_int_equal(broadcast_rig_sent(rig, one, MESSAGE_GRAFT) + broadcast_rig_sent(rig, two, MESSAGE_GRAFT), 0);
    rig_free(rig);
}

static void one_that_nobody_sends_is_given_up_after_each_was_asked_once(void **state) {
    (void)state;
    struct rig *rig = RIG();
    const uint32_t one = broadcast_rig_link(rig, 1), two = broadcast_rig_link(rig, 2);
    broadcast_rig_ihave(rig, one, 7, 1);
    broadcast_rig_ihave(rig, two, 7, 1);
    rig_tick(rig, 9000);
    assert_int_equal(broadcast_rig_sent(rig, one, MESSAGE_GRAFT), 1);
    assert_int_equal(broadcast_rig_sent(rig, two, MESSAGE_GRAFT), 1);
    rig_free(rig);
}

static void who_is_asked_is_sent_records_from_then_on(void **state) {
    (void)state;
    struct rig *rig = RIG();
    const uint32_t from = broadcast_rig_link(rig, 1), lazy = broadcast_rig_link(rig, 2);
    broadcast_rig_prune(rig, lazy);
    broadcast_rig_ihave(rig, lazy, 7, 1);
    rig_tick(rig, LIMIT_GRAFT_FIRST_MS);
    assert_true(broadcast_rig_asks(rig, lazy, 7));
    broadcast_rig_say(rig, from, 8);
    assert_true(broadcast_rig_sends(rig, lazy, 8));
    rig_free(rig);
}

static void who_asks_gets_what_is_at_hand_and_all_that_follows(void **state) {
    (void)state;
    struct rig *rig = RIG();
    const uint32_t from = broadcast_rig_link(rig, 1), lazy = broadcast_rig_link(rig, 2);
    const struct checked_record record = broadcast_rig_record(rig, 7, 1);
    broadcast_rig_prune(rig, lazy);
    broadcast_rig_gossip(rig, from, &record, 5);
    broadcast_rig_graft(rig, lazy, 7);
    assert_true(broadcast_rig_sends(rig, lazy, 7));
    assert_int_equal(rig_sent(rig, lazy, MESSAGE_GOSSIP)->bytes.at[0], 6);
    broadcast_rig_say(rig, from, 8);
    assert_true(broadcast_rig_sends(rig, lazy, 8));
    rig_free(rig);
}

/* ---- The tree ---- */

static void when_the_asked_one_goes_the_next_is_asked_at_once(void **state) {
    (void)state;
    struct rig *rig = RIG();
    const uint32_t one = broadcast_rig_link(rig, 1), two = broadcast_rig_link(rig, 2);
    broadcast_rig_ihave(rig, one, 7, 1);
    broadcast_rig_ihave(rig, two, 7, 1);
    rig_tick(rig, LIMIT_GRAFT_FIRST_MS);
    assert_true(broadcast_rig_asks(rig, one, 7));
    rig_down(rig, one, REASON_RESET);
    assert_true(broadcast_rig_asks(rig, two, 7));
    rig_free(rig);
}

static bool asks_for_none(const struct rig *rig, uint32_t link) {
    const struct action *graft = rig_sent(rig, link, MESSAGE_GRAFT);
    const struct object_half none = OBJECT_HALF_NONE;
    return graft != NULL && span_equal(graft->bytes, (struct span){none.bytes, sizeof none.bytes});
}

static void when_a_link_of_the_tree_goes_a_lazy_one_takes_its_place(void **state) {
    (void)state;
    struct rig *rig = RIG();
    const uint32_t tree = broadcast_rig_link(rig, 1), from = broadcast_rig_link(rig, 2),
                   lazy = broadcast_rig_link(rig, 3);
    broadcast_rig_prune(rig, lazy);
    rig_down(rig, tree, REASON_RESET);
    assert_true(asks_for_none(rig, lazy));
    broadcast_rig_say(rig, from, 7);
    assert_true(broadcast_rig_sends(rig, lazy, 7));
    broadcast_rig_prune(rig, from);
    rig_down(rig, from, REASON_RESET); /* that one was none of the tree */
    assert_int_equal(rig_count(rig, ACTION_SEND), 0);
    rig_free(rig);
}

static void a_graft_for_none_is_answered_by_nothing_but_records_to_come(void **state) {
    (void)state;
    struct rig *rig = RIG();
    const uint32_t from = broadcast_rig_link(rig, 1), lazy = broadcast_rig_link(rig, 2);
    const struct graft none = {OBJECT_HALF_NONE};
    broadcast_rig_prune(rig, lazy);
    rig_say(rig, lazy, MESSAGE_GRAFT, &none);
    assert_int_equal(rig_count(rig, ACTION_SEND), 0);
    assert_int_equal(engine_view_counters(rig->engine)->grafts_unanswered, 0);
    broadcast_rig_say(rig, from, 7);
    assert_true(broadcast_rig_sends(rig, lazy, 7));
    rig_free(rig);
}

static void who_announces_sooner_than_another_sends_takes_his_place(void **state) {
    (void)state;
    struct rig *rig = RIG();
    const uint32_t slow = broadcast_rig_link(rig, 1), fast = broadcast_rig_link(rig, 2);
    broadcast_rig_prune(rig, fast);
    broadcast_rig_ihave(rig, fast, 7, 1);
    broadcast_rig_say(rig, slow, 7);
    assert_true(broadcast_rig_delivered(rig, 7));
    assert_true(asks_for_none(rig, fast));
    assert_int_equal(broadcast_rig_sent(rig, slow, MESSAGE_PRUNE), 1);
    broadcast_rig_say(rig, fast, 8);
    assert_int_equal(broadcast_rig_sent(rig, slow, MESSAGE_GOSSIP), 0);
    rig_free(rig);
}

static void who_broke_his_word_does_not(void **state) {
    (void)state;
    struct rig *rig = RIG();
    const uint32_t honest = broadcast_rig_link(rig, 1), liar = broadcast_rig_link(rig, 2);
    broadcast_rig_ihave(rig, liar, 100, 1);
    rig_tick(rig, 5000);
    assert_int_equal(broadcast_rig_sent(rig, liar, MESSAGE_GRAFT), 1);
    broadcast_rig_ihave(rig, liar, 7, 1);
    broadcast_rig_say(rig, honest, 7);
    assert_int_equal(broadcast_rig_sent(rig, liar, MESSAGE_GRAFT) + broadcast_rig_sent(rig, honest, MESSAGE_PRUNE), 0);
    rig_free(rig);
}

/* ---- What is not taken ---- */

static bool is_taken(struct rig *rig, uint32_t from, uint32_t to, const struct checked_record *record,
                     uint32_t number) {
    broadcast_rig_gossip(rig, from, record, 0);
    const bool is_delivered = broadcast_rig_delivered(rig, number);
    assert_true(is_delivered == broadcast_rig_sends(rig, to, number)); /* what is not delivered is not sent on */
    return is_delivered;
}

static void only_what_was_said_lately_is_taken(void **state) {
    (void)state;
    static const struct {
        int64_t age_ms;
        bool is_taken;
    } cases[] = {
        {0, true},         {LIMIT_RECORD_OLD_MS, true},    {LIMIT_RECORD_OLD_MS + 1, false},
        {86400000, false}, {-LIMIT_RECORD_AHEAD_MS, true}, {-LIMIT_RECORD_AHEAD_MS - 1, false},
    };
    struct rig *rig = RIG();
    const uint32_t from = broadcast_rig_link(rig, 1), to = broadcast_rig_link(rig, 2);
    for (uint32_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct checked_record record = broadcast_rig_record(rig, i, i);
        record.at_ms -= cases[i].age_ms;
        assert_true(is_taken(rig, from, to, &record, i) == cases[i].is_taken);
    }
    assert_int_equal(broadcast_rig_count(rig, RECORD_UNTIMELY), 3);
    rig_free(rig);
}

static void what_was_refused_is_neither_judged_nor_asked_for_again(void **state) {
    (void)state;
    struct rig *rig = RIG();
    const uint32_t one = broadcast_rig_link(rig, 1), two = broadcast_rig_link(rig, 2);
    struct checked_record record = broadcast_rig_record(rig, 7, 1);
    record.at_ms -= LIMIT_RECORD_OLD_MS + 1;
    broadcast_rig_gossip(rig, one, &record, 0);
    broadcast_rig_gossip(rig, two, &record, 0);
    assert_int_equal(broadcast_rig_count(rig, RECORD_UNTIMELY), 1);
    assert_int_equal(broadcast_rig_sent(rig, two, MESSAGE_PRUNE), 1);
    broadcast_rig_ihave(rig, one, 7, 1);
    rig_tick(rig, 5000);
    assert_int_equal(broadcast_rig_sent(rig, one, MESSAGE_GRAFT), 0);
    rig_free(rig);
}

static void an_author_is_heard_thirty_times_at_once_and_ten_a_minute(void **state) {
    (void)state;
    struct rig *rig = RIG();
    const uint32_t from = broadcast_rig_link(rig, 1), to = broadcast_rig_link(rig, 2);
    for (uint32_t i = 0; i < 40; i++) {
        const struct checked_record record = broadcast_rig_record(rig, i, 1);
        assert_true(is_taken(rig, from, to, &record, i) == (i < LIMIT_AUTHOR_BURST));
    }
    assert_int_equal(broadcast_rig_count(rig, RECORD_OVER_RATE), 10);
    const struct checked_record other = broadcast_rig_record(rig, 100, 2);
    assert_true(is_taken(rig, from, to, &other, 100));
    rig_live(rig, LIMIT_AUTHOR_MS);
    for (uint32_t i = 200; i < 202; i++) {
        const struct checked_record record = broadcast_rig_record(rig, i, 1);
        assert_true(is_taken(rig, to, from, &record, i) == (i == 200)); /* whichever way it comes */
    }
    rig_free(rig);
}

static void new_authors_come_over_a_link_sixty_at_once_and_two_a_second(void **state) {
    (void)state;
    struct rig *rig = RIG();
    const uint32_t one = broadcast_rig_link(rig, 1), two = broadcast_rig_link(rig, 2);
    for (uint32_t i = 0; i < 80; i++) {
        const struct checked_record record = broadcast_rig_record(rig, i, 1000 + i);
        assert_true(is_taken(rig, one, two, &record, i) == (i < LIMIT_NEWCOMER_BURST));
    }
    assert_int_equal(broadcast_rig_count(rig, RECORD_NEWCOMER), 20);
    const struct checked_record known = broadcast_rig_record(rig, 100, 1000), new = broadcast_rig_record(rig, 101, 1);
    assert_true(is_taken(rig, one, two, &known, 100)); /* who was heard before is heard */
    assert_true(is_taken(rig, two, one, &new, 101));   /* another link has its own */
    rig_live(rig, 1000);
    for (uint32_t i = 200; i < 210; i++) {
        const struct checked_record record = broadcast_rig_record(rig, i, 2000 + i);
        assert_true(is_taken(rig, one, two, &record, i) == (i < 202));
    }
    rig_free(rig);
}

static void whom_the_caretaker_blocked_is_not_heard(void **state) {
    (void)state;
    struct rig *rig = RIG();
    const uint32_t from = broadcast_rig_link(rig, 1), to = broadcast_rig_link(rig, 2);
    const struct checked_record node = broadcast_rig_record(rig, 7, 70);
    struct checked_record user = broadcast_rig_record(rig, 8, 80);
    struct control_target by_node = {.kind = TARGET_NODE, .node_id = node.node_id}, by_user = {.kind = TARGET_USER};
    user.has_cert = true;
    user.cert.user_key = rig_peer(9).public_key;
    user.author = (struct record_author){.key = user.cert.user_key, .is_user = true};
    const struct user_id user_id = user_id_of_key(&user.cert.user_key);
    (void)user_id_text(&user_id, by_user.user_id);
    (void)control_rig_act(rig, CONTROL_BLOCK_ADD, &by_node, BLOCK_OUTBOUND);
    const uint64_t block = control_rig_act(rig, CONTROL_BLOCK_ADD, &by_user, BLOCK_ALL);
    assert_false(is_taken(rig, from, to, &node, 7));
    assert_false(is_taken(rig, from, to, &user, 8));
    assert_int_equal(broadcast_rig_count(rig, RECORD_BLOCKED), 2);
    control_rig_take_back(rig, block);
    const struct checked_record again = {.text = user.text,
                                         .id = broadcast_rig_record(rig, 9, 0).id,
                                         .node_id = user.node_id,
                                         .author = user.author,
                                         .has_cert = true,
                                         .cert = user.cert,
                                         .at_ms = user.at_ms,
                                         .type = user.type};
    broadcast_rig_gossip(rig, from, &again, 0);
    assert_true(broadcast_rig_delivered(rig, 9));
    rig_free(rig);
}

/* ---- Who takes part ---- */

static void our_hello_says_that_we_take_part(void **state) {
    (void)state;
    struct rig *rig = RIG();
    const void *checked = NULL;
    const uint32_t link = broadcast_rig_link(rig, 1);
    const struct action *hello = rig_sent(rig, link, MESSAGE_HELLO);
    assert_int_equal(message_bench_check(MESSAGE_HELLO, hello->bytes, &checked), REFUSAL_NONE);
    assert_true(hello_has_feature(checked, FEATURE_RECORDS));
    rig_free(rig);
}

static void guests_and_those_who_did_not_say_so_take_no_part(void **state) {
    (void)state;
    struct rig *rig = RIG();
    const uint32_t from = broadcast_rig_link(rig, 1);
    const uint32_t outside[] = {broadcast_rig_link_as(rig, 2, MESH_WISH_NONE, true),
                                broadcast_rig_link_as(rig, 3, MESH_WISH_HIGH, false)};
    broadcast_rig_say(rig, from, 7);
    for (size_t i = 0; i < 2; i++) assert_int_equal(broadcast_rig_sent(rig, outside[i], MESSAGE_GOSSIP), 0);
    rig_tick(rig, LIMIT_IHAVE_MS);
    for (size_t i = 0; i < 2; i++) assert_int_equal(broadcast_rig_sent(rig, outside[i], MESSAGE_IHAVE), 0);
    for (size_t i = 0; i < 2; i++) {
        broadcast_rig_say(rig, outside[i], 8);
        assert_int_equal(rig_count(rig, ACTION_RECORD), 0);
        broadcast_rig_graft(rig, outside[i], 7);
        assert_int_equal(rig_count(rig, ACTION_SEND), 0);
        broadcast_rig_prune(rig, outside[i]);
        broadcast_rig_ihave(rig, outside[i], 9, 1);
        rig_live(rig, 2000);
        assert_int_equal(broadcast_rig_sent(rig, outside[i], MESSAGE_GRAFT), 0);
        assert_int_equal(rig_link(rig, outside[i]).state, LINK_STATE_OPEN);
    }
    assert_int_equal(engine_view_counters(rig->engine)->broadcasts_ignored, 8);
    rig_free(rig);
}

static void while_exchange_is_forbidden_nothing_is_said_and_nothing_heard(void **state) {
    (void)state;
    struct rig *rig = RIG();
    const uint32_t from = broadcast_rig_link(rig, 1), lazy = broadcast_rig_link(rig, 2);
    broadcast_rig_prune(rig, lazy);
    broadcast_rig_say(rig, from, 7);
    broadcast_rig_ihave(rig, from, 50, 1);
    const uint64_t off = control_rig_act(rig, CONTROL_MESH_DISABLE, NULL, 0);
    rig_live(rig, 5000);
    assert_int_equal(broadcast_rig_sent(rig, lazy, MESSAGE_IHAVE) + broadcast_rig_sent(rig, from, MESSAGE_GRAFT), 0);
    const struct checked_record own = broadcast_rig_record(rig, 8, 1);
    broadcast_rig_publish(rig, &own);
    assert_int_equal(rig_count(rig, ACTION_SEND), 0);
    broadcast_rig_say(rig, from, 9);
    assert_int_equal(rig_count(rig, ACTION_RECORD) + rig_count(rig, ACTION_SEND), 0);
    control_rig_take_back(rig, off);
    broadcast_rig_say(rig, from, 10);
    assert_true(broadcast_rig_delivered(rig, 10));
    rig_free(rig);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_new_record_is_delivered_and_goes_on_over_every_other_link),
        cmocka_unit_test(what_comes_again_is_answered_with_prune_and_goes_nowhere),
        cmocka_unit_test(over_a_lazy_link_a_record_is_announced_after_a_tenth_of_a_second),
        cmocka_unit_test(a_full_announcement_does_not_wait),
        cmocka_unit_test(who_sends_what_is_new_is_sent_what_is_new),
        cmocka_unit_test(who_announced_it_is_neither_sent_it_nor_told_of_it),
        cmocka_unit_test(after_sixteen_hops_a_record_goes_no_farther_unasked),
        cmocka_unit_test(our_own_goes_to_every_link_and_is_not_given_back_to_us),
        cmocka_unit_test(without_a_link_nothing_is_sent),
        cmocka_unit_test(what_nobody_would_take_is_not_published),
        cmocka_unit_test(a_record_that_does_not_come_is_asked_for_in_order),
        cmocka_unit_test(one_that_comes_in_time_is_not_asked_for),
        cmocka_unit_test(one_that_nobody_sends_is_given_up_after_each_was_asked_once),
        cmocka_unit_test(who_is_asked_is_sent_records_from_then_on),
        cmocka_unit_test(who_asks_gets_what_is_at_hand_and_all_that_follows),
        cmocka_unit_test(when_the_asked_one_goes_the_next_is_asked_at_once),
        cmocka_unit_test(when_a_link_of_the_tree_goes_a_lazy_one_takes_its_place),
        cmocka_unit_test(a_graft_for_none_is_answered_by_nothing_but_records_to_come),
        cmocka_unit_test(who_announces_sooner_than_another_sends_takes_his_place),
        cmocka_unit_test(who_broke_his_word_does_not),
        cmocka_unit_test(only_what_was_said_lately_is_taken),
        cmocka_unit_test(what_was_refused_is_neither_judged_nor_asked_for_again),
        cmocka_unit_test(an_author_is_heard_thirty_times_at_once_and_ten_a_minute),
        cmocka_unit_test(new_authors_come_over_a_link_sixty_at_once_and_two_a_second),
        cmocka_unit_test(whom_the_caretaker_blocked_is_not_heard),
        cmocka_unit_test(our_hello_says_that_we_take_part),
        cmocka_unit_test(guests_and_those_who_did_not_say_so_take_no_part),
        cmocka_unit_test(while_exchange_is_forbidden_nothing_is_said_and_nothing_heard),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
