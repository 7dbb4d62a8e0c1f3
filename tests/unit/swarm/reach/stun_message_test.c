/* SPDX-License-Identifier: Apache-2.0 */
/* STUN by the samples of RFC 5769, and what is not believed. */
#include "swarm/reach/stun_message.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* RFC 5769, 2.2: 192.0.2.1:32853. */
static const uint8_t ANSWER[] = {
    0x01, 0x01, 0x00, 0x3c, 0x21, 0x12, 0xa4, 0x42, 0xb7, 0xe7, 0xa7, 0x01, 0xbc, 0x34, 0xd6, 0x86,
    0xfa, 0x87, 0xdf, 0xae, 0x80, 0x22, 0x00, 0x0b, 0x74, 0x65, 0x73, 0x74, 0x20, 0x76, 0x65, 0x63,
    0x74, 0x6f, 0x72, 0x20, 0x00, 0x20, 0x00, 0x08, 0x00, 0x01, 0xa1, 0x47, 0xe1, 0x12, 0xa6, 0x43,
    0x00, 0x08, 0x00, 0x14, 0x2b, 0x91, 0xf5, 0x99, 0xfd, 0x9e, 0x90, 0xc3, 0x8c, 0x74, 0x89, 0xf9,
    0x2a, 0xf9, 0xba, 0x53, 0xf0, 0x6b, 0xe7, 0xd7, 0x80, 0x28, 0x00, 0x04, 0xc0, 0x7d, 0x4c, 0x96,
};
/* RFC 5769, 2.4, up to its integrity; and that. */
static const uint8_t SEALED[] = {
    0x00, 0x01, 0x00, 0x60, 0x21, 0x12, 0xa4, 0x42, 0x78, 0xad, 0x34, 0x33, 0xc6, 0xad, 0x72, 0xc0, 0x29, 0xda, 0x41,
    0x2e, 0x00, 0x06, 0x00, 0x12, 0xe3, 0x83, 0x9e, 0xe3, 0x83, 0x88, 0xe3, 0x83, 0xaa, 0xe3, 0x83, 0x83, 0xe3, 0x82,
    0xaf, 0xe3, 0x82, 0xb9, 0x00, 0x00, 0x00, 0x15, 0x00, 0x1c, 0x66, 0x2f, 0x2f, 0x34, 0x39, 0x39, 0x6b, 0x39, 0x35,
    0x34, 0x64, 0x36, 0x4f, 0x4c, 0x33, 0x34, 0x6f, 0x4c, 0x39, 0x46, 0x53, 0x54, 0x76, 0x79, 0x36, 0x34, 0x73, 0x41,
    0x00, 0x14, 0x00, 0x0b, 0x65, 0x78, 0x61, 0x6d, 0x70, 0x6c, 0x65, 0x2e, 0x6f, 0x72, 0x67, 0x00,
};
static const uint8_t SEAL[STUN_INTEGRITY_SIZE] = {0xf6, 0x70, 0x24, 0x65, 0x6d, 0xd6, 0x4a, 0x3e, 0x02, 0xb8,
                                                  0xe0, 0x71, 0x2e, 0x85, 0xc9, 0xa2, 0x8c, 0xa8, 0x96, 0x66};
static const char USER[] = "\xe3\x83\x9e\xe3\x83\x88\xe3\x83\xaa\xe3\x83\x83\xe3\x82\xaf\xe3\x82\xb9";

static struct stun_request asked(enum stun_method method) {
    struct stun_request request = {.method = method};
    memcpy(request.transaction, ANSWER + 8, sizeof request.transaction);
    return request;
}

static enum refusal read(const void *bytes, size_t size, enum stun_method method, struct stun_answer *answer) {
    const struct stun_request request = asked(method);
    return stun_answer_read((struct span){bytes, size}, &request, answer);
}

static void the_sample_answer_is_read(void **state) {
    (void)state;
    struct stun_answer answer;
    char text[ADDRESS_TEXT_MAX];
    assert_int_equal(read(ANSWER, sizeof ANSWER, STUN_BINDING, &answer), REFUSAL_NONE);
    assert_false(answer.is_error);
    assert_string_equal(address_text(&answer.mapped, text), "192.0.2.1:32853");
    assert_int_equal(answer.relayed.family, ADDRESS_NONE);
}

