/* SPDX-License-Identifier: Apache-2.0 */
#include "swarm/webrtc/dtls_record.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { BODY = 5, RECORD = 13 + BODY };

static void put_record(uint8_t *at, uint16_t epoch, uint64_t number) {
    memset(at, 0, RECORD);
    at[0] = 23;
    at[3] = (uint8_t)(epoch >> 8);
    at[4] = (uint8_t)epoch;
    for (int i = 0; i < 6; i++) at[5 + i] = (uint8_t)(number >> (40 - 8 * i));
    at[12] = BODY;
}

static void take(struct dtls_record_count *count, uint64_t number) {
    uint8_t datagram[RECORD];
    put_record(datagram, 1, number);
    dtls_record_count_datagram(count, (struct span){datagram, sizeof datagram});
}

static void gaps_are_missing_until_they_are_filled(void **state) {
    struct dtls_record_count count = {0};
    (void)state;
    assert_int_equal(dtls_record_missing(&count), 0);
    for (uint64_t i = 10; i < 20; i++) take(&count, i);
    assert_int_equal(count.received, 10);
    assert_int_equal(dtls_record_missing(&count), 0);
    take(&count, 25);
    assert_int_equal(dtls_record_missing(&count), 5);
    take(&count, 22); /* late */
    assert_int_equal(dtls_record_missing(&count), 4);
    take(&count, 8); /* before what was taken for the first */
    assert_int_equal(dtls_record_missing(&count), 5);
    assert_int_equal(count.received, 13);
}

static void numbers_have_48_bits(void **state) {
    struct dtls_record_count count = {0};
    (void)state;
    take(&count, 0xfffffffffffdULL);
    take(&count, 0xffffffffffffULL);
    assert_int_equal(dtls_record_missing(&count), 1);
}

static void several_records_in_a_datagram_count_each(void **state) {
    struct dtls_record_count count = {0};
    uint8_t datagram[3 * RECORD];
    (void)state;
    for (size_t i = 0; i < 3; i++) put_record(datagram + i * RECORD, 1, 2 * i);
    dtls_record_count_datagram(&count, (struct span){datagram, sizeof datagram});
    assert_int_equal(count.received, 3);
    assert_int_equal(dtls_record_missing(&count), 2);
}

static void other_epochs_do_not_count(void **state) {
    struct dtls_record_count count = {0};
    uint8_t datagram[RECORD];
    (void)state;
    for (uint16_t epoch = 0; epoch < 4; epoch++) {
        put_record(datagram, epoch, 7);
        dtls_record_count_datagram(&count, (struct span){datagram, sizeof datagram});
    }
    assert_int_equal(count.received, 1);
}

static void cut_at_every_byte_does_no_harm(void **state) {
    (void)state;
    for (size_t size = 0; size < 2 * RECORD; size++) {
        struct dtls_record_count count = {0};
        uint8_t whole[2 * RECORD];
        uint8_t *const copy = malloc(size + 1);
        assert_non_null(copy);
        put_record(whole, 1, 1);
        put_record(whole + RECORD, 1, 2);
        memcpy(copy + 1, whole, size);
        dtls_record_count_datagram(&count, (struct span){copy + 1, size});
        assert_int_equal(count.received, size / RECORD);
        free(copy);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(gaps_are_missing_until_they_are_filled),   cmocka_unit_test(numbers_have_48_bits),
        cmocka_unit_test(several_records_in_a_datagram_count_each), cmocka_unit_test(other_epochs_do_not_count),
        cmocka_unit_test(cut_at_every_byte_does_no_harm),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
