/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/websocket/web_socket_key.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void the_example_of_rfc_6455_is_reproduced(void **state) {
    (void)state;
    assert_string_equal(web_socket_key_prove(SPAN_LITERAL("dGhlIHNhbXBsZSBub25jZQ==")).text,
                        "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
}

static void only_sixteen_bytes_of_base64_are_a_key(void **state) {
    (void)state;
    assert_true(web_socket_key_is_valid(SPAN_LITERAL("dGhlIHNhbXBsZSBub25jZQ==")));
    assert_true(web_socket_key_is_valid(SPAN_LITERAL("dGhlIHNhbXBsZSBub25jZR=="))); /* a bit left over */
    assert_false(web_socket_key_is_valid(SPAN_NONE));
    assert_false(web_socket_key_is_valid(SPAN_LITERAL("dGhlIHNhbXBsZSBub25jZQE=")));
    assert_false(web_socket_key_is_valid(SPAN_LITERAL("dGhlIHNhbXBsZSBub25jZQ")));
    assert_false(web_socket_key_is_valid(SPAN_LITERAL("dGhlIHNhbXBsZSBub25-ZQ==")));
    assert_false(web_socket_key_is_valid(SPAN_LITERAL("dGhlIHNhbXBsZSBub2 jZQ==")));
}

static void keys_that_are_made_are_valid_and_differ(void **state) {
    (void)state;
    const struct entropy source = entropy_of_system();
    const struct web_socket_key one = web_socket_key_make(&source), other = web_socket_key_make(&source);
    assert_true(web_socket_key_is_valid(span_of_text(one.text)));
    assert_string_not_equal(one.text, other.text);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_example_of_rfc_6455_is_reproduced),
        cmocka_unit_test(only_sixteen_bytes_of_base64_are_a_key),
        cmocka_unit_test(keys_that_are_made_are_valid_and_differ),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
