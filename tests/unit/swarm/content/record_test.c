/* SPDX-License-Identifier: Apache-2.0 */
#include "swarm/content/record.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/encoding.h"
#include "base/json_writer.h"
#include "base/memory.h"
#include "base/prng.h"
#include "lib/record_bench.h"
#include "lib/vectors.h"

#define NODE_B64  "zjzBXxhB0vuVYiy4PBQl1QERQHRCAdZxk2KBwj2ycRQ="
#define ALICE_B64 "AVzgUMV9GJ4dxhJisD+2ZNqXofs9smoI1Gbvolh6vjg="
#define SAID      "\"text\":\"hello\",\"type\":\"note\"}"
#define BARE      "{\"at\":1790000000000," SAID
#define BY_NODE   "{\"at\":1790000000000,\"by\":\"" NODE_B64 "\"," SAID
#define BY_ALICE  "{\"at\":1790000000000,\"by\":\"" ALICE_B64 "\"," SAID

static void assert_refused(struct span text, enum refusal expected) {
    struct checked_record record;
    const enum refusal refusal = record_bench_check(text, &record);
    if (refusal != expected)
        fail_msg("%.*s: is %s and should be %s", (int)text.size, (const char *)text.at, refusal_name(refusal),
                 refusal_name(expected));
}

static struct checked_record accepted(struct span text) {
    struct checked_record record;
    assert_string_equal(refusal_name(record_bench_check(text, &record)), "none");
    return record;
}

/* A record that holds, as a text that may be changed. */
static char *good_text(void) {
    static char text[1024];
    const struct user_cert cert = record_bench_cert("alice", "node", BENCH_AT);
    assert_true(span_copy_text(record_bench_forge(BY_ALICE, "node", &cert), text, sizeof text));
    return text;
}

static struct span with(const char *from, const char *to) {
    static char changed[2048];
    const char *text = good_text(), *place = strstr(text, from);
    assert_non_null(place);
    (void)snprintf(changed, sizeof changed, "%.*s%s%s", (int)(place - text), text, to, place + strlen(from));
    return span_of_text(changed);
}

/* ---- Another implementation ---- */

static void assert_hex(const uint8_t bytes[32], struct span expected) {
    uint8_t memory[64];
    struct buffer text = buffer_over(memory, sizeof memory);
    hex_write(&text, (struct span){bytes, 32});
    assert_true(span_equal(buffer_span(&text), expected));
}

static void check_vector(const struct json_value *vector) {
    struct checked_record record = accepted(vectors_string(vector, "text"));
    const struct public_key node = record_bench_public("node");
    assert_hex(record.id.bytes, vectors_string(vector, "id"));
    assert_hex(record.author.key.bytes, vectors_string(vector, "author"));
    assert_int_equal(record.author.is_user, vectors_boolean(vector, "isUser"));
    assert_int_equal(record.at_ms, vectors_integer(vector, "at"));
    assert_true(span_equal(record.type, vectors_string(vector, "type")));
    assert_true(public_key_equal(&record.key, &node));
}

/* Ours comes out to the same byte: the signature has no dice in it. */
static void sign_vector(const struct json_value *vector) {
    static uint8_t memory[8192], arena_memory[1 << 18];
    const struct signing_key node = record_bench_key("node");
    const struct span cert_text = vectors_string(vector, "cert");
    struct buffer out = buffer_over(memory, sizeof memory);
    struct arena arena = arena_over(arena_memory, sizeof arena_memory);
    struct user_cert cert;
    struct checked_record record;
    if (cert_text.size > 0) assert_true(user_cert_read(cert_text, &cert));
    const struct record_signer signer = {.node = &node, .cert = cert_text.size > 0 ? &cert : NULL};
    assert_int_equal(record_sign(vectors_string(vector, "body"), &signer, &arena, &out, &record), REFUSAL_NONE);
    assert_true(span_equal(buffer_span(&out), vectors_string(vector, "text")));
    assert_hex(record.id.bytes, vectors_string(vector, "id"));
}

static void records_of_another_implementation_are_reproduced(void **state) {
    (void)state;
    struct vectors v = vectors_open("content");
    const struct json_value *records = vectors_array(v.tree, "records");
    for (size_t i = 0; i < records->count; i++) {
        check_vector(&records->as.items[i]);
        sign_vector(&records->as.items[i]);
    }
    vectors_close(&v);
}

/* ---- Form ---- */

