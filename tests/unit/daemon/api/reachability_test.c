/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/api/reachability.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* A look that nobody took: one family public, of the other nothing is known. */
struct bench {
    struct look look;
    struct api_facts facts;
    struct reachability_family families[REACHABILITY_FAMILIES];
    char text[4096];
};

static const char *written(struct bench *b) {
    struct buffer out = buffer_over((uint8_t *)b->text, sizeof b->text - 1);
    struct json_writer w = json_writer_into(&out);
    json_open_object(&w, NULL);
    reachability_write(&w, &b->look);
    json_close_object(&w);
    assert_false(out.overflowed);
    b->text[out.size] = '\0';
    return b->text;
}

static int bench_open(void **state) {
    struct bench *b = calloc(1, sizeof *b);
    assert_non_null(b);
    b->facts = (struct api_facts){.roles = {"node"}, .role_count = 1};
    b->look.facts = &b->facts;
    b->look.reachability = (struct reachability_view){b->families, 1763640000000};
    b->families[0] = (struct reachability_family){
        .state = REACHABILITY_PUBLIC, .since_ms = 5000, .has_seen = true, .witness_count = 2, .next_probe_ms = 60000};
    assert_true(address_read(SPAN_LITERAL("203.0.113.5:8782"), &b->families[0].seen));
    b->families[0].witnesses[0] = (struct reachability_witness){.at_ms = 4000};
    b->families[0].witnesses[1] = (struct reachability_witness){.at_ms = 3000, .reason = REASON_TIMEOUT};
    b->families[1].next_probe_ms = INT64_MAX;
    *state = b;
    return 0;
}

static int bench_close(void **state) {
    free(*state);
    return 0;
}

static void each_family_names_who_got_through_and_who_did_not(void **state) {
    const char *text = written(*state);
    assert_non_null(strstr(text, "\"ipv4\":{\"state\":\"public\",\"since\":1763640005000,\"seen\":\"203.0.113.5:8782\","
                                 "\"confirmedBy\":[{\"nodeId\":\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\","
                                 "\"at\":1763640004000}],\"failedBy\":[{\"nodeId\":"
                                 "\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\",\"at\":1763640003000,\"reason\":\"timeout\"}],"
                                 "\"nextProbeAt\":1763640060000}"));
}

static void what_is_not_known_is_null(void **state) {
    const char *text = written(*state);
    assert_non_null(strstr(text, "\"ipv6\":{\"state\":\"unknown\",\"since\":null,\"seen\":null,\"confirmedBy\":[],"
                                 "\"failedBy\":[],\"nextProbeAt\":null}"));
}

static void process_that_is_no_node_claims_nothing(void **state) {
    struct bench *b = *state;
    b->facts = (struct api_facts){.roles = {"beacon"}, .role_count = 1};
    assert_string_equal(written(b), "{\"reachability\":null}");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, bench_open, bench_close)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(each_family_names_who_got_through_and_who_did_not),
        TEST(what_is_not_known_is_null),
        TEST(process_that_is_no_node_claims_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
