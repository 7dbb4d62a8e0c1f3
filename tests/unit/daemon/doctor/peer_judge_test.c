/* SPDX-License-Identifier: Apache-2.0 */
/* What the facts of a peer mean, those of this end and those that the far end told. */
#include "daemon/doctor/far_end_judge.h"
#include "daemon/doctor/peer_judge.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define NOW INT64_C(1763640000000)

/* A peer that is known, linked and has answered, all well until a test says otherwise. */
struct clinic {
    struct peer_facts facts;
    struct diagnosis diagnosis;
};

static int clinic_open(void **state) {
    struct clinic *c = calloc(1, sizeof *c);
    assert_non_null(c);
    struct peer_facts *f = &c->facts;
    f->wall_ms = NOW;
    f->peer.bytes[0] = 8;
    for (enum control_switch i = 0; i < SWITCH_COUNT; i++) f->controls[i].is_resting = true;
    f->is_known = f->has_link = f->has_telling = f->has_examination = true;
    f->known = (struct peer_view){.last_seen_at_ms = NOW - 5000, .wait = DIAL_WAIT_LINKED, .addr_count = 1};
    f->link =
        (struct link_view){.state = LINK_STATE_OPEN, .strength = 91, .rtt_ms = 5.5, .loss_in = 0.012, .loss_out = -1};
    f->telling = (struct peer_facts_telling){.at_ms = NOW - 10000, .link_count = 1, .names_us = true, .rtt_ms = 6};
    f->other_count = 1;
    f->asked = EXAMINE_ASKED;
    f->examination.state = EXAMINATION_ANSWERED;
    f->examination.asked_at_ms = NOW - 6000;
    f->examination.ended_at_ms = NOW - 100;
    f->examination.findings = (struct findings){
        .is_inbound = true, .open_ms = 61000, .rtt_ms = 6, .loss_in_ppm = -1, .loss_out_ppm = 4000, .unsent_bytes = 0};
    assert_true(address_read(SPAN_LITERAL("203.0.113.5:40000"), &f->examination.findings.seen));
    f->examination.findings.tested_ago_ms = -1;
    f->call_count = 1;
    f->calls[0] = (struct peer_facts_call){.is_allowed = true, .elapsed_ms = 12};
    assert_true(address_read(SPAN_LITERAL("203.0.113.9:8782"), &f->calls[0].at));
    *state = c;
    return 0;
}

static int clinic_close(void **state) {
    free(*state);
    return 0;
}

static void judge_all(struct clinic *c) {
    c->diagnosis.count = 0;
    peer_judge_here(&c->facts, &c->diagnosis);
    peer_judge_calls(&c->facts, &c->diagnosis);
    peer_judge_link(&c->facts, &c->diagnosis);
    far_end_judge(&c->facts, &c->diagnosis);
    peer_judge_rest(&c->facts, &c->diagnosis);
}

/* The first step of that check, or with that title; NULL: none. */
static const struct diagnosis_step *step_of(struct clinic *c, const char *name) {
    judge_all(c);
    for (size_t i = 0; i < c->diagnosis.count; i++) {
        const struct diagnosis_step *step = &c->diagnosis.steps[i];
        if (strcmp(step->check, name) == 0 || strcmp(step->title, name) == 0) return step;
    }
    return NULL;
}

static void assert_says(const struct diagnosis_step *step, enum diagnosis_result result, const char *text,
                        const char *advice) {
    assert_non_null(step);
    if (strstr(step->text, text) == NULL) fail_msg("\"%s\" does not say \"%s\"", step->text, text);
    if (strstr(step->advice, advice) == NULL) fail_msg("\"%s\" does not advise \"%s\"", step->advice, advice);
    assert_int_equal(step->result, result);
    assert_int_equal(advice[0] == '\0', step->advice[0] == '\0');
}

/* ---- This end ---- */

