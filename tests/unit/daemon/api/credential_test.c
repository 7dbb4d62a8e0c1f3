/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/api/credential.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

enum { CODE_MS = 60000, NOW = 1000000 };

/* Counts up, so that every secret is another. */
static void fill(void *context, uint8_t *bytes, size_t size) {
    uint8_t *next = context;
    memset(bytes, 0, size);
    bytes[0] = (*next)++;
}

struct bench {
    uint8_t next;
    struct entropy entropy;
    struct credential_table table;
};

static struct bench bench_make(void) {
    struct bench bench = {.next = 1};
    credential_table_init(&bench.table, CODE_MS);
    return bench;
}

static struct entropy entropy_of(struct bench *bench) {
    return (struct entropy){fill, &bench->next};
}

static bool take(struct bench *bench, const char *code, int64_t now_ms) {
    return credential_code_take(&bench->table, span_of_text(code), now_ms);
}

static void code_is_good_once(void **state) {
    (void)state;
    struct bench bench = bench_make();
    struct entropy entropy = entropy_of(&bench);
    char code[CREDENTIAL_TEXT_SIZE + 1];
    (void)snprintf(code, sizeof code, "%s", credential_code_make(&bench.table, &entropy, NOW));
    assert_string_equal(code, "0100000000000000000000000000000000000000000000000000000000000000");
    assert_true(take(&bench, code, NOW + 1));
    assert_false(take(&bench, code, NOW + 1));
}

static void code_is_good_for_its_lifetime(void **state) {
    (void)state;
    struct bench bench = bench_make();
    struct entropy entropy = entropy_of(&bench);
    char code[CREDENTIAL_TEXT_SIZE + 1];
    (void)snprintf(code, sizeof code, "%s", credential_code_make(&bench.table, &entropy, NOW));
    assert_false(take(&bench, code, NOW + CODE_MS));
    assert_true(take(&bench, code, NOW + CODE_MS - 1));
}

static void nothing_is_not_a_credential(void **state) {
    (void)state;
    struct bench bench = bench_make();
    assert_false(take(&bench, "", NOW)); /* free places hold an empty text */
}

static void oldest_goes_when_all_places_are_taken(void **state) {
    (void)state;
    struct bench bench = bench_make();
    struct entropy entropy = entropy_of(&bench);
    char codes[CREDENTIAL_CODES_MAX + 1][CREDENTIAL_TEXT_SIZE + 1];
    for (int i = 0; i <= CREDENTIAL_CODES_MAX; i++)
        (void)snprintf(codes[i], sizeof codes[i], "%s", credential_code_make(&bench.table, &entropy, NOW + i));
    assert_false(take(&bench, codes[0], NOW + 20));
    for (int i = 1; i <= CREDENTIAL_CODES_MAX; i++) assert_true(take(&bench, codes[i], NOW + 20));
}

static void equal_is_equal(void **state) {
    (void)state;
    assert_true(credential_equal(SPAN_LITERAL("abc"), SPAN_LITERAL("abc")));
    assert_false(credential_equal(SPAN_LITERAL("abc"), SPAN_LITERAL("abd")));
    assert_false(credential_equal(SPAN_LITERAL("abc"), SPAN_LITERAL("ab")));
    assert_false(credential_equal(SPAN_LITERAL("abc"), SPAN_NONE));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(code_is_good_once),
        cmocka_unit_test(code_is_good_for_its_lifetime),
        cmocka_unit_test(nothing_is_not_a_credential),
        cmocka_unit_test(oldest_goes_when_all_places_are_taken),
        cmocka_unit_test(equal_is_equal),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
