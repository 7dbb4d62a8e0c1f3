/* SPDX-License-Identifier: Apache-2.0 */
/* A doctor over a small engine and a real loop: who is let in at once, what is waited for, when it is over. */
#include "daemon/doctor/doctor.h"

#include "daemon/link/socket.h"
#include "lib/engine_rig.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

enum { PATIENCE_MS = 10000 };

struct surgery {
    struct loop *loop;
    struct loop_timer *patience;
    struct event_log *events;
    struct rig *rig;
    struct doctor *doctor;
    enum examine_answer answer; /* what asking a far end gives */
    size_t asked, done;         /* far ends asked, diagnoses ended */
    bool is_late;
};

static enum examine_answer examine(void *context, const struct node_id *peer) {
    struct surgery *s = context;
    (void)peer;
    s->asked++;
    return s->answer;
}

static void event_added(void *context, const struct event_record *record) {
    struct surgery *s = context;
    if (record->event.code != EVENT_DOCTOR_DONE) return;
    s->done++;
    loop_stop(s->loop);
}

static void out_of_patience(void *context) {
    struct surgery *s = context;
    s->is_late = true;
    loop_stop(s->loop);
}

static int surgery_open(void **state) {
    struct surgery *s = calloc(1, sizeof *s);
    assert_non_null(s);
    assert_int_equal(loop_new(&s->loop), ERR_OK);
    s->patience = loop_timer_open(s->loop, out_of_patience, s);
    s->events = event_log_new();
    s->rig = RIG(.listens_on_loopback_only = true);
    s->answer = EXAMINE_NO_LINK;
    event_log_listen(s->events, event_added, s);
    s->doctor = doctor_new(&(struct doctor_options){
        .loop = s->loop, .engine = s->rig->engine, .events = s->events, .examine = examine, .context = s});
    *state = s;
    return 0;
}

static int surgery_close(void **state) {
    struct surgery *s = *state;
    doctor_free(s->doctor);
    loop_timer_close(s->patience);
    rig_free(s->rig);
    event_log_free(s->events);
    loop_free(s->loop);
    free(s);
    return 0;
}

static void run_until_done(struct surgery *s, size_t count) {
    loop_timer_start(s->patience, PATIENCE_MS);
    while (s->done < count && !s->is_late) loop_run(s->loop);
    loop_timer_stop(s->patience);
    assert_int_equal(s->done, count);
}

static uint64_t begin(struct surgery *s, uint32_t number, enum doctor_answer wanted) {
    const struct rig_peer peer = rig_peer(number);
    uint64_t id = 0;
    assert_int_equal(doctor_begin(s->doctor, &peer.id, &id), wanted);
    return id;
}

static const struct diagnosis_step *step_of(const struct doctor_visit *visit, const char *check) {
    for (size_t i = 0; i < visit->diagnosis.count; i++)
        if (strcmp(visit->diagnosis.steps[i].check, check) == 0) return &visit->diagnosis.steps[i];
    fail_msg("no step %s", check);
    return NULL;
}

/* Somebody who lives at that port of this machine, as our disk knows it. */
static void know(struct surgery *s, uint32_t number, uint16_t port) {
    struct rig_peer peer = rig_peer(number);
    peer.address = rig_address("127.0.0.1:1");
    peer.address.port = port;
    const struct book_row row = rig_row(&peer);
    rig_load_row(s->rig, &row);
}

static void a_diagnosis_begins_at_once_and_ends_by_itself(void **state) {
    struct surgery *s = *state;
    const uint64_t id = begin(s, 1, DOCTOR_BEGUN);
    const struct doctor_visit *visit = doctor_visit_at(s->doctor, 0);
    assert_true(id != 0 && visit->id == id);
    assert_true(visit->ended_at_ms == 0 && visit->began_at_ms > 0);
    assert_int_equal(step_of(visit, "known")->result, DIAGNOSIS_PROBLEM); /* nobody has heard of it */
    assert_int_equal(s->asked, 1);
    run_until_done(s, 1);
    assert_true(visit->ended_at_ms > 0);
    assert_non_null(strstr(step_of(visit, "far")->text, "only be asked over a link"));
    assert_null(doctor_visit_at(s->doctor, 1));
}

