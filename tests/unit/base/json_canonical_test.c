/* SPDX-License-Identifier: Apache-2.0 */
#include "base/json.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/encoding.h"
#include "lib/vectors.h"

enum { ROOM = 65536 };

struct written {
    enum json_fault fault;
    size_t size;
    uint8_t bytes[ROOM];
};

/* The canonical form of a text that CANON accepts, with so much scratch. */
static void write_canonical(struct span text, size_t scratch_size, struct written *w) {
    _Alignas(max_align_t) static uint8_t memory[ROOM];
    _Alignas(max_align_t) static uint8_t scratch_memory[ROOM];
    struct arena arena = arena_over(memory, sizeof memory);
    struct arena scratch = arena_over(scratch_memory, scratch_size);
    struct buffer out = buffer_over(w->bytes, sizeof w->bytes);
    const struct json_value *value = json_parse(text, JSON_CANON, &arena, &w->fault, NULL);
    if (value == NULL) fail_msg("%s: %.*s", json_fault_name(w->fault), (int)text.size, (const char *)text.at);
    w->fault = json_write_canonical(value, &scratch, &out);
    w->size = out.size;
    assert_int_equal(scratch.used, 0);
}

static void assert_canonical(const char *text, const char *expected) {
    struct written w;
    write_canonical(span_of_text(text), ROOM, &w);
    assert_int_equal(w.fault, JSON_FAULT_NONE);
    if (!span_equal_text((struct span){w.bytes, w.size}, expected)) {
        fail_msg("%s became %.*s", text, (int)w.size, (char *)w.bytes);
    }
}

static void assert_undecided(const char *text) {
    struct written w;
    write_canonical(span_of_text(text), ROOM, &w);
    if (w.fault != JSON_FAULT_KEY_ORDER) fail_msg("%s: %s", text, json_fault_name(w.fault));
}

static void assert_vector(const struct json_value *vector) {
    struct written w;
    const struct span name = vectors_string(vector, "name");
    write_canonical(vectors_string(vectors_member(vector, "input"), "text"), ROOM, &w);
    if (w.fault != JSON_FAULT_NONE)
        fail_msg("%.*s: %s", (int)name.size, (const char *)name.at, json_fault_name(w.fault));
    static uint8_t hex_memory[2 * ROOM];
    struct buffer hex = buffer_over(hex_memory, sizeof hex_memory);
    hex_write(&hex, (struct span){w.bytes, w.size});
    const struct span expected = vectors_string(vector, "utf8Hex");
    if (!span_equal(buffer_span(&hex), expected)) {
        fail_msg("%.*s: %.*s", (int)name.size, (const char *)name.at, (int)w.size, (char *)w.bytes);
    }
    /* The same as text: it came to us with escapes, so it must be equal once they are gone. */
    assert_true(span_equal((struct span){w.bytes, w.size}, vectors_string(vector, "canonical")));
}

static void every_vector_gives_the_bytes_of_the_browsers(void **state) {
    (void)state;
    struct vectors vectors = vectors_open("canonical_json");
    const struct json_value *cases = vectors_array(vectors.tree, "cases");
    size_t tried = 0;
    for (size_t i = 0; i < cases->count; i++) {
        const struct json_value *vector = &cases->as.items[i];
        const struct span kind = vectors_string(vectors_member(vector, "input"), "kind");
        if (!span_equal_text(kind, "json")) continue; /* values that JSON cannot carry */
        assert_vector(vector);
        tried++;
    }
    print_message("%zu vectors\n", tried);
    assert_true(tried > 0);
    vectors_close(&vectors);
}

static void strings_have_minimal_escapes(void **state) {
    (void)state;
    assert_canonical("\"\\u0022\\/\\u005c\\u0008\\u0009\\u000A\\u000c\\u000d\"", "\"\\\"/\\\\\\b\\t\\n\\f\\r\"");
    assert_canonical("\"\\u0000\\u001F\\u007f\\u00e9\\u2028\"", "\"\\u0000\\u001f\x7f\xc3\xa9\xe2\x80\xa8\"");
    assert_canonical("\"\\ud83d\\ude00\"", "\"\xf0\x9f\x98\x80\"");
}

