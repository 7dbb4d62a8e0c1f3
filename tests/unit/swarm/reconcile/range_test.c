/* SPDX-License-Identifier: Apache-2.0 */
/* What range_writer writes and range_reader reads, and what the reader refuses. */
#include "lib/reconcile_talk.h"
#include "swarm/reconcile/range_reader.h"
#include "swarm/reconcile/range_writer.h"

#include "base/encoding.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static uint8_t memory[LIMIT_RECONCILE_MESSAGE_MAX];

static struct span message_of(struct buffer *out) {
    return (struct span){out->at + 1, out->size - 1};
}

static void a_message_is_these_bytes(void **state) {
    (void)state;
    struct buffer out = buffer_over(memory, LIMIT_RECONCILE_FRAME_MIN);
    struct range_writer writer;
    const struct set_item skipped = {.timestamp = 300}, compared = {300, {{0xab, 0xcd}}}, listed = {301, {{0}}};
    const struct fingerprint first = {{1, 2, 3}}, last = {{9}};
    const struct object_id id = {{0x77}};
    range_writer_begin(&writer, &out, LIMIT_RECONCILE_FRAME_MIN);
    assert_true(range_writer_is_empty(&writer));
    range_writer_skip(&writer, &(struct set_item){.timestamp = 200});
    range_writer_skip(&writer, &skipped);
    assert_true(range_writer_is_empty(&writer));
    assert_true(range_writer_fingerprint(&writer, &compared, &first));
    range_writer_ids(&writer, &listed, 1);
    range_writer_id(&writer, &id);
    range_writer_rest(&writer, &last);
    char text[400] = {0};
    struct buffer hex = buffer_over((uint8_t *)text, sizeof text - 1);
    hex_write(&hex, buffer_span(&out));
    assert_string_equal(text, "61"
                              "822d0000" /* 1 + 300, no id, skip */
                              "0102abcd01"
                              "01020300000000000000000000000000" /* 1 + 0 */
                              "02000201"
                              "7700000000000000000000000000000000000000000000000000000000000000" /* 1 + 1 */
                              "000001"
                              "09000000000000000000000000000000");
}

/* ---- Random messages come back ---- */

static struct set_item place_random(struct prng *prng) {
    struct set_item place = item_random(prng, prng_below(prng, 2) == 0 ? 3 : UINT64_MAX);
    const uint32_t kept = prng_below(prng, 33);
    memset(&place.id.bytes[kept], 0, 32 - kept);
    return place;
}

static int by_place(const void *a, const void *b) {
    return set_item_compare(a, b);
}

static void what_is_written_is_read(void **state) {
    (void)state;
    enum { PLACES = 60 };
    struct prng prng = prng_seeded(8);
    for (int round = 0; round < 500; round++) {
        struct set_item places[PLACES];
        struct buffer out = buffer_over(memory, sizeof memory);
        struct range_writer writer;
        for (size_t i = 0; i < PLACES; i++) places[i] = place_random(&prng);
        qsort(places, PLACES, sizeof places[0], by_place);
        range_writer_begin(&writer, &out, sizeof memory);
        for (size_t i = 1; i < PLACES; i++) {
            if (set_item_compare(&places[i - 1], &places[i]) == 0) continue;
            const struct fingerprint fingerprint = {{(uint8_t)i}};
            assert_true(range_writer_fingerprint(&writer, &places[i], &fingerprint));
        }
        struct range_reader reader = range_reader_over(message_of(&out));
        for (size_t i = 1; i < PLACES; i++) {
            struct range range;
            if (set_item_compare(&places[i - 1], &places[i]) == 0) continue;
            assert_int_equal(range_reader_take(&reader, &range), REFUSAL_NONE);
            assert_int_equal(set_item_compare(&range.upper, &places[i]), 0);
            assert_int_equal(range.mode, RANGE_FINGERPRINT);
            assert_int_equal(range.fingerprint.bytes[0], i);
        }
        assert_false(range_reader_has_more(&reader));
    }
}

static void a_full_message_has_room_for_the_rest(void **state) {
    (void)state;
    struct prng prng = prng_seeded(9);
    for (size_t frame_size = LIMIT_RECONCILE_FRAME_MIN; frame_size <= LIMIT_RECONCILE_MESSAGE_MAX; frame_size += 611) {
        struct buffer out = buffer_over(memory, sizeof memory);
        struct range_writer writer;
        const struct fingerprint fingerprint = {{1}};
        struct set_item upper = item_random(&prng, 2);
        bool has_room = true;
        range_writer_begin(&writer, &out, frame_size);
        for (int i = 0; has_room; i++) {
            upper.timestamp = (uint64_t)(i + 1) << 40;
            range_writer_skip(&writer, &upper);
            upper.timestamp++;
            const size_t before = out.size, ids = range_writer_ids_room(&writer);
            has_room = range_writer_fingerprint(&writer, &upper, &fingerprint);
            assert_true(has_room || (out.size == before && ids == 0));
        }
        range_writer_rest(&writer, &fingerprint);
        assert_true(out.size <= frame_size && out.size + 256 > frame_size);
    }
}