static void record_that_is_not_canonical_to_the_byte_is_refused(void **state) {
    (void)state;
    assert_refused(with("\"text\":", "\"text\": "), REFUSAL_RECORD_NOT_CANONICAL);
    assert_refused(with("{\"body\"", " {\"body\""), REFUSAL_RECORD_NOT_CANONICAL);
    assert_refused(with("=\"}", "=\"}\n"), REFUSAL_RECORD_NOT_CANONICAL);
    assert_refused(with("hello", "h\\u0065llo"), REFUSAL_RECORD_NOT_CANONICAL);
    assert_refused(with("1790000000000", "1.79e12"), REFUSAL_RECORD_NOT_CANONICAL);
    assert_refused(with("1790000000000", "1790000000000.0"), REFUSAL_RECORD_NOT_CANONICAL);
    assert_refused(with("\"text\":\"hello\",\"type\":\"note\"", "\"type\":\"note\",\"text\":\"hello\""),
                   REFUSAL_RECORD_NOT_CANONICAL);
    /* a number that no double holds is written as null */
    assert_refused(with("\"text\":\"hello\"", "\"text\":1e999"), REFUSAL_RECORD_NOT_CANONICAL);
    /* names whose order the rule does not decide */
    assert_refused(with("\"type\":\"note\"", "\"type\":\"note\",\"\xc3\xbc\":1"), REFUSAL_RECORD_NOT_CANONICAL);
}

static void text_that_is_no_wire_json_is_refused(void **state) {
    (void)state;
    assert_refused(SPAN_NONE, REFUSAL_JSON_SYNTAX);
    assert_refused(SPAN_LITERAL("[]"), REFUSAL_MEMBER_MISTYPED);
    assert_refused(with("\"type\":\"note\"", "\"type\":\"note\",\"type\":\"note\""), REFUSAL_DUPLICATE_MEMBER);
    assert_refused(with("hello", "\\ud800"), REFUSAL_LONE_SURROGATE);
    assert_refused(with("\"hello\"", "[[[[[[[]]]]]]]"), REFUSAL_JSON_DEPTH);
}

static void truncated_record_is_refused(void **state) {
    (void)state;
    const struct span whole = span_of_text(good_text());
    for (size_t size = 0; size < whole.size; size++) assert_refused((struct span){whole.at, size}, REFUSAL_JSON_SYNTAX);
}

static void member_that_is_missing_or_mistyped_is_refused(void **state) {
    (void)state;
    const struct user_cert cert = record_bench_cert("alice", "node", BENCH_AT);
    assert_refused(SPAN_LITERAL("{}"), REFUSAL_MEMBER_MISSING);
    assert_refused(SPAN_LITERAL("{\"body\":{}}"), REFUSAL_MEMBER_MISSING);
    assert_refused(with("\"key\":", "\"kez\":"), REFUSAL_MEMBER_MISSING);
    assert_refused(with("\"sig\":", "\"sih\":"), REFUSAL_MEMBER_MISSING);
    assert_refused(with("\"key\":\"zj", "\"key\":\"z"), REFUSAL_MEMBER_MISTYPED);
    assert_refused(with("ycRQ=\",\"sig", "ycRR=\",\"sig"), REFUSAL_MEMBER_MISTYPED); /* loose bits */
    assert_refused(with("\"sig\":\"", "\"sig\":\"AAAA"), REFUSAL_MEMBER_MISTYPED);
    assert_refused(record_bench_forge("[1]", "node", NULL), REFUSAL_MEMBER_MISTYPED);
    assert_refused(record_bench_forge("{\"type\":\"note\"}", "node", NULL), REFUSAL_MEMBER_MISSING);
    assert_refused(record_bench_forge("{\"at\":1}", "node", NULL), REFUSAL_MEMBER_MISSING);
    assert_refused(record_bench_forge("{\"at\":1,\"type\":null}", "node", NULL), REFUSAL_MEMBER_MISTYPED);
    assert_refused(record_bench_forge("{\"at\":\"1\",\"type\":\"note\"}", "node", NULL), REFUSAL_MEMBER_MISTYPED);
    assert_refused(record_bench_forge("{\"at\":1,\"by\":\"me\",\"type\":\"note\"}", "node", &cert),
                   REFUSAL_MEMBER_MISTYPED);
}

