/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/doctor/judge.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define NOW INT64_C(1763640000000)
enum { GIB_BYTES = 1024 * 1024 * 1024 };

/* A diagnosis that is about to be made, and facts that are all well until a test says otherwise. */
struct clinic {
    struct facts facts;
    struct diagnosis diagnosis;
    uint8_t snapshot_tree[1 << 16], events_tree[1 << 16];
};

static const struct json_value *parsed(const char *text, uint8_t *tree) {
    struct arena arena = arena_over(tree, 1 << 16);
    enum json_fault fault;
    const struct json_value *value = json_parse(span_of_text(text), JSON_WIRE, &arena, &fault, NULL);
    assert_non_null(value);
    return value;
}

static int clinic_open(void **state) {
    struct clinic *c = calloc(1, sizeof *c);
    assert_non_null(c);
    (void)snprintf(c->facts.folder_path, sizeof c->facts.folder_path, "/d");
    c->facts.now_ms = NOW;
    c->facts.has_ice_servers = true;
    c->facts.folder = (struct facts_folder){.is_there = true,
                                            .is_folder = true,
                                            .is_writable = true,
                                            .mode = 0700,
                                            .free_bytes = 10 * (int64_t)GIB_BYTES,
                                            .total_bytes = 20 * (int64_t)GIB_BYTES,
                                            .sync_us = 3400};
    c->facts.process = (struct facts_process){.run_file = FACTS_RUN_FILE_THERE,
                                              .pid = 77,
                                              .is_alive = true,
                                              .is_locked = true,
                                              .lock_pid = 77,
                                              .resident_bytes = 20 * 1024 * 1024,
                                              .descriptors = 30,
                                              .descriptors_max = 1000};
    *state = c;
    return 0;
}

static int clinic_close(void **state) {
    free(*state);
    return 0;
}

static void give_snapshot(struct clinic *c, const char *json) {
    c->facts.snapshot = parsed(json, c->snapshot_tree);
}

static void give_events(struct clinic *c, const char *json) {
    c->facts.events = parsed(json, c->events_tree);
}

/* The one step that a judge has to say, or the one at `index`. */
static const struct diagnosis_step *
judged_at(struct clinic *c, void (*judge)(const struct facts *facts, struct diagnosis *d), size_t index) {
    c->diagnosis.count = 0;
    judge(&c->facts, &c->diagnosis);
    assert_true(index < c->diagnosis.count);
    return &c->diagnosis.steps[index];
}

#define judged(c, judge) judged_at(c, judge, 0)

static void assert_says(const struct diagnosis_step *step, enum diagnosis_result result, const char *text,
                        const char *advice) {
    assert_string_equal(step->text, text);
    assert_int_equal(step->result, result);
    if (advice[0] == '\0') {
        assert_string_equal(step->advice, "");
    } else if (strstr(step->advice, advice) == NULL) {
        fail_msg("the advice is \"%s\"", step->advice);
    }
}

/* ---- The folder ---- */

static void folder_that_is_well_says_its_speed_and_its_room(void **state) {
    struct clinic *c = *state;
    assert_says(judged(c, judge_folder), DIAGNOSIS_OK, "a small write is on the disk after 3.4 ms", "");
    assert_says(judged_at(c, judge_folder, 1), DIAGNOSIS_OK, "10.0 GiB (50 %) are free", "");
}

static void folder_that_cannot_be_written_to_says_why(void **state) {
    struct clinic *c = *state;
    c->facts.folder.is_writable = false;
    (void)snprintf(c->facts.folder.fault, sizeof c->facts.folder.fault, "Read-only file system");
    assert_says(judged(c, judge_folder), DIAGNOSIS_PROBLEM, "/d cannot be written to: Read-only file system",
                "not mounted read-only");
    c->facts.folder.is_foreign = true;
    assert_says(judged(c, judge_folder), DIAGNOSIS_NOTE,
                "/d belongs to another user, so how it is written to cannot be seen", "as root");
}

