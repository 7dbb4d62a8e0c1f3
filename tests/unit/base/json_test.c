/* SPDX-License-Identifier: Apache-2.0 */
#include "base/json.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

enum { ARENA_SIZE = 65536 };

struct fixture {
    void *memory;
    struct arena arena;
};

static int set_up(void **state) {
    struct fixture *f = memory_zeroed(1, sizeof *f);
    f->memory = memory_zeroed(1, ARENA_SIZE);
    f->arena = arena_over(f->memory, ARENA_SIZE);
    *state = f;
    return 0;
}

static int tear_down(void **state) {
    struct fixture *f = *state;
    memory_free(f->memory);
    memory_free(f);
    return 0;
}

static const struct json_value *parse(struct fixture *f, struct span text, enum json_mode mode) {
    enum json_fault fault;
    const struct json_value *value = json_parse(text, mode, &f->arena, &fault, NULL);
    if (value == NULL) fail_msg("%s: %.*s", json_fault_name(fault), (int)text.size, (const char *)text.at);
    assert_int_equal(fault, JSON_FAULT_NONE);
    return value;
}

static enum json_fault fault_of(struct fixture *f, struct span text, enum json_mode mode) {
    enum json_fault fault;
    size_t fault_at = SIZE_MAX;
    const size_t used = f->arena.used;
    const struct json_value *value = json_parse(text, mode, &f->arena, &fault, &fault_at);
    assert_int_equal(value == NULL, fault != JSON_FAULT_NONE);
    if (value == NULL) assert_true(fault_at <= text.size && f->arena.used == used);
    return fault;
}

static void assert_refused(struct fixture *f, const char *const *texts, size_t count, enum json_mode mode,
                           enum json_fault fault) {
    for (size_t i = 0; i < count; i++) {
        const enum json_fault given = fault_of(f, span_of_text(texts[i]), mode);
        if (given != fault) fail_msg("%s: %s, not %s", texts[i], json_fault_name(given), json_fault_name(fault));
    }
}

static void tree_holds_what_the_text_says(void **state) {
    const struct span text = SPAN_LITERAL("{\"a\":[1,2.5,{}],\"b\":\"x\\ny\",\"c\":true,\"d\":null,\"\":[]}");
    const struct json_value *root = parse(*state, text, JSON_WIRE);
    assert_int_equal(root->kind, JSON_OBJECT);
    assert_int_equal(root->count, 5);
    assert_true(span_equal_text(root->as.members[1].name, "b"));
    const struct json_value *list = json_member(root, "a");
    assert_int_equal(list->kind, JSON_ARRAY);
    assert_int_equal(list->count, 3);
    assert_true(list->as.items[1].as.number == 2.5);
    assert_int_equal(list->as.items[2].kind, JSON_OBJECT);
    assert_int_equal(list->as.items[2].count, 0);
    assert_true(span_equal_text(json_member(root, "b")->as.string, "x\ny"));
    assert_true(json_member(root, "c")->as.boolean);
    assert_int_equal(json_member(root, "d")->kind, JSON_NULL);
    assert_int_equal(json_member(root, "")->kind, JSON_ARRAY);
    assert_null(json_member(root, "e"));
    assert_null(json_member(list, "a"));
    assert_null(json_member(NULL, "a"));
}

static void every_value_knows_its_text(void **state) {
    const struct span text = SPAN_LITERAL(" { \"a\" : [ 1.50 , \"x\\t\" , { } ] , \"b\" : false } ");
    const struct json_value *root = parse(*state, text, JSON_WIRE);
    assert_true(span_equal(root->text, (struct span){text.at + 1, text.size - 2}));
    const struct json_value *list = json_member(root, "a");
    assert_true(span_equal_text(list->text, "[ 1.50 , \"x\\t\" , { } ]"));
    assert_true(span_equal_text(list->as.items[0].text, "1.50"));
    assert_true(span_equal_text(list->as.items[1].text, "\"x\\t\""));
    assert_true(span_equal_text(list->as.items[2].text, "{ }"));
    assert_true(span_equal_text(json_member(root, "b")->text, "false"));
}