/* ---- Refusals: hex of a message behind its version ---- */

static enum refusal refusal_of(const char *hex) {
    struct buffer bytes = buffer_over(memory, sizeof memory);
    assert_true(hex_read(span_of_text(hex), &bytes));
    struct range_reader reader = range_reader_over(buffer_span(&bytes));
    enum refusal refusal = REFUSAL_NONE;
    struct range range;
    while (refusal == REFUSAL_NONE && range_reader_has_more(&reader)) refusal = range_reader_take(&reader, &range);
    return refusal;
}

#define PRINT "11111111111111111111111111111111"
#define ID    PRINT PRINT

static void what_is_wrong_is_refused_by_its_name(void **state) {
    (void)state;
    static const struct {
        const char *hex;
        enum refusal refusal;
    } cases[] = {
        {"000000", REFUSAL_NONE},
        {"000001" PRINT, REFUSAL_NONE},
        {"00000201" ID, REFUSAL_NONE},
        {"020000"
         "010101"
         "00"
         "000000",
         REFUSAL_NONE},
        {"80020000", REFUSAL_RECONCILE_NUMBER},
        {"82ffffffffffffffff7f0000", REFUSAL_RECONCILE_NUMBER},
        {"02"
         "8000"
         "00",
         REFUSAL_RECONCILE_NUMBER},
        {"02"
         "00"
         "8001",
         REFUSAL_RECONCILE_NUMBER},
        {"02"
         "00"
         "02"
         "8000",
         REFUSAL_RECONCILE_NUMBER},
        {"81ffffffffffffffff7f"
         "0000",
         REFUSAL_NONE}, /* 1 + 2^64 - 2: the last time */
        {"81ffffffffffffffff7f"
         "0000"
         "020000",
         REFUSAL_RECONCILE_TIMESTAMP}, /* one more is infinity */
        {"020000"
         "81ffffffffffffffff7f"
         "0000",
         REFUSAL_RECONCILE_TIMESTAMP},
        {"0221" ID "11"
         "00",
         REFUSAL_RECONCILE_PREFIX},
        {"0220" ID "00", REFUSAL_NONE},
        {"0001"
         "11"
         "00",
         REFUSAL_RECONCILE_PREFIX},
        {"010000", REFUSAL_RECONCILE_ORDER}, /* ends where all begins */
        {"01010000", REFUSAL_RECONCILE_ORDER},
        {"020000"
         "010000",
         REFUSAL_RECONCILE_ORDER},
        {"02010500"
         "01010500",
         REFUSAL_RECONCILE_ORDER},
        {"02010500"
         "01010400",
         REFUSAL_RECONCILE_ORDER},
        {"02010500"
         "0102050000",
         REFUSAL_RECONCILE_ORDER},
        {"000000"
         "000000",
         REFUSAL_NONE},
        {"000000"
         "010000",
         REFUSAL_RECONCILE_ORDER},
        {"000000"
         "020000",
         REFUSAL_RECONCILE_ORDER},
        {"020003", REFUSAL_RECONCILE_MODE},
        {"0200ff7f", REFUSAL_RECONCILE_MODE},
        {"00000202" ID, REFUSAL_RECONCILE_LIST},
        {"00000201", REFUSAL_RECONCILE_LIST},
        {"00000281ffffffffffffffff7f" ID, REFUSAL_RECONCILE_LIST},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const enum refusal refusal = refusal_of(cases[i].hex);
        if (refusal != cases[i].refusal) print_message("%s: %s\n", cases[i].hex, refusal_name(refusal));
        assert_int_equal(refusal, cases[i].refusal);
    }
}

static void a_message_cut_anywhere_inside_a_range_is_refused(void **state) {
    (void)state;
    static const uint8_t whole[] = {0x82, 0x2d, 2, 7, 8, 1, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16};
    for (size_t size = 1; size < sizeof whole; size++) {
        struct range range;
        uint8_t *exact = malloc(size);
        memcpy(exact, whole, size);
        struct range_reader reader = range_reader_over((struct span){exact, size});
        assert_int_equal(range_reader_take(&reader, &range), REFUSAL_RECONCILE_CUT_SHORT);
        free(exact);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_message_is_these_bytes),
        cmocka_unit_test(what_is_written_is_read),
        cmocka_unit_test(a_full_message_has_room_for_the_rest),
        cmocka_unit_test(what_is_wrong_is_refused_by_its_name),
        cmocka_unit_test(a_message_cut_anywhere_inside_a_range_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
