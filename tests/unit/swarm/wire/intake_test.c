/* SPDX-License-Identifier: Apache-2.0 */
#include "swarm/wire/intake.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "swarm/limits.h"
#include "swarm/wire/gossip.h"
#include "swarm/wire/message.h"

enum {
    START_MS = 1000000,
    FIRST_BULK = 0x80,
    FOREIGN = 0xc0,
    FRAME_MAX = LIMIT_FRAME_HEADER_SIZE + LIMIT_BULK_BODY_MAX
};

/* Bytes of one frame; the body is all `fill`. */
struct sample {
    uint8_t bytes[FRAME_MAX];
    size_t size;
};

static struct span sample_frame(struct sample *sample, uint8_t type, uint32_t body_size, uint8_t fill) {
    struct buffer out = buffer_over(sample->bytes, sizeof sample->bytes);
    frame_write_header(&out, type, body_size);
    assert_true(out.size + body_size <= sizeof sample->bytes);
    memset(sample->bytes + out.size, fill, body_size);
    sample->size = out.size + body_size;
    return (struct span){sample->bytes, sample->size};
}

static struct span sample_header(struct sample *sample, uint8_t type, uint32_t body_size) {
    struct buffer out = buffer_over(sample->bytes, sizeof sample->bytes);
    frame_write_header(&out, type, body_size);
    return buffer_span(&out);
}

static void assert_refused(struct span bytes, enum refusal refusal) {
    struct intake intake;
    intake_init(&intake, START_MS);
    const struct intake_step step = intake_next(&intake, bytes, START_MS);
    assert_int_equal(step.result, INTAKE_REFUSED);
    assert_string_equal(refusal_name(step.refusal), refusal_name(refusal));
    assert_int_equal(step.frame.type, bytes.at[4]);
}

static void frame_delivered_byte_by_byte_comes_out_once_whole(void **state) {
    (void)state;
    struct sample sample;
    struct intake intake;
    struct span whole = sample_frame(&sample, MESSAGE_PEX, 300, 'x');
    intake_init(&intake, START_MS);
    for (size_t size = 0; size < whole.size; size++) {
        const struct intake_step step = intake_next(&intake, (struct span){whole.at, size}, START_MS);
        assert_int_equal(step.result, INTAKE_MORE);
        assert_int_equal(step.need, size < LIMIT_FRAME_HEADER_SIZE ? LIMIT_FRAME_HEADER_SIZE : whole.size);
    }
    const struct intake_step step = intake_next(&intake, whole, START_MS);
    assert_int_equal(step.result, INTAKE_FRAME);
    assert_int_equal(step.need, whole.size);
    assert_int_equal(step.frame.type, MESSAGE_PEX);
    assert_int_equal(step.frame.body.size, 300);
    assert_ptr_equal(step.frame.body.at, whole.at + LIMIT_FRAME_HEADER_SIZE);
}

static void second_frame_behind_the_first_is_left_alone(void **state) {
    (void)state;
    struct sample sample;
    struct intake intake;
    struct span first = sample_frame(&sample, MESSAGE_PING, 12, 0);
    intake_init(&intake, START_MS);
    const struct intake_step step = intake_next(&intake, (struct span){first.at, first.size + 7}, START_MS);
    assert_int_equal(step.result, INTAKE_FRAME);
    assert_int_equal(step.need, first.size);
}

static void empty_body_is_a_frame(void **state) {
    (void)state;
    struct sample sample;
    struct intake intake;
    intake_init(&intake, START_MS);
    const struct intake_step step = intake_next(&intake, sample_frame(&sample, FOREIGN, 0, 0), START_MS);
    assert_int_equal(step.result, INTAKE_FRAME);
    assert_int_equal(step.frame.body.size, 0);
}

static void type_that_nobody_defined_is_refused_at_its_header(void **state) {
    (void)state;
    struct sample sample;
    assert_refused(sample_header(&sample, 0x00, 0), REFUSAL_TYPE_UNKNOWN);
    assert_refused(sample_header(&sample, 0x3f, 10), REFUSAL_TYPE_UNKNOWN);
    assert_refused(sample_header(&sample, 0x7f, 10), REFUSAL_TYPE_UNKNOWN);
    assert_refused(sample_header(&sample, 0x7f, UINT32_MAX), REFUSAL_TYPE_UNKNOWN);
}

