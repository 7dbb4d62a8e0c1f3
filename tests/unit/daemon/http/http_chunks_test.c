/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/http/http_chunks.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

/* Feeds `text` in steps of `step` bytes; what is left unread after the end is counted in `left`. */
static enum http_chunks_state feed(const char *text, size_t step, struct buffer *data, size_t *left) {
    struct http_chunks chunks = {0};
    struct span all = span_of_text(text);
    *left = 0;
    for (size_t at = 0; at < all.size; at += step) {
        struct span rest = {all.at + at, all.size - at < step ? all.size - at : step};
        while (rest.size > 0 && chunks.state != HTTP_CHUNKS_DONE && chunks.state != HTTP_CHUNKS_DAMAGED)
            buffer_put(data, http_chunks_take(&chunks, &rest));
        *left += rest.size;
    }
    return chunks.state;
}

static void chunks_become_a_body_however_they_are_cut(void **state) {
    (void)state;
    static const char text[] = "5;name=\"x\"\r\nhello\r\n00A\r\n, world\r\n!\r\n0\r\nTrailer: x\r\n\r\nGET";
    for (size_t step = 1; step < sizeof text; step++) {
        uint8_t memory[64];
        struct buffer data = buffer_over(memory, sizeof memory);
        size_t left;
        assert_int_equal(feed(text, step, &data, &left), HTTP_CHUNKS_DONE);
        assert_int_equal(data.size, 15);
        assert_memory_equal(data.at, "hello, world\r\n!", 15);
        assert_int_equal(left, 3);
    }
}

static void a_cut_body_is_not_done(void **state) {
    (void)state;
    static const char text[] = "3\r\nabc\r\n0\r\n\r\n";
    for (size_t size = 0; size + 1 < sizeof text; size++) {
        char cut[sizeof text] = "";
        uint8_t memory[64];
        struct buffer data = buffer_over(memory, sizeof memory);
        size_t left;
        memcpy(cut, text, size);
        enum http_chunks_state end = feed(cut, 1, &data, &left);
        assert_int_not_equal(end, HTTP_CHUNKS_DONE);
        assert_int_not_equal(end, HTTP_CHUNKS_DAMAGED);
    }
}

static void damage_is_seen(void **state) {
    (void)state;
    static const char *const damaged[] = {
        "\r\n",
        "x\r\n",
        "-1\r\n",
        "0x1\r\n",
        "1\nabc",
        "1\r\nab",
        "1\r\na\n0",
        ";a\r\n",
        " 1\r\n",
        "1\r\na\r\n\r\n",
        "0\r\n\n",
        "0\r\na\nb",
        "1;a\nb\r\n",
        "0\r\n\rx",
        "1\rx",
        "0\r\na\rb",
        "ffffffffffffffffff\r\n",
    };
    for (size_t i = 0; i < sizeof damaged / sizeof damaged[0]; i++) {
        uint8_t memory[64];
        struct buffer data = buffer_over(memory, sizeof memory);
        size_t left;
        if (feed(damaged[i], 1, &data, &left) != HTTP_CHUNKS_DAMAGED) fail_msg("not seen: %s", damaged[i]);
    }
}

static void endless_extensions_and_trailers_are_damage(void **state) {
    (void)state;
    static const char *const begins[] = {"1;", "0\r\n", "0\r\na: "};
    for (size_t i = 0; i < sizeof begins / sizeof begins[0]; i++) {
        char text[HTTP_CHUNK_LINE_MAX * 2] = "";
        uint8_t memory[64];
        struct buffer data = buffer_over(memory, sizeof memory);
        size_t left;
        strcpy(text, begins[i]);
        memset(text + strlen(text), 'x', HTTP_CHUNK_LINE_MAX + 1);
        assert_int_equal(feed(text, 7, &data, &left), HTTP_CHUNKS_DAMAGED);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(chunks_become_a_body_however_they_are_cut),
        cmocka_unit_test(a_cut_body_is_not_done),
        cmocka_unit_test(damage_is_seen),
        cmocka_unit_test(endless_extensions_and_trailers_are_damage),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
