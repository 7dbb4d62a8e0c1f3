/* SPDX-License-Identifier: Apache-2.0 */
#include "swarm/control/operations.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "base/prng.h"

/* A caretaker, both clocks, and a disk that does what it is told. */
enum { ROOM = 24, DISK_ROWS = 4 * ROOM };
struct fixture {
    struct operations operations;
    struct clocks at;
    uint64_t next_id;
    bool is_disk_broken;
    size_t on_disk;
    struct operation disk[DISK_ROWS];
};

static void begin(struct fixture *f) {
    assert_true(operations_init(&f->operations, ROOM));
    if (f->next_id == 0) {
        f->at = (struct clocks){1000, 1763640000000};
        f->next_id = 1;
    }
    for (size_t i = 0; i < f->on_disk; i++) assert_true(operations_load(&f->operations, &f->disk[i]));
    operations_begin(&f->operations, f->at);
}

static int setup(void **state) {
    struct fixture *f = memory_zeroed(1, sizeof *f);
    begin(f);
    *state = f;
    return 0;
}

static int teardown(void **state) {
    struct fixture *f = *state;
    operations_deinit(&f->operations);
    memory_free(f);
    return 0;
}

static void disk_take(struct fixture *f, const struct operation *operation, bool is_gone) {
    size_t at = 0;
    while (at < f->on_disk && f->disk[at].id != operation->id) at++;
    if (is_gone) {
        if (at < f->on_disk) f->disk[at] = f->disk[--f->on_disk];
        return;
    }
    assert_true(at < DISK_ROWS);
    f->disk[at] = *operation;
    if (at == f->on_disk) f->on_disk++;
}

/* Writes up to `most` rows, as a host does. */
static size_t write_some(struct fixture *f, size_t most) {
    struct operation operation;
    bool is_gone, waits;
    size_t count = 0;
    while (count < most && operations_next_unsaved(&f->operations, &operation, &is_gone, &waits, f->at)) {
        count++;
        if (!f->is_disk_broken) disk_take(f, &operation, is_gone);
        if (waits) operations_journaled(&f->operations, operation.id, !f->is_disk_broken, f->at);
    }
    return count;
}

static void write_all(struct fixture *f) {
    while (write_some(f, 1000) > 0) {
    }
}

static void crash(struct fixture *f) {
    operations_deinit(&f->operations);
    begin(f);
}

static void pass(struct fixture *f, int64_t ms) {
    f->at.now_ms += ms;
    f->at.wall_ms += ms;
    operations_tick(&f->operations, f->at);
    write_all(f);
}

static uint64_t ask_for(struct fixture *f, enum control control, int64_t for_ms, int64_t confirm_ms) {
    const struct operation_request request = {
        .control = control, .for_ms = for_ms, .confirm_ms = confirm_ms, .author = "api", .reason = "test", .key = ""};
    const uint64_t id = f->next_id++;
    assert_int_equal(operations_ask(&f->operations, &request, id, f->at), OPERATION_ASKED);
    write_all(f);
    return id;
}

static uint64_t ask(struct fixture *f, enum control control) {
    return ask_for(f, control, 0, 0);
}

static bool is_on(const struct fixture *f, enum control_switch which) {
    return f->operations.switches.is_on[which];
}

static void assert_state(const struct fixture *f, uint64_t id, enum operation_state state) {
    const struct operation_row *row = operations_find(&f->operations, id);
    assert_non_null(row);
    if (row->operation.state != state)
        fail_msg("%s, not %s", operation_state_name(row->operation.state), operation_state_name(state));
}

static void assert_resting(const struct fixture *f) {
    for (enum control_switch i = 0; i < SWITCH_COUNT; i++) {
        assert_int_equal(is_on(f, i), switch_resting(i));
        assert_null(operations_holder(&f->operations, i));
    }
}

/* ---- Doing and undoing ---- */

