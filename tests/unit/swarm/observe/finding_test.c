/* SPDX-License-Identifier: Apache-2.0 */
#include "swarm/observe/finding.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define START 1763640000000LL

/* A node that has been up for an hour with three links and two beacons that answer; a test changes what it is about. */
struct bench {
    struct node_view node;
    struct mesh_view mesh;
    struct rendezvous_view rendezvous;
    struct source sources[2];
    struct reachability_family families[REACHABILITY_FAMILIES];
    struct reachability_view reachability;
    struct outage_view outage;
    struct finding_evidence evidence;
    struct finding_list findings;
};

static struct source good_source(const char *name) {
    struct source source = {.has_announced = true, .attempts = 9, .successes = 9, .last_success_ms = START + 3590000};
    (void)snprintf(source.place.name, sizeof source.place.name, "%s", name);
    return source;
}

static void bench_init(struct bench *b) {
    *b = (struct bench){.node = {.started_at_ms = START},
                        .mesh = {.active = 3, .min = 3, .target = 8, .max = 12, .known = 9},
                        .sources = {good_source("beacon-1"), good_source("beacon-2")}};
    b->rendezvous = (struct rendezvous_view){.first_peer_ms = 400, .source_count = 2, .sources = b->sources};
    b->reachability = (struct reachability_view){b->families, START};
    b->evidence = (struct finding_evidence){.node = &b->node,
                                            .mesh = &b->mesh,
                                            .rendezvous = &b->rendezvous,
                                            .reachability = &b->reachability,
                                            .outage = &b->outage,
                                            .wall_ms = START + 3600000};
}

/* One evaluation, so much later. */
static void judge_after(struct bench *b, int64_t step_ms) {
    b->evidence.wall_ms += step_ms;
    finding_list_update(&b->findings, &b->evidence, b->evidence.wall_ms - START);
}

/* Two evaluations, as far apart as they are in a daemon: what is bad now has become a finding. */
static void judge(struct bench *b) {
    judge_after(b, 0);
    judge_after(b, 1000);
}

static enum verdict verdict(const struct bench *b) {
    return verdict_of(&b->evidence, &b->findings);
}

static void silence(struct source *source, uint32_t streak) {
    source->failure_streak = streak;
    source->attempts += streak;
    (void)snprintf(source->reason, sizeof source->reason, "no answer in time");
}

static void assert_has(const struct finding *finding, const char *text) {
    if (strstr(finding->title, text) == NULL && strstr(finding->cause, text) == NULL)
        fail_msg("\"%s\" is in neither \"%s\" nor \"%s\"", text, finding->title, finding->cause);
}

static void well_node_has_no_findings_and_works(void **state) {
    (void)state;
    struct bench b;
    bench_init(&b);
    judge(&b);
    assert_int_equal(b.findings.count, 0);
    assert_int_equal(verdict(&b), VERDICT_WORKING);
}

static void beacon_is_silent_from_the_third_failure_on(void **state) {
    (void)state;
    struct bench b;
    bench_init(&b);
    silence(&b.sources[1], 2);
    judge(&b);
    assert_int_equal(b.findings.count, 0);
    silence(&b.sources[1], 3);
    b.sources[1].last_success_ms = b.evidence.wall_ms - 372000 + 1000;
    judge(&b);
    assert_int_equal(b.findings.count, 1);
    const struct finding *finding = &b.findings.items[0];
    assert_int_equal(finding->code, FINDING_BEACON_SILENT);
    assert_int_equal(finding->level, EVENT_LEVEL_WARN);
    assert_string_equal(finding->subject, "beacon-2");
    assert_int_equal(finding->since_ms, b.evidence.wall_ms - 372000);
    assert_string_equal(finding->title, "Beacon 2 has not answered for 6 min 12 s");
    assert_string_equal(finding->cause, "3 requests in a row failed (no answer in time). Another source still answers, "
                                        "so peers are found.");
    assert_int_equal(verdict(&b), VERDICT_DEGRADED);
}