static void peer_that_is_well_linked_is_well_at_every_step(void **state) {
    struct clinic *c = *state;
    assert_says(step_of(c, "block"), DIAGNOSIS_OK, "no block", "");
    assert_says(step_of(c, "controls"), DIAGNOSIS_OK, "none holds anybody back", "");
    assert_says(step_of(c, "known"), DIAGNOSIS_OK, "last seen 5 s ago", "");
    assert_says(step_of(c, "address"), DIAGNOSIS_OK, "203.0.113.9:8782 takes connections, after 12 ms", "");
    assert_says(step_of(c, "link"), DIAGNOSIS_OK, "1.2 % lost of what it sends us, and ? %", "");
    assert_says(step_of(c, "view"), DIAGNOSIS_OK, "10 s ago it said: 6.0 ms to us; it has 1 link", "");
    assert_says(step_of(c, "others"), DIAGNOSIS_OK, "0 of 1 other links are weak", "");
    for (size_t i = 0; i < c->diagnosis.count; i++) assert_true(c->diagnosis.steps[i].result <= DIAGNOSIS_NOTE);
}

static void peer_that_is_kept_away_here_is_told_so_first(void **state) {
    struct clinic *c = *state;
    c->facts.is_blocked = true;
    c->facts.block = (struct peer_facts_block){.direction = BLOCK_INBOUND, .reason = "a test"};
    c->facts.controls[SWITCH_PAUSE_ALL].is_resting = c->facts.controls[SWITCH_ISOLATE].is_resting = false;
    c->facts.link.state = LINK_STATE_CLOSED;
    c->facts.link.reason = REASON_VIEW_FULL;
    c->facts.other_count = 0;
    assert_says(step_of(c, "block"), DIAGNOSIS_PROBLEM, "this node blocks it, direction in: a test",
                "skep block remove");
    assert_int_equal(step_of(c, "block") - c->diagnosis.steps, 0);
    assert_says(step_of(c, "controls"), DIAGNOSIS_WARNING, "isolate, pause-all", "skep control");
    assert_says(step_of(c, "link"), DIAGNOSIS_WARNING,
                "there is none; the last one ended because it has all the links it wants (view-full)", "");
    assert_null(step_of(c, "view"));
    assert_says(step_of(c, "others"), DIAGNOSIS_WARNING, "no other link", "skep doctor");
}

static void peer_that_is_not_known_is_not_guessed_of(void **state) {
    struct clinic *c = *state;
    c->facts.is_known = c->facts.has_link = false;
    assert_says(step_of(c, "known"), DIAGNOSIS_PROBLEM, "has not heard of it", "skep connect");
    assert_null(step_of(c, "address"));
    assert_says(step_of(c, "link"), DIAGNOSIS_NOTE, "there is none yet", "");
}

static void peer_that_waits_says_what_for(void **state) {
    struct clinic *c = *state;
    c->facts.known.wait = DIAL_WAIT_BACKOFF;
    assert_says(step_of(c, "known"), DIAGNOSIS_NOTE, dial_wait_sentence(DIAL_WAIT_BACKOFF), "skep connect");
}

static void address_that_does_not_answer_says_how(void **state) {
    struct clinic *c = *state;
    c->facts.calls[0].reason = REASON_REFUSED;
    assert_says(step_of(c, "address"), DIAGNOSIS_WARNING, "does not answer, after 12 ms (refused)", "firewall");
    c->facts.calls[0].is_allowed = false;
    assert_says(step_of(c, "address"), DIAGNOSIS_NOTE, "was not tried", "");
    c->facts.call_count = 0;
    assert_says(step_of(c, "address"), DIAGNOSIS_NOTE, "not tried: a control or a block", "");
    c->facts.known.addr_count = 0;
    assert_says(step_of(c, "address"), DIAGNOSIS_NOTE, "nowhere to call it", "It can call us");
}

static void links_that_are_weak_all_over_are_this_networks(void **state) {
    struct clinic *c = *state;
    c->facts.link.strength = 20;
    c->facts.other_count = 3;
    c->facts.weak_count = 2;
    assert_says(step_of(c, "link"), DIAGNOSIS_WARNING, "strength 20 of 100", "skep links --why");
    assert_says(step_of(c, "others"), DIAGNOSIS_WARNING, "2 of 3 other links are weak too", "");
    c->facts.telling.names_us = false;
    assert_says(step_of(c, "view"), DIAGNOSIS_WARNING, "ours was not one", "");
    c->facts.has_telling = false;
    assert_says(step_of(c, "view"), DIAGNOSIS_NOTE, "does not tell of its links", "");
}