static void times_beyond_any_clock_are_refused(void **state) {
    (void)state;
    (void)accepted(record_bench_forge("{\"at\":0,\"type\":\"note\"}", "node", NULL));
    (void)accepted(record_bench_forge("{\"at\":9007199254740991,\"type\":\"note\"}", "node", NULL));
    assert_refused(record_bench_forge("{\"at\":-1,\"type\":\"note\"}", "node", NULL), REFUSAL_MEMBER_MISTYPED);
    assert_refused(record_bench_forge("{\"at\":9007199254740992,\"type\":\"note\"}", "node", NULL),
                   REFUSAL_MEMBER_MISTYPED);
    assert_refused(record_bench_forge("{\"at\":0.5,\"type\":\"note\"}", "node", NULL), REFUSAL_MEMBER_MISTYPED);
}

static void member_that_nobody_signed_is_refused(void **state) {
    (void)state;
    assert_refused(with("\",\"key\"", "\",\"extra\":1,\"key\""), REFUSAL_RECORD_MEMBER_UNSIGNED);
}

static void signed_members_of_unknown_meaning_are_kept(void **state) {
    (void)state;
    const struct checked_record record =
        accepted(record_bench_forge("{\"at\":1,\"future\":[1,{\"a\":2}],\"type\":\"of tomorrow\"}", "node", NULL));
    assert_int_equal(json_array_count(json_member(record.body, "future")), 2);
    assert_true(span_equal_text(record.type, "of tomorrow"));
}

/* ---- Whose word it is ---- */

static void signature_must_be_of_the_key(void **state) {
    (void)state;
    char *text = good_text(), *sig = strstr(text, "\"sig\":\"") + 7;
    *sig = *sig == 'A' ? 'B' : 'A';
    assert_refused(span_of_text(text), REFUSAL_RECORD_SIGNATURE_INVALID);
    assert_refused(with("hello", "hallo"), REFUSAL_RECORD_SIGNATURE_INVALID);
}

static void author_is_the_user_that_the_body_names(void **state) {
    (void)state;
    const struct checked_record record = accepted(span_of_text(good_text()));
    const struct public_key alice = record_bench_public("alice");
    assert_true(record.author.is_user && public_key_equal(&record.author.key, &alice));
    assert_true(record.has_cert);
}

static void author_is_the_node_when_the_body_names_it_or_nobody(void **state) {
    (void)state;
    const struct user_cert cert = record_bench_cert("alice", "node", BENCH_AT);
    const struct record_author node = {.key = record_bench_public("node")};
    struct checked_record record = accepted(record_bench_forge(BY_NODE, "node", NULL));
    assert_true(record_author_equal(&record.author, &node));
    record = accepted(record_bench_forge(BARE, "node", NULL));
    assert_true(record_author_equal(&record.author, &node));
    /* a certificate alone is anybody's to put there: the node did not agree to it */
    record = accepted(record_bench_forge(BARE, "node", &cert));
    assert_true(record_author_equal(&record.author, &node));
}

static void body_signed_anew_under_its_name_is_refused(void **state) {
    (void)state;
    const struct user_cert of_thief = record_bench_cert("carol", "thief", BENCH_AT);
    assert_refused(record_bench_forge(BY_NODE, "thief", NULL), REFUSAL_RECORD_AUTHOR_UNPROVEN);
    assert_refused(record_bench_forge(BY_ALICE, "thief", NULL), REFUSAL_RECORD_AUTHOR_UNPROVEN);
    assert_refused(record_bench_forge(BY_ALICE, "thief", &of_thief), REFUSAL_RECORD_AUTHOR_UNPROVEN);
}

static void certificate_taken_off_or_exchanged_is_refused(void **state) {
    (void)state;
    const struct user_cert of_carol = record_bench_cert("carol", "node", BENCH_AT);
    assert_refused(record_bench_forge(BY_ALICE, "node", NULL), REFUSAL_RECORD_AUTHOR_UNPROVEN);
    assert_refused(record_bench_forge(BY_ALICE, "node", &of_carol), REFUSAL_RECORD_AUTHOR_UNPROVEN);
    assert_refused(record_bench_forge(BY_NODE, "node", &of_carol), REFUSAL_RECORD_AUTHOR_UNPROVEN);
}

static void certificate_that_does_not_hold_is_refused(void **state) {
    (void)state;
    const struct user_cert of_other_node = record_bench_cert("alice", "thief", BENCH_AT);
    assert_refused(record_bench_forge(BY_ALICE, "node", &of_other_node), REFUSAL_RECORD_CERT_INVALID);
    assert_refused(record_bench_forge(BARE, "node", &of_other_node), REFUSAL_RECORD_CERT_INVALID);
    assert_refused(with("\"cert\":\"AVzg", "\"cert\":\"VzgA"), REFUSAL_RECORD_AUTHOR_UNPROVEN);
    assert_refused(with("\"cert\":\"AVzg", "\"cert\":\""), REFUSAL_RECORD_CERT_INVALID);
}

