/* SPDX-License-Identifier: Apache-2.0 */
#include "swarm/peerjs/peerjs_frame.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/encoding.h"
#include "crypto/hash.h"
#include "lib/vectors.h"

static uint8_t packed_memory[1 << 16], frame_memory[PEERJS_FRAME_MAX], hex_memory[1 << 16];

static struct span hex_of(struct span bytes) {
    struct buffer out = buffer_over(hex_memory, sizeof hex_memory);
    hex_write(&out, bytes);
    return buffer_span(&out);
}

static struct span packed_of_hex(const char *hex) {
    struct buffer out = buffer_over(packed_memory, sizeof packed_memory);
    assert_true(hex_read(span_of_text(hex), &out));
    return buffer_span(&out);
}

static void assert_hash(struct span bytes, struct span wanted) {
    const struct sha256 hash = hash_sha256(bytes);
    assert_true(span_equal(hex_of((struct span){hash.bytes, sizeof hash.bytes}), wanted));
}

static struct span packed_letters(size_t count) {
    static uint8_t letters[1 << 15];
    struct buffer out = buffer_over(packed_memory, sizeof packed_memory);
    struct binarypack_writer w = binarypack_writer_into(&out);
    memset(letters, 'x', count);
    binarypack_put_text(&w, (struct span){letters, count});
    return buffer_span(&out);
}

static void check_frames(const struct json_value *message) {
    const struct json_value *frames = vectors_array(message, "frames");
    const bool is_longer = span_equal_text(vectors_string(message, "name"), "frames-16301");
    const struct span packed = packed_letters(is_longer ? 16301 : 16300);
    struct peerjs_cut cut = peerjs_cut_begin(packed, vectors_integer(message, "peerDataId"));
    assert_int_equal(packed.size, vectors_integer(message, "packedLength"));
    assert_hash(packed, vectors_string(message, "packedSha256"));
    for (size_t i = 0; i < frames->count; i++) {
        struct buffer frame = buffer_over(frame_memory, sizeof frame_memory);
        struct peerjs_frame read;
        assert_true(peerjs_cut_next(&cut, &frame));
        assert_int_equal(frame.size, vectors_integer(&frames->as.items[i], "length"));
        assert_hash(buffer_span(&frame), vectors_string(&frames->as.items[i], "sha256"));
        assert_int_equal(peerjs_frame_read(buffer_span(&frame), &read), PEERJS_FAULT_NONE);
        assert_int_equal(read.kind, PEERJS_FRAME_PIECE);
        assert_int_equal(read.piece.id, cut.id);
        assert_int_equal(read.piece.number, i);
        assert_int_equal(read.piece.total, frames->count);
    }
    struct buffer frame = buffer_over(frame_memory, sizeof frame_memory);
    assert_false(peerjs_cut_next(&cut, &frame));
}

static void pieces_are_those_of_the_library(void **state) {
    (void)state;
    struct vectors v = vectors_open("binarypack");
    const struct json_value *messages = vectors_array(v.tree, "frames");
    for (size_t i = 0; i < messages->count; i++) check_frames(&messages->as.items[i]);
    vectors_close(&v);
}

static void up_to_a_piece_a_value_goes_as_it_is(void **state) {
    (void)state;
    const struct span packed = packed_letters(PEERJS_PIECE_SIZE - 3);
    struct peerjs_cut cut = peerjs_cut_begin(packed, 1);
    struct buffer frame = buffer_over(frame_memory, sizeof frame_memory);
    assert_int_equal(packed.size, PEERJS_PIECE_SIZE);
    assert_true(peerjs_cut_next(&cut, &frame));
    assert_true(span_equal(buffer_span(&frame), packed));
    assert_false(peerjs_cut_next(&cut, &frame));
}

static void the_largest_piece_fits_a_frame(void **state) {
    (void)state;
    struct peerjs_cut cut = peerjs_cut_begin((struct span){packed_memory, 3 * PEERJS_PIECE_SIZE}, INT64_MAX);
    struct buffer frame = buffer_over(frame_memory, sizeof frame_memory);
    cut.total = UINT32_MAX;
    cut.next = 2;
    assert_true(peerjs_cut_next(&cut, &frame));
    assert_false(frame.overflowed);
}