static void disk_that_is_slow_full_or_open_needs_a_look(void **state) {
    struct clinic *c = *state;
    c->facts.folder.sync_us = 900000;
    c->facts.folder.free_bytes = 100 * 1024 * 1024;
    assert_says(judged(c, judge_folder), DIAGNOSIS_WARNING, "a small write took 900 ms to reach the disk", "failing");
    assert_says(judged_at(c, judge_folder, 1), DIAGNOSIS_WARNING, "0.1 GiB (0 %) are free", "Make room");
    c->facts.folder.free_bytes = 0;
    assert_int_equal(judged_at(c, judge_folder, 1)->result, DIAGNOSIS_PROBLEM);
    c->facts.folder.mode = 0755;
    assert_says(judged(c, judge_folder), DIAGNOSIS_WARNING, "/d is open to others (mode 0755)", "chmod 700 /d");
}

static void folder_that_is_none_says_what_is_there(void **state) {
    struct clinic *c = *state;
    c->facts.folder = (struct facts_folder){0};
    assert_says(judged(c, judge_folder), DIAGNOSIS_PROBLEM, "/d is not there", "skep run --data /d");
    c->facts.folder.is_there = true;
    assert_says(judged(c, judge_folder), DIAGNOSIS_PROBLEM, "/d is no folder", "--data DIR");
    (void)snprintf(c->facts.folder.fault, sizeof c->facts.folder.fault, "Permission denied");
    assert_says(judged(c, judge_folder), DIAGNOSIS_PROBLEM, "/d cannot be looked at: Permission denied", "as its user");
}

/* ---- The process ---- */

static void node_that_answers_says_its_size(void **state) {
    struct clinic *c = *state;
    give_snapshot(c, "{}");
    assert_says(judged(c, judge_process), DIAGNOSIS_OK, "process 77 answers", "");
    assert_says(judged_at(c, judge_process, 1), DIAGNOSIS_OK, "20.0 MiB of memory are its own", "");
    assert_says(judged_at(c, judge_process, 2), DIAGNOSIS_OK, "30 files and sockets of 1000 are open", "");
    c->facts.process.descriptors = 801;
    assert_says(judged_at(c, judge_process, 2), DIAGNOSIS_WARNING, "801 files and sockets of 1000 are open",
                "LimitNOFILE=");
}

static void node_that_is_not_there_is_told_from_one_that_starts(void **state) {
    struct clinic *c = *state;
    c->facts.process.run_file = FACTS_RUN_FILE_ABSENT;
    assert_says(judged(c, judge_process), DIAGNOSIS_PROBLEM,
                "process 77 has the folder, but has not said where it is reached", "still starting");
    c->facts.process.is_locked = false;
    assert_says(judged(c, judge_process), DIAGNOSIS_PROBLEM, "no node runs on /d", "systemctl start skep");
}

static void run_file_of_a_node_that_died_is_stale(void **state) {
    struct clinic *c = *state;
    c->facts.process.is_locked = false;
    assert_says(judged(c, judge_process), DIAGNOSIS_PROBLEM,
                "run.json is stale: process 77 does not have the folder, so it is another one by now",
                "start it again");
    c->facts.process.is_alive = false;
    assert_says(judged(c, judge_process), DIAGNOSIS_PROBLEM, "run.json is stale: process 77, which wrote it, is gone",
                "crashed");
}

static void node_that_is_silent_says_what_it_is_like(void **state) {
    struct clinic *c = *state;
    (void)snprintf(c->facts.complaint.text, sizeof c->facts.complaint.text, "no answer\x1b[2J\nmore");
    assert_says(judged(c, judge_process), DIAGNOSIS_PROBLEM, "no answer?[2J", "The process is there");
    c->facts.process.is_stopped = true;
    assert_says(judged(c, judge_process), DIAGNOSIS_PROBLEM, "process 77 is stopped (SIGSTOP, or a debugger)",
                "kill -CONT 77");
    c->facts.process = (struct facts_process){.run_file = FACTS_RUN_FILE_DAMAGED};
    assert_says(judged(c, judge_process), DIAGNOSIS_PROBLEM, "no answer?[2J", "as root");
}