static void what_is_asked_takes_effect_once_it_is_journaled(void **state) {
    struct fixture *f = *state;
    struct operation operation;
    bool is_gone, waits;
    const struct operation_request request = {.control = CONTROL_PAUSE_ALL, .author = "api", .reason = "", .key = ""};
    assert_int_equal(operations_ask(&f->operations, &request, 7, f->at), OPERATION_ASKED);
    assert_state(f, 7, OPERATION_PENDING);
    assert_false(is_on(f, SWITCH_PAUSE_ALL));
    assert_true(operations_next_unsaved(&f->operations, &operation, &is_gone, &waits, f->at));
    assert_true(waits);
    assert_int_equal(operation.state, OPERATION_APPLIED); /* as it will be, if we are not there to see it */
    assert_false(is_on(f, SWITCH_PAUSE_ALL));
    operations_journaled(&f->operations, 7, true, f->at);
    assert_true(is_on(f, SWITCH_PAUSE_ALL));
    assert_state(f, 7, OPERATION_APPLIED);
    assert_int_equal(operations_holder(&f->operations, SWITCH_PAUSE_ALL)->operation.id, 7);
}

static void without_a_disk_nothing_changes_now_or_later(void **state) {
    struct fixture *f = *state;
    f->is_disk_broken = true;
    const uint64_t id = ask(f, CONTROL_ISOLATE_ON);
    assert_state(f, id, OPERATION_FAILED);
    assert_resting(f);
    f->is_disk_broken = false;
    pass(f, 1000);
    crash(f);
    assert_resting(f);
}

static void what_was_done_can_be_taken_back(void **state) {
    struct fixture *f = *state;
    const uint64_t id = ask(f, CONTROL_NETWORK_DISABLE);
    assert_false(is_on(f, SWITCH_NETWORK));
    assert_int_equal(operations_revert(&f->operations, id, f->at), OPERATION_DONE);
    assert_resting(f);
    assert_state(f, id, OPERATION_REVERTED);
    assert_int_equal(operations_revert(&f->operations, id, f->at), OPERATION_TOO_LATE);
    assert_int_equal(operations_revert(&f->operations, 99, f->at), OPERATION_ABSENT);
    write_all(f);
    crash(f);
    assert_resting(f);
}

static void an_older_one_never_undoes_a_newer_one(void **state) {
    struct fixture *f = *state;
    const uint64_t older = ask(f, CONTROL_ISOLATE_ON), newer = ask(f, CONTROL_ISOLATE_OFF);
    assert_state(f, older, OPERATION_SUPERSEDED);
    assert_int_equal(operations_revert(&f->operations, older, f->at), OPERATION_TOO_LATE);
    assert_false(is_on(f, SWITCH_ISOLATE));
    assert_int_equal(operations_revert(&f->operations, newer, f->at), OPERATION_DONE);
    assert_true(is_on(f, SWITCH_ISOLATE)); /* as it had found it */
    write_all(f);
    crash(f);
    assert_true(is_on(f, SWITCH_ISOLATE));
}

static uint64_t use_for(struct fixture *f, const char *endpoint, int64_t for_ms) {
    struct control_target target = {.kind = TARGET_ENDPOINT};
    (void)snprintf(target.endpoint, sizeof target.endpoint, "%s", endpoint);
    const struct operation_request request = {.control = CONTROL_SIGNALING_USE,
                                              .target = &target,
                                              .for_ms = for_ms,
                                              .author = "api",
                                              .reason = "",
                                              .key = ""};
    const uint64_t id = f->next_id++;
    assert_int_equal(operations_ask(&f->operations, &request, id, f->at), OPERATION_ASKED);
    write_all(f);
    return id;
}

static void assert_endpoint(const struct fixture *f, const char *wanted) {
    const struct operation_row *row = operations_endpoint(&f->operations);
    assert_string_equal(row == NULL ? "none" : row->operation.target.endpoint, wanted);
}

