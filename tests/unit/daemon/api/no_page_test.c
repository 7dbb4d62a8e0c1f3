/* SPDX-License-Identifier: Apache-2.0 */
/* A build without the page says so in a sentence. */
#include "daemon/api/dashboard_bundle.h"

#include "unit/daemon/api/api_world.h"

const struct dashboard_file dashboard_files[] = {{0}};
const size_t dashboard_file_count = 0;

static void build_without_the_page_says_so(void **state) {
    struct api_world *world = *state;
    struct client *client = world_call(world, "GET", "/", "", "");
    assert_int_equal(client_status(client), 200);
    assert_non_null(strstr(client_body(client), "has no dashboard"));
    client_close(client);
    assert_int_equal(world_status(world, "GET", "/app.js", "", ""), 404);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(build_without_the_page_says_so, world_setup, world_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