static void database_that_is_damaged_says_so(void **state) {
    struct clinic *c = *state;
    c->facts.database = FACTS_DATABASE_ABSENT;
    assert_int_equal(judged(c, judge_database)->result, DIAGNOSIS_NOTE);
    c->facts.database = FACTS_DATABASE_GOOD;
    assert_int_equal(judged(c, judge_database)->result, DIAGNOSIS_OK);
    c->facts.database = FACTS_DATABASE_BAD;
    (void)snprintf(c->facts.database_fault.text, sizeof c->facts.database_fault.text, "/d/skep.db is damaged");
    assert_says(judged(c, judge_database), DIAGNOSIS_PROBLEM, "/d/skep.db is damaged", "would not start");
}

/* ---- Ports ---- */

static void port_says_who_has_it(void **state) {
    struct clinic *c = *state;
    c->facts.port_count = 1;
    c->facts.ports[0] = (struct facts_port){.option = "listen", .state = FACTS_PORT_TAKEN, .holder_pid = 9};
    assert_true(address_read(SPAN_LITERAL("[::]:8782"), &c->facts.ports[0].at));
    assert_says(judged(c, judge_ports), DIAGNOSIS_PROBLEM,
                "--listen [::]:8782 is taken by another program (root would see which)", "--listen ADDR:PORT");
    (void)snprintf(c->facts.ports[0].holder, sizeof c->facts.ports[0].holder, "ngi\x1bnx");
    assert_says(judged(c, judge_ports), DIAGNOSIS_PROBLEM, "--listen [::]:8782 is taken by ngi?nx (process 9)", "Stop");
    c->facts.ports[0].state = FACTS_PORT_SILENT;
    assert_says(judged(c, judge_ports), DIAGNOSIS_PROBLEM,
                "--listen [::]:8782 takes no connection, though the node listens there", "firewall");
    c->facts.ports[0].state = FACTS_PORT_FORBIDDEN;
    assert_int_equal(judged(c, judge_ports)->result, DIAGNOSIS_PROBLEM);
    c->facts.ports[0].state = FACTS_PORT_FREE;
    assert_says(judged(c, judge_ports), DIAGNOSIS_OK, "--listen [::]:8782 is free", "");
    c->facts.ports[0].state = FACTS_PORT_ANSWERS;
    assert_says(judged(c, judge_ports), DIAGNOSIS_OK, "--listen [::]:8782 takes connections (from this machine)", "");
}

/* ---- Beacons and the clock ---- */

static void give_beacon(struct clinic *c) {
    c->facts.beacon_count = 1;
    c->facts.beacons[0] = (struct facts_beacon){.id = "beacon-1",
                                                .url = "https://b.example",
                                                .failure_streak = -1,
                                                .is_resolved = true,
                                                .has_answered = true,
                                                .status = 200,
                                                .elapsed_ms = 42};
}

static void beacon_that_answers_is_well_for_the_node_or_for_us_alone(void **state) {
    struct clinic *c = *state;
    give_beacon(c);
    assert_says(judged(c, judge_beacons), DIAGNOSIS_OK, "https://b.example resolved, connected and answered in 42 ms",
                "");
    assert_string_equal(judged(c, judge_beacons)->title, "Beacon 1");
    c->facts.beacons[0].failure_streak = 0;
    assert_says(judged(c, judge_beacons), DIAGNOSIS_OK,
                "https://b.example resolved, connected and answered in 42 ms; the node's own requests, too", "");
    c->facts.beacons[0].failure_streak = 4;
    (void)snprintf(c->facts.beacons[0].reason, sizeof c->facts.beacons[0].reason, "timeout");
    assert_says(judged(c, judge_beacons), DIAGNOSIS_WARNING,
                "https://b.example answers this command, but the node's last request failed (timeout), 4 in a row",
                "another network");
}

