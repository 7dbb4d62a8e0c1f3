/* SPDX-License-Identifier: Apache-2.0 */
/* Two associations, their packets carried by hand; and what becomes of packets that no honest end sends. */
#include "daemon/link/webrtc/thread/sctp_association.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <usrsctp.h>

#include <cmocka.h>

#include "base/prng.h"
#include "swarm/webrtc/dcep.h"

enum { QUEUE_MAX = 512, ROOM_SIZE = 300000, CRC_AT = 8 };

struct end {
    struct sctp_association *association;
    struct end *other;
    size_t count;
    struct {
        size_t size;
        uint8_t bytes[1300];
    } queue[QUEUE_MAX]; /* on their way to it */
    size_t events[ASSOCIATION_OTHER + 1];
    size_t last_size;
    uint16_t last_stream;
};
static struct sctp_stack stack;
static struct end a, b;
static struct prng prng;
static int64_t now_ms;
static bool is_spoiling;
static uint8_t room[ROOM_SIZE];

static void packet(void *context, struct span bytes) {
    struct end *const to = ((struct end *)context)->other;
    if (to->count == QUEUE_MAX) return;
    assert_in_range(bytes.size, 12, sizeof to->queue[0].bytes);
    memcpy(to->queue[to->count].bytes, bytes.at, bytes.size);
    to->queue[to->count++].size = bytes.size;
}

static void woken(void *context) {
    (void)context;
}

static void end_begin(struct end *end, struct end *other) {
    memset(end, 0, sizeof *end);
    end->other = other;
    end->association = sctp_association_new(&(struct sctp_association_options){
        .stack = &stack, .remote_port = ASSOCIATION_PORT, .packet = packet, .woken = woken, .context_of = end});
    assert_non_null(end->association);
}

static int begin(void **state) {
    (void)state;
    is_spoiling = false;
    now_ms = 1000;
    prng = prng_seeded(9);
    sctp_stack_init(&stack, now_ms);
    end_begin(&a, &b);
    end_begin(&b, &a);
    return 0;
}

static int end_all(void **state) {
    (void)state;
    sctp_association_free(a.association);
    sctp_association_free(b.association);
    sctp_stack_deinit(&stack);
    return 0;
}

/* As an end that knows the protocol would: the checksum is right. */
static void spoil(uint8_t *bytes, size_t *size) {
    const uint32_t kind = prng_below(&prng, 4);
    if (kind == 0 && *size > 16) *size = 12 + prng_below(&prng, (uint32_t)*size - 12);
    if (kind <= 2)
        for (uint32_t i = 0; i <= prng_below(&prng, 4); i++)
            bytes[12 + prng_below(&prng, (uint32_t)(*size > 12 ? *size - 12 : 1))] = (uint8_t)prng_next(&prng);
    memset(bytes + CRC_AT, 0, 4);
    const uint32_t crc = usrsctp_crc32c(bytes, *size);
    memcpy(bytes + CRC_AT, &crc, sizeof crc);
}

static void deliver(struct end *end) {
    const size_t count = end->count;
    for (size_t i = 0; i < count; i++) {
        /* In a block of its own, so that a read behind it is seen where it can be. */
        size_t size = end->queue[i].size;
        if (is_spoiling && prng_below(&prng, 3) == 0) spoil(end->queue[i].bytes, &size);
        uint8_t *const copy = malloc(size);
        assert_non_null(copy);
        memcpy(copy, end->queue[i].bytes, size);
        sctp_association_packet_in(end->association, (struct span){copy, size});
        free(copy);
    }
    memmove(end->queue, end->queue + count, (end->count - count) * sizeof end->queue[0]);
    end->count -= count;
}

static void read_all(struct end *end) {
    static struct sctp_association_reading reading;
    for (int i = 0; i < 10000; i++) {
        const enum sctp_association_event event = sctp_association_read(end->association, room, sizeof room, &reading);
        end->events[event]++;
        if (event == ASSOCIATION_MESSAGE) end->last_size = reading.bytes.size;
        if (event == ASSOCIATION_MESSAGE || event == ASSOCIATION_RESET) end->last_stream = reading.stream;
        if (event == ASSOCIATION_RESET && reading.stream_count > 0) end->last_stream = reading.streams[0];
        if (event == ASSOCIATION_NOTHING || event == ASSOCIATION_CLOSED || event == ASSOCIATION_LOST) return;
    }
}

static void turn(int count) {
    for (int i = 0; i < count; i++) {
        deliver(&a);
        deliver(&b);
        read_all(&a);
        read_all(&b);
        now_ms += 10;
        sctp_stack_tick(&stack, now_ms);
    }
}

