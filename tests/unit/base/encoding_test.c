/* SPDX-License-Identifier: Apache-2.0 */
#include "base/encoding.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

struct pair {
    const char *bytes;
    const char *text;
};

typedef void writer(struct buffer *out, struct span bytes);
typedef bool reader(struct span text, struct buffer *out);

static void assert_writes(writer *write, struct span bytes, const char *text) {
    uint8_t memory[128];
    struct buffer out = buffer_over(memory, sizeof memory);
    write(&out, bytes);
    assert_false(out.overflowed);
    if (!span_equal_text(buffer_span(&out), text)) fail_msg("wrote %.*s, not %s", (int)out.size, (char *)memory, text);
}

static void assert_reads(reader *read, const char *text, struct span bytes) {
    uint8_t memory[128];
    struct buffer out = buffer_over(memory, sizeof memory);
    if (!read(span_of_text(text), &out)) fail_msg("refused: %s", text);
    if (!span_equal(buffer_span(&out), bytes)) fail_msg("read other bytes: %s", text);
}

/* A refused text adds nothing to what the buffer held. */
static void assert_refuses(reader *read, struct span text) {
    uint8_t memory[128];
    struct buffer out = buffer_over(memory, sizeof memory);
    buffer_put_text(&out, "before");
    if (read(text, &out)) fail_msg("accepted: %.*s", (int)text.size, (const char *)text.at);
    assert_true(span_equal_text(buffer_span(&out), "before"));
}

static void assert_pairs(const struct pair *pairs, size_t count, writer *write, reader *read) {
    for (size_t i = 0; i < count; i++) {
        assert_writes(write, span_of_text(pairs[i].bytes), pairs[i].text);
        assert_reads(read, pairs[i].text, span_of_text(pairs[i].bytes));
    }
}

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

static void base64_gives_the_examples_of_rfc_4648(void **state) {
    (void)state;
    const struct pair pairs[] = {{"", ""},
                                 {"f", "Zg=="},
                                 {"fo", "Zm8="},
                                 {"foo", "Zm9v"},
                                 {"foob", "Zm9vYg=="},
                                 {"fooba", "Zm9vYmE="},
                                 {"foobar", "Zm9vYmFy"}};
    assert_pairs(pairs, COUNT(pairs), base64_write, base64_read);
    assert_pairs(pairs, COUNT(pairs), base64_write, base64_read_forgiving);
    assert_writes(base64_write, SPAN_LITERAL("\xfb\xff\xbf"), "+/+/");
}

static void base64_refuses_all_but_the_one_spelling(void **state) {
    (void)state;
    const char *const refused[] = {
        "Zg",    "Zg=",      "Z",        "Zg===",  "=",    "==",
        "====",  "Zg==Zg==",                                                   /* padding */
        "Zm 9v", "Zm9v\n",   " Zm9v",    "Zm9v\t",                             /* white space */
        "Zm9-",  "Zm9_",     "Zm9.",     "Z=9v",   "Zm=v", "\xff\xff\xff\xff", /* foreign */
        "Zh==",  "Zm9=",     "Zm8=Zm8=",                                       /* loose bits */
    };
    for (size_t i = 0; i < COUNT(refused); i++) assert_refuses(base64_read, span_of_text(refused[i]));
    assert_refuses(base64_read, SPAN_LITERAL("Zm9\0"));
}

static void forgiving_base64_reads_as_browsers_do(void **state) {
    (void)state;
    assert_reads(base64_read_forgiving, "Zg", SPAN_LITERAL("f"));
    assert_reads(base64_read_forgiving, " Z\tm\n9\fv\r", SPAN_LITERAL("foo"));
    assert_reads(base64_read_forgiving, "Zg = =", SPAN_LITERAL("f"));
    assert_reads(base64_read_forgiving, "Zh==", SPAN_LITERAL("f"));
    assert_reads(base64_read_forgiving, "Zm9", SPAN_LITERAL("fo"));
    assert_reads(base64_read_forgiving, " \n", SPAN_NONE);
}

static void forgiving_base64_has_its_limits(void **state) {
    (void)state;
    const char *const refused[] = {"Z",      "Zg=",  "Zm9vY", "====", "=",      "Zg===",    "Zm9v=",
                                   "Zm9v==", "Zm-v", "Zm_v",  "Z=g=", "Zm9v\v", "Zg==Zg==", "Zm9v\xc2\xa0"};
    for (size_t i = 0; i < COUNT(refused); i++) assert_refuses(base64_read_forgiving, span_of_text(refused[i]));
    assert_refuses(base64_read_forgiving, SPAN_LITERAL("Zm9\0"));
}