static void what_happened_is_told_with_its_age(void **state) {
    struct clinic *c = *state;
    c->facts.event_count = 1;
    c->facts.events[0] = (struct event){.code = EVENT_LINK_HELD_DOWN, .at_ms = NOW - 90000, .figures = {3, 300000}};
    assert_says(step_of(c, "events"), DIAGNOSIS_NOTE, "1 min 30 s ago: a node dropped 3 times", "");
}

/* ---- The far end ---- */

static struct findings *its(struct clinic *c) {
    return &c->facts.examination.findings;
}

static void far_end_that_is_well_says_so(void **state) {
    struct clinic *c = *state;
    assert_says(step_of(c, "far"), DIAGNOSIS_OK,
                "it answers: we called it, open for 1 min 1 s, 6.0 ms there and back; by its count ? % lost of what we "
                "send it, and 0.4 % of what it sends us",
                "");
    assert_says(step_of(c, "Its clock"), DIAGNOSIS_OK, "within 15 s", "");
    assert_says(step_of(c, "Our address"), DIAGNOSIS_NOTE, "it sees us at 203.0.113.5:40000, and has not tried", "");
    assert_says(step_of(c, "Our place"), DIAGNOSIS_OK, "a place in its view", "");
    assert_says(step_of(c, "Its controls"), DIAGNOSIS_OK, "none stands", "");
    assert_null(step_of(c, "Its queue"));
    assert_null(step_of(c, "Its direction"));
    assert_null(step_of(c, "Its memory"));
}

static void far_end_that_loses_or_cannot_send_says_which_way(void **state) {
    struct clinic *c = *state;
    its(c)->loss_in_ppm = 80000;
    its(c)->unsent_bytes = 3 * 1024 * 1024;
    assert_says(step_of(c, "far"), DIAGNOSIS_WARNING, "by its count 8.0 % lost of what we send it",
                "on the way between");
    assert_says(step_of(c, "Its queue"), DIAGNOSIS_WARNING, "3.0 MiB wait there", "slow or full");
}

static void far_end_that_sees_us_otherwise_says_how(void **state) {
    struct clinic *c = *state;
    its(c)->skew_ms = 125000;
    assert_says(step_of(c, "Its clock"), DIAGNOSIS_WARNING, "saw our clock 2 min 5 s ahead of its own", "skep doctor");
    its(c)->skew_ms = -125000;
    assert_says(step_of(c, "Its clock"), DIAGNOSIS_WARNING, "2 min 5 s behind its own", "skep doctor");
    its(c)->tested_ago_ms = 40000;
    assert_says(step_of(c, "Our address"), DIAGNOSIS_OK, "40 s ago it called us back and got through", "");
    its(c)->test_reason = REASON_TIMEOUT;
    assert_says(step_of(c, "Our address"), DIAGNOSIS_NOTE, "could not (timeout)", "being dialled");
    its(c)->is_guest = true;
    assert_says(step_of(c, "Our place"), DIAGNOSIS_OK, "a guest", "");
    its(c)->is_inbound = false;
    assert_says(step_of(c, "Its direction"), DIAGNOSIS_WARNING, "do not mean the same link", "");
    its(c)->last_reason = REASON_SLOW;
    assert_says(step_of(c, "Its memory"), DIAGNOSIS_NOTE, "slow", "");
}

static void far_end_whose_controls_are_in_the_way_says_which_way(void **state) {
    struct clinic *c = *state;
    its(c)->in_reason = REASON_PAUSED;
    assert_says(step_of(c, "Its controls"), DIAGNOSIS_WARNING,
                "a new one may not come; it would turn our call away: paused", "skep control there");
    its(c)->out_reason = REASON_ISOLATED;
    assert_says(step_of(c, "Its controls"), DIAGNOSIS_WARNING, "paused; it would not call us: isolated",
                "skep control");
}

