/* SPDX-License-Identifier: Apache-2.0 */
#include "swarm/wire/member.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct members members_in(const char *text) {
    static uint8_t memory[8192];
    struct arena arena = arena_over(memory, sizeof memory);
    return members_read(span_of_text(text), &arena);
}

static enum refusal read_two(const char *text, uint8_t bytes[2]) {
    struct members m = members_in(text);
    members_base64(&m, "b", bytes, 2);
    return m.refusal;
}

static void base64_is_read_strictly_and_of_its_size(void **state) {
    (void)state;
    uint8_t bytes[2];
    assert_int_equal(read_two("{\"b\":\"Cv8=\"}", bytes), REFUSAL_NONE);
    assert_memory_equal(bytes, "\x0a\xff", 2);
    const char *const bad[] = {"{\"b\":1}", "{\"b\":\"Cg==\"}", "{\"b\":\"Cv8A\"}", "{\"b\":\"Cv9=\"}",
                               "{\"b\":\"Cv8\"}"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        assert_int_equal(read_two(bad[i], bytes), REFUSAL_MEMBER_MISTYPED);
    assert_int_equal(read_two("{}", bytes), REFUSAL_MEMBER_MISSING);
}

static void first_refusal_stays(void **state) {
    (void)state;
    struct members m = members_in("{\"b\":1}");
    (void)members_integer(&m, "a", 0, 1);
    uint8_t bytes[2];
    members_base64(&m, "b", bytes, sizeof bytes);
    assert_int_equal(m.refusal, REFUSAL_MEMBER_MISSING);
}

static void members_are_of_an_object(void **state) {
    (void)state;
    const struct members list = members_in("[1]"), fault = members_in("{");
    assert_int_equal(list.refusal, REFUSAL_MEMBER_MISTYPED);
    assert_int_equal(fault.refusal, REFUSAL_JSON_SYNTAX);
    struct members m = members_in("{\"inner\":{\"n\":7}}");
    struct members inner = members_of(members_object(&m, "inner"));
    assert_int_equal(members_integer(&inner, "n", 0, 9), 7);
    assert_int_equal(inner.refusal, REFUSAL_NONE);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(base64_is_read_strictly_and_of_its_size),
        cmocka_unit_test(first_refusal_stays),
        cmocka_unit_test(members_are_of_an_object),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
