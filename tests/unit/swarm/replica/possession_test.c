/* SPDX-License-Identifier: Apache-2.0 */
/* Whether those who say that they hold a file have it; and what is let go of once they have shown it. */
#include "lib/replica_rig.h"

#include "swarm/replica/redundancy.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

enum { FILE_A = 1, CHUNK = 77, CHUNK_SIZE = 70000, OFFSET = 500, LENGTH = LIMIT_PROOF_BYTES };

static void choose(struct rig *rig, uint32_t length) {
    const struct object_id id = content_rig_id(FILE_A);
    struct input input = {.kind = INPUT_PROOF_CHOSEN};
    input.as.proof.file = &id;
    input.as.proof.part = content_rig_part(CHUNK, CHUNK_SIZE);
    input.as.proof.offset = OFFSET;
    input.as.proof.length = length;
    rig_feed(rig, &input);
}

static void wait_for_a_question(struct rig *rig) {
    for (size_t i = 0; i < 40 && rig_count(rig, ACTION_CHOOSE_PROOF) == 0; i++) rig_live(rig, 1000);
    assert_true(replica_rig_wants(rig, ACTION_CHOOSE_PROOF, FILE_A));
}

/* Lets it put the next question, of as many bytes as there may be. */
static void let_ask(struct rig *rig) {
    wait_for_a_question(rig);
    choose(rig, LENGTH);
}

/* Peer 1 says that it holds the file, as we do. */
static uint32_t begin(struct rig *rig) {
    replica_rig_file(rig, FILE_A, FILE_HELD, HOLDING_REPLICA, 1);
    const uint32_t link = replica_rig_link(rig, 1);
    content_rig_have(rig, link, FILE_A);
    replica_rig_holds(rig, link, 1, FILE_A);
    return link;
}

static uint32_t asked(struct rig *rig, uint32_t link) {
    const struct want want = content_rig_asked(rig, link, 0);
    const struct object_id id = content_rig_id(CHUNK);
    assert_true(want.req != 0);
    assert_true(object_id_equal(&want.id, &id));
    const struct action *sent = rig_sent(rig, link, MESSAGE_WANT);
    assert_int_equal(bytes_read_u32(sent->bytes.at + 36), OFFSET);
    assert_int_equal(bytes_read_u32(sent->bytes.at + 40), LENGTH);
    return want.req;
}

/* The right bytes come. */
static void show(struct rig *rig, uint32_t link, uint32_t req) {
    content_rig_slice(rig, link, req, OFFSET, LENGTH, CHUNK_SIZE);
    content_rig_checked(rig, req, PART_STORED);
}

static void a_holder_is_asked_for_some_bytes_and_the_host_compares_them(void **state) {
    (void)state;
    struct rig *rig = replica_rig();
    const uint32_t link = begin(rig);
    let_ask(rig);
    const uint32_t req = asked(rig, link);
    assert_int_equal(replica_rig_view(rig, FILE_A).verified, 0);
    content_rig_slice(rig, link, req, OFFSET, 1000, CHUNK_SIZE);
    const struct action *collect = rig_action(rig, ACTION_COLLECT, 0);
    assert_int_equal(collect->as.collect.part.kind, PART_PROOF);
    assert_int_equal(collect->as.collect.total, LENGTH);
    assert_int_equal(collect->as.collect.offset, 0);
    assert_false(collect->as.collect.is_last);
    content_rig_slice(rig, link, req, OFFSET + 1000, LENGTH - 1000, CHUNK_SIZE);
    assert_int_equal(rig_action(rig, ACTION_COLLECT, 0)->as.collect.offset, 1000);
    assert_true(rig_action(rig, ACTION_COLLECT, 0)->as.collect.is_last);
    content_rig_checked(rig, req, PART_STORED);
    assert_int_equal(replica_rig_view(rig, FILE_A).verified, 1);
    assert_int_equal(engine_view_counters(rig->engine)->proofs_right, 1);
    rig_free(rig);
}

static void who_sends_other_bytes_does_not_hold_it_until_it_says_so_again(void **state) {
    (void)state;
    struct rig *rig = replica_rig();
    const uint32_t link = begin(rig);
    let_ask(rig);
    const uint32_t req = asked(rig, link);
    assert_int_equal(replica_rig_view(rig, FILE_A).others, 1);
    content_rig_slice(rig, link, req, OFFSET, LENGTH, CHUNK_SIZE);
    content_rig_checked(rig, req, PART_WRONG);
    assert_non_null(rig_event(rig, EVENT_PROOF_FAILED));
    assert_int_equal(replica_rig_view(rig, FILE_A).others, 0);
    rig_tick(rig, 1000);
    replica_rig_holds(rig, link, 1, FILE_A); /* what it says every minute is not enough */
    assert_int_equal(replica_rig_view(rig, FILE_A).others, 0);
    content_rig_have(rig, link, FILE_A);
    assert_int_equal(replica_rig_view(rig, FILE_A).others, 1);
    rig_free(rig);
}