static void silence_of_all_says_what_still_works(void **state) {
    (void)state;
    struct bench b;
    bench_init(&b);
    silence(&b.sources[0], 5);
    silence(&b.sources[1], 4);
    judge(&b);
    assert_int_equal(b.findings.count, 2);
    assert_string_equal(b.findings.items[0].subject, "beacon-1");
    assert_has(&b.findings.items[0], "The links that are up stay up");
    b.mesh.active = 0;
    judge(&b);
    assert_int_equal(b.findings.count, 3);
    assert_has(&b.findings.items[0], "No other source answers.");
    judge_after(&b, 15000);
    assert_int_equal(b.findings.items[0].code, FINDING_NO_PEERS); /* an error by now */
    assert_has(&b.findings.items[0], "No source of peers answers either");
}

static void beacon_that_never_answered_is_silent_since_the_start(void **state) {
    (void)state;
    struct bench b;
    bench_init(&b);
    b.sources[0].last_success_ms = 0;
    b.sources[0].successes = 0;
    silence(&b.sources[0], 3);
    judge(&b);
    assert_int_equal(b.findings.items[0].since_ms, START);
    assert_has(&b.findings.items[0], "for 1 h");
}

static void node_without_a_link_is_cut_off_after_its_start(void **state) {
    (void)state;
    struct bench b;
    bench_init(&b);
    b.mesh.active = 0;
    b.rendezvous.first_peer_ms = -1;
    b.evidence.wall_ms = START;
    judge_after(&b, 0);
    judge_after(&b, 14999);
    assert_int_equal(b.findings.count, 0);
    assert_int_equal(verdict(&b), VERDICT_STARTING);
    judge_after(&b, 1);
    assert_int_equal(b.findings.count, 1);
    assert_int_equal(b.findings.items[0].code, FINDING_NO_PEERS);
    assert_int_equal(b.findings.items[0].level, EVENT_LEVEL_ERROR);
    assert_int_equal(b.findings.items[0].since_ms, START);
    assert_string_equal(b.findings.items[0].title, "No link to any peer for 15 s");
    assert_has(&b.findings.items[0], "9 peers are known and dialled in turn, none is linked.");
    assert_int_equal(verdict(&b), VERDICT_CUT_OFF);
}

static void node_that_lost_its_links_says_so_at_once_and_is_cut_off_after_15_s(void **state) {
    (void)state;
    struct bench b;
    bench_init(&b);
    judge(&b);
    b.mesh.active = 0;
    judge_after(&b, 1000);
    int64_t lost_ms = b.evidence.wall_ms;
    assert_int_equal(b.findings.count, 0);
    assert_int_equal(verdict(&b), VERDICT_WORKING);
    judge_after(&b, 1000);
    assert_int_equal(b.findings.count, 1);
    assert_int_equal(b.findings.items[0].code, FINDING_NO_PEERS);
    assert_int_equal(b.findings.items[0].level, EVENT_LEVEL_WARN);
    assert_int_equal(b.findings.items[0].since_ms, lost_ms);
    assert_string_equal(b.findings.items[0].title, "No link to any peer for 1 s");
    assert_int_equal(verdict(&b), VERDICT_DEGRADED);
    judge_after(&b, 13999);
    assert_int_equal(verdict(&b), VERDICT_DEGRADED);
    judge_after(&b, 1);
    assert_int_equal(b.findings.items[0].level, EVENT_LEVEL_ERROR);
    assert_int_equal(b.findings.items[0].since_ms, lost_ms);
    assert_string_equal(b.findings.items[0].title, "No link to any peer for 15 s");
    assert_int_equal(verdict(&b), VERDICT_CUT_OFF);
    b.mesh.active = 1;
    judge_after(&b, 1000);
    assert_int_equal(verdict(&b), VERDICT_DEGRADED);
    assert_string_equal(b.findings.items[0].title, "Over: No link to any peer for 15 s");
    b.mesh.active = 0;
    judge_after(&b, 5000); /* another time, another beginning */
    assert_int_equal(b.findings.count, 1);
    assert_int_equal(b.findings.items[0].since_ms, b.evidence.wall_ms);
    assert_string_equal(b.findings.items[0].title, "No link to any peer for 0 s");
    assert_int_equal(verdict(&b), VERDICT_DEGRADED);
}

