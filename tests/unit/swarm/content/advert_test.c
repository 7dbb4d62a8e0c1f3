/* SPDX-License-Identifier: Apache-2.0 */
#include "swarm/content/advert.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/prng.h"
#include "lib/record_bench.h"
#include "lib/vectors.h"

enum { BODY_ROOM = 65536 };
#define ID_A "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"
#define ID_B "10112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"
#define ID_C "20112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"
#define ADVERT                                                                                                         \
    "{\"at\":1790000000000,\"drop\":[\"" ID_C "\"],\"holds\":[\"" ID_A "\",\"" ID_B "\"],\"page\":0,\"pages\":1,"      \
    "\"type\":\"advert\",\"until\":1790003600000}"

static struct arena fresh_arena(void) {
    static _Alignas(16) uint8_t memory[1 << 16];
    return arena_over(memory, sizeof memory);
}

static enum refusal check(const struct checked_record *record) {
    struct checked_advert advert;
    struct arena arena = fresh_arena();
    return advert_check(record, &arena, &advert);
}

static struct checked_advert advert_of(struct span text) {
    struct checked_record record;
    struct checked_advert advert;
    struct arena arena = fresh_arena();
    assert_string_equal(refusal_name(record_bench_check(text, &record)), "none");
    assert_string_equal(refusal_name(advert_check(&record, &arena, &advert)), "none");
    return advert;
}

static void advert_of_another_implementation_is_reproduced(void **state) {
    (void)state;
    struct vectors v = vectors_open("content");
    const struct json_value *vector = &vectors_array(v.tree, "adverts")->as.items[0];
    const struct span text = vectors_string(vectors_member(vector, "record"), "text");
    const struct public_key key = record_bench_public("node");
    const struct node_id node = node_id_of_key(&key);
    const struct checked_advert advert = advert_of(text);
    uint8_t memory[4096];
    struct buffer body = buffer_over(memory, sizeof memory);
    struct checked_record record;
    assert_true(node_id_equal(&advert.node, &node));
    assert_int_equal(advert.hold_count, 3);
    assert_int_equal(advert.drop_count, 1);
    assert_int_equal(advert.page, 1);
    assert_int_equal(advert.pages, 2);
    const struct advert_draft draft = {advert.at_ms, advert.until_ms,   advert.page,  advert.pages,
                                       advert.holds, advert.hold_count, advert.drops, advert.drop_count};
    assert_true(advert_build(&body, &draft));
    assert_int_equal(record_bench_sign(buffer_span(&body), false, &record), REFUSAL_NONE);
    assert_true(span_equal(record.text, text));
    record_bench_flip_everywhere(text);
    vectors_close(&v);
}

static void bodies_out_of_form_are_refused(void **state) {
    (void)state;
    static const struct body_fault faults[] = {
        {"\"type\":\"advert\"", "\"type\":\"adverb\"", REFUSAL_RECORD_TYPE_OTHER},
        {"\"holds\"", "\"holes\"", REFUSAL_MEMBER_MISSING},
        {"\"holds\":[", "\"holds\":0,\"x\":[", REFUSAL_MEMBER_MISTYPED},
        {"\"holds\":[\"0011", "\"holds\":[\"001", REFUSAL_ADVERT_IDS},
        {"\"holds\":[\"0011", "\"holds\":[\"3011", REFUSAL_ADVERT_IDS}, /* falls */
        {"\"holds\":[\"0011", "\"holds\":[\"1011", REFUSAL_ADVERT_IDS}, /* twice */
        {"\"drop\":[\"2011", "\"drop\":[\"0011", REFUSAL_ADVERT_IDS},   /* held and not held */
        {"\"drop\":[", "\"drop\":[1,", REFUSAL_ADVERT_IDS},
        {"\"drop\":[", "\"drop\":null,\"x\":[", REFUSAL_MEMBER_MISTYPED},
        {"\"drop\":[\"" ID_C "\"],", "", REFUSAL_NONE},
        {"\"holds\":[", "\"holds\":[],\"x\":[", REFUSAL_NONE}, /* nothing is something to say */
        {"\"page\":0", "\"page\":1", REFUSAL_ADVERT_PAGE},
        {"\"page\":0", "\"page\":-1", REFUSAL_MEMBER_MISTYPED},
        {"\"page\":0", "\"pag\":0", REFUSAL_MEMBER_MISSING},
        {"\"pages\":1", "\"pages\":0", REFUSAL_MEMBER_MISTYPED},
        {"\"pages\":1", "\"pages\":128", REFUSAL_NONE},
        {"\"pages\":1", "\"pages\":129", REFUSAL_MEMBER_MISTYPED},
        {"\"pages\"", "\"paged\"", REFUSAL_MEMBER_MISSING},
        {"1790003600000", "1790003600001", REFUSAL_ADVERT_UNTIL},
        {"1790003600000", "1790000000000", REFUSAL_ADVERT_UNTIL},
        {"1790003600000", "1790000000001", REFUSAL_NONE},
        {"1790003600000", "9007199254740992", REFUSAL_MEMBER_MISTYPED},
        {"\"until\"", "\"unto\"", REFUSAL_MEMBER_MISSING},
    };
    record_bench_faults(SPAN_LITERAL(ADVERT), faults, sizeof faults / sizeof faults[0], check);
}

