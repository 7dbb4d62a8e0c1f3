/* SPDX-License-Identifier: Apache-2.0 */
#include "base/json.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static const struct json_value *parse(struct span text, struct arena *arena) {
    enum json_fault fault;
    const struct json_value *value = json_parse(text, JSON_CANON, arena, &fault, NULL);
    if (value == NULL) fail_msg("%s: %.*s", json_fault_name(fault), (int)text.size, (const char *)text.at);
    return value;
}

static void assert_compact(const char *text, const char *expected) {
    _Alignas(max_align_t) uint8_t memory[8192];
    uint8_t bytes[512];
    struct arena arena = arena_over(memory, sizeof memory);
    struct buffer out = buffer_over(bytes, sizeof bytes);
    assert_true(json_write_compact(parse(span_of_text(text), &arena), &out));
    if (!span_equal_text(buffer_span(&out), expected)) fail_msg("%s became %.*s", text, (int)out.size, (char *)bytes);
}

static void members_keep_their_order(void **state) {
    (void)state;
    assert_compact(" { \"b\" : [ 1 , { } , [ ] ] , \"a\" : true , \"B\" : null } ",
                   "{\"b\":[1,{},[]],\"a\":true,\"B\":null}");
    assert_compact("{\"b\":1,\"a\":2,\"b\":3}", "{\"b\":3,\"a\":2}");
    assert_compact("{\"\xc3\xa9\":1,\"\\u0001\":2}", "{\"\xc3\xa9\":1,\"\\u0001\":2}");
}

static void numbers_and_strings_are_written_as_browsers_do(void **state) {
    (void)state;
    assert_compact("[1.0,1E3,-0,1e999,0.1e-6,\"\\u0041\\/\\ud83d\"]", "[1,1000,0,null,1e-7,\"A/\\ud83d\"]");
}

static void text_that_does_not_fit_is_refused(void **state) {
    (void)state;
    _Alignas(max_align_t) uint8_t memory[4096];
    uint8_t bytes[64];
    struct arena arena = arena_over(memory, sizeof memory);
    const struct json_value *value = parse(SPAN_LITERAL("{\"a\":[1,2],\"b\":\"x\"}"), &arena);
    for (size_t capacity = 0; capacity <= 19; capacity++) {
        struct buffer out = buffer_over(bytes, capacity);
        assert_int_equal(json_write_compact(value, &out), capacity == 19);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(members_keep_their_order),
        cmocka_unit_test(numbers_and_strings_are_written_as_browsers_do),
        cmocka_unit_test(text_that_does_not_fit_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
