/* SPDX-License-Identifier: Apache-2.0 */
#include "swarm/peerjs/peerjs_offer.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"

static uint8_t *arena_memory;
static uint8_t text_memory[PEERJS_PAYLOAD_MAX + 1];

static int setup(void **state) {
    (void)state;
    arena_memory = memory_zeroed(1, PEERJS_PAYLOAD_ARENA);
    return 0;
}

static int teardown(void **state) {
    (void)state;
    memory_free(arena_memory);
    return 0;
}

static struct arena fresh_arena(void) {
    return arena_over(arena_memory, PEERJS_PAYLOAD_ARENA);
}

static enum peerjs_fault read_offer(struct span payload, struct peerjs_offer *offer) {
    struct arena arena = fresh_arena();
    return peerjs_offer_read(payload, &arena, offer);
}

/* What peerjs 1.5.5 sends in Chromium, its description cut. */
static const char BROWSER_OFFER[] =
    "{\"sdp\":{\"sdp\":\"v=0\\r\\no=- 1 2 IN IP4 127.0.0.1\\r\\n\",\"type\":\"offer\"},\"type\":\"data\","
    "\"connectionId\":\"dc_fhbxqlv3sx4\",\"metadata\":{\"hello\": [1]},\"label\":\"dc_fhbxqlv3sx4\","
    "\"reliable\":false,\"serialization\":\"binary\"}";
static const char BROWSER_ANSWER[] = "{\"sdp\":{\"type\":\"answer\",\"sdp\":\"v=0\\r\\n\"},\"type\":\"data\","
                                     "\"connectionId\":\"dc_1\"}";
static const char BROWSER_CANDIDATE[] =
    "{\"candidate\":{\"candidate\":\"candidate:1 1 udp 2 127.0.0.1 5000 typ host generation 0 ufrag Ab\","
    "\"sdpMid\":\"0\",\"sdpMLineIndex\":0,\"usernameFragment\":\"Ab\"},\"type\":\"data\",\"connectionId\":\"dc_1\"}";

static void what_a_browser_says_is_read(void **state) {
    (void)state;
    struct peerjs_offer offer;
    struct peerjs_answer answer;
    struct peerjs_candidate candidate;
    assert_int_equal(read_offer(span_of_text(BROWSER_OFFER), &offer), PEERJS_FAULT_NONE);
    assert_string_equal(offer.connection_id, "dc_fhbxqlv3sx4");
    assert_string_equal(offer.label, "dc_fhbxqlv3sx4");
    assert_int_equal(offer.serialization, PEERJS_BINARY);
    assert_false(offer.is_reliable);
    assert_true(span_equal_text(offer.metadata, "{\"hello\": [1]}"));
    assert_true(span_equal_text(offer.sdp, "v=0\r\no=- 1 2 IN IP4 127.0.0.1\r\n"));
    struct arena arena = fresh_arena();
    assert_int_equal(peerjs_answer_read(span_of_text(BROWSER_ANSWER), &arena, &answer), PEERJS_FAULT_NONE);
    assert_string_equal(answer.connection_id, "dc_1");
    assert_true(span_equal_text(answer.sdp, "v=0\r\n"));
    arena_reset(&arena);
    assert_int_equal(peerjs_candidate_read(span_of_text(BROWSER_CANDIDATE), &arena, &candidate), PEERJS_FAULT_NONE);
    assert_true(
        span_equal_text(candidate.candidate, "candidate:1 1 udp 2 127.0.0.1 5000 typ host generation 0 ufrag Ab"));
}

static void what_we_say_is_read_the_same(void **state) {
    (void)state;
    static const struct peerjs_offer said = {.connection_id = "dc_\"x",
                                             .label = "a label \xe2\x98\x83",
                                             .serialization = PEERJS_RAW,
                                             .is_reliable = true,
                                             .metadata = {(const uint8_t *)"[1,{}]", 6},
                                             .sdp = {(const uint8_t *)"v=0\r\n", 5}};
    struct buffer out = buffer_over(text_memory, sizeof text_memory);
    struct peerjs_offer heard;
    peerjs_offer_write(&out, &said);
    assert_int_equal(read_offer(buffer_span(&out), &heard), PEERJS_FAULT_NONE);
    assert_string_equal(heard.connection_id, said.connection_id);
    assert_string_equal(heard.label, said.label);
    assert_int_equal(heard.serialization, PEERJS_RAW);
    assert_true(heard.is_reliable);
    assert_true(span_equal(heard.metadata, said.metadata));
    assert_true(span_equal(heard.sdp, said.sdp));
}