static void ids_fill(struct object_id *ids, size_t count, uint8_t first) {
    for (size_t i = 0; i < count; i++) {
        memset(&ids[i], 0, sizeof ids[i]);
        ids[i].bytes[0] = first;
        ids[i].bytes[1] = (uint8_t)(i >> 8);
        ids[i].bytes[2] = (uint8_t)i;
    }
}

static void fullest_page_is_taken_and_more_is_not(void **state) {
    (void)state;
    static uint8_t memory[BODY_ROOM];
    static struct object_id holds[ADVERT_HOLDS_MAX + 1], drops[ADVERT_DROPS_MAX + 1];
    ids_fill(holds, ADVERT_HOLDS_MAX + 1, 1);
    ids_fill(drops, ADVERT_DROPS_MAX + 1, 2);
    const struct advert_draft full = {.at_ms = BENCH_AT,
                                      .until_ms = BENCH_AT + ADVERT_LIFE_MS_MAX,
                                      .page = 127,
                                      .pages = 128,
                                      .holds = holds,
                                      .hold_count = ADVERT_HOLDS_MAX,
                                      .drops = drops,
                                      .drop_count = ADVERT_DROPS_MAX};
    struct advert_draft more[] = {full, full, full, full, full, full};
    struct buffer body = buffer_over(memory, sizeof memory);
    struct checked_record record;
    assert_true(advert_build(&body, &full));
    assert_int_equal(record_bench_sign(buffer_span(&body), false, &record), REFUSAL_NONE);
    assert_int_equal(check(&record), REFUSAL_NONE);
    more[0].hold_count++;
    more[1].drop_count++;
    more[2].page++;
    more[3].pages = 0;
    more[4].until_ms++;
    more[5].drops = holds;
    for (size_t i = 0; i < sizeof more / sizeof more[0]; i++) {
        body = buffer_over(memory, sizeof memory);
        if (advert_build(&body, &more[i])) fail_msg("draft %zu was built", i);
    }
    body = buffer_over(memory, 1000);
    assert_false(advert_build(&body, &full));
}

static void more_ids_than_a_page_has_are_refused(void **state) {
    (void)state;
    static char to[ADVERT_HOLDS_MAX * 70];
    char *at = to + strlen(strcpy(to, "\"holds\":["));
    for (size_t i = 0; i < ADVERT_HOLDS_MAX; i++) at += strlen(strcpy(at, "0,"));
    const struct body_fault holds = {"\"holds\":[", to, REFUSAL_MEMBER_TOO_LONG};
    record_bench_faults(SPAN_LITERAL(ADVERT), &holds, 1, check);
    at = to + strlen(strcpy(to, "\"drop\":["));
    for (size_t i = 0; i < ADVERT_DROPS_MAX; i++) at += strlen(strcpy(at, "0,"));
    const struct body_fault drop = {"\"drop\":[", to, REFUSAL_MEMBER_TOO_LONG};
    record_bench_faults(SPAN_LITERAL(ADVERT), &drop, 1, check);
}

static void full_arena_is_a_refusal(void **state) {
    (void)state;
    uint8_t memory[16];
    struct checked_record record;
    struct checked_advert advert;
    struct arena arena = arena_over(memory, sizeof memory);
    assert_int_equal(record_bench_sign(SPAN_LITERAL(ADVERT), false, &record), REFUSAL_NONE);
    assert_int_equal(advert_check(&record, &arena, &advert), REFUSAL_NO_ROOM);
}

static void thousand_adverts_come_back(void **state) {
    (void)state;
    for (uint64_t seed = 0; seed < 1000; seed++) {
        uint8_t memory[8192];
        struct object_id holds[64], drops[16];
        struct prng dice = prng_seeded(seed);
        struct buffer body = buffer_over(memory, sizeof memory);
        struct checked_record record;
        ids_fill(holds, 64, (uint8_t)prng_below(&dice, 8));
        ids_fill(drops, 16, (uint8_t)(8 + prng_below(&dice, 8)));
        const struct advert_draft draft = {.at_ms = BENCH_AT,
                                           .until_ms = BENCH_AT + prng_between(&dice, 1, 3600000),
                                           .page = (uint8_t)prng_below(&dice, 5),
                                           .pages = 5,
                                           .holds = holds,
                                           .hold_count = prng_below(&dice, 65),
                                           .drops = drops,
                                           .drop_count = prng_below(&dice, 17)};
        assert_true(advert_build(&body, &draft));
        assert_int_equal(record_bench_sign(buffer_span(&body), seed % 2 == 0, &record), REFUSAL_NONE);
        const struct checked_advert advert = advert_of(record.text);
        assert_true(advert.page == draft.page && advert.until_ms == draft.until_ms);
        assert_int_equal(advert.hold_count, draft.hold_count);
        assert_int_equal(advert.drop_count, draft.drop_count);
        if (advert.hold_count > 0) assert_memory_equal(advert.holds, holds, advert.hold_count * sizeof holds[0]);
        if (advert.drop_count > 0) assert_memory_equal(advert.drops, drops, advert.drop_count * sizeof drops[0]);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(advert_of_another_implementation_is_reproduced),
        cmocka_unit_test(bodies_out_of_form_are_refused),
        cmocka_unit_test(fullest_page_is_taken_and_more_is_not),
        cmocka_unit_test(more_ids_than_a_page_has_are_refused),
        cmocka_unit_test(full_arena_is_a_refusal),
        cmocka_unit_test(thousand_adverts_come_back),
    };
    if (!sign_init()) return 1;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
