/* SPDX-License-Identifier: Apache-2.0 */
#include "swarm/content/file_key.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "lib/record_bench.h"

static void key_is_made_of_the_entropy_that_was_given(void **state) {
    (void)state;
    uint8_t given[32];
    struct file_key key;
    record_bench_bytes("dice", given);
    const struct entropy entropy = record_bench_entropy(given);
    file_key_make(&key, &entropy);
    assert_memory_equal(key.bytes, given, 32);
}

static void purposes_have_keys_of_their_own(void **state) {
    (void)state;
    struct file_key key;
    struct seal_key chunk, about, again;
    record_bench_bytes("file key", key.bytes);
    file_key_derive(&key, "skep-chunk-v1", &chunk);
    file_key_derive(&key, "skep-about-v1", &about);
    file_key_derive(&key, "skep-chunk-v1", &again);
    assert_memory_equal(chunk.bytes, again.bytes, sizeof chunk.bytes);
    assert_memory_not_equal(chunk.bytes, about.bytes, sizeof chunk.bytes);
    assert_memory_not_equal(chunk.bytes, key.bytes, sizeof chunk.bytes);
}

static void wiped_key_is_zero(void **state) {
    (void)state;
    const struct file_key zero = {0};
    struct file_key key;
    record_bench_bytes("file key", key.bytes);
    file_key_wipe(&key);
    assert_memory_equal(&key, &zero, sizeof key);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(key_is_made_of_the_entropy_that_was_given),
        cmocka_unit_test(purposes_have_keys_of_their_own),
        cmocka_unit_test(wiped_key_is_zero),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