static void the_newest_choice_of_an_endpoint_counts_and_is_taken_back(void **state) {
    struct fixture *f = *state;
    assert_endpoint(f, "none");
    const uint64_t a = use_for(f, "ws://a/", 0), b = use_for(f, "ws://b/", 0);
    assert_endpoint(f, "ws://b/");
    assert_state(f, a, OPERATION_APPLIED); /* it holds again when that of b is taken back */
    const uint64_t best = use_for(f, "", 0);
    assert_endpoint(f, "");
    crash(f);
    assert_endpoint(f, "");
    assert_int_equal(operations_revert(&f->operations, best, f->at), OPERATION_DONE);
    assert_endpoint(f, "ws://b/");
    (void)use_for(f, "ws://a/", 60000);
    assert_state(f, a, OPERATION_SUPERSEDED);
    assert_endpoint(f, "ws://a/");
    pass(f, 60000);
    assert_endpoint(f, "ws://b/");
    assert_int_equal(operations_revert(&f->operations, b, f->at), OPERATION_DONE);
    write_all(f);
    crash(f);
    assert_endpoint(f, "none");
    assert_resting(f);
}

/* Each is needed only until another is chosen. */
static void choices_of_endpoints_do_not_fill_the_book(void **state) {
    struct fixture *f = *state;
    char url[32];
    for (int i = 0; i < 3 * ROOM; i++) {
        (void)snprintf(url, sizeof url, "ws://%d/", i);
        (void)use_for(f, url, 0);
        assert_endpoint(f, url);
    }
}

static void resume_ends_every_pause_and_can_be_taken_back_in_part(void **state) {
    struct fixture *f = *state;
    const uint64_t in = ask(f, CONTROL_PAUSE_INBOUND), all = ask(f, CONTROL_PAUSE_ALL), resume = ask(f, CONTROL_RESUME);
    assert_false(is_on(f, SWITCH_PAUSE_ALL) || is_on(f, SWITCH_PAUSE_INBOUND) || is_on(f, SWITCH_PAUSE_OUTBOUND));
    assert_state(f, in, OPERATION_SUPERSEDED);
    assert_state(f, all, OPERATION_SUPERSEDED);
    (void)ask(f, CONTROL_PAUSE_OUTBOUND);
    assert_state(f, resume, OPERATION_APPLIED);
    assert_int_equal(operations_revert(&f->operations, resume, f->at), OPERATION_DONE);
    assert_true(is_on(f, SWITCH_PAUSE_INBOUND) && is_on(f, SWITCH_PAUSE_ALL) && is_on(f, SWITCH_PAUSE_OUTBOUND));
}

/* ---- Time ---- */

static void a_timed_one_ends_by_itself(void **state) {
    struct fixture *f = *state;
    const uint64_t id = ask_for(f, CONTROL_PAUSE_INBOUND, 180000, 0);
    pass(f, 179999);
    assert_int_equal(operations_deadline_ms(&f->operations), f->at.now_ms + 1);
    assert_true(is_on(f, SWITCH_PAUSE_INBOUND));
    pass(f, 1);
    assert_state(f, id, OPERATION_EXPIRED);
    assert_resting(f);
    assert_int_equal(operations_deadline_ms(&f->operations), INT64_MAX);
}

/* A pause of a minute inside one of five would else never end. */
static void what_a_timed_one_goes_back_to_has_no_time_of_its_own(void **state) {
    struct fixture *f = *state;
    (void)ask_for(f, CONTROL_PAUSE_ALL, 300000, 0);
    pass(f, 60000);
    (void)ask_for(f, CONTROL_PAUSE_ALL, 60000, 0);
    pass(f, 60000);
    assert_resting(f);
    (void)ask(f, CONTROL_PAUSE_ALL);
    (void)ask_for(f, CONTROL_PAUSE_ALL, 60000, 0);
    pass(f, 60000);
    assert_true(is_on(f, SWITCH_PAUSE_ALL)); /* that one had no end */
}