static void trouble_that_passes_at_once_is_not_told(void **state) {
    (void)state;
    struct bench b;
    bench_init(&b);
    for (int i = 0; i < 20; i++) {
        b.mesh.active = i % 2 == 0 ? 0 : 3;
        judge_after(&b, 1000);
        judge_after(&b, 10); /* somebody asks in between: that is no second evaluation */
        assert_int_equal(b.findings.count, 0);
        assert_int_equal(verdict(&b), VERDICT_WORKING);
    }
}

static void finding_leaves_after_30_s_of_calm(void **state) {
    (void)state;
    struct bench b;
    bench_init(&b);
    silence(&b.sources[0], 3);
    judge(&b);
    b.sources[0].failure_streak = 0;
    judge_after(&b, 1000);
    assert_int_equal(b.findings.count, 1);
    assert_memory_equal(b.findings.items[0].title, "Over: Beacon 1 has not answered", 31);
    assert_string_equal(b.findings.items[0].cause, "Not so any more for 0 s; this goes away after 30 s without it.");
    judge_after(&b, 20000);
    assert_memory_equal(b.findings.items[0].title, "Over: Beacon 1", 14);
    assert_has(&b.findings.items[0], "for 20 s");
    silence(&b.sources[0], 3); /* back: told at once, and the calm counts anew */
    judge_after(&b, 1000);
    assert_memory_equal(b.findings.items[0].title, "Beacon 1 has", 12);
    b.sources[0].failure_streak = 0;
    judge_after(&b, 1000);
    judge_after(&b, 29999);
    assert_int_equal(b.findings.count, 1);
    assert_int_equal(verdict(&b), VERDICT_DEGRADED);
    judge_after(&b, 1);
    assert_int_equal(b.findings.count, 0);
    assert_int_equal(verdict(&b), VERDICT_WORKING);
    silence(&b.sources[0], 3);
    judge_after(&b, 1000);
    assert_int_equal(b.findings.count, 0); /* forgotten: it takes two again */
}

static void findings_keep_their_places(void **state) {
    (void)state;
    struct bench b;
    bench_init(&b);
    silence(&b.sources[1], 3);
    judge(&b);
    silence(&b.sources[0], 3);
    judge(&b);
    assert_int_equal(b.findings.count, 2);
    assert_string_equal(b.findings.items[0].subject, "beacon-2");
    assert_string_equal(b.findings.items[1].subject, "beacon-1");
    b.sources[1].failure_streak = 0;
    judge_after(&b, 1000);
    assert_string_equal(b.findings.items[0].subject, "beacon-2");
    silence(&b.sources[1], 3);
    judge_after(&b, 1000);
    assert_string_equal(b.findings.items[0].subject, "beacon-2");
}

static void node_with_nobody_to_ask_is_told_what_to_do(void **state) {
    (void)state;
    struct bench b;
    bench_init(&b);
    b.mesh.active = b.mesh.known = 0;
    b.rendezvous.source_count = 0;
    judge(&b);
    judge_after(&b, 14000);
    assert_int_equal(b.findings.count, 1);
    assert_int_equal(b.findings.items[0].code, FINDING_NO_SOURCE);
    assert_has(&b.findings.items[0], "--beacon URL");
    assert_int_equal(verdict(&b), VERDICT_CUT_OFF);
    b.mesh.known = 1; /* somebody called: there is somebody to dial */
    judge_after(&b, 1000);
    assert_int_equal(b.findings.items[0].code, FINDING_NO_PEERS);
    assert_has(&b.findings.items[0], "1 peer is known");
    assert_has(&b.findings.items[0], "No beacon is set");
    assert_has(&b.findings.items[0], "--beacon URL or --peer HOST:PORT");
}