static void beacon_that_fails_says_at_which_step(void **state) {
    struct clinic *c = *state;
    give_beacon(c);
    struct facts_beacon *beacon = &c->facts.beacons[0];
    beacon->status = 502;
    assert_says(judged(c, judge_beacons), DIAGNOSIS_PROBLEM, "https://b.example answered with status 502", "proxy");
    beacon->status = 429;
    assert_non_null(strstr(judged(c, judge_beacons)->advice, "too often"));
    beacon->has_answered = false;
    (void)snprintf(beacon->fault, sizeof beacon->fault, "certificate has expired");
    assert_says(judged(c, judge_beacons), DIAGNOSIS_PROBLEM,
                "https://b.example did not answer: certificate has expired", "ask its caretaker");
    beacon->is_resolved = false;
    (void)snprintf(beacon->fault, sizeof beacon->fault, "b.example: no");
    assert_says(judged(c, judge_beacons), DIAGNOSIS_PROBLEM,
                "the name in https://b.example does not resolve (b.example: no)", "name server");
    c->facts.beacon_count = 0;
    assert_int_equal(judged(c, judge_beacons)->result, DIAGNOSIS_NOTE);
}

static struct facts_endpoint *give_endpoint(struct clinic *c) {
    c->facts.endpoint_count = 1;
    c->facts.endpoints[0] = (struct facts_endpoint){
        .url = "wss://s.example/", .state = "in-use", .has_answered = true, .status = 200, .elapsed_ms = 42};
    return &c->facts.endpoints[0];
}

static void signaling_endpoint_is_judged_by_what_it_answers_and_the_node(void **state) {
    struct clinic *c = *state;
    assert_int_equal(judged(c, judge_signaling)->result, DIAGNOSIS_NOTE); /* none is set */
    struct facts_endpoint *endpoint = give_endpoint(c);
    assert_says(judged(c, judge_signaling), DIAGNOSIS_OK,
                "wss://s.example/ answered in 42 ms; of the node it is in-use", "");
    assert_string_equal(judged(c, judge_signaling)->title, "Endpoint 1");
    (void)snprintf(endpoint->state, sizeof endpoint->state, "waiting");
    (void)snprintf(endpoint->error, sizeof endpoint->error, "reset");
    assert_says(judged(c, judge_signaling), DIAGNOSIS_WARNING,
                "wss://s.example/ answers this command, but the node's last attempt failed (reset)", "skep signaling");
    endpoint->status = 404;
    assert_says(judged(c, judge_signaling), DIAGNOSIS_PROBLEM,
                "wss://s.example/ gives no id, but answers with status 404", "path");
    endpoint->has_answered = false;
    (void)snprintf(endpoint->fault, sizeof endpoint->fault, "connection refused");
    assert_says(judged(c, judge_signaling), DIAGNOSIS_PROBLEM, "wss://s.example/ did not answer: connection refused",
                "Links that are up stay up");
}

static void one_endpoint_of_several_that_is_away_is_a_warning(void **state) {
    struct clinic *c = *state;
    struct facts_endpoint *endpoint = give_endpoint(c);
    endpoint->has_answered = false;
    c->facts.endpoints[1] = (struct facts_endpoint){.url = "ws://t/", .has_answered = true, .status = 200};
    c->facts.endpoint_count = 2;
    judge_signaling(&c->facts, &c->diagnosis);
    assert_int_equal(c->diagnosis.steps[c->diagnosis.count - 2].result, DIAGNOSIS_WARNING);
    assert_int_equal(c->diagnosis.steps[c->diagnosis.count - 1].result, DIAGNOSIS_OK);
}