static void what_nobody_keeps_goes_back(void **state) {
    struct fixture *f = *state;
    const uint64_t id = ask_for(f, CONTROL_MESH_DISABLE, 0, 60000);
    assert_state(f, id, OPERATION_AWAITING);
    pass(f, 60000);
    assert_state(f, id, OPERATION_REVERTED);
    assert_resting(f);
    assert_int_equal(operations_keep(&f->operations, id), OPERATION_TOO_LATE);
}

static void what_is_kept_stays(void **state) {
    struct fixture *f = *state;
    const uint64_t id = ask_for(f, CONTROL_MESH_DISABLE, 0, 60000);
    pass(f, 59999);
    assert_int_equal(operations_keep(&f->operations, id), OPERATION_DONE);
    pass(f, 60000);
    assert_state(f, id, OPERATION_CONFIRMED);
    assert_false(is_on(f, SWITCH_MESH));
    crash(f);
    assert_false(is_on(f, SWITCH_MESH));
    assert_state(f, id, OPERATION_CONFIRMED);
    assert_int_equal(operations_revert(&f->operations, id, f->at), OPERATION_DONE);
    assert_resting(f);
}

/* That it is kept counts once it is on the disk; if it never gets there, it is not kept. */
static void keeping_without_a_disk_is_not_keeping(void **state) {
    struct fixture *f = *state;
    const uint64_t id = ask_for(f, CONTROL_MESH_DISABLE, 0, 60000);
    f->is_disk_broken = true;
    assert_int_equal(operations_keep(&f->operations, id), OPERATION_DONE);
    write_all(f);
    assert_state(f, id, OPERATION_AWAITING);
    pass(f, 60000);
    assert_state(f, id, OPERATION_REVERTED);
    assert_resting(f);
}

/* Nor is it said of what is being kept that it can be reverted, which would be refused. */
static void what_is_being_kept_is_not_to_be_reverted(void **state) {
    struct fixture *f = *state;
    const uint64_t id = ask_for(f, CONTROL_MESH_DISABLE, 0, 60000);
    assert_true(operations_can_revert(operations_find(&f->operations, id)));
    assert_int_equal(operations_keep(&f->operations, id), OPERATION_DONE);
    assert_false(operations_can_revert(operations_find(&f->operations, id)));
    assert_int_equal(operations_revert(&f->operations, id, f->at), OPERATION_TOO_LATE);
    write_all(f);
    assert_true(operations_can_revert(operations_find(&f->operations, id)));
}

/* ---- Restarts ---- */

static void what_was_done_again_after_it_was_taken_back_holds_over_a_restart(void **state) {
    struct fixture *f = *state;
    const uint64_t first = ask(f, CONTROL_PAUSE_INBOUND);
    assert_int_equal(operations_revert(&f->operations, first, f->at), OPERATION_DONE);
    const uint64_t second = ask(f, CONTROL_PAUSE_INBOUND);
    crash(f);
    assert_true(is_on(f, SWITCH_PAUSE_INBOUND));
    assert_state(f, second, OPERATION_APPLIED);
    assert_state(f, first, OPERATION_REVERTED);
}

static void a_restart_takes_back_what_was_not_kept(void **state) {
    struct fixture *f = *state;
    const uint64_t id = ask_for(f, CONTROL_NETWORK_DISABLE, 0, 60000);
    crash(f);
    assert_state(f, id, OPERATION_REVERTED);
    assert_resting(f);
}

static void a_restart_leaves_no_more_time_than_there_was(void **state) {
    static const struct {
        int64_t away_ms; /* by the wall clock: it may have been set */
        int64_t left_ms;
    } cases[] = {{0, 300000}, {60000, 240000}, {299999, 1}, {300000, 0}, {10000000, 0}, {-10000000, 300000}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct fixture *f = *state;
        const uint64_t id = ask_for(f, CONTROL_PAUSE_ALL, 300000, 0);
        f->at.wall_ms += cases[i].away_ms;
        f->at.now_ms = 5;
        crash(f);
        if (cases[i].left_ms == 0) {
            assert_state(f, id, OPERATION_EXPIRED);
            assert_resting(f);
        } else {
            pass(f, cases[i].left_ms - 1);
            assert_state(f, id, OPERATION_APPLIED);
            pass(f, 1);
            assert_state(f, id, OPERATION_EXPIRED);
        }
    }
}