static void beacon_that_answers_but_does_not_list_us_has_refused(void **state) {
    (void)state;
    struct bench b;
    bench_init(&b);
    b.sources[0].has_announced = false;
    b.sources[0].is_asked = true; /* the new ticket is on its way */
    judge(&b);
    assert_int_equal(b.findings.count, 0);
    b.sources[0].is_asked = false;
    judge(&b);
    assert_int_equal(b.findings.count, 1);
    assert_int_equal(b.findings.items[0].code, FINDING_ANNOUNCE_REFUSED);
    assert_int_equal(b.findings.items[0].level, EVENT_LEVEL_WARN);
    assert_string_equal(b.findings.items[0].title, "Beacon 1 does not list this node");
    int64_t since_ms = b.findings.items[0].since_ms;
    b.sources[0].is_asked = true; /* asked once more: as it was found last */
    b.evidence.wall_ms += 60000;
    judge(&b);
    assert_int_equal(b.findings.count, 1);
    assert_int_equal(b.findings.items[0].since_ms, since_ms);
    b.sources[0].is_asked = false;
    b.sources[0].has_announced = true;
    judge(&b);
    judge_after(&b, 30000);
    assert_int_equal(b.findings.count, 0);
}

static void refusal_by_the_only_beacon_is_an_error(void **state) {
    (void)state;
    struct bench b;
    bench_init(&b);
    b.rendezvous.source_count = 1;
    b.sources[0].has_announced = false;
    judge(&b);
    assert_int_equal(b.findings.items[0].level, EVENT_LEVEL_ERROR);
    assert_has(&b.findings.items[0], "cannot find it");
}

/* Three peers that see us in this family could not dial us. */
static void close_family(struct reachability_family *family) {
    *family = (struct reachability_family){
        .state = REACHABILITY_PRIVATE, .since_ms = 60000, .has_seen = true, .witness_count = 3};
    assert_true(address_read(SPAN_LITERAL("203.0.113.5:8782"), &family->seen));
    for (size_t i = 0; i < family->witness_count; i++) family->witnesses[i].reason = REASON_TIMEOUT;
}

static void node_that_nobody_can_dial_is_told_what_to_do_and_works(void **state) {
    (void)state;
    struct bench b;
    bench_init(&b);
    close_family(&b.families[0]);
    judge(&b);
    assert_int_equal(b.findings.count, 1);
    const struct finding *finding = &b.findings.items[0];
    assert_int_equal(finding->code, FINDING_NOT_REACHABLE);
    assert_string_equal(finding_code_name(finding->code), "not-reachable");
    assert_int_equal(finding->level, EVENT_LEVEL_INFO);
    assert_int_equal(finding->since_ms, START + 60000);
    assert_string_equal(finding->title, "Peers cannot dial this node");
    assert_has(finding, "3 peers tried and did not get through");
    assert_has(finding, "open TCP port 8782 on the router");
    assert_has(finding, "--advertise");
    assert_int_equal(verdict(&b), VERDICT_WORKING);
    b.families[0].state = REACHABILITY_PUBLIC;
    judge_after(&b, 1000);
    assert_memory_equal(b.findings.items[0].title, "Over: ", 6);
    assert_int_equal(verdict(&b), VERDICT_WORKING); /* what is over is no worse than it was */
}

static void meet_clone(struct bench *b, enum clone_stand stand) {
    b->node.clone = (struct clone_view){.stand = stand,
                                        .has_other = true,
                                        .source = "beacon-1",
                                        .has_address = true,
                                        .since_ms = START + 1000,
                                        .until_ms = b->evidence.wall_ms + 100000};
    assert_true(address_read(SPAN_LITERAL("203.0.113.77:8782"), &b->node.clone.address));
}

