/* SPDX-License-Identifier: Apache-2.0 */
#include "swarm/link/link_path.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

static enum link_path path_to(const char *text) {
    struct address address;
    assert_true(address_read(span_of_text(text), &address));
    return link_path_of(&address);
}

static void every_path_is_read_by_its_name_and_no_other(void **state) {
    enum link_path read;
    (void)state;
    for (int path = 0; path < LINK_PATH_COUNT; path++) {
        assert_true(link_path_read(span_of_text(link_path_name((enum link_path)path)), &read));
        assert_int_equal(read, path);
    }
    assert_false(link_path_read(SPAN_LITERAL("Direct"), &read));
    assert_false(link_path_read(SPAN_NONE, &read));
}

static void near_addresses_are_of_the_lan(void **state) {
    (void)state;
    assert_int_equal(path_to("127.0.0.1:1"), LINK_PATH_LAN);
    assert_int_equal(path_to("192.168.1.9:8782"), LINK_PATH_LAN);
    assert_int_equal(path_to("[fe80::1]:8782"), LINK_PATH_LAN);
    assert_int_equal(path_to("198.51.100.9:8782"), LINK_PATH_DIRECT);
    assert_int_equal(path_to("[2001:db8::1]:8782"), LINK_PATH_DIRECT);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_path_is_read_by_its_name_and_no_other),
        cmocka_unit_test(near_addresses_are_of_the_lan),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
