/* SPDX-License-Identifier: Apache-2.0 */
#include "swarm/wire/offer.h"

#include "lib/message_bench.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define ID_A "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define ID_B "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"
#define GOOD "{\"files\":[{\"bytes\":1016,\"id\":\"" ID_A "\"},{\"bytes\":1,\"id\":\"" ID_B "\"}]}"

static void it_comes_out_as_it_went_in(void **state) {
    (void)state;
    const struct offer *offer = message_bench_read(MESSAGE_OFFER, GOOD);
    uint8_t memory[512];
    struct buffer body = buffer_over(memory, sizeof memory);
    assert_int_equal(offer->count, 2);
    assert_int_equal(offer->files[0].bytes, 1016);
    assert_int_equal(offer->files[1].id.bytes[31], 0xbb);
    offer_build(&body, offer);
    assert_int_equal(body.size, strlen(GOOD));
    assert_memory_equal(body.at, GOOD, body.size);
}

static void what_is_not_in_form_is_refused(void **state) {
    (void)state;
    static const struct message_fault faults[] = {
        {"\"files\"", "\"file\"", REFUSAL_MEMBER_MISSING},
        {"\"bytes\"", "\"byte\"", REFUSAL_MEMBER_MISSING},
        {"\"id\"", "\"id2\"", REFUSAL_MEMBER_MISSING},
        {"1016", "0", REFUSAL_MEMBER_MISTYPED},
        {"1016", "-1", REFUSAL_MEMBER_MISTYPED},
        {"1016", "\"1016\"", REFUSAL_MEMBER_MISTYPED},
        {ID_A, "AA", REFUSAL_MEMBER_MISTYPED},
        {ID_B, ID_A, REFUSAL_MEMBER_MISTYPED}, /* twice */
        {"{\"bytes\":1,\"id\":\"" ID_B "\"}", "7", REFUSAL_MEMBER_MISTYPED},
    };
    message_bench_faults(MESSAGE_OFFER, GOOD, faults, sizeof faults / sizeof faults[0]);
    assert_int_equal(message_bench_text(MESSAGE_OFFER, "{\"files\":[]}"), REFUSAL_MEMBER_MISTYPED);
}

static void a_full_one_fits_and_one_more_is_refused(void **state) {
    (void)state;
    static struct offer offer;
    static uint8_t memory[LIMIT_CONTROL_BODY_MAX];
    struct buffer body = buffer_over(memory, sizeof memory);
    const void *checked;
    offer.count = LIMIT_OFFER_FILES;
    for (size_t i = 0; i < LIMIT_OFFER_FILES; i++)
        offer.files[i] = (struct offered_file){.id = {{(uint8_t)i}}, .bytes = OFFER_BYTES_MAX};
    offer_build(&body, &offer);
    assert_false(body.overflowed);
    assert_int_equal(message_bench_check(MESSAGE_OFFER, buffer_span(&body), &checked), REFUSAL_NONE);
    body.at[body.size] = 0;
    const char *more = message_bench_with((const char *)body.at, "[", "[{\"bytes\":1,\"id\":\"" ID_A "\"},");
    assert_int_not_equal(message_bench_text(MESSAGE_OFFER, more), REFUSAL_NONE);
}

static void one_that_is_cut_is_refused(void **state) {
    (void)state;
    message_bench_cut_everywhere(MESSAGE_OFFER, span_of_text(GOOD));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_comes_out_as_it_went_in),
        cmocka_unit_test(what_is_not_in_form_is_refused),
        cmocka_unit_test(a_full_one_fits_and_one_more_is_refused),
        cmocka_unit_test(one_that_is_cut_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