static void node_whose_keys_are_live_elsewhere_says_where_and_nothing_else(void **state) {
    (void)state;
    struct bench b;
    bench_init(&b);
    b.mesh.active = 0;
    b.sources[0].has_announced = false;
    meet_clone(&b, CLONE_QUIET);
    judge(&b);
    judge_after(&b, FINDING_CUT_OFF_MS);
    assert_int_equal(b.findings.count, 1);
    const struct finding *finding = &b.findings.items[0];
    assert_string_equal(finding_code_name(finding->code), "clone");
    assert_int_equal(finding->level, EVENT_LEVEL_ERROR);
    assert_has(finding, "This identity is live elsewhere");
    assert_has(finding, "203.0.113.77:8782");
    assert_has(finding, "beacon-1 says so");
    assert_has(finding, "in 1 min 24 s");
    assert_int_equal(verdict(&b), VERDICT_DEGRADED);
    judge_after(&b, 100000);
    assert_has(finding, "it has, the sources are asked");
}

static void node_that_listens_first_has_not_started_yet(void **state) {
    (void)state;
    struct bench b;
    bench_init(&b);
    b.mesh.active = 0;
    b.node.clone.stand = CLONE_LISTENING;
    judge(&b);
    assert_int_equal(b.findings.count, 1);
    assert_int_equal(b.findings.items[0].level, EVENT_LEVEL_INFO);
    assert_has(&b.findings.items[0], "Listening before it speaks");
    assert_int_equal(verdict(&b), VERDICT_STARTING);
}

static void node_that_has_met_its_double_says_so_until_that_ones_ticket_has_run_out(void **state) {
    (void)state;
    struct bench b;
    bench_init(&b);
    meet_clone(&b, CLONE_NORMAL);
    judge(&b);
    assert_int_equal(b.findings.count, 1);
    assert_has(&b.findings.items[0], "in use elsewhere, too");
    assert_has(&b.findings.items[0], "somebody has your keys");
    judge_after(&b, 100000);
    assert_memory_equal(b.findings.items[0].title, "Over: ", 6);
    assert_int_equal(verdict(&b), VERDICT_DEGRADED);
    judge_after(&b, FINDING_CALM_MS + 1000);
    assert_int_equal(b.findings.count, 0);
}

static void node_with_another_way_in_is_not_called_unreachable(void **state) {
    (void)state;
    struct bench b;
    bench_init(&b);
    close_family(&b.families[0]);
    b.families[1].state = REACHABILITY_PUBLIC;
    judge(&b);
    assert_int_equal(b.findings.count, 0);
    b.families[1] = (struct reachability_family){.has_seen = true}; /* not known yet */
    judge(&b);
    assert_int_equal(b.findings.count, 0);
    close_family(&b.families[1]);
    judge(&b);
    assert_int_equal(b.findings.count, 1);
}

static void outage_is_told_before_what_follows_from_it(void **state) {
    (void)state;
    struct bench b;
    bench_init(&b);
    b.mesh.active = 0;
    b.outage = (struct outage_view){true, b.evidence.wall_ms - 40000, b.evidence.wall_ms + 16000};
    judge(&b);
    judge_after(&b, 14000);
    assert_int_equal(b.findings.count, 2);
    const struct finding *finding = &b.findings.items[0];
    assert_int_equal(finding->code, FINDING_NO_NETWORK);
    assert_int_equal(finding->level, EVENT_LEVEL_ERROR);
    assert_string_equal(finding->title, "No network: every dial fails for 55 s");
    assert_has(finding, "the next one is in 1 s");
    assert_int_equal(b.findings.items[1].code, FINDING_NO_PEERS);
    assert_has(&b.findings.items[1], "their turn comes when this node's own network is back");
    b.mesh.known = b.rendezvous.source_count = 0; /* those that the caretaker named are dialled all the same */
    judge_after(&b, 1000);
    assert_int_equal(b.findings.items[1].code, FINDING_NO_PEERS);
    b.outage.next_attempt_ms = 0;
    judge_after(&b, 1000);
    assert_has(&b.findings.items[0], "the next one is under way");
    b.outage = (struct outage_view){0};
    judge_after(&b, 1000);
    assert_memory_equal(b.findings.items[1].title, "Over: No network", 16);
}

