/* SPDX-License-Identifier: Apache-2.0 */
#include "swarm/reconcile/id_sum.h"

#include "base/encoding.h"
#include "base/prng.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* The id with that number: SHA-256 of its bytes, big-endian. The fingerprints below were made of the same ids by
 * Python's integers and hashlib. */
static struct object_id id_numbered(unsigned number, size_t size) {
    const uint8_t bytes[2] = {(uint8_t)(number >> 8), (uint8_t)number};
    return object_id_of_blob((struct span){&bytes[2 - size], size});
}

static void assert_fingerprint(const struct id_sum *sum, uint64_t count, const char *expected) {
    char text[33] = {0};
    const struct fingerprint fingerprint = id_sum_fingerprint(sum, count);
    struct buffer out = buffer_over((uint8_t *)text, 32);
    hex_write(&out, (struct span){fingerprint.bytes, sizeof fingerprint.bytes});
    assert_string_equal(text, expected);
}

static void fingerprints_are_those_of_another_language(void **state) {
    (void)state;
    struct id_sum sum = {0};
    assert_fingerprint(&sum, 0, "7f9c9e31ac8256ca2f258583df262dbc");
    for (unsigned i = 0; i < 3; i++) {
        const struct object_id id = id_numbered(i, 1);
        id_sum_add_id(&sum, &id);
    }
    assert_fingerprint(&sum, 3, "c67390ff1b306527670a720b71c13133");
    sum = (struct id_sum){0};
    for (unsigned i = 0; i < 300; i++) {
        const struct object_id id = id_numbered(i, 2);
        id_sum_add_id(&sum, &id);
    }
    assert_fingerprint(&sum, 300, "e2bbf4e0748300e04cdb148727c08a3d");
}

static void a_sum_wraps_at_256_bits(void **state) {
    (void)state;
    struct object_id greatest, one = {{1}};
    struct id_sum sum = {0};
    memset(greatest.bytes, 0xff, sizeof greatest.bytes);
    id_sum_add_id(&sum, &greatest);
    id_sum_add_id(&sum, &one);
    for (int limb = 0; limb < 4; limb++) assert_true(sum.limbs[limb] == 0);
    assert_fingerprint(&sum, 2, "58cc2f44d3a27866874701fbad573da9");
    id_sum_remove_id(&sum, &one);
    for (int limb = 0; limb < 4; limb++) assert_true(sum.limbs[limb] == UINT64_MAX);
}

static struct id_sum sum_random(struct prng *prng) {
    static const uint64_t edges[] = {0, 1, UINT64_MAX, UINT64_MAX - 1};
    struct id_sum sum;
    for (int limb = 0; limb < 4; limb++)
        sum.limbs[limb] = prng_below(prng, 2) == 0 ? prng_next(prng) : edges[prng_below(prng, 4)];
    return sum;
}

static void what_is_added_can_be_taken_away(void **state) {
    (void)state;
    struct prng prng = prng_seeded(1);
    for (int i = 0; i < 10000; i++) {
        const struct id_sum first = sum_random(&prng), second = sum_random(&prng);
        struct id_sum sum = first, other = second;
        id_sum_add(&sum, &second);
        id_sum_add(&other, &first);
        assert_memory_equal(&sum, &other, sizeof sum);
        id_sum_remove(&sum, &first);
        assert_memory_equal(&sum, &second, sizeof sum);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fingerprints_are_those_of_another_language),
        cmocka_unit_test(a_sum_wraps_at_256_bits),
        cmocka_unit_test(what_is_added_can_be_taken_away),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