/* Of these attributes; the transaction is that of the sample. */
static enum refusal read_of(const uint8_t *attributes, size_t size, struct stun_answer *answer) {
    uint8_t bytes[256];
    memcpy(bytes, ANSWER, 20);
    bytes[3] = (uint8_t)size;
    memcpy(bytes + 20, attributes, size);
    return read(bytes, 20 + size, STUN_BINDING, answer);
}

static void assert_mapped(const uint8_t *attributes, size_t size, const char *wanted) {
    struct stun_answer answer;
    char text[ADDRESS_TEXT_MAX];
    assert_int_equal(read_of(attributes, size, &answer), REFUSAL_NONE);
    assert_string_equal(address_text(&answer.mapped, text), wanted);
}

/* RFC 5769, 2.3: 2001:db8:1234:5678:11:2233:4455:6677, port 32853. */
static void an_address_of_ipv6_is_read(void **state) {
    (void)state;
    static const uint8_t attributes[] = {0x00, 0x20, 0x00, 0x14, 0x00, 0x02, 0xa1, 0x47, 0x01, 0x13, 0xa9, 0xfa,
                                         0xa5, 0xd3, 0xf1, 0x79, 0xbc, 0x25, 0xf4, 0xb5, 0xbe, 0xd2, 0xb9, 0xd9};
    assert_mapped(attributes, sizeof attributes, "[2001:db8:1234:5678:11:2233:4455:6677]:32853");
}

static void a_plain_address_counts_when_there_is_no_other(void **state) {
    (void)state;
    static const uint8_t attributes[] = {0x00, 0x01, 0x00, 0x08, 0x00, 0x01, 0x0f, 0xa0, 192,  0,    2,    9,
                                         0x00, 0x20, 0x00, 0x08, 0x00, 0x01, 0xa1, 0x47, 0xe1, 0x12, 0xa6, 0x43};
    assert_mapped(attributes, 12, "192.0.2.9:4000");
    assert_mapped(attributes, sizeof attributes, "192.0.2.1:32853");
}

static void what_stands_behind_the_integrity_is_not_read(void **state) {
    (void)state;
    static const uint8_t attributes[] = {0x00, 0x08, 0x00, 0x04, 1,    2,    3,    4,    0x00, 0x20,
                                         0x00, 0x08, 0x00, 0x01, 0xa1, 0x47, 0xe1, 0x12, 0xa6, 0x43};
    struct stun_answer answer;
    assert_int_equal(read_of(attributes, sizeof attributes, &answer), REFUSAL_NONE);
    assert_int_equal(answer.mapped.family, ADDRESS_NONE);
}

static void the_sample_request_is_sealed(void **state) {
    (void)state;
    uint8_t key[STUN_KEY_SIZE], seal[STUN_INTEGRITY_SIZE];
    assert_true(stun_key_derive(span_of_text(USER), SPAN_LITERAL("example.org"), SPAN_LITERAL("TheMatrIX"), key));
    assert_true(stun_integrity_compute(key, (struct span){SEALED, sizeof SEALED}, seal));
    assert_memory_equal(seal, SEAL, sizeof seal);
}

/* The same request by our own hand: the attributes stand in another order, and the seal is over that. */
static void a_request_has_what_its_server_asks_for(void **state) {
    (void)state;
    uint8_t memory[STUN_MESSAGE_MAX], key[STUN_KEY_SIZE], seal[STUN_INTEGRITY_SIZE];
    struct buffer out = buffer_over(memory, sizeof memory);
    struct stun_request request = asked(STUN_ALLOCATE);
    assert_true(stun_key_derive(SPAN_LITERAL("u"), SPAN_LITERAL("r"), SPAN_LITERAL("p"), key));
    request.user = SPAN_LITERAL("u");
    request.realm = SPAN_LITERAL("r");
    request.nonce = SPAN_LITERAL("nonce");
    request.key = key;
    stun_request_write(&request, &out);
    static const uint8_t head[] = {0x00, 0x03, 0x00, 0x3c, 0x21, 0x12, 0xa4, 0x42};
    assert_memory_equal(out.at, head, sizeof head);
    static const uint8_t attributes[] = {0x00, 0x19, 0x00, 0x04, 17,   0,    0,   0, 0x00, 0x06, 0x00, 0x01, 'u',  0,
                                         0,    0,    0x00, 0x14, 0x00, 0x01, 'r', 0, 0,    0,    0x00, 0x15, 0x00, 0x05,
                                         'n',  'o',  'n',  'c',  'e',  0,    0,   0, 0x00, 0x08, 0x00, 0x14};
    assert_memory_equal(out.at + 20, attributes, sizeof attributes);
    assert_int_equal(out.size, 20 + sizeof attributes + STUN_INTEGRITY_SIZE);
    assert_true(stun_integrity_compute(key, (struct span){out.at, out.size - 4 - STUN_INTEGRITY_SIZE}, seal));
    assert_memory_equal(out.at + out.size - STUN_INTEGRITY_SIZE, seal, sizeof seal);
}

