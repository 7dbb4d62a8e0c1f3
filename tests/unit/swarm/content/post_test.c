/* SPDX-License-Identifier: Apache-2.0 */
#include "swarm/content/post.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/prng.h"
#include "lib/record_bench.h"
#include "lib/vectors.h"

enum { BODY_ROOM = 65536 };
#define ID_A "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"
#define ID_B "10112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"
#define FIRST                                                                                                          \
    "{\"at\":1790000000000,\"attachments\":[\"" ID_B "\",\"" ID_A "\"],\"tags\":[\"bees\"],\"text\":\"hello\","        \
    "\"type\":\"post\",\"version\":1}"
#define LATER                                                                                                          \
    "{\"at\":1790000000000,\"attachments\":[],\"of\":\"" ID_A "\",\"tags\":[],\"text\":\"\",\"type\":\"post\","        \
    "\"version\":2}"
#define DELETION                                                                                                       \
    "{\"at\":1790000000000,\"attachments\":[],\"deleted\":true,\"of\":\"" ID_A "\",\"tags\":[],\"text\":\"\","         \
    "\"type\":\"post\",\"version\":2}"

static enum refusal check(const struct checked_record *record) {
    struct checked_post post;
    return post_check(record, &post);
}

/* Borrows from the bench, whose text lives until its next call. */
static struct checked_post post_of(struct span text) {
    struct checked_record record;
    struct checked_post post;
    assert_string_equal(refusal_name(record_bench_check(text, &record)), "none");
    assert_string_equal(refusal_name(post_check(&record, &post)), "none");
    return post;
}

static struct span record_text(const struct json_value *vector) {
    return vectors_string(vectors_member(vector, "record"), "text");
}

/* ---- Another implementation ---- */

static void build(const struct json_value *vector, const struct post_draft *draft) {
    uint8_t memory[4096];
    struct buffer body = buffer_over(memory, sizeof memory);
    struct checked_record record;
    assert_true(post_build(&body, draft));
    assert_int_equal(record_bench_sign(buffer_span(&body), true, &record), REFUSAL_NONE);
    if (!span_equal(record.text, record_text(vector)))
        fail_msg("made: %.*s", (int)record.text.size, (const char *)record.text.at);
}

static void posts_of_another_implementation_are_reproduced(void **state) {
    (void)state;
    struct vectors v = vectors_open("content");
    const struct json_value *posts = vectors_array(v.tree, "posts")->as.items;
    struct object_id attachments[2], of;
    const struct span tags[] = {SPAN_LITERAL("bees"), SPAN_LITERAL("caf\xc3\xa9")};
    assert_true(object_ids_read(vectors_array(&posts[0], "attachments"), attachments));
    assert_true(object_id_read(vectors_string(&posts[1], "of"), &of));
    build(&posts[0], &(struct post_draft){.at_ms = BENCH_AT,
                                          .text = vectors_string(&posts[0], "text"),
                                          .attachments = attachments,
                                          .attachment_count = 2,
                                          .tags = tags,
                                          .tag_count = 2});
    const struct checked_post first = post_of(record_text(&posts[0]));
    assert_true(object_id_equal(&first.id, &of) && object_id_equal(&first.of, &of));
    assert_int_equal(first.attachment_count, 2);
    assert_memory_equal(first.attachments, attachments, sizeof attachments);
    assert_true(first.tag_count == 2 && span_equal(first.tags[1], tags[1]));
    assert_true(span_equal(first.text, vectors_string(&posts[0], "text")));
    const struct checked_post later = post_of(record_text(&posts[1])), gone = post_of(record_text(&posts[2]));
    assert_int_equal(post_follows(&later, &first), REFUSAL_NONE);
    assert_int_equal(post_follows(&gone, &first), REFUSAL_NONE);
    assert_true(post_compare(&gone, &later) > 0 && post_compare(&later, &first) > 0);
    assert_true(gone.is_deleted && !later.is_deleted);
    vectors_close(&v);
}