static void clock_that_is_wrong_is_told_by_peers_or_beacons(void **state) {
    struct clinic *c = *state;
    assert_int_equal(judged(c, judge_clock)->result, DIAGNOSIS_NOTE);
    give_beacon(c);
    c->facts.beacons[0].has_its_clock = true;
    c->facts.beacons[0].its_clock_ms = 9000;
    assert_says(judged(c, judge_clock), DIAGNOSIS_OK, "it agrees with the beacons; peers cannot be asked", "");
    c->facts.beacons[0].its_clock_ms = 120000;
    assert_says(judged(c, judge_clock), DIAGNOSIS_PROBLEM, "this machine's clock is 120 s behind beacon-1's",
                "more than 15 s");
    c->facts.beacons[0].its_clock_ms = -120000;
    assert_says(judged(c, judge_clock), DIAGNOSIS_PROBLEM, "this machine's clock is 120 s ahead of beacon-1's",
                "timedatectl");
    c->facts.beacon_count = 0;
    give_snapshot(c, "{}");
    assert_says(judged(c, judge_clock), DIAGNOSIS_OK, "no peer says that it is off", "");
    give_events(c, "{\"items\":[{\"at\":1763639990000,\"level\":\"warn\",\"code\":\"clock-skew\","
                   "\"message\":\"this node's clock differs\"}]}");
    assert_says(judged(c, judge_clock), DIAGNOSIS_PROBLEM, "within the last hour: this node's clock differs",
                "timedatectl");
    c->facts.now_ms = NOW + 2 * 3600 * 1000;
    assert_int_equal(judged(c, judge_clock)->result, DIAGNOSIS_OK);
}

/* ---- What the node tells ---- */

static void family_that_is_private_is_to_be_known_and_no_trouble(void **state) {
    struct clinic *c = *state;
    give_snapshot(c, "{\"node\":{\"reachability\":{\"ipv4\":{\"state\":\"private\",\"seen\":\"203.0.113.5:8782\"},"
                     "\"ipv6\":{\"state\":\"public\",\"seen\":\"[2001:db8::5]:8782\"}}}}");
    assert_says(judged(c, judge_reachability), DIAGNOSIS_NOTE, "private, not reached at 203.0.113.5:8782",
                "--advertise ADDR:PORT");
    assert_says(judged_at(c, judge_reachability, 1), DIAGNOSIS_OK, "public, at [2001:db8::5]:8782", "");
}

static void too_few_links_say_what_known_peers_wait_for(void **state) {
    struct clinic *c = *state;
    give_snapshot(c, "{\"mesh\":{\"active\":3,\"target\":8,\"min\":3,\"known\":9}}");
    assert_says(judged(c, judge_links), DIAGNOSIS_OK, "3 of 8 wanted (at least 3), 9 known.", "");
    give_snapshot(c, "{\"mesh\":{\"active\":1,\"target\":8,\"min\":3,\"known\":3},\"peers\":{\"items\":["
                     "{\"wait\":null},{\"wait\":\"back-off\",\"waitText\":\"waits\"},{\"wait\":\"back-off\"},"
                     "{\"wait\":\"asked\"}]}}");
    assert_says(judged(c, judge_links), DIAGNOSIS_WARNING,
                "1 of 8 wanted (at least 3), 3 known. Of the known peers without a link: 2 back-off (waits), 1 asked",
                "skep links --why");
    give_snapshot(c, "{\"mesh\":{\"active\":0,\"target\":8,\"min\":3,\"known\":0}}");
    assert_says(judged(c, judge_links), DIAGNOSIS_PROBLEM, "0 of 8 wanted (at least 3), 0 known.", "--beacon URL");
    give_snapshot(c, "{\"mesh\":null}");
    assert_int_equal(judged(c, judge_links)->result, DIAGNOSIS_NOTE);
}