static void base64url_is_a_word_of_a_url(void **state) {
    (void)state;
    const struct pair pairs[] = {{"", ""},           {"f", "Zg"},        {"fo", "Zm8"},
                                 {"foo", "Zm9v"},    {"foob", "Zm9vYg"}, {"\xfb\xff\xbe", "-_--"},
                                 {"\xff\xff", "__8"}};
    assert_pairs(pairs, COUNT(pairs), base64url_write, base64url_read);
}

static void base64url_refuses_all_but_the_one_spelling(void **state) {
    (void)state;
    const char *const texts[] = {"Zg==", "Z",    "Zh",     "Zm9vY", "Zm9=", "Zm9v+-Zm",
                                 "Zm/v", "Zm v", "Zm9v\n", "Zm8.",  "Zm9"};
    for (size_t i = 0; i < COUNT(texts); i++) assert_refuses(base64url_read, span_of_text(texts[i]));
}

static void base32_gives_the_examples_of_rfc_4648_in_lower_case(void **state) {
    (void)state;
    const struct pair pairs[] = {{"", ""},
                                 {"f", "my"},
                                 {"fo", "mzxq"},
                                 {"foo", "mzxw6"},
                                 {"foob", "mzxw6yq"},
                                 {"fooba", "mzxw6ytb"},
                                 {"foobar", "mzxw6ytboi"}};
    assert_pairs(pairs, COUNT(pairs), base32_write, base32_read);
}

static void base32_refuses_all_but_the_one_spelling(void **state) {
    (void)state;
    const char *const refused[] = {"m",  "mzx",      "mzxw6y", /* lengths that no bytes have */
                                   "MY", "my======", "m y",    "m1", "m0", "m8", "mz"};
    for (size_t i = 0; i < COUNT(refused); i++) assert_refuses(base32_read, span_of_text(refused[i]));
}

static void hex_is_written_low_and_read_in_either_case(void **state) {
    (void)state;
    assert_writes(hex_write, SPAN_LITERAL("\x00\x9f\xa0\xff"), "009fa0ff");
    assert_reads(hex_read, "009fa0ff", SPAN_LITERAL("\x00\x9f\xa0\xff"));
    assert_reads(hex_read, "009Fa0fF", SPAN_LITERAL("\x00\x9f\xa0\xff"));
    assert_refuses(hex_read, SPAN_LITERAL("0"));
    assert_refuses(hex_read, SPAN_LITERAL("0g"));
    assert_refuses(hex_read, SPAN_LITERAL("0x"));
    assert_refuses(hex_read, SPAN_LITERAL("00 "));
}

static void hex_is_lower_only_for_small_digits(void **state) {
    (void)state;
    assert_true(hex_is_lower(SPAN_LITERAL("0123456789abcdef")));
    assert_true(hex_is_lower(SPAN_NONE));
    assert_false(hex_is_lower(SPAN_LITERAL("aA")));
    assert_false(hex_is_lower(SPAN_LITERAL("ag")));
    assert_false(hex_is_lower(SPAN_LITERAL("a:")));
}

static void text_that_does_not_fit_is_refused(void **state) {
    (void)state;
    uint8_t memory[2];
    reader *const readers[] = {base64_read, base64_read_forgiving, base32_read, hex_read};
    const char *const texts[] = {"Zm9v", "Zm9v", "mzxw6", "666f6f"};
    for (size_t i = 0; i < COUNT(readers); i++) {
        struct buffer out = buffer_over(memory, sizeof memory);
        assert_false(readers[i](span_of_text(texts[i]), &out));
        assert_int_equal(out.size, 0);
    }
}

static void every_cut_of_a_text_is_read_or_refused_inside_its_bytes(void **state) {
    (void)state;
    const char *const texts[] = {"Zm9vYmE=", "mzxw6ytboi", "666f6f626172"};
    reader *const readers[] = {base64_read, base64_read_forgiving, base32_read, hex_read};
    for (size_t t = 0; t < COUNT(texts); t++) {
        for (size_t size = 0; size <= strlen(texts[t]); size++) {
            uint8_t *cut = malloc(size + 1); /* so that a sanitizer sees a read beyond */
            memcpy(cut, texts[t], size);
            for (size_t i = 0; i < COUNT(readers); i++) {
                uint8_t memory[16];
                struct buffer out = buffer_over(memory, sizeof memory);
                if (!readers[i]((struct span){cut, size}, &out)) assert_int_equal(out.size, 0);
            }
            free(cut);
        }
    }
}