/* A machine whose clock stands at the same hour after each start: what has gone by stays gone by. */
static void time_that_has_passed_is_not_given_back_by_the_clock(void **state) {
    struct fixture *f = *state;
    const uint64_t id = ask_for(f, CONTROL_PAUSE_ALL, 600000, 0);
    const int64_t wall_ms = f->at.wall_ms;
    for (int i = 0; i < 4; i++) {
        pass(f, 60000);
        pass(f, 60000);
        f->at.wall_ms = wall_ms;
        crash(f);
        write_all(f);
    }
    pass(f, 119999);
    assert_state(f, id, OPERATION_APPLIED);
    pass(f, 1);
    assert_state(f, id, OPERATION_EXPIRED);
}

static void a_sleep_of_the_machine_is_time_too(void **state) {
    struct fixture *f = *state;
    const uint64_t id = ask_for(f, CONTROL_PAUSE_ALL, 600000, 0);
    operations_woke(&f->operations, 599999);
    pass(f, 1);
    assert_state(f, id, OPERATION_EXPIRED);
}

/* While one is being written down, what it would go back to is taken back. */
static void what_was_before_is_what_was_before_it_took_effect(void **state) {
    struct fixture *f = *state;
    struct operation operation;
    bool is_gone, waits;
    const uint64_t older = ask(f, CONTROL_PAUSE_INBOUND), newer = f->next_id++;
    const struct operation_request request = {
        .control = CONTROL_PAUSE_INBOUND, .for_ms = 60000, .author = "", .reason = "", .key = ""};
    assert_int_equal(operations_ask(&f->operations, &request, newer, f->at), OPERATION_ASKED);
    assert_true(operations_next_unsaved(&f->operations, &operation, &is_gone, &waits, f->at));
    assert_true(waits);
    assert_int_equal(operations_revert(&f->operations, older, f->at), OPERATION_DONE);
    operations_journaled(&f->operations, newer, true, f->at);
    assert_true(is_on(f, SWITCH_PAUSE_INBOUND));
    pass(f, 60000);
    assert_resting(f);
    crash(f);
    assert_resting(f);
}

static void rows_that_make_no_sense_are_refused(void **state) {
    struct fixture *f = *state;
    (void)ask(f, CONTROL_ISOLATE_ON);
    const struct operation good = f->disk[0];
    struct operations fresh;
    assert_true(operations_init(&fresh, 4));
    struct operation row = good;
    row.id = 0;
    assert_false(operations_load(&fresh, &row));
    row = good;
    row.control = CONTROL_COUNT;
    assert_false(operations_load(&fresh, &row));
    row = good;
    row.state = OPERATION_PENDING;
    assert_false(operations_load(&fresh, &row));
    row = good;
    row.settings[0].which = SWITCH_NETWORK;
    assert_false(operations_load(&fresh, &row));
    row = good;
    row.setting_count = 3;
    assert_false(operations_load(&fresh, &row));
    assert_true(operations_load(&fresh, &good));
    assert_false(operations_load(&fresh, &good));
    operations_deinit(&fresh);
}

/* ---- Keys, and room ---- */

static void one_key_is_one_operation(void **state) {
    struct fixture *f = *state;
    struct operation_request request = {.control = CONTROL_ISOLATE_ON, .author = "api", .reason = "", .key = "k"};
    assert_int_equal(operations_ask(&f->operations, &request, 5, f->at), OPERATION_ASKED);
    assert_int_equal(operations_ask(&f->operations, &request, 6, f->at), OPERATION_KNOWN);
    write_all(f);
    assert_int_equal(operations_ask(&f->operations, &request, 6, f->at), OPERATION_KNOWN);
    request.for_ms = 1000;
    assert_int_equal(operations_ask(&f->operations, &request, 6, f->at), OPERATION_OTHER);
    request.for_ms = 0;
    request.control = CONTROL_ISOLATE_OFF;
    assert_int_equal(operations_ask(&f->operations, &request, 6, f->at), OPERATION_OTHER);
    crash(f);
    request.control = CONTROL_ISOLATE_ON;
    assert_int_equal(operations_ask(&f->operations, &request, 6, f->at), OPERATION_KNOWN);
}

