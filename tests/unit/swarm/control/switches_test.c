/* SPDX-License-Identifier: Apache-2.0 */
#include "swarm/control/switches.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct switches thrown(enum control_switch which) {
    struct switches switches = switches_resting();
    switches.is_on[which] = !switches.is_on[which];
    return switches;
}

static void at_rest_everything_may_be_done(void **state) {
    (void)state;
    const struct switches switches = switches_resting();
    for (enum deed deed = 0; deed < DEED_COUNT; deed++) {
        const struct ruling ruling = switches_judge(&switches, deed, false);
        assert_int_equal(ruling.leave, LEAVE_GIVEN);
        assert_int_equal(ruling.by, SWITCH_COUNT);
    }
}

/* The table as the caretaker's page and the guide have it, in words: one line a switch, one letter a deed (keep, dial,
 * by hand, accept, announce, signal, exchange, content), for a stranger and for somebody approved. */
static void each_switch_means_what_the_guide_says(void **state) {
    static const struct {
        enum control_switch which;
        const char *stranger;
        const char *approved;
    } table[] = {
        {SWITCH_AUTOCONNECT, "y.yyyyyy", "y.yyyyyy"},    {SWITCH_APPROVAL, "y.yqyyyy", "y.yyyyyy"},
        {SWITCH_ISOLATE, "..y.....", "y.yy...y"},        {SWITCH_PAUSE_INBOUND, "yyy.yyyy", "yyy.yyyy"},
        {SWITCH_PAUSE_OUTBOUND, "y..yyyyy", "y..yyyyy"}, {SWITCH_PAUSE_ALL, "y....hyy", "y....hyy"},
        {SWITCH_SIGNALING, "yddd..yy", "yddd..yy"},      {SWITCH_MESH, "y.yy.y.d", "y.yy.y.d"},
        {SWITCH_NETWORK, "........", "........"},
    };
    static const char letters[] = {
        [LEAVE_GIVEN] = 'y', [LEAVE_DIRECT] = 'd', [LEAVE_HEARTBEAT] = 'h', [LEAVE_QUEUED] = 'q', [LEAVE_DENIED] = '.'};
    (void)state;
    assert_int_equal(sizeof table / sizeof table[0], SWITCH_COUNT);
    for (size_t i = 0; i < SWITCH_COUNT; i++) {
        const struct switches switches = thrown(table[i].which);
        for (enum deed deed = 0; deed < DEED_COUNT; deed++) {
            const struct ruling stranger = switches_judge(&switches, deed, false);
            const struct ruling approved = switches_judge(&switches, deed, true);
            if (letters[stranger.leave] != table[i].stranger[deed] ||
                letters[approved.leave] != table[i].approved[deed])
                fail_msg("%s, deed %d", switch_name(table[i].which), (int)deed);
            assert_int_equal(stranger.by, stranger.leave == LEAVE_GIVEN ? SWITCH_COUNT : table[i].which);
        }
    }
}

static void of_several_the_strictest_counts(void **state) {
    (void)state;
    struct switches switches = thrown(SWITCH_APPROVAL);
    switches.is_on[SWITCH_ISOLATE] = true;
    struct ruling ruling = switches_judge(&switches, DEED_ACCEPT, false);
    assert_int_equal(ruling.leave, LEAVE_DENIED);
    assert_int_equal(ruling.by, SWITCH_ISOLATE);
    assert_int_equal(ruling.reason, REASON_ISOLATED);
    assert_int_equal(switches_judge(&switches, DEED_ACCEPT, true).leave, LEAVE_GIVEN);
    switches.is_on[SWITCH_NETWORK] = false;
    ruling = switches_judge(&switches, DEED_ACCEPT, true);
    assert_int_equal(ruling.by, SWITCH_NETWORK);
    assert_int_equal(ruling.reason, REASON_NETWORK_OFF);
}

static void switches_are_found_by_their_names(void **state) {
    (void)state;
    enum control_switch which;
    for (size_t i = 0; i < SWITCH_COUNT; i++) {
        assert_true(switch_find(span_of_text(switch_name((enum control_switch)i)), &which));
        assert_int_equal(which, i);
    }
    assert_false(switch_find(SPAN_LITERAL("pause"), &which));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(at_rest_everything_may_be_done),
        cmocka_unit_test(each_switch_means_what_the_guide_says),
        cmocka_unit_test(of_several_the_strictest_counts),
        cmocka_unit_test(switches_are_found_by_their_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
