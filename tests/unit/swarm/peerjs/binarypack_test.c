/* SPDX-License-Identifier: Apache-2.0 */
#include "swarm/peerjs/binarypack.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/encoding.h"
#include "lib/vectors.h"
#include "swarm/peerjs/binarypack_json.h"

static uint8_t memory[1 << 18], other_memory[1 << 18];
static uint8_t arena_memory[1 << 20];

static struct span packed_of_hex(const char *hex) {
    struct buffer out = buffer_over(other_memory, sizeof other_memory);
    assert_true(hex_read(span_of_text(hex), &out));
    return buffer_span(&out);
}

static void assert_packed(const struct buffer *out, const char *hex) {
    const struct span wanted = packed_of_hex(hex);
    assert_false(out->overflowed);
    assert_int_equal(out->size, wanted.size);
    assert_memory_equal(out->at, wanted.at, wanted.size);
}

static struct buffer packed_json(const char *json) {
    struct buffer out = buffer_over(memory, sizeof memory);
    struct arena arena = arena_over(arena_memory, sizeof arena_memory);
    const enum peerjs_fault fault = binarypack_from_json(span_of_text(json), &arena, &out);
    assert_string_equal(peerjs_fault_name(fault), "none");
    return out;
}

static void what_the_library_packs_is_what_we_pack(void **state) {
    (void)state;
    struct vectors v = vectors_open("binarypack");
    const struct json_value *values = vectors_array(v.tree, "values");
    for (size_t i = 0; i < values->count; i++) {
        const struct json_value *value = json_member(&values->as.items[i], "value");
        struct buffer out = buffer_over(memory, sizeof memory), hex = buffer_over(other_memory, sizeof other_memory);
        struct binarypack_writer w = binarypack_writer_into(&out);
        binarypack_put_json(&w, value);
        hex_write(&hex, buffer_span(&out));
        const struct span wanted = vectors_string(&values->as.items[i], "packedHex");
        assert_int_equal(hex.size, wanted.size);
        assert_memory_equal(hex.at, wanted.at, wanted.size);
        assert_int_equal(w.fault, value->kind == JSON_NULL ? PEERJS_FAULT_NOTHING : PEERJS_FAULT_NONE);
    }
    vectors_close(&v);
}

static void what_the_library_packs_we_read(void **state) {
    (void)state;
    struct vectors v = vectors_open("binarypack");
    const struct json_value *values = vectors_array(v.tree, "values");
    for (size_t i = 0; i < values->count; i++) {
        struct buffer packed = buffer_over(memory, sizeof memory), out = buffer_over(other_memory, sizeof other_memory);
        struct buffer wanted = buffer_over(arena_memory, sizeof arena_memory);
        assert_true(hex_read(vectors_string(&values->as.items[i], "packedHex"), &packed));
        assert_int_equal(binarypack_to_json(buffer_span(&packed), &out), PEERJS_FAULT_NONE);
        assert_true(json_write_compact(json_member(&values->as.items[i], "value"), &wanted));
        assert_int_equal(out.size, wanted.size);
        assert_memory_equal(out.at, wanted.at, wanted.size);
    }
    vectors_close(&v);
}

static void bytes_and_what_is_undefined_are_read(void **state) {
    (void)state;
    struct binarypack_reader r = binarypack_reader_over(packed_of_hex("a3010203"));
    assert_int_equal(binarypack_next(&r), BINARYPACK_BYTES);
    assert_int_equal(r.bytes.size, 3);
    assert_int_equal(r.bytes.at[2], 3);
    assert_int_equal(binarypack_next(&r), BINARYPACK_END);
    assert_int_equal(binarypack_next(&r), BINARYPACK_END);
    r = binarypack_reader_over(packed_of_hex("82b161c0b16201"));
    assert_int_equal(binarypack_next(&r), BINARYPACK_MAP);
    assert_int_equal(binarypack_next(&r), BINARYPACK_TEXT);
    assert_true(r.is_key);
    assert_int_equal(binarypack_next(&r), BINARYPACK_NULL);
    assert_false(r.is_key);
    assert_int_equal(binarypack_next(&r), BINARYPACK_TEXT);
    assert_int_equal(binarypack_next(&r), BINARYPACK_INTEGER);
    assert_int_equal(r.integer, 1);
    assert_int_equal(binarypack_next(&r), BINARYPACK_CLOSE);
    assert_int_equal(binarypack_next(&r), BINARYPACK_END);
    assert_int_equal(binarypack_check(packed_of_hex("c1")), PEERJS_FAULT_NONE);
}

