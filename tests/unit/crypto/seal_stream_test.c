/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/seal_stream.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "crypto/sign.h"

enum { PIECES = 3, PIECE_SIZE = 5, SEALED_SIZE = PIECE_SIZE + SEAL_STREAM_TAG_SIZE };

struct sealed {
    struct seal_key key;
    uint8_t header[SEAL_STREAM_HEADER_SIZE];
    uint8_t pieces[PIECES][SEALED_SIZE];
};

static const char *const texts[PIECES] = {"first", "other", "ended"};

static struct sealed sealed_make(void) {
    struct sealed sealed = {.key = {{7}}};
    struct seal_stream stream;
    seal_stream_begin(&stream, &sealed.key, sealed.header);
    for (size_t i = 0; i < PIECES; i++) {
        struct buffer out = buffer_over(sealed.pieces[i], SEALED_SIZE);
        assert_true(seal_stream_close(&stream, SPAN_LITERAL("with"), span_of_text(texts[i]), i == PIECES - 1, &out));
        assert_int_equal(out.size, SEALED_SIZE);
    }
    seal_stream_deinit(&stream);
    return sealed;
}

static bool opens(struct seal_stream *stream, const uint8_t *piece, size_t size, const char *text, bool *is_last) {
    uint8_t memory[PIECE_SIZE];
    struct buffer out = buffer_over(memory, sizeof memory);
    *is_last = false;
    if (!seal_stream_open(stream, SPAN_LITERAL("with"), (struct span){piece, size}, &out, is_last)) return false;
    assert_true(span_equal_text(buffer_span(&out), text));
    return true;
}

static void pieces_open_in_order_and_the_last_says_so(void **state) {
    (void)state;
    const struct sealed sealed = sealed_make();
    struct seal_stream stream;
    bool is_last;
    seal_stream_join(&stream, &sealed.key, sealed.header);
    for (size_t i = 0; i < PIECES; i++) {
        assert_true(opens(&stream, sealed.pieces[i], SEALED_SIZE, texts[i], &is_last));
        assert_int_equal(is_last, i == PIECES - 1);
    }
    assert_false(opens(&stream, sealed.pieces[0], SEALED_SIZE, "", &is_last));
}

static void a_piece_out_of_its_turn_does_not_open(void **state) {
    (void)state;
    const struct sealed sealed = sealed_make();
    struct seal_stream stream;
    bool is_last;
    seal_stream_join(&stream, &sealed.key, sealed.header);
    assert_false(opens(&stream, sealed.pieces[1], SEALED_SIZE, "", &is_last));
    assert_true(opens(&stream, sealed.pieces[0], SEALED_SIZE, texts[0], &is_last));
    assert_false(opens(&stream, sealed.pieces[0], SEALED_SIZE, "", &is_last));
    assert_false(opens(&stream, sealed.pieces[2], SEALED_SIZE, "", &is_last));
    assert_true(opens(&stream, sealed.pieces[1], SEALED_SIZE, texts[1], &is_last));
}

static void a_changed_or_cut_piece_does_not_open(void **state) {
    (void)state;
    struct sealed sealed = sealed_make();
    bool is_last;
    for (size_t bit = 0; bit < (size_t)8 * SEALED_SIZE; bit++) {
        struct seal_stream stream;
        seal_stream_join(&stream, &sealed.key, sealed.header);
        sealed.pieces[0][bit / 8] ^= (uint8_t)(1 << bit % 8);
        assert_false(opens(&stream, sealed.pieces[0], SEALED_SIZE, "", &is_last));
        assert_false(opens(&stream, sealed.pieces[0], bit / 8, "", &is_last));
        sealed.pieces[0][bit / 8] ^= (uint8_t)(1 << bit % 8);
    }
}

static void another_key_or_header_opens_nothing(void **state) {
    (void)state;
    struct sealed sealed = sealed_make();
    struct seal_stream stream;
    bool is_last;
    const struct seal_key other = {{8}};
    seal_stream_join(&stream, &other, sealed.header);
    assert_false(opens(&stream, sealed.pieces[0], SEALED_SIZE, "", &is_last));
    sealed.header[23] ^= 1;
    seal_stream_join(&stream, &sealed.key, sealed.header);
    assert_false(opens(&stream, sealed.pieces[0], SEALED_SIZE, "", &is_last));
}

static void what_does_not_fit_is_not_sealed(void **state) {
    (void)state;
    struct seal_key key = {{1}};
    struct seal_stream stream;
    uint8_t header[SEAL_STREAM_HEADER_SIZE], memory[SEALED_SIZE - 1];
    struct buffer out = buffer_over(memory, sizeof memory);
    seal_stream_begin(&stream, &key, header);
    assert_false(seal_stream_close(&stream, SPAN_NONE, span_of_text(texts[0]), true, &out));
    assert_int_equal(out.size, 0);
}

static int setup(void **state) {
    (void)state;
    return sign_init() ? 0 : -1;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pieces_open_in_order_and_the_last_says_so),
        cmocka_unit_test(a_piece_out_of_its_turn_does_not_open),
        cmocka_unit_test(a_changed_or_cut_piece_does_not_open),
        cmocka_unit_test(another_key_or_header_opens_nothing),
        cmocka_unit_test(what_does_not_fit_is_not_sealed),
    };
    return cmocka_run_group_tests(tests, setup, NULL);
}
