/* SPDX-License-Identifier: Apache-2.0 */
#include "base/json_reader.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* Reads a whole text and writes one letter for each token, so that a test can compare a word. */
static void read_tokens(struct json_reader *r, char *letters) {
    static const char letter_of[] = {
        [JSON_TOKEN_FAULT] = '!',        [JSON_TOKEN_NULL] = 'z',        [JSON_TOKEN_BOOLEAN] = 'b',
        [JSON_TOKEN_NUMBER] = 'n',       [JSON_TOKEN_STRING] = 's',      [JSON_TOKEN_NAME] = 'k',
        [JSON_TOKEN_ARRAY_OPEN] = '[',   [JSON_TOKEN_ARRAY_CLOSE] = ']', [JSON_TOKEN_OBJECT_OPEN] = '{',
        [JSON_TOKEN_OBJECT_CLOSE] = '}', [JSON_TOKEN_END] = '.'};
    enum json_token token;
    do {
        token = json_reader_next(r);
        *letters++ = letter_of[token];
    } while (token != JSON_TOKEN_FAULT && token != JSON_TOKEN_END);
    *letters = '\0';
}

static void tokens_come_in_the_order_of_the_text(void **state) {
    (void)state;
    char letters[64];
    struct json_reader r =
        json_reader_over(SPAN_LITERAL(" {\"a\" : [1, true,null ,\"x\"] , \"b\":{}, \"c\":[]}\r\n\t"), JSON_WIRE);
    read_tokens(&r, letters);
    assert_string_equal(letters, "{k[nbzs]k{}k[]}.");
    assert_int_equal(json_reader_next(&r), JSON_TOKEN_END);
}

static void token_lies_where_the_text_says(void **state) {
    (void)state;
    struct json_reader r = json_reader_over(SPAN_LITERAL("[ -1.5e3, \"a\\n\", \"b\", false]"), JSON_WIRE);
    assert_int_equal(json_reader_next(&r), JSON_TOKEN_ARRAY_OPEN);
    assert_int_equal(json_reader_next(&r), JSON_TOKEN_NUMBER);
    assert_true(span_equal_text(r.token, "-1.5e3"));
    assert_int_equal(r.token_position, 2);
    assert_int_equal(json_reader_next(&r), JSON_TOKEN_STRING);
    assert_true(span_equal_text(r.token, "a\\n"));
    assert_true(r.has_escapes);
    assert_int_equal(r.token_position, 10);
    assert_int_equal(json_reader_next(&r), JSON_TOKEN_STRING);
    assert_false(r.has_escapes);
    assert_int_equal(json_reader_next(&r), JSON_TOKEN_BOOLEAN);
    assert_false(r.boolean);
}

static void fault_stays(void **state) {
    (void)state;
    struct json_reader r = json_reader_over(SPAN_LITERAL("[1,]"), JSON_WIRE);
    (void)json_reader_next(&r);
    (void)json_reader_next(&r);
    for (int i = 0; i < 3; i++) {
        assert_int_equal(json_reader_next(&r), JSON_TOKEN_FAULT);
        assert_int_equal(r.fault, JSON_FAULT_SYNTAX);
        assert_int_equal(r.position, 3);
    }
}

/* Plain text is passed eight bytes at once; whatever is not plain is seen at every place among the eight. */
static void every_byte_is_seen_at_every_place_of_a_string(void **state) {
    (void)state;
    for (unsigned byte = 0; byte < 256; byte++) {
        for (size_t place = 0; place < 20; place++) {
            uint8_t text[24];
            memset(text, place % 2 == 0 ? 'a' : 0x7f, sizeof text);
            text[0] = text[23] = '"';
            text[1 + place] = (uint8_t)byte;
            struct json_reader r = json_reader_over((struct span){text, sizeof text}, JSON_WIRE);
            const enum json_token token = json_reader_next(&r);
            const bool is_plain = byte >= 0x20 && byte < 0x80 && byte != '"' && byte != '\\';
            const size_t size = byte == '"' ? place : 22;
            assert_int_equal(token, is_plain || byte == '"' ? JSON_TOKEN_STRING : JSON_TOKEN_FAULT);
            if (token == JSON_TOKEN_STRING) assert_int_equal(r.token.size, size);
            if (token == JSON_TOKEN_FAULT) assert_int_equal(r.position, 1 + place);
        }
    }
}

static void assert_unescaped(struct span token, struct span expected) {
    uint8_t out[64];
    const size_t size = json_unescape(token, out);
    assert_true(size <= token.size);
    if (!span_equal((struct span){out, size}, expected)) fail_msg("%.*s", (int)token.size, (const char *)token.at);
}

static void escapes_become_their_characters(void **state) {
    (void)state;
    assert_unescaped(SPAN_LITERAL("plain"), SPAN_LITERAL("plain"));
    assert_unescaped(SPAN_LITERAL("\\\"\\\\\\/\\b\\f\\n\\r\\t"), SPAN_LITERAL("\"\\/\b\f\n\r\t"));
    assert_unescaped(SPAN_LITERAL("\\u0041\\u00e9\\u20AC\\u0000"), SPAN_LITERAL("A\xc3\xa9\xe2\x82\xac\0"));
    assert_unescaped(SPAN_LITERAL("\\ud83d\\uDE00"), SPAN_LITERAL("\xf0\x9f\x98\x80"));
    assert_unescaped(SPAN_LITERAL("\\udbff\\udfff"), SPAN_LITERAL("\xf4\x8f\xbf\xbf"));
}

static void halves_of_pairs_become_their_three_bytes(void **state) {
    (void)state;
    assert_unescaped(SPAN_LITERAL("\\ud83d"), SPAN_LITERAL("\xed\xa0\xbd"));
    assert_unescaped(SPAN_LITERAL("\\ude00\\ud83d"), SPAN_LITERAL("\xed\xb8\x80\xed\xa0\xbd"));
    assert_unescaped(SPAN_LITERAL("\\ud83d\\ud83d\\ude00"), SPAN_LITERAL("\xed\xa0\xbd\xf0\x9f\x98\x80"));
    assert_unescaped(SPAN_LITERAL("\\ud83dx"), SPAN_LITERAL("\xed\xa0\xbdx"));
    assert_unescaped(SPAN_LITERAL("\\ud83d\\n"), SPAN_LITERAL("\xed\xa0\xbd\n"));
    assert_unescaped(SPAN_LITERAL("\\ud83d\\u0041"), SPAN_LITERAL("\xed\xa0\xbd"
                                                                  "A"));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tokens_come_in_the_order_of_the_text),
        cmocka_unit_test(token_lies_where_the_text_says),
        cmocka_unit_test(fault_stays),
        cmocka_unit_test(every_byte_is_seen_at_every_place_of_a_string),
        cmocka_unit_test(escapes_become_their_characters),
        cmocka_unit_test(halves_of_pairs_become_their_three_bytes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