static const struct number_case {
    const char *packed;
    enum binarypack_token token;
    int64_t integer;
} NUMBERS[] = {
    {"7f", BINARYPACK_INTEGER, 127},
    {"e0", BINARYPACK_INTEGER, -32},
    {"ccff", BINARYPACK_INTEGER, 255},
    {"cdffff", BINARYPACK_INTEGER, 65535},
    {"ceffffffff", BINARYPACK_INTEGER, 4294967295},
    {"cf7fffffffffffffff", BINARYPACK_INTEGER, INT64_MAX},
    {"d080", BINARYPACK_INTEGER, -128},
    {"d18000", BINARYPACK_INTEGER, -32768},
    {"d280000000", BINARYPACK_INTEGER, INT32_MIN},
    {"d38000000000000000", BINARYPACK_INTEGER, INT64_MIN},
    {"d3fffffffed5fa0e00", BINARYPACK_INTEGER, -5000000000},
};

static void numbers_of_every_size_are_read(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof NUMBERS / sizeof NUMBERS[0]; i++) {
        struct binarypack_reader r = binarypack_reader_over(packed_of_hex(NUMBERS[i].packed));
        assert_int_equal(binarypack_next(&r), NUMBERS[i].token);
        assert_true(r.integer == NUMBERS[i].integer);
        assert_int_equal(binarypack_next(&r), BINARYPACK_END);
    }
    struct binarypack_reader r = binarypack_reader_over(packed_of_hex("cfffffffffffffffff"));
    assert_int_equal(binarypack_next(&r), BINARYPACK_NATURAL);
    assert_true(r.natural == UINT64_MAX);
    r = binarypack_reader_over(packed_of_hex("ca3fc00000"));
    assert_int_equal(binarypack_next(&r), BINARYPACK_DOUBLE);
    assert_true(r.number == 1.5);
    r = binarypack_reader_over(packed_of_hex("cb7ff8000000000000"));
    assert_int_equal(binarypack_next(&r), BINARYPACK_DOUBLE);
    assert_true(isnan(r.number));
}

static void what_a_browser_reads_wrongly_is_not_written(void **state) {
    (void)state;
    static const struct {
        double value;
        const char *packed;
    } cases[] = {
        {0.0, "00"},
        {-0.0, "00"},
        {128.0, "cc80"},
        {5e9, "d3000000012a05f200"},
        {-2147483648.0, "d280000000"},
        {-2147483649.0, "cbc1e0000000200000"},
        {-5e9, "cbc1f2a05f20000000"},
        {9007199254740992.0, "d30020000000000000"},
        {18446744073709549568.0, "cffffffffffffff800"},
        {18446744073709551616.0, "cb43f0000000000000"},
        {1e300, "cb7e37e43c8800759c"},
        {-1e300, "cbfe37e43c8800759c"},
        {5e-324, "00"},
        {-5e-324, "00"},
        {0.1, "cb3fb999999999999a"},
        {INFINITY, "cb7ff0000000000000"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct buffer out = buffer_over(memory, sizeof memory);
        struct binarypack_writer w = binarypack_writer_into(&out);
        binarypack_put_number(&w, cases[i].value);
        assert_packed(&out, cases[i].packed);
        assert_int_equal(w.fault, PEERJS_FAULT_NONE);
    }
    struct buffer out = buffer_over(memory, sizeof memory);
    struct binarypack_writer w = binarypack_writer_into(&out);
    binarypack_put_integer(&w, INT64_MIN); /* no double says every number down there */
    assert_packed(&out, "d38000000000000000");
}

static void nan_and_a_lone_null_are_not_written(void **state) {
    (void)state;
    struct buffer out = buffer_over(memory, sizeof memory);
    struct binarypack_writer w = binarypack_writer_into(&out);
    binarypack_put_number(&w, NAN);
    assert_int_equal(w.fault, PEERJS_FAULT_NOT_A_NUMBER);
    w = binarypack_writer_into(&out);
    binarypack_put_null(&w);
    assert_int_equal(w.fault, PEERJS_FAULT_NOTHING);
    w = binarypack_writer_into(&out);
    binarypack_put_array(&w, 1);
    binarypack_put_null(&w);
    assert_int_equal(w.fault, PEERJS_FAULT_NONE);
}

static void sizes_have_three_forms(void **state) {
    (void)state;
    static const struct {
        size_t size;
        uint8_t text[3], bytes[3], array[3], map[3];
        size_t head;
    } cases[] = {
        {15, {0xbf}, {0xaf}, {0x9f}, {0x8f}, 1},
        {16, {0xd8, 0, 16}, {0xda, 0, 16}, {0xdc, 0, 16}, {0xde, 0, 16}, 3},
        {65535, {0xd8, 0xff, 0xff}, {0xda, 0xff, 0xff}, {0xdc, 0xff, 0xff}, {0xde, 0xff, 0xff}, 3},
        {65536, {0xd9, 0, 1}, {0xdb, 0, 1}, {0xdd, 0, 1}, {0xdf, 0, 1}, 3},
    };
    memset(other_memory, 'x', sizeof other_memory);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const struct span body = {other_memory, cases[i].size};
        struct buffer out = buffer_over(memory, sizeof memory);
        struct binarypack_writer w = binarypack_writer_into(&out);
        binarypack_put_text(&w, body);
        assert_memory_equal(memory, cases[i].text, cases[i].head);
        assert_int_equal(out.size - body.size, cases[i].size > 65535 ? 5 : cases[i].head);
        out.size = 0;
        binarypack_put_bytes(&w, body);
        assert_memory_equal(memory, cases[i].bytes, cases[i].head);
        out.size = 0;
        binarypack_put_array(&w, (uint32_t)cases[i].size);
        assert_memory_equal(memory, cases[i].array, cases[i].head);
        out.size = 0;
        binarypack_put_map(&w, (uint32_t)cases[i].size);
        assert_memory_equal(memory, cases[i].map, cases[i].head);
    }
}