static void a_full_book_forgets_what_nothing_rests_on(void **state) {
    struct fixture *f = *state;
    const uint64_t held = ask(f, CONTROL_AUTOCONNECT_OFF);
    for (int i = 0; i < 5 * ROOM; i++) (void)ask(f, i % 2 == 0 ? CONTROL_PAUSE_ALL : CONTROL_RESUME);
    assert_state(f, held, OPERATION_APPLIED);
    assert_true(f->operations.count <= ROOM);
    assert_true(f->on_disk <= ROOM);
    crash(f);
    assert_false(is_on(f, SWITCH_AUTOCONNECT));
    assert_false(is_on(f, SWITCH_PAUSE_ALL));
}

static void a_book_full_of_what_waits_takes_no_more(void **state) {
    struct fixture *f = *state;
    struct operation_request request = {.control = CONTROL_ISOLATE_ON, .author = "", .reason = "", .key = ""};
    for (uint64_t id = 1; id <= ROOM; id++)
        assert_int_equal(operations_ask(&f->operations, &request, id, f->at), OPERATION_ASKED);
    assert_int_equal(operations_ask(&f->operations, &request, ROOM + 1, f->at), OPERATION_NO_ROOM);
    write_all(f);
    assert_true(is_on(f, SWITCH_ISOLATE));
}

/* ---- Blocks ---- */

static struct control_target node_target(uint8_t number) {
    return (struct control_target){.kind = TARGET_NODE, .node_id.bytes = {number}};
}

static uint64_t block(struct fixture *f, enum control control, const struct control_target *target, uint8_t direction) {
    const struct operation_request request = {
        .control = control, .target = target, .direction = direction, .author = "", .reason = "", .key = ""};
    const uint64_t id = f->next_id++;
    assert_int_equal(operations_ask(&f->operations, &request, id, f->at), OPERATION_ASKED);
    write_all(f);
    return id;
}

static bool is_blocked(const struct fixture *f, uint8_t number, uint8_t direction) {
    const struct control_target target = node_target(number);
    const struct peer_face face = {.node_id = &target.node_id};
    return block_list_find(&f->operations.blocks, &face, direction) != NULL;
}

static void a_block_is_an_operation_of_its_own_target(void **state) {
    struct fixture *f = *state;
    const struct control_target one = node_target(1), two = node_target(2);
    (void)block(f, CONTROL_BLOCK_ADD, &one, BLOCK_INBOUND);
    const uint64_t second = block(f, CONTROL_BLOCK_ADD, &two, BLOCK_ALL);
    assert_true(is_blocked(f, 1, BLOCK_INBOUND) && !is_blocked(f, 1, BLOCK_OUTBOUND));
    assert_true(is_blocked(f, 2, BLOCK_INBOUND) && is_blocked(f, 2, BLOCK_OUTBOUND));
    crash(f);
    assert_true(is_blocked(f, 1, BLOCK_INBOUND) && is_blocked(f, 2, BLOCK_OUTBOUND));
    const uint64_t wider = block(f, CONTROL_BLOCK_ADD, &one, BLOCK_ALL);
    assert_true(is_blocked(f, 1, BLOCK_OUTBOUND));
    assert_int_equal(operations_revert(&f->operations, wider, f->at), OPERATION_DONE);
    assert_true(is_blocked(f, 1, BLOCK_INBOUND) && !is_blocked(f, 1, BLOCK_OUTBOUND)); /* as it was before */
    (void)block(f, CONTROL_BLOCK_REMOVE, &two, 0);
    assert_false(is_blocked(f, 2, BLOCK_ALL));
    assert_int_equal(operations_revert(&f->operations, second, f->at), OPERATION_TOO_LATE);
    write_all(f);
    crash(f);
    assert_true(is_blocked(f, 1, BLOCK_INBOUND) && !is_blocked(f, 2, BLOCK_ALL));
}