static void strings_without_escapes_are_not_copied(void **state) {
    const struct span text = SPAN_LITERAL("\"abc\"");
    assert_ptr_equal(parse(*state, text, JSON_WIRE)->as.string.at, text.at + 1);
}

static void bad_syntax_is_refused(void **state) {
    const char *const texts[] = {
        "",
        " ",
        "nul",
        "nulll",
        "True",
        "tru",
        "fals",
        "undefined",
        "NaN",
        "Infinity",
        "-Infinity", /* words */
        "{",
        "}",
        "[",
        "]",
        "[1",
        "[1,",
        "[,]",
        "[1,]",
        "[,1]",
        "[1 2]",
        "[1}",
        "{]",
        "[]]",
        "[] []", /* brackets */
        "{\"a\"}",
        "{\"a\":}",
        "{\"a\":1,}",
        "{,}",
        "{\"a\" 1}",
        "{a:1}",
        "{'a':1}",
        "{1:1}",
        "{\"a\":1 \"b\":2}",
        "{\"a\":1",
        "{\"a\":",
        "{\"a\"",
        "{\"a",
        "{\"",
        "{\"a\":1,",
        "{\"a\":1,,\"b\":2}",
        "{\"a\"::1}", /* objects */
        "01",
        "-01",
        "00",
        "+1",
        "-",
        "--1",
        "1.",
        ".1",
        "1.e1",
        "1e",
        "1e+",
        "1E-",
        "1e1.5",
        "0x1",
        "1_0",
        "- 1", /* numbers */
        "\"",
        "\"a",
        "\"\\",
        "\"\\\"",
        "\"\\x\"",
        "\"\\u\"",
        "\"\\u12\"",
        "\"\\u123\"",
        "\"\\u123g\"",
        "\"\\U0041\"",
        "\"\t\"",
        "\"\n\"",
        "\"\x1f\"",
        "'a'",
        "\"a\"b", /* strings */
        "\xef\xbb\xbf[]",
        "\"\x80\"",
        "\"\xc0\x80\"",
        "\"\xed\xa0\xbd\"",
        "\"\xed\xa0\xbd\xed\xb8\x80\"",
        "\"\xf4\x90\x80\x80\"",
        "\"\xe2\x82\"",
        "\"\xe2\x82",
        "\xc2\xa0[]", /* bytes */
        "/**/1",
        "1//",
        "[1]#",
        "\f1",
        "\v1",
        "1 x",
        "1,",
        "{}{}", /* around */
    };
    assert_refused(*state, texts, COUNT(texts), JSON_WIRE, JSON_FAULT_SYNTAX);
    assert_refused(*state, texts, COUNT(texts), JSON_CANON, JSON_FAULT_SYNTAX);
    assert_int_equal(fault_of(*state, SPAN_LITERAL("\0"), JSON_WIRE), JSON_FAULT_SYNTAX);
    assert_int_equal(fault_of(*state, SPAN_LITERAL("1\0"), JSON_WIRE), JSON_FAULT_SYNTAX);
    assert_int_equal(fault_of(*state, SPAN_LITERAL("\"\0\""), JSON_WIRE), JSON_FAULT_SYNTAX);
    assert_int_equal(fault_of(*state, SPAN_LITERAL("[\0]"), JSON_WIRE), JSON_FAULT_SYNTAX);
    assert_int_equal(fault_of(*state, SPAN_NONE, JSON_WIRE), JSON_FAULT_SYNTAX);
}

static void fault_names_its_place(void **state) {
    const struct {
        const char *text;
        size_t at;
    } cases[] = {{"[1,]", 3},     {"[1 2]", 3}, {"{\"a\":01}", 6}, {"\"ab\x01\"", 3},
                 {"\"a\\q\"", 2}, {"[] x", 3},  {"[", 1}};
    struct fixture *f = *state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        enum json_fault fault;
        size_t at = 0;
        assert_null(json_parse(span_of_text(cases[i].text), JSON_WIRE, &f->arena, &fault, &at));
        assert_int_equal(at, cases[i].at);
    }
}