static void a_text_that_is_no_utf8_is_mended(void **state) {
    (void)state;
    struct buffer out = buffer_over(memory, sizeof memory);
    struct binarypack_writer w = binarypack_writer_into(&out);
    binarypack_put_text(&w, SPAN_LITERAL("a\xff"
                                         "b"));
    assert_packed(&out, "b561efbfbd62");
    out = packed_json("\"\\ud800x\""); /* half of a pair, as browsers send it on */
    assert_packed(&out, "b4efbfbd78");
}

static void json_and_back_is_the_same(void **state) {
    (void)state;
    static const char json[] =
        "{\"a\":[1,-2,2.5,null,true,false,\"\\u0000\\\"x\"],\"b\":{\"\":[[],{}]},\"c\":-5000000000}";
    const struct buffer packed = packed_json(json);
    struct buffer out = buffer_over(other_memory, sizeof other_memory);
    assert_int_equal(binarypack_to_json(buffer_span(&packed), &out), PEERJS_FAULT_NONE);
    assert_int_equal(out.size, sizeof json - 1);
    assert_memory_equal(out.at, json, sizeof json - 1);
}

static void json_has_bytes_as_base64(void **state) {
    (void)state;
    struct buffer out = buffer_over(memory, sizeof memory);
    assert_int_equal(binarypack_to_json(packed_of_hex("92a3010203cfffffffffffffffff"), &out), PEERJS_FAULT_NONE);
    assert_true(span_equal_text(buffer_span(&out), "[\"AQID\",18446744073709551615]"));
}

static enum peerjs_fault json_refusal(const char *json, size_t room) {
    struct buffer out = buffer_over(memory, room);
    struct arena arena = arena_over(arena_memory, sizeof arena_memory);
    return binarypack_from_json(span_of_text(json), &arena, &out);
}

static void json_that_cannot_be_packed_is_refused(void **state) {
    (void)state;
    assert_int_equal(json_refusal("null", 100), PEERJS_FAULT_NOTHING);
    assert_int_equal(json_refusal("{\"a\":}", 100), PEERJS_FAULT_JSON);
    assert_int_equal(json_refusal("\"abcdefgh\"", 4), PEERJS_FAULT_TOO_LARGE);
    char deep[2 * 65 + 1];
    memset(deep, '[', 65);
    memset(deep + 65, ']', 65);
    deep[130] = '\0';
    assert_int_equal(json_refusal(deep, 100), PEERJS_FAULT_DEPTH);
    struct buffer out = buffer_over(memory, 4);
    assert_int_equal(binarypack_to_json(packed_of_hex("b86162636465666768"), &out), PEERJS_FAULT_TOO_LARGE);
    assert_int_equal(binarypack_to_json(packed_of_hex("b8"), &out), PEERJS_FAULT_CUT_SHORT);
}

static const struct refusal_case {
    const char *packed;
    enum peerjs_fault fault;
} REFUSED[] = {
    {"", PEERJS_FAULT_CUT_SHORT},
    {"b3", PEERJS_FAULT_CUT_SHORT},
    {"b36162", PEERJS_FAULT_CUT_SHORT},
    {"d9ffffffff61", PEERJS_FAULT_CUT_SHORT}, /* a length that no memory has */
    {"dbffffffff", PEERJS_FAULT_CUT_SHORT},
    {"ddffffffff00", PEERJS_FAULT_CUT_SHORT}, /* a count that what is left cannot hold */
    {"dfffffffffb16100", PEERJS_FAULT_CUT_SHORT},
    {"82b16100", PEERJS_FAULT_CUT_SHORT},
    {"cd00", PEERJS_FAULT_CUT_SHORT},
    {"9201", PEERJS_FAULT_CUT_SHORT},
    {"9191", PEERJS_FAULT_CUT_SHORT},
    {"c4", PEERJS_FAULT_CODE},
    {"91d4", PEERJS_FAULT_CODE},
    {"810101", PEERJS_FAULT_KEY},
    {"8180c0", PEERJS_FAULT_KEY},
    {"b2c328", PEERJS_FAULT_TEXT},
    {"b3eda080", PEERJS_FAULT_TEXT}, /* half of a surrogate pair */
    {"0101", PEERJS_FAULT_TRAILING},
    {"90c0", PEERJS_FAULT_TRAILING},
};

