/* SPDX-License-Identifier: Apache-2.0 */
#include "swarm/signaling/signal_complaint.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void what_a_server_complains_of_is_its_msg(void **state) {
    static const struct {
        const char *payload, *text;
    } cases[] = {
        {"{\"msg\":\"ID is taken\"}", "ID is taken"},
        {"{\"a\":[{\"msg\":\"not this\"}],\"msg\":\"this\"}", "this"},
        {"{\"msg\":\"line\\nbreak \xc3\xa4\x7f\"}", "line\\nbreak "},
        {"{\"msg\":{\"msg\":\"deep\"}}", ""},
        {"{\"msg\":7}", ""},
        {"{\"msg\":", ""},
        {"{\"other\":\"msg\"}", ""},
        {"\"msg\"", ""},
        {"", ""},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char text[SIGNAL_COMPLAINT_MAX + 1];
        signal_complaint_read(span_of_text(cases[i].payload), text);
        assert_string_equal(text, cases[i].text);
    }
}

static void a_long_one_is_cut(void **state) {
    (void)state;
    char payload[4 * SIGNAL_COMPLAINT_MAX] = "{\"msg\":\"", text[SIGNAL_COMPLAINT_MAX + 1];
    memset(payload + 8, 'x', 2 * SIGNAL_COMPLAINT_MAX);
    memcpy(payload + 8 + 2 * SIGNAL_COMPLAINT_MAX, "\"}", 3);
    signal_complaint_read(span_of_text(payload), text);
    assert_int_equal(strlen(text), SIGNAL_COMPLAINT_MAX);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_a_server_complains_of_is_its_msg),
        cmocka_unit_test(a_long_one_is_cut),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