static void answers_and_candidates_too(void **state) {
    (void)state;
    const struct peerjs_answer answer = {.connection_id = "dc_1", .sdp = SPAN_LITERAL("v=0\r\n")};
    const struct peerjs_candidate candidate = {.connection_id = "dc_1", .candidate = SPAN_LITERAL("candidate:1")};
    struct peerjs_answer answer_heard;
    struct peerjs_candidate candidate_heard;
    struct buffer out = buffer_over(text_memory, sizeof text_memory);
    struct arena arena = fresh_arena();
    peerjs_answer_write(&out, &answer);
    assert_int_equal(peerjs_answer_read(buffer_span(&out), &arena, &answer_heard), PEERJS_FAULT_NONE);
    assert_true(span_equal(answer_heard.sdp, answer.sdp));
    out.size = 0;
    arena_reset(&arena);
    peerjs_candidate_write(&out, &candidate);
    assert_true(span_equal_text(buffer_span(&out), "{\"candidate\":{\"candidate\":\"candidate:1\",\"sdpMLineIndex\":0},"
                                                   "\"type\":\"data\",\"connectionId\":\"dc_1\"}"));
    assert_int_equal(peerjs_candidate_read(buffer_span(&out), &arena, &candidate_heard), PEERJS_FAULT_NONE);
    assert_true(span_equal(candidate_heard.candidate, candidate.candidate));
}

#define SDP  "\"sdp\":{\"type\":\"offer\",\"sdp\":\"v\"}"
#define REST "\"type\":\"data\",\"connectionId\":\"c\",\"serialization\":\"json\""
static const struct offer_case {
    const char *payload;
    enum peerjs_fault fault;
} OFFERS[] = {
    {"{" SDP "," REST "}", PEERJS_FAULT_NONE},
    {"{" SDP "," REST ",\"metadata\":null,\"reliable\":0}", PEERJS_FAULT_NONE},
    {"", PEERJS_FAULT_OFFER_SHAPE},
    {"[]", PEERJS_FAULT_OFFER_SHAPE},
    {"{" SDP "," REST, PEERJS_FAULT_OFFER_SHAPE},
    {"{" SDP ",\"connectionId\":\"c\",\"serialization\":\"json\"}", PEERJS_FAULT_OFFER_SHAPE},
    {"{" SDP ",\"type\":\"media\",\"connectionId\":\"mc_1\"}", PEERJS_FAULT_OFFER_MEDIA},
    {"{" SDP ",\"type\":\"data\",\"serialization\":\"json\"}", PEERJS_FAULT_OFFER_ID},
    {"{" SDP ",\"type\":\"data\",\"connectionId\":\"\",\"serialization\":\"json\"}", PEERJS_FAULT_OFFER_ID},
    {"{" SDP ",\"type\":\"data\",\"connectionId\":7,\"serialization\":\"json\"}", PEERJS_FAULT_OFFER_ID},
    {"{" SDP ",\"type\":\"data\",\"connectionId\":\"a\\u0000\",\"serialization\":\"json\"}", PEERJS_FAULT_OFFER_ID},
    {"{" SDP "," REST ",\"label\":7}", PEERJS_FAULT_OFFER_LABEL},
    {"{" SDP "," REST ",\"label\":\"a\\u0000b\"}", PEERJS_FAULT_OFFER_LABEL},
    {"{" SDP ",\"type\":\"data\",\"connectionId\":\"c\"}", PEERJS_FAULT_OFFER_SERIALIZATION},
    {"{" SDP ",\"type\":\"data\",\"connectionId\":\"c\",\"serialization\":\"MsgPack\"}",
     PEERJS_FAULT_OFFER_SERIALIZATION},
    {"{" REST "}", PEERJS_FAULT_OFFER_DESCRIPTION},
    {"{\"sdp\":\"v\"," REST "}", PEERJS_FAULT_OFFER_DESCRIPTION},
    {"{\"sdp\":{\"type\":\"answer\",\"sdp\":\"v\"}," REST "}", PEERJS_FAULT_OFFER_DESCRIPTION},
    {"{\"sdp\":{\"type\":\"offer\",\"sdp\":\"\"}," REST "}", PEERJS_FAULT_OFFER_DESCRIPTION},
    {"{\"sdp\":{\"type\":\"offer\"}," REST "}", PEERJS_FAULT_OFFER_DESCRIPTION},
};