static void bodies_of_another_implementation_are_reproduced(void **state) {
    (void)state;
    struct vectors v = vectors_open("content");
    const struct json_value *posts = vectors_array(v.tree, "posts")->as.items;
    uint8_t memory[4096];
    struct post_draft draft = {.at_ms = BENCH_AT + 5000, .version = 2, .text = SPAN_LITERAL("Hello again")};
    struct buffer body = buffer_over(memory, sizeof memory);
    assert_true(object_id_read(vectors_string(&posts[1], "of"), &draft.of));
    assert_true(post_build(&body, &draft));
    assert_true(span_equal(buffer_span(&body), vectors_string(vectors_member(&posts[1], "record"), "body")));
    draft = (struct post_draft){.at_ms = BENCH_AT + 9000,
                                .version = 3,
                                .of = draft.of,
                                .is_deleted = true,
                                .text = SPAN_LITERAL("is left out")};
    body = buffer_over(memory, sizeof memory);
    assert_true(post_build(&body, &draft));
    assert_true(span_equal(buffer_span(&body), vectors_string(vectors_member(&posts[2], "record"), "body")));
    vectors_close(&v);
}

static void any_bit_of_a_post_that_differs_is_refused(void **state) {
    (void)state;
    struct vectors v = vectors_open("content");
    record_bench_flip_everywhere(record_text(&vectors_array(v.tree, "posts")->as.items[2]));
    vectors_close(&v);
}

/* ---- What is refused ---- */

static void first_versions_out_of_form_are_refused(void **state) {
    (void)state;
    static const struct body_fault faults[] = {
        {"\"type\":\"post\"", "\"type\":\"toast\"", REFUSAL_RECORD_TYPE_OTHER},
        {"\"text\"", "\"texts\"", REFUSAL_MEMBER_MISSING},
        {"\"hello\"", "null", REFUSAL_MEMBER_MISTYPED},
        {"\"attachments\"", "\"attached\"", REFUSAL_MEMBER_MISSING},
        {"[\"1011", "[\"101", REFUSAL_POST_ATTACHMENTS},
        {"[\"1011", "[1,\"1011", REFUSAL_POST_ATTACHMENTS},
        {"\"attachments\":[", "\"attachments\":{},\"x\":[", REFUSAL_MEMBER_MISTYPED},
        {"\"tags\"", "\"tagged\"", REFUSAL_MEMBER_MISSING},
        {"[\"bees\"]", "[1]", REFUSAL_POST_TAGS},
        {"[\"bees\"]", "[\"0123456789012345678901234567890123456789012345678901234567890123\"]", REFUSAL_NONE},
        {"[\"bees\"]", "[\"0123456789012345678901234567890123456789012345678901234567890123+\"]", REFUSAL_POST_TAGS},
        {"[\"bees\"]", "[1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1]", REFUSAL_MEMBER_TOO_LONG},
        {"\"version\":1", "\"version\":0", REFUSAL_MEMBER_MISTYPED},
        {"\"version\":1", "\"version\":2147483648", REFUSAL_MEMBER_MISTYPED},
        {"\"version\":1", "\"versio\":1", REFUSAL_MEMBER_MISSING},
        {"\"version\":1", "\"version\":2", REFUSAL_POST_VERSION},
        {"\"version\":1", "\"of\":\"" ID_A "\",\"version\":1", REFUSAL_POST_VERSION},
        {"\"version\":1", "\"deleted\":true,\"version\":1", REFUSAL_POST_DELETION},
        {"\"version\":1", "\"later\":{},\"version\":1", REFUSAL_NONE},
    };
    record_bench_faults(SPAN_LITERAL(FIRST), faults, sizeof faults / sizeof faults[0], check);
}

static void later_versions_out_of_form_are_refused(void **state) {
    (void)state;
    static const struct body_fault faults[] = {
        {"\"of\":\"0011", "\"of\":\"001", REFUSAL_MEMBER_MISTYPED},
        {"\"of\":\"" ID_A "\",", "", REFUSAL_POST_VERSION},
        {"\"of\":\"" ID_A "\"", "\"of\":null", REFUSAL_MEMBER_MISTYPED},
        {"\"version\":2", "\"version\":1", REFUSAL_POST_VERSION},
        {"\"version\":2", "\"version\":2147483647", REFUSAL_NONE},
    };
    record_bench_faults(SPAN_LITERAL(LATER), faults, sizeof faults / sizeof faults[0], check);
}

