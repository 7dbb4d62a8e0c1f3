/* SPDX-License-Identifier: Apache-2.0 */
#include "swarm/peerjs/peerjs_fault.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void every_fault_has_a_name_of_its_own(void **state) {
    (void)state;
    for (int i = 0; i < PEERJS_FAULT_COUNT; i++) {
        assert_non_null(peerjs_fault_name((enum peerjs_fault)i));
        for (int j = 0; j < i; j++)
            assert_string_not_equal(peerjs_fault_name((enum peerjs_fault)i), peerjs_fault_name((enum peerjs_fault)j));
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(every_fault_has_a_name_of_its_own)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