static void a_request_that_does_not_fit_overflows(void **state) {
    (void)state;
    uint8_t memory[24], key[STUN_KEY_SIZE] = {0};
    struct buffer out = buffer_over(memory, sizeof memory);
    struct stun_request request = asked(STUN_ALLOCATE);
    request.key = key;
    request.user = SPAN_LITERAL("a user whose name is long");
    stun_request_write(&request, &out);
    assert_true(out.overflowed);
}

static void a_refusal_says_why_and_what_it_wants(void **state) {
    (void)state;
    uint8_t bytes[] = {0x01, 0x13, 0x00, 0x1c, 0x21, 0x12, 0xa4, 0x42, 0,    0,    0,    0,    0,   0,   0, 0,
                       0,    0,    0,    0,    0x00, 0x09, 0x00, 0x06, 0,    0,    4,    1,    'n', 'o', 0, 0,
                       0x00, 0x14, 0x00, 0x01, 'r',  0,    0,    0,    0x00, 0x15, 0x00, 0x02, 'n', 'n', 0, 0};
    struct stun_answer answer;
    memcpy(bytes + 8, ANSWER + 8, STUN_TRANSACTION_SIZE);
    assert_int_equal(read(bytes, sizeof bytes, STUN_ALLOCATE, &answer), REFUSAL_NONE);
    assert_true(answer.is_error);
    assert_int_equal(answer.code, 401);
    assert_true(span_equal_text(answer.reason, "no"));
    assert_true(span_equal_text(answer.realm, "r"));
    assert_true(span_equal_text(answer.nonce, "nn"));
}

static void what_was_not_asked_or_is_malformed_is_refused(void **state) {
    (void)state;
    uint8_t bytes[sizeof ANSWER];
    struct stun_answer answer;
    assert_int_equal(read(ANSWER, sizeof ANSWER, STUN_ALLOCATE, &answer), REFUSAL_STUN_UNASKED);
    assert_int_equal(read(ANSWER, 19, STUN_BINDING, &answer), REFUSAL_STUN_SIZE);
    for (size_t at = 4; at < 20; at++) { /* the cookie, the transaction */
        memcpy(bytes, ANSWER, sizeof bytes);
        bytes[at] ^= 1;
        assert_int_equal(read(bytes, sizeof bytes, STUN_BINDING, &answer), REFUSAL_STUN_UNASKED);
    }
    for (size_t size = 20; size < sizeof ANSWER; size++)
        assert_int_equal(read(ANSWER, size, STUN_BINDING, &answer), REFUSAL_STUN_SYNTAX);
    memcpy(bytes, ANSWER, sizeof bytes);
    bytes[41] = 3; /* a family that there is not */
    assert_int_equal(read(bytes, sizeof bytes, STUN_BINDING, &answer), REFUSAL_STUN_SYNTAX);
    memcpy(bytes, ANSWER, sizeof bytes);
    bytes[23] = 0xff; /* an attribute that is longer than the message */
    assert_int_equal(read(bytes, sizeof bytes, STUN_BINDING, &answer), REFUSAL_STUN_SYNTAX);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_sample_answer_is_read),
        cmocka_unit_test(an_address_of_ipv6_is_read),
        cmocka_unit_test(a_plain_address_counts_when_there_is_no_other),
        cmocka_unit_test(what_stands_behind_the_integrity_is_not_read),
        cmocka_unit_test(the_sample_request_is_sealed),
        cmocka_unit_test(a_request_has_what_its_server_asks_for),
        cmocka_unit_test(a_request_that_does_not_fit_overflows),
        cmocka_unit_test(a_refusal_says_why_and_what_it_wants),
        cmocka_unit_test(what_was_not_asked_or_is_malformed_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