static void worst_comes_first(void **state) {
    (void)state;
    struct bench b;
    bench_init(&b);
    silence(&b.sources[0], 3);
    b.sources[1].has_announced = false;
    judge(&b);
    assert_int_equal(b.findings.count, 2);
    assert_int_equal(b.findings.items[0].code, FINDING_ANNOUNCE_REFUSED);
    assert_int_equal(b.findings.items[1].code, FINDING_BEACON_SILENT);
}

static void node_that_stops_or_has_not_started_has_no_findings(void **state) {
    (void)state;
    struct bench b;
    bench_init(&b);
    b.mesh.active = 0;
    silence(&b.sources[0], 9);
    b.node.is_stopping = true;
    judge(&b);
    assert_int_equal(b.findings.count, 0);
    assert_int_equal(verdict(&b), VERDICT_STOPPING);
    b.node.is_stopping = false;
    b.node.started_at_ms = 0;
    judge(&b);
    assert_int_equal(b.findings.count, 0);
    assert_int_equal(verdict(&b), VERDICT_STARTING);
}

static void every_source_may_fail_in_every_way(void **state) {
    (void)state;
    struct bench b;
    static struct source sources[LIMIT_SOURCES_MAX];
    bench_init(&b);
    b.mesh.active = 0;
    for (size_t i = 0; i < LIMIT_SOURCES_MAX; i++) {
        char name[24];
        (void)snprintf(name, sizeof name, "beacon-%zu", i + 1);
        sources[i] = good_source(name);
        sources[i].has_announced = false;
    }
    b.rendezvous.sources = sources;
    b.rendezvous.source_count = LIMIT_SOURCES_MAX;
    judge(&b);
    for (size_t i = 0; i < LIMIT_SOURCES_MAX; i++) {
        sources[i].is_asked = true; /* keeps its refusal, and is silent as well */
        silence(&sources[i], 3);
    }
    judge(&b);
    assert_int_equal(b.findings.count, 2 * LIMIT_SOURCES_MAX + 1);
}

static void spans_are_as_fine_as_they_say_something(void **state) {
    (void)state;
    static const struct {
        int64_t span_ms;
        const char *text;
    } cases[] = {{-5, "0 s"},
                 {999, "0 s"},
                 {42000, "42 s"},
                 {60000, "1 min"},
                 {372000, "6 min 12 s"},
                 {599999, "9 min 59 s"},
                 {725000, "12 min"},
                 {3600000, "1 h"},
                 {11100000, "3 h 5 min"},
                 {180000000, "2 d 2 h"},
                 {864000000, "10 d"}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        uint8_t memory[32];
        struct buffer out = buffer_over(memory, sizeof memory);
        finding_write_span(&out, cases[i].span_ms);
        assert_true(span_equal_text(buffer_span(&out), cases[i].text));
    }
}

static void a_disk_that_refuses_is_an_error_until_it_takes_again(void **state) {
    (void)state;
    struct bench b;
    bench_init(&b);
    b.evidence.disk_trouble = "cannot write X: the disk is full; make room on that disk";
    b.evidence.disk_since_ms = b.evidence.wall_ms - 5000;
    judge(&b);
    assert_int_equal(b.findings.count, 1);
    const struct finding *finding = &b.findings.items[0];
    assert_int_equal(finding->code, FINDING_DISK_REFUSES);
    assert_int_equal(finding->level, EVENT_LEVEL_ERROR);
    assert_int_equal(finding->since_ms, b.evidence.disk_since_ms);
    assert_non_null(strstr(finding->cause, "make room on that disk. What was said to be kept stays"));
    assert_int_equal(verdict(&b), VERDICT_DEGRADED);
    b.evidence.disk_trouble = NULL;
    judge_after(&b, 1000);
    assert_int_equal(strncmp(b.findings.items[0].title, "Over: ", 6), 0);
    judge_after(&b, FINDING_CALM_MS);
    assert_int_equal(b.findings.count, 0);
}

