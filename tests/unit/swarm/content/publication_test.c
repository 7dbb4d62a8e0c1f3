/* SPDX-License-Identifier: Apache-2.0 */
#include "swarm/content/publication.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/memory.h"
#include "lib/record_bench.h"
#include "lib/vectors.h"

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

/* Every text that differs in one byte. */
static void flip_everywhere(struct span text, enum publication_kind kind) {
    static uint8_t memory[PUBLICATION_ARENA_SIZE];
    const struct verifier verifier = sign_verifier();
    struct publication publication;
    uint8_t *changed = memory_zeroed(1, text.size);
    memcpy(changed, text.at, text.size);
    for (size_t at = 0; at <= text.size; at++) { /* at its end: none */
        struct arena arena = arena_over(memory, sizeof memory);
        if (at < text.size) changed[at] ^= (uint8_t)(1u << at % 8);
        const enum refusal refusal =
            publication_check((struct span){changed, text.size}, &verifier, &arena, &publication);
        if ((refusal == REFUSAL_NONE) != (at == text.size)) fail_msg("another byte %zu: %s", at, refusal_name(refusal));
        if (at < text.size) changed[at] ^= (uint8_t)(1u << at % 8);
    }
    assert_int_equal(publication.kind, kind);
    memory_free(changed);
}

static void whichever_byte_differs_it_is_no_publication(void **state) {
    (void)state;
    static const struct {
        const char *list;
        enum publication_kind kind;
    } lists[] = {{"files", PUBLICATION_MANIFEST}, {"posts", PUBLICATION_POST}, {"adverts", PUBLICATION_ADVERT}};
    struct vectors v = vectors_open("content");
    for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++) {
        const struct json_value *list = vectors_array(v.tree, lists[i].list);
        for (size_t j = 0; j < list->count; j++)
            flip_everywhere(vectors_string(vectors_member(&list->as.items[j], "record"), "text"), lists[i].kind);
    }
    vectors_close(&v);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_kind_says_what_it_is),
        cmocka_unit_test(a_type_that_nobody_knows_is_passed_on),
        cmocka_unit_test(what_is_not_what_it_claims_is_refused),
        cmocka_unit_test(whichever_byte_differs_it_is_no_publication),
    };
    return cmocka_run_group_tests_name("publication", tests, NULL, NULL);
}