static const struct frame_case {
    const char *packed;
    enum peerjs_frame_kind kind;
    enum peerjs_fault fault;
} FRAMES[] = {
    {"b26869", PEERJS_FRAME_VALUE, PEERJS_FAULT_NONE},
    {"c0", PEERJS_FRAME_VALUE, PEERJS_FAULT_NONE},
    {"9181ba5f5f7065657244617461"
     "01",
     PEERJS_FRAME_VALUE, PEERJS_FAULT_NONE}, /* not outermost */
    {"81b16181ba5f5f7065657244617461"
     "01",
     PEERJS_FRAME_VALUE, PEERJS_FAULT_NONE}, /* nor this */
    {"81ba5f5f7065657244617461"
     "00",
     PEERJS_FRAME_VALUE, PEERJS_FAULT_NONE}, /* what is falsy is not there */
    {"81ba5f5f7065657244617461"
     "c2",
     PEERJS_FRAME_VALUE, PEERJS_FAULT_NONE},
    {"81ba5f5f7065657244617461"
     "b0",
     PEERJS_FRAME_VALUE, PEERJS_FAULT_NONE},
    {"81ba5f5f7065657244617461"
     "c0",
     PEERJS_FRAME_VALUE, PEERJS_FAULT_NONE},
    {"81ba5f5f7065657244617461"
     "81b474797065b5636c6f7365",
     PEERJS_FRAME_CLOSE, PEERJS_FAULT_NONE},
    {"82b16181b16201ba5f5f7065657244617461"
     "82b16190b474797065b5636c6f7365",
     PEERJS_FRAME_CLOSE, PEERJS_FAULT_NONE},
    {"81ba5f5f7065657244617461"
     "81b474797065b5636c6f736f",
     PEERJS_FRAME_PIECE, PEERJS_FAULT_PIECE_SHAPE},
    {"81ba5f5f7065657244617461"
     "81b16181b474797065b5636c6f7365",
     PEERJS_FRAME_PIECE, PEERJS_FAULT_PIECE_SHAPE},
    {"81ba5f5f7065657244617461"
     "01",
     PEERJS_FRAME_PIECE, PEERJS_FAULT_PIECE_SHAPE},
    {"81ba5f5f7065657244617461"
     "b161",
     PEERJS_FRAME_PIECE, PEERJS_FAULT_PIECE_SHAPE},
    {"81ba5f5f7065657244617461"
     "9101",
     PEERJS_FRAME_PIECE, PEERJS_FAULT_PIECE_SHAPE},
    {"84ba5f5f7065657244617461"
     "01b16e00b464617461a161b5746f74616c02",
     PEERJS_FRAME_PIECE, PEERJS_FAULT_NONE},
    {"84ba5f5f7065657244617461"
     "01b16effb464617461a161b5746f74616c02",
     PEERJS_FRAME_PIECE, PEERJS_FAULT_PIECE_SHAPE},
    {"84ba5f5f7065657244617461"
     "01b16e00b464617461b161b5746f74616c02",
     PEERJS_FRAME_PIECE, PEERJS_FAULT_PIECE_SHAPE},
    {"84ba5f5f7065657244617461"
     "01b16e00b464617461a161b5746f74616cd30000000100000000",
     PEERJS_FRAME_PIECE, PEERJS_FAULT_PIECE_SHAPE},
    {"81ba5f5f7065657244617461"
     "81b474797065b5636c6f73",
     PEERJS_FRAME_VALUE, PEERJS_FAULT_CUT_SHORT},
    {"81ba5f5f7065657244617461"
     "81b474797065b5636c6f736500",
     PEERJS_FRAME_VALUE, PEERJS_FAULT_TRAILING},
};

static void a_frame_is_what_its_mark_says(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof FRAMES / sizeof FRAMES[0]; i++) {
        struct peerjs_frame frame;
        const enum peerjs_fault fault = peerjs_frame_read(packed_of_hex(FRAMES[i].packed), &frame);
        assert_string_equal(peerjs_fault_name(fault), peerjs_fault_name(FRAMES[i].fault));
        assert_int_equal(frame.kind, FRAMES[i].kind);
    }
}