static void wire_refuses_a_member_named_twice(void **state) {
    const char *const texts[] = {
        "{\"a\":1,\"a\":2}",         "{\"a\":1,\"b\":2,\"a\":1}",           "{\"a\":1,\"\\u0061\":2}",
        "[{\"x\":{\"\":1,\"\":1}}]", "{\"a\\n\":1,\"b\":2,\"a\\u000a\":3}",
    };
    assert_refused(*state, texts, COUNT(texts), JSON_WIRE, JSON_FAULT_DUPLICATE);
    (void)parse(*state, SPAN_LITERAL("{\"a\":{\"a\":[{\"a\":1}]},\"A\":1}"), JSON_WIRE);
}

static void canon_lets_the_last_of_a_name_win_in_the_first_place(void **state) {
    const struct span text = SPAN_LITERAL("{\"a\":1,\"b\":2,\"\\u0061\":{\"c\":3},\"d\":4,\"b\":[5],\"a\":[6]}");
    const struct json_value *root = parse(*state, text, JSON_CANON);
    assert_int_equal(root->count, 3);
    assert_true(span_equal_text(root->as.members[0].name, "a"));
    assert_true(span_equal_text(root->as.members[0].value.text, "[6]"));
    assert_true(span_equal_text(root->as.members[1].name, "b"));
    assert_true(span_equal_text(root->as.members[1].value.text, "[5]"));
    assert_true(span_equal_text(root->as.members[2].name, "d"));
}

static void wire_refuses_halves_of_surrogate_pairs(void **state) {
    const char *const texts[] = {"\"\\ud83d\"",        "\"\\ude00\"",        "\"\\ud83dx\"",
                                 "\"\\ud83d\\u0041\"", "\"\\ude00\\ud83d\"", "\"\\ud83d\\ud83d\\ude00\"",
                                 "{\"\\ud83d\":1}"};
    assert_refused(*state, texts, COUNT(texts), JSON_WIRE, JSON_FAULT_SURROGATE);
    assert_true(
        span_equal_text(parse(*state, SPAN_LITERAL("\"\\ud83d\\ude00\""), JSON_WIRE)->as.string, "\xf0\x9f\x98\x80"));
}

static void canon_keeps_halves_of_surrogate_pairs(void **state) {
    const struct json_value *value = parse(*state, SPAN_LITERAL("\"\\ud83d\\ud83d\\ude00\\udfff\""), JSON_CANON);
    assert_true(span_equal_text(value->as.string, "\xed\xa0\xbd\xf0\x9f\x98\x80\xed\xbf\xbf"));
}

static struct span nested(uint8_t *memory, size_t depth, bool is_object) {
    struct buffer b = buffer_over(memory, 1024);
    for (size_t i = 0; i < depth; i++) buffer_put_text(&b, is_object ? "{\"a\":" : "[");
    if (is_object) buffer_put_text(&b, "1");
    for (size_t i = 0; i < depth; i++) buffer_put_text(&b, is_object ? "}" : "]");
    assert_false(b.overflowed);
    return buffer_span(&b);
}

static void depth_ends_where_the_mode_says(void **state) {
    uint8_t memory[1024];
    for (int is_object = 0; is_object < 2; is_object++) {
        (void)parse(*state, nested(memory, 8, is_object), JSON_WIRE);
        assert_int_equal(fault_of(*state, nested(memory, 9, is_object), JSON_WIRE), JSON_FAULT_DEPTH);
        (void)parse(*state, nested(memory, 64, is_object), JSON_CANON);
        assert_int_equal(fault_of(*state, nested(memory, 65, is_object), JSON_CANON), JSON_FAULT_DEPTH);
    }
    (void)parse(*state, SPAN_LITERAL("[[[[[[[[],[]]],[[[]]]]]]]]"), JSON_WIRE); /* depth is not how many there are */
}