static void far_end_that_says_nothing_is_told_from_one_that_was_not_asked(void **state) {
    struct clinic *c = *state;
    c->facts.examination.state = EXAMINATION_SILENT;
    assert_says(step_of(c, "far"), DIAGNOSIS_WARNING, "asked 6 s ago, and said nothing within 5 s", "stands still");
    c->facts.examination.state = EXAMINATION_CUT;
    assert_says(step_of(c, "far"), DIAGNOSIS_WARNING, "the link ended before it answered", "skep links");
    c->facts.asked = EXAMINE_NO_LINK;
    assert_says(step_of(c, "far"), DIAGNOSIS_NOTE, "can only be asked over a link", "skep connect baaa");
    c->facts.asked = EXAMINE_NOT_THERE;
    assert_says(step_of(c, "far"), DIAGNOSIS_NOTE, "answer-doctor = no there", "skep doctor there");
    c->facts.asked = EXAMINE_NOT_HERE;
    assert_says(step_of(c, "far"), DIAGNOSIS_NOTE, "this node did not answer", "answer-doctor = yes");
    c->facts.asked = EXAMINE_NO_ROOM;
    assert_says(step_of(c, "far"), DIAGNOSIS_NOTE, "others have not answered", "again");
}

static void link_by_webrtc_says_its_path(void **state) {
    struct clinic *c = *state;
    assert_null(step_of(c, "Its path"));
    c->facts.link.route = (struct link_route){.is_known = true};
    assert_true(address_read(SPAN_LITERAL("192.168.1.2:5000"), &c->facts.link.route.own.address));
    assert_true(address_read(SPAN_LITERAL("203.0.113.9:6000"), &c->facts.link.route.peer.address));
    c->facts.link.route.peer.kind = ICE_CANDIDATE_SRFLX;
    assert_says(step_of(c, "Its path"), DIAGNOSIS_OK,
                "by WebRTC from 192.168.1.2:5000 (host) to 203.0.113.9:6000 (srflx)", "");
    c->facts.link.route.peer.kind = ICE_CANDIDATE_RELAY;
    assert_says(step_of(c, "Its path"), DIAGNOSIS_NOTE, "(relay), through a relay: no straight way was found",
                "a port forwarded to either node");
}

static void peer_that_is_unreachable_may_be_behind_a_router(void **state) {
    struct clinic *c = *state;
    c->facts.has_link = false;
    c->facts.known.reason = REASON_UNREACHABLE;
    assert_says(step_of(c, "link"), DIAGNOSIS_WARNING, "(unreachable)", "only a TURN server is a way");
}

static void far_end_that_was_asked_a_moment_ago_is_quoted(void **state) {
    struct clinic *c = *state;
    c->facts.asked = EXAMINE_TOO_SOON;
    c->facts.examination.ended_at_ms = NOW - 8000;
    assert_says(step_of(c, "far"), DIAGNOSIS_OK, "8 s ago it answered: we called it", "");
    c->facts.has_examination = false;
    assert_says(step_of(c, "far"), DIAGNOSIS_NOTE, "it was a moment ago", "again");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, clinic_open, clinic_close)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(peer_that_is_well_linked_is_well_at_every_step),
        TEST(peer_that_is_kept_away_here_is_told_so_first),
        TEST(peer_that_is_not_known_is_not_guessed_of),
        TEST(peer_that_waits_says_what_for),
        TEST(address_that_does_not_answer_says_how),
        TEST(links_that_are_weak_all_over_are_this_networks),
        TEST(what_happened_is_told_with_its_age),
        TEST(link_by_webrtc_says_its_path),
        TEST(peer_that_is_unreachable_may_be_behind_a_router),
        TEST(far_end_that_is_well_says_so),
        TEST(far_end_that_loses_or_cannot_send_says_which_way),
        TEST(far_end_that_sees_us_otherwise_says_how),
        TEST(far_end_whose_controls_are_in_the_way_says_which_way),
        TEST(far_end_that_says_nothing_is_told_from_one_that_was_not_asked),
        TEST(far_end_that_was_asked_a_moment_ago_is_quoted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