static enum sctp_association_sent say(struct end *end, uint16_t stream, size_t size) {
    static uint8_t bytes[262144];
    const struct sctp_association_sending sending = {.stream = stream, .payload = DCEP_PAYLOAD_BINARY};
    return sctp_association_send(end->association, &sending, (struct span){bytes, size});
}

static void two_ends_associate_and_talk(void **state) {
    (void)state;
    turn(20);
    assert_int_equal(a.events[ASSOCIATION_UP], 1);
    assert_int_equal(b.events[ASSOCIATION_UP], 1);
    assert_int_equal(say(&a, 4, 262144), ASSOCIATION_SENT);
    turn(100);
    assert_int_equal(b.events[ASSOCIATION_MESSAGE], 1);
    assert_int_equal(b.last_size, 262144);
    assert_int_equal(b.last_stream, 4);
    const uint16_t streams[] = {4};
    assert_true(sctp_association_reset(a.association, streams, 1));
    turn(50);
    assert_int_equal(b.events[ASSOCIATION_RESET], 1);
    assert_int_equal(b.last_stream, 4);
}

static void a_full_buffer_takes_nothing(void **state) {
    size_t count = 0;
    (void)state;
    turn(20);
    while (say(&a, 0, 200000) == ASSOCIATION_SENT) count++;
    assert_in_range(count, 2, 6);
    assert_int_equal(say(&a, 0, 262144), ASSOCIATION_BLOCKED);
    for (int i = 0; i < 40; i++) turn(20);
    assert_int_equal(b.events[ASSOCIATION_MESSAGE], count);
    assert_int_equal(say(&a, 0, 262144), ASSOCIATION_SENT);
}

static void an_abort_is_told(void **state) {
    (void)state;
    turn(20);
    sctp_association_free(a.association);
    a.association = NULL;
    deliver(&b);
    read_all(&b);
    assert_int_equal(b.events[ASSOCIATION_CLOSED], 1);
    end_begin(&a, &b); /* for the teardown */
}

static void random_packets_do_no_harm(void **state) {
    (void)state;
    turn(20);
    for (int i = 0; i < 20000; i++) {
        const size_t size = prng_below(&prng, 300);
        uint8_t *const bytes = malloc(size + 1);
        assert_non_null(bytes);
        for (size_t j = 0; j < size; j++) bytes[j] = (uint8_t)prng_next(&prng);
        if (size > 12 && i % 2 == 0) memcpy(bytes, "\x13\x88\x13\x88", 4); /* from 5000 to 5000 */
        if (size > 12) memset(bytes + CRC_AT, 0, 4);
        const uint32_t crc = size > 12 ? usrsctp_crc32c(bytes, size) : 0;
        if (size > 12) memcpy(bytes + CRC_AT, &crc, sizeof crc);
        sctp_association_packet_in(b.association, (struct span){bytes, size});
        free(bytes);
    }
    b.count = a.count = 0;
    assert_int_equal(say(&a, 2, 1000), ASSOCIATION_SENT);
    turn(100);
    assert_int_equal(b.events[ASSOCIATION_MESSAGE], 1);
}

/* Every third packet is changed or cut, with a checksum that fits; the association may end, and then that is told. */
static void spoilt_packets_do_no_harm(void **state) {
    (void)state;
    for (int round = 0; round < 60; round++) {
        is_spoiling = round % 2 == 0; /* from the first packet on, or once it stands */
        turn(10);
        is_spoiling = true;
        for (int i = 0; i < 12; i++) {
            (void)say(&a, (uint16_t)(2 * i), 1 + prng_below(&prng, 20000));
            (void)say(&b, (uint16_t)(2 * i + 1), 1 + prng_below(&prng, 2000));
            const uint16_t streams[] = {(uint16_t)(2 * i)};
            (void)sctp_association_reset(a.association, streams, 1);
            turn(3);
        }
        is_spoiling = false;
        sctp_association_free(a.association);
        sctp_association_free(b.association);
        end_begin(&a, &b);
        end_begin(&b, &a);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(two_ends_associate_and_talk, begin, end_all),
        cmocka_unit_test_setup_teardown(a_full_buffer_takes_nothing, begin, end_all),
        cmocka_unit_test_setup_teardown(an_abort_is_told, begin, end_all),
        cmocka_unit_test_setup_teardown(random_packets_do_no_harm, begin, end_all),
        cmocka_unit_test_setup_teardown(spoilt_packets_do_no_harm, begin, end_all),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