static void complaints_and_errors_of_the_node_are_passed_on(void **state) {
    struct clinic *c = *state;
    give_snapshot(c, "{\"alerts\":{\"items\":[{\"level\":\"error\",\"title\":\"Cut off\",\"cause\":\"Nobody.\"},"
                     "{\"level\":\"warn\",\"title\":\"Silent\",\"cause\":\"So.\"},{\"level\":\"info\"}]}}");
    assert_says(judged(c, judge_findings), DIAGNOSIS_PROBLEM, "Cut off. Nobody.", "");
    assert_says(judged_at(c, judge_findings, 1), DIAGNOSIS_WARNING, "Silent. So.", "");
    assert_int_equal(c->diagnosis.count, 2);
    give_events(c, "{\"items\":[{\"at\":1763639999000,\"level\":\"warn\",\"message\":\"w\"},"
                   "{\"at\":1763639988000,\"level\":\"error\",\"message\":\"no\\u001broom\"},"
                   "{\"at\":1763639977000,\"level\":\"error\",\"message\":\"older\"},"
                   "{\"at\":1763630000000,\"level\":\"error\",\"message\":\"yesterday\"}]}");
    assert_says(judged(c, judge_events), DIAGNOSIS_WARNING,
                "2 errors and 1 warning within the last hour; the newest error, 12 s ago: no?room", "skep events");
    give_events(c, "{\"items\":[]}");
    assert_says(judged(c, judge_events), DIAGNOSIS_OK, "no error and 0 warnings within the last hour", "");
}

static struct facts_ice_server *server_seen(struct clinic *c, const char *url, const char *local, const char *mapped) {
    struct facts_ice_server *found = &c->facts.ice_servers[c->facts.ice_server_count++];
    *found = (struct facts_ice_server){.has_answered = true, .elapsed_ms = 12};
    assert_true(ice_server_read(span_of_text(url), &found->server));
    assert_true(address_read_ip(span_of_text(found->server.place.host), &found->at));
    assert_true(address_read(span_of_text(local), &found->local));
    assert_true(address_read(span_of_text(mapped), &found->mapped));
    return found;
}

static const struct diagnosis_step *last_judged(struct clinic *c) {
    c->diagnosis.count = 0;
    judge_nat(&c->facts, &c->diagnosis);
    assert_true(c->diagnosis.count > 0);
    return &c->diagnosis.steps[c->diagnosis.count - 1];
}

static void router_in_between_is_told_by_what_servers_see(void **state) {
    struct clinic *c = *state;
    c->diagnosis.count = 0;
    judge_nat(&c->facts, &c->diagnosis);
    assert_int_equal(c->diagnosis.count, 0); /* nothing needs to be said of it */
    c->facts.endpoint_count = 1;
    assert_says(last_judged(c), DIAGNOSIS_NOTE,
                "no STUN or TURN server is set, so nodes behind routers find no way to this one by WebRTC",
                "--ice-server");
    struct facts_ice_server *first = server_seen(c, "stun:192.0.2.1", "10.0.0.2:5000", "203.0.113.9:5000");
    assert_says(
        last_judged(c), DIAGNOSIS_NOTE,
        "there is a router in between; whether it keeps one port for all destinations, one server alone cannot tell",
        "second one");
    struct facts_ice_server *second = server_seen(c, "turn:192.0.2.2", "10.0.0.2:5000", "203.0.113.9:5000");
    second->relay = FACTS_RELAY_GIVEN;
    assert_says(last_judged(c), DIAGNOSIS_OK,
                "a router in between keeps one port, 203.0.113.9:5000, for all destinations: nodes behind others of "
                "the kind are reached straight by WebRTC",
                "");
    second->mapped.port = 6000;
    assert_says(last_judged(c), DIAGNOSIS_NOTE,
                "a router in between takes another port for each destination (symmetric NAT): what cannot be reached "
                "straight goes through the relay",
                "");
    second->relay = FACTS_RELAY_REFUSED;
    second->relay_code = 401;
    assert_says(last_judged(c), DIAGNOSIS_WARNING,
                "a router in between takes another port for each destination (symmetric NAT), so most nodes behind "
                "routers of their own cannot be reached by WebRTC, nor reach this one",
                "TURN");
    assert_says(&c->diagnosis.steps[2], DIAGNOSIS_PROBLEM, "turn:192.0.2.2:3478 refuses the user or the password",
                "ice-credentials");
    second->relay_code = 486;
    (void)snprintf(second->fault, sizeof second->fault, "Allocation Quota Reached");
    (void)last_judged(c);
    assert_says(&c->diagnosis.steps[2], DIAGNOSIS_PROBLEM,
                "turn:192.0.2.2:3478 gives no relay: 486 Allocation Quota Reached", "as many as it may");
    second->relay = FACTS_RELAY_GIVEN;
    first->at = second->at; /* another port of one and the same says nothing */
    first->mapped = second->mapped;
    assert_says(
        last_judged(c), DIAGNOSIS_NOTE,
        "there is a router in between; whether it keeps one port for all destinations, one server alone cannot tell",
        "at another address");
    first->at.ip[3]++;
    second->mapped = second->local; /* it stands within the own network, and knows nothing of the router */
    assert_says(
        last_judged(c), DIAGNOSIS_NOTE,
        "there is a router in between; whether it keeps one port for all destinations, one server alone cannot tell",
        "at another address");
    first->mapped = first->local;
    assert_says(last_judged(c), DIAGNOSIS_OK, "no router changes this machine's address", "");
}