static void every_type_is_known_foreign_or_refused(void **state) {
    (void)state;
    for (unsigned type = 0; type <= 0xff; type++) {
        struct sample sample;
        struct intake intake;
        intake_init(&intake, START_MS);
        const struct intake_step step = intake_next(&intake, sample_frame(&sample, (uint8_t)type, 4, 0), START_MS);
        const bool is_known = strcmp(message_name((uint8_t)type), "foreign") != 0;
        const bool is_taken = step.result == INTAKE_FRAME;
        if (is_taken != (is_known || type >= FIRST_BULK)) fail_msg("type %02x", type);
    }
}

static void length_over_its_limit_is_refused_at_the_header(void **state) {
    (void)state;
    struct sample sample;
    assert_refused(sample_header(&sample, MESSAGE_HELLO, 65537), REFUSAL_FRAME_TOO_LARGE);
    assert_refused(sample_header(&sample, MESSAGE_PING, 65601), REFUSAL_FRAME_TOO_LARGE);
    assert_refused(sample_header(&sample, FOREIGN, 65601), REFUSAL_FRAME_TOO_LARGE);
    assert_refused(sample_header(&sample, 0xff, UINT32_MAX), REFUSAL_FRAME_TOO_LARGE);
}

static void length_at_its_limit_is_taken(void **state) {
    (void)state;
    struct sample sample;
    struct intake intake;
    intake_init(&intake, START_MS);
    assert_int_equal(intake_next(&intake, sample_frame(&sample, MESSAGE_HELLO, 65536, 0), START_MS).result,
                     INTAKE_FRAME);
    assert_int_equal(intake_next(&intake, sample_frame(&sample, FOREIGN, 65600, 0), START_MS).result, INTAKE_FRAME);
}

/* How many frames of this kind pass at one moment. */
static int passing(struct intake *intake, struct span frame, int64_t now_ms) {
    int count = 0;
    while (count < 10000) {
        const struct intake_step step = intake_next(intake, frame, now_ms);
        if (step.result != INTAKE_FRAME) {
            assert_int_equal(step.result, INTAKE_REFUSED);
            assert_int_equal(step.refusal, REFUSAL_FRAME_RATE);
            return count;
        }
        count++;
    }
    return count;
}

static void control_frames_have_a_burst_and_then_a_rate(void **state) {
    (void)state;
    struct sample sample;
    struct intake intake;
    struct span ping = sample_frame(&sample, MESSAGE_PING, 12, 0);
    intake_init(&intake, START_MS);
    assert_int_equal(passing(&intake, ping, START_MS), 200);
    assert_int_equal(passing(&intake, ping, START_MS + 19), 0);
    assert_int_equal(passing(&intake, ping, START_MS + 20), 1);
    assert_int_equal(passing(&intake, ping, START_MS + 1020), 50);
    assert_int_equal(passing(&intake, ping, START_MS + 86400000), 200);
}

static void control_bytes_have_a_burst_and_then_a_rate(void **state) {
    (void)state;
    struct sample sample;
    struct intake intake;
    /* 16 frames of 65 536 bytes with their headers fill a MiB. */
    struct span goodbye = sample_frame(&sample, MESSAGE_GOODBYE, 65536 - LIMIT_FRAME_HEADER_SIZE, 0);
    intake_init(&intake, START_MS);
    assert_int_equal(passing(&intake, goodbye, START_MS), 16);
    assert_int_equal(passing(&intake, goodbye, START_MS + 62), 0);
    assert_int_equal(passing(&intake, goodbye, START_MS + 63), 1);
    assert_int_equal(passing(&intake, goodbye, START_MS + 5000), 16);
}