static void who_has_not_got_it_does_not_hold_it_and_who_is_busy_may(void **state) {
    (void)state;
    struct rig *rig = replica_rig();
    const uint32_t link = begin(rig);
    let_ask(rig);
    content_rig_miss(rig, link, asked(rig, link), MISS_BUSY);
    assert_int_equal(replica_rig_view(rig, FILE_A).others, 1);
    rig_tick(rig, 1);
    let_ask(rig);
    content_rig_miss(rig, link, asked(rig, link), MISS_NOT_HELD);
    assert_int_equal(replica_rig_view(rig, FILE_A).others, 0);
    rig_free(rig);
}

static void silence_again_and_again_is_no_possession(void **state) {
    (void)state;
    struct rig *rig = replica_rig();
    const uint32_t link = begin(rig);
    for (size_t i = 0; i < LIMIT_PROOF_UNPROVED; i++) {
        rig_tick(rig, 1);
        let_ask(rig);
        assert_int_equal(replica_rig_view(rig, FILE_A).others, 1);
        rig_live(rig, LIMIT_PROOF_ANSWER_MS);
        assert_non_null(rig_sent(rig, link, MESSAGE_CANCEL));
    }
    assert_int_equal(replica_rig_view(rig, FILE_A).others, 0);
    assert_int_equal(rig_link(rig, link).state, LINK_STATE_OPEN);
    rig_free(rig);
}

/* It is always busy; or has just lost the file, and says in the same breath that it is there again. */
static void words_again_and_again_are_no_possession(void **state) {
    (void)state;
    const enum miss_code codes[] = {MISS_BUSY, MISS_REFUSED, MISS_NOT_HELD};
    for (size_t code = 0; code < sizeof codes / sizeof codes[0]; code++) {
        struct rig *rig = replica_rig();
        const uint32_t link = begin(rig);
        for (size_t i = 0; i < LIMIT_PROOF_UNPROVED; i++) {
            rig_tick(rig, 1);
            let_ask(rig);
            assert_int_equal(replica_rig_view(rig, FILE_A).others, 1);
            content_rig_miss(rig, link, asked(rig, link), codes[code]);
            content_rig_have(rig, link, FILE_A);
        }
        assert_int_equal(replica_rig_view(rig, FILE_A).others, 0);
        rig_tick(rig, 1);
        let_ask(rig); /* it may still prove it */
        show(rig, link, asked(rig, link));
        assert_int_equal(replica_rig_view(rig, FILE_A).others, 1);
        rig_free(rig);
    }
}

static void nothing_to_compare_or_a_link_that_ends_is_the_end_of_it(void **state) {
    (void)state;
    struct rig *rig = replica_rig();
    uint32_t link = begin(rig);
    wait_for_a_question(rig);
    choose(rig, 0);
    assert_null(rig_sent(rig, link, MESSAGE_WANT));
    rig_tick(rig, 1);
    let_ask(rig);
    const uint32_t req = asked(rig, link);
    rig_down(rig, link, REASON_RESET);
    content_rig_checked(rig, req, PART_WRONG); /* of nothing */
    assert_int_equal(engine_view_counters(rig->engine)->proofs_wrong, 0);
    link = replica_rig_link(rig, 1);
    content_rig_have(rig, link, FILE_A);
    rig_tick(rig, 1);
    wait_for_a_question(rig);
    rig_free(rig);
}

static void a_slice_of_another_place_ends_the_link(void **state) {
    (void)state;
    static const struct {
        uint32_t offset, size, total;
    } wrong[] = {{0, 100, CHUNK_SIZE}, {OFFSET, LENGTH + 1, CHUNK_SIZE}, {OFFSET, 100, CHUNK_SIZE + 1}};
    for (size_t i = 0; i < 3; i++) {
        struct rig *rig = replica_rig();
        const uint32_t link = begin(rig);
        let_ask(rig);
        content_rig_slice(rig, link, asked(rig, link), wrong[i].offset, wrong[i].size, wrong[i].total);
        assert_int_equal(rig_goodbye(rig, link), REASON_PROTOCOL);
        rig_free(rig);
    }
}

static void what_comes_after_all_is_no_fault(void **state) {
    (void)state;
    struct rig *rig = replica_rig();
    const uint32_t link = begin(rig);
    let_ask(rig);
    const uint32_t req = asked(rig, link);
    rig_live(rig, LIMIT_PROOF_ANSWER_MS);
    content_rig_slice(rig, link, req, OFFSET, LENGTH, CHUNK_SIZE);
    assert_int_equal(rig_link(rig, link).state, LINK_STATE_OPEN);
    assert_null(rig_action(rig, ACTION_COLLECT, 0));
    rig_free(rig);
}