static void every_smaller_arena_refuses_as_too_large_and_stays_unused(void **state) {
    struct fixture *f = *state;
    const struct span text = SPAN_LITERAL("{\"a\\n\":[1,2,{\"b\":[],\"c\":{\"d\":\"\\u00e9\"}}],\"e\":[[],[],[]]}");
    size_t capacity = 0;
    for (;; capacity++) {
        struct arena arena = arena_over(f->memory, capacity);
        enum json_fault fault;
        const struct json_value *value = json_parse(text, JSON_WIRE, &arena, &fault, NULL);
        if (value != NULL) break;
        assert_int_equal(fault, JSON_FAULT_TOO_LARGE);
        assert_int_equal(arena.used, 0);
        assert_true(capacity < ARENA_SIZE);
    }
    assert_true(capacity > sizeof(struct json_value) * 10);
    struct arena none = arena_over(NULL, 0);
    enum json_fault fault;
    assert_null(json_parse(SPAN_LITERAL("1"), JSON_WIRE, &none, &fault, NULL));
    assert_int_equal(fault, JSON_FAULT_TOO_LARGE);
}

static void two_trees_share_an_arena(void **state) {
    const struct json_value *first = parse(*state, SPAN_LITERAL("[1,[2]]"), JSON_WIRE);
    const struct json_value *second = parse(*state, SPAN_LITERAL("{\"a\":\"\\n\"}"), JSON_WIRE);
    assert_true(first->as.items[1].as.items[0].as.number == 2);
    assert_true(span_equal_text(json_member(second, "a")->as.string, "\n"));
}

static void every_cut_of_a_text_is_refused(void **state) {
    const char text[] = "{\"a\":[1.5e-3,true,null,\"\\ud83d\\ude00\\n\xc3\xa9\"],\"b\":{\"c\":false,\"d\":[{},[]]}}";
    for (size_t size = 0; size < sizeof text - 1; size++) {
        uint8_t *cut = malloc(size + 1); /* its own block, so that a sanitizer sees a read beyond */
        memcpy(cut, text, size);
        /* A cut between the two halves of a pair is still open, so it is bad syntax or, earlier, a lone half. */
        const enum json_fault wire = fault_of(*state, (struct span){cut, size}, JSON_WIRE);
        assert_true(wire == JSON_FAULT_SYNTAX || wire == JSON_FAULT_SURROGATE);
        assert_int_equal(fault_of(*state, (struct span){cut, size}, JSON_CANON), JSON_FAULT_SYNTAX);
        free(cut);
    }
}

static void integers_are_whole_and_in_range(void **state) {
    const struct {
        const char *text;
        bool is_integer;
        int64_t value;
    } cases[] = {
        {"5", true, 5},
        {"-5", true, -5},
        {"1.0", true, 1},
        {"1e3", true, 1000},
        {"-0", true, 0},
        {"1.5", false, 0},
        {"1e-3", false, 0},
        {"9007199254740991", true, 9007199254740991},
        {"1e999", false, 0},
        {"-1e999", false, 0},
        {"9007199254740992", false, 0},
        {"1e300", false, 0},
        {"\"5\"", false, 0},
        {"true", false, 0},
        {"null", false, 0},
        {"[]", false, 0},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        int64_t value = 77;
        const struct json_value *json = parse(*state, span_of_text(cases[i].text), JSON_WIRE);
        if (json_as_integer(json, INT64_MIN, INT64_MAX, &value) != cases[i].is_integer) fail_msg("%s", cases[i].text);
        assert_true(value == (cases[i].is_integer ? cases[i].value : 77));
    }
    int64_t value;
    const struct json_value *five = parse(*state, SPAN_LITERAL("5"), JSON_WIRE);
    assert_true(json_as_integer(five, 5, 5, &value));
    assert_false(json_as_integer(five, 6, 9, &value));
    assert_false(json_as_integer(five, 0, 4, &value));
    assert_false(json_as_integer(NULL, 0, 4, &value));
}