static void servers_that_are_silent_are_told_apart(void **state) {
    struct clinic *c = *state;
    struct facts_ice_server *first = server_seen(c, "stun:192.0.2.1", "10.0.0.2:5000", "203.0.113.9:5000");
    first->has_answered = false;
    assert_says(last_judged(c), DIAGNOSIS_WARNING, "stun:192.0.2.1:3478 did not answer within 3 s", "UDP");
    struct facts_ice_server *second = server_seen(c, "stun:192.0.2.2", "10.0.0.2:5000", "203.0.113.9:5000");
    second->has_answered = false;
    assert_says(last_judged(c), DIAGNOSIS_PROBLEM, "none of them answers, so UDP does not get out of this network",
                "firewall");
    second->at.family = ADDRESS_NONE;
    (void)snprintf(second->fault, sizeof second->fault, "not known");
    assert_says(last_judged(c), DIAGNOSIS_WARNING, "stun:192.0.2.2:3478: its name has no address (not known)",
                "resolve");
}

static void mistake_in_the_configuration_is_a_problem(void **state) {
    struct clinic *c = *state;
    const struct config_flag flags[] = {{OPTION_LOG, "loud"}};
    const struct config_source source = {.file = "none", .flags = flags, .flag_count = 1};
    c->facts.config = config_load(&source);
    assert_int_equal(judged(c, judge_config)->result, DIAGNOSIS_PROBLEM);
    assert_non_null(strstr(c->diagnosis.steps[0].text, "loud"));
    config_free(c->facts.config);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, clinic_open, clinic_close)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(folder_that_is_well_says_its_speed_and_its_room),
        TEST(folder_that_cannot_be_written_to_says_why),
        TEST(disk_that_is_slow_full_or_open_needs_a_look),
        TEST(folder_that_is_none_says_what_is_there),
        TEST(node_that_answers_says_its_size),
        TEST(node_that_is_not_there_is_told_from_one_that_starts),
        TEST(run_file_of_a_node_that_died_is_stale),
        TEST(node_that_is_silent_says_what_it_is_like),
        TEST(database_that_is_damaged_says_so),
        TEST(port_says_who_has_it),
        TEST(beacon_that_answers_is_well_for_the_node_or_for_us_alone),
        TEST(beacon_that_fails_says_at_which_step),
        TEST(signaling_endpoint_is_judged_by_what_it_answers_and_the_node),
        TEST(one_endpoint_of_several_that_is_away_is_a_warning),
        TEST(router_in_between_is_told_by_what_servers_see),
        TEST(servers_that_are_silent_are_told_apart),
        TEST(clock_that_is_wrong_is_told_by_peers_or_beacons),
        TEST(family_that_is_private_is_to_be_known_and_no_trouble),
        TEST(too_few_links_say_what_known_peers_wait_for),
        TEST(complaints_and_errors_of_the_node_are_passed_on),
        TEST(mistake_in_the_configuration_is_a_problem),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
