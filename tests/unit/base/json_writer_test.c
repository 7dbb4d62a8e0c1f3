/* SPDX-License-Identifier: Apache-2.0 */
#include "base/json_writer.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void commas_stand_between_and_nowhere_else(void **state) {
    (void)state;
    uint8_t memory[512];
    struct buffer out = buffer_over(memory, sizeof memory);
    struct json_writer w = json_writer_into(&out);
    json_open_object(&w, NULL);
    json_put_text(&w, "text", "x");
    json_put_text(&w, "none", NULL);
    json_open_array(&w, "list");
    json_open_object(&w, NULL);
    json_close_object(&w);
    json_put_integer(&w, NULL, -5);
    json_open_array(&w, NULL);
    json_close_array(&w);
    json_put_boolean(&w, NULL, true);
    json_put_null(&w, NULL);
    json_close_array(&w);
    json_put_boolean(&w, "no", false);
    json_put_number(&w, "half", 0.5);
    json_put_number(&w, "nothing", (double)NAN);
    json_put_null(&w, "null");
    json_put_span(&w, "span", SPAN_LITERAL("a\0b"));
    json_put_raw(&w, "raw", SPAN_LITERAL("[1]"));
    json_put_hex(&w, "hex", SPAN_LITERAL("\x0a\xff"));
    json_put_base64(&w, "base64", SPAN_LITERAL("\x0a\xff"));
    json_open_object(&w, "inner");
    json_put_integer(&w, "least", INT64_MIN);
    json_close_object(&w);
    json_close_object(&w);
    assert_false(out.overflowed);
    assert_true(span_equal_text(buffer_span(&out),
                                "{\"text\":\"x\",\"none\":null,\"list\":[{},-5,[],true,null],\"no\":false,\"half\":0.5,"
                                "\"nothing\":null,\"null\":null,\"span\":\"a\\u0000b\",\"raw\":[1],"
                                "\"hex\":\"0aff\",\"base64\":\"Cv8=\","
                                "\"inner\":{\"least\":-9223372036854775808}}"));
}

static void assert_string(struct span string, const char *expected) {
    uint8_t memory[128];
    struct buffer out = buffer_over(memory, sizeof memory);
    json_write_string(&out, string);
    if (!span_equal_text(buffer_span(&out), expected))
        fail_msg("%.*s, not %s", (int)out.size, (char *)memory, expected);
}

static void strings_are_escaped(void **state) {
    (void)state;
    assert_string(SPAN_NONE, "\"\"");
    assert_string(SPAN_LITERAL("\"\\/\b\t\n\f\r\v\x1f\x7f"), "\"\\\"\\\\/\\b\\t\\n\\f\\r\\u000b\\u001f\x7f\"");
    assert_string(SPAN_LITERAL("\xc3\xa9\xf0\x9f\x98\x80"), "\"\xc3\xa9\xf0\x9f\x98\x80\"");
}

static void halves_of_pairs_are_escaped(void **state) {
    (void)state;
    assert_string(SPAN_LITERAL("\xed\xa0\x80"), "\"\\ud800\"");
    assert_string(SPAN_LITERAL("x\xed\xbf\xbfy"), "\"x\\udfffy\"");
}

static void bytes_that_are_not_utf8_become_replacement_characters(void **state) {
    (void)state;
    assert_string(SPAN_LITERAL("a\xff"), "\"a\xef\xbf\xbd\"");
    assert_string(SPAN_LITERAL("\xc3"), "\"\xef\xbf\xbd\"");
    assert_string(SPAN_LITERAL("\xed\xa0"), "\"\xef\xbf\xbd\xef\xbf\xbd\"");
    assert_string(SPAN_LITERAL("\xc0\x80z"), "\"\xef\xbf\xbd\xef\xbf\xbdz\"");
}

static void full_buffer_says_so(void **state) {
    (void)state;
    uint8_t memory[8];
    struct buffer out = buffer_over(memory, sizeof memory);
    struct json_writer w = json_writer_into(&out);
    json_open_object(&w, NULL);
    json_put_text(&w, "name", "a long text");
    json_close_object(&w);
    assert_true(out.overflowed);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(commas_stand_between_and_nowhere_else),
        cmocka_unit_test(strings_are_escaped),
        cmocka_unit_test(halves_of_pairs_are_escaped),
        cmocka_unit_test(bytes_that_are_not_utf8_become_replacement_characters),
        cmocka_unit_test(full_buffer_says_so),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