static void what_is_no_offer_is_refused_by_name(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof OFFERS / sizeof OFFERS[0]; i++) {
        struct peerjs_offer offer;
        assert_string_equal(peerjs_fault_name(read_offer(span_of_text(OFFERS[i].payload), &offer)),
                            peerjs_fault_name(OFFERS[i].fault));
    }
}

static void without_a_label_the_id_is_one(void **state) {
    (void)state;
    struct peerjs_offer offer;
    assert_int_equal(read_offer(SPAN_LITERAL("{" SDP "," REST "}"), &offer), PEERJS_FAULT_NONE);
    assert_string_equal(offer.label, "c");
    assert_int_equal(offer.metadata.size, 0);
    assert_int_equal(read_offer(SPAN_LITERAL("{" SDP ",\"type\":\"data\",\"connectionId\":\"c\","
                                             "\"serialization\":\"binary-utf8\"}"),
                                &offer),
                     PEERJS_FAULT_NONE);
    assert_int_equal(offer.serialization, PEERJS_BINARY);
}

/* An offer in which one member has a text of `size` letters. */
static enum peerjs_fault with_long(const char *before, size_t size, const char *after) {
    struct buffer out = buffer_over(text_memory, sizeof text_memory);
    struct peerjs_offer offer;
    buffer_put_text(&out, before);
    for (size_t i = 0; i < size; i++) buffer_put_u8(&out, 'x');
    buffer_put_text(&out, after);
    assert_false(out.overflowed);
    return read_offer(buffer_span(&out), &offer);
}

static void what_is_too_long_is_refused(void **state) {
    (void)state;
    static const char id[] = "{" SDP ",\"type\":\"data\",\"serialization\":\"raw\",\"connectionId\":\"";
    assert_int_equal(with_long(id, PEERJS_CONNECTION_ID_MAX, "\"}"), PEERJS_FAULT_NONE);
    assert_int_equal(with_long(id, PEERJS_CONNECTION_ID_MAX + 1, "\"}"), PEERJS_FAULT_OFFER_ID);
    static const char label[] = "{" SDP "," REST ",\"label\":\"";
    assert_int_equal(with_long(label, PEERJS_LABEL_MAX, "\"}"), PEERJS_FAULT_NONE);
    assert_int_equal(with_long(label, PEERJS_LABEL_MAX + 1, "\"}"), PEERJS_FAULT_OFFER_LABEL);
    static const char metadata[] = "{" SDP "," REST ",\"metadata\":\"";
    assert_int_equal(with_long(metadata, PEERJS_METADATA_MAX - 2, "\"}"), PEERJS_FAULT_NONE);
    assert_int_equal(with_long(metadata, PEERJS_METADATA_MAX - 1, "\"}"), PEERJS_FAULT_OFFER_METADATA);
    static const char sdp[] = "{" REST ",\"sdp\":{\"type\":\"offer\",\"sdp\":\"";
    assert_int_equal(with_long(sdp, PEERJS_DESCRIPTION_MAX, "\"}}"), PEERJS_FAULT_NONE);
    assert_int_equal(with_long(sdp, PEERJS_DESCRIPTION_MAX + 1, "\"}}"), PEERJS_FAULT_OFFER_DESCRIPTION);
    struct peerjs_offer offer;
    memset(text_memory, ' ', sizeof text_memory);
    memcpy(text_memory, "{" SDP "," REST "}", sizeof "{" SDP "," REST "}" - 1);
    assert_int_equal(read_offer((struct span){text_memory, PEERJS_PAYLOAD_MAX}, &offer), PEERJS_FAULT_NONE);
    assert_int_equal(read_offer((struct span){text_memory, PEERJS_PAYLOAD_MAX + 1}, &offer), PEERJS_FAULT_OFFER_SHAPE);
}