/* ---- What is let go of ---- */

static void prove(struct rig *rig, uint32_t link) {
    rig_tick(rig, 1);
    for (size_t i = 0; i < 100 && replica_rig_view(rig, FILE_A).verified == 0; i++) {
        let_ask(rig);
        const struct want want = content_rig_asked(rig, link, 0);
        if (want.req == 0) return; /* another was asked */
        show(rig, link, want.req);
    }
}

static bool is_released_within(struct rig *rig, uint32_t link, int64_t within_ms) {
    for (int64_t left_ms = within_ms; left_ms > 0; left_ms -= 10000) {
        if (link != 0 && left_ms / 10000 % 6 == 0) replica_rig_holds(rig, link, 1, FILE_A); /* as long as it does */
        rig_live(rig, 10000);
        if (replica_rig_wants(rig, ACTION_RELEASE, FILE_A)) return true;
        if (link == 0 || rig_count(rig, ACTION_CHOOSE_PROOF) == 0) continue;
        choose(rig, LENGTH);
        const struct want want = content_rig_asked(rig, link, 0);
        if (want.req == 0) continue;
        show(rig, link, want.req);
    }
    return false;
}

static void a_replica_too_many_goes_after_a_while(void **state) {
    (void)state;
    struct rig *rig = replica_rig();
    const uint32_t link = begin(rig); /* target 1, and two hold it */
    prove(rig, link);
    assert_true(replica_rig_view(rig, FILE_A).may_release);
    assert_false(is_released_within(rig, link, LIMIT_RELEASE_MS / 2 - 60000));
    assert_true(is_released_within(rig, link, 3 * LIMIT_RELEASE_MS));
    rig_free(rig);
}

static void what_was_published_or_pinned_stays(void **state) {
    (void)state;
    for (enum holding_role role = HOLDING_PINNED; role <= HOLDING_PUBLISHED; role++) {
        struct rig *rig = replica_rig();
        const uint32_t link = begin(rig);
        replica_rig_file(rig, FILE_A, FILE_HELD, role, 1);
        prove(rig, link);
        assert_false(replica_rig_view(rig, FILE_A).may_release);
        assert_false(is_released_within(rig, link, 3 * LIMIT_RELEASE_MS));
        rig_free(rig);
    }
}

/* A hundred made-up nodes that say they hold it do not make us throw it away. */
static void claims_alone_let_nothing_go(void **state) {
    (void)state;
    struct rig *rig = replica_rig();
    replica_rig_file(rig, FILE_A, FILE_HELD, HOLDING_REPLICA, 2);
    const uint32_t link = replica_rig_link(rig, 1);
    for (int64_t at_ms = 0; at_ms < 4 * LIMIT_RELEASE_MS; at_ms += 60000) {
        for (uint32_t peer = 20; peer < 50; peer++) replica_rig_holds(rig, link, peer, FILE_A);
        assert_false(is_released_within(rig, 0, 60000));
    }
    assert_true(replica_rig_view(rig, FILE_A).others >= 20);
    assert_false(replica_rig_view(rig, FILE_A).may_release);
    rig_free(rig);
}

static void one_that_is_needed_again_meanwhile_stays(void **state) {
    (void)state;
    struct rig *rig = replica_rig();
    const uint32_t link = begin(rig);
    struct have have = {.drop_count = 1};
    prove(rig, link);
    (void)is_released_within(rig, link, LIMIT_RELEASE_MS / 2 - 60000);
    have.add_count = 0;
    have.drop[0] = content_rig_id(FILE_A);
    rig_say(rig, link, MESSAGE_HAVE, &have);
    assert_false(is_released_within(rig, 0, 3 * LIMIT_RELEASE_MS));
    rig_free(rig);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_holder_is_asked_for_some_bytes_and_the_host_compares_them),
        cmocka_unit_test(who_sends_other_bytes_does_not_hold_it_until_it_says_so_again),
        cmocka_unit_test(who_has_not_got_it_does_not_hold_it_and_who_is_busy_may),
        cmocka_unit_test(silence_again_and_again_is_no_possession),
        cmocka_unit_test(words_again_and_again_are_no_possession),
        cmocka_unit_test(nothing_to_compare_or_a_link_that_ends_is_the_end_of_it),
        cmocka_unit_test(a_slice_of_another_place_ends_the_link),
        cmocka_unit_test(what_comes_after_all_is_no_fault),
        cmocka_unit_test(a_replica_too_many_goes_after_a_while),
        cmocka_unit_test(what_was_published_or_pinned_stays),
        cmocka_unit_test(claims_alone_let_nothing_go),
        cmocka_unit_test(one_that_is_needed_again_meanwhile_stays),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