static void deletions_that_keep_something_are_refused(void **state) {
    (void)state;
    static const struct body_fault faults[] = {
        {"\"text\":\"\"", "\"text\":\"x\"", REFUSAL_POST_DELETION},
        {"\"attachments\":[]", "\"attachments\":[\"" ID_A "\"]", REFUSAL_POST_DELETION},
        {"\"deleted\":true", "\"deleted\":false", REFUSAL_POST_DELETION},
        {"\"deleted\":true", "\"deleted\":1", REFUSAL_MEMBER_MISTYPED},
        {"\"version\":2", "\"version\":3", REFUSAL_NONE},
        /* of what was never said */
        {"\"of\":\"" ID_A "\",\"tags\":[],\"text\":\"\",\"type\":\"post\",\"version\":2",
         "\"tags\":[],\"text\":\"\",\"type\":\"post\",\"version\":1", REFUSAL_POST_DELETION},
    };
    record_bench_faults(SPAN_LITERAL(DELETION), faults, sizeof faults / sizeof faults[0], check);
}

static void fullest_post_is_taken_and_more_of_anything_is_not(void **state) {
    (void)state;
    static uint8_t memory[BODY_ROOM];
    static char text[POST_TEXT_MAX + 2];
    struct object_id ids[POST_ATTACHMENTS_MAX + 1];
    struct span tags[POST_TAGS_MAX + 1];
    memset(text, '"', sizeof text - 1);
    memset(ids, 0x5a, sizeof ids);
    for (size_t i = 0; i <= POST_TAGS_MAX; i++) tags[i] = (struct span){(const uint8_t *)text, POST_TAG_MAX};
    const struct post_draft full = {.text = {(const uint8_t *)text, POST_TEXT_MAX},
                                    .attachments = ids,
                                    .attachment_count = POST_ATTACHMENTS_MAX,
                                    .tags = tags,
                                    .tag_count = POST_TAGS_MAX};
    struct post_draft more[] = {full, full, full, full, full, full, full, full};
    struct buffer body = buffer_over(memory, sizeof memory);
    struct checked_record record;
    assert_true(post_build(&body, &full));
    assert_int_equal(record_bench_sign(buffer_span(&body), false, &record), REFUSAL_NONE);
    assert_int_equal(check(&record), REFUSAL_NONE);
    struct span long_tag = {(const uint8_t *)text, POST_TAG_MAX + 1};
    more[0].text.size++;
    more[1].attachment_count++;
    more[2].tag_count++;
    more[3].tags = &long_tag;
    more[3].tag_count = 1;
    more[4].is_deleted = true; /* of a first version */
    more[5].version = -1;
    more[6].text = SPAN_LITERAL("\xff");
    long_tag.size--;
    for (size_t i = 0; i < 7; i++) {
        if (i == 3) long_tag.size++;
        body = buffer_over(memory, sizeof memory);
        if (post_build(&body, &more[i])) fail_msg("draft %zu was built", i);
    }
    body = buffer_over(memory, 100);
    assert_false(post_build(&body, &full));
}

static void text_over_its_bound_is_refused(void **state) {
    (void)state;
    static char to[POST_TEXT_MAX + 64];
    for (size_t size = POST_TEXT_MAX; size <= POST_TEXT_MAX + 1; size++) {
        memset(to, 'x', sizeof to);
        to[0] = to[size + 1] = '"';
        to[size + 2] = '\0';
        const struct body_fault fault = {"\"hello\"", to,
                                         size > POST_TEXT_MAX ? REFUSAL_MEMBER_TOO_LONG : REFUSAL_NONE};
        record_bench_faults(SPAN_LITERAL(FIRST), &fault, 1, check);
    }
}

/* ---- Versions ---- */

static struct checked_post version(int32_t number, int64_t at_ms, uint8_t id) {
    struct checked_post post = {.version = number, .at_ms = at_ms, .id = {{id}}, .of = {{1}}};
    post.author.key = record_bench_public("node");
    return post;
}

static void only_the_author_follows(void **state) {
    (void)state;
    const struct checked_post first = version(1, 5, 1);
    struct checked_post later = version(2, 6, 2);
    assert_int_equal(post_follows(&later, &first), REFUSAL_NONE);
    later.author.key = record_bench_public("thief");
    assert_int_equal(post_follows(&later, &first), REFUSAL_POST_AUTHOR_OTHER);
    later = version(2, 6, 2);
    later.author.is_user = true; /* a user and a node of one key are two */
    assert_int_equal(post_follows(&later, &first), REFUSAL_POST_AUTHOR_OTHER);
}