static void certificate_must_be_in_date_when_the_record_was_made(void **state) {
    (void)state;
    const struct user_cert over = record_bench_cert("alice", "node", BENCH_AT - 86400000 - 15001);
    const struct user_cert just = record_bench_cert("alice", "node", BENCH_AT - 86400000 - 15000);
    assert_refused(record_bench_forge(BY_ALICE, "node", &over), REFUSAL_RECORD_CERT_OUT_OF_DATE);
    (void)accepted(record_bench_forge(BY_ALICE, "node", &just));
}

static void any_bit_that_differs_is_refused(void **state) {
    (void)state;
    record_bench_flip_everywhere(span_of_text(good_text()));
    record_bench_flip_everywhere(record_bench_forge(BARE, "node", NULL));
}

/* ---- Size ---- */

/* The body that costs the most memory for its size: numbers of one digit. */
static struct span richest_body(size_t size) {
    static char text[RECORD_SIZE_MAX + 1];
    size_t at = (size_t)snprintf(text, sizeof text, "{\"at\":1,\"type\":\"note\",\"x\":[1");
    while (at + 4 <= size) {
        text[at++] = ',';
        text[at++] = '1';
    }
    while (at + 2 < size) text[at++] = '1';
    text[at++] = ']';
    text[at++] = '}';
    assert_int_equal(at, size);
    return (struct span){(const uint8_t *)text, size};
}

static void largest_and_richest_record_is_taken_and_one_byte_more_is_not(void **state) {
    (void)state;
    static char body[RECORD_SIZE_MAX + 1];
    struct checked_record record;
    assert_int_equal(record_bench_sign(richest_body(1000), false, &record), REFUSAL_NONE);
    const size_t around = record.text.size - 1000; /* with `by` */
    assert_int_equal(record_bench_sign(richest_body(RECORD_SIZE_MAX - around), false, &record), REFUSAL_NONE);
    assert_int_equal(record.text.size, RECORD_SIZE_MAX);
    (void)accepted(record.text);
    assert_int_equal(record_bench_sign(richest_body(RECORD_SIZE_MAX - around + 1), false, &record),
                     REFUSAL_RECORD_SIZE);
    (void)span_copy_text(richest_body(RECORD_SIZE_MAX - 100), body, sizeof body);
    assert_refused(record_bench_forge(body, "node", NULL), REFUSAL_RECORD_SIZE);
}

static void full_arena_is_a_refusal_and_left_as_it_was(void **state) {
    (void)state;
    static _Alignas(16) uint8_t memory[1 << 14];
    const struct verifier verifier = sign_verifier();
    const struct span text = span_of_text(good_text());
    struct checked_record record;
    bool was_taken = false;
    for (size_t room = 0; room < sizeof memory; room += 16) {
        struct arena arena = arena_over(memory, room);
        const enum refusal refusal = record_check(text, &verifier, &arena, &record);
        if (refusal != REFUSAL_NONE) {
            assert_int_equal(refusal, REFUSAL_NO_ROOM);
            assert_int_equal(arena.used, 0);
            assert_false(was_taken);
        }
        was_taken = refusal == REFUSAL_NONE;
    }
    assert_true(was_taken);
}

/* ---- The way out ---- */

static void what_readers_would_refuse_is_not_signed(void **state) {
    (void)state;
    struct checked_record record;
    assert_int_equal(record_bench_sign(SPAN_LITERAL("{"), false, &record), REFUSAL_JSON_SYNTAX);
    assert_int_equal(record_bench_sign(SPAN_LITERAL("1"), false, &record), REFUSAL_MEMBER_MISTYPED);
    assert_int_equal(record_bench_sign(SPAN_LITERAL("{\"type\":\"x\"}"), false, &record), REFUSAL_MEMBER_MISSING);
    assert_int_equal(record_bench_sign(SPAN_LITERAL(BY_NODE), false, &record), REFUSAL_DUPLICATE_MEMBER);
    assert_int_equal(record_bench_sign(SPAN_LITERAL("{\"at\":1,\"type\":\"x\",\"\xc3\xbc\":1}"), false, &record),
                     REFUSAL_RECORD_NOT_CANONICAL);
    /* the certificate of the bench is of another time */
    assert_int_equal(record_bench_sign(SPAN_LITERAL("{\"at\":1,\"type\":\"x\"}"), true, &record),
                     REFUSAL_RECORD_CERT_OUT_OF_DATE);
}