static const struct json_case {
    const char *text;
    enum peerjs_frame_kind kind;
    enum peerjs_fault fault;
} TEXTS[] = {
    {"{\"a\":1}", PEERJS_FRAME_VALUE, PEERJS_FAULT_NONE},
    {"\"close\"", PEERJS_FRAME_VALUE, PEERJS_FAULT_NONE},
    {"[null]", PEERJS_FRAME_VALUE, PEERJS_FAULT_NONE},
    {"{\"__peerData\":{\"type\":\"close\"}}", PEERJS_FRAME_CLOSE, PEERJS_FAULT_NONE},
    {" { \"b\" : [{}] , \"__peerData\" : { \"x\" : [1] , \"type\" : \"close\" } } ", PEERJS_FRAME_CLOSE,
     PEERJS_FAULT_NONE},
    {"{\"__peerData\":{\"type\":\"open\"}}", PEERJS_FRAME_VALUE, PEERJS_FAULT_NONE},
    {"{\"__peerData\":{\"type\":[\"close\"]}}", PEERJS_FRAME_VALUE, PEERJS_FAULT_NONE},
    {"{\"__peerData\":{\"x\":{\"type\":\"close\"}}}", PEERJS_FRAME_VALUE, PEERJS_FAULT_NONE},
    {"{\"__peerData\":[\"type\",\"close\"]}", PEERJS_FRAME_VALUE, PEERJS_FAULT_NONE},
    {"{\"x\":{\"type\":\"close\"}}", PEERJS_FRAME_VALUE, PEERJS_FAULT_NONE},
    {"{\"x\":{\"__peerData\":{\"type\":\"close\"}}}", PEERJS_FRAME_VALUE, PEERJS_FAULT_NONE},
    {"[{\"__peerData\":{\"type\":\"close\"}}]", PEERJS_FRAME_VALUE, PEERJS_FAULT_NONE},
    {"{\"__peerData\":{\"type\":\"close\"},\"__peerData\":1}", PEERJS_FRAME_VALUE, PEERJS_FAULT_NONE},
    {"null", PEERJS_FRAME_VALUE, PEERJS_FAULT_NOTHING},
    {"{", PEERJS_FRAME_VALUE, PEERJS_FAULT_JSON},
    {"", PEERJS_FRAME_VALUE, PEERJS_FAULT_JSON},
};

static void a_json_message_may_ask_to_close(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof TEXTS / sizeof TEXTS[0]; i++) {
        enum peerjs_frame_kind kind;
        const enum peerjs_fault fault = peerjs_frame_read_json(span_of_text(TEXTS[i].text), &kind);
        assert_string_equal(peerjs_fault_name(fault), peerjs_fault_name(TEXTS[i].fault));
        assert_int_equal(kind, TEXTS[i].kind);
    }
    char deep[65];
    enum peerjs_frame_kind kind;
    memset(deep, '[', sizeof deep);
    assert_int_equal(peerjs_frame_read_json((struct span){(uint8_t *)deep, sizeof deep}, &kind), PEERJS_FAULT_DEPTH);
}

static void our_wish_to_close_is_understood(void **state) {
    (void)state;
    struct peerjs_frame frame;
    enum peerjs_frame_kind kind;
    assert_int_equal(peerjs_frame_read(peerjs_close_packed(), &frame), PEERJS_FAULT_NONE);
    assert_int_equal(frame.kind, PEERJS_FRAME_CLOSE);
    assert_int_equal(peerjs_frame_read_json(peerjs_close_json(), &kind), PEERJS_FAULT_NONE);
    assert_int_equal(kind, PEERJS_FRAME_CLOSE);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pieces_are_those_of_the_library), cmocka_unit_test(up_to_a_piece_a_value_goes_as_it_is),
        cmocka_unit_test(the_largest_piece_fits_a_frame),  cmocka_unit_test(a_frame_is_what_its_mark_says),
        cmocka_unit_test(a_json_message_may_ask_to_close), cmocka_unit_test(our_wish_to_close_is_understood),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