static void what_is_not_one_whole_value_is_refused(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof REFUSED / sizeof REFUSED[0]; i++)
        assert_string_equal(peerjs_fault_name(binarypack_check(packed_of_hex(REFUSED[i].packed))),
                            peerjs_fault_name(REFUSED[i].fault));
}

static void a_refusal_stays(void **state) {
    (void)state;
    struct binarypack_reader r = binarypack_reader_over(packed_of_hex("92c401"));
    assert_int_equal(binarypack_next(&r), BINARYPACK_ARRAY);
    assert_int_equal(binarypack_next(&r), BINARYPACK_REFUSED);
    assert_int_equal(r.position, 1);
    assert_int_equal(binarypack_next(&r), BINARYPACK_REFUSED);
    assert_false(binarypack_skip(&r, BINARYPACK_REFUSED));
}

static void nesting_ends_somewhere(void **state) {
    (void)state;
    memset(memory, 0x91, BINARYPACK_DEPTH_MAX + 1);
    memory[BINARYPACK_DEPTH_MAX] = 0x01;
    assert_int_equal(binarypack_check((struct span){memory, BINARYPACK_DEPTH_MAX + 1}), PEERJS_FAULT_NONE);
    memory[BINARYPACK_DEPTH_MAX] = 0x91;
    memory[BINARYPACK_DEPTH_MAX + 1] = 0x01;
    assert_int_equal(binarypack_check((struct span){memory, BINARYPACK_DEPTH_MAX + 2}), PEERJS_FAULT_DEPTH);
}

static void every_truncation_is_refused(void **state) {
    (void)state;
    const struct span whole =
        packed_of_hex("85b16193010203b162cb3ff8000000000000b163d8001031323334353637383930313233343536"
                      "b164a3010203b165cd0100");
    assert_int_equal(binarypack_check(whole), PEERJS_FAULT_NONE);
    for (size_t size = 0; size < whole.size; size++)
        assert_int_equal(binarypack_check((struct span){whole.at, size}), PEERJS_FAULT_CUT_SHORT);
}

static void rewriting_takes_the_traps_out(void **state) {
    (void)state;
    static const struct {
        const char *from, *to;
        enum peerjs_fault fault;
    } cases[] = {
        {"92cb0000000000000000d3fffffffed5fa0e00", "9200cbc1f2a05f20000000", PEERJS_FAULT_NONE},
        {"de0001d80001"
         "61ce00000001",
         "81b16101", PEERJS_FAULT_NONE},
        {"ca3dcccccd", "cb3fb99999a0000000", PEERJS_FAULT_NONE},
        {"91c1", "91c0", PEERJS_FAULT_NONE},
        {"c1", "c0", PEERJS_FAULT_NOTHING},
        {"91cb7ff8000000000000", "", PEERJS_FAULT_NOT_A_NUMBER},
        {"91", "", PEERJS_FAULT_CUT_SHORT},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct buffer out = buffer_over(memory, sizeof memory);
        assert_int_equal(binarypack_rewrite(packed_of_hex(cases[i].from), &out), cases[i].fault);
        if (cases[i].fault == PEERJS_FAULT_NONE) assert_packed(&out, cases[i].to);
    }
    struct buffer out = buffer_over(memory, 2);
    assert_int_equal(binarypack_rewrite(packed_of_hex("b3616263"), &out), PEERJS_FAULT_TOO_LARGE);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_the_library_packs_is_what_we_pack),
        cmocka_unit_test(what_the_library_packs_we_read),
        cmocka_unit_test(bytes_and_what_is_undefined_are_read),
        cmocka_unit_test(numbers_of_every_size_are_read),
        cmocka_unit_test(what_a_browser_reads_wrongly_is_not_written),
        cmocka_unit_test(nan_and_a_lone_null_are_not_written),
        cmocka_unit_test(sizes_have_three_forms),
        cmocka_unit_test(a_text_that_is_no_utf8_is_mended),
        cmocka_unit_test(json_and_back_is_the_same),
        cmocka_unit_test(json_has_bytes_as_base64),
        cmocka_unit_test(json_that_cannot_be_packed_is_refused),
        cmocka_unit_test(what_is_not_one_whole_value_is_refused),
        cmocka_unit_test(a_refusal_stays),
        cmocka_unit_test(nesting_ends_somewhere),
        cmocka_unit_test(every_truncation_is_refused),
        cmocka_unit_test(rewriting_takes_the_traps_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