static void a_claim_never_blocks_the_user_whose_name_it_is(void **state) {
    struct fixture *f = *state;
    const struct node_id liar = {{1}}, other_liar = {{2}}, user = {{3}};
    const struct control_target claim = {.kind = TARGET_CLAIM, .node_id = liar, .user_id = "u:name"},
                                proven = {.kind = TARGET_USER, .user_id = "u:other"};
    (void)block(f, CONTROL_BLOCK_ADD, &claim, BLOCK_ALL);
    (void)block(f, CONTROL_BLOCK_ADD, &proven, BLOCK_ALL);
    const struct {
        struct peer_face face;
        bool is_blocked;
    } cases[] = {
        {{&liar, "u:name", false}, true}, {{&liar, "u:else", false}, true}, {{&other_liar, "u:name", false}, true},
        {{&user, "u:name", true}, false}, {{&user, "u:other", true}, true}, {{&other_liar, "u:other", false}, false},
        {{&user, NULL, false}, false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        assert_int_equal(block_list_find(&f->operations.blocks, &cases[i].face, BLOCK_INBOUND) != NULL,
                         cases[i].is_blocked);
}

static void a_book_full_of_blocks_still_takes_the_other_controls(void **state) {
    struct fixture *f = *state;
    struct control_target target = node_target(0);
    for (uint8_t i = 0; i < ROOM / 4 * 3; i++) {
        target = node_target(i);
        (void)block(f, CONTROL_BLOCK_ADD, &target, BLOCK_ALL);
    }
    target = node_target(200);
    const struct operation_request one_more = {
        .control = CONTROL_BLOCK_ADD, .target = &target, .direction = BLOCK_ALL, .author = "", .reason = "", .key = ""};
    assert_int_equal(operations_ask(&f->operations, &one_more, 999, f->at), OPERATION_NO_ROOM);
    for (int i = 0; i < 3 * ROOM; i++) (void)ask(f, i % 2 == 0 ? CONTROL_ISOLATE_ON : CONTROL_ISOLATE_OFF);
    crash(f);
    assert_int_equal(f->operations.blocks.count, ROOM / 4 * 3);
    target = node_target(0);
    (void)block(f, CONTROL_BLOCK_REMOVE, &target, 0);
    assert_int_equal(f->operations.blocks.count, ROOM / 4 * 3 - 1);
}

/* ---- Races and crashes, by the thousand ---- */

static void keeping_and_reverting_never_both_happen(void **state) {
    struct fixture *f = *state;
    struct prng prng = prng_seeded(4);
    for (int i = 0; i < 10000; i++) {
        const uint64_t id = ask_for(f, CONTROL_MESH_DISABLE, 0, 1000);
        const bool keeps_first = prng_below(&prng, 2) == 0, writes_between = prng_below(&prng, 2) == 0;
        enum operation_answer keep, revert;
        if (prng_below(&prng, 3) == 0) pass(f, 998 + (int64_t)prng_below(&prng, 4));
        if (keeps_first)
            keep = operations_keep(&f->operations, id);
        else
            revert = operations_revert(&f->operations, id, f->at);
        if (writes_between) write_all(f);
        if (keeps_first)
            revert = operations_revert(&f->operations, id, f->at);
        else
            keep = operations_keep(&f->operations, id);
        write_all(f);
        const enum operation_state end = operations_find(&f->operations, id)->operation.state;
        assert_true(end == OPERATION_CONFIRMED || end == OPERATION_REVERTED);
        assert_true(end != OPERATION_CONFIRMED || keep == OPERATION_DONE);
        assert_true(!(keep == OPERATION_DONE && revert == OPERATION_DONE) || (keeps_first && writes_between));
        assert_int_equal(is_on(f, SWITCH_MESH), end != OPERATION_CONFIRMED);
        if (end == OPERATION_CONFIRMED) (void)operations_revert(&f->operations, id, f->at);
        write_all(f);
    }
}

/* Whatever was written when the end came, each switch stands where it stood before or after what was being done. What
 * was written whole is there: a restart changes nothing of it but what was to be kept and was not. */
static void a_crash_anywhere_leaves_before_or_after(void **state) {
    struct fixture *f = *state;
    struct prng prng = prng_seeded(9);
    for (int i = 0; i < 5000; i++) {
        write_all(f);
        const struct switches before = f->operations.switches;
        const enum control control = (enum control)prng_below(&prng, CONTROL_COUNT);
        const struct control_target target = {.kind = control == CONTROL_SIGNALING_USE ? TARGET_ENDPOINT : TARGET_NODE};
        const struct operation_request request = {
            .control = control, .target = &target, .author = "", .reason = "", .key = ""};
        const uint64_t id = f->next_id++;
        assert_int_equal(operations_ask(&f->operations, &request, id, f->at), OPERATION_ASKED);
        (void)write_some(f, prng_below(&prng, 3));
        if (prng_below(&prng, 3) == 0) (void)operations_revert(&f->operations, id, f->at);
        (void)write_some(f, prng_below(&prng, 3));
        struct operation operation = {.control = request.control};
        operation_fill_settings(&operation);
        crash(f);
        for (enum control_switch which = 0; which < SWITCH_COUNT; which++) {
            bool may_be = is_on(f, which) == before.is_on[which];
            for (size_t k = 0; k < operation.setting_count; k++)
                may_be |= operation.settings[k].which == which && is_on(f, which) == (operation.settings[k].value != 0);
            assert_true(may_be);
        }
        write_all(f);
        const struct switches after = f->operations.switches;
        crash(f);
        assert_memory_equal(&f->operations.switches, &after, sizeof after);
        assert_true(f->operations.count <= ROOM && f->on_disk <= ROOM);
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(what_is_asked_takes_effect_once_it_is_journaled),
        TEST(without_a_disk_nothing_changes_now_or_later),
        TEST(what_was_done_can_be_taken_back),
        TEST(an_older_one_never_undoes_a_newer_one),
        TEST(the_newest_choice_of_an_endpoint_counts_and_is_taken_back),
        TEST(choices_of_endpoints_do_not_fill_the_book),
        TEST(resume_ends_every_pause_and_can_be_taken_back_in_part),
        TEST(a_timed_one_ends_by_itself),
        TEST(what_a_timed_one_goes_back_to_has_no_time_of_its_own),
        TEST(what_nobody_keeps_goes_back),
        TEST(what_is_kept_stays),
        TEST(keeping_without_a_disk_is_not_keeping),
        TEST(what_is_being_kept_is_not_to_be_reverted),
        TEST(what_was_done_again_after_it_was_taken_back_holds_over_a_restart),
        TEST(a_restart_takes_back_what_was_not_kept),
        TEST(a_restart_leaves_no_more_time_than_there_was),
        TEST(time_that_has_passed_is_not_given_back_by_the_clock),
        TEST(a_sleep_of_the_machine_is_time_too),
        TEST(what_was_before_is_what_was_before_it_took_effect),
        TEST(rows_that_make_no_sense_are_refused),
        TEST(a_block_is_an_operation_of_its_own_target),
        TEST(a_book_full_of_blocks_still_takes_the_other_controls),
        TEST(a_claim_never_blocks_the_user_whose_name_it_is),
        TEST(one_key_is_one_operation),
        TEST(a_full_book_forgets_what_nothing_rests_on),
        TEST(a_book_full_of_what_waits_takes_no_more),
        TEST(keeping_and_reverting_never_both_happen),
        TEST(a_crash_anywhere_leaves_before_or_after),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
