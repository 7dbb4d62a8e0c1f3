/* SPDX-License-Identifier: Apache-2.0 */
#include "base/byte_pace.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#define NOW_MS 1000000LL
enum { MIB = 1 << 20, SLICE = 65536 };

static struct byte_pace of(uint64_t rate) {
    struct byte_pace pace = {0};
    byte_pace_set(&pace, rate, NOW_MS);
    return pace;
}

/* Bytes let through in pieces, by somebody who looks each `step_ms`. */
static uint64_t passed(struct byte_pace *pace, uint64_t piece, int64_t from_ms, int64_t to_ms, int64_t step_ms) {
    uint64_t bytes = 0;
    for (int64_t now_ms = from_ms; now_ms < to_ms; now_ms += step_ms) {
        for (int i = 0; i < 100000 && byte_pace_allows(pace, now_ms); i++) {
            byte_pace_pay(pace, piece, now_ms);
            bytes += piece;
        }
    }
    return bytes;
}

static void without_a_rate_everything_passes(void **state) {
    (void)state;
    struct byte_pace pace = {0};
    for (int i = 0; i < 1000; i++) {
        assert_true(byte_pace_allows(&pace, NOW_MS));
        byte_pace_pay(&pace, 4 * MIB, NOW_MS);
    }
}

static void the_sum_is_the_rate_whatever_the_pieces_and_the_clock(void **state) {
    (void)state;
    static const struct {
        uint64_t rate, piece;
        int64_t step_ms;
    } cases[] = {{MIB, SLICE, 1},  {MIB, SLICE, 40},           {MIB, 4 * MIB, 7}, {50 * MIB, SLICE, 3},
                 {1000, 4096, 10}, {1000003ULL * 997, MIB, 1}, {3, 1, 1}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct byte_pace pace = of(cases[i].rate);
        const uint64_t most = cases[i].rate * 60;
        const uint64_t got = passed(&pace, cases[i].piece, NOW_MS, NOW_MS + 60000, cases[i].step_ms);
        assert_in_range(got, most - most / 100 - cases[i].piece, most + most / 100 + cases[i].piece);
    }
}

static void rest_is_made_up_for_only_a_little(void **state) {
    (void)state;
    struct byte_pace pace = of(MIB);
    byte_pace_pay(&pace, SLICE, NOW_MS);
    const int64_t later_ms = NOW_MS + 86400000;
    const uint64_t at_once = passed(&pace, SLICE, later_ms, later_ms + 1, 1);
    assert_in_range(at_once, SLICE, MIB * BYTE_PACE_LATE_MS / 1000 + SLICE);
}

static void the_next_is_due_when_the_last_is_paid(void **state) {
    (void)state;
    struct byte_pace pace = of(MIB);
    byte_pace_pay(&pace, MIB, NOW_MS);
    assert_int_equal(byte_pace_due_ms(&pace), NOW_MS + 1000);
    assert_false(byte_pace_allows(&pace, NOW_MS + 999));
    assert_true(byte_pace_allows(&pace, NOW_MS + 1000));
    byte_pace_give_back(&pace, MIB / 2);
    assert_true(byte_pace_allows(&pace, NOW_MS + 500));
    assert_false(byte_pace_allows(&pace, NOW_MS + 499));
}

static void another_rate_pays_off_what_is_owed(void **state) {
    (void)state;
    struct byte_pace pace = of(1024);
    byte_pace_pay(&pace, 4 * MIB, NOW_MS);
    assert_int_equal(byte_pace_due_ms(&pace), NOW_MS + 4096000);
    byte_pace_set(&pace, MIB, NOW_MS);
    assert_int_equal(byte_pace_due_ms(&pace), NOW_MS + 4000);
    byte_pace_set(&pace, 0, NOW_MS);
    assert_true(byte_pace_allows(&pace, NOW_MS));
    byte_pace_set(&pace, MIB, NOW_MS + 1);
    assert_true(byte_pace_allows(&pace, NOW_MS + 1));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(without_a_rate_everything_passes),
        cmocka_unit_test(the_sum_is_the_rate_whatever_the_pieces_and_the_clock),
        cmocka_unit_test(rest_is_made_up_for_only_a_little),
        cmocka_unit_test(the_next_is_due_when_the_last_is_paid),
        cmocka_unit_test(another_rate_pays_off_what_is_owed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