static void no_signaling_endpoint_is_a_warning_once_each_has_failed(void **state) {
    (void)state;
    static const char *const urls[] = {"ws://a/", "ws://b/"};
    struct endpoint_set set;
    struct prng prng = prng_seeded(1);
    struct bench b;
    bench_init(&b);
    assert_true(endpoint_set_init(&set, urls, 2, ENDPOINT_NONE, 1000));
    b.evidence.endpoints = &set;
    assert_int_equal(endpoint_set_next(&set, &prng, 1000).verb, ENDPOINT_CONNECT);
    judge(&b);
    assert_int_equal(b.findings.count, 0); /* the first is still being tried */
    endpoint_set_failed(&set, 0, ENDPOINT_LOST, "connection refused", &prng, 1000);
    judge(&b);
    assert_int_equal(b.findings.count, 0); /* and the second */
    assert_int_equal(endpoint_set_next(&set, &prng, 1000).endpoint, 1);
    endpoint_set_failed(&set, 1, ENDPOINT_LOST, "reset", &prng, 1000);
    judge(&b);
    assert_int_equal(b.findings.count, 1);
    assert_int_equal(b.findings.items[0].code, FINDING_SIGNALING_AWAY);
    assert_int_equal(b.findings.items[0].level, EVENT_LEVEL_WARN);
    assert_non_null(strstr(b.findings.items[0].cause, "connection refused. Links stay"));
    endpoint_set_stop(&set, 2000); /* it is meant so */
    judge_after(&b, FINDING_CALM_MS + 1000);
    judge_after(&b, FINDING_CALM_MS);
    assert_int_equal(b.findings.count, 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_disk_that_refuses_is_an_error_until_it_takes_again),
        cmocka_unit_test(no_signaling_endpoint_is_a_warning_once_each_has_failed),
        cmocka_unit_test(well_node_has_no_findings_and_works),
        cmocka_unit_test(beacon_is_silent_from_the_third_failure_on),
        cmocka_unit_test(silence_of_all_says_what_still_works),
        cmocka_unit_test(beacon_that_never_answered_is_silent_since_the_start),
        cmocka_unit_test(node_without_a_link_is_cut_off_after_its_start),
        cmocka_unit_test(node_that_lost_its_links_says_so_at_once_and_is_cut_off_after_15_s),
        cmocka_unit_test(trouble_that_passes_at_once_is_not_told),
        cmocka_unit_test(finding_leaves_after_30_s_of_calm),
        cmocka_unit_test(findings_keep_their_places),
        cmocka_unit_test(node_with_nobody_to_ask_is_told_what_to_do),
        cmocka_unit_test(beacon_that_answers_but_does_not_list_us_has_refused),
        cmocka_unit_test(refusal_by_the_only_beacon_is_an_error),
        cmocka_unit_test(node_that_nobody_can_dial_is_told_what_to_do_and_works),
        cmocka_unit_test(node_whose_keys_are_live_elsewhere_says_where_and_nothing_else),
        cmocka_unit_test(node_that_listens_first_has_not_started_yet),
        cmocka_unit_test(node_that_has_met_its_double_says_so_until_that_ones_ticket_has_run_out),
        cmocka_unit_test(node_with_another_way_in_is_not_called_unreachable),
        cmocka_unit_test(outage_is_told_before_what_follows_from_it),
        cmocka_unit_test(worst_comes_first),
        cmocka_unit_test(node_that_stops_or_has_not_started_has_no_findings),
        cmocka_unit_test(every_source_may_fail_in_every_way),
        cmocka_unit_test(spans_are_as_fine_as_they_say_something),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
