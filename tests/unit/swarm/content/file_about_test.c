/* SPDX-License-Identifier: Apache-2.0 */
#include "swarm/content/file_about.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/prng.h"
#include "lib/record_bench.h"

static struct file_about about_of(const char *name, const char *mime) {
    struct file_about about = {0};
    assert_true(span_copy_text(span_of_text(name), about.name, sizeof about.name));
    assert_true(span_copy_text(span_of_text(mime), about.mime, sizeof about.mime));
    return about;
}

static bool is_valid(const char *name, const char *mime) {
    const struct file_about about = about_of(name, mime);
    return file_about_is_valid(&about);
}

static void names_of_files_are_taken(void **state) {
    (void)state;
    const char *const names[] = {"a",   "hello.txt",         "...",          ".profile",
                                 "a b", "\xc3\xa9t\xc3\xa9", "\"quoted\\\"", "\xc2\xa0"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) assert_true(is_valid(names[i], "text/plain"));
    assert_true(is_valid("x", ""));
}

static void names_that_lead_elsewhere_or_hide_something_are_refused(void **state) {
    (void)state;
    const char *const names[] = {"",      ".",        "..",        "a/b",      "/",       "a\n",         "\x1b[2J",
                                 "a\x7f", "\xc2\x80", "x\xc2\x9b", "\xc2\x9f", "bad\xff", "\xed\xa0\x80"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) assert_false(is_valid(names[i], "text/plain"));
}

static void kinds_are_printable_ascii(void **state) {
    (void)state;
    assert_true(is_valid("x", "text/plain; charset=\"utf-8\""));
    assert_false(is_valid("x", "text\tplain"));
    assert_false(is_valid("x", "text/\xc3\xa9"));
    assert_false(is_valid("x", "\x7f"));
}

static bool reads(const char *text, struct file_about *about) {
    uint8_t memory[8192];
    struct arena arena = arena_over(memory, sizeof memory);
    enum json_fault fault;
    const struct json_value *value = json_parse(span_of_text(text), JSON_WIRE, &arena, &fault, NULL);
    assert_non_null(value);
    return file_about_read(value, about);
}

static void object_without_its_two_texts_is_refused(void **state) {
    (void)state;
    struct file_about about;
    assert_true(reads("{\"mime\":\"a/b\",\"name\":\"x\",\"more\":1}", &about));
    assert_string_equal(about.name, "x");
    assert_string_equal(about.mime, "a/b");
    assert_false(reads("[]", &about));
    assert_false(reads("{\"name\":\"x\"}", &about));
    assert_false(reads("{\"mime\":\"a/b\"}", &about));
    assert_false(reads("{\"mime\":1,\"name\":\"x\"}", &about));
    assert_false(reads("{\"mime\":\"\",\"name\":\"a\\u0000b\"}", &about));
    assert_false(reads("{\"mime\":\"\",\"name\":\"..\"}", &about));
}

static void longest_texts_are_taken_and_one_byte_more_is_not(void **state) {
    (void)state;
    char text[600] = "{\"mime\":\"", *at = text + strlen(text);
    struct file_about about;
    memset(at, 'm', FILE_MIME_SIZE_MAX);
    memcpy(at + FILE_MIME_SIZE_MAX, "\",\"name\":\"", 10);
    memset(at + FILE_MIME_SIZE_MAX + 10, 'n', FILE_NAME_SIZE_MAX);
    memcpy(at + FILE_MIME_SIZE_MAX + 10 + FILE_NAME_SIZE_MAX, "\"}", 3);
    assert_true(reads(text, &about));
    memcpy(at + FILE_MIME_SIZE_MAX + 10 + FILE_NAME_SIZE_MAX, "n\"}", 4);
    assert_false(reads(text, &about));
    memmove(at + 1, at, strlen(at) + 1);
    memcpy(text + strlen(text) - 3, "\"}", 3);
    assert_false(reads(text, &about));
}

static struct file_key key_of(const char *name) {
    struct file_key key;
    record_bench_bytes(name, key.bytes);
    return key;
}

