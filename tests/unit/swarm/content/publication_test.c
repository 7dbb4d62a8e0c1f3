/* SPDX-License-Identifier: Apache-2.0 */
#include "swarm/content/publication.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "lib/record_bench.h"

#define AT "\"at\":1790000000000"

/* Signed by somebody who may say what he likes; borrows from the bench. */
static enum refusal say(struct span body, struct publication *publication) {
    static uint8_t memory[PUBLICATION_ARENA_SIZE];
    struct arena arena = arena_over(memory, sizeof memory);
    struct checked_record record;
    assert_int_equal(record_bench_sign(body, false, &record), REFUSAL_NONE);
    const struct verifier verifier = sign_verifier();
    return publication_check(record.text, &verifier, &arena, publication);
}

static void each_kind_says_what_it_is(void **state) {
    (void)state;
    struct publication publication;
    const struct span post = SPAN_LITERAL("{" AT ",\"attachments\":[],\"tags\":[],\"text\":\"hello\",\"type\":\"post\","
                                          "\"version\":1}");
    assert_int_equal(say(post, &publication), REFUSAL_NONE);
    assert_int_equal(publication.kind, PUBLICATION_POST);
    assert_true(span_equal_text(publication.as.post->text, "hello"));

    const struct span advert =
        SPAN_LITERAL("{" AT ",\"drops\":[],\"holds\":[],\"page\":0,\"pages\":1,\"type\":\"advert\","
                     "\"until\":1790000060000}");
    assert_int_equal(say(advert, &publication), REFUSAL_NONE);
    assert_int_equal(publication.kind, PUBLICATION_ADVERT);
    assert_int_equal(publication.as.advert->until_ms, 1790000060000);

    const struct span gone = SPAN_LITERAL("{" AT ",\"node\":\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\",\"since\":7,"
                                          "\"type\":\"gone\"}");
    assert_int_equal(say(gone, &publication), REFUSAL_NONE);
    assert_int_equal(publication.kind, PUBLICATION_GONE);
    assert_int_equal(publication.as.gone->since_ms, 7);
}

static void a_type_that_nobody_knows_is_passed_on(void **state) {
    (void)state;
    struct publication publication;
    assert_int_equal(say(SPAN_LITERAL("{" AT ",\"type\":\"tomorrow\"}"), &publication), REFUSAL_NONE);
    assert_int_equal(publication.kind, PUBLICATION_OTHER);
}

static void what_is_not_what_it_claims_is_refused(void **state) {
    (void)state;
    struct publication publication;
    assert_int_not_equal(say(SPAN_LITERAL("{" AT ",\"type\":\"post\"}"), &publication), REFUSAL_NONE);
    assert_int_not_equal(say(SPAN_LITERAL("{" AT ",\"type\":\"manifest\"}"), &publication), REFUSAL_NONE);
    assert_int_not_equal(say(SPAN_LITERAL("{" AT ",\"type\":\"advert\"}"), &publication), REFUSAL_NONE);
    assert_int_not_equal(say(SPAN_LITERAL("{" AT ",\"type\":\"gone\"}"), &publication), REFUSAL_NONE);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_kind_says_what_it_is),
        cmocka_unit_test(a_type_that_nobody_knows_is_passed_on),
        cmocka_unit_test(what_is_not_what_it_claims_is_refused),
    };
    return cmocka_run_group_tests_name("publication", tests, NULL, NULL);
}