static void the_richest_payload_fits_the_arena(void **state) {
    (void)state;
    struct peerjs_offer offer;
    struct buffer out = buffer_over(text_memory, PEERJS_PAYLOAD_MAX);
    buffer_put_text(&out, "{" SDP "," REST ",\"other\":[");
    while (out.size < PEERJS_PAYLOAD_MAX - 4) buffer_put_text(&out, "0,");
    buffer_put_text(&out, "0]}");
    assert_false(out.overflowed);
    assert_int_equal(read_offer(buffer_span(&out), &offer), PEERJS_FAULT_NONE);
}

static const struct offer_case CANDIDATES[] = {
    {"{\"candidate\":{\"candidate\":\"\"},\"type\":\"data\",\"connectionId\":\"c\"}", PEERJS_FAULT_NONE},
    {"{\"candidate\":\"x\",\"type\":\"data\",\"connectionId\":\"c\"}", PEERJS_FAULT_OFFER_SHAPE},
    {"{\"type\":\"data\",\"connectionId\":\"c\"}", PEERJS_FAULT_OFFER_SHAPE},
    {"{\"candidate\":{\"candidate\":1},\"type\":\"data\",\"connectionId\":\"c\"}", PEERJS_FAULT_OFFER_SHAPE},
    {"{\"candidate\":{\"candidate\":\"\"},\"type\":\"media\",\"connectionId\":\"c\"}", PEERJS_FAULT_OFFER_MEDIA},
    {"{\"candidate\":{\"candidate\":\"\"},\"type\":\"data\"}", PEERJS_FAULT_OFFER_ID},
    {"null", PEERJS_FAULT_OFFER_SHAPE},
};

static void what_is_no_candidate_is_refused_by_name(void **state) {
    (void)state;
    struct peerjs_candidate candidate;
    struct peerjs_answer answer;
    for (size_t i = 0; i < sizeof CANDIDATES / sizeof CANDIDATES[0]; i++) {
        struct arena arena = fresh_arena();
        assert_string_equal(
            peerjs_fault_name(peerjs_candidate_read(span_of_text(CANDIDATES[i].payload), &arena, &candidate)),
            peerjs_fault_name(CANDIDATES[i].fault));
    }
    struct arena arena = fresh_arena();
    assert_int_equal(peerjs_answer_read(SPAN_LITERAL("{" SDP "," REST "}"), &arena, &answer),
                     PEERJS_FAULT_OFFER_DESCRIPTION);
    struct buffer out = buffer_over(text_memory, sizeof text_memory);
    buffer_put_text(&out, "{\"type\":\"data\",\"connectionId\":\"c\",\"candidate\":{\"candidate\":\"");
    for (size_t i = 0; i <= PEERJS_CANDIDATE_MAX; i++) buffer_put_u8(&out, 'x');
    buffer_put_text(&out, "\"}}");
    arena_reset(&arena);
    assert_int_equal(peerjs_candidate_read(buffer_span(&out), &arena, &candidate), PEERJS_FAULT_OFFER_SHAPE);
}

static void every_truncation_is_refused(void **state) {
    (void)state;
    struct peerjs_offer offer;
    for (size_t size = 0; size < sizeof BROWSER_OFFER - 1; size++)
        assert_int_equal(read_offer((struct span){(const uint8_t *)BROWSER_OFFER, size}, &offer),
                         PEERJS_FAULT_OFFER_SHAPE);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(what_a_browser_says_is_read),        TEST(what_we_say_is_read_the_same),
        TEST(answers_and_candidates_too),         TEST(what_is_no_offer_is_refused_by_name),
        TEST(without_a_label_the_id_is_one),      TEST(what_is_too_long_is_refused),
        TEST(the_richest_payload_fits_the_arena), TEST(what_is_no_candidate_is_refused_by_name),
        TEST(every_truncation_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