static void versions_of_another_post_do_not_follow(void **state) {
    (void)state;
    const struct checked_post first = version(1, 5, 1), later = version(2, 6, 2), other = version(1, 5, 9);
    assert_int_equal(post_follows(&later, &other), REFUSAL_POST_OF_ANOTHER);
    assert_int_equal(post_follows(&first, &first), REFUSAL_POST_OF_ANOTHER);
    assert_int_equal(post_follows(&later, &later), REFUSAL_POST_OF_ANOTHER);
}

static void higher_version_stands_then_the_later_then_the_greater_id(void **state) {
    (void)state;
    const struct checked_post rising[] = {version(1, 9, 9), version(2, 1, 5), version(2, 2, 1), version(2, 2, 2),
                                          version(3, 0, 0)};
    const size_t count = sizeof rising / sizeof rising[0];
    for (size_t a = 0; a < count; a++) {
        for (size_t b = 0; b < count; b++) {
            const int order = post_compare(&rising[a], &rising[b]);
            assert_int_equal((order > 0) - (order < 0), (a > b) - (a < b));
        }
    }
}

static void thousand_posts_come_back(void **state) {
    (void)state;
    static const char letters[] = "abc \"\\\n/\t";
    for (uint64_t seed = 0; seed < 1000; seed++) {
        uint8_t memory[8192], text[500];
        struct prng dice = prng_seeded(seed);
        struct buffer body = buffer_over(memory, sizeof memory);
        struct object_id ids[POST_ATTACHMENTS_MAX];
        struct span tags[POST_TAGS_MAX];
        struct checked_record record;
        for (size_t i = 0; i < sizeof text; i++) text[i] = (uint8_t)letters[prng_below(&dice, sizeof letters - 1)];
        for (size_t i = 0; i < sizeof ids; i++) ids[i / 32].bytes[i % 32] = (uint8_t)prng_next(&dice);
        for (size_t i = 0; i < POST_TAGS_MAX; i++) tags[i] = (struct span){text + i, prng_below(&dice, POST_TAG_MAX)};
        const struct post_draft draft = {.at_ms = BENCH_AT,
                                         .version = (int32_t)prng_below(&dice, 3),
                                         .of = ids[0],
                                         .text = {text, prng_below(&dice, sizeof text)},
                                         .attachments = ids,
                                         .attachment_count = prng_below(&dice, POST_ATTACHMENTS_MAX + 1),
                                         .tags = tags,
                                         .tag_count = prng_below(&dice, POST_TAGS_MAX + 1)};
        assert_true(post_build(&body, &draft));
        assert_int_equal(record_bench_sign(buffer_span(&body), seed % 2 == 0, &record), REFUSAL_NONE);
        const struct checked_post post = post_of(record.text);
        assert_int_equal(post.version, draft.version == 0 ? 1 : draft.version);
        assert_true(span_equal(post.text, draft.text));
        assert_int_equal(post.attachment_count, draft.attachment_count);
        assert_memory_equal(post.attachments, ids, draft.attachment_count * sizeof ids[0]);
        assert_int_equal(post.tag_count, draft.tag_count);
        for (size_t i = 0; i < draft.tag_count; i++) assert_true(span_equal(post.tags[i], tags[i]));
        assert_true(object_id_equal(&post.of, post.version > 1 ? &ids[0] : &post.id));
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(posts_of_another_implementation_are_reproduced),
        cmocka_unit_test(bodies_of_another_implementation_are_reproduced),
        cmocka_unit_test(any_bit_of_a_post_that_differs_is_refused),
        cmocka_unit_test(first_versions_out_of_form_are_refused),
        cmocka_unit_test(later_versions_out_of_form_are_refused),
        cmocka_unit_test(deletions_that_keep_something_are_refused),
        cmocka_unit_test(fullest_post_is_taken_and_more_of_anything_is_not),
        cmocka_unit_test(text_over_its_bound_is_refused),
        cmocka_unit_test(only_the_author_follows),
        cmocka_unit_test(versions_of_another_post_do_not_follow),
        cmocka_unit_test(higher_version_stands_then_the_later_then_the_greater_id),
        cmocka_unit_test(thousand_posts_come_back),
    };
    if (!sign_init()) return 1;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