static void sealed_text_opens_with_its_key_alone(void **state) {
    (void)state;
    const struct file_key key = key_of("file key"), other = key_of("another");
    const struct file_about about = about_of("hello.txt", "text/plain");
    struct sealed_about sealed;
    struct file_about again;
    file_about_seal(&about, &key, &sealed);
    assert_int_equal(file_about_open(&sealed, &key, &again), REFUSAL_NONE);
    assert_string_equal(again.name, "hello.txt");
    assert_string_equal(again.mime, "text/plain");
    assert_int_equal(file_about_open(&sealed, &other, &again), REFUSAL_ABOUT_DAMAGED);
    for (size_t i = 0; i < 8 * (size_t)sealed.size; i++) {
        sealed.bytes[i / 8] ^= (uint8_t)(1 << i % 8);
        assert_int_equal(file_about_open(&sealed, &key, &again), REFUSAL_ABOUT_DAMAGED);
        sealed.bytes[i / 8] ^= (uint8_t)(1 << i % 8);
    }
    sealed.size--;
    assert_int_equal(file_about_open(&sealed, &key, &again), REFUSAL_ABOUT_DAMAGED);
    sealed.size = 0;
    assert_int_equal(file_about_open(&sealed, &key, &again), REFUSAL_ABOUT_DAMAGED);
}

/* What an author may have sealed who does not keep to the form. */
static void sealed_text_of_another_form_is_refused(void **state) {
    (void)state;
    const char *const texts[] = {"",
                                 "{}",
                                 "[]",
                                 "{\"mime\":\"\",\"name\":\"../x\"}",
                                 "{\"mime\":\"\",\"name\":\"x\"} x",
                                 "{\"mime\":\"\",\"name\":\"x\",\"name\":\"y\"}"};
    const uint8_t nonce[SEAL_NONCE_SIZE] = {0};
    const struct file_key key = key_of("file key");
    struct seal_key own;
    file_key_derive(&key, "skep-about-v1", &own);
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        struct sealed_about sealed;
        struct file_about about;
        struct buffer out = buffer_over(sealed.bytes, sizeof sealed.bytes);
        assert_true(seal_close(&own, nonce, SPAN_NONE, span_of_text(texts[i]), &out));
        sealed.size = (uint16_t)out.size;
        assert_int_equal(file_about_open(&sealed, &key, &about), REFUSAL_MANIFEST_ABOUT);
    }
}

static void thousand_names_come_back(void **state) {
    (void)state;
    static const char letters[] = "abc\"\\ .-_";
    for (uint64_t seed = 0; seed < 1000; seed++) {
        struct prng dice = prng_seeded(seed);
        struct file_about about = {0}, again;
        struct sealed_about sealed;
        struct file_key key;
        const size_t name_size = 1 + prng_below(&dice, FILE_NAME_SIZE_MAX);
        const size_t mime_size = prng_below(&dice, FILE_MIME_SIZE_MAX + 1);
        for (size_t i = 0; i < name_size; i++) about.name[i] = letters[prng_below(&dice, sizeof letters - 1)];
        for (size_t i = 0; i < mime_size; i++) about.mime[i] = (char)(0x20 + prng_below(&dice, 0x5f));
        for (size_t i = 0; i < sizeof key.bytes; i++) key.bytes[i] = (uint8_t)prng_next(&dice);
        if (!file_about_is_valid(&about)) continue; /* "." or ".." */
        file_about_seal(&about, &key, &sealed);
        assert_int_equal(file_about_open(&sealed, &key, &again), REFUSAL_NONE);
        assert_string_equal(again.name, about.name);
        assert_string_equal(again.mime, about.mime);
    }
}

static void worst_text_fits(void **state) {
    (void)state;
    struct file_about about = {0}, again;
    struct sealed_about sealed;
    const struct file_key key = key_of("file key");
    memset(about.name, '"', FILE_NAME_SIZE_MAX);
    memset(about.mime, '\\', FILE_MIME_SIZE_MAX);
    file_about_seal(&about, &key, &sealed);
    assert_int_equal(sealed.size, FILE_ABOUT_SEALED_MAX);
    assert_int_equal(file_about_open(&sealed, &key, &again), REFUSAL_NONE);
    assert_memory_equal(&again, &about, sizeof about);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_of_files_are_taken),
        cmocka_unit_test(names_that_lead_elsewhere_or_hide_something_are_refused),
        cmocka_unit_test(kinds_are_printable_ascii),
        cmocka_unit_test(object_without_its_two_texts_is_refused),
        cmocka_unit_test(longest_texts_are_taken_and_one_byte_more_is_not),
        cmocka_unit_test(sealed_text_opens_with_its_key_alone),
        cmocka_unit_test(sealed_text_of_another_form_is_refused),
        cmocka_unit_test(thousand_names_come_back),
        cmocka_unit_test(worst_text_fits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