static void number_over_the_doubles_is_infinite(void **state) {
    assert_true(isinf(parse(*state, SPAN_LITERAL("1e999"), JSON_WIRE)->as.number));
    assert_true(parse(*state, SPAN_LITERAL("-1e999"), JSON_CANON)->as.number < 0);
}

static void nothing_is_coerced(void **state) {
    struct span string = SPAN_NONE;
    bool boolean = false;
    const struct json_value *text = parse(*state, SPAN_LITERAL("\"true\""), JSON_WIRE);
    const struct json_value *truth = parse(*state, SPAN_LITERAL("true"), JSON_WIRE);
    const struct json_value *number = parse(*state, SPAN_LITERAL("1"), JSON_WIRE);
    assert_true(json_as_string(text, &string) && span_equal_text(string, "true"));
    assert_true(json_as_boolean(truth, &boolean) && boolean);
    assert_false(json_as_boolean(text, &boolean) || json_as_boolean(number, &boolean) ||
                 json_as_boolean(NULL, &boolean));
    assert_false(json_as_string(truth, &string) || json_as_string(number, &string) || json_as_string(NULL, &string));
}

/* Thirteen thousand names: a parser that compares each with each would take a hundred million steps, which the test's
 * time limit notices under a sanitizer. */
static void object_of_thousands_of_members_is_quick(void **state) {
    (void)state;
    enum { MEMBERS = 13000, ROUNDS = 20, SIZE = 200000, ROOM = 4 << 20 };
    uint8_t *memory = memory_zeroed(1, SIZE);
    void *room = memory_zeroed(1, ROOM);
    struct buffer text = buffer_over(memory, SIZE);
    for (uint32_t i = 0; i < MEMBERS; i++) {
        buffer_put_text(&text, i == 0 ? "{\"" : ",\"");
        buffer_put_decimal(&text, (i * 7919) % MEMBERS);
        buffer_put_text(&text, "\":1");
    }
    buffer_put_text(&text, ",\"0\":2}");
    for (int round = 0; round < ROUNDS; round++) {
        enum json_fault fault;
        struct arena arena = arena_over(room, ROOM);
        assert_null(json_parse(buffer_span(&text), JSON_WIRE, &arena, &fault, NULL));
        assert_int_equal(fault, JSON_FAULT_DUPLICATE);
        const struct json_value *value = json_parse(buffer_span(&text), JSON_CANON, &arena, &fault, NULL);
        assert_non_null(value);
        assert_int_equal(value->count, MEMBERS);
        assert_true(json_member(value, "0")->as.number == 2);
    }
    memory_free(room);
    memory_free(memory);
}

static void every_fault_has_its_name(void **state) {
    (void)state;
    for (int a = JSON_FAULT_NONE; a <= JSON_FAULT_KEY_ORDER; a++) {
        for (int b = JSON_FAULT_NONE; b < a; b++) {
            assert_string_not_equal(json_fault_name((enum json_fault)a), json_fault_name((enum json_fault)b));
        }
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(tree_holds_what_the_text_says),
        TEST(every_value_knows_its_text),
        TEST(strings_without_escapes_are_not_copied),
        TEST(bad_syntax_is_refused),
        TEST(fault_names_its_place),
        TEST(wire_refuses_a_member_named_twice),
        TEST(canon_lets_the_last_of_a_name_win_in_the_first_place),
        TEST(wire_refuses_halves_of_surrogate_pairs),
        TEST(canon_keeps_halves_of_surrogate_pairs),
        TEST(depth_ends_where_the_mode_says),
        TEST(every_smaller_arena_refuses_as_too_large_and_stays_unused),
        TEST(two_trees_share_an_arena),
        TEST(every_cut_of_a_text_is_refused),
        TEST(integers_are_whole_and_in_range),
        TEST(number_over_the_doubles_is_infinite),
        TEST(nothing_is_coerced),
        TEST(object_of_thousands_of_members_is_quick),
        TEST(every_fault_has_its_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