static void one_of_each_peer_and_four_at_once(void **state) {
    struct surgery *s = *state;
    const uint64_t id = begin(s, 1, DOCTOR_BEGUN);
    assert_true(begin(s, 1, DOCTOR_UNDER_WAY) == id);
    for (uint32_t number = 2; number <= DOCTOR_VISITS_MAX; number++) (void)begin(s, number, DOCTOR_BEGUN);
    (void)begin(s, 9, DOCTOR_FULL);
    run_until_done(s, DOCTOR_VISITS_MAX);
    const uint64_t newest = begin(s, 9, DOCTOR_BEGUN); /* of those that ended the oldest goes */
    assert_true(doctor_visit_at(s->doctor, 0)->id == newest);
    for (size_t i = 0; i < DOCTOR_VISITS_MAX; i++) assert_true(doctor_visit_at(s->doctor, i)->id != id);
    assert_null(doctor_visit_at(s->doctor, DOCTOR_VISITS_MAX));
}

static void addresses_are_knocked_at_where_the_policy_allows_it(void **state) {
    struct surgery *s = *state;
    struct address bound, closed;
    struct err_detail detail;
    int fd, gone;
    struct address free_port = rig_address("127.0.0.1:1");
    free_port.port = 0;
    assert_int_equal(socket_listen(&free_port, &fd, &bound, &detail), ERR_OK);
    assert_int_equal(socket_listen(&free_port, &gone, &closed, &detail), ERR_OK);
    close(gone);
    know(s, 1, bound.port);
    know(s, 2, closed.port);
    (void)begin(s, 1, DOCTOR_BEGUN);
    (void)begin(s, 2, DOCTOR_BEGUN);
    const struct rig_peer far = rig_peer_at(3, "192.168.77.1:8782"); /* no interface of ours is near it */
    const struct book_row row = rig_row(&far);
    rig_load_row(s->rig, &row);
    (void)begin(s, 3, DOCTOR_BEGUN);
    run_until_done(s, 3);
    assert_int_equal(step_of(doctor_visit_at(s->doctor, 2), "address")->result, DIAGNOSIS_OK);
    assert_non_null(strstr(step_of(doctor_visit_at(s->doctor, 1), "address")->text, "(refused)"));
    assert_non_null(strstr(step_of(doctor_visit_at(s->doctor, 0), "address")->text, "was not tried"));
    close(fd);
}

static void nobody_is_knocked_at_while_the_network_is_off(void **state) {
    struct surgery *s = *state;
    enum operation_answer came = OPERATION_ABSENT;
    const struct operation_request request = {
        .control = CONTROL_NETWORK_DISABLE, .author = "test", .reason = "", .key = ""};
    struct input input = {.kind = INPUT_OPERATION};
    input.as.operation.verb = OPERATION_ASK;
    input.as.operation.id = 7;
    input.as.operation.request = &request;
    input.as.operation.answer = &came;
    know(s, 1, 9);
    rig_feed(s->rig, &input);
    assert_int_equal(came, OPERATION_ASKED);
    input = (struct input){.kind = INPUT_JOURNALED};
    input.as.operation.id = 7;
    input.as.operation.is_kept = true;
    rig_feed(s->rig, &input);
    (void)begin(s, 1, DOCTOR_BEGUN);
    run_until_done(s, 1);
    assert_non_null(strstr(step_of(doctor_visit_at(s->doctor, 0), "address")->text, "not tried: a control"));
}

static void one_that_is_under_way_goes_with_its_doctor(void **state) {
    struct surgery *s = *state;
    struct address bound, free_port = rig_address("127.0.0.1:1");
    struct err_detail detail;
    int fd;
    free_port.port = 0;
    assert_int_equal(socket_listen(&free_port, &fd, &bound, &detail), ERR_OK);
    know(s, 1, bound.port);
    (void)begin(s, 1, DOCTOR_BEGUN); /* its knock is open while everything is freed */
    close(fd);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, surgery_open, surgery_close)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(a_diagnosis_begins_at_once_and_ends_by_itself),       TEST(one_of_each_peer_and_four_at_once),
        TEST(addresses_are_knocked_at_where_the_policy_allows_it), TEST(nobody_is_knocked_at_while_the_network_is_off),
        TEST(one_that_is_under_way_goes_with_its_doctor),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