static void full_buffer_is_left_as_it_was(void **state) {
    (void)state;
    static uint8_t memory[400], arena_memory[1 << 18];
    const struct signing_key node = record_bench_key("node");
    const struct record_signer signer = {.node = &node};
    struct checked_record record;
    for (size_t room = 1; room < 250; room++) {
        struct buffer out = buffer_over(memory, room);
        struct arena arena = arena_over(arena_memory, sizeof arena_memory);
        buffer_put_u8(&out, '!');
        assert_int_equal(record_sign(SPAN_LITERAL(BARE), &signer, &arena, &out, &record), REFUSAL_NO_ROOM);
        assert_true(out.size == 1 && !out.overflowed);
    }
    struct buffer out = buffer_over(memory, sizeof memory);
    struct arena arena = arena_over(arena_memory, sizeof arena_memory);
    buffer_put_u8(&out, '!');
    assert_int_equal(record_sign(SPAN_LITERAL(BARE), &signer, &arena, &out, &record), REFUSAL_NONE);
    assert_ptr_equal(record.text.at, memory + 1);
}

static void put_anything(struct json_writer *w, struct prng *dice, const char *name) {
    uint8_t text[40];
    const size_t size = prng_below(dice, sizeof text);
    for (size_t i = 0; i < size; i++) text[i] = (uint8_t)prng_below(dice, 128);
    switch (prng_below(dice, 4)) {
    case 0: json_put_integer(w, name, prng_between(dice, -9007199254740991, 9007199254740991)); break;
    case 1: json_put_span(w, name, (struct span){text, size}); break;
    case 2: json_put_boolean(w, name, prng_below(dice, 2) == 0); break;
    default: json_put_number(w, name, (double)prng_next(dice) / 1024.0 / (double)(prng_next(dice) | 1)); break;
    }
}

static void thousand_records_come_back_as_they_were_signed(void **state) {
    (void)state;
    for (uint64_t seed = 0; seed < 1000; seed++) {
        uint8_t memory[4096];
        struct prng dice = prng_seeded(seed);
        struct buffer body = buffer_over(memory, sizeof memory);
        struct json_writer w = json_writer_into(&body);
        const int64_t at_ms = BENCH_AT + prng_between(&dice, 0, 1000000);
        struct checked_record made;
        json_open_object(&w, NULL);
        json_put_text(&w, "type", "dice");
        for (char name[2] = "c"; name[0] < 'h'; name[0]++) put_anything(&w, &dice, name);
        json_put_integer(&w, "at", at_ms);
        json_close_object(&w);
        assert_int_equal(record_bench_sign(buffer_span(&body), seed % 2 == 0, &made), REFUSAL_NONE);
        const struct checked_record again = accepted(made.text);
        assert_true(object_id_equal(&again.id, &made.id) && again.at_ms == at_ms);
        assert_true(record_author_equal(&again.author, &made.author) && again.author.is_user == (seed % 2 == 0));
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(records_of_another_implementation_are_reproduced),
        cmocka_unit_test(record_that_is_not_canonical_to_the_byte_is_refused),
        cmocka_unit_test(text_that_is_no_wire_json_is_refused),
        cmocka_unit_test(truncated_record_is_refused),
        cmocka_unit_test(member_that_is_missing_or_mistyped_is_refused),
        cmocka_unit_test(times_beyond_any_clock_are_refused),
        cmocka_unit_test(member_that_nobody_signed_is_refused),
        cmocka_unit_test(signed_members_of_unknown_meaning_are_kept),
        cmocka_unit_test(signature_must_be_of_the_key),
        cmocka_unit_test(author_is_the_user_that_the_body_names),
        cmocka_unit_test(author_is_the_node_when_the_body_names_it_or_nobody),
        cmocka_unit_test(body_signed_anew_under_its_name_is_refused),
        cmocka_unit_test(certificate_taken_off_or_exchanged_is_refused),
        cmocka_unit_test(certificate_that_does_not_hold_is_refused),
        cmocka_unit_test(certificate_must_be_in_date_when_the_record_was_made),
        cmocka_unit_test(any_bit_that_differs_is_refused),
        cmocka_unit_test(largest_and_richest_record_is_taken_and_one_byte_more_is_not),
        cmocka_unit_test(full_arena_is_a_refusal_and_left_as_it_was),
        cmocka_unit_test(what_readers_would_refuse_is_not_signed),
        cmocka_unit_test(full_buffer_is_left_as_it_was),
        cmocka_unit_test(thousand_records_come_back_as_they_were_signed),
    };
    if (!sign_init()) return 1;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