static void costly_frames_have_budgets_of_their_own(void **state) {
    (void)state;
    static const uint8_t slow[] = {MESSAGE_PEX, MESSAGE_TICKET_FRAME};
    struct sample sample;
    struct intake intake;
    intake_init(&intake, START_MS);
    for (size_t i = 0; i < 2; i++) {
        struct span frame = sample_frame(&sample, slow[i], 100, 0);
        assert_int_equal(passing(&intake, frame, START_MS), 4);
        assert_int_equal(passing(&intake, frame, START_MS - 5000), 0);
        assert_int_equal(passing(&intake, frame, START_MS + 4999), 0);
        assert_int_equal(passing(&intake, frame, START_MS + 5000), 1);
        assert_int_equal(passing(&intake, frame, START_MS + 14999), 1);
        assert_int_equal(passing(&intake, frame, START_MS + 86400000), 4);
    }
    /* The second hello is for the engine to refuse. */
    assert_int_equal(passing(&intake, sample_frame(&sample, MESSAGE_HELLO, 100, 0), START_MS + 86400000), 2);
}

static void every_costly_type_has_a_budget(void **state) {
    (void)state;
    for (unsigned type = 0; type <= 0xff; type++) {
        struct sample sample;
        struct intake intake;
        if (!message_is_costly((uint8_t)type)) continue;
        intake_init(&intake, START_MS);
        int most = 4;
        if (type == MESSAGE_FORWARD_JOIN) most = 2 * LIMIT_FORWARD_JOIN_BURST; /* a swarm that starts joins at once */
        if (type == MESSAGE_GOSSIP) most = 2 * LIMIT_GOSSIP_BURST;             /* what gathered while a link stood */
        if (type == MESSAGE_RECORD_FRAME) most = 2 * LIMIT_RECORD_BURST;       /* or while a node was alone */
        assert_in_range(passing(&intake, sample_frame(&sample, (uint8_t)type, 4, 0), START_MS), 2, most);
    }
}

/* Twice what an honest peer sends, by weight: of small ones 800 at once and 83 a second, of the largest 47 and almost
 * five. Two buckets of control are not touched. */
static void records_have_a_budget_by_weight(void **state) {
    (void)state;
    struct sample small, large;
    struct intake intake;
    (void)sample_frame(&small, MESSAGE_GOSSIP, 500, 0);
    (void)sample_frame(&large, MESSAGE_GOSSIP, GOSSIP_HEAD_SIZE + RECORD_SIZE_MAX, 0);
    const struct span one = {small.bytes, small.size}, whole = {large.bytes, large.size};
    intake_init(&intake, START_MS);
    assert_int_equal(passing(&intake, one, START_MS), 800);
    assert_int_equal(passing(&intake, one, START_MS + 1000), 83);
    assert_int_equal(passing(&intake, whole, START_MS + 60000), 47);
    assert_int_equal(passing(&intake, whole, START_MS + 61000), 4);
    assert_int_equal(passing(&intake, sample_frame(&small, MESSAGE_PING, 12, 0), START_MS + 61000), 200);
}

/* The same for records that one end lacks, and for what is said to find them: its answer costs a walk through a set. */
static void reconciliation_has_a_budget_by_weight(void **state) {
    (void)state;
    struct sample small, large;
    struct intake intake;
    intake_init(&intake, START_MS);
    const struct span one = sample_frame(&small, MESSAGE_RECORD_FRAME, 500, 0);
    const struct span whole = sample_frame(&large, MESSAGE_RECORD_FRAME, RECORD_SIZE_MAX, 0);
    assert_int_equal(passing(&intake, one, START_MS), 2000);
    assert_int_equal(passing(&intake, one, START_MS + 1000), 250);
    assert_int_equal(passing(&intake, whole, START_MS + 60000), 117);
    const struct span ask = sample_frame(&small, MESSAGE_SYNC_FRAME, 500, 0);
    assert_int_equal(passing(&intake, ask, START_MS + 60000), 200); /* of control at once */
    const struct span dear = sample_frame(&large, MESSAGE_SYNC_FRAME, 65000, 0);
    assert_int_equal(passing(&intake, dear, START_MS + 120000), 16); /* of control bytes at once */
    assert_int_equal(passing(&intake, dear, START_MS + 121000), 10);
    assert_int_equal(passing(&intake, dear, START_MS + 122000), 3);
    assert_int_equal(passing(&intake, dear, START_MS + 123000), 2);
}