static void utf8_of_every_length_is_valid(void **state) {
    (void)state;
    const char *const valid[] = {"",
                                 "a",
                                 "\x7f",
                                 "\xc2\x80",
                                 "\xdf\xbf",
                                 "\xe0\xa0\x80",
                                 "\xed\x9f\xbf",
                                 "\xee\x80\x80",
                                 "\xef\xbf\xbf",
                                 "\xf0\x90\x80\x80",
                                 "\xf4\x8f\xbf\xbf",
                                 "a\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80z"};
    for (size_t i = 0; i < COUNT(valid); i++) {
        if (!utf8_is_valid(span_of_text(valid[i]))) fail_msg("refused valid text %zu", i);
    }
    assert_true(utf8_is_valid(SPAN_LITERAL("\0")));
}

static void utf8_is_looked_at_in_every_place_of_a_long_text(void **state) {
    (void)state;
    for (size_t size = 1; size < 40; size++) {
        for (size_t at = 0; at < size; at++) {
            uint8_t *text = malloc(size); /* exactly, so that a sanitizer sees one byte too far */
            assert_non_null(text);
            memset(text, 'x', size);
            text[at] = 0xff;
            assert_false(utf8_is_valid((struct span){text, size}));
            text[at] = 0xc3;
            if (at + 1 < size) text[at + 1] = 0xbc;
            assert_int_equal(utf8_is_valid((struct span){text, size}), at + 1 < size);
            free(text);
        }
    }
}

static void utf8_refuses_what_rfc_3629_forbids(void **state) {
    (void)state;
    const char *const invalid[] = {
        "\x80",
        "\xbf",
        "\xc3\xa9\x80", /* nothing to continue */
        "\xc0\x80",
        "\xc1\xbf",
        "\xe0\x80\x80",
        "\xe0\x9f\xbf",
        "\xf0\x8f\xbf\xbf", /* overlong */
        "\xed\xa0\x80",
        "\xed\xbf\xbf", /* surrogates */
        "\xf4\x90\x80\x80",
        "\xf5\x80\x80\x80",
        "\xf8\x88\x80\x80\x80",
        "\xfe",
        "\xff", /* beyond U+10FFFF */
        "\xc3",
        "\xe2\x82",
        "\xf0\x9f\x98",
        "\xe2\x28\xa1",
        "\xc3z", /* cut short */
    };
    for (size_t i = 0; i < COUNT(invalid); i++) {
        if (utf8_is_valid(span_of_text(invalid[i]))) fail_msg("accepted invalid text %zu", i);
        assert_false(utf8_is_valid(span_of_text(invalid[i])));
    }
}

static void first_character_is_measured(void **state) {
    (void)state;
    assert_int_equal(utf8_first_size(SPAN_NONE), 0);
    assert_int_equal(utf8_first_size(SPAN_LITERAL("ab")), 1);
    assert_int_equal(utf8_first_size(SPAN_LITERAL("\xf0\x9f\x98\x80z")), 4);
    assert_int_equal(utf8_first_size(SPAN_LITERAL("\xf0\x9f\x98")), 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(base64_gives_the_examples_of_rfc_4648),
        cmocka_unit_test(base64_refuses_all_but_the_one_spelling),
        cmocka_unit_test(forgiving_base64_reads_as_browsers_do),
        cmocka_unit_test(forgiving_base64_has_its_limits),
        cmocka_unit_test(base64url_is_a_word_of_a_url),
        cmocka_unit_test(base64url_refuses_all_but_the_one_spelling),
        cmocka_unit_test(base32_gives_the_examples_of_rfc_4648_in_lower_case),
        cmocka_unit_test(base32_refuses_all_but_the_one_spelling),
        cmocka_unit_test(hex_is_written_low_and_read_in_either_case),
        cmocka_unit_test(hex_is_lower_only_for_small_digits),
        cmocka_unit_test(text_that_does_not_fit_is_refused),
        cmocka_unit_test(every_cut_of_a_text_is_read_or_refused_inside_its_bytes),
        cmocka_unit_test(utf8_of_every_length_is_valid),
        cmocka_unit_test(utf8_is_looked_at_in_every_place_of_a_long_text),
        cmocka_unit_test(utf8_refuses_what_rfc_3629_forbids),
        cmocka_unit_test(first_character_is_measured),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