static void halves_of_pairs_are_escaped_again(void **state) {
    (void)state;
    assert_canonical("\"\\uD83Dx\\uDE00\"", "\"\\ud83dx\\ude00\"");
    assert_canonical("\"\\uD83D\\uD83D\\uDE00\"", "\"\\ud83d\xf0\x9f\x98\x80\"");
    assert_canonical("{\"\\uDFFF\":1}", "{\"\\udfff\":1}");
}

static void numbers_over_the_doubles_are_null(void **state) {
    (void)state;
    assert_canonical("[1e999,-1e999,1e308]", "[null,null,1e+308]");
}

static void members_are_sorted_at_every_level(void **state) {
    (void)state;
    assert_canonical("[{\"b\":{\"z\":1,\"y\":[{\"d\":1,\"c\":2}]},\"a\":{}}]",
                     "[{\"a\":{},\"b\":{\"y\":[{\"c\":2,\"d\":1}],\"z\":1}}]");
    assert_canonical("{\"B\":1,\"a\":2,\"b\":3,\"A\":4,\"B\":5}", "{\"a\":2,\"A\":4,\"b\":3,\"B\":5}");
    assert_canonical("{\"\":1,\"_\":2,\" \":3}", "{\"\":1,\" \":3,\"_\":2}");
}

static void keys_that_the_rule_does_not_decide_are_refused(void **state) {
    (void)state;
    assert_undecided("{\"\xc3\xa9\":1,\"a\":2}");
    assert_undecided("{\"a\":1,\"b\\u0000\":2}");
    assert_undecided("{\"a\":1,\"\\u001f\":2}");
    assert_undecided("{\"a\":1,\"\x7f\":2}");
    assert_undecided("{\"a\":1,\"\\ud83d\":2}");
    assert_undecided("[{\"x\":[{\"a\":1,\"\xf0\x9f\x98\x80\":2}]}]");
}

static void one_member_needs_no_order(void **state) {
    (void)state;
    assert_canonical("{\"\xc3\xa9\":{\"\\u0001\":[{\"\x7f\":1}]}}", "{\"\xc3\xa9\":{\"\\u0001\":[{\"\x7f\":1}]}}");
    assert_canonical("{\"\xc3\xa9\":1,\"\\u00e9\":2}", "{\"\xc3\xa9\":2}");
}

static void scratch_is_given_back_between_objects(void **state) {
    (void)state;
    struct written w;
    uint8_t memory[4096];
    struct buffer text = buffer_over(memory, sizeof memory);
    for (int i = 0; i < 100; i++) buffer_put_text(&text, i == 0 ? "[{\"b\":1,\"a\":2}" : ",{\"b\":1,\"a\":2}");
    buffer_put_text(&text, "]");
    write_canonical(buffer_span(&text), 64, &w);
    assert_int_equal(w.fault, JSON_FAULT_NONE);
    write_canonical(buffer_span(&text), 16, &w);
    assert_int_equal(w.fault, JSON_FAULT_TOO_LARGE);
}

static void text_that_does_not_fit_is_too_large(void **state) {
    (void)state;
    _Alignas(max_align_t) uint8_t memory[4096];
    uint8_t bytes[64];
    struct arena arena = arena_over(memory, sizeof memory);
    enum json_fault fault;
    const struct json_value *value =
        json_parse(SPAN_LITERAL("{\"b\":[1,2],\"a\":\"x\"}"), JSON_CANON, &arena, &fault, NULL);
    assert_non_null(value);
    for (size_t capacity = 0; capacity < 19; capacity++) {
        struct buffer out = buffer_over(bytes, capacity);
        assert_int_equal(json_write_canonical(value, &arena, &out), JSON_FAULT_TOO_LARGE);
    }
    struct buffer out = buffer_over(bytes, 19);
    assert_int_equal(json_write_canonical(value, &arena, &out), JSON_FAULT_NONE);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_vector_gives_the_bytes_of_the_browsers),
        cmocka_unit_test(strings_have_minimal_escapes),
        cmocka_unit_test(halves_of_pairs_are_escaped_again),
        cmocka_unit_test(numbers_over_the_doubles_are_null),
        cmocka_unit_test(members_are_sorted_at_every_level),
        cmocka_unit_test(keys_that_the_rule_does_not_decide_are_refused),
        cmocka_unit_test(one_member_needs_no_order),
        cmocka_unit_test(scratch_is_given_back_between_objects),
        cmocka_unit_test(text_that_does_not_fit_is_too_large),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