/* What a peer sends in a day of the fastest honest clock: asks and answers of pex 24 s apart, a ticket each 54 s and,
 * while its addresses change, each 5 s; with the network holding back a burst of 15 s now and then. */
static void honest_traffic_never_meets_a_costly_budget(void **state) {
    (void)state;
    struct sample pex, ticket;
    struct intake intake;
    (void)sample_frame(&pex, MESSAGE_PEX, 40000, 0);
    (void)sample_frame(&ticket, MESSAGE_TICKET_FRAME, 2000, 0);
    intake_init(&intake, START_MS);
    for (int64_t s = 1; s < 86400; s++) {
        const int64_t at_ms = START_MS + (s + (s % 600 < 15 ? 14 - s % 600 : 0)) * 1000;
        const struct sample *sent[3] = {s % 24 == 0 ? &pex : NULL, s % 24 == 5 ? &pex : NULL,
                                        s % 5 == 0 ? &ticket : NULL};
        for (size_t i = 0; i < 3; i++) {
            if (sent[i] == NULL) continue;
            const struct span bytes = {sent[i]->bytes, sent[i]->size};
            if (intake_next(&intake, bytes, at_ms).result != INTAKE_FRAME) fail_msg("refused after %d s", (int)s);
        }
    }
}

static void bulk_is_not_counted(void **state) {
    (void)state;
    struct sample sample;
    struct intake intake;
    intake_init(&intake, START_MS);
    assert_int_equal(passing(&intake, sample_frame(&sample, FOREIGN, 65600, 0), START_MS), 10000);
    assert_int_equal(passing(&intake, sample_frame(&sample, MESSAGE_PING, 12, 0), START_MS), 200);
}

static void frame_that_is_not_whole_costs_nothing(void **state) {
    (void)state;
    struct sample sample;
    struct intake intake;
    struct span ping = sample_frame(&sample, MESSAGE_PING, 12, 0);
    intake_init(&intake, START_MS);
    for (int i = 0; i < 1000; i++)
        assert_int_equal(intake_next(&intake, (struct span){ping.at, ping.size - 1}, START_MS).result, INTAKE_MORE);
    assert_int_equal(passing(&intake, ping, START_MS), 200);
}

static void clock_that_stands_or_goes_back_gives_nothing(void **state) {
    (void)state;
    struct sample sample;
    struct intake intake;
    struct span ping = sample_frame(&sample, MESSAGE_PING, 12, 0);
    intake_init(&intake, START_MS);
    assert_int_equal(passing(&intake, ping, START_MS), 200);
    assert_int_equal(passing(&intake, ping, START_MS - 5000), 0);
    assert_int_equal(passing(&intake, ping, START_MS), 0);
    assert_int_equal(passing(&intake, ping, INT64_MAX), 200);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(frame_delivered_byte_by_byte_comes_out_once_whole),
        cmocka_unit_test(second_frame_behind_the_first_is_left_alone),
        cmocka_unit_test(empty_body_is_a_frame),
        cmocka_unit_test(type_that_nobody_defined_is_refused_at_its_header),
        cmocka_unit_test(every_type_is_known_foreign_or_refused),
        cmocka_unit_test(length_over_its_limit_is_refused_at_the_header),
        cmocka_unit_test(length_at_its_limit_is_taken),
        cmocka_unit_test(control_frames_have_a_burst_and_then_a_rate),
        cmocka_unit_test(control_bytes_have_a_burst_and_then_a_rate),
        cmocka_unit_test(costly_frames_have_budgets_of_their_own),
        cmocka_unit_test(every_costly_type_has_a_budget),
        cmocka_unit_test(records_have_a_budget_by_weight),
        cmocka_unit_test(reconciliation_has_a_budget_by_weight),
        cmocka_unit_test(honest_traffic_never_meets_a_costly_budget),
        cmocka_unit_test(bulk_is_not_counted),
        cmocka_unit_test(frame_that_is_not_whole_costs_nothing),
        cmocka_unit_test(clock_that_stands_or_goes_back_gives_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
