/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/history/history_moment.h"

#include "unit/daemon/history/history_fixture.h"

static void only_open_links_with_a_known_peer_are_kept(void **state) {
    (void)state;
    static struct seen seen;
    struct history_moment moment;
    seen_init(&seen, 3);
    seen.links[0].state = LINK_STATE_DIALING;
    seen.links[1].has_peer = false;
    seen.links[2].is_inbound = true;
    history_moment_take(&moment, seen.links, seen.link_count, NOON_S);
    assert_int_equal(moment.at_s, NOON_S);
    assert_int_equal(moment.count, 1);
    assert_int_equal(moment.links[0].node_id.bytes[0], 3);
    assert_true(moment.links[0].is_inbound);
    assert_int_equal(moment.links[0].path, LINK_PATH_LAN);
}

static void of_too_many_links_the_weakest_are_kept(void **state) {
    (void)state;
    static struct seen seen;
    struct history_moment moment;
    seen_init(&seen, LIMIT_LINKS_MAX);
    for (size_t i = 0; i < LIMIT_LINKS_MAX; i++) seen.links[i].strength = (int)(i * 7 % 101);
    seen.links[0].strength = -1;
    history_moment_take(&moment, seen.links, seen.link_count, NOON_S);
    assert_int_equal(moment.count, HISTORY_LINKS_MAX);
    for (size_t i = 1; i < moment.count; i++) assert_true(moment.links[i - 1].strength <= moment.links[i].strength);
    assert_true(moment.links[0].strength >= 0 && moment.links[moment.count - 1].strength < 10);
}

static struct history_moment written_and_read(const struct history_moment *moment) {
    uint8_t memory[HISTORY_MOMENT_SIZE_MAX];
    struct buffer out = buffer_over(memory, sizeof memory);
    struct history_moment again = {.at_s = moment->at_s};
    history_moment_write(&out, moment);
    assert_false(out.overflowed);
    assert_true(history_moment_read(&again, buffer_span(&out)));
    return again;
}

static void what_was_written_is_read_again(void **state) {
    (void)state;
    static struct seen seen;
    struct history_moment moment;
    seen_init(&seen, 20);
    seen.links[0] = (struct link_view){.path = LINK_PATH_LAN,
                                       .has_peer = true,
                                       .state = LINK_STATE_OPEN,
                                       .strength = -1,
                                       .rtt_ms = -1,
                                       .loss_in = -1,
                                       .is_inbound = true};
    assert_true(address_read(SPAN_LITERAL("203.0.113.5:1"), &seen.links[0].address));
    seen.links[1].rtt_ms = 0.123;
    seen.links[1].loss_in = 0.0625;
    seen.links[2].rtt_ms = 1e9;
    history_moment_take(&moment, seen.links, 3, NOON_S);
    const struct history_moment again = written_and_read(&moment);
    assert_int_equal(again.count, 3);
    for (size_t i = 0; i < 3; i++) {
        const struct history_link *a = &moment.links[i], *b = &again.links[i];
        assert_memory_equal(a->node_id.bytes, b->node_id.bytes, sizeof a->node_id.bytes);
        assert_int_equal(a->strength, b->strength);
        assert_int_equal(a->is_inbound, b->is_inbound);
        assert_int_equal(a->path, b->path);
        assert_float_equal(a->loss_in, b->loss_in, 1e-6);
        if (a->rtt_ms < 1e6) assert_float_equal(a->rtt_ms, b->rtt_ms, 1e-3);
        if (a->rtt_ms > 1e6) assert_true(b->rtt_ms > 4e6); /* the largest that can be said, and not "unknown" */
    }
    history_moment_take(&moment, seen.links, 20, NOON_S);
    assert_int_equal(written_and_read(&moment).count, HISTORY_LINKS_MAX);
    moment.count = 0;
    assert_int_equal(written_and_read(&moment).count, 0);
}

static void bytes_that_are_not_in_form_are_refused(void **state) {
    (void)state;
    uint8_t memory[HISTORY_MOMENT_SIZE_MAX + 30] = {0};
    struct history_moment moment;
    assert_true(history_moment_read(&moment, (struct span){memory, 30}));
    for (size_t size = 1; size < 30; size++) assert_false(history_moment_read(&moment, (struct span){memory, size}));
    assert_false(history_moment_read(&moment, (struct span){memory, sizeof memory})); /* one link too many */
    memory[20] = 101;
    assert_false(history_moment_read(&moment, (struct span){memory, 30})); /* stronger than full */
    memory[20] = 0xff;
    memory[21] = 3;
    assert_false(history_moment_read(&moment, (struct span){memory, 30})); /* no such path */
    memory[21] = 0x82;
    assert_true(history_moment_read(&moment, (struct span){memory, 30}));
    assert_true(moment.links[0].strength < 0 && moment.links[0].is_inbound);
    memory[26] = 1; /* 16 million millionths are lost */
    assert_false(history_moment_read(&moment, (struct span){memory, 30}));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_open_links_with_a_known_peer_are_kept),
        cmocka_unit_test(of_too_many_links_the_weakest_are_kept),
        cmocka_unit_test(what_was_written_is_read_again),
        cmocka_unit_test(bytes_that_are_not_in_form_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
